"""An objective between a contributor and the focal point, and two offices at one question."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.accounts.models import Role
from tests.conftest import ClientAs
from tests.factories import delegate, get_user, make_user
from tests.results.pages import read_page

from .acting import read_answers, read_others
from .questionnaire import COUNTRY, Page
from .test_autosave import send

SHEET = f"{COUNTRY}/o07"


@pytest.fixture
def welfare(app: Flask, focal_point: str) -> str:
    """A contributor who holds objective 7."""
    with app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
        delegate(email, "o07")
    return email


@pytest.fixture
def police(app: Flask, focal_point: str) -> str:
    """Another who holds it too."""
    with app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL", email="police@example.org")
        delegate(email, "o07")
    return email


def step(app: Flask, client: FlaskClient, name: str, of: str, note: str = "") -> TestResponse:
    page = read_page(client.get("/en/account").text)
    with app.app_context():
        number = str(get_user(of).id)
    sent = {"csrf_token": page.all("input", name="csrf_token")[0].attributes["value"]}
    return client.post(f"{SHEET}/part", data=sent | {"step": name, "user": number, "note": note})


def test_a_ready_objective_takes_no_more_answers_from_its_contributor(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str
) -> None:
    client = client_as(welfare)
    page = Page.open(client)
    old = Page.open(client)
    assert page.send(then="ready", o07_a1__level="2").status_code == 303
    read = client.get(SHEET).text
    assert "You marked this objective as ready on" in read and "form" in read
    refused = old.send(o07_a1__comment="One more thing.")
    assert refused.status_code == 409
    assert "handed over to the focal point" in refused.text and "One more thing." in refused.text
    focal = client_as(focal_point)
    assert f"Office of {welfare} marked this objective as ready on" in read_page(focal.get(SHEET).text).text
    assert f"Office of {welfare}: ready" in read_page(focal.get(COUNTRY).text).text
    assert step(app, client, "resume", welfare).status_code == 303
    assert "You can change your answers again." in client.get(SHEET).text
    assert Page.open(client).send(o07_a1__comment="One more thing.").status_code == 303


def test_the_focal_point_takes_it_over_or_sends_it_back_with_a_remark(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str
) -> None:
    client, focal = client_as(welfare), client_as(focal_point)
    Page.open(client).send(then="ready")
    assert step(app, focal, "take", welfare).status_code == 303
    assert "The answers are taken over." in focal.get(SHEET).text
    assert "The focal point took this objective over" in client.get(SHEET).text
    assert step(app, client, "resume", welfare).status_code == 409
    assert step(app, focal, "send_back", welfare, "Which year is meant in A1?").status_code == 303
    assert "The answers went back to the other office with your remark." in focal.get(SHEET).text
    assert "Which year is meant in A1?" in client.get(SHEET).text
    assert Page.open(client).send(o07_a1__level="2").status_code == 303


@pytest.mark.parametrize(
    ("name", "by", "note", "status"),
    [
        ("take", "contributor", "", 403),
        ("send_back", "contributor", "Mend.", 403),
        ("resume", "focal", "", 403),
        ("take", "focal", "", 409),  # it is not ready yet
        ("send_back", "focal", "Mend.", 409),
        ("anything", "focal", "", 404),
    ],
)
def test_a_wrong_step_is_refused(
    app: Flask,
    client_as: ClientAs,
    focal_point: str,
    welfare: str,
    name: str,
    by: str,
    note: str,
    status: int,
) -> None:
    client = client_as(focal_point if by == "focal" else welfare)
    assert step(app, client, name, welfare, note).status_code == status


def test_it_is_not_sent_back_without_a_word(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str
) -> None:
    Page.open(client_as(welfare)).send(then="ready")
    refused = step(app, client_as(focal_point), "send_back", welfare, "  ")
    assert refused.status_code == 422 and "Say what should be mended" in refused.text
    assert "You marked this objective as ready" in client_as(welfare).get(SHEET).text


def test_a_page_with_a_complaint_is_not_ready(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str
) -> None:
    client = client_as(welfare)
    assert Page.open(client).send(then="ready", o07_a1__level="unknown").status_code == 422
    assert "You marked" not in client.get(SHEET).text


def test_two_offices_are_asked_the_same_and_the_focal_point_chooses(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str, police: str
) -> None:
    first, second = client_as(welfare), client_as(police)
    Page.open(first).send(o07_a1__level="3", o07_a1__comment="The ministry counts 12.")
    response = Page.open(second).send(o07_a1__level="1", o07_a1__comment="We know of 3.")
    assert response.status_code == 303
    assert "yours is kept beside its answer" in second.get(SHEET).text
    with app.app_context():
        assert read_answers()["o07.a1"].comment == "The ministry counts 12."
        assert [other.comment for other in read_others("o07.a1")] == ["We know of 3."]
    focal = client_as(focal_point)
    assert "Another office answered differently." in focal.get(SHEET).text
    history = read_page(focal.get(f"{SHEET}/o07.a1").text)
    assert "waits: the focal point chooses" in history.text
    assert "Choose this one: of Office of police" in history.all("button", name="entry")[0].text
    token = history.all("input", name="csrf_token")[0].attributes["value"]
    entry = history.all("button", name="entry")[0].attributes["value"]
    focal.post(f"{SHEET}/o07.a1/restore", data={"csrf_token": token, "entry": entry, "version": "1"})
    assert "The answer that you chose stands now." in focal.get(SHEET).text
    with app.app_context():
        assert read_answers()["o07.a1"].comment == "We know of 3."
    assert "Another office answered differently." not in focal.get(SHEET).text


def test_the_answer_kept_beside_has_no_words_of_the_office_that_answered_first(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str, police: str
) -> None:
    Page.open(client_as(welfare)).send(o07_a1__level="3", o07_a1__comment="The ministry counts 12.")
    second = client_as(police)
    Page.open(second).send(o07_a1__level="1")
    Page.open(second).send(o07_a1__level="1", o07_a1__comment="The ministry counts 12. We know of 3.")
    with app.app_context():
        kept = [(other.level, other.comment) for other in read_others("o07.a1")]
        assert kept == [("1", ""), ("1", "The ministry counts 12. We know of 3.")]
    focal = client_as(focal_point)
    history = read_page(focal.get(f"{SHEET}/o07.a1").text)
    entries = [node.attributes["value"] for node in history.all("button", name="entry")]
    sent = {"csrf_token": Page.open(focal).fields["csrf_token"], "entry": entries[-1], "version": "1"}
    focal.post(f"{SHEET}/o07.a1/restore", data=sent)
    with app.app_context():
        assert (read_answers()["o07.a1"].level, read_answers()["o07.a1"].comment) == ("1", "")


def test_the_answer_that_stands_can_be_left(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str, police: str
) -> None:
    Page.open(client_as(welfare)).send(o07_a1__level="3")
    Page.open(client_as(police)).send(o07_a1__level="1")
    focal = client_as(focal_point)
    token = Page.open(focal).fields["csrf_token"]
    sent = {"csrf_token": token, "settle": "yes", "version": "1"}
    assert focal.post(f"{SHEET}/o07.a1/restore", data=sent).status_code == 303
    assert "The answer that stood stays." in focal.get(f"{SHEET}/o07.a1").text
    assert "Another office answered differently." not in focal.get(SHEET).text
    assert client_as(police).post(f"{SHEET}/o07.a1/restore", data=sent).status_code in (400, 403)
    with app.app_context():
        assert read_answers()["o07.a1"].level == "3"
        assert [other.level for other in read_others("o07.a1")] == ["1"]


def test_the_script_is_told_that_it_is_kept_beside(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str, police: str
) -> None:
    Page.open(client_as(welfare)).send(o07_a1__level="3")
    told = send(Page.open(client_as(police)), o07_a1__level="1", o07_a1__version="1")
    assert told.status_code == 200
    question = told.get_json()["questions"]["o07.a1"]
    assert question["saved"] == "Kept beside the answer of another office; the focal point chooses."
    assert question["version"] == 1


def test_the_focal_point_writes_over_any_office(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str, police: str
) -> None:
    Page.open(client_as(welfare)).send(o07_a1__level="3")
    assert Page.open(client_as(focal_point)).send(o07_a1__level="2").status_code == 303
    with app.app_context():
        assert read_answers()["o07.a1"].level == "2"
        assert read_others("o07.a1") == []


def test_a_contributor_goes_on_with_the_next_objective_of_theirs(
    app: Flask, client_as: ClientAs, focal_point: str, welfare: str
) -> None:
    with app.app_context():
        delegate(welfare, "o10")
    client = client_as(welfare)
    buttons = [node.attributes.get("value") for node in Page.open(client).form.all("button", name="then")]
    assert "o10" in buttons and "o08" not in buttons
    buttons = [
        node.attributes.get("value") for node in Page.open(client, "o10").form.all("button", name="then")
    ]
    assert not {"o11", "o12", "o13"} & set(buttons)
    buttons = [node.attributes.get("value") for node in Page.open(client_as(focal_point)).form.all("button")]
    assert "o08" in buttons
