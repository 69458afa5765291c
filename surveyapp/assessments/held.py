"""What assessments hold about people: who gave, said, marked and handed in what.

The rows stay when somebody leaves, under the office; delegations alone go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from surveyapp.accounts.errors import CannotBeSpared
from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import find_shares, may
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    AssessmentState,
    Cycle,
    OtherAnswer,
    Remark,
    ReviewMark,
    Submission,
    WordingRevision,
)
from surveyapp.assessments.service import Kept
from surveyapp.assessments.shares import Shares, covers
from surveyapp.database import db, now
from surveyapp.held import Holding, Json, Leaver, Person, as_utc
from surveyapp.web.countries import country_name

A = Action
DECIDED = (AssessmentState.ACCEPTED, AssessmentState.PUBLISHED)


@dataclass(slots=True)
class Reader:
    """What a person may still read of each assessment; each is looked up once."""

    user: User
    _delegated: dict[int, Shares] = field(default_factory=dict)
    _objectives: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def may(self, action: Action, assessment: Assessment, question_id: str) -> bool:
        if assessment.id not in self._delegated:
            self._delegated[assessment.id] = find_shares(assessment, self.user)
        objective = self._objectives_of(assessment.cycle).get(question_id, "")
        is_delegated = covers(self._delegated[assessment.id], objective, question_id)
        return may(action, assessment, self.user, is_delegated=is_delegated)

    def _objectives_of(self, cycle: Cycle) -> Mapping[str, str]:
        """The objective of each question."""
        if cycle.id not in self._objectives:
            self._objectives[cycle.id] = {
                question.id: objective.id
                for objective, questionnaire in get_framework(cycle.framework_version).pairs()
                for question in questionnaire.questions
            }
        return self._objectives[cycle.id]


def export(person: Person) -> dict[str, Json]:
    """Where the person may not read a text any more, the row stands without it and says so."""
    reader = Reader(db.session.get_one(User, person.id, options=[selectinload(User.grants)]))
    return {
        "objectives_given_to_you": _delegations(person),
        "answers_that_you_gave_last": _answers(Answer, reader),
        "versions_of_answers_that_you_gave": _answers(AnswerRevision, reader),
        "answers_of_yours_kept_beside_others": _answers(OtherAnswer, reader),
        "remarks_that_you_wrote": _remarks(reader),
        "remarks_that_you_resolved": _resolved(person),
        "review_marks_that_you_made": _marks(reader),
        "submissions_that_you_handed_in": _submissions(person),
        "wording_revisions_that_you_applied": _revisions(person),
    }


def _assessments() -> Any:
    return select(Assessment).options(joinedload(Assessment.cycle).joinedload(Cycle.framework_version))


def _with_assessments(rows: Iterable[Any]) -> list[tuple[Any, Assessment]]:
    """Each row with its assessment, whose cycle is loaded."""
    rows = list(rows)
    ids = {row.assessment_id for row in rows}
    found = {a.id: a for a in db.session.scalars(_assessments().where(Assessment.id.in_(ids)))}
    return [(row, found[row.assessment_id]) for row in rows]


def _place(assessment: Assessment, question_id: str | None = None) -> dict[str, Json]:
    place: dict[str, Json] = {"cycle": assessment.cycle.year, "country": assessment.country_code}
    return place | {"question": question_id} if question_id else place


def _told(is_readable: bool, content: dict[str, Json]) -> dict[str, Json]:
    if is_readable:
        return {"content": content}
    return {"content": None, "why_no_content": "Your roles do not let you read it any more."}


def _delegations(person: Person) -> list[Json]:
    rows = db.session.scalars(
        select(Delegation)
        .where(Delegation.user_id == person.id)
        .options(selectinload(Delegation.named))
        .order_by(Delegation.id)
    )
    return [
        {
            **_place(assessment),
            "objective": row.objective_id,
            "only_these_questions": sorted(row.share),
            "state": row.state.value,
            "changed_at": as_utc(row.moved_at),
            "what_to_mend": row.note,
        }
        for row, assessment in _with_assessments(rows)
    ]


def _answers(model: type[Kept], reader: Reader) -> list[Json]:
    """What was given to questions: an answer, an earlier version of one, or one kept beside."""
    query = select(model).where(model.changed_by_id == reader.user.id).order_by(model.id)
    rows: list[Any] = list(db.session.scalars(query))
    ids = {row.id if model is Answer else row.answer_id for row in rows}
    answers = db.session.scalars(select(Answer).where(Answer.id.in_(ids)))
    found = {answer.id: (answer, assessment) for answer, assessment in _with_assessments(answers)}
    exported: list[Json] = []
    for row in rows:
        answer, assessment = found[row.id if model is Answer else row.answer_id]
        is_readable = reader.may(A.VIEW_DRAFT_ANSWERS, assessment, answer.question_id)
        exported.append(
            {
                **_place(assessment, answer.question_id),
                "version": row.version,
                "given_at": as_utc(row.changed_at),
                **_told(is_readable, _content(row)),
            }
        )
    return exported


def _content(row: Kept) -> dict[str, Json]:
    return {
        "kind": row.state.value,
        "level": row.level,
        "reason": row.reason,
        "comment": row.comment,
        "figure": row.measure_value,
        "year_of_the_figure": row.measure_year,
        "source_of_the_figure": row.measure_source,
        "confirmed_as_unchanged": row.is_confirmed,
        "changed_because": row.changed_because,
    }


def _remarks(reader: Reader) -> list[Json]:
    query = select(Remark).where(Remark.written_by_id == reader.user.id).order_by(Remark.id)
    return [
        {
            **_place(assessment, row.question_id),
            "written_at": as_utc(row.written_at),
            "office": row.office,
            **_told(reader.may(A.VIEW_HISTORY, assessment, row.question_id), {"text": row.text}),
        }
        for row, assessment in _with_assessments(db.session.scalars(query))
    ]


def _resolved(person: Person) -> list[Json]:
    query = select(Remark).where(Remark.resolved_by_id == person.id).order_by(Remark.id)
    return [
        {**_place(assessment, row.question_id), "resolved_at": as_utc(row.resolved_at)}
        for row, assessment in _with_assessments(db.session.scalars(query))
    ]


def _marks(reader: Reader) -> list[Json]:
    query = select(ReviewMark).where(ReviewMark.marked_by_id == reader.user.id).order_by(ReviewMark.id)
    return [
        {
            **_place(assessment, row.question_id),
            "revision": row.revision,
            "marked_at": as_utc(row.marked_at),
            **_told(
                reader.may(A.VIEW_REVIEW_NOTES, assessment, row.question_id),
                {"verdict": row.verdict.value, "remark": row.remark},
            ),
        }
        for row, assessment in _with_assessments(db.session.scalars(query))
    ]


def _submissions(person: Person) -> list[Json]:
    query = select(Submission).where(Submission.submitted_by_id == person.id).order_by(Submission.id)
    return [
        {
            **_place(assessment),
            "revision": row.revision,
            "handed_in_at": as_utc(row.submitted_at),
            "signed_by_function": row.signed_by_function,
            "sha256": row.sha256,
        }
        for row, assessment in _with_assessments(db.session.scalars(query))
    ]


def _revisions(person: Person) -> list[Json]:
    query = (
        select(WordingRevision, Cycle.year)
        .join(Cycle, Cycle.id == WordingRevision.cycle_id)
        .where(WordingRevision.applied_by_id == person.id)
        .order_by(WordingRevision.id)
    )
    return [
        {
            "cycle": year,
            "number": row.number,
            "language": row.locale,
            "applied_at": as_utc(row.applied_at),
            "note": row.note,
        }
        for row, year in db.session.execute(query)
    ]


def require_spared(leaver: Leaver) -> None:
    """A country that is answering keeps a focal point: who would go as the last one, stays until another is
    there. Of two who leave at once, the second sees that the first has left.

    :raises CannotBeSpared: naming the country.
    """
    codes = sorted(country for role, country in leaver.roles if role == Role.FOCAL_POINT and country)
    for code in codes:
        answers_for = (RoleGrant.role == Role.FOCAL_POINT) & (RoleGrant.country_code == code)
        db.session.execute(select(RoleGrant.id).where(answers_for).order_by(RoleGrant.id).with_for_update())
        others = select(User.id).where(User.is_active, User.id != leaver.id, User.grants.any(answers_for))
        if db.session.scalar(others.limit(1)) is None and _is_answering(code):
            raise CannotBeSpared(_words_for_last(code, is_own_wish=leaver.is_own_wish))


def _is_answering(country: str) -> bool:
    """Whether a cycle is open that the country has not finished."""
    query = _assessments().options(joinedload(Assessment.country))
    query = query.where(Assessment.country_code == country, Assessment.state.not_in(DECIDED))
    return any(assessment.is_open(now()) for assessment in db.session.scalars(query))


def _words_for_last(country: str, *, is_own_wish: bool) -> str:
    name = country_name(country)
    if is_own_wish:
        return gettext(
            "You are the only focal point of %(country)s, whose cycle is open. Ask the regional secretariat "
            "to invite another one; once they have accepted, you can go.",
            country=name,
        )
    return gettext(
        "This is the only focal point of %(country)s, whose cycle is open. Invite another one first; once "
        "they have accepted, this one can go. To keep this one out until then, close the account.",
        country=name,
    )


def forget_roles(leaver: Leaver) -> None:
    """Take back the objectives that they were given for the countries that they leave."""
    codes = [country for role, country in leaver.roles if role == Role.CONTRIBUTOR]
    in_these = select(Assessment.id).where(Assessment.country_code.in_(codes))
    db.session.execute(
        delete(Delegation)
        .where(Delegation.user_id == leaver.id, Delegation.assessment_id.in_(in_these))
        .execution_options(synchronize_session=False)
    )


def forget(leaver: Leaver) -> None:
    """Take back whatever they were given, by whichever role."""
    db.session.execute(
        delete(Delegation).where(Delegation.user_id == leaver.id).execution_options(synchronize_session=False)
    )


HOLDING = Holding(
    sections={
        "delegation.user_id": "objectives_given_to_you",
        "answer.changed_by_id": "answers_that_you_gave_last",
        "answer_revision.changed_by_id": "versions_of_answers_that_you_gave",
        "other_answer.changed_by_id": "answers_of_yours_kept_beside_others",
        "remark.written_by_id": "remarks_that_you_wrote",
        "remark.resolved_by_id": "remarks_that_you_resolved",
        "review_mark.marked_by_id": "review_marks_that_you_made",
        "submission.submitted_by_id": "submissions_that_you_handed_in",
        "wording_revision.applied_by_id": "wording_revisions_that_you_applied",
    },
    export=export,
    require_spared=require_spared,
    forget_roles=forget_roles,
    forget=forget,
)
