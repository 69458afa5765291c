"""How far scores stand when weights and answers are a little other than given: seeded draws.

Each draw takes other weights and other answers, and scores by method 1. A draw's answers have no
unknowns left, so that everything applicable counts.

- Weights, at three levels (questions within a dimension, dimensions, objectives), come from a Dirichlet
  distribution around the given ones: its parameters are the given weights scaled to the mean
  `CONCENTRATION`, so that with equal weights one weight varies by about 30 % of itself. They are
  renormalised over what is applicable, which is again such a distribution.
- An unknown or missing answer has points uniform on [0, 1]; a given level is one step lower with
  probability 0.1 and one step higher with probability 0.1, staying inside the ladder. A question that
  counts in several places through `same_as` is drawn once.

A weight's stream is named by the seed and what it weighs, so that all countries meet the same weights;
the answers' stream by seed, country and cycle, so that a country's band is the same whatever it is
compared with. Fewer draws are the first of more.

All arithmetic is in whole numbers that floats hold exactly (see `streams` and `tiers`), so that a band is
the same on every machine and equal scores are ties. A score is a multiple of 100 / `grid`, about 0.000006.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.framework.model import Framework, Question
from surveyapp.scoring.answers import Answer, Answers
from surveyapp.scoring.closed import Closed, ClosedDimension, close_dimension
from surveyapp.scoring.method1 import DRAWS, MOST_DRAWS, SEED, Interval, Intervals, Scores
from surveyapp.scoring.plan import UnknownLevel
from surveyapp.scoring.streams import LANE_VALUES, PAGE, Array, Lanes, Stream, gammas
from surveyapp.scoring.tiers import (
    FINER,
    MOST_POINTS,
    WEIGHT_SUM,
    Flags,
    Item,
    Points,
    Rows,
    Tier,
    Weights,
    make_tier,
)

CONCENTRATION = 10.0
SLIP = Fraction(1, 10)  # the probability of one step lower, and of one step higher
DISTINGUISHABLE = (Fraction(1, 10), Fraction(9, 10))  # probabilities outside tell two countries apart

_SLIPS = round(SLIP * LANE_VALUES)
_TAIL = 20  # the band leaves out a twentieth of the draws at either end
_BLOCK = 32 * PAGE  # draws at once: bounds the memory, changes no number
_UNKNOWN, _NOT_APPLICABLE = 0, 1  # their places in `_Steps`

Counts = NDArray[np.int64]
Parts = NDArray[np.int32]  # scores, in parts of the grid


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """A country's scores in each draw; those are left out where nothing is applicable.

    Keys: "" for the overall score, an objective's id, or (objective id, dimension id).
    """

    rows: Mapping[object, int]  # of the table, by key
    table: Parts  # what is scored by draws
    grid: int

    def find(self, key: object) -> Array | None:
        """Scores from 0 to 100."""
        return 100.0 * self.table[self.rows[key]] / self.grid if key in self.rows else None


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """The points of all levels, and what one step lower and higher add; first of unknown, not applicable.

    What a step lower takes away is added modulo 2^16.
    """

    places: tuple[Mapping[str, int], ...]  # of each asked question's levels, by their codes
    given: Points
    lower: Points
    higher: Points


@dataclass(frozen=True)
class Robustness:
    """The draws over one framework; `draws` from 1 to 100,000, `seed` 0 or more."""

    framework: Framework
    draws: int = DRAWS
    seed: int = SEED

    def __post_init__(self) -> None:
        if not 1 <= self.draws <= MOST_DRAWS:
            raise ValueError(f"draws is {self.draws}; give a number from 1 to {MOST_DRAWS}")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; give 0 or more")

    def draw(
        self, answers: Answers, *, country: str, cycle: int, closed: Closed = MappingProxyType({})
    ) -> Draws:
        """The scores of one country and cycle in each draw; what is `closed` is drawn from its score alone.

        :raises UnknownLevel: an answer's code is not a level of its question.
        """
        given = self._given(answers)
        stream = Stream(("answers", self.seed, cycle, country))
        flags = [given != _NOT_APPLICABLE]
        for tier in self._tiers:
            flags.append(tier.are_counted(flags[-1]))
        table = np.empty((sum(len(tier.keys) for tier in self._tiers), self.draws), dtype=np.int32)
        for start in range(0, self.draws, _BLOCK):
            at = slice(start, min(start + _BLOCK, self.draws))
            chances = stream.lanes(at.stop - at.start, len(given))
            numbers: Points | Array = self._points(given, chances)
            row = 0
            for tier, are_counted in zip(self._tiers, flags, strict=False):
                numbers = tier.means(numbers, are_counted, at)
                if row == 0:  # the dimensions
                    self._draw_closed(closed, numbers, chances, at)
                table[row : row + len(numbers), at] = numbers
                row += len(numbers)
        is_scored = np.concatenate(flags[1:])
        keys = [key for tier in self._tiers for key in tier.keys]
        scored = [key for key, counts in zip(keys, is_scored, strict=True) if counts]
        table = table if is_scored.all() else table[is_scored]
        return Draws({key: row for row, key in enumerate(scored)}, table, self._points_grid * FINER)

    def intervals(self, drawn: Draws, scores: Scores) -> Intervals:
        """The 5 to 95 % band of each score, widened where needed to hold its value."""
        bands = dict(zip(drawn.rows, _bands(drawn.table.copy(), drawn.grid), strict=True))
        return Intervals(
            overall=_hold(bands.get(""), scores.overall.value),
            objectives={o.id: _hold(bands.get(o.id), o.score.value) for o in scores.objectives},
            dimensions={
                (o.id, dimension_id): _hold(bands.get((o.id, dimension_id)), part.value)
                for o in scores.objectives
                for dimension_id, part in o.dimensions.items()
            },
        )

    def _draw_closed(self, closed: Closed, means: Array, chances: Lanes, at: slice) -> None:
        """Put the draws of the closed dimensions in place of those of their answers."""
        for place, key in enumerate(self._tiers[0].keys):
            score = closed.get(key)  # type: ignore[call-overload]
            if score is not None and score.low is not None:
                means[place] = self._closable[key].means(score, chances, at)

    @cached_property
    def _closable(self) -> dict[object, ClosedDimension]:
        """All dimensions as they are drawn where they are closed."""
        return {
            key: close_dimension(asked, items, grid=self._points_grid, slip=SLIP, draws=self.draws)
            for key, asked, items in self._dimensions
        }

    @cached_property
    def _asked(self) -> tuple[Question, ...]:
        """The questions with an answer of their own, in a fixed order, whatever was answered."""
        return tuple(question for question in self.framework.questions.values() if question.same_as is None)

    @cached_property
    def _tiers(self) -> tuple[Tier, Tier, Tier]:
        """From answers to dimensions, to objectives, to the whole."""
        _keep_freed_memory()
        shared = self._draw_weights([(("dimension", d.id), d.weight) for d in self.framework.dimensions])
        weights = dict(zip((d.id for d in self.framework.dimensions), shared, strict=True))
        objectives: dict[str, list[tuple[object, Weights]]] = {o.id: [] for o in self.framework.objectives}
        for key, _, _ in self._dimensions:
            objectives[key[0]].append((key, weights[key[1]]))
        first = make_tier([(key, items) for key, _, items in self._dimensions], self.draws)
        second = make_tier(_on(first, objectives), self.draws)
        drawn = self._draw_weights([(("objective", o.id), o.weight) for o in self.framework.objectives])
        whole = {"": [(o.id, weight) for o, weight in zip(self.framework.objectives, drawn, strict=True)]}
        return first, second, make_tier(_on(second, whole), self.draws)

    @cached_property
    def _dimensions(self) -> list[tuple[tuple[str, str], list[Question], list[Item]]]:
        """Each dimension's key, its scored questions, and these as items of the first tier."""
        answers = {question.id: row for row, question in enumerate(self._asked)}
        found = []
        for objective, sheet in self.framework.pairs():
            for dimension in self.framework.dimensions:
                asked = [question for question in sheet.of_kind(dimension.kind) if question.is_scored]
                if asked:
                    drawn = self._draw_weights([(("question", objective.id, q.id), q.weight) for q in asked])
                    rows = [answers[question.answer_id] for question in asked]
                    found.append(((objective.id, dimension.id), asked, list(map(Item, rows, drawn))))
        return found

    def _draw_weights(self, given: Sequence[tuple[tuple[str, ...], Fraction]]) -> list[Weights]:
        """Weights around the given ones in whole numbers, each at least 1."""
        mean = sum((weight for _, weight in given), Fraction(0)) / len(given)
        names: list[tuple[str | int, ...]] = [("weight", self.seed, *name) for name, _ in given]
        drawn = gammas(names, [CONCENTRATION * float(weight / mean) for _, weight in given], self.draws)
        total = np.zeros(self.draws)
        for one in drawn:  # in this order: these sums are rounded
            total += one
        return [np.maximum(np.rint(one / total * WEIGHT_SUM), 1).astype(np.uint16) for one in drawn]

    @cached_property
    def _points_grid(self) -> int:
        """The parts of full points: a multiple of all denominators, so that none is rounded, or 2^15."""
        common = math.lcm(*(level.points.denominator for q in self._asked for level in q.levels))
        return MOST_POINTS // common * common or MOST_POINTS

    @cached_property
    def _steps(self) -> _Steps:
        places: list[dict[str, int]] = []
        steps: list[tuple[int, int, int]] = [(0, 0, 0), (0, 0, 0)]
        for question in self._asked:
            places.append({level.code: len(steps) + n for n, level in enumerate(question.levels)})
            points = [round(level.points * self._points_grid) for level in question.levels]
            lower, higher = [points[0], *points[:-1]], [*points[1:], points[-1]]
            steps += [(p, a - p, b - p) for p, a, b in zip(points, lower, higher, strict=True)]
        return _Steps(tuple(places), *np.array(steps).T.astype(np.uint16))

    def _given(self, answers: Answers) -> Rows:
        """For each asked question the place in `_Steps` of what was answered.

        :raises UnknownLevel: an answer's code is not a level of its question.
        """
        places = zip(self._asked, self._steps.places, strict=True)
        return np.array([_place(q, answers.get(q.id), by_code) for q, by_code in places], dtype=np.intp)

    def _points(self, given: Rows, chances: Lanes) -> Points:
        """The points of each asked question in each draw, in parts of the grid."""
        steps = self._steps
        points: Points = (chances < _SLIPS) * steps.lower[given, None]
        points += (chances >= LANE_VALUES - _SLIPS) * steps.higher[given, None]
        points += steps.given[given, None]
        is_unknown = given == _UNKNOWN
        if is_unknown.any():
            points[is_unknown] = chances[is_unknown].astype(np.uint32) * self._points_grid // LANE_VALUES
        return points


