"""An NGO's own view of a country: answering, handing in, taking back, consenting, deciding, reading.

Nothing here writes to a government's tables, and nothing that scores a government reads these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, allows, relations
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.frozen import to_scoring
from surveyapp.assessments.models import Answer, AnswerState, Assessment, AssessmentState, Cycle
from surveyapp.assessments.parallel_errors import NothingAnswered, ViewClosed, ViewMoved
from surveyapp.assessments.parallel_frozen import freeze_view
from surveyapp.assessments.parallel_letters import (
    post_handed_in,
    post_no_longer_public,
    post_readable,
    post_taken_back,
)
from surveyapp.assessments.parallel_models import (
    ParallelAnswer,
    ParallelState,
    ParallelSubmission,
    ParallelView,
)
from surveyapp.assessments.parallel_rows import as_answer, list_documents, make_row, own_part
from surveyapp.assessments.service import AnswerConflict, GivenAnswer, content_of, given_again
from surveyapp.assessments.submission import check_function
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotKnown
from surveyapp.scoring.answers import Answers

P = ParallelState

# What may follow what. A move that does not stand here is refused.
MOVES = {P.DRAFT: {P.HANDED_IN}, P.HANDED_IN: {P.WITHDRAWN}, P.WITHDRAWN: {P.HANDED_IN}}

Versions = Mapping[str, Sequence[Answer]]  # by question, first to last


def list_places(*, by: User) -> list[Assessment]:
    """Where this person may give a view: their countries in each cycle, newest first."""
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .where(Assessment.country_code.in_(by.viewed_countries))
        .options(contains_eager(Assessment.cycle), joinedload(Assessment.country))
        .order_by(Cycle.year.desc(), Assessment.country_code)
    )
    return list(db.session.scalars(query))


def list_own(*, by: User) -> list[ParallelView]:
    """What this person has begun in each place of `list_places`, kept or not, in the same order."""
    kept = select(ParallelView).where(ParallelView.user_id == by.id)
    known = {(view.cycle_id, view.country_code): view for view in db.session.scalars(kept)}
    views = []
    for place in list_places(by=by):
        view = known.get((place.cycle_id, place.country_code)) or _new_view(place, by)
        views.append(_placed(view, place))
    return views


def get_view(year: int, country: str, *, by: User, lock: bool = False) -> ParallelView:
    """This person's view of a country in a cycle, with the cycle, its framework version and wordings.

    A view that was not begun yet is of no session; with `lock` it is added, and nobody else changes it
    before this transaction ends.

    :raises NotKnown: the country takes no part in that cycle, or this person gives no view of it.
    """
    if not allows(Action.WRITE_PARALLEL_VIEW, relations(by, country), AssessmentState.DRAFT):
        raise NotKnown
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .where(Cycle.year == year, Assessment.country_code == country)
        .options(
            contains_eager(Assessment.cycle).joinedload(Cycle.framework_version),
            contains_eager(Assessment.cycle).selectinload(Cycle.wordings),
            joinedload(Assessment.country),
        )
    )
    place = db.session.scalar(query)
    if place is None:
        raise NotKnown
    view = _find_view(place, by, lock=lock) or (_add_view(place, by) if lock else _new_view(place, by))
    return _placed(view, place)


def _placed(view: ParallelView, place: Assessment) -> ParallelView:
    """The view with what was loaded of its place; nothing of it is to be written."""
    set_committed_value(view, "cycle", place.cycle)
    set_committed_value(view, "country", place.country)
    return view


def _find_view(place: Assessment, by: User, *, lock: bool) -> ParallelView | None:
    query = select(ParallelView).where(
        ParallelView.cycle_id == place.cycle_id,
        ParallelView.country_code == place.country_code,
        ParallelView.user_id == by.id,
    )
    return db.session.scalar(query.with_for_update() if lock else query)


def _new_view(place: Assessment, by: User) -> ParallelView:
    return ParallelView(
        cycle_id=place.cycle_id,
        country_code=place.country_code,
        user_id=by.id,
        organisation=by.office,
        state=P.DRAFT,
        consents_to_public=False,
        is_shown_publicly=False,
    )


def _add_view(place: Assessment, by: User) -> ParallelView:
    view = _new_view(place, by)
    try:
        with db.session.begin_nested():
            db.session.add(view)
    except IntegrityError:  # begun in another tab just now
        found = _find_view(place, by, lock=True)
        assert found is not None  # it is what stood in the way
        return found
    return view


def is_writable(view: ParallelView) -> bool:
    """Whether its NGO can change answers now and hand them in."""
    return view.state is not P.HANDED_IN and view.is_open(now())


def require_writable(view: ParallelView) -> None:
    """:raises ViewClosed: it is handed in, or the cycle is not open today, where the country is."""
    if not is_writable(view):
        raise ViewClosed


def list_answers(view: ParallelView) -> dict[str, Answer]:
    """The answers as questionnaires show answers, as rows of no session."""
    return {question_id: rows[-1] for question_id, rows in list_versions(view).items()}


def list_versions(view: ParallelView) -> dict[str, list[Answer]]:
    """All kept versions of each answer, first to last, in the same way."""
    found: dict[str, list[Answer]] = {}
    if view.id is None:
        return found
    query = (
        select(ParallelAnswer)
        .where(ParallelAnswer.view_id == view.id)
        .order_by(ParallelAnswer.question_id, ParallelAnswer.version)
    )
    for row in db.session.scalars(query):
        found.setdefault(row.question_id, []).append(as_answer(row))
    return found


def list_seen(versions: Versions, numbers: Mapping[str, int]) -> dict[str, Answer]:
    """What a page showed, by the version that it carries for each question; nothing where it showed none."""
    return {
        question_id: row
        for question_id, number in numbers.items()
        for row in versions.get(question_id, ())
        if row.version == number
    }


def record_answers(view: ParallelView, given: Sequence[GivenAnswer], *, by: User) -> list[AnswerConflict]:
    """Keep what was given to the questions of one page; gives the answers that were refused since another
    tab saved a newer one. What the page showed and nobody changed is not written.

    An NGO gives what a government gives, of documents links and references alone. The view must be locked.

    :raises ViewClosed: handed in, or the cycle is not open.
    """
    require_writable(view)
    versions = list_versions(view)
    conflicts, written = [], []
    for one in map(own_part, given):
        kept = versions.get(one.question_id, [])
        last = kept[-1] if kept else None
        was = content_of(next((row for row in kept if row.version == one.seen_version), None))
        now_kept = content_of(last)
        is_changed, documents = one.content() not in (was, now_kept), list_documents(last, one)
        if not is_changed and documents == (last.evidence if last else []):
            continue
        if is_changed and last is not None and one.seen_version != last.version and now_kept != was:
            conflicts.append(AnswerConflict(one, last))
            continue
        said = one if is_changed or last is None else given_again(last, one.question_id, last.version)
        version = last.version + 1 if last else 1
        db.session.add(make_row(view, said, documents, version=version, moment=now()))
        written.append(one.question_id)
    if written:
        record("parallel.save", subject_of(view), by=by.id, facts={"questions": " ".join(written)})
    db.session.flush()
    return conflicts


def hand_in(view: ParallelView, *, signed_by: str, consents: bool, by: User) -> ParallelSubmission:
    """Freeze what was answered and hand it in; it need not be complete. A second press gives the first one's
    copy. Whether it is shown to everybody has to be decided anew.

    The view must be locked.

    :raises ViewClosed: the cycle is not open.
    :raises NothingAnswered: no question has an answer.
    :raises FunctionFault: the function is empty or over 200 characters.
    """
    latest = find_submission(view)
    if view.state is P.HANDED_IN and latest is not None:
        return latest
    require_writable(view)
    framework = get_framework(view.cycle.framework_version)
    answers = list_answers(view)
    if all(answer.state is AnswerState.NONE_YET for answer in answers.values()):
        raise NothingAnswered
    function = check_function(signed_by)
    submission = add_submission(
        view,
        framework,
        to_scoring(answers, framework),
        revision=latest.revision + 1 if latest else 1,
        moment=now(),
        signed_by_function=function,
    )
    _move(view, P.HANDED_IN)
    view.organisation, view.consents_to_public = by.office, consents
    _forget_versions(view)
    facts: dict[str, Fact] = {"revision": submission.revision, "sha256": submission.sha256}
    facts["consents"] = consents
    entry = record("parallel.hand_in", subject_of(view), by=by.id, facts=facts)
    db.session.flush()
    _tell_handed_in(view, key=f"parallel/{entry.sequence}")
    return submission


def _tell_handed_in(view: ParallelView, *, key: str) -> None:
    """Write to the coordinators, and to the focal points if their government has submitted already."""
    post_handed_in(view, key=key)
    place = (
        select(Assessment)
        .where(Assessment.cycle_id == view.cycle_id, Assessment.country_code == view.country_code)
        .options(joinedload(Assessment.cycle))
        .with_for_update(of=Assessment)  # submitted at the same time, one of the two still tells of the other
        .execution_options(populate_existing=True)
    )
    assessment = db.session.scalars(place).one()
    if assessment.state is not AssessmentState.DRAFT:
        post_readable(assessment, [view.organisation], key=key)


def add_submission(
    view: ParallelView,
    framework: Framework,
    answers: Answers,
    *,
    revision: int,
    moment: datetime,
    signed_by_function: str,
) -> ParallelSubmission:
    """Freeze the answers of a view."""
    frozen = freeze_view(
        view,
        framework,
        answers,
        revision=revision,
        handed_in_at=moment,
        signed_by_function=signed_by_function,
    )
    submission = ParallelSubmission(
        view_id=view.id,
        revision=revision,
        handed_in_at=moment,
        signed_by_function=signed_by_function,
        sha256=frozen.sha256,
        method=frozen.method,
        body=frozen.body,
        scores=frozen.scores,
    )
    db.session.add(submission)
    return submission


def _forget_versions(view: ParallelView) -> None:
    """Keep the answers that were handed in, and none of what they were on the way there."""
    later = aliased(ParallelAnswer)
    newer = select(later.id).where(
        later.view_id == ParallelAnswer.view_id,
        later.question_id == ParallelAnswer.question_id,
        later.version > ParallelAnswer.version,
    )
    db.session.execute(
        delete(ParallelAnswer)
        .where(ParallelAnswer.view_id == view.id, newer.exists())
        .execution_options(synchronize_session=False)
    )


def _move(view: ParallelView, to: ParallelState) -> None:
    """:raises ViewMoved: it is in a state that this step does not start from."""
    if to not in MOVES[view.state]:
        raise ViewMoved
    view.state = to
    forget_decision(view)


def forget_decision(view: ParallelView) -> None:
    """Hide it at once; what comes next is decided anew."""
    view.is_shown_publicly, view.decided_at = False, None
    view.decided_by_id, view.decision_note = None, None


def take_back(view: ParallelView, *, by: User) -> None:
    """Hide what was handed in from everybody else, at once; while the cycle is open it can be changed and
    handed in anew. The view must be locked.

    :raises ViewMoved: it is not handed in.
    """
    was_public = view.is_shown_publicly
    _move(view, P.WITHDRAWN)
    entry = record("parallel.take_back", subject_of(view), by=by.id)
    db.session.flush()
    post_taken_back(view, key=f"parallel/{entry.sequence}", was_public=was_public)


def choose_consent(view: ParallelView, consents: bool, *, by: User) -> None:
    """Whether everybody may see it, if the regional body shows it. Taking consent back hides it at once.

    It can be chosen whenever it is handed in, after the cycle too. The view must be locked.

    :raises ViewMoved: it is not handed in.
    """
    if view.state is not P.HANDED_IN:
        raise ViewMoved
    if view.consents_to_public is consents:
        return
    was_public = view.is_shown_publicly
    view.consents_to_public = consents
    forget_decision(view)
    entry = record("parallel.consent", subject_of(view), by=by.id, facts={"consents": consents})
    db.session.flush()
    if was_public:
        post_no_longer_public(view, key=f"parallel/{entry.sequence}")


def find_submission(view: ParallelView) -> ParallelSubmission | None:
    """The frozen copy of what was handed in last; None before."""
    if view.id is None:
        return None
    query = (
        select(ParallelSubmission)
        .where(ParallelSubmission.view_id == view.id)
        .order_by(ParallelSubmission.revision.desc())
    )
    return db.session.scalars(query.limit(1)).one_or_none()


def subject_of(view: ParallelView) -> str:
    """How the record calls a parallel view."""
    return f"parallel_view/{view.id}"
