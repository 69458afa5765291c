"""How long history is kept: what goes when its months are over, what never goes, that pages still work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy import func, select

from surveyapp.accounts import invitations
from surveyapp.accounts.models import FailedSignIn, Invitation, PasswordLink, Role, SignedInSession
from surveyapp.assessments import history, remarks, review
from surveyapp.assessments.cli import cycle
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.evidence_files import SentFile, add_file, remove_evidence
from surveyapp.assessments.evidence_store import get_store
from surveyapp.assessments.models import (
    AnswerRevision,
    Assessment,
    Cycle,
    Evidence,
    EvidenceFile,
    OtherAnswer,
    Remark,
    ReviewMark,
    Verdict,
)
from surveyapp.assessments.retention import delete_past, list_due, months_before
from surveyapp.assessments.retention_cli import retention
from surveyapp.assessments.review import GivenMark
from surveyapp.audit.models import AuditEntry
from surveyapp.audit.service import verify
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from surveyapp.mail.models import MailKind, MailState, OutgoingMail
from tests.conftest import ClientAs, csrf_token
from tests.factories import answer_all, delegate, get_user, level, make_cycle, make_user

from .acting import acting, read_answers, read_history, read_submissions, save, start_afresh, step, submit
from .files import PDF

AGED = {
    AnswerRevision: "changed_at",
    OtherAnswer: "changed_at",
    Remark: "written_at",
    ReviewMark: "marked_at",
    EvidenceFile: "added_at",
    Assessment: "accepted_at",
    Delegation: "moved_at",
}


def age(days: int) -> None:
    """Let everything that retention counts from have happened that long ago."""
    start_afresh()
    for model, column in AGED.items():
        db.session.execute(sa.update(model).values({column: now() - timedelta(days=days)}))
    db.session.commit()


def write_history(focal: str, shipped: Framework) -> str:
    """Objective 7's first question with three versions, one kept beside, a remark, a mark, a file that was
    taken away and one that was submitted; accepted. Gives the coordinator.
    """
    coordinator, question = make_user(Role.COORDINATOR), shipped.questions["o07.a1"]
    answer_all(shipped, focal)
    delegate(make_user(Role.CONTRIBUTOR, "AL"), "o07")
    db.session.execute(sa.update(Delegation).values(note="Give the source.", moved_at=now()))
    db.session.commit()
    with acting(focal) as (assessment, user):
        for number, title in enumerate(("Withdrawn", "Decree")):
            sent = SentFile(title, f"{title}.pdf", PDF + bytes([65 + number]))
            add_file(assessment, "o07", "o07.a2", sent, store=get_store(), by=user)
        remarks.add_remark(assessment, "o07", "o07.a1", "Who knows?", by=user, is_delegated=False)
    with acting(focal) as (assessment, user):
        remove_evidence(assessment, "o07", "o07.a2", read_first_evidence(), by=user)
    save(focal, level(question, "1", seen=1))
    save(focal, level(question, "3", seen=2, comment="It stands."))
    assert save(focal, level(question, "0", seen=1)), "kept beside"
    submit(focal)
    with acting(coordinator) as (assessment, user):
        review.record_marks(assessment, [GivenMark("o07.a1", Verdict.ACCEPT)], by=user)
    step("accept", coordinator)
    return coordinator


def read_first_evidence() -> int:
    return db.session.scalars(select(Evidence.id).order_by(Evidence.id)).first() or 0


def apply(*arguments: str) -> str:
    start_afresh()
    done = current_app.test_cli_runner().invoke(retention, ["apply", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    start_afresh()
    return done.stdout


def count_history() -> dict[str, int]:
    found = {}
    for model in AGED:
        found[model.__tablename__] = db.session.scalar(select(func.count()).select_from(model)) or 0
    start_afresh()
    return found


def test_what_is_past_goes_and_answers_and_submissions_stay(focal: str, shipped: Framework) -> None:
    write_history(focal, shipped)
    body, answers = read_submissions()[0].body, read_answers()
    contents = set(get_store().list())
    age(360)
    assert "AL" not in apply()
    age(370)
    before = count_history()
    trial = apply("--dry-run")
    assert count_history() == before and set(get_store().list()) == contents
    said = apply()
    assert said.splitlines()[0] == trial.splitlines()[0]
    assert said.startswith("AL 2026: versions 5, others 1, remarks 1, notes 1, marks 1, files 1\n")
    left = count_history()
    assert left["answer_revision"] == len(answers), "of each answer the version that stands"
    assert [left[name] for name in ("other_answer", "remark", "review_mark", "evidence_file")] == [0, 0, 0, 1]
    assert db.session.scalars(select(Delegation.note)).one() is None
    assert read_submissions()[0].body == body and len(contents - set(get_store().list())) == 1
    assert {q: a.version for q, a in read_answers().items()} == {q: a.version for q, a in answers.items()}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "retention.apply")).one()
    assert (entry.subject, '"versions":5' in entry.facts, '"months":12' in entry.facts) == (
        "assessment/2026/AL",
        True,
        True,
    )
    assert list(verify(db.session())) == []
    assert "AL" not in apply(), "nothing is left to do"


def test_what_was_never_accepted_or_is_open_again_keeps_everything(focal: str, shipped: Framework) -> None:
    coordinator = write_history(focal, shipped)
    age(2000)
    step("reopen", coordinator)
    before = count_history()
    assert "AL" not in apply()
    assert count_history() == before


def test_what_was_written_after_acceptance_has_its_own_months(focal: str, shipped: Framework) -> None:
    write_history(focal, shipped)
    age(370)
    with acting(focal) as (assessment, user):
        remarks.add_remark(assessment, "o07", "o07.a1", "Seen later.", by=user, is_delegated=False)
    apply()
    assert [row.text for row in db.session.scalars(select(Remark))] == ["Seen later."]


def test_the_page_of_a_question_works_after_its_history_went(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    page = "/en/assessments/2026/AL/o07/o07.a1"
    with app.app_context():
        coordinator = write_history(focal_point, shipped)
        age(370)
        apply()
    client = client_as(focal_point)
    assert "as the cycle says" in client.get(page).text and "It stands." in client.get(page).text
    assert "Who knows?" not in client.get(page).text
    with app.app_context():
        step("reopen", coordinator)
    shown = client.get(page).text
    assert 'name="version" value="3"' in shown and "Let this one stand again" not in shown
    token = csrf_token(client, page)
    gone = client.post(f"{page}/restore", data={"csrf_token": token, "entry": "v1", "version": "3"})
    assert gone.status_code == 404
    assert client.get("/en/results/2026/AL/o07").status_code == 200


def test_an_old_page_that_names_a_version_that_is_gone_overwrites_nothing(
    focal: str, shipped: Framework
) -> None:
    coordinator, question = write_history(focal, shipped), shipped.questions["o07.a1"]
    age(370)
    apply()
    step("reopen", coordinator)
    (conflict,) = save(focal, level(question, "0", seen=1))
    assert conflict.kept.level == "3" and read_answers()["o07.a1"].comment == "It stands."
    with acting(focal) as (assessment, _):
        waiting = [entry for entry in history.list_history(assessment, "o07.a1") if entry.is_kept_beside]
    assert [entry.row.level for entry in waiting] == ["0"], "what was typed is kept beside"
    assert save(focal, level(question, "2", seen=3)) == []
    assert [row.version for row in read_history("o07.a1")] == [3, 4]


def test_the_next_cycle_still_shows_what_was_submitted(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        write_history(focal_point, shipped)
        age(370)
        apply()
        make_cycle(shipped, ["AL"], year=2027)
    assert "It stands." in client_as(focal_point).get("/en/assessments/2027/AL/o07").text


def test_two_machines_at_once_delete_and_record_once(focal: str, shipped: Framework) -> None:
    write_history(focal, shipped)
    age(370)
    (number,), app, start = list_due(), current_app._get_current_object(), Barrier(2)  # type: ignore[attr-defined]
    start_afresh()

    def run(_: int) -> bool:
        with app.app_context():
            start.wait()
            begin_write()
            done = delete_past(number, get_store())
            db.session.commit()
            return done is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == [False, True]
    recorded = select(func.count()).where(AuditEntry.action == "retention.apply")
    assert db.session.scalar(recorded) == 1


def test_the_months_are_chosen_per_cycle_on_the_page_and_at_the_command_line(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
    client = client_as(coordinator)
    page = "/en/cycles/2026/retention"
    assert page in client.get("/en/cycles/2026").text
    assert 'value="12"' in client.get(page).text and "Kept for ever" in client.get(page).text
    sent = {"csrf_token": csrf_token(client, page)}
    for wrong in ("0", "121", "a year", ""):
        refused = client.post(page, data=sent | {"months": wrong})
        assert refused.status_code == 422 and "from 1 to 120" in refused.text
    assert client.post(page, data=sent | {"months": "6"}).status_code == 303
    assert "6 months after" in client.get("/en/cycles/2026").text
    run = app.test_cli_runner().invoke
    assert run(cycle, ["retention", "2026"]).stdout == "6 months\n"
    assert run(cycle, ["retention", "2026", "--months", "24"]).exit_code == 0
    assert isinstance(run(cycle, ["retention", "2026", "--months", "0"]).exception, CycleFault)
    assert isinstance(run(cycle, ["retention", "2030"]).exception, CycleFault)
    with app.app_context():
        assert db.session.scalar(select(Cycle.history_months).where(Cycle.year == 2026)) == 24
        query = select(AuditEntry.facts).where(AuditEntry.action == "cycle.retention")
        assert list(db.session.scalars(query)) == ['{"from":12,"to":6}', '{"from":6,"to":24}']


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        ((2027, 3, 31), 1, (2027, 2, 28)),
        ((2028, 2, 29), 12, (2027, 2, 28)),
        ((2027, 1, 15), 1, (2026, 12, 15)),
        ((2027, 6, 15), 120, (2017, 6, 15)),
    ],
)
def test_months_are_those_of_the_calendar(
    moment: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*moment, tzinfo=UTC), months) == datetime(*expected, tzinfo=UTC)


def letter(number: int, state: MailState, days: int) -> OutgoingMail:
    moment = now() - timedelta(days=days)
    return OutgoingMail(
        key=f"test/{number}", kind=MailKind.REMINDER, address="who@example.org", locale="en", subject="Due",
        text="" if state is MailState.SENT else "Soon", html="", message_id=f"<{number}@example.org>",
        state=state, created_at=moment, next_try_at=moment, expires_at=moment + timedelta(days=5),
        sent_at=moment if state is MailState.SENT else None,
    )  # fmt: skip


def test_ended_sessions_used_links_old_invitations_and_addresses_of_letters_go(focal: str) -> None:
    start_afresh()
    begin_write()
    user, old = get_user(focal), now() - timedelta(days=91)
    for days, address in ((1, "new@example.org"), (91, "old@example.org")):
        invitation, _ = invitations.invite(address, "Office", Role.ANALYST, None, locale="en", by=None)
        invitation.sent_at = now() - timedelta(days=days + 7)
        invitation.expires_at = now() - timedelta(days=days)
    for name, moment in (("here", now()), ("ended", old)):
        db.session.add(SignedInSession(token_hash=name, user_id=user.id, began_at=moment, seen_at=moment))
    db.session.add(FailedSignIn(email_hash="x", at=old))
    db.session.add(PasswordLink(token_hash="x", email_hash="x", user_id=None, created_at=old, expires_at=old))
    db.session.add_all(
        [letter(1, MailState.SENT, 91), letter(2, MailState.SENT, 89), letter(3, MailState.FAILED, 91)]
    )
    db.session.commit()
    said = (
        "accounts: sessions 1, wrong passwords 1, password links 1, invitations 1, addresses of letters 2\n"
    )
    assert apply("--dry-run") == said == apply()
    assert list(db.session.scalars(select(Invitation.email))) == ["new@example.org"]
    assert list(db.session.scalars(select(SignedInSession.token_hash))) == ["here"]
    letters = select(OutgoingMail.address).order_by(OutgoingMail.id)
    assert list(db.session.scalars(letters)) == ["", "who@example.org", ""], (
        "the row stays, so none goes twice"
    )
    assert list(verify(db.session())) == []
    assert "addresses of letters 0" in apply()