def _keep_freed_memory() -> None:
    """Have the C library keep the memory that arrays free for those that follow.

    glibc gives larger blocks back to the system at once, and a third of the time went into getting them
    anew. It keeps blocks up to the size of the largest one freed so far; the one here is never touched.
    """
    np.empty(2**24, dtype=np.uint8)


def _on(
    below: Tier, groups: Mapping[str, Sequence[tuple[object, Weights]]]
) -> list[tuple[object, list[Item]]]:
    """Groups of a tier's means, given by their keys and weights, as the items of the next tier."""
    rows = {key: row for row, key in enumerate(below.keys)}
    return [(key, [Item(rows[one], weight) for one, weight in parts]) for key, parts in groups.items()]


def _place(question: Question, answer: Answer | None, places: Mapping[str, int]) -> int:
    """Where in `_Steps` it stands.

    :raises UnknownLevel: the answer's code is not a level of the question.
    """
    if answer is None or answer.level is None:
        return _UNKNOWN if answer is None or answer.not_applicable is None else _NOT_APPLICABLE
    if answer.level not in places:
        raise UnknownLevel(question, answer.level)
    return places[answer.level]


def _bands(table: Parts, grid: int) -> list[Interval]:
    """The 5 and 95 % quantiles of each row in points out of 100, exact, linear between two draws."""
    outer, inner = _shares(table)
    full = outer + inner
    return [
        (
            Fraction(100 * (outer * least + inner * next_least), grid * full),
            Fraction(100 * (outer * most + inner * next_most), grid * full),
        )
        for least, next_least, next_most, most in _tails(table)
    ]


