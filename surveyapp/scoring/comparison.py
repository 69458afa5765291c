"""Comparison JSON: countries side by side, and how sure it is that one is above the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from surveyapp.framework.model import Framework
from surveyapp.scoring.method1 import DRAWS, METHOD, SEED, Intervals, Scores, in_json, interval_json, score
from surveyapp.scoring.reader import AnswersFile
from surveyapp.scoring.robustness import Draws, Robustness, is_distinguishable, pairs_above

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
        "method": METHOD,
        "countries": [_country_json(framework, one) for one in compared],
        "pairs": _pairs_json(framework, compared, draws),
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


def _pairs_json(framework: Framework, compared: Sequence[_Compared], draws: int) -> list[dict[str, object]]:
    """All pairs. For 200 countries these are 278,600 probabilities: each that occurs is made once."""
    keys = ("", *(objective.id for objective in framework.objectives))
    squares = np.stack([pairs_above([one.drawn for one in compared], key) for key in keys])
    made = {
        count: _probability_json(Fraction(count, 2 * draws) if count >= 0 else None)
        for count in np.unique(squares).tolist()
    }
    names = [one.name for one in compared]
    whole, *objectives = squares.tolist()
    by_id = list(zip(keys[1:], objectives, strict=True))
    return [
        {
            "a": names[a],
            "b": names[b],
            "overall": made[whole[a][b]],
            "objectives": {objective_id: made[counts[a][b]] for objective_id, counts in by_id},
        }
        for a, b in combinations(range(len(compared)), 2)
    ]


def _probability_json(probability: Fraction | None) -> dict[str, object]:
    return {"p_a_above_b": in_json(probability), "distinguishable": is_distinguishable(probability)}
