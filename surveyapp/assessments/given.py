"""What a person gives to a question, as plain values: from a form, a file, or an answer that is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from surveyapp.assessments.models import AnswerState, Evidence


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A checked file whose content the evidence store keeps under its hash."""

    name: str
    media_type: str
    sha256: str
    size: int  # bytes

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> GivenFile:
        return cls(name, media_type, hashlib.sha256(content).hexdigest(), len(content))


@dataclass(frozen=True, slots=True)
class GivenEvidence:
    """A titled link, document reference or file, as given."""

    title: str
    url: str | None = None
    dated_on: date | None = None
    file: GivenFile | None = None

    def stands_in(self, rows: Iterable[Evidence]) -> bool:
        """Whether the same document is kept already, as after a button pressed twice."""
        if self.file:
            return any(row.file and row.file.sha256 == self.file.sha256 for row in rows)
        said = (self.title, self.url, self.dated_on)
        return any((row.title, row.url, row.dated_on) == said and row.file is None for row in rows)


@dataclass(frozen=True, slots=True)
class GivenMeasure:
    """The figure behind an indicator, as typed; the unit stands in the framework."""

    value: str | None = None
    year: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What one person gave to one question, and which version of its answer they had before them."""

    question_id: str
    state: AnswerState
    seen_version: int
    level: str | None = None
    reason: str | None = None
    comment: str = ""
    measure: GivenMeasure = field(default_factory=GivenMeasure)
    is_confirmed: bool = False  # last cycle's answer, confirmed as unchanged
    changed_because: str = ""  # what changed since last cycle's answer
    new_evidence: tuple[GivenEvidence, ...] = ()
    removed_evidence: frozenset[int] = frozenset()

    def content(self) -> tuple[object, ...]:
        """What is compared to find out whether two versions say the same."""
        return (
            self.state,
            self.level,
            self.reason,
            self.comment,
            self.measure.value,
            self.measure.year,
            self.measure.source,
            self.is_confirmed,
            self.changed_because,
        )

    def with_evidence(self, new: tuple[GivenEvidence, ...], removed: frozenset[int]) -> GivenAnswer:
        """The same answer with documents added and removed."""
        return replace(self, new_evidence=new, removed_evidence=removed)


def empty_answer(question_id: str) -> GivenAnswer:
    """What stands before anything was given."""
    return GivenAnswer(question_id, AnswerState.NONE_YET, 0)
