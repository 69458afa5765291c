"""Reviewing a submission question by question: accept an answer, or ask for something to be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import undefer

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import find_shares, may, require
from surveyapp.assessments.kept_marks import list_changed
from surveyapp.assessments.models import Answer, Assessment, AssessmentState, ReviewMark, Submission, Verdict
from surveyapp.assessments.service import subject_of
from surveyapp.assessments.shares import covers
from surveyapp.assessments.submission import find_submission, latest_revision
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now
from surveyapp.framework.model import Framework

LONGEST_REMARK = 4000


@dataclass(frozen=True, slots=True)
class GivenMark:
    """What the coordinator made of one answer; None takes an earlier mark back."""

    question_id: str
    verdict: Verdict | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to be mended; `is_touched` once the answer was saved again since."""

    question_id: str
    remark: str
    is_touched: bool


@dataclass(frozen=True, slots=True)
class Before:
    """How an answer stands to the submission before, which was reviewed."""

    is_changed: bool
    asked: str  # what was to be mended then; empty where nothing was


def list_marks(assessment: Assessment) -> dict[str, ReviewMark]:
    """The marks on the latest submission, by question; none before the first."""
    return _list_marks_of(assessment, latest_revision(assessment.id))


def _list_marks_of(assessment: Assessment, revision: int | ColumnElement[int]) -> dict[str, ReviewMark]:
    query = select(ReviewMark).where(
        ReviewMark.assessment_id == assessment.id, ReviewMark.revision == revision
    )
    return {mark.question_id: mark for mark in db.session.scalars(query)}


def list_shown_marks(assessment: Assessment, framework: Framework, *, by: User) -> dict[str, ReviewMark]:
    """The marks that this person may read now: the country those that ask, once it was sent back."""
    if assessment.state is AssessmentState.DRAFT:
        return {}
    shares = find_shares(assessment, by)
    if not may(Action.VIEW_REVIEW_NOTES, assessment, by, is_delegated=bool(shares)):
        return {}
    marks = list_marks(assessment)
    if not may(Action.VIEW_REVIEW_NOTES, assessment, by):  # a contributor: only what was delegated
        sheets = framework.questionnaires
        own = {q.id for sheet in sheets for q in sheet.questions if covers(shares, sheet.id, q.id)}
        marks = {question_id: mark for question_id, mark in marks.items() if question_id in own}
    if may(Action.VIEW_DRAFT_ANSWERS, assessment, by, is_delegated=bool(shares)):
        return {question_id: mark for question_id, mark in marks.items() if mark.verdict is Verdict.ASK}
    return marks


def list_asked(
    marks: Mapping[str, ReviewMark], answers: Mapping[str, Answer], framework: Framework
) -> list[Asked]:
    """What is to be mended, in the order asked."""
    found = []
    for question_id in framework.questions:
        mark = marks.get(question_id)
        if mark is not None and mark.verdict is Verdict.ASK:
            answer = answers.get(question_id)
            saved_at = answer.changed_at if answer else None  # what was frozen does not say when
            is_touched = saved_at is not None and saved_at > mark.marked_at
            found.append(Asked(question_id, mark.remark, is_touched))
    return found


def list_asked_before(
    assessment: Assessment, answers: Mapping[str, Answer], framework: Framework, *, by: User
) -> list[Asked]:
    """What was asked of the submission before, for whoever reviews this one."""
    if not may(Action.REVIEW, assessment, by):
        return []
    marks = _list_marks_of(assessment, latest_revision(assessment.id) - 1)
    return list_asked(marks, answers, framework)


def list_before(
    assessment: Assessment, frozen: Submission | None, framework: Framework, *, by: User
) -> dict[str, Before]:
    """For whoever reviews a later submission (`frozen`, with its body): each question that is asked, beside
    what the one before said of it. Nothing for others, or of the first.
    """
    if frozen is None or frozen.revision == 1 or not may(Action.REVIEW, assessment, by):
        return {}
    query = select(Submission).where(
        Submission.assessment_id == assessment.id, Submission.revision == frozen.revision - 1
    )
    before = db.session.scalars(query.options(undefer(Submission.body))).one()
    changed = list_changed(before, frozen)
    asked = {
        question_id: mark.remark
        for question_id, mark in _list_marks_of(assessment, before.revision).items()
        if mark.verdict is Verdict.ASK
    }
    return {id_: Before(id_ in changed, asked.get(id_, "")) for id_ in framework.questions}


def record_marks(assessment: Assessment, given: Sequence[GivenMark], *, by: User) -> None:
    """Keep what the coordinator made of some answers of the latest submission.

    Texts are checked before: a mark that asks has a remark. The assessment must be locked.

    :raises NotAllowed: no coordinator, an own country, or nothing is to be reviewed.
    """
    require(Action.REVIEW, assessment, by)
    latest = find_submission(assessment)
    if latest is None:  # the table of permissions allows a review of what was submitted alone
        return
    kept, touched = list_marks(assessment), []
    for one in given:
        mark = kept.get(one.question_id)
        before = (mark.verdict, mark.remark) if mark else (None, "")
        if (one.verdict, one.remark if one.verdict else "") == before:
            continue
        touched.append(one.question_id)
        if one.verdict is None:
            db.session.delete(mark)
            continue
        if mark is None:
            mark = ReviewMark(
                assessment_id=assessment.id, revision=latest.revision, question_id=one.question_id
            )
            db.session.add(mark)
        mark.verdict, mark.remark = one.verdict, one.remark
        mark.marked_at, mark.marked_by_id = now(), by.id
    if touched:
        facts: dict[str, Fact] = {"revision": latest.revision, "questions": " ".join(touched)}
        record("review.mark", subject_of(assessment), by=by.id, facts=facts)
    db.session.flush()
