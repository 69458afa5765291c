"""Two people on one page: nothing that one has written is lost to the other."""

from __future__ import annotations

from flask import Flask

from surveyapp.accounts.models import Role
from tests.conftest import ClientAs
from tests.factories import make_user

from .acting import read_answers
from .questionnaire import Page


def test_two_people_on_one_page_save_different_questions(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        other = make_user(Role.FOCAL_POINT, "AL", email="other@example.org")
    mine, theirs = Page.open(client_as(focal_point)), Page.open(client_as(other))
    assert theirs.send(o07_a1__level="3", o07_a1__comment="Theirs.").status_code == 303
    assert mine.send(o07_a3__level="2", o07_a3__comment="Mine.").status_code == 303
    with app.app_context():
        answers = read_answers()
    assert (answers["o07.a1"].level, answers["o07.a1"].comment) == ("3", "Theirs.")
    assert (answers["o07.a3"].level, answers["o07.a3"].comment) == ("2", "Mine.")
    assert answers["o07.a1"].version == answers["o07.a3"].version == 1


def test_the_later_of_two_answers_is_shown_beside_the_saved_one_and_can_replace_it(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        other = make_user(Role.FOCAL_POINT, "AL", email="other@example.org")
    client = client_as(focal_point)
    mine, theirs = Page.open(client), Page.open(client_as(other))
    assert theirs.send(o07_a1__level="4", o07_a1__comment="Theirs.").status_code == 303
    refused = Page.of(
        client,
        mine.path,
        mine.send(
            o07_a1__level="1",
            o07_a1__comment="Mine.",
            o07_a1__evidence_title="My document",
            o07_a3__level="2",
        ),
    )
    assert refused.response.status_code == 409
    assert "somebody saved another answer here" in refused.complaint("o07.a1-conflict")
    conflict = refused.document.one(id="o07.a1-conflict").text
    assert "Theirs." in conflict and "Office of other@example.org" in conflict
    assert (refused.fields["o07.a1-level"], refused.fields["o07.a1-comment"]) == ("1", "Mine.")
    assert refused.fields["o07.a1-evidence_title"] == "My document"
    with app.app_context():
        answers = read_answers()
    assert answers["o07.a1"].level == "4" and answers["o07.a3"].level == "2"

    assert refused.send().status_code == 303
    with app.app_context():
        answers = read_answers()
    answer = answers["o07.a1"]
    assert (answer.level, answer.comment, answer.version) == ("1", "Mine.", 2)
    assert [row.title for row in answer.evidence] == ["My document"]
    assert answers["o07.a3"].version == 1


def test_a_wrong_field_beside_a_conflict_is_said_too(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    mine, theirs = Page.open(client), Page.open(client)
    theirs.send(o07_a1__level="4")
    refused = Page.of(client, mine.path, mine.send(o07_a1__level="1", o07_a3__level="9"))
    assert refused.response.status_code == 409
    assert refused.complaint("o07.a1-conflict") and refused.complaint("o07.a3-level")


def test_a_conflict_shows_the_saved_reason(client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    mine, theirs = Page.open(client), Page.open(client)
    theirs.send(o07_a1__level="unknown", o07_a1__reason="Nobody counts.")
    refused = Page.of(client, mine.path, mine.send(o07_a1__level="1"))
    assert "Nobody counts." in refused.document.one(id="o07.a1-conflict").text


def test_two_answers_that_differ_in_the_figure_alone_can_be_told_apart(
    client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    mine, theirs = Page.open(client), Page.open(client)
    figure = {"o07_i1__level": "2", "o07_i1__measure_year": "2025", "o07_i1__measure_source": "Yearly count"}
    theirs.send(o07_i1__measure_value="250", **figure)
    refused = Page.of(client, mine.path, mine.send(o07_i1__measure_value="310", **figure))
    assert refused.response.status_code == 409
    assert "Figure 250 places, 2025, Yearly count" in refused.document.one(id="o07.i1-conflict").text
    assert refused.fields["o07.i1-measure_value"] == "310"
