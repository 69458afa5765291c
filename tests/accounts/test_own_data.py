"""What is held about a person: nothing of it is left out of the file, and nothing of others gets into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts import leaving
from surveyapp.accounts.cli import users
from surveyapp.accounts.errors import AccountFault
from surveyapp.accounts.models import Role
from surveyapp.accounts.own_data import export_user
from surveyapp.assessments import history, remarks
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.models import AssessmentState
from surveyapp.audit.models import AuditEntry
from surveyapp.database import Base, begin_write, db
from surveyapp.framework.model import Framework
from surveyapp.held import list_holdings
from tests.assessments.acting import acting, save, start_afresh
from tests.conftest import ClientAs, csrf_token, mailing
from tests.factories import bring_to, delegate, get_user, level, make_cycle, make_user

ADDRESS_WORDS = ("email", "address")


def list_personal_columns() -> set[str]:
    """Each column that points at an account, or holds an address or its hash."""
    found = set()
    for table in Base.metadata.tables.values():
        for column in table.columns:
            points = any(key.column.table.name == "user" for key in column.foreign_keys)
            if points or any(word in column.name for word in ADDRESS_WORDS):
                found.add(f"{table.name}.{column.name}")
    return found


def test_every_column_about_a_person_is_exported_or_exempt_with_a_reason(app: Flask) -> None:
    with app.app_context():
        exported = {column for holding in list_holdings() for column in holding.sections}
        exempt = {column: why for holding in list_holdings() for column, why in holding.exempt.items()}
    new = list_personal_columns() - exported - set(exempt)
    assert not new, (
        f"add {sorted(new)} to the HOLDING in held.py of its package: exported, or exempt with why"
    )
    assert exported | set(exempt) <= list_personal_columns(), "a column that there is not"
    assert not exported & set(exempt) and all(exempt.values())


def read(email: str) -> dict[str, object]:
    begin_write()
    user = get_user(email)
    made: dict[str, object] = json.loads(export_user(user, by=user))
    db.session.commit()
    return made


def test_every_section_that_a_column_names_is_in_the_file(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        made = read(make_user(Role.ANALYST))
        named = {section for holding in list_holdings() for section in holding.sections.values()}
    assert named <= set(made)
    assert list(made)[:3] == ["format", "made_at", "account"] and made["format"] == "surveyapp-user-data/1"


def test_a_contributor_reads_what_they_gave_and_nothing_of_others(
    app_on_both: Flask, shipped: Framework
) -> None:
    questions = shipped.questions
    with app_on_both.app_context():
        focal, contributor = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.CONTRIBUTOR, "AL")
        make_cycle(shipped)
        delegate(contributor, "o07")
        save(focal, level(questions["o07.a1"], comment="Of the focal point."))
        save(contributor, level(questions["o07.a2"], comment="First."))
        save(contributor, level(questions["o07.a2"], "3", seen=1, comment="Second."))
        with acting(contributor) as (assessment, user):
            remarks.add_remark(assessment, "o07", "o07.a2", "Who knows?", by=user, is_delegated=True)
        made = read(contributor)
        assert read(contributor).keys() == made.keys()
    place = {"cycle": 2026, "country": "AL", "question": "o07.a2"}
    versions = made["versions_of_answers_that_you_gave"]
    assert [row["content"]["comment"] for row in versions] == ["First.", "Second."]  # type: ignore[attr-defined]
    (answer,) = made["answers_that_you_gave_last"]  # type: ignore[misc]
    assert answer.items() >= (place | {"version": 2}).items() and answer["given_at"].endswith("Z")
    (remark,) = made["remarks_that_you_wrote"]  # type: ignore[misc]
    assert remark.items() >= (place | {"content": {"text": "Who knows?"}}).items()
    (given,) = made["objectives_given_to_you"]  # type: ignore[misc]
    assert (given["objective"], given["state"]) == ("o07", "working")
    did = [row["action"] for row in made["record_of_what_you_did"]]  # type: ignore[attr-defined]
    assert did == ["answer.save", "answer.save", "remark.add", "user.export"]
    assert "Of the focal point." not in json.dumps(made)


def test_what_may_not_be_read_any_more_is_named_without_its_content(
    app_on_both: Flask, shipped: Framework
) -> None:
    with app_on_both.app_context():
        make_user(Role.FOCAL_POINT, "AL")
        contributor = make_user(Role.CONTRIBUTOR, "AL")
        make_cycle(shipped)
        delegate(contributor, "o07")
        save(contributor, level(shipped.questions["o07.a2"], comment="Secret by now."))
        begin_write()
        leaving.take_role(get_user(contributor), Role.CONTRIBUTOR, "AL", by=None)
        db.session.commit()
        made = read(contributor)
        assert db.session.scalar(select(Delegation.id)) is None
    (answer,) = made["answers_that_you_gave_last"]  # type: ignore[misc]
    assert answer["question"] == "o07.a2" and answer["content"] is None
    assert "Secret by now." not in json.dumps(made)
    (others,) = [row for row in made["record_of_what_others_did_to_your_account"] if "take" in row["action"]]  # type: ignore[attr-defined]
    assert others["facts"] == {"role": "contributor", "country": "AL"}


def test_a_letter_and_an_invitation_stand_in_the_file_of_whoever_they_were_for(
    sqlite_url: str, shipped: Framework
) -> None:
    with mailing(sqlite_url, "") as app, app.app_context():
        focal, coordinator = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)
        make_cycle(shipped)
        bring_to(AssessmentState.RETURNED, shipped, focal, coordinator)
        made = read(focal)
        assert read(coordinator)["letters_to_your_address"] == []
    letters = made["letters_to_your_address"]
    assert [row["kind"] for row in letters] == ["receipt", "returned"]  # type: ignore[attr-defined]
    assert [row["state"] for row in letters] == ["waiting", "waiting"]  # type: ignore[attr-defined]
    (handed_in,) = made["submissions_that_you_handed_in"]  # type: ignore[misc]
    assert handed_in["revision"] == 1 and len(handed_in["sha256"]) == 64


def test_the_page_says_what_is_held_and_the_button_gives_the_file(app: Flask, client_as: ClientAs) -> None:
    with app.app_context():
        email = make_user(Role.TRANSLATOR)
    client = client_as(email)
    assert "/en/account/data" in client.get("/en/account").text
    page = client.get("/en/account/data").text
    assert "12 hours at most" in page and "For ever" in page and "Views of an NGO that you gave" in page
    token = csrf_token(client, "/en/account/data")
    answer = client.post("/en/account/data", data={"csrf_token": token})
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="surveyapp-data-')
    made = json.loads(answer.text)
    assert made["account"]["email"] == email and len(made["sessions"]) == 1
    assert "token" not in answer.text and "argon2" not in answer.text


def test_the_administrator_answers_a_written_request_with_a_file(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        email = make_user(Role.TRANSLATOR)
    file = tmp_path / "data.json"
    run = app.test_cli_runner().invoke
    assert run(users, ["export", email.upper(), "--out", str(file)]).exit_code == 0
    assert json.loads(file.read_text())["account"]["email"] == email
    assert file.stat().st_mode & 0o077 == 0
    again = run(users, ["export", email, "--out", str(file)])
    assert isinstance(again.exception, AccountFault) and "is there already" in str(again.exception)
    unknown = run(users, ["export", "nobody@example.org", "--out", str(tmp_path / "other.json")])
    assert isinstance(unknown.exception, AccountFault) and not (tmp_path / "other.json").exists()


def test_the_history_page_keeps_the_office_of_a_removed_account(
    app_on_both: Flask, shipped: Framework
) -> None:
    with app_on_both.app_context():
        focal, contributor = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.CONTRIBUTOR, "AL")
        make_cycle(shipped)
        delegate(contributor, "o07")
        save(contributor, level(shipped.questions["o07.a2"]))
        office = get_user(contributor).office
        start_afresh()
        begin_write()
        leaving.remove_account(get_user(contributor), by=get_user(focal))
        db.session.commit()
        with acting(focal) as (assessment, _):
            assert [entry.office for entry in history.list_history(assessment, "o07.a2")] == [office]


@pytest.mark.parametrize("state", [AssessmentState.PUBLISHED])
def test_the_record_holds_no_address(app: Flask, shipped: Framework, state: AssessmentState) -> None:
    with app.app_context():
        focal, coordinator = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)
        make_cycle(shipped)
        bring_to(state, shipped, focal, coordinator)
        begin_write()
        leaving.remove_account(get_user(focal), by=None)
        db.session.commit()
        written = [entry.facts + entry.subject for entry in db.session.scalars(select(AuditEntry))]
    assert len(written) > 5 and not [one for one in written if "@" in one]
