"""The answers of the demonstration, which nobody should have to wonder about."""

from __future__ import annotations

from surveyapp.demo.invent import COUNTRIES, invent_year
from surveyapp.framework.model import Framework


def test_no_invented_share_is_above_the_whole(shipped: Framework) -> None:
    measures = [
        answer.measure
        for country in COUNTRIES
        for answer in invent_year(shipped, country, 2026, None).values()
        if answer.measure and answer.measure.unit.startswith("per cent")
    ]
    assert measures and all(0 <= measure.value <= 100 for measure in measures)
