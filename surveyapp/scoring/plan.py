"""A framework made ready for counting: whole numbers in place of fractions, looked up by level code.

In each dimension the weights stand on one common denominator and the points times the weights on
another, so that the sums over a country's answers are sums of whole numbers, and still exact. A plan
is made once for each framework and lasts as long as it does.
"""

from __future__ import annotations

import weakref
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from surveyapp.framework.model import Dimension, Framework, Level, Question, Questionnaire
from surveyapp.scoring.answers import Answers


class UnknownLevel(ValueError):
    """An answer's code is not a level of its question."""

    def __init__(self, question: Question, code: str) -> None:
        codes = ", ".join(level.code for level in question.levels)
        super().__init__(f'question {question.id}: there is no level "{code}"; its levels are {codes}')


def unproven_points(question: Question, level: Level) -> Fraction:
    """The points that a level has without evidence: its own where it needs none, else those of the
    highest level that needs none."""
    if not question.needs_evidence(level.code):
        return level.points
    return [other for other in question.levels if not question.needs_evidence(other.code)][-1].points


class Tally(NamedTuple):
    """A score from 0 to 100 in whole numbers, its fractions not reduced.

    Value and evidenced are over `known`; low, high and coverage over `applicable`. A denominator is 0
    where nothing is known, or nothing is applicable.
    """

    value: int
    evidenced: int
    known: int
    low: int
    high: int
    coverage: int
    applicable: int
    answered: int
    questions: int


@dataclass(frozen=True, slots=True)
class DimensionPlan:
    """The scored questions of one kind within one objective.

    Weights and points are in units of one over a common denominator. A row is the question, the id that
    its answer goes by, its weight, and by level code the weight times the points, with and without
    evidence.
    """

    id: str
    rows: tuple[tuple[Question, str, int, Mapping[str, tuple[int, int]]], ...]
    total: int  # the weights of all questions

    def score(self, answers: Answers) -> Tally:
        """Score the dimension by method 1.

        A and K are the weights of applicable and of known questions: value = 100·Σwp ÷ K, none when
        K = 0; low = 100·Σwp ÷ A; high = low + 100·(A - K) ÷ A; coverage = K ÷ A.

        :raises UnknownLevel: an answer's code is not a level of its question.
        """
        find = answers.get
        applicable, known, points, evidenced, answered = self.total, 0, 0, 0, 0
        for question, answer_id, weight, levels in self.rows:
            answer = find(answer_id)
            if answer is None:
                continue
            code = answer.level
            if code is not None:
                if code not in levels:
                    raise UnknownLevel(question, code)
                proven, unproven = levels[code]
                answered += 1
                known += weight
                points += proven
                evidenced += proven if answer.evidence else unproven
            elif answer.not_applicable is not None:
                answered += 1
                applicable -= weight
            elif answer.unknown is not None:
                answered += 1
        value = 100 * points
        high = value + 100 * (applicable - known)
        return Tally(value, 100 * evidenced, known, value, high, known, applicable, answered, len(self.rows))


@dataclass(frozen=True, slots=True)
class Bands:
    """The maturity levels and the least coverage, to be asked with a numerator and a denominator."""

    starts: tuple[int, ...]  # rising, in units of one over the scale
    levels: tuple[int, ...]
    scale: int
    minimum_coverage: tuple[int, int]

    def find(self, value: int, of_value: int, coverage: int, of_coverage: int) -> int | None:
        """The level of a score from 0 to 100, None below the minimum coverage; each as a quotient of two."""
        least, most = self.minimum_coverage
        if coverage * most < least * of_coverage:
            return None
        return self.levels[bisect_right(self.starts, value * self.scale // of_value) - 1]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """The dimensions of one objective that have a scored question, and their weights."""

    parts: tuple[DimensionPlan, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The sheets by questionnaire id, and the weights of the objectives."""

    sheets: Mapping[str, SheetPlan]
    weights: tuple[int, ...]
    bands: Bands


_plans: dict[int, Plan] = {}


def plan_of(framework: Framework) -> Plan:
    """The plan of a framework, made at the first call."""
    key = id(framework)
    plan = _plans.get(key)
    if plan is None:
        plan = _plans[key] = _make_plan(framework)
        # By identity, since a framework is too large to be hashed; gone before the number is used again.
        weakref.finalize(framework, _plans.pop, key, None).atexit = False
    return plan


def whole_numbers(fractions: Sequence[Fraction]) -> list[int]:
    """Whole numbers that stand in the same proportion."""
    scale = lcm(*(number.denominator for number in fractions))
    return [number.numerator * (scale // number.denominator) for number in fractions]


def _make_plan(framework: Framework) -> Plan:
    sheets = {sheet.id: _plan_sheet(framework.dimensions, sheet) for sheet in framework.questionnaires}
    weights = whole_numbers([objective.weight for objective in framework.objectives])
    return Plan(sheets, tuple(weights), _plan_bands(framework))


def _plan_sheet(dimensions: Sequence[Dimension], sheet: Questionnaire) -> SheetPlan:
    weights: list[int] = []
    parts: list[DimensionPlan] = []
    for dimension, weight in zip(dimensions, whole_numbers([d.weight for d in dimensions]), strict=True):
        questions = [question for question in sheet.of_kind(dimension.kind) if question.is_scored]
        if questions:
            weights.append(weight)
            parts.append(_plan_dimension(dimension.id, questions))
    return SheetPlan(tuple(parts), tuple(weights))


def _plan_dimension(dimension_id: str, questions: Sequence[Question]) -> DimensionPlan:
    points = [level.points for question in questions for level in question.levels]
    scale = lcm(*(number.denominator for number in points))
    weights = [scale * units for units in whole_numbers([question.weight for question in questions])]
    rows = tuple(
        (question, question.answer_id, units, _points_by_code(question, units))
        for question, units in zip(questions, weights, strict=True)
    )
    return DimensionPlan(dimension_id, rows, sum(weights))


def _points_by_code(question: Question, units: int) -> dict[str, tuple[int, int]]:
    points = {level.code: _times(level.points, units) for level in question.levels}
    if question.evidence_from is None:
        return {code: (number, number) for code, number in points.items()}
    return {
        level.code: (points[level.code], _times(unproven_points(question, level), units))
        for level in question.levels
    }


def _times(number: Fraction, units: int) -> int:
    """A number in units that it is a whole multiple of."""
    return number.numerator * (units // number.denominator)


def _plan_bands(framework: Framework) -> Bands:
    bands = sorted(framework.bands, key=lambda band: band.starts_at)
    scale = lcm(*(band.starts_at.denominator for band in bands))
    starts = tuple(_times(band.starts_at, scale) for band in bands)
    minimum = framework.minimum_coverage
    levels = tuple(band.level for band in bands)
    return Bands(starts, levels, scale, (minimum.numerator, minimum.denominator))
