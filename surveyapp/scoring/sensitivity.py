"""What a score hangs on: each of its weights, all of them together, and each answer. Exact, by method 1.

A weight moves by half: down to 1/2 and up to 3/2 of what is given. Values are from 0 to 100; only what is
known is weighed, so bounds and open questions play no part here.

The range over all weights at once is exact. A weighted mean rises with the weight of each number above it
and falls with that of each number below, so at its highest every number above has the greatest weight and
every number below the least: sorted, the numbers have one threshold, and the best of all thresholds is the
highest mean. Objectives and the whole are again weighted means, which rise with each part and whose
weights are free of those further down: their highest is the highest mean of the highest parts. In the
overall range the weight of a dimension moves in each objective by itself; moved in all alike it stays
inside.

Where single answers are hidden, their dimension is one number: the weights of its questions do not move,
not in the range either, since its ends would tell the highest and the lowest answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from surveyapp.framework.model import Framework, Objective, Question, Questionnaire
from surveyapp.scoring.alternatives import ALTERNATIVES, what_if
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.method1 import METHOD, Interval, Score, Scores, in_json, interval_json, terms_of

SENSITIVITY_FORMAT = "surveyapp-sensitivity/1"
LEAST, MOST = Fraction(1, 2), Fraction(3, 2)  # of a given weight

Weighted = Sequence[tuple[Fraction, Fraction]]
"""Weights above 0, each with a number; at least one."""


class WeightOf(StrEnum):
    """What a weight belongs to."""

    QUESTION = "question"
    DIMENSION = "dimension"
    OBJECTIVE = "objective"


Hidden = Collection[tuple[str, str]]
"""Dimensions whose single answers are not told, each by the ids of its objective and itself."""

Place = tuple[WeightOf, str]
"""A weight of the framework, by what it belongs to and its id; a dimension's counts in all objectives."""


@dataclass(frozen=True, slots=True)
class WeightMove:
    """The value when one weight alone is halved, and when it is raised by half; `most` is the change of
    the value that is larger, in points."""

    of: WeightOf
    id: str
    halved: Fraction
    raised: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class AnswerMove:
    """The value when one answer alone is a step lower, a step higher, or left out.

    None where there is no such step, or where nothing else is known. `question_id` is the question as
    asked, whose answer may count in several places; `most` is the largest change, in points.
    """

    question_id: str
    level: str
    lower: Fraction | None
    higher: Fraction | None
    left_out: Fraction | None
    most: Fraction


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What one value hangs on, the largest change first; nothing where nothing is known."""

    value: Fraction | None
    range: Interval | None  # of the value when every weight may move by half
    weights: tuple[WeightMove, ...]
    answers: tuple[AnswerMove, ...]


@dataclass(frozen=True, slots=True)
class Sensitivities:
    """Of the overall value and of each objective's, by id in framework order."""

    overall: Sensitivity
    objectives: Mapping[str, Sensitivity]


@dataclass(frozen=True, slots=True)
class _Node:
    """A known answer, or the weighted mean of what is known below."""

    place: Place | None  # of its weight in the mean above; the whole has none
    weight: Fraction
    value: Fraction
    parts: tuple[_Node, ...]  # none of an answer
    moved_by: frozenset[Place | str]  # the weights, and the questions as asked, that the value hangs on
    question: Question | None = None  # as asked
    level: str = ""
    withheld: frozenset[str] = frozenset()  # the questions as asked that count in a hidden dimension


def measure_sensitivity(framework: Framework, answers: Answers, hidden: Hidden = ()) -> Sensitivities:
    """What the overall value and those of all objectives hang on, without a word on what is hidden.

    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    nodes = {
        objective.id: _objective(framework, objective, questionnaire, answers, hidden)
        for objective, questionnaire in framework.pairs()
    }
    whole = _mean(None, Fraction(1), [node for node in nodes.values() if node is not None])
    by_id = {objective_id: _measure(node) for objective_id, node in nodes.items()}
    return Sensitivities(_measure(whole), MappingProxyType(by_id))


def objective_sensitivity(
    framework: Framework, answers: Answers, objective_id: str, hidden: Hidden = ()
) -> Sensitivity:
    """What the value of one objective hangs on, without a word on what is hidden.

    :raises KeyError: the framework has no objective of that id.
    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    found = framework.find_objective(objective_id)
    if found is None:
        raise KeyError(objective_id)
    return _measure(_objective(framework, *found, answers, hidden))


