"""Last cycle's answers beside this cycle's questions: shown, confirmed on purpose, never carried over."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from surveyapp.accounts.models import Role
from surveyapp.assessments.evidence_files import SentFile, add_file
from surveyapp.assessments.evidence_store import get_store
from surveyapp.assessments.models import AnswerState, AssessmentState
from surveyapp.assessments.service import GivenAnswer
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs
from tests.factories import YEAR, answer_all, bring_to, make_cycle, make_user

from .acting import acting, read_answers, read_history, read_submissions, save, submit
from .files import PDF
from .questionnaire import COUNTRY, Page
from .test_record_answers import LAW, given

LAST = YEAR - 1


@pytest.fixture
def submitted_last_year(app: Flask, shipped: Framework, focal_point: str) -> str:
    """Albania's focal point, whose country submitted the cycle before with one answer worth looking at."""
    with app.app_context():
        make_cycle(shipped, ["AL"], year=LAST)
        answer_all(shipped, focal_point, year=LAST)
        save(
            focal_point,
            given("3", seen=1, comment="In every region.", new_evidence=(LAW,)),
            GivenAnswer("o07.a3", AnswerState.UNKNOWN, 1, reason="Nobody counted."),
            year=LAST,
        )
        submit(focal_point, year=LAST)
    return focal_point


def test_last_cycles_answer_stands_beside_the_question_and_is_not_chosen(
    app: Flask, client_as: ClientAs, submitted_last_year: str
) -> None:
    page = Page.open(client_as(submitted_last_year))
    beside = page.document.one(id="o07.a1").all("div", class_="last-cycle")[0].text
    assert f"In {LAST}" in beside and "In every region." in beside and LAW.title in beside
    assert page.fields.get("o07.a1-level") is None and page.fields["o07.a1-comment"] == ""
    with app.app_context():
        assert read_answers() == {}


def test_unchanged_takes_it_over_and_says_who_confirmed(
    app: Flask, client_as: ClientAs, submitted_last_year: str
) -> None:
    client = client_as(submitted_last_year)
    page = Page.open(client)
    response = page.send(unchanged="o07.a1", o07_a4__level="2")
    assert response.status_code == 303 and response.location.endswith("#o07.a1")
    with app.app_context():
        answers = read_answers()
        answer = answers["o07.a1"]
        history = [row for row in read_history("o07.a1") if row.answer_id == answer.id]
    assert (answer.level, answer.comment, answer.is_confirmed) == ("3", "In every region.", True)
    assert [row.title for row in answer.evidence] == [LAW.title]
    assert answers["o07.a4"].level == "2" and not answers["o07.a4"].is_confirmed
    assert history[-1].is_confirmed and history[-1].changed_by_id is not None
    assert "Confirmed as unchanged." in Page.open(client).document.one(id="o07.a1").text


def test_another_level_is_no_confirmation_any_more(
    app: Flask, client_as: ClientAs, submitted_last_year: str
) -> None:
    client = client_as(submitted_last_year)
    Page.open(client).send(unchanged="o07.a1")
    Page.open(client).send(o07_a1__comment="Said in other words.")
    with app.app_context():
        assert read_answers()["o07.a1"].is_confirmed
    Page.open(client).send(o07_a1__level="2", o07_a1__changed="A shelter was closed.")
    with app.app_context():
        answer = read_answers()["o07.a1"]
    assert not answer.is_confirmed and answer.changed_because == "A shelter was closed."


def test_a_reason_is_confirmed_with_its_answer(
    app: Flask, client_as: ClientAs, submitted_last_year: str
) -> None:
    Page.open(client_as(submitted_last_year)).send(unchanged="o07.a3")
    with app.app_context():
        answer = read_answers()["o07.a3"]
    assert (answer.state, answer.reason) == ("unknown", "Nobody counted.")


def test_this_years_figure_comment_and_document_stay_beside_what_is_confirmed(
    app: Flask, client_as: ClientAs, submitted_last_year: str
) -> None:
    client = client_as(submitted_last_year)
    wrong = Page.open(client).send(o07_i1__measure_value="many", unchanged="o07.i1")
    assert (
        wrong.status_code == 422
        and "Give the figure in digits" in wrong.text
        and 'value="many"' in wrong.text
    )
    Page.open(client).send(o07_i1__measure_value="250", o07_a1__comment="Six more since.")
    typed = {"o07_a1__evidence_title": "Count of shelters", "o07_a1__level": "1"}
    assert Page.open(client).send(unchanged="o07.a1", **typed).status_code == 303
    assert Page.open(client).send(unchanged="o07.i1", o07_i1__measure_year="2025").status_code == 303
    with app.app_context():
        answers = read_answers()
        answer, counted = answers["o07.a1"], answers["o07.i1"]
    assert (answer.level, answer.comment, answer.is_confirmed) == ("3", "Six more since.", True)
    assert [row.title for row in answer.evidence] == [LAW.title, "Count of shelters"]
    assert (counted.measure_value, counted.measure_year, counted.is_confirmed) == ("250", 2025, True)


