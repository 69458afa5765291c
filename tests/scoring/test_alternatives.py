"""Other ways to combine dimensions, which show how much hangs on the one of record."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.scoring.alternatives import ALTERNATIVES, PLACES, geometric_mean, weakest, what_if
from surveyapp.scoring.method1 import score, weighted_mean
from tests.scoring.builders import answered_frameworks, framework, level, question

ROUNDING = Fraction(1, 10**PLACES)

weighted = st.lists(
    st.tuples(
        st.fractions(min_value=Fraction(1, 100), max_value=100, max_denominator=100),
        st.fractions(min_value=0, max_value=100, max_denominator=1000),
    ),
    min_size=1,
    max_size=5,
)


def answered(**codes: int):
    asked = framework(
        [question("o01.a1"), question("o01.i1", "indicator"), question("o01.p1", "actor")],
        [question("o02.a1")],
        weights=(1, 3),
    )
    answers = {name.replace("_", "."): level(code) for name, code in codes.items()}
    return asked, score(asked, answers)


def test_much_in_one_dimension_makes_up_for_less_under_the_geometric_mean():
    asked, scores = answered(o01_a1=4, o01_i1=1, o01_p1=1)
    found = what_if(asked, scores, "geometric-mean")
    assert scores.get_objective("o01").score.value == Fraction(125, 2)
    assert found.objectives["o01"] == 50  # 100^0.5 × 25^0.35 × 25^0.15


def test_nothing_makes_up_for_the_weakest_dimension():
    asked, scores = answered(o01_a1=4, o01_i1=1, o01_p1=3)
    assert what_if(asked, scores, "weakest-dimension").objectives["o01"] == 25


def test_a_dimension_at_zero_makes_the_objective_zero_under_both():
    asked, scores = answered(o01_a1=4, o01_i1=0, o01_p1=4)
    assert {name: what_if(asked, scores, name).objectives["o01"] for name in ALTERNATIVES} == {
        "geometric-mean": 0,
        "weakest-dimension": 0,
    }


def test_the_objectives_are_averaged_by_their_weights_as_in_the_score_of_record():
    asked, scores = answered(o01_a1=4, o01_i1=1, o01_p1=1, o02_a1=2)
    assert what_if(asked, scores, "geometric-mean").overall == 50
    asked, scores = answered(o01_a1=4, o01_i1=0, o01_p1=4, o02_a1=4)
    assert what_if(asked, scores, "weakest-dimension").overall == 75


def test_what_is_not_known_has_no_value():
    asked, scores = answered(o02_a1=3)
    for name in ALTERNATIVES:
        found = what_if(asked, scores, name)
        assert (found.objectives, found.overall) == ({"o01": None, "o02": 75}, 75)
    asked, scores = answered()
    assert what_if(asked, scores, "geometric-mean").overall is None


def test_a_dimension_without_a_value_leaves_the_others_their_weights():
    asked, scores = answered(o01_a1=4, o01_p1=1)
    found = what_if(asked, scores, "geometric-mean").objectives["o01"]
    assert found == geometric_mean([(Fraction(50), Fraction(100)), (Fraction(15), Fraction(25))])


def test_an_alternative_that_is_none_is_refused():
    asked, scores = answered(o02_a1=3)
    with pytest.raises(KeyError):
        what_if(asked, scores, "1")


@pytest.mark.parametrize(
    ("values", "digits"),
    [((2, 1), "1.414213562373"), ((3, 1), "1.732050807569"), ((8, 2), "4"), ((Fraction(2, 3),) * 2, "2/3")],
)
def test_a_geometric_mean_has_twelve_decimals_rounded_half_up(values, digits):
    assert geometric_mean([(Fraction(1), Fraction(value)) for value in values]) == Fraction(digits)


@given(weighted)
def test_the_weakest_is_at_most_the_geometric_mean_and_that_at_most_the_arithmetic(pairs):
    assert weakest(pairs) - ROUNDING <= geometric_mean(pairs) <= weighted_mean(pairs) + ROUNDING


@given(weighted, st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50))
def test_only_the_proportion_of_the_weights_matters(pairs, factor):
    assert geometric_mean([(weight * factor, value) for weight, value in pairs]) == geometric_mean(pairs)


@given(answered_frameworks())
def test_an_alternative_has_values_where_the_score_has_and_none_above_it(case):
    asked, answers = case
    scores = score(asked, answers)
    for name in ALTERNATIVES:
        found = what_if(asked, scores, name)
        parts = [(found.overall, scores.overall.value)]
        parts += [(found.objectives[scored.id], scored.score.value) for scored in scores.objectives]
        for other, value in parts:
            assert (other is None) == (value is None)
            assert value is None or other <= value + ROUNDING
