"""Reminding at once, by a button of the coordinator: whom, how often, and what stays in the record."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments import parallel
from surveyapp.assessments.models import AssessmentState
from surveyapp.assessments.reminders import remind_now
from surveyapp.assessments.service import get_cycle
from surveyapp.audit.models import AuditEntry
from surveyapp.database import begin_write, db
from surveyapp.framework.model import Framework
from surveyapp.mail.models import OutgoingMail
from surveyapp.mail.sender import send_waiting
from surveyapp.refusals import NotAllowed
from tests.accounts.browsers import send_sign_in
from tests.assessments.viewing import hand_in, level, viewing
from tests.conftest import csrf_token
from tests.factories import bring_to, delegate, get_user, make_cycle, make_user
from tests.results.pages import read_page

from .mail_server import Kept, text_of
from .test_reminders import move_deadline, run

FOLLOW = "/en/cycles/2026"


@pytest.fixture
def region(mailing_on_both: Flask, shipped: Framework) -> Iterator[str]:
    """The coordinator of a cycle of Albania and Bosnia and Herzegovina; the context is open."""
    with mailing_on_both.app_context():
        make_cycle(shipped, ["AL", "BA"])
        for country in ("AL", "BA"):
            make_user(Role.FOCAL_POINT, country, email=f"{country.lower()}@example.org")
        yield make_user(Role.COORDINATOR)


def press(who: str, country: str | None = None) -> int:
    db.session.remove()
    begin_write()
    written = remind_now(get_cycle(2026), [country] if country else None, by=get_user(who))
    db.session.commit()
    db.session.remove()
    return written


def begin_view(ngo: str, country: str) -> None:
    with viewing(ngo, country) as (view, user):
        parallel.record_answers(view, [level("o07.a2", "1")], by=user)


def read_addresses() -> list[str]:
    return sorted(db.session.scalars(select(OutgoingMail.address)))


def test_all_who_have_something_open_are_written_to_once_a_day(region: str, kept: Kept) -> None:
    contributor = make_user(Role.CONTRIBUTOR, "AL", email="health@example.org")
    delegate(contributor, "o07", questions=["o07.a1"])
    assert press(region, "AL") == 2
    assert press(region) == 1, "Bosnia and Herzegovina alone"
    assert press(region) == press(region, "AL") == 0
    send_waiting()
    assert ": one question is open." in text_of(kept.to(contributor)[0])
    assert kept.to("al@example.org")[0]["List-Unsubscribe"]
    assert run() == 3, "the reminders around the deadline come all the same"


def test_it_is_in_the_record_who_reminded_which_countries(region: str) -> None:
    press(region, "AL")
    press(region, "AL")
    query = select(AuditEntry).where(AuditEntry.action == "cycle.remind_now")
    [entry] = db.session.scalars(query)
    assert json.loads(entry.facts) == {"countries": "AL", "letters": 1}
    assert entry.actor_id == get_user(region).id


def test_who_wants_no_reminders_gets_none_and_no_country_that_has_submitted(
    region: str, shipped: Framework
) -> None:
    bring_to(AssessmentState.SUBMITTED, shipped, "ba@example.org", region, "BA")
    db.session.execute(db.update(User).values(wants_reminders=False))
    db.session.commit()
    assert press(region) == 0
    db.session.execute(db.update(User).values(wants_reminders=True))
    db.session.commit()
    assert press(region) == 1
    assert "al@example.org" in read_addresses()


def test_an_ngo_that_has_not_handed_in_its_view_is_reminded_with_its_country(region: str, kept: Kept) -> None:
    ngo, elsewhere, done, _ = (
        make_user(Role.NGO, country, email=f"{name}@example.org")
        for name, country in (("shelter", "AL"), ("law", "BA"), ("done", "AL"), ("idle", "AL"))
    )
    for person, country in ((ngo, "AL"), (elsewhere, "BA"), (done, "AL")):
        begin_view(person, country)
    hand_in(done)
    assert press(region, "AL") == 2, "the focal point and one NGO: nobody is asked to begin a view"
    assert press(region, "AL") == 0
    assert press(region) == 2, "Bosnia and Herzegovina alone"
    send_waiting()
    assert len(kept.to(elsewhere)) == 1
    assert "One question is answered." in text_of(kept.to(ngo)[0]) and kept.to(ngo)[0]["List-Unsubscribe"]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "cycle.remind_now"))
    assert json.loads(next(iter(entries)).facts) == {"countries": "AL", "letters": 2}


def test_an_ngo_is_reminded_where_its_government_has_submitted(region: str, shipped: Framework) -> None:
    ngo = make_user(Role.NGO, "BA", email="law@example.org")
    begin_view(ngo, "BA")
    bring_to(AssessmentState.SUBMITTED, shipped, "ba@example.org", region, "BA")
    db.session.execute(db.update(User).where(User.email != ngo).values(wants_reminders=False))
    db.session.commit()
    assert press(region) == 1


def test_nobody_reminds_an_own_country(region: str) -> None:
    begin_view(make_user(Role.NGO, "AL", email="shelter@example.org"), "AL")
    begin_write()
    db.session.add(RoleGrant(user_id=get_user(region).id, role=Role.FOCAL_POINT, country_code="AL"))
    db.session.commit()
    with pytest.raises(NotAllowed):
        press(region, "AL")
    assert press(region) == 1
    assert read_addresses() == ["ba@example.org"]


def test_only_a_coordinator_reminds(region: str) -> None:
    with pytest.raises(NotAllowed):
        press("al@example.org", "BA")


def test_a_letter_after_the_deadline_says_that_submitting_needs_more_time(
    region: str, kept: Kept, shipped: Framework
) -> None:
    bring_to(AssessmentState.RETURNED, shipped, "ba@example.org", region, "BA")
    move_deadline(-1)
    assert press(region) == 2
    send_waiting()
    words = "its focal point asks the regional secretariat to extend the deadline"
    assert words in text_of(kept.to("al@example.org")[0])
    assert words not in text_of(kept.to("ba@example.org")[-1]), "what came back is mended whatever the day"


def test_the_page_has_a_button_for_each_country_at_work_and_one_for_all(
    mailing_app: Flask, shipped: Framework
) -> None:
    with mailing_app.app_context():
        make_cycle(shipped, ["AL", "BA", "ME"])
        for country in ("AL", "BA"):
            make_user(Role.FOCAL_POINT, country, email=f"{country.lower()}@example.org")
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, "ba@example.org", coordinator, "BA")
    client = mailing_app.test_client()
    send_sign_in(client, coordinator)
    page = read_page(client.get(FOLLOW).text)
    assert [node.attributes["value"] for node in page.all("button", name="country")] == ["AL", "ME"]
    assert "Remind 2 countries now" in page.text
    sent = {"csrf_token": csrf_token(client, FOLLOW)}
    assert client.post(f"{FOLLOW}/remind", data=sent | {"country": "AL"}).status_code == 303
    assert "One person is reminded." in client.get(FOLLOW).text
    client.post(f"{FOLLOW}/remind", data=sent)
    assert "Nobody is reminded:" in client.get(FOLLOW).text
    assert client.post(f"{FOLLOW}/remind", data=sent | {"country": "XX"}).status_code == 404


def test_the_page_has_no_such_button_where_no_letters_are_written(app: Flask, shipped: Framework) -> None:
    with app.app_context():
        make_cycle(shipped)
        coordinator = make_user(Role.COORDINATOR)
    client = app.test_client()
    send_sign_in(client, coordinator)
    assert "Remind" not in read_page(client.get(FOLLOW).text).text


def test_a_country_that_has_submitted_has_a_button_for_an_ngo_that_began_its_view(
    mailing_app: Flask, shipped: Framework
) -> None:
    with mailing_app.app_context():
        make_cycle(shipped, ["AL", "BA"])
        coordinator = make_user(Role.COORDINATOR)
        for country in ("AL", "BA"):
            focal = make_user(Role.FOCAL_POINT, country)
            bring_to(AssessmentState.SUBMITTED, shipped, focal, coordinator, country)
        ngo = make_user(Role.NGO, "BA", email="law@example.org")
    client = mailing_app.test_client()
    send_sign_in(client, coordinator)
    assert "Remind" not in read_page(client.get(FOLLOW).text).text, "nobody has anything open"
    with mailing_app.app_context():
        begin_view(ngo, "BA")
    page = read_page(client.get(FOLLOW).text)
    [button] = page.all("button", name="country")
    assert button.text == "Remind its NGO Bosnia & Herzegovina" and "Remind one country now" in page.text
    sent = {"csrf_token": csrf_token(client, FOLLOW), "country": "BA"}
    assert client.post(f"{FOLLOW}/remind", data=sent).status_code == 303
    with mailing_app.app_context():
        assert ngo in read_addresses()


def test_of_a_filtered_list_those_are_reminded_that_it_shows(mailing_app: Flask, shipped: Framework) -> None:
    with mailing_app.app_context():
        make_cycle(shipped, ["AL", "BA"])
        for country in ("AL", "BA"):
            make_user(Role.FOCAL_POINT, country, email=f"{country.lower()}@example.org")
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.RETURNED, shipped, "ba@example.org", coordinator, "BA")
        before = read_addresses()
    client = mailing_app.test_client()
    send_sign_in(client, coordinator)
    page = read_page(client.get(f"{FOLLOW}?show=draft").text)
    form = page.one("form", id="remind")
    shown = [field.attributes["value"] for field in form.all("input", name="shown")]
    assert shown == ["AL"] and "Remind one country now" in page.text
    sent = {"csrf_token": csrf_token(client, FOLLOW), "shown": shown}
    reminded = client.post(form.attributes["action"], data=sent)
    assert reminded.headers["Location"] == f"{FOLLOW}?show=draft", "the list stays as it was chosen"
    with mailing_app.app_context():
        assert read_addresses() == sorted([*before, "al@example.org"])
