from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings

from surveyapp.scoring.answers import Answer, AnswerState
from surveyapp.scoring.explain import answers_for_a_level, explain_objective, explain_overall, with_level
from surveyapp.scoring.method1 import score
from surveyapp.scoring.steps import smallest_steps
from tests.scoring.builders import NOT_APPLICABLE, UNKNOWN, answered_frameworks, framework, level, question


@given(answered_frameworks())
def test_the_terms_of_every_objective_add_up_to_its_score(case):
    asked, answers = case
    for objective in score(asked, answers).objectives:
        explained = explain_objective(asked, answers, objective.id)
        assert explained.score == objective.score
        for part in explained.dimensions:
            counted = [term for term in part.terms if term.counts]
            known = [term for term in counted if term.points is not None]
            assert part.sums.applicable == sum(term.weight for term in counted)
            assert part.sums.known == sum(term.weight for term in known)
            assert part.sums.points == sum(term.weight * term.points for term in known)
        if objective.score.value is not None:
            known_parts = [part for part in explained.dimensions if part.value_share]
            assert sum(part.value_share * part.score.value for part in known_parts) == objective.score.value
        if objective.score.low is not None:
            applicable = [part for part in explained.dimensions if part.bounds_share]
            assert sum(part.bounds_share * part.score.low for part in applicable) == objective.score.low
            width = sum(item.width for item in explained.open_questions)
            assert width == objective.score.high - objective.score.low


@given(answered_frameworks())
def test_the_worths_of_all_answers_add_up_to_the_score_and_their_costs_to_the_gap(case):
    asked, answers = case
    for objective in score(asked, answers).objectives:
        parts = explain_objective(asked, answers, objective.id).dimensions
        worths = [part.worth_of(term) for part in parts for term in part.terms]
        costs = [part.cost_of(term) for part in parts for term in part.terms]
        assert sum(worth for worth in worths if worth is not None) == (objective.score.value or 0)
        assert sum(costs) == sum(part.cost for part in parts) == (objective.score.gap or 0)
        if objective.score.low is not None:
            assert sum(part.width for part in parts) == objective.score.high - objective.score.low


@given(answered_frameworks())
def test_what_the_dimensions_give_after_the_steps_adds_up_to_the_score_then(case):
    asked, answers = case
    for objective in asked.objectives:
        for way in smallest_steps(asked, answers, objective.id):
            assert sum(way.parts) == way.value


@given(answered_frameworks())
def test_the_objectives_add_up_to_the_overall_score(case):
    explained = explain_overall(*case)
    if explained.score.value is not None:
        parts = [term for term in explained.objectives if term.value_share]
        assert sum(term.value_share * term.score.value for term in parts) == explained.score.value


def test_a_term_tells_its_question_level_points_and_missing_evidence():
    asked = framework(
        [question("o01.a1", evidence_from="3"), question("o01.a2", weight=0), question("o01.a3")]
    )
    answers = {"o01.a1": level(4), "o01.a2": level(1), "o01.a3": NOT_APPLICABLE}
    first, unscored, not_applicable = explain_objective(asked, answers, "o01").dimensions[0].terms
    assert (first.question_id, first.source, first.level_code) == ("o01.a1", "1.A1", "4")
    assert (first.points, first.evidenced_points, first.lacks_evidence) == (1, Fraction(1, 2), True)
    assert (unscored.counts, not_applicable.counts) == (False, False)
    assert not_applicable.state is AnswerState.NOT_APPLICABLE


def test_an_open_question_tells_what_it_could_still_change():
    asked = framework([question("o01.a1"), question("o01.a2")])
    (item,) = explain_objective(asked, {"o01.a1": level(2), "o01.a2": UNKNOWN}, "o01").open_questions
    assert (item.question_id, item.dimension_id, item.state) == (
        "o01.a2",
        "implementation",
        AnswerState.UNKNOWN,
    )
    assert (item.width, item.value_at_lowest, item.value_at_highest) == (50, 25, 75)


def test_an_objective_that_is_not_there_is_refused():
    with pytest.raises(KeyError):
        explain_objective(framework([question("o01.a1")]), {}, "o99")


def test_the_fewest_answers_for_a_level_are_the_weightiest():
    asked = framework([question("o01.a1"), question("o01.a2", weight=3), question("o01.a3", weight=2)])
    assert [q.id for q in answers_for_a_level(asked, {}, "o01")] == ["o01.a2", "o01.a3"]
    assert answers_for_a_level(asked, {"o01.a2": level(0), "o01.a3": level(1)}, "o01") == ()


