"""How sure it is that one of two results is above the other: two countries, or one country in two years.

Which of the two is above is said only where the draws tell them apart. Two years with different versions of
the questions are compared on those that both have, scored and drawn anew for that alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from surveyapp.results.cells import NOT_PUBLISHED, Cell, cell_of
from surveyapp.results.robust import Robust, robust_of
from surveyapp.results.series import compare_shared, side_of
from surveyapp.results.service import CountryResult
from surveyapp.results.withheld import withhold
from surveyapp.scoring.kept_draws import OVERALL
from surveyapp.scoring.like_for_like import LikeForLike, on_shared
from surveyapp.scoring.method1 import Interval, Score
from surveyapp.scoring.methods import METHODS


class Verdict(StrEnum):
    """What can be said of two scores."""

    A_ABOVE = "a-above"
    B_ABOVE = "b-above"
    NOT_DISTINGUISHABLE = "not-distinguishable"
    NO_SCORE = "no-score"  # one of the two has nothing that applies
    NOT_PUBLISHED = "not-published"  # one of the two is not shown to whoever reads this


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two scores, with its band."""

    score: Score
    cell: Cell
    band: Interval | None


@dataclass(frozen=True, slots=True)
class ComparedScore:
    """Two scores of one thing; `probability`, from 0 to 1, is that the first is above the second.

    `change` is the second less the first in points, with its 5 to 95 % band.
    """

    a: Side
    b: Side
    probability: Fraction | None
    verdict: Verdict
    change: Fraction | None
    change_band: Interval | None

    @property
    def probability_of_b(self) -> Fraction | None:
        """That the second is above the first."""
        return None if self.probability is None else 1 - self.probability


@dataclass(frozen=True, slots=True)
class Pair:
    """Two results whose scores mean the same. With `shared` they are of two versions, and `a` and `b` hold
    the scores over the questions that both have.
    """

    a: CountryResult
    b: CountryResult
    robusts: tuple[Robust, Robust]
    shared: LikeForLike | None

    def compare(self, name: str) -> ComparedScore:
        """The scores of an objective, or of the whole (`OVERALL`)."""
        from surveyapp.scoring.robustness import (  # numpy is slow to load
            band_of,
            probability_above,
        )

        before, after = (robust.drawn[name] for robust in self.robusts)
        sides = _side(self.a, self.robusts[0], name), _side(self.b, self.robusts[1], name)
        if any(side.cell == NOT_PUBLISHED for side in sides):
            return ComparedScore(*sides, None, Verdict.NOT_PUBLISHED, None, None)
        values = [side.score.value for side in sides]
        change = None if values[0] is None or values[1] is None else values[1] - values[0]
        probability = probability_above(before, after)
        moved = None if before is None or after is None else after - before
        return ComparedScore(*sides, probability, _judge(probability), change, band_of(moved, change))


def pair_up(a: CountryResult, b: CountryResult) -> Pair:
    """Two results of one framework and method, drawn; the later version's weights hold for both."""
    pinned = [result.cycle.framework_version.sha256 for result in (a, b)]
    if pinned[0] == pinned[1]:
        return Pair(a, b, (robust_of(a), robust_of(b)), None)
    on = on_shared(side_of(a), side_of(b))
    score = METHODS[a.method].score
    scored = [
        replace(
            result,
            framework=on.framework,
            answers=answers,
            scores=withhold(score(on.framework, answers), result.withheld),
        )
        for result, answers in ((a, on.earlier), (b, on.later))
    ]
    key = f"{'+'.join(pinned)} {a.sees_all} {b.sees_all}"
    robusts = robust_of(scored[0], key, on.hidden), robust_of(scored[1], key, on.hidden)
    return Pair(scored[0], scored[1], robusts, compare_shared(a, b))


def _judge(probability: Fraction | None) -> Verdict:
    from surveyapp.scoring.robustness import is_distinguishable  # numpy is slow to load

    if probability is None:
        return Verdict.NO_SCORE
    if not is_distinguishable(probability):
        return Verdict.NOT_DISTINGUISHABLE
    return Verdict.A_ABOVE if probability > Fraction(1, 2) else Verdict.B_ABOVE


def _side(result: CountryResult, robust: Robust, name: str) -> Side:
    if name == OVERALL:
        score, band = result.scores.overall, robust.bands.overall
    else:
        score, band = result.scores.get_objective(name).score, robust.bands.objectives[name]
    is_held_back = bool(result.withheld) if name == OVERALL else name in result.withheld
    # On shared questions alone, an objective may have none: that is not the same as held back.
    cell = NOT_PUBLISHED if is_held_back else cell_of(result.framework, score if score.questions else None)
    return Side(score, cell, band)
