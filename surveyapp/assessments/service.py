"""What can be done with an assessment and its answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from surveyapp.accounts.models import Role, User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import may, require_open
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.given import GivenAnswer, GivenFile, GivenMeasure, empty_answer
from surveyapp.assessments.models import (
    Answer,
    AnswerRevision,
    AnswerState,
    Assessment,
    Cycle,
    Evidence,
    EvidenceFile,
    OtherAnswer,
)
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now
from surveyapp.refusals import NotFound, NotKnown

EMPTY_CONTENT = empty_answer("").content()


SeenAnswer = Answer | AnswerRevision
Kept = Answer | AnswerRevision | OtherAnswer


def content_of(row: Kept | None) -> tuple[object, ...]:
    """The same, of an answer that is kept or was."""
    return EMPTY_CONTENT if row is None else given_again(row, "", 0).content()


def given_again(row: Kept, question_id: str, seen_version: int) -> GivenAnswer:
    """What an answer that is kept or was says, as somebody would give it; its documents apart."""
    return GivenAnswer(
        question_id=question_id,
        state=row.state,
        seen_version=seen_version,
        level=row.level,
        reason=row.reason,
        comment=row.comment,
        measure=GivenMeasure(row.measure_value, row.measure_year, row.measure_source),
        is_confirmed=row.is_confirmed,
        changed_because=row.changed_because,
    )


@dataclass(frozen=True, slots=True)
class AnswerConflict:
    """An answer given over a newer one of somebody else: the newer one stands, this one is kept beside it."""

    given: GivenAnswer
    kept: Answer
    is_for_focal_point: bool = False  # of another office; the focal point chooses


def get_cycle(year: int, *, lock: bool = False) -> Cycle:
    """One cycle, with its framework version and wordings.

    With `lock` nobody else changes it before this transaction ends.

    :raises NotFound: no cycle of that year.
    """
    query = (
        select(Cycle)
        .where(Cycle.year == year)
        .options(joinedload(Cycle.framework_version), selectinload(Cycle.wordings))
    )
    cycle = db.session.scalar(query.with_for_update(of=Cycle) if lock else query)
    if cycle is None:
        raise NotFound
    return cycle


def list_assessments(*, by: User) -> list[Assessment]:
    """The assessments that this user works on or follows, newest cycle first, countries by code."""
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .options(
            joinedload(Assessment.cycle).joinedload(Cycle.framework_version), joinedload(Assessment.country)
        )
        .order_by(Cycle.year.desc(), Assessment.country_code)
    )
    if not by.has_role(Role.COORDINATOR) and not by.has_role(Role.ANALYST):
        query = query.where(Assessment.country_code.in_(by.countries))
    return [found for found in db.session.scalars(query) if may(Action.SEE_OVERVIEW, found, by)]


def count_answers(assessments: Collection[Assessment]) -> dict[int, int]:
    """How many questions have an answer, by assessment id."""
    query = (
        select(Answer.assessment_id, func.count())
        .where(Answer.assessment_id.in_([a.id for a in assessments]), Answer.state != AnswerState.NONE_YET)
        .group_by(Answer.assessment_id)
    )
    return dict(db.session.execute(query).all())


def get_assessment(year: int, country: str, *, by: User, lock: bool = False) -> Assessment:
    """One country's assessment of one cycle, with its cycle, framework version and wordings.

    With `lock` nobody else changes it before this transaction ends.

    :raises NotKnown: there is none, or this user may not know of it.
    """
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .where(Cycle.year == year, Assessment.country_code == country)
        .options(
            joinedload(Assessment.cycle).joinedload(Cycle.framework_version),
            joinedload(Assessment.cycle).joinedload(Cycle.wordings),
            joinedload(Assessment.country),
        )
    )
    if lock:
        query = query.with_for_update(of=Assessment)
    assessment = db.session.scalars(query).unique().one_or_none()
    known_by = (Action.SEE_OVERVIEW, Action.VIEW_COMMENTS)
    if assessment is None or not any(may(action, assessment, by) for action in known_by):
        raise NotKnown
    return assessment


def list_answers(assessment: Assessment) -> dict[str, Answer]:
    """All answers of an assessment with their evidence and who changed them, by question."""
    query = (
        select(Answer)
        .where(Answer.assessment_id == assessment.id)
        .options(joinedload(Answer.evidence).joinedload(Evidence.file), joinedload(Answer.changed_by))
    )
    return {answer.question_id: answer for answer in db.session.scalars(query).unique()}


def record_answers(
    assessment: Assessment,
    given: Sequence[GivenAnswer],
    *,
    by: User,
    parts: Sequence[Delegation] = (),
) -> list[AnswerConflict]:
    """Keep what one person gave to the questions of one page; gives the answers that were refused.

    Where a question is delegated to several offices (`parts`), none of them writes over another's answer:
    theirs is kept beside it, and the focal point chooses.

    Only what the person changed is written: a page that was open for long never takes back what
    others wrote meanwhile. The assessment must be locked (`get_assessment(…, lock=True)`).

    :raises AssessmentClosed: submitted, or its cycle is not open.
    """
    require_open(assessment)
    answers = list_answers(assessment)
    seen = list_seen(answers, {one.question_id: one.seen_version for one in given})
    conflicts, written = [], []
    for one in given:
        answer, was = answers.get(one.question_id), content_of(seen.get(one.question_id))
        if (
            answer is not None
            and _is_of_another(answer, parts, by)
            and one.content() not in (was, content_of(answer))
        ):
            conflicts.append(AnswerConflict(one, answer, is_for_focal_point=True))
            own = _own_words(one, seen.get(one.question_id), by=by)
            _keep_beside(answer, own, by=by, is_settled=False)
        elif answer is not None and _is_conflict(one, answer, was):
            conflicts.append(AnswerConflict(one, answer))
            _keep_beside(answer, one, by=by, is_settled=True)
        elif _write(assessment, answer, one, was, by=by):
            written.append(one.question_id)
    if written:
        facts: dict[str, Fact] = {"questions": " ".join(written), "late": assessment.is_late(now())}
        record("answer.save", subject_of(assessment), by=by.id, facts=facts)
    db.session.flush()
    return conflicts


def list_seen(answers: Mapping[str, Answer], versions: Mapping[str, int]) -> dict[str, SeenAnswer]:
    """What a page showed, by the version that it carries for each question; nothing where it showed none."""
    seen: dict[str, SeenAnswer] = {}
    older: dict[tuple[int, int], str] = {}
    for question_id, version in versions.items():
        answer = answers.get(question_id)
        if answer is not None and version == answer.version:
            seen[question_id] = answer
        elif answer is not None and version > 0:
            older[answer.id, version] = question_id
    if older:
        query = select(AnswerRevision).where(
            tuple_(AnswerRevision.answer_id, AnswerRevision.version).in_(list(older))
        )
        for row in db.session.scalars(query):
            seen[older[row.answer_id, row.version]] = row
    return seen


def _is_conflict(one: GivenAnswer, answer: Answer, was: tuple[object, ...]) -> bool:
    """Whether this would overwrite something that the person has not seen; `was` is what they saw."""
    kept = content_of(answer)
    return one.seen_version != answer.version and one.content() not in (was, kept) and kept != was


def _is_of_another(answer: Answer, parts: Sequence[Delegation], by: User) -> bool:
    """Whether another office gave the answer, to which the same question is delegated."""
    offices = {part.user_id for part in parts if part.covers(answer.question_id)}
    return by.id in offices and answer.changed_by_id in offices - {by.id}


def _own_words(one: GivenAnswer, seen: SeenAnswer | None, *, by: User) -> GivenAnswer:
    """What an office gave, without the words of another one that its form showed and it left as they were."""
    if seen is None or seen.changed_by_id == by.id:
        return one
    return replace(
        one,
        comment="" if one.comment == seen.comment else one.comment,
        changed_because="" if one.changed_because == seen.changed_because else one.changed_because,
    )


def _write(
    assessment: Assessment, answer: Answer | None, one: GivenAnswer, was: tuple[object, ...], *, by: User
) -> bool:
    """Write what differs from what the person saw and from what is kept; gives whether anything did."""
    is_changed = one.content() not in (was, content_of(answer))
    kept = answer.evidence if answer else []
    added = [new for new in one.new_evidence if not new.stands_in(kept)]
    removed = [row for row in kept if row.id in one.removed_evidence]
    if not (is_changed or added or removed):
        return False
    if answer is None:
        answer = Answer(
            assessment_id=assessment.id, question_id=one.question_id, state=AnswerState.NONE_YET, evidence=[]
        )
        db.session.add(answer)
    if is_changed:
        _fill(answer, one)
    answer.changed_at, answer.changed_by_id = now(), by.id
    for row in removed:
        answer.evidence.remove(row)
        if row.file:
            facts = {"question": one.question_id, "sha256": row.file.sha256}
            record("evidence.remove", subject_of(assessment), by=by.id, facts=facts)
    for new in added:
        file = _find_or_add_file(assessment, one.question_id, new.file) if new.file else None
        row = Evidence(title=new.title, url=new.url, dated_on=new.dated_on, file=file, added_at=now())
        answer.evidence.append(row)
    db.session.flush()
    db.session.add(_revision_of(answer))
    return True


def _fill(row: Kept, one: GivenAnswer) -> None:
    """Put what was given into an answer, or into the one kept beside it."""
    row.state, row.level, row.reason, row.comment = one.state, one.level, one.reason, one.comment
    row.measure_value, row.measure_year = one.measure.value, one.measure.year
    row.measure_source = one.measure.source
    row.is_confirmed, row.changed_because = one.is_confirmed, one.changed_because


def _keep_beside(answer: Answer, one: GivenAnswer, *, by: User, is_settled: bool) -> None:
    """Keep what could not take the place of another answer, once however often it is sent.

    Settled: whoever gave it chooses; else the focal point has to.
    """
    query = select(OtherAnswer).where(OtherAnswer.answer_id == answer.id, OtherAnswer.changed_by_id == by.id)
    if any(content_of(row) == one.content() for row in db.session.scalars(query)):
        return
    other = OtherAnswer(answer_id=answer.id, version=one.seen_version, changed_at=now(), changed_by_id=by.id)
    other.settled_at = other.changed_at if is_settled else None
    _fill(other, one)
    db.session.add(other)


def _find_or_add_file(assessment: Assessment, question_id: str, given: GivenFile) -> EvidenceFile:
    """The row of a file that this question has, or had; a new one for what it never had."""
    query = select(EvidenceFile).where(
        EvidenceFile.assessment_id == assessment.id,
        EvidenceFile.question_id == question_id,
        EvidenceFile.sha256 == given.sha256,
        EvidenceFile.name == given.name,
    )
    return db.session.scalars(query).one_or_none() or EvidenceFile(
        assessment_id=assessment.id,
        question_id=question_id,
        sha256=given.sha256,
        name=given.name,
        media_type=given.media_type,
        size=given.size,
        added_at=now(),
    )


def subject_of(assessment: Assessment) -> str:
    """How the record calls an assessment."""
    return f"assessment/{assessment.cycle.year}/{assessment.country_code}"


def _revision_of(answer: Answer) -> AnswerRevision:
    return AnswerRevision(
        answer_id=answer.id,
        state=answer.state,
        level=answer.level,
        reason=answer.reason,
        comment=answer.comment,
        measure_value=answer.measure_value,
        measure_year=answer.measure_year,
        measure_source=answer.measure_source,
        is_confirmed=answer.is_confirmed,
        changed_because=answer.changed_because,
        version=answer.version,
        changed_at=answer.changed_at,
        changed_by_id=answer.changed_by_id,
    )
