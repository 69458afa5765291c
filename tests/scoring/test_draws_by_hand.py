"""The draws and bands are those of a second program, written from section 8 of docs/method.md."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings

from surveyapp.scoring.method1 import score, score_json
from surveyapp.scoring.robustness import Robustness
from tests.scoring.builders import NOT_APPLICABLE, UNKNOWN, answered_frameworks, framework, level, question
from tests.scoring.drawn_by_hand import band_by_hand, draw_by_hand


def assert_the_same(asked, answers, draws, seed=1, closed=()):
    robustness = Robustness(asked, draws, seed)
    scores = score(asked, answers)
    parts = {(o.id, name): part for o in scores.objectives for name, part in o.dimensions.items()}
    parts = {key: part for key, part in parts.items() if key in closed and part.low is not None}
    drawn = robustness.draw(answers, country="AL", cycle=2026, closed=parts)
    published = {key: score_json(part) for key, part in parts.items()}
    shown = {key: (one["value"] or 0, one["coverage"]) for key, one in published.items()}
    by_hand = draw_by_hand(asked, answers, country="AL", cycle=2026, seed=seed, draws=draws, closed=shown)
    assert set(drawn.rows) == set(by_hand)
    for key, drawn_scores in by_hand.items():
        parts = [Fraction(100 * int(part), drawn.grid) for part in drawn.table[drawn.rows[key]]]
        assert parts == drawn_scores
    bands = robustness.intervals(drawn, scores)
    if "" in by_hand:
        assert bands.overall == band_by_hand(by_hand[""], scores.overall.value)
    for objective in scores.objectives:
        if objective.id in by_hand:
            by_page = band_by_hand(by_hand[objective.id], objective.score.value)
            assert bands.objectives[objective.id] == by_page


@pytest.mark.parametrize("draws", [1, 64, 65, 1100])
def test_draws_and_bands_are_those_of_the_page(draws):
    asked = framework(
        [
            question("o01.a1"),
            question("o01.a2", weight="1/50"),  # a shape below 1
            question("o01.i1", "indicator", weight=3),
            question("o01.i2", "indicator", weight=0),
        ],
        [question("o02.a1"), question("o02.i1", "indicator", same_as="o01.a1"), question("o02.p1", "actor")],
    )
    answers = {"o01.a1": level(3), "o01.a2": level(0), "o01.i1": UNKNOWN, "o02.p1": NOT_APPLICABLE}
    assert_the_same(asked, answers, draws, seed=7)


@settings(max_examples=10, deadline=None)
@given(answered_frameworks())
def test_draws_of_any_framework_are_those_of_the_page(case):
    assert_the_same(*case, draws=70)


@settings(max_examples=10, deadline=None)
@given(answered_frameworks())
def test_draws_with_closed_dimensions_are_those_of_the_page(case):
    """Every second dimension is drawn from its score alone."""
    asked, _ = case
    keys = [(objective.id, one.id) for objective in asked.objectives for one in asked.dimensions]
    assert_the_same(*case, draws=70, closed=keys[::2])


def test_the_words_are_those_of_the_generator():
    from surveyapp.scoring.streams import Stream
    from tests.scoring.drawn_by_hand import words

    name = ("answers", 1, 2026, "AL")
    by_hand = words(*name)
    assert Stream(name).words(1000).tolist() == [next(by_hand) for _ in range(1000)]
