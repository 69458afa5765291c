"""A country's answers as immutable values: what the scoring reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal
from enum import StrEnum


class AnswerState(StrEnum):
    """What a question has been given; `NONE` also where only a comment or evidence is there."""

    LEVEL = "level"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer rests on: a titled link or document reference."""

    title: str
    url: str | None = None
    reference: str | None = None
    date: Date | None = None


@dataclass(frozen=True, slots=True)
class MeasuredValue:
    """The figure behind an indicator, exactly as written; never scored."""

    value: Decimal
    unit: str
    year: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a level's code, or why not applicable, or why unknown, or none of these yet.

    :raises ValueError: more than one of level, not_applicable and unknown is given.
    """

    level: str | None = None
    not_applicable: str | None = None
    unknown: str | None = None
    comment: str = ""
    evidence: tuple[Evidence, ...] = ()
    measure: MeasuredValue | None = None

    def __post_init__(self) -> None:
        if sum(given is not None for given in (self.level, self.not_applicable, self.unknown)) > 1:
            raise ValueError("an answer has one of level, not_applicable and unknown, not several")

    @property
    def state(self) -> AnswerState:
        if self.level is not None:
            return AnswerState.LEVEL
        if self.not_applicable is not None:
            return AnswerState.NOT_APPLICABLE
        if self.unknown is not None:
            return AnswerState.UNKNOWN
        return AnswerState.NONE

    @property
    def reason(self) -> str | None:
        """Why the question is not applicable, or why its answer is unknown."""
        return self.not_applicable if self.not_applicable is not None else self.unknown


Answers = Mapping[str, Answer]
"""Answers by the id of the question that was asked; a `same_as` question has none of its own."""
