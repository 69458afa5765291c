"""What the regional secretariat should do next: coordinators and analysts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from babel.lists import format_list
from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.accounts.next_steps import Step
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import WRITABLE, may
from surveyapp.assessments.letters import country_and_year
from surveyapp.assessments.models import Assessment, AssessmentState, Cycle, ReviewMark, Submission
from surveyapp.assessments.next_steps import due_words
from surveyapp.assessments.submission import latest_revision
from surveyapp.database import db, now
from surveyapp.mail.letters import isolated
from surveyapp.web.countries import country_name, in_order
from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import show, show_year
from surveyapp.web.pages import show_day
from surveyapp.web.time_zones import day_in

S = AssessmentState


def list_steps(user: User) -> Iterator[Step]:
    """The steps of somebody of the region; none of a country that they answer for."""
    is_coordinator = user.has_role(Role.COORDINATOR)
    if not is_coordinator and not user.has_role(Role.ANALYST):
        return
    if is_coordinator:
        yield from _cycles()
    for submission, looked_at in _list_latest((S.SUBMITTED, S.ACCEPTED)):
        assessment = submission.assessment
        if may(Action.REVIEW, assessment, user):
            yield _review(submission, looked_at)
        elif may(Action.PUBLISH, assessment, user):
            yield _publish(submission)
        elif not is_coordinator and may(Action.VIEW_UNPUBLISHED_RESULTS, assessment, user):
            yield _read(submission)


def _list_latest(states: Sequence[AssessmentState]) -> Sequence[tuple[Submission, int]]:
    """The latest submission of each assessment in one of these states, with how many marks it has."""
    marks = select(func.count()).where(
        ReviewMark.assessment_id == Assessment.id, ReviewMark.revision == Submission.revision
    )
    query = (
        select(Submission, marks.scalar_subquery())
        .join(Submission.assessment)
        .where(Assessment.state.in_(states), Submission.revision == latest_revision(Assessment.id))
        .options(
            joinedload(Submission.assessment).joinedload(Assessment.cycle),
            joinedload(Submission.assessment).joinedload(Assessment.country),
        )
        .order_by(Submission.submitted_at)
    )
    return [(submission, count) for submission, count in db.session.execute(query)]


def _review(submission: Submission, looked_at: int) -> Step:
    detail = gettext("No answer was looked at yet. Accept the assessment, or send it back.")
    if looked_at:
        detail = ngettext(
            "One answer was looked at. Accept the assessment, or send it back.",
            "%(count)s answers were looked at. Accept the assessment, or send it back.",
            looked_at,
            count=show(looked_at),
        )
    return _waiting(submission, gettext("Review what was submitted"), detail, gettext("Review"))


def _publish(submission: Submission) -> Step:
    if submission.assessment.consented_at:
        detail = gettext("It is accepted, and the country said what may be shown.")
    else:
        detail = gettext("It is accepted. The country has not said what may be shown.")
    return _waiting(submission, gettext("Publish the results"), detail, gettext("Publish"))


def _read(submission: Submission) -> Step:
    title, detail = gettext("Read what was submitted"), gettext("It is not public.")
    return _waiting(submission, title, detail, gettext("Read"))


def _waiting(submission: Submission, title: str, detail: str, button: str) -> Step:
    assessment = submission.assessment
    since = day_in(assessment.zone, submission.submitted_at)
    return Step(
        title,
        detail,
        since,
        gettext("Submitted on %(day)s", day=show_day(since)),
        country_and_year(assessment),
        url_for("assessments.country", cycle=assessment.cycle.year, country=assessment.country_code),
        button,
    )


def _cycles() -> Iterator[Step]:
    """Each cycle that runs: who has not submitted, who has nobody to answer; or that it is time for one."""
    today = now().date()
    cycles = db.session.scalars(select(Cycle).order_by(Cycle.year)).all()
    if not cycles or (cycles[-1].year < today.year and _is_over(cycles[-1], today)):
        yield _open_one(today.year, today)
        return
    told: set[str] = set()
    for cycle in cycles:
        if _is_over(cycle, today):
            continue
        query = select(Assessment).where(Assessment.cycle_id == cycle.id, Assessment.state.in_(WRITABLE))
        open_ones = db.session.scalars(query.options(joinedload(Assessment.country))).all()
        if open_ones:
            yield _follow(cycle, open_ones, today)
            countries = {assessment.country_code for assessment in open_ones}
            yield from _invite(cycle, sorted(countries - told))
            told |= countries


def _is_over(cycle: Cycle, today: date) -> bool:
    return cycle.closed_at is not None or cycle.closes_on < today


def _open_one(year: int, today: date) -> Step:
    return Step(
        gettext("Open the cycle %(year)s", year=show_year(year)),
        gettext("No cycle runs. Choose its countries, its framework version and its days."),
        today,
        gettext("Can be done now"),
        href=url_for("cycles.new"),
        button=gettext("Open a cycle"),
    )


def _follow(cycle: Cycle, open_ones: Sequence[Assessment], today: date) -> Step:
    late = sum(a.state is S.DRAFT and (a.deadline or cycle.deadline) < today for a in open_ones)
    detail = ngettext(
        "One country has not submitted.", "%(count)s countries have not submitted.", len(open_ones),
        count=show(len(open_ones)),
    )  # fmt: skip
    if late:
        detail = ngettext(
            "One country is late; give it more time, or close the cycle.",
            "%(count)s countries are late; give them more time, or close the cycle.",
            late,
            count=show(late),
        )
    return Step(
        gettext("Follow the cycle %(year)s", year=show_year(cycle.year)),
        detail,
        cycle.deadline,
        due_words(cycle.deadline, (cycle.deadline - today).days),
        href=url_for("cycles.follow", cycle=cycle.year),
        button=gettext("Follow"),
    )


def _invite(cycle: Cycle, countries: Sequence[str]) -> Iterator[Step]:
    """Countries that have to answer and have no focal point with an open account."""
    query = (
        select(RoleGrant.country_code)
        .join(RoleGrant.user)
        .where(RoleGrant.role == Role.FOCAL_POINT, User.is_active)
    )
    answered_for = set(db.session.scalars(query))
    missing = in_order(code for code in countries if code not in answered_for)
    if missing:
        names = [isolated(country_name(code)) for code in missing]
        yield Step(
            ngettext("Invite a focal point", "Invite focal points", len(missing)),
            gettext(
                # Translators: names of countries, such as "Albania, Greece, and Moldova".
                "In the cycle %(year)s nobody answers for: %(countries)s",
                year=show_year(cycle.year),
                countries=format_list(names, locale=current_locale()),
            ),
            cycle.opens_on,
            gettext("Since %(day)s", day=show_day(cycle.opens_on)),
            href=url_for("users.people"),
            button=gettext("Invite"),
        )
