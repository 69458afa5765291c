"""What stands beside the invented answers, as invented: consents, a statement, marks of a review, remarks."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.assessments.models import (
    Assessment,
    Cycle,
    ObjectiveConsent,
    Reach,
    Remark,
    ReviewMark,
    Verdict,
)
from surveyapp.database import db
from surveyapp.framework.model import Framework

STATEMENT = (
    "Since the answers were given, parliament has passed the law on the national referral mechanism. "
    "The next cycle will show it."
)
ASKED = {
    "o09.a4": "Is the procedure in force, or still a draft?",
    "o10.i2": "Which year do the figures belong to?",
}


def add_what_stands_beside(
    framework: Framework, open_year: int, focal: User, contributor: User, coordinator: User
) -> None:
    """Let countries say what may be shown, the coordinator look at answers, two offices talk about one."""
    asked = [question for question in framework.questions.values() if question.same_as is None]
    published, waiting = _get(open_year - 1, "SI"), _get(open_year, "RS")
    published.statement = STATEMENT
    published.consented_at = datetime(open_year - 1, 11, 28, 10, 15, tzinfo=UTC)
    waiting.consented_at = datetime(open_year, 11, 23, 8, 40, tzinfo=UTC)
    held_back = _get(open_year - 2, "GR")
    held_back.consented_at = datetime(open_year - 2, 11, 27, 9, 5, tzinfo=UTC)
    db.session.add(ObjectiveConsent(assessment_id=held_back.id, objective_id="o12", reach=Reach.REGION))
    reviewed = _get(open_year, "MD")
    for question in asked[:40]:
        _mark(reviewed, question.id, Verdict.ACCEPT, "", coordinator)
    for question_id, words in ASKED.items():
        _mark(reviewed, question_id, Verdict.ASK, words, coordinator)
    _talk(_get(open_year, "AL"), focal, contributor, open_year)
    db.session.flush()


def _get(year: int, country: str) -> Assessment:
    query = select(Assessment).join(Assessment.cycle).where(Cycle.year == year)
    return db.session.scalars(query.where(Assessment.country_code == country)).one()


def _mark(assessment: Assessment, question_id: str, verdict: Verdict, words: str, by: User) -> None:
    mark = ReviewMark(
        assessment_id=assessment.id,
        revision=1,
        question_id=question_id,
        verdict=verdict,
        remark=words,
        marked_at=datetime(2026, 11, 23, 13, 20, tzinfo=UTC),
        marked_by_id=by.id,
    )
    db.session.add(mark)


def _talk(assessment: Assessment, focal: User, contributor: User, year: int) -> None:
    written = datetime(year, 10, 22, 7, 55, tzinfo=UTC)
    first = Remark(
        assessment_id=assessment.id,
        question_id="o07.a3",
        text="Do places that the municipality pays for count?",
        written_at=written,
        written_by_id=contributor.id,
        office=contributor.office,
        resolved_at=datetime(year, 10, 23, 11, 30, tzinfo=UTC),
        resolved_by_id=focal.id,
    )
    second = Remark(
        assessment_id=assessment.id,
        question_id="o07.a1",
        text="The figure of the southern region is still missing.",
        written_at=datetime(year, 11, 2, 12, 10, tzinfo=UTC),
        written_by_id=focal.id,
        office=focal.office,
    )
    db.session.add_all([first, second])
