"""What a test needs to exist: accounts, cycles, answers. Each function commits, so that pages see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from surveyapp.accounts.models import Role, User
from surveyapp.accounts.service import add_user, find_user
from surveyapp.assessments import service, submission
from surveyapp.assessments.cycles import open_cycle
from surveyapp.assessments.delegation_models import DelegatedQuestion, Delegation
from surveyapp.assessments.models import AnswerState, Assessment, AssessmentState, Cycle
from surveyapp.assessments.service import GivenAnswer
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework, Question

PASSWORD = "twelve-or-more-characters"
YEAR = 2026


@cache
def hashed_password() -> str:
    """A hash is slow on purpose, and checking one too: accounts of tests have one that takes no time."""
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(PASSWORD)


def make_user(role: Role, country: str | None = None, *, email: str | None = None) -> str:
    """An account with one role; gives its e-mail address."""
    address = email or f"{role.value}.{country or 'region'}@example.org".lower()
    begin_write()
    user = add_user(address, f"Office of {address}", [(role, country)], by=None)
    user.password_hash = hashed_password()
    db.session.commit()
    return address


def get_user(email: str) -> User:
    """An account apart from the database session, as a request has it."""
    user = find_user(email)
    assert user
    db.session.expunge(user)
    return user


def make_cycle(
    framework: Framework, countries: Iterable[str] = ("AL", "BA"), *, year: int = YEAR, days_left: int = 21
) -> None:
    """A cycle that opened 60 days ago and is due in `days_left` days; it closes 30 days later."""
    today = now().date()
    begin_write()
    open_cycle(
        year,
        framework,
        list(countries),
        opens_on=min(today - timedelta(days=60), today + timedelta(days=days_left)),
        deadline=today + timedelta(days=days_left),
        closes_on=today + timedelta(days=days_left + 30),
        by=None,
    )
    db.session.commit()


def close_cycle(year: int = YEAR) -> None:
    """Put the dates of a cycle into the past."""
    cycle = db.session.scalars(select(Cycle).where(Cycle.year == year)).one()
    cycle.opens_on, cycle.deadline, cycle.closes_on = date(2020, 1, 1), date(2020, 2, 1), date(2020, 3, 1)
    db.session.commit()


def delegate(
    email: str, objective_id: str, country: str = "AL", year: int = YEAR, questions: Iterable[str] = ()
) -> None:
    """Give an objective, or only some questions of it, to a contributor."""
    assessment = find_assessment(country, year)
    named = [DelegatedQuestion(question_id=one) for one in questions]
    row = Delegation(assessment_id=assessment.id, objective_id=objective_id, user_id=get_user(email).id)
    row.named = named
    db.session.add(row)
    db.session.commit()


def find_assessment(country: str = "AL", year: int = YEAR) -> Assessment:
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .where(Cycle.year == year, Assessment.country_code == country)
    )
    return db.session.scalars(query).one()


def level(question: Question, code: str = "2", *, seen: int = 0, comment: str = "") -> GivenAnswer:
    """An answer with a level; questions with two levels get the highest that there is."""
    code = code if question.find_level(code) else question.levels[-1].code
    return GivenAnswer(question.id, AnswerState.LEVEL, seen, level=code, comment=comment)


def answer_all(framework: Framework, email: str, country: str = "AL", year: int = YEAR) -> None:
    """A level for each question that is asked."""
    begin_write()
    user = get_user(email)
    assessment = service.get_assessment(year, country, by=user, lock=True)
    given = [level(q) for q in framework.questions.values() if q.same_as is None]
    service.record_answers(assessment, given, by=user)
    db.session.commit()


def bring_to(
    state: AssessmentState, framework: Framework, focal: str, coordinator: str, country: str = "AL"
) -> None:
    """Answer everything and take the assessment through the steps up to `state`."""
    if state is AssessmentState.DRAFT:
        return
    answer_all(framework, focal, country)
    steps = {
        AssessmentState.SUBMITTED: [],
        AssessmentState.RETURNED: ["return"],
        AssessmentState.ACCEPTED: ["accept"],
        AssessmentState.PUBLISHED: ["accept", "publish"],
    }[state]
    begin_write()
    user = get_user(focal)
    submission.submit(service.get_assessment(YEAR, country, by=user, lock=True), by=user)
    db.session.commit()
    for step in steps:
        begin_write()
        reviewer = get_user(coordinator)
        assessment = service.get_assessment(YEAR, country, by=reviewer, lock=True)
        if step == "return":
            submission.return_submission(assessment, "Please explain objective 9.", by=reviewer)
        elif step == "accept":
            submission.accept(assessment, by=reviewer)
        else:
            submission.publish(assessment, by=reviewer)
        db.session.commit()
