"""Closing, taking a role back, removing: what dies at once, what stays, who cannot be spared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts import invitations, leaving, passwords, service
from surveyapp.accounts.cli import users
from surveyapp.accounts.errors import CannotBeSpared
from surveyapp.accounts.models import FailedSignIn, Invitation, PasswordLink, Role, SignedInSession, User
from surveyapp.accounts.permissions import may_manage
from surveyapp.assessments.bundles import export_bundle
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.models import AssessmentState
from surveyapp.audit.service import verify
from surveyapp.bundle.verify import verify_bundle
from surveyapp.database import Base, begin_write, db
from surveyapp.framework.model import Framework
from surveyapp.mail.models import MailState, OutgoingMail
from surveyapp.mail.sender import send_waiting
from surveyapp.refusals import NotAllowed, NotFound
from tests.assessments.acting import save
from tests.conftest import ClientAs, csrf_token
from tests.factories import PASSWORD, bring_to, close_cycle, delegate, get_user, level, make_cycle, make_user

from .browsers import is_signed_in, send_sign_in


def remove(email: str, by: str | None = None) -> None:
    begin_write()
    try:
        leaving.remove_account(get_user(email), by=get_user(by) if by else None)
        db.session.commit()
    finally:
        db.session.rollback()


def dump() -> str:
    """Everything that the database holds, as one text."""
    rows = [db.session.execute(select(table)).all() for table in Base.metadata.tables.values()]
    db.session.rollback()
    return repr(rows)


def test_after_removal_no_row_of_the_database_holds_the_address(
    mailing_on_both: Flask, shipped: Framework
) -> None:
    with mailing_on_both.app_context():
        focal, coordinator = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)
        second = make_user(Role.FOCAL_POINT, "AL", email="second.al@example.org")
        make_cycle(shipped)
        db.session.execute(sa.update(User).where(User.email == focal).values(office="Ministry of Labour"))
        db.session.commit()
        bring_to(AssessmentState.RETURNED, shipped, focal, coordinator)
        send_waiting()
        begin_write()
        passwords.ask_for_link(focal, locale="en")
        service.sign_in(focal, "a-wrong-password")
        by = get_user(second)
        invitations.invite(focal, "Ministry", Role.CONTRIBUTOR, "AL", locale="en", by=by)
        db.session.commit()
        assert dump().count(focal) >= 4
        remove(focal)
        left = dump()
        assert focal not in left and service.digest(focal) not in left
        assert left.count("Ministry of Labour") >= 1, "the office stays"
        assert db.session.scalar(select(PasswordLink.id)) is None
        assert db.session.scalar(select(FailedSignIn.id)) is None
        assert db.session.scalar(select(Invitation.id)) is None
        letters = [(mail.state, mail.address) for mail in db.session.scalars(select(OutgoingMail))]
        assert sorted(letters) == [(MailState.SENT, ""), (MailState.SENT, ""), (MailState.SENT, second)]
        assert list(verify(db.session())) == []


@pytest.fixture
def people(app: Flask, shipped: Framework) -> dict[str, str]:
    """Albania with one focal point and one contributor, who holds objective 7; an administrator alone."""
    with app.app_context():
        made = {
            "focal": make_user(Role.FOCAL_POINT, "AL"),
            "contributor": make_user(Role.CONTRIBUTOR, "AL"),
            "coordinator": make_user(Role.COORDINATOR),
            "analyst": make_user(Role.ANALYST),
            "administrator": make_user(Role.ADMINISTRATOR),
        }
        make_cycle(shipped)
        delegate(made["contributor"], "o07")
    return made


def number_of(app: Flask, email: str) -> int:
    with app.app_context():
        return get_user(email).id


def test_a_user_removes_the_own_account_in_two_steps(
    app: Flask, client_as: ClientAs, people: dict[str, str]
) -> None:
    email = people["contributor"]
    here, there = client_as(email), client_as(email)
    page = here.get("/en/account/removal").text
    assert "What stays" in page and "under the name of the office" in page
    sent = {"csrf_token": csrf_token(here, "/en/account/removal"), "password": PASSWORD}
    unsure = here.post("/en/account/removal", data=sent)
    assert unsure.status_code == 422 and "Confirm that you know" in unsure.text
    wrong = here.post("/en/account/removal", data=sent | {"is_sure": "yes", "password": "another-password"})
    assert wrong.status_code == 422 and "not your present password" in wrong.text
    assert is_signed_in(there)
    done = here.post("/en/account/removal", data=sent | {"is_sure": "yes"}, follow_redirects=True)
    assert done.status_code == 200 and "Your account is removed." in done.text
    assert not is_signed_in(here) and not is_signed_in(there)
    assert send_sign_in(app.test_client(), email).status_code == 422
    with app.app_context():
        assert service.find_user(email) is None and db.session.scalar(select(Delegation.id)) is None


def test_the_same_address_is_invited_again_as_a_new_account(app: Flask, people: dict[str, str]) -> None:
    email = people["analyst"]
    old = number_of(app, email)
    with app.app_context():
        remove(email)
        begin_write()
        invitation, _ = invitations.invite(email, "Region", Role.ANALYST, None, locale="en", by=None)
        new = invitations.accept_anew(invitation, "Region", PASSWORD, locale="en")
        db.session.commit()
        assert new.id != old
        gone = db.session.get_one(User, old)
        assert (gone.email, gone.is_active, gone.office) == (None, False, f"Office of {email}")


def test_the_only_focal_point_of_an_open_cycle_stays_until_another_is_there(
    app: Flask, client_as: ClientAs, people: dict[str, str]
) -> None:
    focal = client_as(people["focal"])
    sent = {"csrf_token": csrf_token(focal, "/en/account/removal"), "password": PASSWORD, "is_sure": "yes"}
    refused = focal.post("/en/account/removal", data=sent)
    assert refused.status_code == 409 and "Ask the regional secretariat to invite another one" in refused.text
    coordinator = client_as(people["coordinator"])
    address = f"/en/people/{number_of(app, people['focal'])}"
    token = csrf_token(coordinator, address)
    told = coordinator.post(address, data={"csrf_token": token, "form": "remove", "is_sure": "yes"})
    assert told.status_code == 409 and "Invite another one first" in told.text
    page = coordinator.get(address).text
    grant = page.split('name="grant" value="', 1)[1].split('"', 1)[0]
    taken = coordinator.post(address, data={"csrf_token": token, "form": "take", "grant": grant})
    assert taken.status_code == 409 and is_signed_in(focal)
    with app.app_context():
        make_user(Role.FOCAL_POINT, "AL", email="second.al@example.org")
    done = coordinator.post(address, data={"csrf_token": token, "form": "remove", "is_sure": "yes"})
    assert done.status_code == 303 and not is_signed_in(focal)


@pytest.mark.parametrize("end", ["close_cycle", "accept"])
def test_the_only_focal_point_may_go_once_the_cycle_is_over_or_accepted(
    app: Flask, people: dict[str, str], shipped: Framework, end: str
) -> None:
    with app.app_context():
        if end == "close_cycle":
            close_cycle()
        else:
            bring_to(AssessmentState.ACCEPTED, shipped, people["focal"], people["coordinator"])
        remove(people["focal"], by=people["focal"])
        assert service.find_user(people["focal"]) is None


def test_the_only_administrator_is_neither_removed_nor_closed(app: Flask, people: dict[str, str]) -> None:
    run = app.test_cli_runner().invoke
    for command in ("remove", "close"):
        done = run(users, [command, people["administrator"]])
        assert isinstance(done.exception, CannotBeSpared) and "only administrator" in str(done.exception)
    with app.app_context():
        second = make_user(Role.ADMINISTRATOR, email="second@example.org")
    assert run(users, ["close", second]).exit_code == 0
    assert isinstance(run(users, ["remove", people["administrator"]]).exception, CannotBeSpared)
    assert run(users, ["reopen", second]).exit_code == 0
    assert run(users, ["remove", people["administrator"]]).exit_code == 0


def test_the_command_that_removes_asks_whoever_sits_at_a_terminal(
    app: Flask, people: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, email = app.test_cli_runner().invoke, people["contributor"]
    monkeypatch.setattr("surveyapp.accounts.cli.sits_at_a_terminal", lambda: True)
    asked = run(users, ["remove", email], input="n\n")
    assert asked.exit_code == 1 and f"({email}) for good?" in asked.stderr
    with app.app_context():
        assert get_user(email).is_active
    assert run(users, ["remove", email, "--yes"]).exit_code == 0


def test_of_two_administrators_who_leave_at_once_one_stays(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        both = [make_user(Role.ADMINISTRATOR, email=f"{name}@example.org") for name in ("first", "second")]
    start = Barrier(2)

    def leave(email: str) -> bool:
        with app_on_both.app_context():
            start.wait()
            try:
                remove(email, by=email)
            except CannotBeSpared:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, both)) == [False, True]


def test_a_closed_account_is_signed_out_at_once_and_opens_again_with_the_same_password(
    app: Flask, client_as: ClientAs, people: dict[str, str]
) -> None:
    analyst, coordinator = client_as(people["analyst"]), client_as(people["coordinator"])
    address = f"/en/people/{number_of(app, people['analyst'])}"
    token = csrf_token(coordinator, address)
    assert coordinator.post(address, data={"csrf_token": token, "form": "close"}).status_code == 303
    assert not is_signed_in(analyst)
    assert send_sign_in(app.test_client(), people["analyst"]).status_code == 422
    assert "(closed)" in coordinator.get("/en/people").text
    assert coordinator.post(address, data={"csrf_token": token, "form": "reopen"}).status_code == 303
    assert send_sign_in(app.test_client(), people["analyst"]).status_code == 303


def test_a_focal_point_takes_a_contributor_out_of_the_country_and_the_answers_stay(
    app: Flask, client_as: ClientAs, people: dict[str, str], shipped: Framework
) -> None:
    with app.app_context():
        save(people["contributor"], level(shipped.questions["o07.a1"]))
    focal, contributor = client_as(people["focal"]), client_as(people["contributor"])
    people_page = "/en/assessments/2026/AL/people"
    address = f"{people_page}/{number_of(app, people['contributor'])}"
    assert address in focal.get(people_page).text
    page = focal.get(address).text
    grant = page.split('name="grant" value="', 1)[1].split('"', 1)[0]
    sent = {"csrf_token": csrf_token(focal, address), "form": "take", "grant": grant}
    done = focal.post(address, data=sent)
    assert (done.status_code, done.headers["Location"]) == (303, people_page)
    assert contributor.get("/en/assessments/2026/AL/o07").status_code in (403, 404)
    assert is_signed_in(contributor), "the account stays"
    assert people["contributor"] not in focal.get(people_page).text
    assert f"Office of {people['contributor']}" in focal.get("/en/assessments/2026/AL/o07/o07.a1").text
    listed = client_as(people["administrator"]).get("/en/people").text
    assert people["contributor"] in listed, "an account without a role is the administrator's to see"


def test_a_role_that_was_taken_back_in_another_tab_is_said_to_be(
    app: Flask, client_as: ClientAs, people: dict[str, str]
) -> None:
    client = client_as(people["administrator"])
    address = f"/en/people/{number_of(app, people['analyst'])}"
    grant = client.get(address).text.split('name="grant" value="', 1)[1].split('"', 1)[0]
    sent = {"csrf_token": csrf_token(client, address), "form": "take", "grant": grant}
    for words in ("The role is taken back.", "This role was taken back already."):
        assert words in client.post(address, data=sent, follow_redirects=True).text


def test_a_closed_contributor_stays_within_reach_of_the_focal_point(
    app: Flask, client_as: ClientAs, people: dict[str, str]
) -> None:
    focal = client_as(people["focal"])
    address = f"/en/assessments/2026/AL/people/{number_of(app, people['contributor'])}"
    token = csrf_token(focal, address)
    assert focal.post(address, data={"csrf_token": token, "form": "close"}).status_code == 303
    assert address in focal.get("/en/assessments/2026/AL/people").text
    assert focal.post(address, data={"csrf_token": token, "form": "reopen"}).status_code == 303


def test_nobody_manages_an_account_with_a_role_that_they_do_not_give(
    app: Flask, people: dict[str, str]
) -> None:
    with app.app_context():
        begin_write()
        roles = [(Role.FOCAL_POINT, "AL"), (Role.ADMINISTRATOR, None)]
        both = service.add_user("both@example.org", "Both", roles, by=None)
        number = both.id
        db.session.commit()
        db.session.remove()
        coordinator, focal = get_user(people["coordinator"]), get_user(people["focal"])
        both, contributor = get_user("both@example.org"), get_user(people["contributor"])
        assert leaving.get_account(number, by=coordinator).id == number
        assert not may_manage(coordinator, both) and may_manage(focal, contributor)
        assert not may_manage(coordinator, contributor), "contributors are their focal point's"
        assert not may_manage(coordinator, coordinator)
        for action in (leaving.remove_account, leaving.close_account, leaving.reopen_account):
            with pytest.raises(NotAllowed):
                action(both, by=coordinator)
            db.session.rollback()
        with pytest.raises(NotAllowed):
            leaving.take_role(both, Role.ADMINISTRATOR, None, by=coordinator)
        with pytest.raises(NotFound):
            leaving.get_account(contributor.id, by=coordinator)


def test_a_focal_point_reads_nothing_of_what_a_contributor_is_elsewhere(
    app: Flask, client_as: ClientAs, people: dict[str, str]
) -> None:
    with app.app_context():
        begin_write()
        roles = [(Role.CONTRIBUTOR, "AL"), (Role.CONTRIBUTOR, "BA")]
        service.add_user("both@example.org", "Agency", roles, by=None)
        db.session.commit()
    focal = client_as(people["focal"])
    address = f"/en/assessments/2026/AL/people/{number_of(app, 'both@example.org')}"
    page = focal.get(address).text
    assert "contributor (Albania)" in page and "Bosnia" not in page
    sent = {"csrf_token": csrf_token(focal, address), "is_sure": "yes"}
    for step in ("close", "remove"):
        assert focal.post(address, data=sent | {"form": step}).status_code == 403
    assert "Remove the account" not in page


def test_a_removal_that_is_not_confirmed_changes_nothing(
    app: Flask, client_as: ClientAs, people: dict[str, str]
) -> None:
    administrator = client_as(people["administrator"])
    address = f"/en/people/{number_of(app, people['analyst'])}"
    sent = {"csrf_token": csrf_token(administrator, address), "form": "remove"}
    unsure = administrator.post(address, data=sent)
    assert unsure.status_code == 422 and "Confirm that you know" in unsure.text
    with app.app_context():
        assert service.find_user(people["analyst"]) is not None
    own = administrator.get(f"/en/people/{number_of(app, people['administrator'])}").text
    assert "/en/account/data" in own and "Remove the account" not in own


def test_a_removed_account_is_found_by_no_page_and_no_command(
    app: Flask, client_as: ClientAs, people: dict[str, str]
) -> None:
    number = number_of(app, people["analyst"])
    with app.app_context():
        remove(people["analyst"])
        assert db.session.scalar(select(SignedInSession.token_hash)) is None
    administrator = client_as(people["administrator"])
    assert administrator.get(f"/en/people/{number}").status_code == 404
    assert f"Office of {people['analyst']}" not in administrator.get("/en/people").text
    done = app.test_cli_runner().invoke(users, ["remove", people["analyst"]])
    assert "No account has the address" in str(done.exception)


def test_submissions_and_the_record_still_prove_themselves_after_a_removal(
    app_on_both: Flask, shipped: Framework
) -> None:
    with app_on_both.app_context():
        focal, coordinator = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)
        make_cycle(shipped)
        bring_to(AssessmentState.PUBLISHED, shipped, focal, coordinator)
        bundle = export_bundle("AL", 2026, None, by=None).raw
        db.session.rollback()
        remove(focal)
        assert list(verify(db.session())) == []
        assert export_bundle("AL", 2026, None, by=None).raw == bundle
        db.session.rollback()
    assert not verify_bundle(bundle).differences
