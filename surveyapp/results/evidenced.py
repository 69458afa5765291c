"""Scores as if only what has evidence counted, with bounds of their own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from surveyapp.framework.model import Framework
from surveyapp.results.withheld import is_withheld
from surveyapp.scoring.method1 import ObjectiveScore, Score, Scores, combine, find_level


def evidenced_scores(framework: Framework, scores: Scores) -> Scores:
    """The same scores with evidenced points in place of declared ones, exact.

    A dimension's evidenced value is 100·Σwe ÷ K and its coverage K ÷ A, so its low, 100·Σwe ÷ A, is their
    product; unknown answers widen it as far as they do the declared score.
    """
    objectives = []
    for objective, scored in zip(framework.objectives, scores.objectives, strict=True):
        parts = [
            (dimension, _evidenced(framework, scored.dimensions[dimension.id]))
            for dimension in framework.dimensions
            if dimension.id in scored.dimensions
        ]
        whole = combine(framework, [(dimension.weight, part) for dimension, part in parts])
        dimensions = MappingProxyType({dimension.id: part for dimension, part in parts})
        objectives.append((objective.weight, ObjectiveScore(scored.id, whole, dimensions)))
    overall = combine(framework, [(weight, scored.score) for weight, scored in objectives])
    if is_withheld(scores.overall):
        overall = scores.overall
    return Scores(overall, tuple(scored for _, scored in objectives))


def _evidenced(framework: Framework, score: Score) -> Score:
    if score.low is None or score.high is None or score.coverage is None:
        return score
    low = (score.evidenced or Fraction(0)) * score.coverage
    return replace(
        score,
        value=score.evidenced,
        low=low,
        high=low + score.high - score.low,
        level=find_level(framework, score.evidenced, score.coverage),
    )
