"""What leaves an installation as a bundle, who may take it, and that a changed past is seen."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask, current_app
from sqlalchemy import select

from surveyapp.accounts.models import Role
from surveyapp.assessments import bundle_cli
from surveyapp.assessments.errors import NotSubmitted, SubmissionDamaged
from surveyapp.assessments.given import GivenAnswer, GivenEvidence, GivenMeasure
from surveyapp.assessments.models import AnswerState, AssessmentState
from surveyapp.assessments.new_file import FileFault
from surveyapp.audit.models import AuditEntry
from surveyapp.cli import surveyapp
from surveyapp.database import db
from surveyapp.framework.model import Framework
from tests.bundle import independent
from tests.conftest import ClientAs
from tests.factories import YEAR, answer_all, bring_to, delegate, level, make_cycle, make_user
from tests.results.pages import read_page

from .acting import put_into, read_submissions, save, start_afresh, step, submit
from .questionnaire import COUNTRY

TAKE = f"{COUNTRY}/bundle"


def run(command: str, *arguments: object) -> Result:
    """A command in the application whose context is open."""
    start_afresh()
    runner = current_app.test_cli_runner()
    return runner.invoke(getattr(bundle_cli, command), [str(argument) for argument in arguments])


def verify(*files: Path) -> Result:
    """The first file, with the others as its past."""
    earlier = [argument for file in files[1:] for argument in ("--previous", str(file))]
    return CliRunner().invoke(surveyapp, ["submission", "verify", str(files[0]), *earlier])


@pytest.fixture
def submitted(focal: str, shipped: Framework) -> str:
    """Albania's focal point, who has submitted answers of several kinds."""
    answer_all(shipped, focal)
    evidence = GivenEvidence("Report", "https://example.org/report")
    measure = GivenMeasure("12.50", 2025, "Ministry")
    save(
        focal,
        GivenAnswer("o07.i1", AnswerState.LEVEL, 1, level="3", comment="“Ç, ё, ع”\n1 \x7f €", measure=measure,
                    new_evidence=(evidence,)),
        GivenAnswer("o07.a2", AnswerState.NOT_APPLICABLE, 1, reason="There is no such border."),
        GivenAnswer("o08.a1", AnswerState.UNKNOWN, 1, reason="Nobody counts."),
    )  # fmt: skip
    submit(focal)
    return focal


def submit_again(focal: str, shipped: Framework) -> None:
    step("return", make_user(Role.COORDINATOR))
    save(focal, level(shipped.questions["o01.a1"], "4", seen=1))
    submit(focal)


def test_what_is_exported_is_verified_by_the_command_and_by_an_independent_program(
    submitted: str, shipped: Framework, tmp_path: Path
) -> None:
    file = tmp_path / "al.json"
    exported = run("export", "al", YEAR, "--out", file)
    [kept] = read_submissions()
    assert (exported.exit_code, exported.stderr) == (0, ""), exported
    assert exported.stdout == f"AL {YEAR}, revision 1, SHA-256 {kept.sha256}\n"
    assert verify(file).stdout == "verified\n"
    independent.verify(file.read_bytes())
    bundle = json.loads(file.read_bytes())
    assert bundle["submission"] == json.loads(kept.body)
    assert bundle["framework"]["id"] == shipped.id
    assert sorted(bundle["wordings"]) == ["ar", "fr"]
    assert file.stat().st_mode & 0o077 == 0, "others on the machine can read the comments"


def test_a_later_submission_and_the_next_year_follow_the_first_in_their_bundles(
    submitted: str, shipped: Framework, tmp_path: Path
) -> None:
    submit_again(submitted, shipped)
    make_cycle(shipped, year=YEAR + 1)
    answer_all(shipped, submitted, year=YEAR + 1)
    submit(submitted, year=YEAR + 1)
    first, second, third = files = [tmp_path / name for name in ("1.json", "2.json", "3.json")]
    for file, year, options in ((first, YEAR, ("--revision", 1)), (second, YEAR, ()), (third, YEAR + 1, ())):
        assert run("export", "AL", year, "--out", file, *options).exit_code == 0
    assert verify(third, second, first).stdout == "verified\n"
    independent.verify(*[file.read_bytes() for file in reversed(files)])
    assert run("check").stdout == "verified: 3 submissions\n"


