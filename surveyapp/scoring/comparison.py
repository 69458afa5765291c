"""Comparison JSON: countries side by side, and how sure it is that one is above the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from surveyapp.framework.model import Framework
from surveyapp.scoring.method1 import DRAWS, SEED, Intervals, Scores, in_json, interval_json, score
from surveyapp.scoring.reader import AnswersFile
from surveyapp.scoring.robustness import (
    Array,
    Draws,
    Robustness,
    is_distinguishable,
    probability_above,
)

COMPARISON_FORMAT = "surveyapp-comparison/1"


class ComparedTwice(ValueError):
    """A country is given twice for one cycle."""


@dataclass(frozen=True, slots=True)
class _Compared:
    given: AnswersFile
    scores: Scores
    drawn: Draws
    bands: Intervals

    @property
    def name(self) -> dict[str, object]:
        return {"country": self.given.country, "cycle": self.given.cycle}


def comparison_document(
    framework: Framework, files: Sequence[AnswersFile], *, draws: int = DRAWS, seed: int = SEED
) -> dict[str, object]:
    """Bands of each country and, for each pair in the order given, the probability that a is above b.

    Numbers have 4 decimals, rounded half up; they are None where nothing is applicable.

    :raises ComparedTwice: a country is given twice for one cycle.
    :raises ValueError: draws or seed is out of range.
    """
    require_apart(files)
    robustness = Robustness(framework, draws, seed)
    compared = [_compare(robustness, given) for given in files]
    return {
        "format": COMPARISON_FORMAT,
        "draws": draws,
        "seed": seed,
        "countries": [_country_json(framework, one) for one in compared],
        "pairs": [_pair_json(framework, a, b) for a, b in combinations(compared, 2)],
    }


def require_apart(files: Sequence[AnswersFile]) -> None:
    """:raises ComparedTwice: a country is given twice for one cycle."""
    seen: set[tuple[str, int]] = set()
    for given in files:
        if (given.country, given.cycle) in seen:
            raise ComparedTwice(
                f"{given.country} {given.cycle} is given twice; give each country and cycle once"
            )
        seen.add((given.country, given.cycle))


def _compare(robustness: Robustness, given: AnswersFile) -> _Compared:
    scores = score(robustness.framework, given.answers)
    drawn = robustness.draw(given.answers, country=given.country, cycle=given.cycle)
    return _Compared(given, scores, drawn, robustness.intervals(drawn, scores))


def _country_json(framework: Framework, one: _Compared) -> dict[str, object]:
    overall = {"value": in_json(one.scores.overall.value), "band": interval_json(one.bands.overall)}
    objectives = {
        objective.id: {
            "value": in_json(one.scores.get_objective(objective.id).score.value),
            "band": interval_json(one.bands.objectives[objective.id]),
        }
        for objective in framework.objectives
    }
    return one.name | {"overall": overall, "objectives": objectives}


def _pair_json(framework: Framework, a: _Compared, b: _Compared) -> dict[str, object]:
    return {
        "a": a.name,
        "b": b.name,
        "overall": _probability_json(a.drawn.find(""), b.drawn.find("")),
        "objectives": {
            objective.id: _probability_json(a.drawn.find(objective.id), b.drawn.find(objective.id))
            for objective in framework.objectives
        },
    }


def _probability_json(a: Array | None, b: Array | None) -> dict[str, object]:
    probability = probability_above(a, b)
    return {"p_a_above_b": in_json(probability), "distinguishable": is_distinguishable(probability)}
