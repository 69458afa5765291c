"""The history of one answer: who gave what when, what lost a conflict, and how an earlier one comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import may, require
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.models import Answer, AnswerRevision, Assessment, OtherAnswer
from surveyapp.assessments.service import AnswerConflict, given_again, record_answers
from surveyapp.database import db, now
from surveyapp.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was given to a question; `is_kept_beside` where a newer answer stood already."""

    key: str  # `v3` a version of the answer, `o12` one that is kept beside it
    row: AnswerRevision | OtherAnswer
    office: str  # empty for an account that is gone
    at: datetime
    is_kept_beside: bool
    waits: bool  # for the focal point to choose
    is_current: bool


def list_history(assessment: Assessment, question_id: str) -> list[Entry]:
    """All that was given to one question in this cycle, newest first; empty before the first answer."""
    query = select(Answer).where(Answer.assessment_id == assessment.id, Answer.question_id == question_id)
    answer = db.session.scalars(query).one_or_none()
    if answer is None:
        return []
    entries = [
        _entry(f"v{row.version}", row, office, answer) for row, office in _rows(AnswerRevision, answer)
    ]
    entries += [_entry(f"o{row.id}", row, office, answer) for row, office in _rows(OtherAnswer, answer)]
    return sorted(entries, key=lambda entry: (entry.at, entry.row.version), reverse=True)


def _rows(model: type[AnswerRevision] | type[OtherAnswer], answer: Answer) -> Sequence[Any]:
    """Pairs of a row and the office of who gave it, None for an account that is gone."""
    query = (
        select(model, User.office)
        .outerjoin(User, User.id == model.changed_by_id)
        .where(model.answer_id == answer.id)
    )
    return db.session.execute(query).all()


def _entry(key: str, row: AnswerRevision | OtherAnswer, office: str | None, answer: Answer) -> Entry:
    is_revision = isinstance(row, AnswerRevision)
    return Entry(
        key=key,
        row=row,
        office=office or "",
        at=row.changed_at,
        is_kept_beside=not is_revision,
        waits=isinstance(row, OtherAnswer) and row.settled_at is None,
        is_current=is_revision and row.version == answer.version,
    )


def restore(
    assessment: Assessment,
    question_id: str,
    key: str,
    seen_version: int,
    *,
    by: User,
    parts: Sequence[Delegation] = (),
) -> list[AnswerConflict]:
    """Give an earlier answer anew; its documents stay as they are now. The assessment must be locked.

    :raises NotFound: the history has no such entry.
    :raises AssessmentClosed: submitted, or its cycle is not open.
    """
    found = next((entry for entry in list_history(assessment, question_id) if entry.key == key), None)
    if found is None:
        raise NotFound
    given = [given_again(found.row, question_id, seen_version)]
    conflicts = record_answers(assessment, given, by=by, parts=parts)
    if not conflicts and may(Action.DELEGATE, assessment, by):
        settle(assessment, question_id, by=by)
    return conflicts


def settle(assessment: Assessment, question_id: str, *, by: User) -> None:
    """The focal point has chosen: no other answer to this question waits any more; all stay in the history.

    :raises NotAllowed: no focal point of the country, or it was handed in.
    """
    require(Action.DELEGATE, assessment, by)
    of_question = select(Answer.id).where(
        Answer.assessment_id == assessment.id, Answer.question_id == question_id
    )
    db.session.execute(
        update(OtherAnswer)
        .where(OtherAnswer.answer_id.in_(of_question), OtherAnswer.settled_at.is_(None))
        .values(settled_at=now())
    )