def test_equal_exports_are_equal_bytes(submitted: str, tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    for file in (one, two):
        assert run("export", "AL", YEAR, "--out", file).exit_code == 0
    assert one.read_bytes() == two.read_bytes()


def test_that_a_bundle_was_taken_out_is_recorded_and_what_was_submitted_too(
    submitted: str, tmp_path: Path
) -> None:
    run("export", "AL", YEAR, "--out", tmp_path / "al.json")
    [kept] = read_submissions()
    facts = {
        entry.action: json.loads(entry.facts)
        for entry in db.session.scalars(select(AuditEntry))
        if entry.subject == f"assessment/{YEAR}/AL"
    }
    assert facts["submission.export"] == {"revision": 1, "sha256": kept.sha256}
    assert facts["assessment.submit"] == {
        "from": "draft", "to": "submitted", "revision": 1, "sha256": kept.sha256,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("QQ", YEAR), f'"QQ" takes no part in the cycle of {YEAR}; these do: AL, BA.'),
        (("\udcff", YEAR), "takes no part"),
        (("AL", 1999), f"There is no cycle of 1999; there are: {YEAR}."),
        (("BA", YEAR), f"BA has submitted nothing in the cycle of {YEAR}."),
        (("AL", YEAR, "--revision", 2), f"AL has no revision 2; the latest is 1 in the cycle of {YEAR}."),
    ],
)
def test_what_was_not_submitted_is_said_with_what_there_is_and_nothing_is_written(
    submitted: str, tmp_path: Path, arguments: tuple[object, ...], words: str
) -> None:
    done = run("export", *arguments, "--out", tmp_path / "x.json")
    assert isinstance(done.exception, NotSubmitted) and words in str(done.exception)
    assert list(tmp_path.glob("*x.json*")) == []


