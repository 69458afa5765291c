"""What the deadline means for what is saved now, on the page of a questionnaire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from surveyapp.assessments.access import WRITABLE
from surveyapp.assessments.models import Assessment
from surveyapp.assessments.parallel_models import ParallelState, ParallelView
from surveyapp.web.time_zones import day_in


class Due(StrEnum):
    """Where the day stands to a deadline."""

    COMING = "coming"
    LATE = "late"  # of a country: what is saved is marked so
    OVERDUE = "overdue"  # of an NGO's view: it was asked for by a day that is over, and is still taken
    OVER = "over"  # no answers are taken: handed in, or the cycle is not open


def find_due(answered: Assessment | ParallelView, moment: datetime) -> Due:
    """What holds at that moment. `answered.cycle` and `answered.country` must be loaded."""
    if not answered.is_open(moment):
        return Due.OVER
    if isinstance(answered, ParallelView):
        if answered.state is ParallelState.HANDED_IN:
            return Due.OVER
        return Due.OVERDUE if day_in(answered.zone, moment) > answered.due_on else Due.COMING
    if answered.state not in WRITABLE:
        return Due.OVER
    return Due.LATE if answered.is_late(moment) else Due.COMING
