"""The questions that are not compared between two years, as a page lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from surveyapp.language.content import Content, QuestionText
from surveyapp.scoring.shared_questions import Cause, LeftOut


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A question that is not compared over a break; `codes` are the levels that one version alone has."""

    source: str
    text: QuestionText
    cause: Cause
    codes: tuple[str, ...]


def list_left_out(left_out: Iterable[LeftOut], earlier: Content, later: Content) -> tuple[LeftOutRow, ...]:
    """What is not compared between two years, in the words of the year that has the question."""
    return tuple(
        LeftOutRow(
            source=one.question.source,
            text=(earlier if one.cause is Cause.GONE else later).question(one.question),
            cause=one.cause,
            codes=one.codes,
        )
        for one in left_out
    )
