"""Services as a request calls them: one transaction, the assessment locked, one person acting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select, update

from surveyapp.accounts.models import User
from surveyapp.assessments import service, submission
from surveyapp.assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    AssessmentState,
    OtherAnswer,
    Submission,
)
from surveyapp.assessments.service import AnswerConflict, GivenAnswer
from surveyapp.database import begin_write, db
from tests.factories import YEAR, find_assessment, get_user


def start_afresh() -> None:
    """Forget what the session holds, as the end of a request does; what was read stays usable."""
    db.session.expunge_all()
    db.session.rollback()


@contextmanager
def acting(email: str, country: str = "AL", year: int = YEAR) -> Iterator[tuple[Assessment, User]]:
    """The locked assessment and who acts; committed at the end, rolled back after a refusal."""
    start_afresh()
    begin_write()
    user = get_user(email)
    try:
        yield service.get_assessment(year, country, by=user, lock=True), user
        db.session.commit()
    finally:
        start_afresh()


def save(email: str, *given: GivenAnswer, country: str = "AL", year: int = YEAR) -> list[AnswerConflict]:
    with acting(email, country, year) as (assessment, user):
        return service.record_answers(assessment, given, by=user)


def read_answers(country: str = "AL", year: int = YEAR) -> dict[str, Answer]:
    """The kept answers, by question."""
    start_afresh()
    answers = service.list_answers(find_assessment(country, year))
    start_afresh()
    return answers


def read_history(question_id: str) -> list[AnswerRevision]:
    """All versions of an answer of Albania, first to last."""
    query = (
        select(AnswerRevision)
        .join(Answer, Answer.id == AnswerRevision.answer_id)
        .where(Answer.question_id == question_id)
        .order_by(AnswerRevision.version)
    )
    rows = list(db.session.scalars(query))
    start_afresh()
    return rows


def read_others(question_id: str) -> list[OtherAnswer]:
    """What is kept beside an answer of Albania, first to last."""
    start_afresh()
    query = (
        select(OtherAnswer)
        .join(Answer, Answer.id == OtherAnswer.answer_id)
        .where(Answer.question_id == question_id)
        .order_by(OtherAnswer.id)
    )
    rows = list(db.session.scalars(query))
    start_afresh()
    return rows


def submit(email: str, country: str = "AL", year: int = YEAR) -> Submission:
    with acting(email, country, year) as (assessment, user):
        return submission.submit(assessment, by=user)


def step(name: str, email: str, note: str = "Please explain objective 9.", country: str = "AL") -> None:
    """One of the steps from draft to published, as its button does."""
    with acting(email, country) as (assessment, user):
        if name in ("return", "reopen"):
            carry_out = submission.return_submission if name == "return" else submission.reopen
            carry_out(assessment, note, by=user)
        else:
            getattr(submission, name)(assessment, by=user)


def read_state(country: str = "AL") -> AssessmentState:
    start_afresh()
    state = find_assessment(country).state
    start_afresh()
    return state


def put_into(state: AssessmentState, country: str = "AL") -> None:
    """Put an assessment into a state, whatever the way there."""
    start_afresh()
    assessment = find_assessment(country)
    db.session.execute(update(Assessment).where(Assessment.id == assessment.id).values(state=state))
    db.session.commit()
    start_afresh()


def read_submissions() -> list[Submission]:
    """All submissions with their bodies, first to last."""
    start_afresh()
    rows = list(db.session.scalars(select(Submission).order_by(Submission.id)))
    assert all(row.body for row in rows)
    start_afresh()
    return rows
