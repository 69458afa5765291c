"""Dimensions whose single answers are not told, drawn from their published scores alone.

The draws are seeded and their rule is public. So the band of a dimension, and of all that contains it, would
tell answers that give the same score apart: whoever tries all of them finds those that fit. A closed
dimension is therefore drawn as if each of its questions stood at the dimension's score. Nothing but the
published value and coverage takes part, so equal scores have equal draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from surveyapp.framework.model import Question
from surveyapp.scoring.method1 import Score
from surveyapp.scoring.streams import LANE_VALUES, Array, Lanes
from surveyapp.scoring.tiers import Item, Points, Tier, make_tier

Closed = Mapping[tuple[str, str], Score]
"""The scores of closed dimensions, by the ids of their objective and themselves."""

_PUBLISHED = 10_000  # parts of a point out of 100, and of a coverage of 1, that scores are published with


@dataclass(frozen=True, slots=True, eq=False)
class ClosedDimension:
    """One closed dimension's draws: its scored questions with their weights, whatever was answered.

    With the probability `coverage` a question is known: it then has the points of the score, `slip` of
    the time a step lower and as often a step higher, from 0 to 1. Else its points are spread evenly.
    """

    tier: Tier
    steps: Points  # of each question: 1 by its levels but one, in parts of the grid
    rows: tuple[int, ...]  # of the questions' chances
    grid: int
    slip: Fraction

    def means(self, score: Score, chances: Lanes, at: slice) -> Array:
        """The dimension in these draws, as a `Tier` of questions gives it; the score has bounds."""
        flags = np.ones(len(self.rows), dtype=np.bool_)
        below = self._points(score, chances[list(self.rows)])
        means: Array = self.tier.means(below, flags, at)[0]
        return means

    def _points(self, score: Score, chances: Lanes) -> Points:
        known = _nearest(LANE_VALUES * _as_published(score.coverage))
        slips = _nearest(self.slip * known)
        value = np.int64(_nearest(self.grid * _as_published(score.value) / 100))
        wide = chances.astype(np.int64)
        steps = self.steps.astype(np.int64)[:, None]
        points = value + steps * ((wide >= known - slips).astype(np.int64) - (wide < slips))
        points = np.clip(points, 0, self.grid)
        spread = (wide - known) * self.grid // max(LANE_VALUES - known, 1)
        return np.where(wide < known, points, spread).astype(np.uint16)


def close_dimension(
    asked: Sequence[Question], items: Sequence[Item], *, grid: int, slip: Fraction, draws: int
) -> ClosedDimension:
    """The draws of a dimension with these scored questions; the items say where their chances stand."""
    own = [Item(place, item.weight) for place, item in enumerate(items)]
    steps = [round(Fraction(grid, len(question.levels) - 1)) for question in asked]
    return ClosedDimension(
        tier=make_tier([("", own)], draws),
        steps=np.array(steps, dtype=np.uint16),
        rows=tuple(item.row for item in items),
        grid=grid,
        slip=slip,
    )


def _as_published(number: Fraction | None) -> Fraction:
    """Rounded to 4 decimals, half up, as everybody may read it; 0 where nothing is known."""
    return Fraction(math.floor((number or 0) * _PUBLISHED + Fraction(1, 2)), _PUBLISHED)


def _nearest(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))
