"""From a draft to a published page: submit, return, accept, publish, withdraw, reopen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import ScalarSelect, SQLColumnExpression, func, select
from sqlalchemy.orm import aliased, undefer

from surveyapp.accounts.models import Country, User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import require, require_open
from surveyapp.assessments.errors import AssessmentIncomplete, DeadlinePassed, MoveRefused
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.frozen import freeze, list_files, list_since_last_cycle, thaw, to_scoring
from surveyapp.assessments.kept_marks import keep_marks
from surveyapp.assessments.models import (
    Answer,
    AnswerState,
    Assessment,
    AssessmentState,
    ReviewMark,
    Submission,
    Verdict,
)
from surveyapp.assessments.parallel_letters import (
    post_beside_published,
    post_no_longer_beside,
    post_views_readable,
)
from surveyapp.assessments.service import list_answers, subject_of
from surveyapp.assessments.submission_letters import (
    post_accepted,
    post_published,
    post_receipt,
    post_return,
    post_withdrawn,
)
from surveyapp.assessments.typed import stripped
from surveyapp.audit.models import AuditEntry
from surveyapp.audit.service import Fact, record
from surveyapp.database import db, now
from surveyapp.framework.model import Framework, Question
from surveyapp.refusals import Refusal
from surveyapp.scoring.answers import Answers

S = AssessmentState

LONGEST_NOTE = 4000
LONGEST_FUNCTION = 200

# What may follow what. A move that does not stand here is refused.
MOVES = {
    S.DRAFT: {S.SUBMITTED},
    S.RETURNED: {S.SUBMITTED},
    S.SUBMITTED: {S.RETURNED, S.ACCEPTED},
    S.ACCEPTED: {S.PUBLISHED, S.RETURNED},
    S.PUBLISHED: {S.ACCEPTED, S.RETURNED},
}


class NoteMissing(Refusal):
    """An assessment goes back to its country only with the reason."""

    status = 422

    def __init__(self) -> None:
        super().__init__(gettext("Say what the country should mend, so that it knows why this came back."))


class NoteTooLong(Refusal):
    """As long as a comment is enough."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            gettext("The note is too long: at most %(most)s characters.", most=str(LONGEST_NOTE))
        )


class FunctionFault(Refusal):
    """A submission is declared by a function, in so many characters."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Name the office or function that signs, in at most %(most)s characters, without a "
                "person's name. Nothing was submitted.",
                most=str(LONGEST_FUNCTION),
            )
        )


def check_function(text: str) -> str:
    """:raises FunctionFault: empty or over 200 characters."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_FUNCTION:
        raise FunctionFault
    return text


def is_answered(answers: Mapping[str, Answer], question: Question) -> bool:
    """Whether the question, or the one it is the same as, has a level, *not applicable* or *unknown*."""
    answer = answers.get(question.answer_id)
    return answer is not None and answer.state is not AnswerState.NONE_YET


def list_open(answers: Mapping[str, Answer], questions: Iterable[Question]) -> list[Question]:
    """The questions without an answer; one that repeats another is open at the other's place alone."""
    return [q for q in questions if q.same_as is None and not is_answered(answers, q)]


