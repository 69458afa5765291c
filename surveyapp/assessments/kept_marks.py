"""What a review keeps when a country submits again: marks that accept answers which did not change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from surveyapp.assessments.models import ReviewMark, Submission, Verdict
from surveyapp.database import db


def list_changed(before: Submission, after: Submission) -> frozenset[str]:
    """The questions to which two frozen copies do not say the same: answer, comment, figure, evidence, files,
    or how it stands to the last cycle's. Both bodies are read.
    """
    old, new = _said(before), _said(after)
    return frozenset(
        question_id for question_id in old.keys() | new.keys() if old.get(question_id) != new.get(question_id)
    )


def _said(submission: Submission) -> dict[str, list[Any]]:
    """All that a frozen copy says of each question."""
    body: Mapping[str, Any] = json.loads(submission.body)
    parts = [body["answers"]["answers"], body.get("since_last_cycle", {}), body.get("files", {})]
    return {question_id: [part.get(question_id) for part in parts] for question_id in set().union(*parts)}


def keep_marks(before: Submission, after: Submission) -> int:
    """Carry the marks that accept over to the next submission where its answer is the same; gives how many.

    They stay the marks of who made them and of when, so that a page can tell them from new ones. What was
    asked for is not carried over: whether it was mended is a new decision.
    """
    changed = list_changed(before, after)
    query = select(ReviewMark).where(
        ReviewMark.assessment_id == before.assessment_id,
        ReviewMark.revision == before.revision,
        ReviewMark.verdict == Verdict.ACCEPT,
    )
    kept = [mark for mark in db.session.scalars(query) if mark.question_id not in changed]
    db.session.add_all(
        ReviewMark(
            assessment_id=after.assessment_id,
            revision=after.revision,
            question_id=mark.question_id,
            verdict=mark.verdict,
            remark=mark.remark,
            marked_at=mark.marked_at,
            marked_by_id=mark.marked_by_id,
        )
        for mark in kept
    )
    return len(kept)
