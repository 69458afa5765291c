"""Writing to those who have something open when a cycle opens and at fixed days around the deadline, to each
of them once a stage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments.access import WRITABLE
from surveyapp.assessments.cycles import require_manager
from surveyapp.assessments.delegation_models import DelegatedQuestion, Delegation
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.models import Answer, AnswerState, Assessment, Cycle
from surveyapp.assessments.parallel_reminders import remind_views, remind_views_now
from surveyapp.assessments.reminder_letters import post_opening, post_reminder
from surveyapp.assessments.shares import Shares, collect_shares, covers
from surveyapp.assessments.stages import Stage, find_stage
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now
from surveyapp.framework.model import Framework
from surveyapp.web.time_zones import day_in

A_DAY = timedelta(days=1)  # no zone is farther from UTC

Work = tuple[Assessment, int]  # with how many questions are open


def list_open_cycles() -> list[Cycle]:
    """The cycles that some country may answer at this moment, oldest first."""
    today = now().date()
    extended = select(Assessment.cycle_id).where(Assessment.deadline >= today - A_DAY)
    query = select(Cycle).where(
        Cycle.opens_on <= today + A_DAY, (Cycle.closes_on >= today - A_DAY) | Cycle.id.in_(extended)
    )
    return list(db.session.scalars(query.order_by(Cycle.year)))


def remind(cycle: Cycle) -> int:
    """Write to all who have something open in the cycle; gives how many letters are new. In the stage in
    which it opened its focal points are told so, all others are reminded if they want to be.

    Run as often as one likes, by several at once: nobody gets a stage's letter twice.
    """
    written = Counter(remind_views(cycle))
    for user, works in list_works(cycle).values():
        for stage, all_of_stage in _by_stage(works, now()):
            some = [work for work in all_of_stage if not _is_told(work[0], stage)]
            if some:
                written[stage.name] += _write_in_stage(user, some, stage)
    for name, letters in written.items():
        if letters:
            facts: dict[str, Fact] = {"stage": name, "letters": letters}
            record("cycle.remind", f"cycle/{cycle.year}", by=None, facts=facts)
    return written.total()


def _is_told(assessment: Assessment, stage: Stage) -> bool:
    """Whether those who work on it were written to in this stage when it was given more time."""
    given = find_stage(assessment, assessment.extended_at) if assessment.extended_at else None
    return given is not None and given.name == stage.name


def _write_in_stage(user: User, works: Sequence[Work], stage: Stage) -> bool:
    """One letter of a stage. False: there was one before, or none is wanted."""
    key = _stage_key(stage, user, works)
    if stage.is_first and any(user.has_role(Role.FOCAL_POINT, a.country_code) for a, _ in works):
        return post_opening(user, works, key=key, expires_at=stage.ends_at)
    if not user.wants_reminders:
        return False
    return post_reminder(user, works, key=key, days_left=stage.days_left, expires_at=stage.ends_at)


def _stage_key(stage: Stage, to: User, works: Sequence[Work]) -> str:
    first = works[0][0]
    key = f"reminder/{first.cycle.year}/{stage.name}/{to.id}"
    if first.due_on == first.cycle.deadline:
        return key
    return f"{key}/{first.due_on.isoformat()}"  # more time was given, so the stages begin anew


def remind_now(cycle: Cycle, countries: Collection[str] | None = None, *, by: User) -> int:
    """Write at once to those who have something open in these countries, or in each that this person manages,
    and to NGOs whose view is not handed in, where they want reminders; gives how many letters are new.

    Nobody gets more than one a day so, however often it is pressed: of several deadlines, about the first; an
    NGO one for each of its views.

    :raises NotAllowed: this person manages no cycles, or answers for one of those countries.
    """
    for country in (None,) if countries is None else countries:
        require_manager(by, country)
    about = remind_views_now(cycle, countries, by=by)
    letters, reminded = len(about), set(about)
    for user, works in list_works(cycle).values():
        if not user.wants_reminders:
            continue
        wanted = [work for work in works if countries is None or work[0].country_code in countries]
        some = [work for work in wanted if may_remind(work[0], by)]
        groups = sorted(_by_stage(some, now()), key=lambda group: group[0].days_left)
        for stage, soonest in groups[:1]:
            day = day_in(soonest[0][0].zone, now()).isoformat()
            key = f"reminder/{cycle.year}/now/{day}/{user.id}"
            if post_reminder(user, soonest, key=key, days_left=stage.days_left, expires_at=stage.ends_at):
                letters += 1
                reminded |= {assessment.country_code for assessment, _ in soonest}
    if letters:
        facts: dict[str, Fact] = {"countries": " ".join(sorted(reminded)), "letters": letters}
        record("cycle.remind_now", f"cycle/{cycle.year}", by=by.id, facts=facts)
    return letters


def may_remind(assessment: Assessment, by: User) -> bool:
    """Whether those who work on it can be reminded now by this person."""
    is_at_work = assessment.state in WRITABLE and assessment.is_open(now())
    return is_at_work and assessment.country_code not in by.countries


def _by_stage(works: Sequence[Work], moment: datetime) -> Iterable[tuple[Stage, list[Work]]]:
    """What somebody has to do, each letter's by itself: one deadline and one stage."""
    found: dict[tuple[str, date], tuple[Stage, list[Work]]] = {}
    for assessment, count in works:
        stage = find_stage(assessment, moment)
        if stage is not None:
            found.setdefault((stage.name, assessment.due_on), (stage, []))[1].append((assessment, count))
    return found.values()


def list_works(cycle: Cycle) -> dict[int, tuple[User, list[Work]]]:
    """Who has something to do in the cycle, by user number: focal points of each assessment that is not
    handed in, and contributors with an open question of theirs.
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
                own = delegated.get((assessment.id, user.id), {})
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
            joinedload(Assessment.country),
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


def _list_delegated(assessments: Sequence[Assessment]) -> Mapping[tuple[int, int], Shares]:
    query = (
        select(
            Delegation.assessment_id,
            Delegation.user_id,
            Delegation.objective_id,
            DelegatedQuestion.question_id,
        )
        .outerjoin(Delegation.named)
        .where(Delegation.assessment_id.in_([a.id for a in assessments]))
    )
    rows: dict[tuple[int, int], list[tuple[str, str | None]]] = {}
    for assessment_id, user_id, objective_id, question_id in db.session.execute(query):
        rows.setdefault((assessment_id, user_id), []).append((objective_id, question_id))
    return {whose: collect_shares(given) for whose, given in rows.items()}


def _list_people(countries: Sequence[str]) -> Sequence[User]:
    """Those with a role for one of the countries who have an open account."""
    query = (
        select(User)
        .where(User.is_active, User.grants.any(RoleGrant.country_code.in_(countries)))
        .options(selectinload(User.grants))
        .order_by(User.id)
    )
    return db.session.scalars(query).all()


def _count_open(framework: Framework, answered: set[str], shares: Shares | None = None) -> int:
    """How many questions have no answer; of these, or of all."""
    return sum(
        question.same_as is None and question.id not in answered
        for objective, questionnaire in framework.pairs()
        for question in questionnaire.questions
        if shares is None or covers(shares, objective.id, question.id)
    )
