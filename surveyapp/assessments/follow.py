"""Following a cycle: how far each country is, what was touched last, which office did how much, and how many
views of NGOs there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from surveyapp.accounts.models import User
from surveyapp.assessments.models import Answer, AnswerState, Assessment, AssessmentState, Cycle
from surveyapp.assessments.parallel_shown import count_handed_in
from surveyapp.database import db
from surveyapp.framework.model import Framework


@dataclass(frozen=True, slots=True)
class LastTouch:
    """The question that was saved last, when, and by which office (None once its account is gone)."""

    source: str  # the question's number in the guidelines
    at: datetime
    office: str | None


@dataclass(frozen=True, slots=True)
class FollowedCountry:
    """One country in a cycle; counts, and no answer."""

    assessment: Assessment
    answered: int
    last: LastTouch | None
    offices: tuple[tuple[str | None, int], ...]  # who saved how many of the answers, most first
    views: int = 0  # parallel views that are handed in
    undecided_views: int = 0  # those of them of which their NGOs want a decision

    @property
    def country_code(self) -> str:
        return self.assessment.country_code

    @property
    def knows_offices(self) -> bool:
        """Whether any answer was saved by an office that is known."""
        return any(office is not None for office, _ in self.offices)

    @property
    def awaiting_decision(self) -> int:
        """How many views the regional body can decide on now: not before the government has submitted."""
        return 0 if self.assessment.state is AssessmentState.DRAFT else self.undecided_views


def follow_cycle(cycle: Cycle, framework: Framework) -> list[FollowedCountry]:
    """Each country of the cycle, by code; four queries, however many there are."""
    query = (
        select(Assessment)
        .where(Assessment.cycle_id == cycle.id)
        .options(joinedload(Assessment.country), joinedload(Assessment.cycle))
        .order_by(Assessment.country_code)
    )
    assessments = list(db.session.scalars(query))
    ids = [assessment.id for assessment in assessments]
    offices, last, views = _count_by_office(ids), _find_last(ids, framework), count_handed_in(cycle)
    return [
        FollowedCountry(
            assessment,
            sum(count for _, count in offices.get(assessment.id, ())),
            last.get(assessment.id),
            offices.get(assessment.id, ()),
            *views.get(assessment.country_code, (0, 0)),
        )
        for assessment in assessments
    ]


def _count_by_office(ids: Sequence[int]) -> dict[int, tuple[tuple[str | None, int], ...]]:
    many = func.count()
    query = (
        select(Answer.assessment_id, User.office, many)
        .outerjoin(User, User.id == Answer.changed_by_id)
        .where(Answer.assessment_id.in_(ids), Answer.state != AnswerState.NONE_YET)
        .group_by(Answer.assessment_id, User.office)
        .order_by(many.desc(), User.office)
    )
    found: dict[int, tuple[tuple[str | None, int], ...]] = {}
    for assessment_id, office, count in db.session.execute(query):
        found[assessment_id] = (*found.get(assessment_id, ()), (office, count))
    return found


def _find_last(ids: Sequence[int], framework: Framework) -> dict[int, LastTouch]:
    order = func.row_number().over(
        partition_by=Answer.assessment_id, order_by=(Answer.changed_at.desc(), Answer.id.desc())
    )
    ranked = (
        select(Answer.assessment_id, Answer.question_id, Answer.changed_at, User.office, order.label("place"))
        .outerjoin(User, User.id == Answer.changed_by_id)
        .where(Answer.assessment_id.in_(ids))
        .subquery()
    )
    return {
        row.assessment_id: LastTouch(framework.questions[row.question_id].source, row.changed_at, row.office)
        for row in db.session.execute(select(ranked).where(ranked.c.place == 1))
    }
