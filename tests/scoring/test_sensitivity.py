"""What a score hangs on, held against scoring frameworks with other weights and other answers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answer
from surveyapp.scoring.method1 import score
from surveyapp.scoring.sensitivity import (
    SENSITIVITY_FORMAT,
    Sensitivity,
    WeightOf,
    measure_sensitivity,
    objective_sensitivity,
    range_of_means,
    sensitivity_document,
)
from tests.scoring.builders import NOT_APPLICABLE, UNKNOWN, answered_frameworks, framework, level, question

HALF, MORE = Fraction(1, 2), Fraction(3, 2)
SOME = settings(max_examples=20, deadline=None)  # each example scores many frameworks
SHARES = st.fractions(HALF, MORE, max_denominator=12)


def reweighted(asked: Framework, share_of) -> Framework:
    """The framework with each weight times `share_of(what it belongs to, id)`."""
    return replace(
        asked,
        dimensions=tuple(
            replace(d, weight=d.weight * share_of(WeightOf.DIMENSION, d.id)) for d in asked.dimensions
        ),
        objectives=tuple(
            replace(o, weight=o.weight * share_of(WeightOf.OBJECTIVE, o.id)) for o in asked.objectives
        ),
        questionnaires=tuple(
            replace(
                sheet,
                questions=tuple(
                    replace(q, weight=q.weight * share_of(WeightOf.QUESTION, q.id)) for q in sheet.questions
                ),
            )
            for sheet in asked.questionnaires
        ),
    )


def every_part(asked: Framework, answers) -> list[tuple[Sensitivity, object]]:
    """Each sensitivity with how to read the value it is of from scores."""
    measured = measure_sensitivity(asked, answers)
    parts: list[tuple[Sensitivity, object]] = [(measured.overall, lambda scores: scores.overall.value)]
    for objective_id, part in measured.objectives.items():
        parts.append((part, lambda scores, name=objective_id: scores.get_objective(name).score.value))
    return parts


def without(answers, question_id):
    return {name: answer for name, answer in answers.items() if name != question_id}


@SOME
@given(answered_frameworks())
def test_the_values_are_those_of_the_scores(case):
    scores = score(*case)
    for part, value_of in every_part(*case):
        assert part.value == value_of(scores)
        assert (part.range is None) == (part.value is None)


@SOME
@given(answered_frameworks())
def test_each_weight_moved_alone_gives_what_a_framework_with_that_weight_gives(case):
    asked, answers = case
    for part, value_of in every_part(asked, answers):
        for move in part.weights:
            for share, value in ((HALF, move.halved), (MORE, move.raised)):
                other = reweighted(asked, lambda *place, m=move, s=share: s if place == (m.of, m.id) else 1)
                assert value_of(score(other, answers)) == value
            assert move.most == max(abs(move.halved - part.value), abs(move.raised - part.value))


@SOME
@given(answered_frameworks())
def test_each_answer_moved_alone_gives_what_such_answers_give(case):
    asked, answers = case
    for part, value_of in every_part(asked, answers):
        for move in part.answers:
            codes = [option.code for option in asked.questions[move.question_id].levels]
            place = codes.index(move.level)
            assert answers[move.question_id].level == move.level
            assert (move.lower is None, move.higher is None) == (place == 0, place == len(codes) - 1)
            for step, value in ((place - 1, move.lower), (place + 1, move.higher)):
                if value is not None:
                    stepped = answers | {move.question_id: level(codes[step])}
                    assert value_of(score(asked, stepped)) == value
            assert value_of(score(asked, without(answers, move.question_id))) == move.left_out


@SOME
@given(answered_frameworks(), st.data())
def test_the_range_holds_the_value_and_that_of_every_weighting_in_it(case, data):
    asked, answers = case
    shares: dict[object, Fraction] = {}

    def share_of(*place: object) -> Fraction:
        if place not in shares:
            shares[place] = data.draw(SHARES)
        return shares[place]

    other = score(reweighted(asked, share_of), answers)
    for part, value_of in every_part(asked, answers):
        if part.range is not None:
            lowest, highest = part.range
            assert 0 <= lowest <= part.value <= highest <= 100
            assert lowest <= value_of(other) <= highest
            for move in part.weights:
                assert lowest <= min(move.halved, move.raised) <= max(move.halved, move.raised) <= highest


@SOME
@given(
    st.lists(
        st.tuples(st.fractions(Fraction(1, 9), 9, max_denominator=9), st.integers(0, 100).map(Fraction)),
        min_size=1,
        max_size=6,
    )
)
def test_the_range_of_a_mean_is_that_of_all_corners(weighted):
    means = []
    for shares in product((HALF, MORE), repeat=len(weighted)):
        mass = sum(share * weight for share, (weight, _) in zip(shares, weighted, strict=True))
        total = sum(share * weight * number for share, (weight, number) in zip(shares, weighted, strict=True))
        means.append(total / mass)
    assert range_of_means(weighted) == (min(means), max(means))


def test_the_range_of_an_objective_is_reached_by_weights():
    asked = framework(
        [
            question("o01.a1"),
            question("o01.a2", weight=2),
            question("o01.i1", "indicator"),
            question("o01.i2", "indicator", weight="1/3"),
            question("o01.p1", "actor"),
        ]
    )
    answers = {"o01.a1": level(4), "o01.a2": level(1), "o01.i1": level(0), "o01.i2": level(3)}
    answers["o01.p1"] = level(2)
    places = [(WeightOf.QUESTION, name) for name in answers]
    places += [(WeightOf.DIMENSION, name) for name in ("implementation", "results", "participation")]
    reached = []
    for shares in product((HALF, MORE), repeat=len(places)):
        chosen = dict(zip(places, shares, strict=True))
        other = reweighted(asked, lambda *place, chosen=chosen: chosen.get(place, Fraction(1)))
        reached.append(score(other, answers).overall.value)
    part = objective_sensitivity(asked, answers, "o01")
    assert part.range == (min(reached), max(reached))
    assert measure_sensitivity(asked, answers).overall.range == part.range


@SOME
@given(answered_frameworks(), st.fractions(Fraction(1, 7), 7, max_denominator=7))
def test_all_weights_times_a_number_change_nothing(case, factor):
    asked, answers = case
    scaled = reweighted(asked, lambda *_: factor)
    assert measure_sensitivity(scaled, answers) == measure_sensitivity(asked, answers)


@SOME
@given(answered_frameworks())
def test_other_names_for_the_questions_change_no_number(case):
    asked, answers = case
    renamed = replace(
        asked,
        questionnaires=tuple(
            replace(
                sheet,
                questions=tuple(
                    replace(q, id=f"x{q.id}", same_as=f"x{q.same_as}" if q.same_as else None)
                    for q in sheet.questions
                ),
            )
            for sheet in asked.questionnaires
        ),
    )
    others = every_part(renamed, {f"x{name}": answer for name, answer in answers.items()})
    for (part, _), (other, _) in zip(every_part(asked, answers), others, strict=True):
        assert (other.value, other.range) == (part.value, part.range)
        assert [replace(move, question_id=move.question_id[1:]) for move in other.answers] == list(
            part.answers
        )
        assert [(move.halved, move.raised) for move in other.weights] == [
            (move.halved, move.raised) for move in part.weights
        ]


@SOME
@given(answered_frameworks())
def test_the_largest_change_comes_first(case):
    for part, _ in every_part(*case):
        for moves in (part.weights, part.answers):
            changes = [move.most for move in moves]
            assert changes == sorted(changes, reverse=True)


def test_the_heaviest_weight_and_the_farthest_answer_move_a_score_most():
    asked = framework([question("o01.a1"), question("o01.a2", weight=4), question("o01.a3")])
    answers = {"o01.a1": level(4), "o01.a2": level(4), "o01.a3": level(0)}
    part = objective_sensitivity(asked, answers, "o01")
    first = part.weights[0]
    assert (first.of, first.id, part.value) == (WeightOf.QUESTION, "o01.a2", Fraction(500, 6))
    assert (first.halved, first.raised) == (75, Fraction(700, 8))
    assert [move.question_id for move in part.answers] == ["o01.a2", "o01.a3", "o01.a1"]
    assert (part.answers[0].lower, part.answers[0].higher, part.answers[0].left_out) == (
        Fraction(400, 6),
        None,
        50,
    )


def test_an_answer_that_counts_in_two_places_moves_both():
    asked = framework([question("o01.a1")], [question("o02.a1", same_as="o01.a1"), question("o02.a2")])
    overall = measure_sensitivity(asked, {"o01.a1": level(2), "o02.a2": level(2)}).overall
    (first, second) = overall.answers
    assert (first.question_id, first.lower, first.higher) == (
        "o01.a1",
        50 - Fraction(75, 4),
        50 + Fraction(75, 4),
    )
    assert (second.question_id, second.left_out) == ("o02.a2", 50)


def test_where_nothing_is_known_nothing_moves():
    asked = framework([question("o01.a1")], [question("o02.a1")])
    measured = measure_sensitivity(asked, {"o01.a1": UNKNOWN, "o02.a1": NOT_APPLICABLE})
    assert measured.overall == Sensitivity(None, None, (), ())
    assert set(measured.objectives) == {"o01", "o02"}


def test_the_only_answer_left_out_leaves_no_value():
    part = objective_sensitivity(framework([question("o01.a1")]), {"o01.a1": level(2)}, "o01")
    assert (part.answers[0].left_out, part.answers[0].most, part.range) == (None, 25, (50, 50))


def test_an_objective_that_is_not_there_is_refused():
    with pytest.raises(KeyError):
        objective_sensitivity(framework([question("o01.a1")]), {}, "o02")


def document_of(asked: Framework, answers, hidden=()):
    measured = measure_sensitivity(asked, answers, hidden)
    known = {"country": "AL", "cycle": 2026, "framework_sha256": "0", "hidden": hidden}
    return sensitivity_document(asked, score(asked, answers), measured, **known)


HIDDEN = [("o01", "implementation")]


@SOME
@given(answered_frameworks(), st.randoms(use_true_random=False))
def test_nothing_that_is_told_of_a_hidden_dimension_depends_on_its_single_answers(case, random):
    """Another set of answers with the same score and the same weights known gives the same document."""
    asked, answers = case
    sheet = asked.questionnaires[0]
    own = [q for q in sheet.of_kind("activity") if q.is_scored and q.id in answers]
    alike = [q for q in own if q.weight == own[0].weight and q.levels == own[0].levels]
    counted_elsewhere = {
        q.answer_id for s in asked.questionnaires for q in s.questions if q not in sheet.of_kind("activity")
    }
    swapped = [q.id for q in alike if q.id not in counted_elsewhere]
    shuffled = random.sample(swapped, len(swapped))
    others = answers | {new: answers[old] for old, new in zip(swapped, shuffled, strict=True)}
    first, second = (document_of(asked, given, HIDDEN) for given in (answers, others))
    assert first == second
    told = {move["question"] for part in (first["overall"], *first["objectives"]) for move in part["answers"]}
    assert told.isdisjoint(swapped)


def test_the_range_of_a_hidden_dimension_leaves_its_question_weights_alone():
    asked = framework([question("o01.a1"), question("o01.a2"), question("o01.i1", "indicator")])
    answers = {"o01.a1": level(4), "o01.a2": level(0), "o01.i1": level(2)}
    told = objective_sensitivity(asked, answers, "o01", HIDDEN)
    assert told.range == (50, 50)
    assert {move.of for move in told.weights} == {WeightOf.DIMENSION, WeightOf.QUESTION}
    assert [move.id for move in told.weights if move.of is WeightOf.QUESTION] == ["o01.i1"]
    assert [move.question_id for move in told.answers] == ["o01.i1"]
    assert objective_sensitivity(asked, answers, "o01").range != told.range


def test_an_answer_that_also_counts_in_a_hidden_dimension_is_told_where_only_open_ones_count():
    asked = framework([question("o01.a1", same_as="o02.i1")], [question("o02.i1", "indicator")])
    measured = measure_sensitivity(asked, {"o02.i1": level(2)}, HIDDEN)
    assert measured.overall.answers == measured.objectives["o01"].answers == ()
    assert [move.question_id for move in measured.objectives["o02"].answers] == ["o02.i1"]


def test_the_document_has_its_fields_with_4_decimals():
    asked = framework([question("o01.a1"), question("o01.a2", weight=2)], [question("o02.a1")])
    answers: dict[str, Answer] = {"o01.a1": level(1), "o01.a2": level(3)}
    document = document_of(asked, answers)
    fields = ["format", "country", "cycle", "framework", "method", "hidden", "overall", "objectives"]
    assert list(document) == fields
    assert document["format"] == SENSITIVITY_FORMAT
    first, second = document["objectives"]
    assert list(first) == ["id", "value", "evidenced", "alternatives", "range", "weights", "answers"]
    assert (first["value"], first["evidenced"]) == (58.3333, 58.3333)
    assert first["range"] == [45, 67.8571]
    assert first["weights"][0] == {
        "of": "question",
        "id": "o01.a2",
        "halved": 50,
        "raised": 62.5,
        "most": 8.3333,
    }
    assert first["answers"][0] == {
        "question": "o01.a2",
        "level": "3",
        "lower": 41.6667,
        "higher": 75,
        "left_out": 25,
        "most": 33.3333,
    }
    nothing = {"geometric-mean": None, "weakest-dimension": None}
    parts = {"value": None, "evidenced": None, "alternatives": nothing}
    assert second == {"id": "o02"} | parts | {"range": None, "weights": [], "answers": []}


def test_the_document_has_the_values_by_other_methods_beside_the_score():
    asked = framework([question("o01.a1"), question("o01.i1", "indicator")])
    whole = document_of(asked, {"o01.a1": level(4), "o01.i1": level(1)})["overall"]
    assert whole["value"] == 69.1176
    assert whole["alternatives"] == {"geometric-mean": 56.5058, "weakest-dimension": 25}