def test_a_file_is_never_overwritten_and_a_folder_that_is_not_there_is_said(
    submitted: str, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.json"
    taken.write_text("mine")
    for file, words in ((taken, "nothing is overwritten"), (tmp_path / "no" / "x.json", "cannot be written")):
        done = run("export", "AL", YEAR, "--out", file)
        assert isinstance(done.exception, FileFault) and words in str(done.exception)
    assert taken.read_text() == "mine"
    recorded = db.session.scalars(select(AuditEntry.action)).all()
    assert "submission.export" not in recorded


def test_what_cannot_be_read_any_more_is_not_exported(submitted: str, tmp_path: Path) -> None:
    tamper("UPDATE submission SET body = 'gone'")
    done = run("export", "AL", YEAR, "--out", tmp_path / "al.json")
    assert isinstance(done.exception, SubmissionDamaged) and f"AL {YEAR}, revision 1" in str(done.exception)


def test_two_cycles_submitted_at_once_follow_each_other(focal: str, shipped: Framework) -> None:
    make_cycle(shipped, year=YEAR + 1)
    for year in (YEAR, YEAR + 1):
        answer_all(shipped, focal, year=year)
    app, barrier = current_app._get_current_object(), Barrier(2)  # type: ignore[attr-defined]

    def hand_in(year: int) -> str:
        with app.app_context():
            barrier.wait(30)
            return submit(focal, year=year).sha256

    with ThreadPoolExecutor(2) as pool:
        hashes = list(pool.map(hand_in, (YEAR, YEAR + 1)))
    first, second = read_submissions()
    assert {first.sha256, second.sha256} == set(hashes)
    assert [json.loads(one.body)["previous"] for one in (first, second)] == [None, first.sha256]
    assert run("check").stdout == "verified: 2 submissions\n"


# A changed past


def tamper(statement: str) -> None:
    db.session.execute(sa.text(statement.replace(":", r"\:")))
    db.session.commit()
    start_afresh()


def forge() -> None:
    """Change a reason and make its hash anew: nothing in the row itself gives it away."""
    start_afresh()
    first = read_submissions()[0]
    body = first.body.replace("Nobody counts.", "Everybody counts.")
    assert body != first.body
    forged = independent.hash_of(json.loads(body))
    statement = "UPDATE submission SET body = :body, sha256 = :sha256 WHERE id = :id"
    db.session.execute(sa.text(statement), {"body": body, "sha256": forged, "id": first.id})
    db.session.commit()


FIRST, SECOND = f"AL {YEAR}, revision 1: ", f"AL {YEAR}, revision 2: "
# What is done, as SQL or by `forge`, and how a line begins that names it.
CHANGES: dict[str, tuple[str | None, str]] = {
    "an answer": (
        "UPDATE submission SET body = replace(body, 'Nobody counts.', 'We count.') WHERE revision = 1",
        FIRST + "sha256: the row says ",
    ),
    "the scores that pages show": (
        """UPDATE submission SET scores = replace(scores, '"level":3', '"level":5') WHERE revision = 1""",
        FIRST + "scores: those that pages show are not those that the answers give",
    ),
    "a row's number": (
        "UPDATE submission SET revision = 7 WHERE revision = 1",
        f"AL {YEAR}, revision 7: submission.revision: the row says 1, recomputed 7",
    ),
    "a row's time": (
        "UPDATE submission SET submitted_at = '2020-01-01 00:00:00+00:00' WHERE revision = 1",
        FIRST + "submission.submitted_at: ",
    ),
    "no JSON any more": (
        "UPDATE submission SET body = 'gone' WHERE revision = 1",
        FIRST + "line 1, column 1: not JSON",
    ),
    "the first is gone": (
        "DELETE FROM submission WHERE revision = 1",
        FIRST + "it is missing; the record says that ",
    ),
    "the first is gone, as the second sees it": (
        "DELETE FROM submission WHERE revision = 1",
        SECOND + "submission.previous: it follows ",
    ),
    "the last is gone": (
        "DELETE FROM submission WHERE revision = 2",
        SECOND + "it is missing; the record says that ",
    ),
    "forged, as the record sees it": (None, FIRST + "sha256: it is "),
    "forged, as the next one sees it": (None, SECOND + "submission.previous: it follows "),
    "the framework": (
        """UPDATE framework_version SET body = replace(body, '"weight":"7/20"', '"weight":"8/20"')""",
        "framework guidelines-2001 1: sha256: ",
    ),
    "a wording": (
        "UPDATE wording SET body = replace(body, 'a', 'e') WHERE locale = 'fr'",
        "wording fr: it was changed; its hash was ",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_in_what_was_submitted_is_named(
    submitted: str, shipped: Framework, change: str
) -> None:
    submit_again(submitted, shipped)
    assert run("check").stdout == "verified: 2 submissions\n"
    statement, words = CHANGES[change]
    tamper(statement) if statement else forge()
    done = run("check")
    assert (done.exit_code, done.stdout) == (1, "")
    assert any(line.startswith(words) for line in done.stderr.splitlines()), done.stderr


def test_an_installation_without_submissions_is_verified(focal: str) -> None:
    assert run("check").stdout == "verified: 0 submissions\n"


# On the web


@pytest.fixture
def coordinator(app: Flask, focal_point: str, shipped: Framework) -> str:
    """The coordinator, once Albania has submitted."""
    with app.app_context():
        email = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, email)
    return email


def test_the_country_and_the_coordinator_take_the_same_verified_copy_away(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, tmp_path: Path
) -> None:
    taken = [client_as(email).get(TAKE) for email in (focal_point, coordinator)]
    assert [response.status_code for response in taken] == [200, 200]
    assert taken[0].data == taken[1].data
    assert taken[0].headers["Content-Disposition"] == f"attachment; filename=AL-{YEAR}-revision-1.json"
    assert taken[0].headers["Content-Type"] == "application/json"
    assert taken[0].headers["Cache-Control"] == "no-store"
    file = tmp_path / "taken.json"
    file.write_bytes(taken[0].data)
    assert verify(file).stdout == "verified\n"


def test_the_hash_is_shown_on_the_country_s_page_and_where_the_frozen_answers_are_read(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str
) -> None:
    with app.app_context():
        [kept] = read_submissions()
    for email in (focal_point, coordinator):
        client = client_as(email)
        page = read_page(client.get(COUNTRY).text)
        assert kept.sha256 in page.one("code").text
        assert page.all("a", href=TAKE)
        assert kept.sha256 in read_page(client.get(f"{COUNTRY}/o07").text).one("code").text


def test_while_a_country_mends_its_draft_the_reviewer_s_page_alone_shows_the_hash(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str
) -> None:
    with app.app_context():
        put_into(AssessmentState.RETURNED)
    assert read_page(client_as(coordinator).get(f"{COUNTRY}/o07").text).all("code")
    assert not read_page(client_as(focal_point).get(f"{COUNTRY}/o07").text).all("code")


def test_before_a_country_submits_there_is_no_copy_to_take(client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    response = client.get(TAKE)
    assert response.status_code == 404 and "Nothing was submitted here yet" in response.text
    page = read_page(client.get(COUNTRY).text)
    assert not page.all("a", href=TAKE) and not page.all("code")


def test_a_contributor_sees_neither_the_copy_nor_its_hash(
    app: Flask, client_as: ClientAs, coordinator: str
) -> None:
    with app.app_context():
        contributor = make_user(Role.CONTRIBUTOR, "AL")
        delegate(contributor, "o07")
    client = client_as(contributor)
    assert client.get(TAKE).status_code == 403
    assert not read_page(client.get(COUNTRY).text).all("a", href=TAKE)


def test_a_damaged_copy_is_said_on_the_page(app: Flask, client_as: ClientAs, coordinator: str) -> None:
    with app.app_context():
        tamper("UPDATE submission SET body = 'gone'")
    response = client_as(coordinator).get(TAKE)
    assert response.status_code == 500 and "is damaged: AL 2026, revision 1" in response.text
