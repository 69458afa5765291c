"""What is held about a person. Each package says which of its columns point at people, how their rows are
exported, and what goes when somebody leaves; `accounts` asks all of them and needs to know none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from flask import Flask, current_app

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | bool | None"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose data is asked for."""

    id: int
    email: str


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who leaves, and which roles end with that, each with its country or None."""

    id: int
    email: str
    roles: tuple[tuple[str, str | None], ...]
    is_own_wish: bool = False


def export_nothing(_person: Person) -> Mapping[str, Json]:
    return {}


def let_go(_leaver: Leaver) -> None:
    """Nothing stands against it, and nothing has to go."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one package holds about people."""

    sections: Mapping[str, str] = field(default_factory=dict)  # table.column → section of the export
    exempt: Mapping[str, str] = field(default_factory=dict)  # table.column → why it is not exported
    export: Callable[[Person], Mapping[str, Json]] = export_nothing  # section → its rows, oldest first
    require_spared: Callable[[Leaver], None] = let_go  # raises a refusal where they are needed
    forget_roles: Callable[[Leaver], None] = let_go  # what goes with the roles that end
    forget: Callable[[Leaver], None] = let_go  # what goes with the whole account


def init_app(app: Flask, holdings: Iterable[Holding]) -> None:
    app.extensions["surveyapp_holdings"] = tuple(holdings)


def list_holdings() -> tuple[Holding, ...]:
    """What each package holds, in the order of the export."""
    found: tuple[Holding, ...] = current_app.extensions["surveyapp_holdings"]
    return found


def as_utc(moment: datetime | None) -> str | None:
    """A time as the export writes it, such as 2026-11-25T08:30:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
