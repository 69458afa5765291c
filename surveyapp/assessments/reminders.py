"""Reminding those who have something open, at fixed days around the deadline, each of them once a stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.letters import post_reminder
from surveyapp.assessments.models import Answer, AnswerState, Assessment, Cycle, Delegation
from surveyapp.assessments.service import WRITABLE
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now
from surveyapp.framework.model import Framework

# Days before the deadline at which a stage begins; -1: the day after it. Before all of them comes the
# stage `open`. A stage that was missed, as after a weekend without a server, is made up for until the next.
DAYS_BEFORE = (30, 7, 1, -1)

Work = tuple[Assessment, int]  # with how many questions are open


@dataclass(frozen=True, slots=True)
class Stage:
    """A time around the deadline, within which everybody is reminded once."""

    name: str  # `open`, or the days before the deadline at which it began
    days_left: int
    ends_at: datetime


def find_stage(cycle: Cycle, today: date) -> Stage | None:
    """The stage of a cycle on that day; None when it is not open."""
    if not cycle.is_open(today):
        return None
    days_left = (cycle.deadline - today).days
    begun = [days for days in DAYS_BEFORE if days_left <= days]
    coming = [days for days in DAYS_BEFORE if days_left > days]
    last_day = cycle.deadline - timedelta(days=coming[0] + 1) if coming else cycle.closes_on
    last_day = min(last_day, cycle.closes_on)
    ends_at = datetime.combine(last_day + timedelta(days=1), time(), UTC)
    return Stage(str(begun[-1]) if begun else "open", days_left, ends_at)


def list_open_cycles() -> list[Cycle]:
    """The cycles that are open today, oldest first."""
    today = now().date()
    query = select(Cycle).where(Cycle.opens_on <= today, Cycle.closes_on >= today).order_by(Cycle.year)
    return list(db.session.scalars(query))


def remind(cycle: Cycle) -> int:
    """Write to all who have something open in the cycle and want reminders; gives how many letters are new.

    Run as often as one likes, by several at once: nobody gets a stage's letter twice.
    """
    stage = find_stage(cycle, now().date())
    if stage is None:
        return 0
    written = 0
    for user, works in list_works(cycle).values():
        written += post_reminder(
            user, works, stage=stage.name, days_left=stage.days_left, expires_at=stage.ends_at
        )
    if written:
        facts: dict[str, Fact] = {"stage": stage.name, "letters": written}
        record("cycle.remind", f"cycle/{cycle.year}", by=None, facts=facts)
    return written


def list_works(cycle: Cycle) -> dict[int, tuple[User, list[Work]]]:
    """Who has something to do in the cycle, by user number: focal points of each assessment that is not
    handed in, and contributors with an open question in an objective of theirs.
    """
    assessments = _list_writable(cycle)
    if not assessments:
        return {}
    framework = get_framework(assessments[0].cycle.framework_version)
    works: dict[int, tuple[User, list[Work]]] = {}
    answered, delegated = _list_answered(assessments), _list_delegated(assessments)
    people = _list_people([assessment.country_code for assessment in assessments])
    for assessment in assessments:
        done = answered.get(assessment.id, set())
        for user in people:
            if user.has_role(Role.FOCAL_POINT, assessment.country_code):
                works.setdefault(user.id, (user, []))[1].append((assessment, _count_open(framework, done)))
            elif user.has_role(Role.CONTRIBUTOR, assessment.country_code):
                own = delegated.get((assessment.id, user.id), set())
                if count := _count_open(framework, done, own):
                    works.setdefault(user.id, (user, []))[1].append((assessment, count))
    return works


def _list_writable(cycle: Cycle) -> Sequence[Assessment]:
    query = (
        select(Assessment)
        .where(Assessment.cycle_id == cycle.id, Assessment.state.in_(WRITABLE))
        .options(
            joinedload(Assessment.cycle).joinedload(Cycle.framework_version),
            joinedload(Assessment.cycle).selectinload(Cycle.wordings),
        )
        .order_by(Assessment.country_code)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def _list_answered(assessments: Sequence[Assessment]) -> Mapping[int, set[str]]:
    query = select(Answer.assessment_id, Answer.question_id).where(
        Answer.assessment_id.in_([a.id for a in assessments]), Answer.state != AnswerState.NONE_YET
    )
    found: dict[int, set[str]] = {}
    for assessment_id, question_id in db.session.execute(query):
        found.setdefault(assessment_id, set()).add(question_id)
    return found


def _list_delegated(assessments: Sequence[Assessment]) -> Mapping[tuple[int, int], set[str]]:
    query = select(Delegation.assessment_id, Delegation.user_id, Delegation.objective_id).where(
        Delegation.assessment_id.in_([a.id for a in assessments])
    )
    found: dict[tuple[int, int], set[str]] = {}
    for assessment_id, user_id, objective_id in db.session.execute(query):
        found.setdefault((assessment_id, user_id), set()).add(objective_id)
    return found


def _list_people(countries: Sequence[str]) -> Sequence[User]:
    """Those with a role for one of the countries who have an open account and want reminders."""
    query = (
        select(User)
        .where(User.is_active, User.wants_reminders, User.grants.any(RoleGrant.country_code.in_(countries)))
        .options(selectinload(User.grants))
        .order_by(User.id)
    )
    return db.session.scalars(query).all()


def _count_open(framework: Framework, answered: set[str], objectives: set[str] | None = None) -> int:
    """How many questions have no answer; of these objectives, or of all."""
    return sum(
        question.same_as is None and question.id not in answered
        for objective, questionnaire in framework.pairs()
        if objectives is None or objective.id in objectives
        for question in questionnaire.questions
    )
