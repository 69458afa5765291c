"""The fewest steps of the overall score: against trying everything, and over questionnaires of real size."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings

from surveyapp.framework.loader import load_framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.scoring.answers import Answer, AnswerState
from surveyapp.scoring.explain import answers_for_an_overall_level, open_in_overall, with_level
from surveyapp.scoring.method1 import score
from surveyapp.scoring.overall_steps import fewest_steps
from tests.scoring.builders import (
    UNKNOWN,
    answered_frameworks,
    framework,
    level,
    question,
    two_objectives,
)

MOST_COMBINATIONS = 5_000


@pytest.fixture(scope="module")
def shipped():
    return load_framework(shipped_folder())


def ways_to_raise(asked, answers):
    """For each question that can be raised: nothing, or each level above its own with the steps to it."""
    scored = {q.answer_id for q in asked.questions.values() if q.is_scored}
    choices = []
    for question_id in sorted(scored):
        codes = [option.code for option in asked.questions[question_id].levels]
        answer = answers.get(question_id, Answer())
        start = codes.index(answer.level) if answer.level is not None else -1
        if answer.state is not AnswerState.NOT_APPLICABLE:
            choices.append(
                [None, *((question_id, codes[n], n - start) for n in range(start + 1, len(codes)))]
            )
    return choices


def fewest_by_trying(asked, answers, choices):
    now = score(asked, answers).overall
    fewest = None
    for chosen in product(*choices):
        changes = [change for change in chosen if change]
        steps = sum(change[2] for change in changes)
        if fewest is not None and steps >= fewest:
            continue
        raised = {name: with_level(answers.get(name), code) for name, code, _ in changes}
        then = score(asked, {**answers, **raised}).overall
        if then.level is not None and then.level > now.level:
            fewest = steps
    return fewest


def raise_all(answers, way):
    raised = {c.question_id: with_level(answers.get(c.question_id), c.to_level) for c in way.changes}
    return {**answers, **raised}


@settings(max_examples=150)
@given(answered_frameworks())
def test_no_fewer_steps_than_are_proven_lift_the_overall_score(case):
    asked, answers = case
    if score(asked, answers).overall.level is None:
        assert fewest_steps(asked, answers) is None
        return
    choices = ways_to_raise(asked, answers)
    combinations = 1
    for some in choices:
        combinations *= len(some)
    if combinations > MOST_COMBINATIONS:
        return
    way, fewest = fewest_steps(asked, answers), fewest_by_trying(asked, answers, choices)
    assert (way is None) == (fewest is None)
    if way is not None:
        assert way.at_least <= fewest <= way.steps
        if way.is_least:
            assert way.steps == fewest


@given(answered_frameworks())
def test_the_steps_found_lift_the_overall_score_and_none_can_be_left_out(case):
    asked, answers = case
    way = fewest_steps(asked, answers)
    if way is None:
        return
    now = score(asked, answers).overall
    assert way.scores == score(asked, raise_all(answers, way))
    assert way.scores.overall.level > now.level
    assert way.steps == sum(change.steps for change in way.changes)
    for left_out in way.changes:
        others = [change for change in way.changes if change != left_out]
        raised = {c.question_id: with_level(answers.get(c.question_id), c.to_level) for c in others}
        assert score(asked, {**answers, **raised}).overall.level == now.level


def test_where_every_question_has_a_level_the_fewest_steps_are_always_proven(shipped):
    random = Random(3)
    asked = [q for q in shipped.questions.values() if q.same_as is None]
    for _ in range(10):
        answers = {q.id: Answer(level=random.choice(q.levels[:4]).code) for q in asked}
        way = fewest_steps(shipped, answers)
        assert way.is_least
        assert way.scores.overall.level == score(shipped, answers).overall.level + 1


def test_the_steps_with_the_largest_weights_come_first():
    """Objective 1 weighs three times as much, so that two steps there do what takes six in objective 2."""
    asked = framework([question("o01.a1")], [question("o02.a1"), question("o02.a2")], weights=(3, 1))
    answers = {"o01.a1": level(1), "o02.a1": level(1), "o02.a2": level(1)}  # 25; the next level begins at 40
    way = fewest_steps(asked, answers)
    assert [(c.question_id, c.from_level, c.to_level) for c in way.changes] == [("o01.a1", "1", "2")]
    assert (way.steps, way.at_least, way.scores.overall.value) == (1, 1, Fraction(175, 4))


def test_an_answer_that_counts_in_two_objectives_is_one_change():
    asked = framework([question("o01.a1")], [question("o02.a1", same_as="o01.a1")])
    way = fewest_steps(asked, {"o01.a1": level(1)})
    assert [(c.question_id, c.to_level, c.steps) for c in way.changes] == [("o01.a1", "2", 1)]
    assert way.scores.overall.value == 50


def test_a_first_answer_is_proposed_where_it_lifts_most():
    """Objective 2 has nothing known: its one question, answered at the top, takes half of all weight."""
    asked = framework(
        [question(f"o01.a{n}") for n in range(1, 9)], [question("o02.a1")], minimum_coverage=Fraction(1, 2)
    )
    answers = {f"o01.a{n}": level(1) for n in range(1, 9)}  # 25; the next level begins at 40
    way = fewest_steps(asked, answers)
    assert [(c.question_id, c.from_level, c.steps) for c in way.changes] == [("o02.a1", None, 4)]
    assert way.is_least


def test_without_a_level_and_in_the_highest_there_is_no_way():
    asked = two_objectives()
    assert fewest_steps(asked, {}) is None
    best = {q.id: Answer(level=q.levels[-1].code) for q in asked.questions.values() if q.same_as is None}
    assert fewest_steps(asked, best) is None


@given(answered_frameworks())
def test_what_is_open_anywhere_adds_up_to_the_bounds_of_the_overall_score(case):
    asked, answers = case
    overall, items = score(asked, answers).overall, open_in_overall(asked, answers)
    if overall.low is not None:
        assert sum(item.width for _, item in items) == overall.high - overall.low
    for _, item in items:
        asked_as = asked.questions[item.question_id].answer_id
        highest = asked.questions[asked_as].levels[-1].code
        given = {**answers, asked_as: with_level(answers.get(asked_as), highest)}
        assert item.value_at_highest == score(asked, given).overall.value


def test_an_open_question_of_a_hidden_dimension_is_not_told_and_what_counts_there_has_no_effect_told():
    asked = framework(
        [question("o01.a1"), question("o01.a2")], [question("o02.a1", same_as="o01.a1"), question("o02.a2")]
    )
    answers = {"o01.a2": UNKNOWN, "o02.a2": UNKNOWN}
    items = open_in_overall(asked, answers, {("o02", "implementation")})
    told = {item.question_id: item.value_at_highest for _, item in items}
    assert told == {"o01.a1": None, "o01.a2": 100}


@given(answered_frameworks())
def test_the_answers_for_an_overall_level_are_enough_and_none_is_too_many(case):
    asked, answers = case
    needed = answers_for_an_overall_level(asked, answers)

    def coverage(questions):
        given = {q.id: with_level(answers.get(q.id), q.levels[0].code) for q in questions}
        return score(asked, {**answers, **given}).overall.coverage

    if coverage(()) is None:
        assert needed == ()
        return
    assert coverage(needed) >= asked.minimum_coverage
    for one in needed:
        assert coverage([other for other in needed if other != one]) < asked.minimum_coverage