def move(
    assessment: Assessment,
    to: AssessmentState,
    action: str,
    *,
    by: User,
    note: str | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> AuditEntry:
    """Put the assessment into another state; gives the entry of the record that says so, with the facts.

    :raises MoveRefused: it is in a state that this step does not start from.
    """
    if to not in MOVES[assessment.state]:
        raise MoveRefused
    before, assessment.state, assessment.review_note = assessment.state, to, note
    return record(
        f"assessment.{action}",
        subject_of(assessment),
        by=by.id,
        facts={"from": before.value, "to": to.value} | dict(facts or {}),
    )


def submit(assessment: Assessment, *, by: User, signed_by: str | None = None) -> Submission:
    """Freeze the answers and hand them in. A second press gives the first one's submission.

    Where it was reviewed before, the answers that were accepted and did not change stay looked at.

    `signed_by` is the function that declares the answers, by default the office of the account.

    The assessment must be locked.

    :raises NotAllowed: not this country's focal point.
    :raises AssessmentClosed: its cycle is not open.
    :raises DeadlinePassed: the country's deadline is over, and nothing was submitted before.
    :raises AssessmentIncomplete: naming the open questions.
    :raises FunctionFault: the function is empty or over 200 characters.
    """
    latest = find_submission(assessment)
    if assessment.state is S.SUBMITTED and latest is not None and latest.submitted_by_id == by.id:
        return latest
    require(Action.SUBMIT, assessment, by)
    require_open(assessment)
    if assessment.is_late(now()):
        raise DeadlinePassed(assessment)
    framework = get_framework(assessment.cycle.framework_version)
    answers = list_answers(assessment)
    _require_complete(answers, framework)
    function = check_function(by.office if signed_by is None else signed_by)
    submission = add_submission(
        assessment,
        framework,
        to_scoring(answers, framework),
        revision=latest.revision + 1 if latest else 1,
        moment=now(),
        by=by,
        office=by.office,
        signed_by_function=function,
        since_last_cycle=list_since_last_cycle(answers),
        files=list_files(answers),
    )
    facts: dict[str, Fact] = {"revision": submission.revision, "sha256": submission.sha256}
    if latest is not None and (kept := keep_marks(latest, submission)):
        facts["marks_kept"] = kept
    entry = move(assessment, S.SUBMITTED, "submit", by=by, facts=facts)
    db.session.flush()
    post_receipt(assessment, submission, by, record_hash=entry.hash)
    if latest is None:
        post_views_readable(assessment, key=f"parallel/{entry.sequence}")
    return submission


def _require_complete(answers: Mapping[str, Answer], framework: Framework) -> None:
    """:raises AssessmentIncomplete: naming the open questions."""
    missing = list_open(answers, framework.questions.values())
    if missing:
        raise AssessmentIncomplete([question.id for question in missing])


def add_submission(
    assessment: Assessment,
    framework: Framework,
    answers: Answers,
    *,
    revision: int,
    moment: datetime,
    by: User | None,
    office: str,
    signed_by_function: str | None = None,
    since_last_cycle: Mapping[str, Mapping[str, object]] | None = None,
    files: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
) -> Submission:
    """Freeze the answers of an assessment into a submission, under the hash of the country's one before."""
    frozen = freeze(
        framework,
        answers,
        cycle=assessment.cycle,
        country=assessment.country_code,
        revision=revision,
        previous=_previous_hash(assessment),
        submitted_at=moment,
        office=office,
        signed_by_function=signed_by_function,
        since_last_cycle=since_last_cycle,
        files=files,
    )
    submission = Submission(
        assessment_id=assessment.id,
        revision=revision,
        submitted_at=moment,
        submitted_by_id=by.id if by else None,
        signed_by_function=signed_by_function or office,
        sha256=frozen.sha256,
        method=frozen.method,
        body=frozen.body,
        scores=frozen.scores,
    )
    db.session.add(submission)
    return submission


def latest_revision(assessment_id: int | SQLColumnExpression[int]) -> ScalarSelect[int]:
    """The revision of an assessment's latest submission, as a part of a query; null before the first.

    `assessment_id` is the assessment's, or the column that holds it in the query around.
    """
    later = aliased(Submission)
    return select(func.max(later.revision)).where(later.assessment_id == assessment_id).scalar_subquery()


def find_submission(assessment: Assessment, *, with_body: bool = False) -> Submission | None:
    """The latest submission of an assessment, None before the first."""
    query = select(Submission).where(
        Submission.assessment_id == assessment.id, Submission.revision == latest_revision(assessment.id)
    )
    if with_body:
        query = query.options(undefer(Submission.body))
    return db.session.scalars(query).one_or_none()


def find_shown_submission(assessment: Assessment, *, sees_drafts: bool) -> Submission | None:
    """The submission, with its body, that a person reads; None where it is the draft that they see."""
    if assessment.state is S.DRAFT or (assessment.state is S.RETURNED and sees_drafts):
        return None
    return find_submission(assessment, with_body=True)


def list_shown_answers(assessment: Assessment, *, sees_drafts: bool) -> dict[str, Answer]:
    """The answers for a person who may see them.

    While a country mends what came back to it, all others keep seeing what was submitted.
    """
    if assessment.state is not S.RETURNED or sees_drafts:
        return list_answers(assessment)
    latest = find_shown_submission(assessment, sees_drafts=sees_drafts)
    return thaw(latest, get_framework(assessment.cycle.framework_version)) if latest else {}


def _previous_hash(assessment: Assessment) -> str | None:
    """The hash of the country's submission before this one, of whichever cycle.

    The country is locked, so that two cycles handed in at once do not both follow the same one.
    """
    country = select(Country.code).where(Country.code == assessment.country_code)
    db.session.execute(country.with_for_update())
    query = (
        select(Submission.sha256)
        .join(Submission.assessment)
        .where(Assessment.country_code == assessment.country_code)
        .order_by(Submission.id.desc())  # not by time: a clock may have been put back
    )
    return db.session.scalars(query.limit(1)).one_or_none()


def return_submission(assessment: Assessment, note: str, *, by: User) -> None:
    """Send it back to the country, with what to mend: a note, or marks that ask for something.

    :raises NotAllowed: no coordinator, or nothing was submitted.
    :raises NoteMissing: neither a note nor such a mark.
    :raises NoteTooLong: over 4,000 characters.
    """
    require(Action.REVIEW, assessment, by)
    is_asked = _count_asked(assessment) > 0
    words = _checked_note(note) if note.strip() or not is_asked else None
    entry = move(assessment, S.RETURNED, "return", by=by, note=words)
    post_return(assessment, key=f"returned/{entry.sequence}")


def _count_asked(assessment: Assessment) -> int:
    """How many marks on the latest submission ask for something."""
    query = select(func.count()).where(
        ReviewMark.assessment_id == assessment.id,
        ReviewMark.revision == latest_revision(assessment.id),
        ReviewMark.verdict == Verdict.ASK,
    )
    return db.session.scalar(query) or 0


def reopen(assessment: Assessment, note: str, *, by: User) -> None:
    """Let the country change what was accepted or published; the old submission stays.

    :raises NotAllowed: no coordinator, or it was not accepted yet.
    :raises NoteMissing: no word on why.
    :raises NoteTooLong: over 4,000 characters.
    """
    require(Action.REOPEN, assessment, by)
    was_public = assessment.state is S.PUBLISHED
    entry = move(assessment, S.RETURNED, "reopen", by=by, note=_checked_note(note))
    post_return(assessment, was_public=was_public, key=f"returned/{entry.sequence}")
    if was_public:
        post_no_longer_beside(assessment, key=f"returned/{entry.sequence}")


def _checked_note(note: str) -> str:
    note = stripped(note)
    if not note:
        raise NoteMissing
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong
    return note


def accept(assessment: Assessment, *, by: User) -> None:
    """:raises NotAllowed: no coordinator, or nothing was submitted."""
    require(Action.REVIEW, assessment, by)
    entry = move(assessment, S.ACCEPTED, "accept", by=by)
    assessment.accepted_at = now()  # from then on counts how long its history is kept
    post_accepted(assessment, key=f"accepted/{entry.sequence}")


def publish(assessment: Assessment, *, by: User) -> None:
    """:raises NotAllowed: no coordinator, or it was not accepted."""
    require(Action.PUBLISH, assessment, by)
    entry = move(assessment, S.PUBLISHED, "publish", by=by)
    post_published(assessment, key=f"published/{entry.sequence}")
    post_beside_published(assessment, key=f"published/{entry.sequence}")


def withdraw(assessment: Assessment, *, by: User) -> None:
    """Take a published page down; it stays accepted.

    :raises NotAllowed: no coordinator, or it is not published.
    """
    require(Action.WITHDRAW, assessment, by)
    entry = move(assessment, S.ACCEPTED, "withdraw", by=by)
    post_withdrawn(assessment, key=f"withdrawn/{entry.sequence}")
    post_no_longer_beside(assessment, key=f"withdrawn/{entry.sequence}")
