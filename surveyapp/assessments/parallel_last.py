"""What an NGO said in the last cycle, beside this one's questions. Nothing is carried over by itself."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, undefer

from surveyapp.assessments.frameworks import get_framework, get_pinned_content
from surveyapp.assessments.frozen import thaw
from surveyapp.assessments.last_cycle import LastCycle
from surveyapp.assessments.models import Cycle
from surveyapp.assessments.parallel_models import ParallelState, ParallelSubmission, ParallelView
from surveyapp.database import db


def find_last_view(view: ParallelView, locale: str) -> LastCycle | None:
    """What the same NGO handed in of the same country in its latest earlier cycle, in the wording of then;
    None before the first, and where it took that back.
    """
    query = (
        select(ParallelSubmission)
        .join(ParallelSubmission.view)
        .join(ParallelView.cycle)
        .where(
            ParallelView.user_id == view.user_id,
            ParallelView.country_code == view.country_code,
            ParallelView.state == ParallelState.HANDED_IN,
            Cycle.year < view.cycle.year,
        )
        .order_by(Cycle.year.desc(), ParallelSubmission.revision.desc())
        .options(
            contains_eager(ParallelSubmission.view)
            .contains_eager(ParallelView.cycle)
            .joinedload(Cycle.framework_version),
            undefer(ParallelSubmission.body),
        )
    )
    submission = db.session.scalars(query.limit(1)).one_or_none()
    if submission is None:
        return None
    cycle = submission.view.cycle
    wordings = json.loads(submission.body)["wordings"]
    content = get_pinned_content(cycle.framework_version, wordings, locale)
    return LastCycle(cycle.year, thaw(submission, get_framework(cycle.framework_version)), content)