def _shares(table: Array | Parts) -> tuple[int, int]:
    """How near the quantiles are to the outer and to the inner of the two draws they lie between."""
    inner = (table.shape[1] - 1) % _TAIL
    return _TAIL - inner, inner


def _tails(table: Array | Parts) -> list[list[Any]]:
    """The draws of each row that the quantiles lie between, rising; moves the draws of the table."""
    last = table.shape[1] - 1
    outer = last // _TAIL
    inner = min(outer + 1, last)
    table.partition(inner, axis=1)
    least, next_least = table[:, : outer + 1].max(axis=1), table[:, inner].copy()
    table.partition(last - inner, axis=1)
    most, next_most = table[:, last - outer :].min(axis=1), table[:, last - inner]
    rows: list[list[Any]] = np.stack([least, next_least, next_most, most], axis=1).tolist()
    return rows


def _hold(band: Interval | None, value: Fraction | None) -> Interval | None:
    """The band, widened where needed to hold the value."""
    if band is None or value is None:
        return band
    return min(band[0], value), max(band[1], value)


def band_of(drawn: Array | None, value: Fraction | None) -> Interval | None:
    """The 5 to 95 % band of drawn scores, widened to hold the value; None where nothing was drawn."""
    if drawn is None:
        return None
    table = drawn[None].copy()
    outer, inner = _shares(table)
    ((least, next_least, next_most, most),) = (map(Fraction, row) for row in _tails(table))
    low, high = outer * least + inner * next_least, outer * most + inner * next_most
    return _hold((low / (outer + inner), high / (outer + inner)), value)


