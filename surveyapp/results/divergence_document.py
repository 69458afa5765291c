"""The public map of divergence for programs."""

from __future__ import annotations

from typing import Any

from surveyapp.results.divergence import (
    Column,
    differ,
    get_views,
    list_hidden,
    opinion_of,
)
from surveyapp.results.service import CountryResult
from surveyapp.scoring.answers import Answer
from surveyapp.scoring.method1 import in_json, score_json

DIVERGENCE_FORMAT = "surveyapp-parallel-views/1"


def divergence_document(year: int, country: str) -> dict[str, Any]:
    """The published government's scores beside the views of NGOs that everybody may see.

    :raises NotFound: there is no such view.
    """
    result, columns, _ = get_views(year, country, by=None)
    version = result.cycle.framework_version
    return {
        "format": DIVERGENCE_FORMAT,
        "country": country,
        "cycle": year,
        "framework": {
            "id": version.framework_id,
            "version": version.version,
            "sha256": version.sha256,
        },
        "method": result.method,
        "government": [{"id": one.id, "score": score_json(one.score)} for one in result.scores.objectives],
        "views": [_view(result, column) for column in columns],
    }


def _view(result: CountryResult, column: Column) -> dict[str, Any]:
    submission = column.submission
    return {
        "organisation": column.organisation,
        "handed_in_at": submission.handed_in_at.isoformat(timespec="seconds"),
        "method": submission.method,
        "objectives": [_objective(result, column, one.id) for one in result.scores.objectives],
    }


def _objective(result: CountryResult, column: Column, objective_id: str) -> dict[str, Any]:
    government = result.scores.get_objective(objective_id).score
    score = column.scores.get_objective(objective_id).score
    return {
        "id": objective_id,
        "score": score_json(score),
        "difference": in_json(opinion_of(government, score).difference),
        "questions": _questions(result, column, objective_id),
    }


def _questions(result: CountryResult, column: Column, objective_id: str) -> list[dict[str, Any]]:
    """The questions answered differently, as asked; none where single answers are not public."""
    found = result.framework.find_objective(objective_id)
    if found is None or objective_id in result.withheld:
        return []
    hidden = list_hidden(result, objective_id)
    rows = []
    for question in found[1].questions:
        declared = result.answers.get(question.id, Answer())
        seen = column.answers.get(question.id, Answer())
        is_shown = question.same_as is None and result.framework.dimension_of(question.kind).id not in hidden
        if is_shown and differ(declared, seen):
            rows.append(
                {
                    "question": question.id,
                    "government": {"state": declared.state.value, "level": declared.level},
                    "view": {"state": seen.state.value, "level": seen.level},
                }
            )
    return rows
