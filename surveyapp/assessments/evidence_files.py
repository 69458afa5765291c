"""Files as evidence: added to a question, removed, read by whoever may, and swept when nothing names them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import undefer

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import find_shares, list_parts, may, require_editable
from surveyapp.assessments.errors import FileRefused, FileTooLarge
from surveyapp.assessments.evidence_store import EvidenceStore
from surveyapp.assessments.file_types import CheckedFile, check_file
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.given import GivenAnswer, GivenEvidence, GivenFile, empty_answer
from surveyapp.assessments.models import Answer, Assessment, Evidence, EvidenceFile, Submission
from surveyapp.assessments.service import given_again, list_answers, record_answers, subject_of
from surveyapp.assessments.shares import covers
from surveyapp.assessments.submission import find_submission
from surveyapp.audit.service import record
from surveyapp.database import db
from surveyapp.refusals import NotFound
from surveyapp.web.requests import LARGEST_FILE, MEGABYTE

MOST_FILES = 10  # of one answer
LARGEST_ASSESSMENT = 500 * MEGABYTE


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as somebody sent it, with what they say of it."""

    title: str
    name: str
    content: bytes
    dated_on: date | None = None


def add_file(
    assessment: Assessment,
    objective_id: str,
    question_id: str,
    sent: SentFile,
    *,
    store: EvidenceStore,
    by: User,
) -> bool:
    """Keep a file as evidence of one question; gives whether it is new there. The assessment must be locked.

    The content is on the disk before the caller commits the row that names it.

    :raises NotAllowed: not this person.
    :raises AssessmentClosed: submitted, or its cycle is not open.
    :raises FileRefused: empty, too large, another kind, or one too many.
    :raises StoreFault: the store takes nothing now.
    """
    require_editable(assessment, list_parts(assessment, objective_id, by=by), [question_id], by=by)
    checked = _checked(sent)
    answer = list_answers(assessment).get(question_id)
    files = [row.file for row in answer.evidence if row.file] if answer else []
    file = GivenFile.of(checked.name, checked.media_type, checked.content)
    if any(kept.sha256 == file.sha256 for kept in files):
        return False
    _require_room(assessment, len(files), checked)
    _give_again(
        assessment, question_id, answer, by, new=(GivenEvidence(sent.title, None, sent.dated_on, file),)
    )
    store.put(checked.content)
    record(
        "evidence.upload",
        subject_of(assessment),
        by=by.id,
        facts={"question": question_id, "sha256": file.sha256, "size": file.size},
    )
    return True