@given(answered_frameworks())
def test_the_answers_for_a_level_are_enough_and_none_is_too_many(case):
    asked, answers = case
    for objective in asked.objectives:
        needed = answers_for_a_level(asked, answers, objective.id)
        given = answers | {q.id: level(q.levels[0].code) for q in needed}
        coverage = score(asked, given).get_objective(objective.id).score.coverage
        if coverage is not None:
            assert coverage >= asked.minimum_coverage
        for left_out in needed:
            fewer = {key: answer for key, answer in given.items() if key != left_out.id}
            part = score(asked, fewer | {left_out.id: UNKNOWN}).get_objective(objective.id).score
            assert part.coverage < asked.minimum_coverage


def least_steps(asked, answers, objective_id):
    """By trying everything: the least steps that reach a higher level, or None."""
    now = score(asked, answers).get_objective(objective_id).score
    if now.level is None:
        return None
    sheet = asked.find_objective(objective_id)[1]
    raised = {q.answer_id: q for q in sheet.questions if q.is_scored}
    choices = []
    for question_id, item in raised.items():
        codes = [option.code for option in item.levels]
        answer = answers.get(question_id, Answer())
        start = codes.index(answer.level) if answer.level is not None else -1
        may_rise = answer.state is not AnswerState.NOT_APPLICABLE
        rises = [
            (question_id, code, place - start)
            for place, code in enumerate(codes)
            if place > start and may_rise
        ]
        choices.append([None, *rises])
    least = None
    for chosen in product(*choices):
        changes = [change for change in chosen if change]
        steps = sum(change[2] for change in changes)
        if not steps or (least is not None and steps >= least):
            continue
        given = dict(answers)
        for question_id, code, _ in changes:
            given[question_id] = with_level(answers.get(question_id), code)
        then = score(asked, given).get_objective(objective_id).score
        if then.level is not None and then.level > now.level:
            least = steps
    return least


@settings(max_examples=40)
@given(answered_frameworks().filter(lambda case: all(len(s.questions) <= 4 for s in case[0].questionnaires)))
def test_no_fewer_steps_reach_the_next_level_than_those_found(case):
    asked, answers = case
    for objective in asked.objectives:
        found = smallest_steps(asked, answers, objective.id)
        assert (found[0].steps if found else None) == least_steps(asked, answers, objective.id)


@given(answered_frameworks())
def test_the_steps_found_reach_the_next_level_in_the_order_of_their_effort(case):
    asked, answers = case
    for objective in asked.objectives:
        now = score(asked, answers).get_objective(objective.id).score
        found = smallest_steps(asked, answers, objective.id)
        efforts = [(item.steps, len(item.changes)) for item in found]
        assert efforts == sorted(efforts)
        assert len(found) <= 3
        for item in found:
            given = dict(answers)
            for change in item.changes:
                given[change.question_id] = with_level(answers.get(change.question_id), change.to_level)
            then = score(asked, given).get_objective(objective.id).score
            assert (then.value, then.level) == (item.value, item.level)
            assert then.level > now.level


def test_the_steps_name_the_question_and_its_levels():
    asked = framework(
        [question("o01.a1", evidence_from="2"), question("o01.a2")], minimum_coverage=Fraction(1, 2)
    )
    first, *_ = smallest_steps(asked, {"o01.a1": level(1)}, "o01")
    (change,) = first.changes
    assert (change.question_id, change.from_level, change.to_level) == ("o01.a1", "1", "2")
    assert (change.steps, change.needs_evidence, first.value, first.level) == (1, True, 50, 3)


def test_to_answer_a_question_counts_from_below_its_lowest_level():
    asked = framework([question("o01.a1"), question("o01.a2", weight=3)], minimum_coverage=Fraction(0))
    answers = {"o01.a1": level(0)}
    first, *_ = smallest_steps(asked, answers, "o01")
    assert [(c.from_level, c.to_level, c.steps) for c in first.changes] == [("0", "1", 1)]
    unanswered = next(
        c for item in smallest_steps(asked, answers, "o01") for c in item.changes if c.from_level is None
    )
    assert (unanswered.question_id, unanswered.to_level, unanswered.steps) == ("o01.a2", "2", 3)


def test_in_the_highest_level_and_without_a_level_there_are_no_steps():
    asked = framework([question("o01.a1"), question("o01.a2"), question("o01.a3")])
    assert smallest_steps(asked, {f"o01.a{n}": level(4) for n in (1, 2, 3)}, "o01") == []
    assert smallest_steps(asked, {"o01.a1": level(1)}, "o01") == []
