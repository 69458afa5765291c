"""Fields that cannot be kept: said at the field, with what was typed, while the others are saved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from surveyapp.assessments.frozen import to_scoring
from surveyapp.assessments.models import Answer
from surveyapp.database import db
from surveyapp.framework.model import Framework
from surveyapp.scoring.reader import AnswersFile, write_answers
from surveyapp.scoring.reader import read_answers as read_answers_file
from tests.conftest import ClientAs, application, csrf_token
from tests.factories import PASSWORD
from tests.results.pages import read_page

from .acting import read_answers, save
from .conftest import FOCAL_POINT
from .questionnaire import Page, fields_of
from .test_record_answers import given

DAMAGED = "The form was damaged on its way. Look at this answer and save it again."
LEVEL = "This is none of the levels of the question. Choose one of them."
APPLIES = "This question applies to every country: choose a level, or unknown."
WHY_NOT = "Say why this question does not apply to your country."
WHY_UNKNOWN = "Say why this cannot be known at present."
WHICH = "Choose what this is the reason for, or move it to the comment."
DIGITS = "Give the figure in digits, such as 12 or 12.5."
YEAR = "Give the year as four digits."
LINK = "Give the whole address, beginning with https://."
DATE = "Give a date that exists, as year-month-day, such as 2026-03-01."
LONG = "This is too long: at most %d characters."
TITLE = "Give the document a title, so that readers know what it is."

WRONG = [
    ({"o07.a1-level": "9"}, "level", LEVEL),
    ({"o07.a1-level": "none_yet"}, "level", LEVEL),
    ({"o07.a1-level": "not_applicable", "o07.a1-reason": "x"}, "level", APPLIES),
    ({"o07.a2-level": "not_applicable"}, "reason", WHY_NOT),
    ({"o07.a2-level": "not_applicable", "o07.a2-reason": " \n "}, "reason", WHY_NOT),
    ({"o07.a1-level": "unknown"}, "reason", WHY_UNKNOWN),
    ({"o07.a1-reason": "We are asking."}, "reason", WHICH),
    ({"o07.a1-level": "unknown", "o07.a1-reason": "x" * 4001}, "reason", LONG % 4000),
    ({"o07.a1-comment": "ж" * 4001}, "comment", LONG % 4000),
    ({"o07.a1-level": "3", "o07.a1-version": "-1"}, "level", DAMAGED),
    ({"o07.a1-level": "3", "o07.a1-version": "1e9"}, "level", DAMAGED),
    ({"o07.a1-level": "3", "o07.a1-version": "1000000000"}, "level", DAMAGED),
    ({"o07.a1-level": "3", "o07.a1-version": ""}, "level", DAMAGED),
    ({"o07.a1-level": "3", "o07.a1-version": None}, "level", DAMAGED),
    ({"o07.i1-measure_value": "many"}, "measure_value", DIGITS),
    ({"o07.i1-measure_value": "NaN"}, "measure_value", DIGITS),
    ({"o07.i1-measure_value": "1e999999"}, "measure_value", DIGITS),
    ({"o07.i1-measure_value": "1_000"}, "measure_value", DIGITS),
    ({"o07.i1-measure_value": "9" * 16}, "measure_value", "This has too many digits: at most 15."),
    ({"o07.i1-measure_year": "25"}, "measure_year", YEAR),
    ({"o07.i1-measure_year": "last"}, "measure_year", YEAR),
    ({"o07.i1-measure_source": "x" * 201}, "measure_source", LONG % 200),
    ({"o07.a1-evidence_title": "x" * 201}, "evidence_title", LONG % 200),
    ({"o07.a1-evidence_url": "https://example.org/"}, "evidence_title", TITLE),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "javascript:alert(1)"}, "evidence_url", LINK),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "data:text/html,x"}, "evidence_url", LINK),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "https://["}, "evidence_url", LINK),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "https://"}, "evidence_url", LINK),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "https://a.org/\x07"}, "evidence_url", LINK),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "https://a.org/\ue000"}, "evidence_url", LINK),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "https://a.org/" + "x" * 1990}, "evidence_url",
     LONG % 2000),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_date": "2026-02-30"}, "evidence_date", DATE),
    ({"o07.a1-evidence_title": "Law", "o07.a1-evidence_date": "1.3.2026"}, "evidence_date", DATE),
    ({"o07.a1-evidence_remove": "first"}, "evidence_title", DAMAGED),
]  # fmt: skip


@pytest.fixture(scope="module")
def kept_client(albania_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """One focal point who stays signed in: signing in anew for each wrong field is slow."""
    database = tmp_path_factory.mktemp("wrong") / "surveyapp.db"
    shutil.copy(albania_sqlite, database)
    with application(f"sqlite:///{database}") as app:
        client = app.test_client()
        token = csrf_token(client, "/en/sign-in")
        sent = {"email": FOCAL_POINT, "password": PASSWORD, "csrf_token": token}
        assert client.post("/en/sign-in", data=sent).status_code == 303
        yield client


@pytest.fixture
def client_without_answers(kept_client: FlaskClient) -> FlaskClient:
    with kept_client.application.app_context():
        db.session.execute(delete(Answer))
        db.session.commit()
    return kept_client


@pytest.mark.parametrize(("wrong", "at", "words"), WRONG)
def test_a_wrong_field_is_said_kept_in_its_place_and_stops_no_other(
    client_without_answers: FlaskClient, wrong: dict[str, str | None], at: str, words: str
) -> None:
    client = client_without_answers
    page = Page.open(client)
    page.fields.update({"o07.a3-level": "4", "o07.a3-comment": "Right."})
    for name, value in wrong.items():
        page.fields.pop(name, None) if value is None else page.fields.update({name: value})
    answer = Page.of(client, page.path, page.send())
    assert answer.response.status_code == 422
    question = next(iter(wrong)).split("-")[0]
    assert answer.complaint(f"{question}-{at}") == f"{question[1:].lstrip('0').upper()}: {words}"
    shown = fields_of(answer.form)
    for name, value in wrong.items():
        is_hidden = name.endswith(("-version", "-evidence_remove")) or value in ("9", "none_yet")
        is_refused_choice = (name, value) == ("o07.a1-level", "not_applicable")
        if value is not None and not is_hidden and not is_refused_choice:
            assert shown[name] == value, name
    with client.application.app_context():
        answers = read_answers()
    assert set(answers) == {"o07.a3"}
    assert (answers["o07.a3"].level, answers["o07.a3"].comment) == ("4", "Right.")
    assert shown["o07.a3-version"] == "1"


@pytest.mark.parametrize(
    "right",
    [
        {"o07.a1-level": "unknown", "o07.a1-reason": "x" * 4000},
        {"o07.a1-comment": "ж\r\n" * 1999 + "жж"},
        {"o07.i1-measure_value": "12,5"},
        {"o07.i1-measure_value": "-0.123456789012", "o07.i1-measure_year": "2999"},
        {"o07.a1-evidence_title": "x" * 200, "o07.a1-evidence_url": "HTTP://[::1]:80/é?a=b#c"},
        {"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "http://169.254.169.254/"},
        {"o07.a1-evidence_title": "Law", "o07.a1-evidence_url": "https://exam\u00adple.org/a\u200b"},
    ],
)
def test_what_is_just_within_the_limits_is_kept(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, right: dict[str, str]
) -> None:
    page = Page.open(client_as(focal_point))
    page.fields.update(right)
    assert page.send().status_code == 303
    with app.app_context():
        kept = to_scoring(read_answers(), shipped)
    assert len(kept) == 1
    file = json.dumps(write_answers(AnswersFile("AL", 2026, kept)))
    assert read_answers_file(file.encode(), shipped).answers == kept, "what is frozen can be read again"


def test_invisible_marks_in_an_address_are_left_out(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    page = Page.open(client_as(focal_point))
    page.send(o07_a1__evidence_title="Law", o07_a1__evidence_url="https://exam\u00adple.org/\u200ba\u202e")
    with app.app_context():
        [law] = read_answers()["o07.a1"].evidence
    assert law.url == "https://example.org/a"


def test_several_wrong_fields_are_each_said(client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    page = Page.open(client)
    response = page.send(o07_a1__level="9", o07_a1__comment="x" * 4001, o07_a3__level="unknown")
    summary = read_page(response.text).one(class_="summary")
    assert [link.attributes["href"] for link in summary.all("a")] == [
        "#o07.a1-level",
        "#o07.a1-comment",
        "#o07.a3-reason",
    ]
    assert "3 need a mend" in summary.text


def test_fields_that_are_not_sent_stay_as_they_are(app: Flask, client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    Page.open(client).send(
        o07_i1__level="unknown",
        o07_i1__reason="Nobody counts.",
        o07_i1__measure_value="12",
        o07_a1__level="2",
    )
    page = Page.open(client)
    assert page.send_only({"o07.i1-comment": "Asked.", "o07.i1-version": "1"}).status_code == 303
    with app.app_context():
        answers = read_answers()
    kept = answers["o07.i1"]
    assert (kept.reason, kept.measure_value, kept.comment) == ("Nobody counts.", "12", "Asked.")
    assert answers["o07.a1"].version == 1


def test_a_reason_cannot_be_emptied_while_the_answer_needs_one(client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    Page.open(client).send(o07_a1__level="unknown", o07_a1__reason="Nobody counts.")
    page = Page.open(client)
    assert page.send_only({"o07.a1-reason": "", "o07.a1-version": "1"}).status_code == 422
    assert page.send_only({"o07.a2-level": "not_applicable", "o07.a2-version": "0"}).status_code == 422


def test_a_damaged_version_never_overwrites_and_can_be_sent_again(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    with app.app_context():
        save(focal_point, given("1", comment="Theirs."))
    page = Page.open(client)
    again = Page.of(client, page.path, page.send(o07_a1__version="x", o07_a1__level="3"))
    assert again.response.status_code == 422
    conflict = Page.of(client, page.path, again.send())
    assert conflict.response.status_code == 409 and "Theirs." in conflict.response.text
    assert conflict.send().status_code == 303
    with app.app_context():
        assert read_answers()["o07.a1"].level == "3"
