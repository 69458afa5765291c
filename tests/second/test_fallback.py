"""A framework written in German: what is not translated is marked as German, never as English."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.language.catalogues import Catalogue
from surveyapp.language.content import (
    Content,
    content_for,
    is_content_complete,
    translation_chain,
    wording_of,
)
from tests.conftest import ClientAs
from tests.factories import YEAR, make_cycle, make_user
from tests.language.files import compile_content
from tests.results.pages import Node, read_page

from .test_framework import FOLDER

ASSESSMENT = f"/en/assessments/{YEAR}/AL"


@pytest.fixture(scope="module")
def water() -> Framework:
    return load_framework(FOLDER)


@pytest.fixture
def focal(app: Flask, water: Framework, client_as: ClientAs) -> FlaskClient:
    with app.app_context():
        make_cycle(water, ["AL"])
        email = make_user(Role.FOCAL_POINT, "AL")
    return client_as(email)


def open_page(client: FlaskClient, path: str) -> Node:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return read_page(response.text)


def test_untranslated_content_is_in_the_framework_s_language(water: Framework, tmp_path: Path) -> None:
    content = content_for(water, "ar", tmp_path)
    shown = content.question(water.questions["brunnen.a1"])
    assert (shown.lang, shown.dir, shown.is_fallback) == ("de", "ltr", True)
    assert (shown.help.lang, shown.unit.lang) == ("de", "de")
    assert content.framework_title().lang == content.introduction(water.questionnaires[0]).lang == "de"
    assert content.as_written("Brunnen").lang == "de"


@pytest.mark.parametrize("locale", ["de", "de_AT"])
def test_its_own_readers_need_no_translation(water: Framework, locale: str, tmp_path: Path) -> None:
    assert translation_chain(water, locale) == (("de_AT",) if locale == "de_AT" else ())
    assert wording_of(water, "de") == {}
    assert content_for(water, "de", tmp_path).question(water.questions["brunnen.a1"]).is_fallback is False
    assert is_content_complete(water, "de", tmp_path)
    assert not is_content_complete(water, "en", tmp_path)


def test_it_can_be_translated_into_english_which_others_see_before_german(
    water: Framework, tmp_path: Path
) -> None:
    compile_content(tmp_path, water, "en", {"*": "en *"})
    for locale in ("en", "fr", "en_GB"):
        assert translation_chain(water, locale)[-1] == "en"
        shown = content_for(water, locale, tmp_path).question(water.questions["brunnen.a1"])
        assert (shown.lang, shown.text[:3]) == ("en", "en ")
    assert is_content_complete(water, "en", tmp_path)
    assert wording_of(water, "en", tmp_path)["brunnen.title"] == "en Schutz der Brunnen"


def test_a_language_in_another_script_is_named_as_pages_name_it(water: Framework) -> None:
    serbian = replace(water, language="sr_Latn")
    assert Content(serbian, "ar", [Catalogue("ar")]).framework_title().lang == "sr-Latn"


def test_its_pages_mark_what_is_german(focal: FlaskClient) -> None:
    overview = open_page(focal, ASSESSMENT)
    introduction = overview.one("p", class_="introduction")
    assert introduction.text == "Einmal im Jahr prüft jedes Land sein Trinkwasser."
    assert (introduction.attributes["lang"], introduction.attributes["dir"]) == ("de", "ltr")
    page = open_page(focal, f"{ASSESSMENT}/brunnen")
    question = page.one("section", id="brunnen.a1")
    assert "It is shown in another language: German." in question.text
    assert question.one("h2").attributes["lang"] == "de"
    assert question.one("ol", class_="ladder").attributes["lang"] == "de"
    assert question.one("p", id="brunnen.a1-help").attributes["lang"] == "de"
    assert [node.text for node in question.one("p", class_="place").all("span", lang="de")] == ["Umsetzung"]
    assert question.one("div", class_="aside").one("p", class_="serif").attributes["lang"] == "de"
    assert "English" not in question.text
    assert not page.one("main").all(lang="en")


def test_a_framework_without_a_glossary_shows_no_words_and_its_glossary_page_says_so(
    focal: FlaskClient, client: FlaskClient
) -> None:
    page = open_page(focal, f"{ASSESSMENT}/brunnen")
    assert not page.all(class_="terms") and not page.all("a", href=f"/en/glossary/{YEAR}")
    assert f"The questionnaires of {YEAR} have no glossary." in open_page(client, f"/en/glossary/{YEAR}").text
