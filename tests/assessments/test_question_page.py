"""One question's page: remarks of those who work on it, and the history of its answer."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from tests.conftest import ClientAs
from tests.factories import delegate, make_user
from tests.results.pages import Node, read_page

from .acting import put_into, read_answers, read_history, save
from .questionnaire import COUNTRY, Page
from .test_record_answers import LAW, given

PLACE = f"{COUNTRY}/o07/o07.a1"


def open_page(client: FlaskClient, path: str = PLACE) -> Node:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return read_page(response.text)


def press(client: FlaskClient, action: str, **fields: str) -> TestResponse:
    token = open_page(client).all("input", name="csrf_token")[0].attributes["value"]
    return client.post(f"{PLACE}/{action}", data={"csrf_token": token, **fields})


@pytest.fixture
def welfare(app: Flask, focal_point: str) -> str:
    """A contributor who holds objective 7."""
    with app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
        delegate(email, "o07")
    return email


def test_a_remark_is_read_by_the_others_and_counted_beside_the_question(
    client_as: ClientAs, focal_point: str, welfare: str
) -> None:
    client = client_as(welfare)
    assert press(client, "remarks", text=" Is the shelter in Kukës counted?\r\n ").status_code == 303
    focal = client_as(focal_point)
    thread = open_page(focal).all("ol", class_="thread")[0].text
    assert "Is the shelter in Kukës counted?" in thread and f"Office of {welfare}" in thread
    beside = read_page(focal.get(f"{COUNTRY}/o07").text).one(id="o07.a1").text
    assert "1 remark is open." in beside


def test_a_resolved_remark_stays_and_can_be_opened_again(client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    press(client, "remarks", text="Who knows the number?")
    page = open_page(client)
    assert "The remark is added." in page.one(class_="saved").text
    button = page.one("button", name="resolve")
    press(client, "remarks", resolve=button.attributes["value"])
    page = open_page(client)
    assert "The remark is marked as resolved." in page.one(class_="saved").text
    assert "Resolved on" in page.text and not page.all("button", name="resolve")
    assert "remark is open" not in client.get(f"{COUNTRY}/o07").text
    press(client, "remarks", reopen=page.one("button", name="reopen").attributes["value"])
    assert open_page(client).all("button", name="resolve")


@pytest.mark.parametrize("text", ["", "  \r\n", "x" * 4001])
def test_a_remark_that_is_empty_or_too_long_is_refused_with_what_was_typed(
    client_as: ClientAs, focal_point: str, text: str
) -> None:
    client = client_as(focal_point)
    refused = press(client, "remarks", text=text)
    assert refused.status_code == 422
    assert "remark is not saved" in refused.text and text.strip() in refused.text
    assert not open_page(client).all("ol", class_="thread")


def test_a_remark_of_another_question_cannot_be_resolved_here(client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    assert press(client, "remarks", resolve="4711").status_code == 404


def test_the_history_says_who_gave_what_and_an_earlier_answer_can_stand_again(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str
) -> None:
    with app.app_context():
        save(welfare, given("1", comment="First.", new_evidence=(LAW,)))
        save(focal_point, given("3", seen=1, comment="Second."))
    client = client_as(focal_point)
    page = open_page(client)
    newest, oldest = (item.text for item in page.all("ol", class_="thread")[0].all("li"))
    assert "Second." in newest and "stands now" in newest and f"Office of {focal_point}" in newest
    assert "First." in oldest and f"Office of {welfare}" in oldest
    row = page.all("ol", class_="thread")[0].all("li")[1]
    assert "First." in row.one("div", class_="answered").text, "its button stands below it, not in its line"
    assert "stand again" not in row.one("div", class_="answered").text
    assert press(client, "restore", entry="v1", version="2").status_code == 303
    with app.app_context():
        answer, history = read_answers()["o07.a1"], read_history("o07.a1")
    assert (answer.level, answer.comment, answer.version) == ("1", "First.", 3)
    assert [row.comment for row in history] == ["First.", "Second.", "First."]
    assert [row.title for row in answer.evidence] == [LAW.title]


def test_what_lost_a_conflict_stands_in_the_history_and_can_be_chosen(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    mine, theirs = Page.open(client), Page.open(client)
    theirs.send(o07_a1__level="4", o07_a1__comment="Theirs.")
    assert mine.send(o07_a1__level="1", o07_a1__comment="Mine.").status_code == 409
    page = open_page(client)
    assert "kept beside: another answer was newer" in page.text and "Mine." in page.text
    entry = page.one("button", name="entry").attributes["value"]
    press(client, "restore", entry=entry, version="1")
    with app.app_context():
        assert read_answers()["o07.a1"].comment == "Mine."


def test_an_earlier_answer_is_not_put_over_one_that_came_meanwhile(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        save(focal_point, given("1", comment="First."))
        save(focal_point, given("2", seen=1, comment="Second."))
    client = client_as(focal_point)
    with app.app_context():
        save(focal_point, given("3", seen=2, comment="Third."))
    response = press(client, "restore", entry="v1", version="2")
    assert response.status_code == 303
    assert "Somebody saved another answer meanwhile" in client.get(PLACE).text
    with app.app_context():
        assert read_answers()["o07.a1"].comment == "Third."


def test_after_submitting_nothing_is_restored(app: Flask, client_as: ClientAs, focal_point: str) -> None:
    with app.app_context():
        save(focal_point, given("1"))
        save(focal_point, given("2", seen=1))
        put_into(AssessmentState.SUBMITTED)
    client = client_as(focal_point)
    assert not open_page(client).all("button", name="entry")
    assert press(client, "restore", entry="v1", version="2").status_code == 409


@pytest.mark.parametrize("path", ["/o07/o07.zz", "/o07/o08.a1", "/o99/o07.a1"])
def test_a_question_that_is_not_asked_there_is_no_page(
    client_as: ClientAs, focal_point: str, path: str
) -> None:
    assert client_as(focal_point).get(COUNTRY + path).status_code == 404
