"""What method 1 promises always, over frameworks and answers of every kind."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import asdict, replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.scoring.answers import Answer, AnswerState
from surveyapp.scoring.method1 import Score, Scores, in_json, rounded, score, scores_bytes, scores_document
from surveyapp.scoring.plan import Plan
from tests.scoring.builders import (
    NOT_APPLICABLE,
    UNKNOWN,
    answered_frameworks,
    any_answers,
    framework,
    level,
    other_framework,
    question,
)
from tests.scoring.naive import naive_score


def every_score(scores: Scores) -> Iterator[tuple[object, Score]]:
    yield "overall", scores.overall
    for objective in scores.objectives:
        yield (objective.id,), objective.score
        for dimension_id, part in objective.dimensions.items():
            yield (objective.id, dimension_id), part


@given(answered_frameworks())
def test_the_engine_agrees_with_the_plain_reading_of_the_method(case):
    assert {place: asdict(part) for place, part in every_score(score(*case))} == naive_score(*case)


@pytest.mark.parametrize("seed", range(6))
def test_the_engine_agrees_with_it_also_on_thousands_of_other_documents(seed):
    """Other kinds, ladders, weights and bands; 500 cases for each seed, the same ones at each run."""
    random = Random(seed)
    seen = set()
    for _ in range(500):
        asked = other_framework(random)
        answers = any_answers(random, asked)
        naive = naive_score(asked, answers)
        assert {place: asdict(part) for place, part in every_score(score(asked, answers))} == naive
        seen |= {(part["value"] is None, part["low"] is None, part["level"]) for part in naive.values()}
    assert {(False, False, 2), (False, False, None), (True, False, None), (True, True, None)} <= seen


def test_a_framework_changed_by_a_weight_is_counted_anew():
    asked = framework([question("o01.a1", weight=1), question("o01.a2")])
    answers = {"o01.a1": level(4), "o01.a2": level(0)}
    assert score(asked, answers).overall.value == 50
    heavier = framework([question("o01.a1", weight=3), question("o01.a2")])
    assert score(heavier, answers).overall.value == 75


def test_what_was_made_ready_for_a_framework_goes_with_it():
    def plans() -> int:
        gc.collect()
        return sum(isinstance(thing, Plan) for thing in gc.get_objects())

    before = plans()
    asked = framework([question("o01.a1")])
    score(asked, {})
    assert plans() == before + 1
    del asked
    assert plans() == before


@given(answered_frameworks())
def test_the_value_lies_within_its_bounds(case):
    for _, part in every_score(score(*case)):
        if part.value is not None:
            assert 0 <= part.low <= part.value <= part.high <= 100


@given(answered_frameworks())
def test_what_is_evidenced_is_never_more_than_the_value(case):
    for _, part in every_score(score(*case)):
        if part.value is not None:
            assert 0 <= part.evidenced <= part.value


@given(answered_frameworks(), st.data())
def test_one_more_answer_never_widens_the_bounds(case, data):
    """A further answer: a question unanswered or unknown gets a level, or is said not to apply.

    A part that leaves altogether, since nothing of it applies any more, has no bounds to compare.
    """
    asked, answers = case
    open_ids = [
        q.id
        for q in asked.questions.values()
        if q.same_as is None and answers.get(q.id, Answer()).state in (AnswerState.NONE, AnswerState.UNKNOWN)
    ]
    if not open_ids:
        return
    question_id = data.draw(st.sampled_from(open_ids))
    codes = [option.code for option in asked.questions[question_id].levels]
    further = data.draw(st.sampled_from([*map(level, codes), NOT_APPLICABLE]))
    before = dict(every_score(score(asked, answers)))
    for place, after in every_score(score(asked, answers | {question_id: further})):
        if after.low is not None:
            assert before[place].low <= after.low <= after.high <= before[place].high


@given(answered_frameworks())
def test_to_say_that_one_does_not_know_changes_the_count_of_answers_alone(case):
    asked, answers = case
    unknown = {q.id: UNKNOWN for q in asked.questions.values() if q.same_as is None and q.id not in answers}
    before = dict(every_score(score(asked, answers)))
    for place, after in every_score(score(asked, answers | unknown)):
        assert replace(after, answered=0) == replace(before[place], answered=0)
        assert after.answered >= before[place].answered


@given(answered_frameworks())
def test_the_bounds_are_what_the_lowest_and_highest_answers_to_all_open_questions_give(case):
    asked, answers = case
    open_questions = [
        q
        for q in asked.questions.values()
        if q.same_as is None and answers.get(q.id, Answer()).state in (AnswerState.NONE, AnswerState.UNKNOWN)
    ]
    now = dict(every_score(score(asked, answers)))
    for place, name in ((0, "low"), (-1, "high")):
        closed = {q.id: level(q.levels[place].code) for q in open_questions}
        for key, part in every_score(score(asked, answers | closed)):
            assert part.value == getattr(now[key], name)


@given(answered_frameworks())
def test_a_part_has_a_level_exactly_when_enough_is_known(case):
    asked, answers = case
    for _, part in every_score(score(asked, answers)):
        enough = part.coverage is not None and part.coverage >= asked.minimum_coverage
        assert (part.level is not None) == (enough and part.value is not None)
        assert part.answered <= part.questions


@given(answered_frameworks(), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_changes_no_byte(case, random):
    asked, answers = case
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    documents = [
        scores_document(score(asked, given), asked, country="AL", cycle=2026, framework_sha256="0")
        for given in (answers, dict(shuffled))
    ]
    assert scores_bytes(documents[0]) == scores_bytes(documents[1])


@given(st.fractions(min_value=0, max_value=100))
def test_rounding_goes_to_the_nearest_and_up_from_the_middle(number):
    assert -Fraction(1, 2) < rounded(number) - number <= Fraction(1, 2)
    shown = Fraction(str(in_json(number)))
    assert -Fraction(1, 20_000) < shown - number <= Fraction(1, 20_000)
