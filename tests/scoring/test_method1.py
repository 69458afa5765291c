from __future__ import annotations

import json
from fractions import Fraction

import pytest

from surveyapp.framework.model import Band
from surveyapp.scoring.answers import Answer, Evidence
from surveyapp.scoring.method1 import (
    Score,
    in_json,
    level_range,
    rounded,
    score,
    scores_bytes,
    scores_document,
)
from surveyapp.scoring.plan import UnknownLevel
from tests.scoring.builders import BANDS, NOT_APPLICABLE, UNKNOWN, framework, level, question, two_objectives

SHA = "0" * 64


def activities(*points: str, count: int, **more):
    return framework([question(f"o01.a{n}", "activity", *points) for n in range(1, count + 1)], **more)


def score_of(asked, answers) -> Score:
    return score(asked, answers).objectives[0].score


def document_of(asked, answers, **more):
    return scores_document(
        score(asked, answers), asked, country="AL", cycle=2026, framework_sha256=SHA, **more
    )


def test_a_dimension_shows_what_is_known_and_what_the_open_questions_could_make_of_it():
    asked = activities(count=4)
    answers = {"o01.a1": level(4), "o01.a2": level(2), "o01.a3": UNKNOWN}
    part = score(asked, answers).objectives[0].dimensions["implementation"]
    assert (part.value, part.low, part.high) == (75, Fraction(75, 2), Fraction(175, 2))
    assert (part.coverage, part.answered, part.questions) == (Fraction(1, 2), 3, 4)


def test_an_objective_is_the_mean_of_its_dimensions_by_their_weights():
    asked = framework([question("o01.a1"), question("o01.i1", "indicator"), question("o01.p1", "actor")])
    answers = {"o01.a1": level(4), "o01.i1": level(2), "o01.p1": level(0)}
    assert score_of(asked, answers).value == 50 + Fraction(35, 2)


def test_a_dimension_of_which_nothing_is_known_leaves_the_value_but_widens_the_bounds():
    asked = framework([question("o01.a1"), question("o01.i1", "indicator")])
    part = score_of(asked, {"o01.a1": level(2)})
    assert part.value == 50
    assert part.low == Fraction(50 * 50, 85)
    assert part.high == Fraction(50 * 50 + 35 * 100, 85)
    assert part.coverage == Fraction(50, 85)


def test_a_dimension_that_does_not_apply_leaves_the_objective():
    asked = framework([question("o01.a1"), question("o01.i1", "indicator")])
    part = score_of(asked, {"o01.a1": level(2), "o01.i1": NOT_APPLICABLE})
    assert (part.value, part.low, part.high, part.coverage) == (50, 50, 50, 1)
    assert (part.answered, part.questions) == (2, 2)


def test_the_overall_score_weighs_the_objectives():
    asked = framework([question("o01.a1")], [question("o02.a1")], weights=(1, 3))
    assert score(asked, {"o01.a1": level(4), "o02.a1": level(2)}).overall.value == Fraction(250, 4)


def test_an_objective_that_does_not_apply_leaves_the_overall_score():
    asked = framework([question("o01.a1")], [question("o02.a1")])
    overall = score(asked, {"o01.a1": level(3), "o02.a1": NOT_APPLICABLE}).overall
    assert (overall.value, overall.low, overall.high, overall.coverage, overall.level) == (75, 75, 75, 1, 4)


def test_where_nothing_is_applicable_all_is_none_but_the_counts():
    asked = activities(count=2)
    scores = score(asked, {"o01.a1": NOT_APPLICABLE, "o01.a2": NOT_APPLICABLE})
    for part in (
        scores.overall,
        scores.objectives[0].score,
        scores.objectives[0].dimensions["implementation"],
    ):
        assert part == Score(None, None, None, None, None, None, 2, 2)


def test_where_nothing_is_answered_the_bounds_are_all_there_is():
    asked = activities(count=2)
    part = score_of(asked, {})
    assert part == Score(None, None, Fraction(0), Fraction(100), None, Fraction(0), 0, 2)
    assert level_range(part, asked) == (1, 5)


def test_not_applicable_leaves_the_sums():
    asked = activities(count=3)
    answers = {"o01.a1": level(4), "o01.a2": level(0)}
    part = score_of(asked, answers | {"o01.a3": NOT_APPLICABLE})
    assert (part.value, part.low, part.high, part.coverage) == (50, 50, 50, 1)


def test_a_question_of_weight_0_never_counts():
    asked = framework(
        [question("o01.a1"), question("o01.a2", weight=0), question("o01.i1", "indicator", weight=0)]
    )
    without = score(asked, {"o01.a1": level(1)})
    for extra in (level(4), level(0), NOT_APPLICABLE, UNKNOWN):
        assert score(asked, {"o01.a1": level(1), "o01.a2": extra, "o01.i1": extra}) == without
    assert list(without.objectives[0].dimensions) == ["implementation"]
    assert without.overall.questions == 1


