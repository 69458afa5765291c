"""What values would be if an objective's dimensions were combined otherwise: to show how much hangs on it.

Method 1 combines dimensions by a weighted arithmetic mean, in which much in one dimension makes up for
little in another. The OECD and JRC Handbook on Constructing Composite Indicators (2008, sections 6.10 to
6.14) calls that full compensability, the geometric mean a way between, and asks that results be compared
across such choices. Both alternatives here change that one step. A dimension's value stays what it is,
and so does the last step, the weighted mean of the objectives: objectives are separate aims, and one of
them alone should not stand for a country.

None of these values is a score: they have no level, no bounds, no version, and never enter a submission.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from types import MappingProxyType

from surveyapp.framework.model import Framework
from surveyapp.scoring.method1 import ObjectiveScore, Scores, weighted_mean

PLACES = 12  # decimals of a geometric mean, which is irrational in general
_WORKING = Context(prec=60, rounding=ROUND_HALF_EVEN)
_LAST_PLACE = Decimal(1).scaleb(-PLACES)

Weighted = Sequence[tuple[Fraction, Fraction]]
"""Weights above 0, each with a value of 0 or more; at least one."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Values from 0 to 100 under an alternative, objectives by id; None where nothing is known."""

    alternative: str
    overall: Fraction | None
    objectives: Mapping[str, Fraction | None]


def geometric_mean(weighted: Weighted) -> Fraction:
    """(Π xʷ) ^ (1 ÷ Σw), rounded half up to 12 decimals; 0 where a value is 0, exact where all are equal.

    Computed with 60 digits in decimal arithmetic, which gives the same digits on every machine.
    """
    values = {value for _, value in weighted}
    if len(values) == 1 or 0 in values:
        return min(values)
    total = _as_decimal(sum((weight for weight, _ in weighted), Fraction(0)))
    logarithm = Decimal(0)
    for weight, value in weighted:
        share = _WORKING.divide(_as_decimal(weight), total)
        logarithm = _WORKING.fma(share, _WORKING.ln(_as_decimal(value)), logarithm)
    mean = _WORKING.exp(logarithm)
    return Fraction(mean.quantize(_LAST_PLACE, ROUND_HALF_UP, _WORKING))


def weakest(weighted: Weighted) -> Fraction:
    """The lowest value, whatever the weights: nothing makes up for it."""
    return min(value for _, value in weighted)


ALTERNATIVES: Mapping[str, Callable[[Weighted], Fraction]] = MappingProxyType(
    {"geometric-mean": geometric_mean, "weakest-dimension": weakest}
)


def what_if(framework: Framework, scores: Scores, alternative: str) -> WhatIf:
    """The values of objectives and of the whole under an alternative, from scores of record.

    :raises KeyError: there is no alternative of that name.
    """
    combine = ALTERNATIVES[alternative]
    objectives = {scored.id: _combine(framework, scored, combine) for scored in scores.objectives}
    weights = [objective.weight for objective in framework.objectives]
    overall = weighted_mean(zip(weights, objectives.values(), strict=True))
    return WhatIf(alternative, overall, MappingProxyType(objectives))


def _combine(
    framework: Framework, scored: ObjectiveScore, combine: Callable[[Weighted], Fraction]
) -> Fraction | None:
    parts = [
        (dimension.weight, part.value)
        for dimension in framework.dimensions
        if (part := scored.dimensions.get(dimension.id)) is not None and part.value is not None
    ]
    return combine(parts) if parts else None


def _as_decimal(number: Fraction) -> Decimal:
    return _WORKING.divide(Decimal(number.numerator), Decimal(number.denominator))