def _checked(sent: SentFile) -> CheckedFile:
    """:raises FileRefused: empty, too large, or another kind."""
    if not sent.content:
        raise FileRefused(gettext("Choose a file that holds something."))
    if len(sent.content) > LARGEST_FILE:
        raise FileTooLarge(
            gettext("The file is too large: at most %(most)s megabytes.", most=str(LARGEST_FILE // MEGABYTE))
        )
    return check_file(sent.name, sent.content)


def _require_room(assessment: Assessment, files: int, checked: CheckedFile) -> None:
    if files >= MOST_FILES:
        raise FileRefused(
            gettext(
                "This answer has %(most)s files already. Remove one that is not needed, "
                "or join some into one.",
                most=str(MOST_FILES),
            )
        )
    query = (
        select(func.coalesce(func.sum(EvidenceFile.size), 0))
        .join(Evidence, Evidence.file_id == EvidenceFile.id)
        .where(EvidenceFile.assessment_id == assessment.id)
    )
    if db.session.scalars(query).one() + len(checked.content) > LARGEST_ASSESSMENT:
        raise FileTooLarge(
            gettext(
                "The files of this assessment would be too large together: at most %(most)s megabytes. "
                "Give links where documents are public.",
                most=str(LARGEST_ASSESSMENT // MEGABYTE),
            )
        )


def remove_evidence(
    assessment: Assessment, objective_id: str, question_id: str, evidence_id: int, *, by: User
) -> None:
    """Take one link, reference or file away from a question. What was submitted keeps it.

    :raises NotAllowed: not this person.
    :raises AssessmentClosed: submitted, or its cycle is not open.
    :raises NotFound: the question has no such evidence.
    """
    require_editable(assessment, list_parts(assessment, objective_id, by=by), [question_id], by=by)
    answer = list_answers(assessment).get(question_id)
    if answer is None or evidence_id not in {row.id for row in answer.evidence}:
        raise NotFound
    _give_again(assessment, question_id, answer, by, removed=frozenset({evidence_id}))


def _give_again(
    assessment: Assessment,
    question_id: str,
    answer: Answer | None,
    by: User,
    *,
    new: tuple[GivenEvidence, ...] = (),
    removed: frozenset[int] = frozenset(),
) -> None:
    """The answer as it is, with other evidence."""
    given: GivenAnswer = (
        given_again(answer, question_id, answer.version) if answer else empty_answer(question_id)
    )
    record_answers(assessment, [given.with_evidence(new, removed)], by=by)


def find_file(assessment: Assessment, file_id: int, *, by: User) -> EvidenceFile:
    """A file of this assessment that this person may read now.

    Whoever works on its question reads what stands there and what was ever submitted; reviewers read
    what was submitted last.

    :raises NotFound: there is none, or not for this person to know.
    """
    query = select(EvidenceFile).where(
        EvidenceFile.id == file_id, EvidenceFile.assessment_id == assessment.id
    )
    file = db.session.scalars(query).one_or_none()
    if file is None:
        raise NotFound
    objective_id = _objective_of(assessment, file.question_id)
    is_delegated = covers(find_shares(assessment, by), objective_id, file.question_id)
    if may(Action.VIEW_DRAFT_ANSWERS, assessment, by, is_delegated=is_delegated):
        stands = db.session.scalar(select(Evidence.id).where(Evidence.file_id == file.id).limit(1))
        if stands or file.id in list_frozen_files([assessment.id]):
            return file
    elif may(Action.VIEW_COMMENTS, assessment, by, is_delegated=is_delegated):
        latest = find_submission(assessment)
        if latest and file.id in _files_in(latest.body):
            return file
    raise NotFound


def _objective_of(assessment: Assessment, question_id: str) -> str:
    framework = get_framework(assessment.cycle.framework_version)
    return next(
        objective.id
        for objective, questionnaire in framework.pairs()
        if any(question.id == question_id for question in questionnaire.questions)
    )


def list_frozen_files(assessment_ids: Iterable[int]) -> set[int]:
    """The files that any submission of these assessments names."""
    query = select(Submission).where(Submission.assessment_id.in_(list(assessment_ids)))
    rows = db.session.scalars(query.options(undefer(Submission.body)).execution_options(yield_per=20))
    return {file_id for row in rows for file_id in _files_in(row.body)}


def _files_in(body: str) -> set[int]:
    """The files that a submission names, by the number of their row."""
    files = json.loads(body).get("files", {})
    return {file["id"] for rows in files.values() for file in rows}


@dataclass(frozen=True, slots=True)
class Swept:
    """What nothing names any more: rows of files, and contents of the store by their names there."""

    files: list[EvidenceFile]
    contents: list[str]


def find_unnamed(store: EvidenceStore) -> Swept:
    """What could be swept. Uploads wait until this transaction ends, so that none is taken for a remnant."""
    if db.session.connection().dialect.name != "sqlite":
        db.session.execute(text("LOCK TABLE evidence_file IN EXCLUSIVE MODE"))
    unused = db.session.scalars(
        select(EvidenceFile)
        .where(~select(Evidence.id).where(Evidence.file_id == EvidenceFile.id).exists())
        .order_by(EvidenceFile.id)
    ).all()
    frozen = list_frozen_files({file.assessment_id for file in unused})
    files = [file for file in unused if file.id not in frozen]
    named = select(EvidenceFile.sha256).where(EvidenceFile.id.not_in([file.id for file in files]))
    kept = set(db.session.scalars(named))
    return Swept(files, [name for name in store.list() if name not in kept])


def sweep(found: Swept, store: EvidenceStore) -> Iterator[str]:
    """Delete what `find_unnamed` found, in the same transaction; gives the name of each deleted content.

    The contents go last: broken off, it leaves some that the next sweep finds again.
    """
    db.session.execute(delete(EvidenceFile).where(EvidenceFile.id.in_([file.id for file in found.files])))
    if found.files or found.contents:
        facts = {"files": len(found.files), "contents": len(found.contents)}
        record("evidence.sweep", "evidence", by=None, facts=facts)
    db.session.flush()
    for name in found.contents:
        store.delete(name)
        yield name
