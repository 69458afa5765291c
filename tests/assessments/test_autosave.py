"""What the page's script is told when it saves one answer by itself."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from tests.conftest import ClientAs
from tests.factories import delegate, make_user

from .acting import put_into, read_answers, read_others
from .questionnaire import COUNTRY, Page

JSON = {"Accept": "application/json"}


def send(page: Page, **fields: str) -> TestResponse:
    """Send one question's fields as the script does."""
    sent = {"csrf_token": page.fields["csrf_token"]}
    for name, value in fields.items():
        sent[name.replace("__", "-").replace("_", ".", 1)] = value
    return page.client.post(page.path, data=sent, headers=JSON)


def test_one_answer_is_saved_alone_and_the_page_learns_what_changed(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    page = Page.open(client_as(focal_point))
    response = send(page, o07_a1__level="3", o07_a1__comment="Since May.", o07_a1__version="0")
    assert response.status_code == 200
    told = response.get_json()
    assert list(told["questions"]) == ["o07.a1"]
    question = told["questions"]["o07.a1"]
    assert question["version"] == 1 and question["saved"].startswith("Saved on ")
    assert f"Office of {focal_point}" in question["last_saved"]
    assert "1 of 12 answered" in told["tallies"] and 'class="so-far"' in told["so_far"]
    with app.app_context():
        answers = read_answers()
    assert (answers["o07.a1"].level, answers["o07.a1"].comment) == ("3", "Since May.")
    assert list(answers) == ["o07.a1"]


def test_what_is_wrong_is_said_for_its_question(client_as: ClientAs, focal_point: str) -> None:
    page = Page.open(client_as(focal_point))
    response = send(page, o07_a1__level="unknown", o07_a1__reason="", o07_a1__version="0")
    assert response.status_code == 422
    complaints = response.get_json()["questions"]["o07.a1"]["complaints"]
    assert complaints == {"reason": "Say why this cannot be known at present."}


def test_a_newer_answer_comes_back_as_a_panel_and_the_older_one_is_kept_beside_it(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        other = make_user(Role.FOCAL_POINT, "AL", email="other@example.org")
    mine, theirs = Page.open(client_as(focal_point)), Page.open(client_as(other))
    send(theirs, o07_a1__level="4", o07_a1__comment="Theirs.", o07_a1__version="0")
    for _ in range(2):  # sent again after a lost line
        response = send(mine, o07_a1__level="1", o07_a1__comment="Mine.", o07_a1__version="0")
        assert response.status_code == 409
    told = response.get_json()["questions"]["o07.a1"]
    assert told["version"] == 1
    assert "Theirs." in told["conflict"] and "Put mine in its place" in told["conflict"]
    with app.app_context():
        assert read_answers()["o07.a1"].comment == "Theirs."
        assert [(other.comment, other.level, other.version) for other in read_others("o07.a1")] == [
            ("Mine.", "1", 0)
        ]


def test_leaving_the_saved_answer_keeps_all_else_of_the_page(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    mine, theirs = Page.open(client), Page.open(client)
    theirs.send(o07_a1__level="4", o07_a1__comment="Theirs.")
    refused = Page.of(client, mine.path, mine.send(o07_a1__level="1", o07_a1__comment="Mine."))
    assert refused.response.status_code == 409
    left = refused.send(keep="o07.a1", o07_a3__level="2")
    assert left.status_code == 303 and left.location.endswith("#o07.a1")
    with app.app_context():
        answers = read_answers()
    assert (answers["o07.a1"].comment, answers["o07.a3"].level) == ("Theirs.", "2")


@pytest.mark.parametrize("state", [AssessmentState.SUBMITTED, AssessmentState.ACCEPTED])
def test_a_refusal_is_a_sentence_and_changes_nothing(
    app: Flask, client_as: ClientAs, focal_point: str, state: AssessmentState
) -> None:
    page = Page.open(client_as(focal_point))
    with app.app_context():
        put_into(state)
    response = send(page, o07_a1__level="3", o07_a1__version="0")
    assert response.status_code == 409
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["detail"].startswith("This assessment takes no answers now")
    with app.app_context():
        assert read_answers() == {}


def test_a_visitor_is_told_to_sign_in(app: Flask, client_as: ClientAs, focal_point: str) -> None:
    page = Page.open(client_as(focal_point))
    page.client.delete_cookie("surveyapp")
    assert send(page, o07_a1__level="3", o07_a1__version="0").status_code == 400
    app.config["WTF_CSRF_ENABLED"] = False
    assert send(page, o07_a1__level="3", o07_a1__version="0").status_code == 401


def test_a_contributor_saves_no_objective_that_is_not_delegated(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        contributor = make_user(Role.CONTRIBUTOR, "AL")
        delegate(contributor, "o07")
    page = Page.open(client_as(contributor))
    page.path = f"{COUNTRY}/o08"
    assert send(page, o08_a1__level="1", o08_a1__version="0").status_code == 403


def test_damaged_letters_are_refused_and_nothing_is_kept(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    page = Page.open(client_as(focal_point))
    body = f"csrf_token={page.fields['csrf_token']}&o07.a1-version=0&o07.a1-level=1&o07.a1-comment=%ff%fe"
    response = page.client.post(page.path, data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    with app.app_context():
        assert read_answers() == {}
