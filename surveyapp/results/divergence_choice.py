"""What a reader of the map of divergence chose to see of it, as it stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from surveyapp.results.divergence import Column, Contrast, Divergence, Row

LARGEST, ALL, DIFFERENT = "largest", "all", "different"
MOST_LISTED = 10  # of the largest differences, so that the page stays short


@dataclass(frozen=True, slots=True)
class DivergenceChoice:
    """`questions` is `largest`, `all` or the id of an objective; `rows` is `all` or `different`; `ngo` is the
    number of one view, 0 for all.
    """

    questions: str = LARGEST
    rows: str = ALL
    ngo: int = 0

    def address_parts(self, questions: str) -> dict[str, Any]:
        """The choice with other questions as it stands in an address; what is usual is left out."""
        parts: dict[str, Any] = {"questions": questions, "rows": self.rows, "ngo": self.ngo}
        usual = {"questions": LARGEST, "rows": ALL, "ngo": 0}
        return {name: value for name, value in parts.items() if value != usual[name]}


@dataclass(frozen=True, slots=True)
class ListedQuestions:
    """Questions under one heading: of an objective, or of all where `row` is None."""

    row: Row | None
    contrasts: tuple[Contrast, ...]


def read_divergence_choice(
    given: MultiDict[str, str], columns: Sequence[Column], objectives: Sequence[str]
) -> DivergenceChoice:
    """The choice in an address; what cannot be meant is as usual."""
    questions, ngo = given.get("questions", LARGEST), given.get("ngo", 0, type=int)
    return DivergenceChoice(
        questions=questions if questions in (ALL, *objectives) else LARGEST,
        rows=DIFFERENT if given.get("rows") == DIFFERENT else ALL,
        ngo=ngo if ngo in {column.submission.view_id for column in columns} else 0,
    )


def choose_columns(choice: DivergenceChoice, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The one that was asked for, or all."""
    return tuple(column for column in columns if choice.ngo in (0, column.submission.view_id))


def list_waiting(choice: DivergenceChoice, columns: Sequence[Column]) -> list[Column]:
    """Those that were not asked for and wait for the regional body's decision."""
    return [one for one in columns if choice.ngo not in (0, one.submission.view_id) and one.awaits_decision]


def choose_rows(choice: DivergenceChoice, divergence: Divergence) -> tuple[Row, ...]:
    """The objectives of the table: all, or those where a score or an answer is known to differ."""
    return tuple(row for row in divergence.rows if choice.rows == ALL or _differs(row, divergence))


def _differs(row: Row, divergence: Divergence) -> bool:
    is_apart = any(one.difference is not None and one.shade != "alike" for one in row.opinions)
    return is_apart or bool(divergence.contrasts[row.id])


def choose_questions(choice: DivergenceChoice, divergence: Divergence) -> list[ListedQuestions]:
    """The questions answered differently that are listed, by heading."""
    if choice.questions == LARGEST:
        found = [contrast for contrasts in divergence.contrasts.values() for contrast in contrasts]
        largest = sorted(found, key=lambda one: -one.size)[:MOST_LISTED]
        return [ListedQuestions(None, tuple(largest))] if largest else []
    return [
        ListedQuestions(row, divergence.contrasts[row.id])
        for row in divergence.rows
        if row.id == choice.questions or (choice.questions == ALL and divergence.contrasts[row.id])
    ]
