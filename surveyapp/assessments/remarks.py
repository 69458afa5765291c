"""What those who work on a question say to each other about it: a thread, each remark open or resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import func, literal, select
from sqlalchemy.orm import selectinload

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import require
from surveyapp.assessments.delegation_letters import post_mention
from surveyapp.assessments.errors import RemarkRefused
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.mentions import find_mentioned, list_offices, list_readers, without_mentions
from surveyapp.assessments.models import Answer, Assessment, Mention, OtherAnswer, Remark
from surveyapp.assessments.personal_data import require_nobody_named
from surveyapp.assessments.service import subject_of
from surveyapp.assessments.typed import stripped
from surveyapp.audit.service import record
from surveyapp.database import db, now
from surveyapp.refusals import NotFound

LONGEST_REMARK = 4000


def list_remarks(assessment: Assessment, question_id: str) -> list[Remark]:
    """The remarks on one question, first to last."""
    query = (
        select(Remark)
        .where(Remark.assessment_id == assessment.id, Remark.question_id == question_id)
        .options(selectinload(Remark.mentions))
        .order_by(Remark.id)
    )
    return list(db.session.scalars(query))


@dataclass(slots=True)
class Beside:
    """What waits beside a question: remarks that are open, answers among which the focal point chooses."""

    remarks: int = 0
    others: int = 0


def count_beside(assessment: Assessment) -> dict[str, Beside]:
    """What waits beside each question, by question; one with nothing is left out. One query."""
    open_remarks = (
        select(Remark.question_id, literal("remarks"), func.count())
        .where(Remark.assessment_id == assessment.id, Remark.resolved_at.is_(None))
        .group_by(Remark.question_id)
    )
    others = (
        select(Answer.question_id, literal("others"), func.count())
        .join(OtherAnswer, OtherAnswer.answer_id == Answer.id)
        .where(Answer.assessment_id == assessment.id, OtherAnswer.settled_at.is_(None))
        .group_by(Answer.question_id)
    )
    found: dict[str, Beside] = {}
    for question_id, what, count in db.session.execute(open_remarks.union_all(others)):
        setattr(found.setdefault(question_id, Beside()), what, count)
    return found


def add_remark(
    assessment: Assessment,
    objective_id: str,
    question_id: str,
    text: str,
    *,
    by: User,
    is_delegated: bool,
    is_checked: bool = False,
) -> Remark:
    """Say something about a question to those who work on it; writes to the offices that it mentions.

    With `is_checked` its writer has looked at what seems to name somebody, and nobody can be recognised.

    :raises NotAllowed: nobody who works on it.
    :raises RemarkRefused: empty, or over 4,000 characters.
    :raises SeemsToNameSomebody: it looks as if it held personal data, and was not checked.
    """
    require(Action.REMARK, assessment, by, is_delegated=is_delegated)
    text = _checked(text)
    readers = list_readers(assessment, objective_id, question_id)
    offices = list_offices(readers, by=by)
    require_nobody_named(without_mentions(text, offices), is_checked=is_checked)
    remark = Remark(
        assessment_id=assessment.id,
        question_id=question_id,
        text=text,
        written_at=now(),
        written_by_id=by.id,
        office=by.office,
        mentions=[Mention(office=office) for office in find_mentioned(text, offices)],
    )
    db.session.add(remark)
    _record("remark.add", assessment, question_id, by)
    _tell_mentioned(assessment, objective_id, remark, [r for r in readers if r.id != by.id], by)
    return remark


def _checked(text: str) -> str:
    """:raises RemarkRefused: empty, or over 4,000 characters."""
    text = stripped(text)
    if not text:
        raise RemarkRefused(gettext("Write a remark first."))
    if len(text) > LONGEST_REMARK:
        raise RemarkRefused(
            gettext("The remark is too long: at most %(most)s characters.", most=str(LONGEST_REMARK))
        )
    return text


def _tell_mentioned(
    assessment: Assessment, objective_id: str, remark: Remark, readers: Iterable[User], by: User
) -> None:
    db.session.flush()
    offices = {mention.office for mention in remark.mentions}
    framework = get_framework(assessment.cycle.framework_version)
    for reader in readers:
        if reader.office in offices:
            key = f"mention/{remark.id}/{reader.id}"
            question = framework.questions[remark.question_id]
            post_mention(assessment, objective_id, question, reader, by.office, key=key)


def set_resolved(
    assessment: Assessment,
    question_id: str,
    remark_id: int,
    *,
    is_resolved: bool,
    by: User,
    is_delegated: bool,
) -> None:
    """Close a remark, or open it again; nothing happens to one that stands so already.

    :raises NotAllowed: nobody who works on the question.
    :raises NotFound: no such remark on this question.
    """
    require(Action.REMARK, assessment, by, is_delegated=is_delegated)
    remark = _find(list_remarks(assessment, question_id), remark_id)
    if is_resolved == (remark.resolved_at is not None):
        return
    remark.resolved_at, remark.resolved_by_id = (now(), by.id) if is_resolved else (None, None)
    _record("remark.resolve" if is_resolved else "remark.reopen", assessment, question_id, by)


def _find(remarks: Iterable[Remark], remark_id: int) -> Remark:
    found = next((remark for remark in remarks if remark.id == remark_id), None)
    if found is None:
        raise NotFound
    return found


def _record(action: str, assessment: Assessment, question_id: str, by: User) -> None:
    record(action, subject_of(assessment), by=by.id, facts={"question": question_id})
