"""An NGO's view as a request calls its services: one transaction, the view locked, one person acting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.assessments import parallel, parallel_shown
from surveyapp.assessments.models import AnswerState
from surveyapp.assessments.parallel_models import ParallelSubmission, ParallelView
from surveyapp.assessments.service import GivenAnswer
from surveyapp.database import begin_write, db
from tests.factories import YEAR, get_user

from .acting import start_afresh


@contextmanager
def viewing(email: str, country: str = "AL", year: int = YEAR) -> Iterator[tuple[ParallelView, User]]:
    """The locked view and who acts; committed at the end, rolled back after a refusal."""
    start_afresh()
    begin_write()
    user = get_user(email)
    try:
        yield parallel.get_view(year, country, by=user, lock=True), user
        db.session.commit()
    finally:
        start_afresh()


def level(question: str, code: str, *, seen: int = 0, comment: str = "") -> GivenAnswer:
    return GivenAnswer(question, AnswerState.LEVEL, seen, level=code, comment=comment)


def say(email: str, *given: GivenAnswer) -> list[parallel.AnswerConflict]:
    with viewing(email) as (view, user):
        return parallel.record_answers(view, given, by=user)


def hand_in(email: str, *, consents: bool = True, signed_by: str = "Board") -> int:
    """Hand the view in; gives its number."""
    with viewing(email) as (view, user):
        parallel.hand_in(view, signed_by=signed_by, consents=consents, by=user)
        return view.id


def decide(email: str, view_id: int, *, shows: bool = True, note: str = "", revision: int = 1) -> None:
    start_afresh()
    begin_write()
    user, place = get_user(email), (YEAR, "AL", view_id)
    try:
        parallel_shown.decide(*place, shows=shows, note=note, seen_revision=revision, by=user)
        db.session.commit()
    finally:
        start_afresh()


def read_view() -> ParallelView:
    """The only view that there is."""
    start_afresh()
    view = db.session.scalars(select(ParallelView)).one()
    start_afresh()
    return view


def read_copies() -> list[ParallelSubmission]:
    """The frozen copies, first to last, with their bodies."""
    start_afresh()
    rows = list(db.session.scalars(select(ParallelSubmission).order_by(ParallelSubmission.id)))
    assert all(row.body for row in rows)
    start_afresh()
    return rows


def list_seen(by: str | None) -> list[str]:
    """The organisations whose views somebody may see beside Albania's answers."""
    start_afresh()
    user = get_user(by) if by else None
    names = [one.view.organisation for one in parallel_shown.list_shown(YEAR, "AL", by=user).submissions]
    start_afresh()
    return names