def probability_above(a: Array | None, b: Array | None) -> Fraction | None:
    """How probable it is that a is above b, ties counted half; None where either has no score."""
    if a is None or b is None:
        return None
    above, ties = int(np.count_nonzero(a > b)), int(np.count_nonzero(a == b))
    return Fraction(2 * above + ties, 2 * len(a))


def pairs_above(drawn: Sequence[Draws], key: object) -> Counts:
    """How often each country is above each other one in the score of that key, as a square of counts.

    Entry [a, b] is twice the draws in which a is above b, plus those in which they tie, so that
    [a, b] + [b, a] is twice the draws; -1 where either has no score.
    """
    counts = np.full((len(drawn), len(drawn)), -1, dtype=np.int64)
    places = np.array([place for place, one in enumerate(drawn) if key in one.rows], dtype=np.intp)
    if len(places) == 0:
        return counts
    table = np.stack([drawn[place].table[drawn[place].rows[key]] for place in places])
    for row, place in enumerate(places):
        above = _count(table[row] > table[row:]) + _count(table[row] >= table[row:])
        counts[place, places[row:]] = above
        counts[places[row:], place] = 2 * table.shape[1] - above
    return counts


def _count(flags: Flags) -> Counts:
    """How many are true in each row; as bits, of which many are counted at once."""
    counts: Counts = np.bitwise_count(np.packbits(flags, axis=1)).sum(axis=1, dtype=np.uint32)
    return counts


def is_distinguishable(probability: Fraction | None) -> bool | None:
    """Whether the probability tells two countries apart: below 0.1 or above 0.9."""
    if probability is None:
        return None
    least, most = DISTINGUISHABLE
    return not least <= probability <= most
