"""How long what stands behind accepted answers is kept, and deleting what is past.

Answers and submissions are never touched, and neither is what a country still works on.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.orm import joinedload

from surveyapp.accounts.models import User
from surveyapp.assessments.cycles import require_manager
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.evidence_files import list_frozen_files
from surveyapp.assessments.evidence_store import EvidenceStore
from surveyapp.assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    AssessmentState,
    Cycle,
    Evidence,
    EvidenceFile,
    OtherAnswer,
    Remark,
    ReviewMark,
)
from surveyapp.assessments.service import subject_of
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now

FEWEST_MONTHS, MOST_MONTHS = 1, 120
DECIDED = (AssessmentState.ACCEPTED, AssessmentState.PUBLISHED)


@dataclass(slots=True)
class Past:
    """How much of one assessment was past, by kind."""

    versions: int = 0
    others: int = 0
    remarks: int = 0
    notes: int = 0
    marks: int = 0
    files: int = 0

    def counts(self) -> dict[str, int]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def choose_months(cycle: Cycle, months: int, *, by: User | None) -> None:
    """Keep the history of the cycle for that many months after each country's acceptance.

    The cycle must be locked.

    :raises NotAllowed: this person manages no cycles.
    :raises CycleFault: fewer than 1 or more than 120 months.
    """
    require_manager(by)
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise CycleFault(gettext("Give a number of months from 1 to 120."))
    if months == cycle.history_months:
        return
    facts: dict[str, Fact] = {"from": cycle.history_months, "to": months}
    cycle.history_months = months
    record("cycle.retention", f"cycle/{cycle.year}", by=by.id if by else None, facts=facts)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; the last day of a month that is shorter."""
    whole = moment.year * 12 + moment.month - 1 - months
    year, month = whole // 12, whole % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def list_due() -> list[int]:
    """The numbers of assessments that were accepted long enough ago, oldest first."""
    query = (
        select(Assessment.id, Assessment.accepted_at, Cycle.history_months)
        .join(Assessment.cycle)
        .where(Assessment.state.in_(DECIDED))
        .order_by(Cycle.year, Assessment.country_code)
    )
    moment = now()
    return [
        number
        for number, accepted_at, months in db.session.execute(query)
        if accepted_at and accepted_at <= months_before(moment, months)
    ]


def delete_past(number: int, store: EvidenceStore | None) -> tuple[Assessment, Past] | None:
    """Delete what is past of one assessment, in the caller's transaction; None where nothing is.

    What was written since, as after a withdrawal, has its own months. Contents of files are deleted from the
    store last; without a store they stay, as for a trial. None, too, while somebody else works on it.
    """
    query = (
        select(Assessment)
        .where(Assessment.id == number)
        .options(joinedload(Assessment.cycle))
        .with_for_update(of=Assessment, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    assessment = db.session.scalar(query)
    if assessment is None or assessment.state not in DECIDED or assessment.accepted_at is None:
        return None
    before = months_before(now(), assessment.cycle.history_months)
    if assessment.accepted_at > before:
        return None
    past = _delete_rows(assessment, before)
    files = _list_unnamed(assessment, before)
    past.files = len(files)
    if not any(past.counts().values()):
        return None
    assessment.history_removed_at = now()
    facts: dict[str, Fact] = {"months": assessment.cycle.history_months, **past.counts()}
    record("retention.apply", subject_of(assessment), by=None, facts=facts)
    _delete_files(files, store)
    return assessment, past


def _delete_rows(assessment: Assessment, before: datetime) -> Past:
    own = select(Answer.id).where(Answer.assessment_id == assessment.id)
    # The version that stands is the answer itself: its row stays, so that the history still shows it.
    earlier = (
        select(AnswerRevision.id)
        .join(Answer, Answer.id == AnswerRevision.answer_id)
        .where(Answer.assessment_id == assessment.id, AnswerRevision.version != Answer.version)
    )
    return Past(
        versions=_count_deleted(
            AnswerRevision, AnswerRevision.id.in_(earlier), AnswerRevision.changed_at <= before
        ),
        others=_count_deleted(OtherAnswer, OtherAnswer.answer_id.in_(own), OtherAnswer.changed_at <= before),
        remarks=_count_deleted(Remark, Remark.assessment_id == assessment.id, Remark.written_at <= before),
        notes=_count_blanked(assessment, before),
        marks=_count_deleted(
            ReviewMark, ReviewMark.assessment_id == assessment.id, ReviewMark.marked_at <= before
        ),
    )


def _count_deleted(
    model: type[AnswerRevision | OtherAnswer | Remark | ReviewMark], *which: ColumnElement[bool]
) -> int:
    count = db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0
    if count:
        db.session.execute(delete(model).where(*which).execution_options(synchronize_session=False))
    return count


def _count_blanked(assessment: Assessment, before: datetime) -> int:
    """Blank what was to be mended in objectives that were sent back; gives how many said something."""
    blanked = (
        update(Delegation)
        .where(
            Delegation.assessment_id == assessment.id,
            Delegation.note.is_not(None),
            Delegation.moved_at <= before,
        )
        .values(note=None)
        .returning(Delegation.id)
        .execution_options(synchronize_session=False)
    )
    return len(db.session.execute(blanked).all())


def _list_unnamed(assessment: Assessment, before: datetime) -> Sequence[EvidenceFile]:
    """The files that the country took away again and that no submission names."""
    query = select(EvidenceFile).where(
        EvidenceFile.assessment_id == assessment.id,
        EvidenceFile.added_at <= before,
        ~select(Evidence.id).where(Evidence.file_id == EvidenceFile.id).exists(),
    )
    files = db.session.scalars(query).all()
    frozen = list_frozen_files([assessment.id]) if files else set()
    return [file for file in files if file.id not in frozen]


def _delete_files(files: Sequence[EvidenceFile], store: EvidenceStore | None) -> None:
    """Delete the rows, and the contents that no other row names. Uploads wait meanwhile, so that none names a
    content that is just being deleted.
    """
    if not files:
        return
    if db.session.connection().dialect.name != "sqlite":
        db.session.execute(text("LOCK TABLE evidence_file IN EXCLUSIVE MODE"))
    names = {file.sha256 for file in files}
    db.session.execute(delete(EvidenceFile).where(EvidenceFile.id.in_([file.id for file in files])))
    kept = set(db.session.scalars(select(EvidenceFile.sha256).where(EvidenceFile.sha256.in_(names))))
    db.session.flush()
    if store is not None:
        for name in sorted(names - kept):
            store.delete(name)
