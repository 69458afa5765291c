"""The chart's data, the colours, and the pages of words."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.assessments.models import AssessmentState
from surveyapp.results.bands import bands_style, contrast, digits_on
from surveyapp.results.hyphens import hyphenated
from surveyapp.settings import Settings
from surveyapp.web.countries import collation_key, country_name, in_order

from .pages import read_page
from .world import UNKNOWN, World, full_answers, sample_framework

FIGURE = "/en/results/2025/figure.json"


def test_the_figure_has_the_numbers_and_signs_of_the_table(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    world.submission(2025, "BA", dict.fromkeys(full_answers(), UNKNOWN))
    world.submission(2025, "RO", full_answers("4"), state=AssessmentState.ACCEPTED)
    figure = client.get(FIGURE).json
    (trace,) = figure["data"]
    assert trace["type"] == "heatmap"
    assert trace["z"] == [[50.0, 50.0], [None, None], [None, None]]
    assert trace["text"] == [["50", "50"], ["?", "?"], ["–", "–"]]
    assert trace["y"] == ["Albania", "Bosnia & Herzegovina", "Romania"]
    assert figure["layout"]["xaxis"]["type"] == figure["layout"]["yaxis"]["type"] == "category"
    assert "2025" in figure["layout"]["title"]["text"]
    assert len(figure["layout"]["annotations"]) == 6


def test_the_colours_of_the_figure_change_only_at_the_limits_of_bands(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    scale = client.get(FIGURE).json["data"][0]["colorscale"]
    assert [place for place, _ in scale] == [0, 0.2, 0.2, 0.4, 0.4, 0.6, 0.6, 0.8, 0.8, 1]
    assert all(scale[i][1] == scale[i + 1][1] for i in range(0, len(scale), 2))


def test_the_figure_of_a_demonstration_says_so(world: World, app: Flask, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    assert "invented" not in client.get(FIGURE).text
    app.config["SETTINGS"] = Settings(is_demo=True)
    assert "invented" in client.get(FIGURE).json["layout"]["title"]["text"]


@pytest.mark.parametrize("colour", ["#00224e", "#434e6c", "#7d7c78", "#bcae6c", "#fee838", "#777777"])
def test_digits_can_be_read_on_every_colour(colour: str) -> None:
    assert contrast(digits_on(colour), colour) >= 4.5


def test_the_colours_are_kept_for_good_only_under_their_own_address(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    page = read_page(client.get("/en/results/2025").text)
    (address,) = [n.attributes["href"] for n in page.all("link") if "bands.css" in n.attributes["href"]]
    response = client.get(address)
    assert response.text == bands_style(sample_framework())
    assert ".band-5 { background: #fee838; color: #05070c; }" in response.text
    assert "immutable" in response.headers["Cache-Control"]
    assert "immutable" not in client.get("/en/results/2025/bands.css?v=old").headers.get("Cache-Control", "")


@pytest.mark.parametrize("page", ["method", "data", "about", "accessibility", "privacy"])
def test_the_pages_of_words_stand_with_and_without_data(world: World, client: FlaskClient, page: str) -> None:
    assert read_page(client.get(f"/en/{page}").text).one("h1").text
    world.cycle(2025)
    world.submission(2025, "AL")
    assert read_page(client.get(f"/en/{page}").text).one("h1").text


def test_the_page_on_privacy_names_what_is_sent_and_what_is_kept_of_ngos(client: FlaskClient) -> None:
    text = read_page(client.get("/en/privacy").text).text
    assert "the opening and closing of a cycle, a new deadline" in text and "mentions in remarks" in text
    assert "The view of an NGO: for ever once it was handed in" in text


def test_the_method_page_leads_to_the_whole_description(client: FlaskClient) -> None:
    link = next(a for a in read_page(client.get("/en/method").text).all("a") if a.text == "docs/method.md")
    described = client.get(link.attributes["href"])
    assert described.content_type == "text/markdown; charset=utf-8"
    assert "value = 100·Σwp ÷ K" in described.text or "Method 1" in described.text


def test_the_method_page_gives_the_weights_and_levels_of_the_newest_framework(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    text = read_page(client.get("/en/method").text).text
    assert "Implementation 0.50" in text
    assert "Participation 0.15" in text
    assert "80–100 Level 5 Band 5" in text
    assert "A dimension with a sensitive question is drawn from its score alone" in text


def test_countries_are_named_and_ordered_in_each_language() -> None:
    assert country_name("XK", "en") == "Kosovo"
    assert country_name("ZZ9", "en") == "ZZ9"
    assert in_order(["RO", "AL", "TR"], "fr") == ["AL", "RO", "TR"]
    assert collation_key("الجبل الأسود") == collation_key("جبل الأسود")


def test_long_words_may_be_broken_and_short_ones_stay_whole() -> None:
    assert hyphenated("Vulnerability").replace("\u00ad", "-") == "Vul-ne-ra-bi-lity"
    assert hyphenated("Services") == "Services"
    assert hyphenated("الاستقلالية والمساواة") == "الاستقلالية والمساواة"
