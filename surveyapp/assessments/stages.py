"""The times around a deadline in which people are reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from surveyapp.assessments.models import Assessment
from surveyapp.assessments.parallel_models import ParallelView
from surveyapp.web.time_zones import day_in

# Days before the deadline at which a stage begins; -1: the day after it. Before all of them comes the stage
# of the opening. A stage that was missed, as after a weekend without a server, is made up for until the next.
DAYS_BEFORE = (30, 7, 1, -1)
AT_OPENING = "open"


@dataclass(frozen=True, slots=True)
class Stage:
    """A time around the deadline, within which everybody is reminded once."""

    name: str  # that of the opening, or the days before the deadline at which it began
    days_left: int
    ends_at: datetime
    is_first: bool  # the cycle opened in it


def find_stage(assessment: Assessment | ParallelView, moment: datetime) -> Stage | None:
    """The stage of a country, or of an NGO's view of it, at that moment, by its own days and deadline; None
    when no answers are taken then.

    `assessment.cycle` and `assessment.country` must be loaded.
    """
    if not assessment.is_open(moment):
        return None
    days_left = (assessment.due_on - day_in(assessment.zone, moment)).days
    coming = [days for days in DAYS_BEFORE if days_left > days]
    last_day = assessment.last_day
    if coming:
        last_day = min(last_day, assessment.due_on - timedelta(days=coming[0] + 1))
    ends_at = datetime.combine(last_day + timedelta(days=1), time(), assessment.zone).astimezone(UTC)
    name = _name(days_left)
    is_first = name == _name((assessment.due_on - assessment.cycle.opens_on).days)
    return Stage(name, days_left, ends_at, is_first)


def _name(days_left: int) -> str:
    """That of the stage so many days before the deadline."""
    begun = [days for days in DAYS_BEFORE if days_left <= days]
    return str(begun[-1]) if begun else AT_OPENING
