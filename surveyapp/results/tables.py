"""Published scores as one flat table, for programs and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from surveyapp.framework.model import Framework
from surveyapp.results.service import CountryScores
from surveyapp.results.withheld import is_withheld
from surveyapp.scoring.method1 import Score, score_json

OVERALL, ALL = "overall", "all"
PLACE = ("cycle", "country", "objective", "dimension")
SCORE_FIELDS = ("value", "evidenced", "low", "high", "level", "coverage", "answered", "questions")
COLUMNS = (*PLACE, *SCORE_FIELDS)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def list_rows(cycle: int, framework: Framework, countries: Iterable[CountryScores]) -> list[dict[str, Any]]:
    """For each country a row for the whole, then for each objective one and one for each dimension; none for
    what the country does not let everybody see.
    """
    return [
        dict(zip(PLACE, (cycle, one.country, objective, dimension), strict=True)) | score_json(score)
        for one in countries
        for objective, dimension, score in _list_scores(framework, one)
        if not is_withheld(score)
    ]


def _list_scores(framework: Framework, one: CountryScores) -> Iterator[tuple[str, str, Score]]:
    yield OVERALL, ALL, one.scores.overall
    for objective in one.scores.objectives:
        yield objective.id, ALL, objective.score
        for dimension in framework.dimensions:
            if dimension.id in objective.dimensions:
                yield objective.id, dimension.id, objective.dimensions[dimension.id]


def to_csv(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as CSV with a header; numbers with a point and no thousands separator, nothing for null."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_guarded(row[column]) for column in COLUMNS] for row in rows)
    return text.getvalue()


def _guarded(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return value