def test_an_answer_counts_also_where_same_as_points_to_it_with_the_weight_of_that_place():
    asked = framework(
        [question("o01.a1"), question("o01.a2")],
        [question("o02.a1"), question("o02.a2", same_as="o01.a1", weight=3)],
    )
    scores = score(asked, {"o01.a1": level(4), "o02.a1": level(0)})
    assert scores.objectives[1].score.value == 75
    assert (scores.objectives[1].score.answered, scores.overall.answered, scores.overall.questions) == (
        2,
        3,
        4,
    )


@pytest.mark.parametrize(
    ("answer", "evidenced"),
    [(level(4, proven=True), 100), (level(4), 50), (level(3), 50), (level(2), 50), (level(1), 25)],
)
def test_a_level_without_the_evidence_it_needs_counts_as_the_highest_that_needs_none(answer, evidenced):
    asked = framework([question("o01.a1", evidence_from="3")])
    assert score_of(asked, {"o01.a1": answer}).evidenced == evidenced


def test_evidence_alone_is_no_answer():
    asked = activities(count=1)
    part = score_of(asked, {"o01.a1": Answer(comment="Later", evidence=(Evidence("Law"),))})
    assert (part.value, part.answered) == (None, 0)


def test_a_level_that_is_none_of_the_questions_is_refused():
    with pytest.raises(
        UnknownLevel, match=r'^question o01\.a1: there is no level "9"; its levels are 0, 1, 2, 3, 4$'
    ):
        score(activities(count=1), {"o01.a1": level(9)})


@pytest.mark.parametrize(
    ("points", "shown", "expected"),
    [
        ("0.5999996", 60, 3),
        ("0.6", 60, 4),
        ("0.1999999", 20, 1),
        ("0.2", 20, 2),
        ("0.8", 80, 5),
        ("0.79999", 79.999, 4),
    ],
)
def test_the_maturity_level_follows_the_exact_value(points, shown, expected):
    asked = activities("0", points, "1", count=1)
    part = score_of(asked, {"o01.a1": level(1)})
    assert (in_json(part.value), part.level) == (shown, expected)


def test_the_highest_score_has_the_highest_level():
    assert score_of(activities(count=1), {"o01.a1": level(4)}).level == 5


@pytest.mark.parametrize(("known", "expected"), [(1, None), (2, 5), (3, 5)])
def test_below_the_minimum_coverage_there_is_no_level(known, expected):
    asked = activities(count=3)
    assert score_of(asked, {f"o01.a{n}": level(4) for n in range(1, known + 1)}).level == expected


def test_without_a_level_its_range_is_shown():
    asked = activities(count=4)
    assert level_range(score_of(asked, {"o01.a1": level(4), "o01.a2": level(2)}), asked) == (2, 5)


def test_other_bands_are_another_framework():
    asked = activities(count=1, bands=(BANDS[0], Band(2, Fraction(50), "Half", "#000000")))
    assert score_of(asked, {"o01.a1": level(4)}).level == 2


@pytest.mark.parametrize(
    ("number", "whole"), [("1/2", 1), ("5/2", 3), ("49/100", 0), ("86.5", 87), ("99.5", 100)]
)
def test_people_see_whole_numbers_rounded_half_up(number, whole):
    assert rounded(Fraction(number)) == whole


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("200/3", "66.6667"),
        ("0.00005", "0.0001"),
        ("0.00004999", "0"),
        ("50", "50"),
        ("12.34565", "12.3457"),
        ("12.5", "12.5"),
    ],
)
def test_json_has_four_decimals_rounded_once_half_up(number, text):
    assert json.dumps(in_json(Fraction(number))) == text


def test_the_document_has_the_fields_of_the_contract_in_their_order():
    document = document_of(two_objectives(), {"o01.a1": level(3), "o02.i1": level(1)})
    assert list(document) == ["format", "country", "cycle", "framework", "method", "overall", "objectives"]
    assert document["format"] == "surveyapp-scores/1"
    assert document["framework"] == {"id": "sample", "version": "1", "sha256": SHA}
    assert document["method"] == "1"
    fields = ["value", "evidenced", "low", "high", "level", "coverage", "answered", "questions"]
    assert list(document["overall"]) == fields
    first, second = document["objectives"]
    assert list(first) == ["id", "score", "dimensions"]
    assert [first["id"], second["id"]] == ["o01", "o02"]
    assert list(first["dimensions"]) == ["implementation", "results", "participation"]
    assert list(second["dimensions"]) == ["implementation", "results"]
    assert first["dimensions"]["implementation"] == {
        "value": 75,
        "evidenced": 50,
        "low": 37.5,
        "high": 87.5,
        "level": None,
        "coverage": 0.5,
        "answered": 1,
        "questions": 2,
    }


def test_equal_inputs_give_equal_bytes():
    answers = {"o01.a1": level(3), "o02.i1": level(1)}
    turned = dict(reversed(answers.items()))
    assert scores_bytes(document_of(two_objectives(), answers)) == scores_bytes(
        document_of(two_objectives(), turned)
    )
    assert scores_bytes({"b": 50, "a": Fraction(1, 3).numerator}) == b'{"a":1,"b":50}'


def test_an_answer_has_one_state():
    with pytest.raises(ValueError, match="not several"):
        Answer(level="1", unknown="We do not know.")
