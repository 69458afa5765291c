"""What a guidelines document holds once it is read: titles, objectives, and their items in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from surveyapp.framework.faults import Notice

KINDS = ("activity", "actor", "indicator")
PLURALS = {"activity": "activities", "actor": "actors", "indicator": "indicators"}


@dataclass
class DerivedObjective:
    """One objective with its items by kind, in the document's order and wording."""

    title: str
    by_kind: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def items(self) -> Iterator[tuple[str, int, str]]:
        """Kind, place from 1 on, and text of each item."""
        for kind in KINDS:
            for position, text in enumerate(self.by_kind[kind], 1):
                yield kind, position, text


@dataclass(frozen=True)
class Derived:
    """A guidelines document as read. `name` is fit for an id; `year` is None where none is told."""

    name: str
    title: str
    year: int | None
    objectives: tuple[DerivedObjective, ...]
    notices: tuple[Notice, ...] = ()

    def count(self, kind: str) -> int:
        return sum(len(objective.by_kind[kind]) for objective in self.objectives)

    @property
    def summary(self) -> str:
        """`13 objectives, 74 activities, 33 actors, 68 indicators`; always plural, for programs to read."""
        counts = [f"{self.count(kind)} {PLURALS[kind]}" for kind in KINDS]
        return ", ".join([f"{len(self.objectives)} objectives", *counts])
