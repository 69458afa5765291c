"""What a country said in its last cycle, beside this one's questions. Nothing is carried over by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, undefer

from surveyapp.assessments.errors import NothingToConfirm
from surveyapp.assessments.frameworks import get_framework, get_pinned_content
from surveyapp.assessments.frozen import thaw
from surveyapp.assessments.given import GivenAnswer, GivenEvidence, GivenFile, empty_answer
from surveyapp.assessments.models import (
    Answer,
    AnswerState,
    Assessment,
    Cycle,
    Evidence,
    Submission,
)
from surveyapp.database import db
from surveyapp.framework.model import Question
from surveyapp.language.content import Content, QuestionText


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """One question's answer of the last cycle, in that cycle's wording."""

    year: int
    answer: Answer  # of no session; as it was frozen
    text: QuestionText
    may_be_confirmed: bool  # this cycle's question still has that level


@dataclass(frozen=True, slots=True)
class LastCycle:
    """A country's latest submission before a cycle."""

    year: int
    answers: dict[str, Answer]
    content: Content

    def find(self, question: Question) -> LastAnswer | None:
        """What was answered to the question of the same id; None where it was not asked or left open."""
        answer = self.answers.get(question.id)
        before = self.content.framework.questions.get(question.id)
        if answer is None or before is None or answer.state is AnswerState.NONE_YET:
            return None
        is_level = answer.level is not None and question.find_level(answer.level) is not None
        is_other = answer.state is AnswerState.UNKNOWN or question.may_be_not_applicable
        return LastAnswer(
            self.year,
            answer,
            self.content.question(before),
            is_level if answer.state is AnswerState.LEVEL else is_other,
        )


def find_last_cycle(assessment: Assessment, locale: str) -> LastCycle | None:
    """The country's latest submission of an earlier cycle, in the wording of then; None before the first."""
    to_cycle = contains_eager(Submission.assessment).contains_eager(Assessment.cycle)
    query = (
        select(Submission)
        .join(Submission.assessment)
        .join(Assessment.cycle)
        .where(Assessment.country_code == assessment.country_code, Cycle.year < assessment.cycle.year)
        .order_by(Cycle.year.desc(), Submission.revision.desc())
        .options(to_cycle.joinedload(Cycle.framework_version), undefer(Submission.body))
    )
    submission = db.session.scalars(query.limit(1)).one_or_none()
    if submission is None:
        return None
    cycle = submission.assessment.cycle
    framework = get_framework(cycle.framework_version)
    wordings = json.loads(submission.body)["wordings"]
    content = get_pinned_content(cycle.framework_version, wordings, locale)
    return LastCycle(cycle.year, thaw(submission, framework), content)


def confirm(
    given: Sequence[GivenAnswer], question: Question, last: LastCycle | None, seen_version: int
) -> list[GivenAnswer]:
    """What a form gave, with the last cycle's answer to one question in place of what was chosen there.

    :raises NothingToConfirm: the question was not answered then, or has no such level now.
    """
    now = next((one for one in given if one.question_id == question.id), None)
    return [*(one for one in given if one is not now), _unchanged(last, question, now, seen_version)]


def _unchanged(
    last: LastCycle | None, question: Question, now: GivenAnswer | None, seen_version: int
) -> GivenAnswer:
    """Last cycle's answer with its comment and evidence, given anew as unchanged.

    Its figure is not taken over, since a figure belongs to its year. What stands in the form `now` beside the
    answer is no part of what is confirmed and stays: a figure, documents, a comment in place of the old one.
    """
    found = last.find(question) if last else None
    if found is None or not found.may_be_confirmed:
        raise NothingToConfirm
    answer, beside = found.answer, now or empty_answer(question.id)
    return GivenAnswer(
        question_id=question.id,
        state=answer.state,
        seen_version=seen_version,
        level=answer.level,
        reason=answer.reason,
        comment=beside.comment or answer.comment,
        measure=beside.measure,
        is_confirmed=True,
        new_evidence=tuple(dict.fromkeys((*map(_given_anew, answer.evidence), *beside.new_evidence))),
        removed_evidence=beside.removed_evidence,
    )


def _given_anew(row: Evidence) -> GivenEvidence:
    file = row.file
    given = GivenFile(file.name, file.media_type, file.sha256, file.size) if file else None
    return GivenEvidence(row.title, row.url, row.dated_on, given)
