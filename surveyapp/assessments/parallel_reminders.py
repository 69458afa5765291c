"""Reminding NGOs of a view that they began and have not handed in: at fixed days, or at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from surveyapp.accounts.models import User
from surveyapp.assessments.models import AnswerState, Cycle
from surveyapp.assessments.parallel_letters import post_view_reminder
from surveyapp.assessments.parallel_models import ParallelAnswer, ParallelState, ParallelView
from surveyapp.assessments.stages import AT_OPENING, Stage, find_stage
from surveyapp.database import db, now
from surveyapp.web.time_zones import day_in


def remind_views(cycle: Cycle) -> Mapping[str, int]:
    """Write to each NGO whose view is begun and not handed in, once a stage; gives how many letters are new
    in each. Not when a cycle has opened: a view need not be given, and who began one knows of it.
    """
    written: Counter[str] = Counter()
    answered = _count_answered(cycle)
    for view, user in list_begun(cycle):
        stage = find_stage(view, now()) if user.wants_reminders else None
        if stage is not None and stage.name != AT_OPENING:
            key = f"reminder/{cycle.year}/{stage.name}/view/{view.id}"
            written[stage.name] += post_view_reminder(view, user, answered.get(view.id, 0), stage, key=key)
    return written


def remind_views_now(cycle: Cycle, countries: Collection[str] | None, *, by: User) -> list[str]:
    """Write at once to the NGOs whose view of one of the countries, or of any, is begun and not handed in, at
    most once a day for each view; gives the country of each new letter. None goes out about an own country.
    """
    written, answered = [], _count_answered(cycle)
    for view, user, stage in _list_remindable(cycle, by):
        if countries is not None and view.country_code not in countries:
            continue
        day = day_in(view.zone, now()).isoformat()
        key = f"reminder/{cycle.year}/now/{day}/view/{view.id}"
        if post_view_reminder(view, user, answered.get(view.id, 0), stage, key=key):
            written.append(view.country_code)
    return written


def list_remindable_countries(cycle: Cycle, *, by: User) -> set[str]:
    """The countries of which an NGO can be reminded now by this person."""
    return {view.country_code for view, *_ in _list_remindable(cycle, by, is_afresh=False)}


def _list_remindable(
    cycle: Cycle, by: User, *, is_afresh: bool = True
) -> Iterator[tuple[ParallelView, User, Stage]]:
    own = {*by.countries, *by.viewed_countries}
    for view, user in list_begun(cycle, is_afresh=is_afresh):
        stage = find_stage(view, now()) if user.wants_reminders else None
        if stage is not None and view.country_code not in own:
            yield view, user, stage


def list_begun(cycle: Cycle, *, is_afresh: bool = True) -> Iterator[tuple[ParallelView, User]]:
    """The drafts of those who still give a view of that country; read anew with their cycle, for whoever
    writes letters, or as the session knows them.
    """
    query = (
        select(ParallelView, User)
        .join(User, User.id == ParallelView.user_id)
        .where(
            ParallelView.cycle_id == cycle.id,
            ParallelView.state == ParallelState.DRAFT,
            User.is_active,
        )
        .options(joinedload(ParallelView.cycle), joinedload(ParallelView.country), selectinload(User.grants))
        .order_by(ParallelView.id)
        .execution_options(populate_existing=is_afresh)
    )
    for view, user in db.session.execute(query):
        if view.country_code in user.viewed_countries:
            yield view, user


def _count_answered(cycle: Cycle) -> dict[int, int]:
    """How many questions have an answer, by the number of the view."""
    latest = (
        select(
            ParallelAnswer.view_id,
            ParallelAnswer.question_id,
            func.max(ParallelAnswer.version).label("version"),
        )
        .join(ParallelView, ParallelView.id == ParallelAnswer.view_id)
        .where(ParallelView.cycle_id == cycle.id)
        .group_by(ParallelAnswer.view_id, ParallelAnswer.question_id)
        .subquery()
    )
    query = (
        select(ParallelAnswer.view_id, func.count().label("answered"))
        .join(
            latest,
            (latest.c.view_id == ParallelAnswer.view_id)
            & (latest.c.question_id == ParallelAnswer.question_id)
            & (latest.c.version == ParallelAnswer.version),
        )
        .where(ParallelAnswer.state != AnswerState.NONE_YET)
        .group_by(ParallelAnswer.view_id)
    )
    return {row.view_id: row.answered for row in db.session.execute(query)}
