"""Which parallel views somebody may see beside a government's answers, and the regional body's decision."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, undefer

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, allows, relations
from surveyapp.assessments.access import require
from surveyapp.assessments.models import Assessment, AssessmentState, Cycle
from surveyapp.assessments.parallel import forget_decision, subject_of
from surveyapp.assessments.parallel_errors import (
    ViewMoved,
    choice_missing,
    consent_missing,
    note_too_long,
    reason_missing,
)
from surveyapp.assessments.parallel_letters import post_decision
from surveyapp.assessments.parallel_models import ParallelState, ParallelSubmission, ParallelView
from surveyapp.assessments.submission import LONGEST_NOTE
from surveyapp.assessments.typed import stripped
from surveyapp.audit.service import record
from surveyapp.database import db, now
from surveyapp.refusals import NotFound
from surveyapp.web.countries import collation_key


@dataclass(frozen=True, slots=True)
class Shown:
    """The parallel views of one country's year that somebody may see, by the organisation's name, each by
    its latest frozen copy.
    """

    submissions: tuple[ParallelSubmission, ...]
    may_decide: bool


def is_public(view: ParallelView) -> bool:
    """Whether it may stand beside published results: handed in, with consent, and decided so."""
    return view.state is ParallelState.HANDED_IN and view.consents_to_public and view.is_shown_publicly


def list_shown(year: int, country: str, *, by: User | None, with_bodies: bool = False) -> Shown:
    """What `by` (None: a visitor) may see; nothing where they may not, or where there is none."""
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .where(Cycle.year == year, Assessment.country_code == country)
    )
    assessment = db.session.scalar(query)
    if assessment is None:
        return Shown((), may_decide=False)
    held = relations(by, country)
    sees_all = allows(Action.VIEW_PARALLEL_VIEWS, held, assessment.state)
    if not sees_all and not allows(Action.VIEW_SHOWN_PARALLEL_VIEWS, held, assessment.state):
        return Shown((), may_decide=False)
    found = [
        submission
        for submission in _list_handed_in(assessment, with_bodies=with_bodies)
        if sees_all or is_public(submission.view) or is_own(submission.view, by)
    ]
    found.sort(key=lambda one: (collation_key(one.view.organisation), one.view.id))
    may_decide = allows(Action.DECIDE_ON_PARALLEL_VIEW, held, assessment.state)
    return Shown(tuple(found), may_decide)


def list_shown_publicly(cycle: Cycle) -> frozenset[str]:
    """The countries of which everybody may see a view, once their government's results are published."""
    query = select(ParallelView.country_code).where(
        ParallelView.cycle_id == cycle.id,
        ParallelView.state == ParallelState.HANDED_IN,
        ParallelView.consents_to_public,
        ParallelView.is_shown_publicly,
    )
    return frozenset(db.session.scalars(query))


def count_handed_in(cycle: Cycle) -> dict[str, tuple[int, int]]:
    """How many views are handed in of each country, by its code, and how many of these wait for a decision;
    nothing of what they say.
    """
    is_waiting = ParallelView.consents_to_public & ParallelView.decided_at.is_(None)
    query = (
        select(ParallelView.country_code, func.count(), func.count(case((is_waiting, 1))))
        .where(ParallelView.cycle_id == cycle.id, ParallelView.state == ParallelState.HANDED_IN)
        .group_by(ParallelView.country_code)
    )
    return {country: (views, waiting) for country, views, waiting in db.session.execute(query)}


def is_own(view: ParallelView, by: User | None) -> bool:
    return by is not None and view.user_id == by.id


def _list_handed_in(assessment: Assessment, *, with_bodies: bool) -> list[ParallelSubmission]:
    later = aliased(ParallelSubmission)
    latest = select(func.max(later.revision)).where(later.view_id == ParallelSubmission.view_id)
    query = (
        select(ParallelSubmission)
        .join(ParallelSubmission.view)
        .where(
            ParallelView.cycle_id == assessment.cycle_id,
            ParallelView.country_code == assessment.country_code,
            ParallelView.state == ParallelState.HANDED_IN,
            ParallelSubmission.revision == latest.scalar_subquery(),
        )
        .options(contains_eager(ParallelSubmission.view).joinedload(ParallelView.country))
    )
    return list(db.session.scalars(query.options(undefer(ParallelSubmission.body)) if with_bodies else query))


def decide(
    year: int, country: str, view_id: int, *, shows: bool | None, note: str, seen_revision: int, by: User
) -> ParallelView:
    """Decide whether everybody may see a view beside the country's published results, and tell the NGO.

    :raises NotFound: there is no such view of that country and year, or it is not handed in.
    :raises NotAllowed: no coordinator, or one of that country; nothing was submitted by its government yet.
    :raises ViewMoved: another revision was handed in since the page was opened.
    :raises DecisionRefused: nothing is chosen, the NGO does not consent, no word on why it is
        not shown, or a note too long.
    """
    query = (
        select(ParallelView)
        .where(ParallelView.id == view_id, ParallelView.country_code == country)
        .options(joinedload(ParallelView.cycle))
        .with_for_update(of=ParallelView)
    )
    view = db.session.scalar(query)
    if view is None or view.cycle.year != year or view.state is not ParallelState.HANDED_IN:
        raise NotFound
    of_country = select(Assessment).where(
        Assessment.cycle_id == view.cycle_id, Assessment.country_code == country
    )
    # Locked, so that of a publication at the same time one of the two letters says that the view is public.
    assessment = db.session.scalars(of_country.with_for_update()).one()
    require(Action.DECIDE_ON_PARALLEL_VIEW, assessment, by)
    latest = select(func.max(ParallelSubmission.revision)).where(ParallelSubmission.view_id == view.id)
    if seen_revision != db.session.scalar(latest):
        raise ViewMoved
    words = _checked(view, shows, note)
    forget_decision(view)
    view.is_shown_publicly, view.decision_note = bool(shows), words
    view.decided_at, view.decided_by_id = now(), by.id
    facts = {"shown": bool(shows), "revision": seen_revision}
    entry = record("parallel.decide", subject_of(view), by=by.id, facts=facts)
    db.session.flush()
    is_published = assessment.state is AssessmentState.PUBLISHED
    post_decision(view, is_published=is_published, key=f"parallel/{entry.sequence}")
    return view


def _checked(view: ParallelView, shows: bool | None, note: str) -> str:
    """:raises DecisionRefused: it cannot be decided so, or not with this note."""
    words = stripped(note)
    if shows is None:
        raise choice_missing()
    if shows and not view.consents_to_public:
        raise consent_missing()
    if not shows and not words:
        raise reason_missing()
    if len(words) > LONGEST_NOTE:
        raise note_too_long(LONGEST_NOTE)
    return words
