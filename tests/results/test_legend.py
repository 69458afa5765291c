"""The legend shows what the framework has, however many bands those are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.framework.model import Band
from surveyapp.results.heatmap import make_legend_sample

from .pages import read_page
from .world import World, sample_framework

SAMPLES = [(1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (4, (1, 2, 3)), (5, (2, 3, 4)), (9, (4, 5, 6))]


@pytest.mark.parametrize(("count", "levels"), SAMPLES)
def test_the_legend_s_sample_is_made_of_the_framework_s_bands(count: int, levels: tuple[int, ...]) -> None:
    step = Fraction(100, count)
    bands = tuple(Band(n, step * (n - 1), f"Band {n}", "#7d7c78") for n in range(1, count + 1))
    framework = replace(sample_framework(), bands=bands)
    sample = make_legend_sample(framework)
    assert sample.levels == levels
    assert framework.band_of(sample.score).level in levels


def test_the_legend_of_two_bands_shows_no_band_that_is_not_there(app: Flask, client: FlaskClient) -> None:
    bands = (Band(1, Fraction(0), "Little", "#00224e"), Band(2, Fraction(50), "Much", "#fee838"))
    world = World(app, replace(sample_framework(), bands=bands))
    world.cycle(2025)
    for path in ("/en/results/2025", "/en/method"):
        page = read_page(client.get(path).text)
        strip = page.one("ul", class_="states").one("span", class_="strip")
        assert [node.attributes["class"] for node in strip.all("span")] == ["band-1", "band-2"]
        assert "band-3" not in client.get(path).text
