"""The page of a cycle's glossary, which everybody may open."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from surveyapp.framework.glossary import Term
from surveyapp.framework.model import Framework

from .pages import Node, read_page
from .world import World, sample_framework

HARBOURS = (
    Term("quay", "quay", "A wall at which ships lie.", "Rules for safe harbours, article 2"),
    Term("apron", "Apron", "The paved part of a quay.", "No law defines it"),
)


def explained(framework: Framework, *terms: Term) -> Framework:
    return replace(framework, glossary=terms)


def entries(client: FlaskClient, path: str) -> list[Node]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return read_page(response.text).one("dl", class_="glossary").all("div")


def test_each_term_stands_under_an_address_of_its_own_in_alphabetical_order(
    app: Flask, client: FlaskClient
) -> None:
    World(app, explained(sample_framework(), *HARBOURS)).cycle(2025)
    apron, quay = entries(client, "/en/glossary/2025")
    assert (apron.attributes["id"], quay.attributes["id"]) == ("term-apron", "term-quay")
    assert quay.text == "quay A wall at which ships lie. Rules for safe harbours, article 2"


def test_a_past_cycle_keeps_the_words_that_it_was_answered_with(app: Flask, client: FlaskClient) -> None:
    World(app, explained(sample_framework(), HARBOURS[0])).cycle(2025)
    now = replace(HARBOURS[0], definition="A place to land.")
    World(app, explained(sample_framework(), now)).cycle(2026)
    assert "A wall at which ships lie." in entries(client, "/en/glossary/2025")[0].text
    assert "A place to land." in entries(client, "/en/glossary/2026")[0].text


def test_without_a_year_the_newest_is_shown_and_before_the_first_cycle_a_sentence(
    app: Flask, client: FlaskClient
) -> None:
    assert "No cycle has begun yet" in read_page(client.get("/en/glossary").text).text
    assert client.get("/en/glossary/2025").status_code == 404
    World(app, explained(sample_framework(), *HARBOURS)).cycle(2025)
    response = client.get("/en/glossary")
    assert (response.status_code, response.location) == (303, "/en/glossary/2025")


def test_every_page_leads_to_it(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    for path in ("/en/method", "/en/results/2025", "/en/sign-in"):
        page = read_page(client.get(path).text)
        assert page.one("footer").all("a", href="/en/glossary"), path
    assert read_page(client.get("/en/method").text).one("main").all("a", href="/en/glossary")
