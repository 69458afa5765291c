"""The words of a question, explained beside it, for those who answer and those who read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from surveyapp.framework.model import Framework
from surveyapp.web.countries import collation_key
from tests.conftest import ClientAs
from tests.factories import bring_to, make_user
from tests.results.pages import Node, read_page

from .questionnaire import COUNTRY, Page

LOCALES = ("en", "fr", "ar")


def terms_at(page: Node, question_id: str) -> list[Node]:
    found = page.one("section", id=question_id).all("div", class_="terms")
    return found[0].all("details") if found else []


def test_each_question_explains_the_words_that_stand_in_it(
    client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    client = client_as(focal_point)
    for objective, questionnaire in shipped.pairs():
        page = Page.open(client, objective.id).document
        for question in questionnaire.questions:
            shown = [node.text for node in terms_at(page, question.id)]
            terms = shipped.terms[question.id]
            assert shown == [f"{t.term} {t.definition} {t.source}" for t in terms], question.id


def test_a_word_is_explained_in_place_so_that_nothing_typed_is_lost(
    client_as: ClientAs, focal_point: str
) -> None:
    page = Page.open(client_as(focal_point)).document
    [first, *_] = terms_at(page, "o07.a1")
    assert first.one("summary").text == "victim of trafficking"
    assert not first.all("a") and "open" not in first.attributes
    [link] = page.all("a", href="/en/glossary/2026")
    assert link.attributes["target"] == "_blank" and "new tab" in link.text


def test_a_word_is_new_at_its_first_question_alone(client_as: ClientAs, focal_point: str) -> None:
    page = Page.open(client_as(focal_point)).document
    details = [(node.one("summary").text, node.attributes.get("class", "")) for node in page.all("details")]
    victims = [class_ for term, class_ in details if term == "victim of trafficking"]
    assert victims == ["", *["again"] * (len(victims) - 1)] and len(victims) > 2


def test_those_who_only_read_see_the_words_too(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    page = read_page(client_as(coordinator).get(f"{COUNTRY}/o07").text)
    assert "These answers can be read here and not changed." in page.text
    assert terms_at(page, "o07.a1")[0].one("summary").text == "victim of trafficking"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_are_in_the_reader_s_language_and_the_page_stays_light(
    client_as: ClientAs, focal_point: str, shipped: Framework, locale: str
) -> None:
    path = f"{COUNTRY.replace('/en/', f'/{locale}/')}/o07"
    client = client_as(focal_point)
    terms = terms_at(read_page(client.get(path).text), "o07.a1")
    assert len(terms) == len(shipped.terms["o07.a1"])
    assert not any(node.all(lang="en") for node in terms)
    is_english = "victim" in terms[0].one("summary").text and "traite" not in terms[0].text
    assert is_english == (locale == "en")
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.data) <= 14 * 1024


def test_explaining_words_asks_the_database_for_nothing(
    client_as: ClientAs, focal_point: str, count_queries: Callable[..., int]
) -> None:
    client = client_as(focal_point)
    client.get(f"{COUNTRY}/o07")
    many, none = (count_queries(client.get, f"{COUNTRY}/{objective}") for objective in ("o07", "o08"))
    assert many == none <= 6


def test_the_overview_begins_with_the_introduction_to_the_whole(
    client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    page = read_page(client_as(focal_point).get(COUNTRY).text)
    introduction = page.one("p", class_="introduction")
    assert introduction.text == shipped.introduction
    assert "serif" in introduction.attributes["class"] and "lang" not in introduction.attributes


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_the_shipped_words_are_translated_whole_and_ordered_by_the_reader_s_alphabet(
    client: FlaskClient, focal_point: str, shipped: Framework, locale: str
) -> None:
    page = read_page(client.get(f"/{locale}/glossary/2026").text)
    shown = page.one("dl", class_="glossary").all("div")
    assert len(shown) == len(shipped.glossary)
    assert not any(node.all(lang="en") for node in shown)
    keys = [collation_key(node.one("dt").text) for node in shown]
    assert keys == sorted(keys)