def range_of_means(weighted: Weighted) -> Interval:
    """The lowest and the highest weighted mean when every weight may move by half, each by itself."""
    return -_highest([(weight, -number) for weight, number in weighted]), _highest(weighted)


def _highest(weighted: Weighted) -> Fraction:
    """The best of all thresholds; see the head of this module."""
    falling = sorted(weighted, key=lambda pair: -pair[1])
    mass = sum((LEAST * weight for weight, _ in falling), Fraction(0))
    total = sum((LEAST * weight * number for weight, number in falling), Fraction(0))
    highest = total / mass
    for weight, number in falling:
        mass += (MOST - LEAST) * weight
        total += (MOST - LEAST) * weight * number
        highest = max(highest, total / mass)
    return highest


def _objective(
    framework: Framework,
    objective: Objective,
    questionnaire: Questionnaire,
    answers: Answers,
    hidden: Hidden,
) -> _Node | None:
    dimensions = []
    for dimension in framework.dimensions:
        asked = [question for question in questionnaire.of_kind(dimension.kind) if question.is_scored]
        known = _known(framework, asked, answers)
        node = _mean((WeightOf.DIMENSION, dimension.id), dimension.weight, known)
        if node is not None:
            is_hidden = (objective.id, dimension.id) in hidden
            dimensions.append(_closed(node, asked) if is_hidden else node)
    return _mean((WeightOf.OBJECTIVE, objective.id), objective.weight, dimensions)


def _known(framework: Framework, asked: Sequence[Question], answers: Answers) -> list[_Node]:
    return [
        _Node(
            place=(WeightOf.QUESTION, term.question.id),
            weight=term.question.weight,
            value=100 * term.level.points,
            parts=(),
            moved_by=frozenset([term.question.answer_id]),
            question=framework.questions[term.question.answer_id],
            level=term.level.code,
        )
        for term in terms_of(asked, answers)
        if term.level is not None
    ]


def _closed(node: _Node, asked: Iterable[Question]) -> _Node:
    """A dimension as one number, without what it is made of."""
    withheld = frozenset(question.answer_id for question in asked)
    return _Node(node.place, node.weight, node.value, (), frozenset(), withheld=withheld)


def _mean(place: Place | None, weight: Fraction, parts: Sequence[_Node]) -> _Node | None:
    if not parts:
        return None
    mass = sum((part.weight for part in parts), Fraction(0))
    value = sum((part.weight * part.value for part in parts), Fraction(0)) / mass
    places = frozenset(part.place for part in parts if part.place is not None)
    return _Node(
        place,
        weight,
        value,
        tuple(parts),
        places.union(*(part.moved_by for part in parts)),
        withheld=frozenset().union(*(part.withheld for part in parts)),
    )


def _measure(node: _Node | None) -> Sensitivity:
    if node is None:
        return Sensitivity(None, None, (), ())
    weights = [_move_weight(node, *found) for found in _weights(node).items()]
    asked = {leaf.question.id: leaf for leaf in _leaves(node) if leaf.question is not None}
    answers = [_move_answer(node, leaf) for id_, leaf in asked.items() if id_ not in node.withheld]
    return Sensitivity(
        node.value,
        _range(node),
        tuple(sorted(weights, key=lambda move: -move.most)),
        tuple(sorted(answers, key=lambda move: -move.most)),
    )


def _range(node: _Node) -> Interval:
    if not node.parts:
        return node.value, node.value
    ranges = [(part.weight, _range(part)) for part in node.parts]
    lowest, _ = range_of_means([(weight, low) for weight, (low, _) in ranges])
    _, highest = range_of_means([(weight, high) for weight, (_, high) in ranges])
    return lowest, highest


