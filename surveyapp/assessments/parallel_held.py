"""What parallel views hold about people: who writes one for an NGO, and who decided on it.

A view that was handed in stays under its organisation's name when its writer leaves. One that never was goes:
nobody else has read it, and nobody could any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, allows, relations
from surveyapp.assessments.models import AssessmentState
from surveyapp.assessments.parallel_models import (
    ParallelAnswer,
    ParallelState,
    ParallelSubmission,
    ParallelView,
)
from surveyapp.database import db
from surveyapp.held import Holding, Json, Leaver, Person, as_utc


def export(person: Person) -> dict[str, Json]:
    """Answers are told to whoever may still open the view."""
    user = db.session.get_one(User, person.id, options=[selectinload(User.grants)])
    own = _list_views(ParallelView.user_id == person.id)
    decided = _list_views(ParallelView.decided_by_id == person.id)
    return {
        "parallel_views_of_yours": [_view(view, user) for view in own],
        "parallel_views_that_you_decided_on": [
            {**_place(view), "decided_at": as_utc(view.decided_at), "note": view.decision_note}
            for view in decided
        ],
    }


def _list_views(whose: object) -> Iterable[ParallelView]:
    query = select(ParallelView).where(whose).options(joinedload(ParallelView.cycle))  # type: ignore[arg-type]
    return db.session.scalars(query.order_by(ParallelView.id)).all()


def _place(view: ParallelView) -> dict[str, Json]:
    return {"cycle": view.cycle.year, "country": view.country_code, "organisation": view.organisation}


def _view(view: ParallelView, user: User) -> dict[str, Json]:
    may_read = allows(Action.WRITE_PARALLEL_VIEW, relations(user, view.country_code), AssessmentState.DRAFT)
    answers = select(ParallelAnswer).where(ParallelAnswer.view_id == view.id).order_by(ParallelAnswer.id)
    copies = (
        select(ParallelSubmission)
        .where(ParallelSubmission.view_id == view.id)
        .order_by(ParallelSubmission.revision)
    )
    return {
        **_place(view),
        "state": view.state.value,
        "consents_to_publication": view.consents_to_public,
        "answers": [_answer(row, may_read=may_read) for row in db.session.scalars(answers)],
        "handed_in": [
            {
                "revision": copy.revision,
                "handed_in_at": as_utc(copy.handed_in_at),
                "signed_by_function": copy.signed_by_function,
                "sha256": copy.sha256,
            }
            for copy in db.session.scalars(copies)
        ],
    }


def _answer(row: ParallelAnswer, *, may_read: bool) -> dict[str, Json]:
    told: dict[str, Json] = {
        "question": row.question_id,
        "version": row.version,
        "given_at": as_utc(row.changed_at),
    }
    if not may_read:
        return {**told, "content": None, "why_no_content": "Your roles do not let you read it any more."}
    content: dict[str, Json] = {
        "kind": row.state.value,
        "level": row.level,
        "reason": row.reason,
        "comment": row.comment,
        "figure": {"value": row.measure_value, "year": row.measure_year, "source": row.measure_source},
        "documents": json.loads(row.documents or "[]"),
    }
    return {**told, "content": content}


def _forget(leaver: Leaver) -> None:
    """What they began and nobody else has read; its answers go with it."""
    never_handed_in = ParallelView.state == ParallelState.DRAFT
    db.session.execute(delete(ParallelView).where(ParallelView.user_id == leaver.id, never_handed_in))


HOLDING = Holding(
    sections={
        "parallel_view.user_id": "parallel_views_of_yours",
        "parallel_view.decided_by_id": "parallel_views_that_you_decided_on",
    },
    export=export,
    forget=_forget,
)
