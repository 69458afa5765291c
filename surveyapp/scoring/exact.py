"""Scores as exact fractions in JSON, so that what was frozen can be shown rounded once, years later."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from surveyapp.scoring.method1 import ObjectiveScore, Score, Scores

_FRACTIONS = ("value", "evidenced", "low", "high", "coverage")


def exact_document(scores: Scores) -> dict[str, Any]:
    """Every score with its numbers as fractions in text, such as `"160/3"`."""
    return {
        "overall": _write(scores.overall),
        "objectives": [
            {
                "id": objective.id,
                "score": _write(objective.score),
                "dimensions": {name: _write(part) for name, part in objective.dimensions.items()},
            }
            for objective in scores.objectives
        ],
    }


def scores_from_exact(document: Mapping[str, Any]) -> Scores:
    """The scores that `exact_document` wrote; equal to those it was given."""
    objectives = tuple(
        ObjectiveScore(
            entry["id"],
            _read(entry["score"]),
            # Canonical JSON sorts names; the reader of a page puts dimensions in the framework's order.
            MappingProxyType({name: _read(part) for name, part in entry["dimensions"].items()}),
        )
        for entry in document["objectives"]
    )
    return Scores(_read(document["overall"]), objectives)


def _write(score: Score) -> dict[str, Any]:
    numbers = {name: getattr(score, name) for name in _FRACTIONS}
    exact = {name: None if number is None else str(number) for name, number in numbers.items()}
    return exact | {"level": score.level, "answered": score.answered, "questions": score.questions}


def _read(entry: Mapping[str, Any]) -> Score:
    numbers = {name: None if entry[name] is None else Fraction(entry[name]) for name in _FRACTIONS}
    return Score(**numbers, level=entry["level"], answered=entry["answered"], questions=entry["questions"])