def _weights(node: _Node) -> dict[Place, Fraction]:
    """All weights below, in framework order."""
    found: dict[Place, Fraction] = {}
    for part in node.parts:
        if part.place is not None:
            found[part.place] = part.weight
        found |= _weights(part)
    return found


def _leaves(node: _Node) -> Iterable[_Node]:
    if not node.parts:
        yield node
    for part in node.parts:
        yield from _leaves(part)


def _move_weight(node: _Node, place: Place, weight: Fraction) -> WeightMove:
    halved, raised = (_value(node, {place: share * weight}, {}) for share in (LEAST, MOST))
    assert halved is not None and raised is not None  # a weight moved makes nothing unknown
    return WeightMove(*place, halved, raised, max(abs(halved - node.value), abs(raised - node.value)))


def _move_answer(node: _Node, leaf: _Node) -> AnswerMove:
    question = leaf.question
    assert question is not None  # a leaf is an answer
    steps = {level.code: 100 * level.points for level in question.levels}
    place = list(steps).index(leaf.level)
    beside = [None, *steps.values(), None][place : place + 3 : 2]
    lower, higher = (None if points is None else _value(node, {}, {question.id: points}) for points in beside)
    left_out = _value(node, {}, {question.id: None})
    moved = [value for value in (lower, higher, left_out) if value is not None]
    most = max(abs(value - node.value) for value in moved)
    return AnswerMove(question.id, leaf.level, lower, higher, left_out, most)


def _value(
    node: _Node, weights: Mapping[Place, Fraction], answers: Mapping[str, Fraction | None]
) -> Fraction | None:
    """The value with these weights and these answers instead; None where nothing is known any more."""
    if node.moved_by.isdisjoint(weights) and node.moved_by.isdisjoint(answers):
        return node.value
    if node.question is not None:
        return answers[node.question.id]
    total = mass = Fraction(0)
    for part in node.parts:
        value = _value(part, weights, answers)
        if value is not None:
            weight = part.weight if part.place is None else weights.get(part.place, part.weight)
            total += weight * value
            mass += weight
    return total / mass if mass else None


def sensitivity_document(
    framework: Framework,
    scores: Scores,
    measured: Sensitivities,
    *,
    country: str,
    cycle: int,
    framework_sha256: str,
    hidden: Hidden = (),
) -> dict[str, object]:
    """Sensitivity JSON: overall and by objective; numbers with 4 decimals, None where there is none.

    `hidden` is what it was measured without. The values by alternatives are for comparison, no scores.
    """
    others = [what_if(framework, scores, name) for name in ALTERNATIVES]
    return {
        "format": SENSITIVITY_FORMAT,
        "country": country,
        "cycle": cycle,
        "framework": {"id": framework.id, "version": framework.version, "sha256": framework_sha256},
        "method": METHOD,
        "hidden": [{"objective": of, "dimension": dimension} for of, dimension in sorted(hidden)],
        "overall": _in_document(
            measured.overall, scores.overall, {one.alternative: one.overall for one in others}
        ),
        "objectives": [
            {"id": name}
            | _in_document(
                part,
                scores.get_objective(name).score,
                {one.alternative: one.objectives[name] for one in others},
            )
            for name, part in measured.objectives.items()
        ],
    }


def _in_document(part: Sensitivity, score: Score, others: Mapping[str, Fraction | None]) -> dict[str, object]:
    return {
        "value": in_json(part.value),
        "evidenced": in_json(score.evidenced),
        "alternatives": {name: in_json(value) for name, value in others.items()},
        "range": interval_json(part.range),
        "weights": [
            {
                "of": move.of.value,
                "id": move.id,
                "halved": in_json(move.halved),
                "raised": in_json(move.raised),
                "most": in_json(move.most),
            }
            for move in part.weights
        ],
        "answers": [
            {
                "question": move.question_id,
                "level": move.level,
                "lower": in_json(move.lower),
                "higher": in_json(move.higher),
                "left_out": in_json(move.left_out),
                "most": in_json(move.most),
            }
            for move in part.answers
        ],
    }
