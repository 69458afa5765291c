"""Put the invented data into an empty database, once; what people typed since is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlalchemy import insert, select

from surveyapp.accounts.models import Role, User
from surveyapp.accounts.service import add_user
from surveyapp.assessments.cycles import open_cycle
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.models import (
    Answer,
    AnswerRevision,
    AnswerState,
    Assessment,
    AssessmentState,
    Cycle,
    Evidence,
)
from surveyapp.assessments.service import get_cycle
from surveyapp.assessments.submission import add_submission
from surveyapp.audit.service import record
from surveyapp.database import begin_write, db, now
from surveyapp.demo.accounts import ACCOUNTS, OFFICES
from surveyapp.demo.beside import add_what_stands_beside
from surveyapp.demo.invent import COUNTRIES, invent_year, leave_open
from surveyapp.demo.parallel import add_views
from surveyapp.framework.model import Framework
from surveyapp.scoring import answers as given
from surveyapp.scoring.answers import Answers

S = AssessmentState
OPEN_YEAR = 2026
VIEWED = "AL"  # by NGOs too

# Where each country stands in the open cycle: how much is answered, its state. The others: nothing.
OPEN_CYCLE: Mapping[str, tuple[float, AssessmentState]] = {
    "AL": (0.5, S.DRAFT),
    "BG": (0.3, S.DRAFT),
    "HR": (0.2, S.DRAFT),
    "MD": (1.5, S.SUBMITTED),
    "ME": (0.7, S.DRAFT),
    "RS": (1.5, S.ACCEPTED),
    "SI": (0.95, S.DRAFT),
    "TR": (0.6, S.DRAFT),
}
UNPUBLISHED = {(2025, "MK"): S.ACCEPTED, (2024, "HR"): S.ACCEPTED, (2024, "MK"): S.SUBMITTED}


@dataclass
class Numbers:
    """Row numbers given out here, so that thousands of rows go in with one statement for each table."""

    answers: count[int]
    evidence: count[int]


def fill(framework: Framework) -> None:
    """Fill an empty database in one transaction; in a filled one, only keep the open cycle open."""
    begin_write()
    if db.session.scalar(select(Cycle.id).limit(1)) is None:
        people = {account.email: _add_account(account.email) for account in ACCOUNTS}
        by_country: dict[str | None, User] = {
            a.country: people[a.email] for a in reversed(ACCOUNTS) if a.role is Role.FOCAL_POINT
        }
        by_country |= {country: _add_office(country, office) for country, office in OFFICES.items()}
        numbers = Numbers(count(1), count(1))
        before: dict[str, Answers] = {}
        for year in (OPEN_YEAR - 2, OPEN_YEAR - 1, OPEN_YEAR):
            _fill_year(framework, year, before, by_country, numbers)
            if year == OPEN_YEAR - 1:
                _add_views(framework, year, before, people)
        _delegate(people)
        by_role = {account.role: people[account.email] for account in reversed(ACCOUNTS)}
        add_what_stands_beside(
            framework,
            OPEN_YEAR,
            by_role[Role.FOCAL_POINT],
            by_role[Role.CONTRIBUTOR],
            by_role[Role.COORDINATOR],
        )
    _keep_open()
    db.session.commit()


def _add_account(email: str) -> User:
    account = next(a for a in ACCOUNTS if a.email == email)
    roles = [(account.role, account.country)]
    return add_user(email, account.office, roles, password=account.password, by=None)


def _add_office(country: str, office: str) -> User:
    email = f"focal.{country.lower()}@example.org"
    return add_user(email, office, [(Role.FOCAL_POINT, country)], by=None)


def _fill_year(
    framework: Framework,
    year: int,
    before: dict[str, Answers],
    by_country: Mapping[str | None, User],
    numbers: Numbers,
) -> None:
    cycle = open_cycle(
        year,
        framework,
        COUNTRIES,
        opens_on=date(year, 9, 1),
        deadline=date(year, 12, 15),
        closes_on=date(year + 1, 1, 31),
        by=None,
    )
    assessments = db.session.scalars(
        select(Assessment).where(Assessment.cycle_id == cycle.id).order_by(Assessment.country_code)
    )
    for assessment in assessments.all():
        country = assessment.country_code
        answers = invent_year(framework, country, year, before.get(country))
        share, state = 1.5, UNPUBLISHED.get((year, country), S.PUBLISHED)
        if year == OPEN_YEAR:
            share, state = OPEN_CYCLE.get(country, (-1.0, S.DRAFT))
        answers = answers if share > 1 else leave_open(framework, answers, share, f"{country}/{year}/draft")
        before[country] = answers
        person = by_country.get(country)
        _insert_answers(assessment, answers, person, numbers, datetime(year, 10, 20, 9, 30, tzinfo=UTC))
        assessment.state = state
        if state in (S.ACCEPTED, S.PUBLISHED):
            assessment.accepted_at = datetime(year, 11, 22, 10, 0, tzinfo=UTC)
        if state is not S.DRAFT:
            _insert_submission(framework, cycle, assessment, answers, person)
    db.session.flush()
    record("demo.fill", f"cycle/{year}", by=None, facts={"countries": len(COUNTRIES)})


def _insert_answers(
    assessment: Assessment, answers: Answers, person: User | None, numbers: Numbers, moment: datetime
) -> None:
    rows, revisions, evidence = [], [], []
    for question_id, answer in answers.items():
        number = next(numbers.answers)
        content = _content(answer) | {
            "version": 1,
            "changed_at": moment + timedelta(minutes=number % 4000),
            "changed_by_id": person.id if person else None,
        }
        rows.append({"id": number, "assessment_id": assessment.id, "question_id": question_id, **content})
        revisions.append({"id": number, "answer_id": number, **content})
        evidence += [
            {
                "id": next(numbers.evidence),
                "answer_id": number,
                "title": document.title,
                "url": document.url,
                "dated_on": document.date,
                "added_at": moment,
            }
            for document in answer.evidence
        ]
    for model, some in ((Answer, rows), (AnswerRevision, revisions), (Evidence, evidence)):
        if some:  # into the table itself: through the model each row of a versioned one is a statement
            db.session.execute(insert(db.metadata.tables[model.__tablename__]), some)


def _content(answer: given.Answer) -> dict[str, object]:
    state = AnswerState.NONE_YET if answer.state == "none" else AnswerState(answer.state.value)
    measure = answer.measure
    return {
        "state": state,
        "level": answer.level,
        "reason": answer.reason,
        "comment": answer.comment,
        "measure_value": str(measure.value) if measure else None,
        "measure_year": measure.year if measure else None,
        "measure_source": measure.source if measure else None,
    }


def _insert_submission(
    framework: Framework, cycle: Cycle, assessment: Assessment, answers: Answers, person: User | None
) -> None:
    assessment.cycle = cycle  # the same object, so that nothing is loaded for each country
    add_submission(
        assessment,
        framework,
        answers,
        revision=1,
        moment=datetime(cycle.year, 11, 20, 14, 5, tzinfo=UTC),
        by=person,
        office=person.office if person else "National coordinator (invented)",
    )
    db.session.flush()


def _delegate(people: Mapping[str, User]) -> None:
    for account in ACCOUNTS:
        query = (
            select(Assessment.id)
            .join(Assessment.cycle)
            .where(Cycle.year == OPEN_YEAR, Assessment.country_code == account.country)
        )
        for objective_id in account.objectives:
            assessment_id = db.session.scalars(query).one()
            db.session.add(
                Delegation(
                    assessment_id=assessment_id, objective_id=objective_id, user_id=people[account.email].id
                )
            )


def _add_views(
    framework: Framework, year: int, answers: Mapping[str, Answers], people: Mapping[str, User]
) -> None:
    """What NGOs see of one country, in the last closed cycle."""
    add_views(framework, get_cycle(year), VIEWED, answers[VIEWED], people)


def _keep_open() -> None:
    """A demonstration that is started again next year still has a cycle to answer."""
    cycle = db.session.scalars(select(Cycle).where(Cycle.year == OPEN_YEAR)).one()
    cycle.closed_at = None
    today = now().date()
    if cycle.deadline < today + timedelta(days=7):
        cycle.deadline, cycle.closes_on = today + timedelta(days=21), today + timedelta(days=68)
