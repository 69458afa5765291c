"""What somebody should do next, in order: each domain names the steps of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask, current_app

from surveyapp.accounts.models import User


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, in words, and the way to it."""

    title: str
    detail: str  # what stands behind it
    on: date  # the day that it is due, or since which it waits: what orders the steps
    when: str  # the same in words
    where: str = ""  # the country and year, where there can be several
    href: str = ""  # none: it is done outside these pages, as `detail` says
    button: str = ""


Lister = Callable[[User], Iterable[Step]]
_KEY = "next_steps"


def init_app(app: Flask, listers: Sequence[Lister]) -> None:
    """Let each domain name steps; a domain does not know the ones above it, so the application gives them."""
    app.extensions[_KEY] = tuple(listers)


def list_next_steps(user: User) -> list[Step]:
    """All that this person should do, what is due or waits longest first."""
    listers: tuple[Lister, ...] = current_app.extensions[_KEY]
    return sorted((step for lister in listers for step in lister(user)), key=lambda step: step.on)
