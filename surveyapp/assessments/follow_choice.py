"""What a coordinator chose to see of a followed cycle, as it stands in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from surveyapp.assessments.access import WRITABLE
from surveyapp.assessments.follow import FollowedCountry
from surveyapp.assessments.models import AssessmentState

ALL, LATE, UNTOUCHED, WAITING = "all", "late", "untouched", "waiting"
KINDS = (*AssessmentState, LATE, UNTOUCHED, WAITING)
BY_NAME, BY_DEADLINE, NEWEST, OLDEST = "name", "deadline", "newest", "oldest"
ORDERS = (BY_NAME, BY_DEADLINE, NEWEST, OLDEST)


@dataclass(frozen=True, slots=True)
class FollowChoice:
    """`kind` is one of `KINDS`, or `all`; `order` one of `ORDERS`, of which `newest` and `oldest` are by what
    was saved last.
    """

    kind: str = ALL
    order: str = BY_NAME

    def address_parts(self, kind: str | None = None) -> dict[str, Any]:
        """The choice, or one of another kind, as it stands in an address; what is usual is left out."""
        parts: dict[str, Any] = {"show": self.kind if kind is None else kind, "order": self.order}
        usual = {"show": ALL, "order": BY_NAME}
        return {name: value for name, value in parts.items() if value != usual[name]}


def read_follow_choice(given: MultiDict[str, str]) -> FollowChoice:
    """The choice in an address; what cannot be meant is as usual."""
    kind, order = given.get("show", ALL), given.get("order", BY_NAME)
    return FollowChoice(kind if kind in KINDS else ALL, order if order in ORDERS else BY_NAME)


def count_kinds(choice: FollowChoice, rows: Sequence[FollowedCountry], moment: datetime) -> dict[str, int]:
    """How many countries are of each kind that there is, and of the chosen one. One can be of several."""
    counts = {str(kind): sum(_is_of(row, kind, moment) for row in rows) for kind in KINDS}
    return {kind: count for kind, count in counts.items() if count or kind == choice.kind}


def choose_countries(
    choice: FollowChoice, rows: Sequence[FollowedCountry], moment: datetime
) -> list[FollowedCountry]:
    """Those of the chosen kind in the chosen order. `rows` are ordered by name, which decides of equals."""
    chosen = [row for row in rows if choice.kind == ALL or _is_of(row, choice.kind, moment)]
    if choice.order == BY_DEADLINE:
        return sorted(chosen, key=_by_deadline)
    if choice.order in (NEWEST, OLDEST):
        return _by_last_saved(chosen, is_newest_first=choice.order == NEWEST)
    return chosen


def _is_of(row: FollowedCountry, kind: str, moment: datetime) -> bool:
    checks: dict[str, Callable[[], bool]] = {
        LATE: lambda: row.assessment.is_late(moment),
        UNTOUCHED: lambda: row.last is None and row.assessment.state in WRITABLE,
        WAITING: lambda: bool(row.awaiting_decision),
    }
    return checks[kind]() if kind in checks else row.assessment.state == kind


def _by_deadline(row: FollowedCountry) -> tuple[object, ...]:
    """What was due longest ago first, of one deadline where least is answered, last what is handed in."""
    assessment = row.assessment
    return (assessment.state not in WRITABLE, assessment.to_do_by, row.answered)


def _by_last_saved(rows: Sequence[FollowedCountry], *, is_newest_first: bool) -> list[FollowedCountry]:
    """Where nothing was saved is the oldest of all."""
    touched = [(row.last.at, row) for row in rows if row.last]
    touched.sort(key=lambda pair: pair[0], reverse=is_newest_first)
    ordered, untouched = [row for _, row in touched], [row for row in rows if not row.last]
    return ordered + untouched if is_newest_first else untouched + ordered