def test_a_document_of_the_last_cycle_that_is_typed_anew_stands_once_beside_what_is_confirmed(
    app: Flask, client_as: ClientAs, submitted_last_year: str
) -> None:
    page = Page.open(client_as(submitted_last_year))
    typed = {"o07_a1__evidence_title": LAW.title, "o07_a1__evidence_url": LAW.url}
    typed["o07_a1__evidence_date"] = LAW.dated_on.isoformat() if LAW.dated_on else ""
    assert page.send(unchanged="o07.a1", **typed).status_code == 303
    with app.app_context():
        assert [row.title for row in read_answers()["o07.a1"].evidence] == [LAW.title]


def test_without_a_last_cycle_there_is_nothing_to_confirm(client_as: ClientAs, focal_point: str) -> None:
    page = Page.open(client_as(focal_point))
    assert not page.document.all("div", class_="last-cycle")
    assert page.send(unchanged="o07.a1").status_code == 422


def test_confirming_over_a_newer_answer_is_a_conflict(
    app: Flask, client_as: ClientAs, submitted_last_year: str
) -> None:
    client = client_as(submitted_last_year)
    mine, theirs = Page.open(client), Page.open(client)
    theirs.send(o07_a1__level="1")
    assert mine.send(unchanged="o07.a1").status_code == 409
    with app.app_context():
        assert read_answers()["o07.a1"].level == "1"


def test_the_frozen_copy_says_what_was_confirmed_and_why_others_changed(
    app: Flask, client_as: ClientAs, submitted_last_year: str, shipped: Framework
) -> None:
    with app.app_context():
        answer_all(shipped, submitted_last_year)
    client = client_as(submitted_last_year)
    Page.open(client).send(o07_a1__level="2", o07_a1__changed="A shelter was closed.", unchanged="o07.a3")
    with app.app_context():
        submit(submitted_last_year)
        body = json.loads(read_submissions()[-1].body)
    assert body["since_last_cycle"] == {
        "o07.a1": {"changed_because": "A shelter was closed.", "is_confirmed": False},
        "o07.a3": {"changed_because": "", "is_confirmed": True},
    }


@pytest.mark.parametrize("state", [AssessmentState.SUBMITTED, AssessmentState.PUBLISHED])
def test_who_only_reads_sees_what_was_confirmed(
    app: Flask, client_as: ClientAs, submitted_last_year: str, shipped: Framework, state: AssessmentState
) -> None:
    Page.open(client_as(submitted_last_year)).send(unchanged="o07.a1")
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(state, shipped, submitted_last_year, coordinator)
    text = client_as(submitted_last_year).get("/en/assessments/2026/AL/o07").text
    assert f"In {LAST}" in text


def test_a_file_of_last_cycle_is_taken_over_and_belongs_to_this_one_too(
    app: Flask, client_as: ClientAs, shipped: Framework, focal_point: str
) -> None:
    with app.app_context():
        make_cycle(shipped, ["AL"], year=LAST)
        answer_all(shipped, focal_point, year=LAST)
        with acting(focal_point, year=LAST) as (assessment, user):
            sent = SentFile("Decree", "decree.pdf", PDF)
            add_file(assessment, "o07", "o07.a1", sent, store=get_store(), by=user)
        submit(focal_point, year=LAST)
    client = client_as(focal_point)
    page = Page.open(client)
    assert "Decree" in page.document.one(id="o07.a1").all("div", class_="last-cycle")[0].text
    page.send(unchanged="o07.a1")
    with app.app_context():
        [row] = read_answers()["o07.a1"].evidence
        [before] = read_answers(year=LAST)["o07.a1"].evidence
        assert row.file and before.file and row.file.id != before.file.id
        assert row.file.sha256 == before.file.sha256
    with client.get(f"{COUNTRY}/files/{row.file.id}") as got:
        assert got.data == PDF
