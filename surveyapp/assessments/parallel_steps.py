"""What to do next about parallel views: an NGO answers and hands in, its government's focal point reads, a
coordinator decides what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import contains_eager, joinedload

from surveyapp.accounts.models import Role, User
from surveyapp.accounts.next_steps import Step
from surveyapp.accounts.permissions import Action, may_ever
from surveyapp.assessments.access import may
from surveyapp.assessments.letters import country_and_year
from surveyapp.assessments.models import AnswerState, Assessment, AssessmentState, Submission
from surveyapp.assessments.next_steps import due_words
from surveyapp.assessments.parallel import is_writable, list_answers, list_own
from surveyapp.assessments.parallel_models import ParallelState, ParallelSubmission, ParallelView
from surveyapp.database import db, now
from surveyapp.mail.letters import isolated
from surveyapp.web.numbers import show
from surveyapp.web.pages import show_day
from surveyapp.web.time_zones import day_in

_OF_PLACE = (Assessment.cycle_id == ParallelView.cycle_id) & (
    Assessment.country_code == ParallelView.country_code
)


def list_steps(user: User) -> Iterator[Step]:
    """The steps of whoever gives a view, may read one of their own country, or decides on one."""
    for view in list_own(by=user) if user.viewed_countries else ():
        if is_writable(view):
            yield _give(view)
    focal = [grant.country_code for grant in user.grants if grant.role is Role.FOCAL_POINT]
    if focal:
        yield from _read(focal)
    if may_ever(Action.DECIDE_ON_PARALLEL_VIEW, user):
        yield from _decide(user)


def _give(view: ParallelView) -> Step:
    count = sum(answer.state is not AnswerState.NONE_YET for answer in list_answers(view).values())
    detail = gettext("Answer what your organisation knows; it need not be everything.")
    if count:
        detail = ngettext(
            "One question is answered. Hand your view in once it says what you know.",
            "%(count)s questions are answered. Hand your view in once it says what you know.",
            count,
            count=show(count),
        )
    days = (view.due_on - day_in(view.zone, now())).days
    return Step(
        gettext("Give the view of your organisation"),
        detail,
        view.due_on,
        due_words(view.due_on, days),
        country_and_year(view),
        url_for("parallel.overview", cycle=view.cycle.year, country=view.country_code),
        gettext("Open"),
    )


def _read(countries: Sequence[str | None]) -> Iterator[Step]:
    """The countries of a focal point of which NGOs handed in views, from submitting until the results are
    published: when it can still mind them in what it says of its results.
    """
    for views in _list_readable(countries):
        assessment = views[0][0]
        since = day_in(assessment.zone, max(readable_at for _, readable_at in views))
        yield Step(
            gettext("Read what NGOs see of your country"),
            ngettext(
                "One organisation handed in its own view. It stands beside what your country submitted.",
                "%(count)s organisations handed in their own views. They stand beside what your country "
                "submitted.",
                len(views),
                count=show(len(views)),
            ),
            since,
            gettext("Since %(day)s", day=show_day(since)),
            country_and_year(assessment),
            url_for("divergence.compare", cycle=assessment.cycle.year, country=assessment.country_code),
            gettext("Read"),
        )


def _list_readable(countries: Sequence[str | None]) -> Iterable[list[tuple[Assessment, datetime]]]:
    """For each assessment an entry for each view, with since when that can be read."""
    first_submitted_at = (
        select(func.min(Submission.submitted_at))
        .where(Submission.assessment_id == Assessment.id)
        .correlate(Assessment)
        .scalar_subquery()
    )
    query = (
        select(Assessment, _handed_in_at(), first_submitted_at)
        .select_from(ParallelView)
        .join(Assessment, _OF_PLACE)
        .join(Assessment.cycle)
        .where(
            ParallelView.state == ParallelState.HANDED_IN,
            ParallelView.country_code.in_(countries),
            Assessment.state.in_((AssessmentState.SUBMITTED, AssessmentState.ACCEPTED)),
        )
        .options(contains_eager(Assessment.cycle), joinedload(Assessment.country))
        .order_by(ParallelView.id)
    )
    found: dict[int, list[tuple[Assessment, datetime]]] = {}
    for assessment, handed_in_at, submitted_at in db.session.execute(query):
        found.setdefault(assessment.id, []).append((assessment, max(handed_in_at, submitted_at)))
    return found.values()


def _decide(user: User) -> Iterator[Step]:
    """The views that their NGOs let everybody see and on which nobody has decided, the oldest first."""
    handed_in_at = _handed_in_at()
    query = (
        select(ParallelView, Assessment, handed_in_at)
        .join(ParallelView.cycle)
        .join(Assessment, _OF_PLACE)
        .where(
            ParallelView.state == ParallelState.HANDED_IN,
            ParallelView.consents_to_public,
            ParallelView.decided_at.is_(None),
        )
        .options(contains_eager(ParallelView.cycle), joinedload(Assessment.country))
        .order_by(handed_in_at, ParallelView.id)
    )
    for view, assessment, moment in db.session.execute(query):
        if may(Action.DECIDE_ON_PARALLEL_VIEW, assessment, user):
            since = day_in(assessment.zone, moment)
            yield Step(
                gettext("Decide whether the view of an NGO is shown"),
                gettext(
                    "%(organisation)s handed in its view and lets everybody see it.",
                    organisation=isolated(view.organisation),
                ),
                since,
                gettext("Since %(day)s", day=show_day(since)),
                country_and_year(view),
                url_for("divergence.compare", cycle=view.cycle.year, country=view.country_code),
                gettext("Decide"),
            )


def _handed_in_at() -> ScalarSelect[datetime]:
    """When the view of the query around it was handed in last."""
    of_view = ParallelSubmission.view_id == ParallelView.id
    return select(func.max(ParallelSubmission.handed_in_at)).where(of_view).scalar_subquery()
