"""Who may do what with an assessment, and which objectives or questions of it were delegated to whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from surveyapp.accounts.models import Role, User
from surveyapp.accounts.permissions import Action, Relation, allows, relations
from surveyapp.assessments.delegation_models import DelegatedQuestion, Delegation, PartState
from surveyapp.assessments.errors import (
    AssessmentClosed,
    NotDelegated,
    NotTheirs,
    PartHandedOver,
    QuestionNotDelegated,
)
from surveyapp.assessments.models import Assessment, AssessmentState
from surveyapp.assessments.shares import WHOLE, Share, Shares, collect_shares
from surveyapp.database import db, now
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotAllowed, NotAllowedNow

WRITABLE = (AssessmentState.DRAFT, AssessmentState.RETURNED)


def may(action: Action, assessment: Assessment, user: User | None, *, is_delegated: bool = False) -> bool:
    """Whether the table of permissions allows the action to this user here and now."""
    held = relations(user, assessment.country_code, is_delegated=is_delegated)
    return allows(action, held, assessment.state)


def require(action: Action, assessment: Assessment, user: User, *, is_delegated: bool | None = None) -> None:
    """Let pass who may do it; `is_delegated` is None where it is about no single objective.

    :raises NotAllowed: the table of permissions refuses it.
    :raises NotAllowedNow: in this state; it would be allowed in another.
    :raises NotTheirs: to a contributor to whom the objective or question is not delegated.
    """
    country = assessment.country_code
    held = relations(user, country, is_delegated=bool(is_delegated))
    if allows(action, held, assessment.state):
        return
    if _allows_ever(action, held):
        raise NotAllowedNow
    is_theirs_once = is_delegated is False and user.has_role(Role.CONTRIBUTOR, country)
    if is_theirs_once and _allows_ever(action, relations(user, country, is_delegated=True)):
        raise NotTheirs
    raise NotAllowed


def _allows_ever(action: Action, held: Collection[Relation]) -> bool:
    return any(allows(action, held, state) for state in AssessmentState)


def find_shares(assessment: Assessment, user: User) -> Shares:
    """What of this assessment was delegated to this user."""
    if not user.has_role(Role.CONTRIBUTOR, assessment.country_code):
        return {}
    query = (
        select(Delegation.objective_id, DelegatedQuestion.question_id)
        .outerjoin(Delegation.named)
        .where(Delegation.assessment_id == assessment.id, Delegation.user_id == user.id)
    )
    return collect_shares(
        (objective_id, question_id) for objective_id, question_id in db.session.execute(query)
    )


def find_delegated(assessment: Assessment, user: User) -> frozenset[str]:
    """The objectives of this assessment that were delegated to this user as a whole: only then do they see
    its scores before everybody does, for the answers to other questions could be made out of a score.
    """
    return frozenset(o for o, only in find_shares(assessment, user).items() if only == WHOLE)


def list_parts(assessment: Assessment, objective_id: str | None = None, *, by: User) -> list[Delegation]:
    """To whom one objective, or each, is delegated, with accounts; nothing for people of other countries."""
    if assessment.country_code not in by.countries:
        return []
    query = (
        select(Delegation)
        .where(Delegation.assessment_id == assessment.id)
        .options(joinedload(Delegation.user), joinedload(Delegation.named))
        .order_by(Delegation.id)
    )
    if objective_id is not None:
        query = query.where(Delegation.objective_id == objective_id)
    return list(db.session.scalars(query).unique())


def list_openable(assessment: Assessment, framework: Framework, *, by: User) -> Shares:
    """The objectives, or questions of them, whose answers this user may see now."""

    def may_open(is_delegated: bool) -> bool:
        seen_by = (Action.VIEW_DRAFT_ANSWERS, Action.VIEW_COMMENTS)
        return any(may(action, assessment, by, is_delegated=is_delegated) for action in seen_by)

    if may_open(False):
        return dict.fromkeys((objective.id for objective in framework.objectives), WHOLE)
    return find_shares(assessment, by) if may_open(True) else {}


class Access(StrEnum):
    """What somebody may do with the answers of one objective, now."""

    EDIT = "edit"
    READ_DRAFT = "read_draft"  # as they are
    READ_FROZEN = "read_frozen"  # as they were submitted


def find_own(parts: Sequence[Delegation], user: User, country: str) -> Delegation | None:
    """What is delegated to this user of an objective; None for a focal point, who answers everything."""
    if not user.has_role(Role.CONTRIBUTOR, country) or user.has_role(Role.FOCAL_POINT, country):
        return None
    return next((part for part in parts if part.user_id == user.id), None)


def require_readable(assessment: Assessment, parts: Sequence[Delegation], *, by: User) -> Access:
    """What this user may do with an objective that was delegated as `parts` say.

    :raises NotAllowed: not even read.
    :raises NotTheirs: nor by a contributor to whom it is not delegated.
    """
    own = find_own(parts, by, assessment.country_code)
    is_delegated = own is not None
    at_work = own is None or own.state is PartState.WORKING
    may_edit = at_work and may(Action.EDIT_ANSWERS, assessment, by, is_delegated=is_delegated)
    if may_edit and assessment.is_open(now()):
        return Access.EDIT
    if may(Action.VIEW_DRAFT_ANSWERS, assessment, by, is_delegated=is_delegated):
        return Access.READ_DRAFT
    require(Action.VIEW_COMMENTS, assessment, by, is_delegated=is_delegated)
    return Access.READ_FROZEN


def find_limit(parts: Sequence[Delegation], user: User, country: str) -> Share:
    """The only questions of an objective that this user has to do with; empty: all of them."""
    own = find_own(parts, user, country)
    return own.share if own is not None else WHOLE


def require_editable(
    assessment: Assessment, parts: Sequence[Delegation], questions: Collection[str], *, by: User
) -> None:
    """Let pass who may answer these questions of an objective that was delegated as `parts` say.

    :raises NotAllowed: not this person, in no state.
    :raises NotDelegated: a contributor of the country, but not for this objective.
    :raises QuestionNotDelegated: one who was given single questions, and not all of these.
    :raises PartHandedOver: a contributor who has marked it as ready, or from whom it was taken over.
    :raises AssessmentClosed: this person, but not now.
    """
    own = find_own(parts, by, assessment.country_code)
    held = relations(by, assessment.country_code, is_delegated=own is not None)
    if not any(allows(Action.EDIT_ANSWERS, held, state) for state in WRITABLE):
        is_contributor = by.has_role(Role.CONTRIBUTOR, assessment.country_code)
        raise NotDelegated if is_contributor else NotAllowed
    if own is not None and not all(own.covers(question_id) for question_id in questions):
        raise QuestionNotDelegated
    require_open(assessment)
    if own is not None and own.state is not PartState.WORKING:
        raise PartHandedOver


def require_open(assessment: Assessment) -> None:
    """:raises AssessmentClosed: it was submitted, or its cycle is not open today, where the country is."""
    if assessment.state not in WRITABLE or not assessment.is_open(now()):
        raise AssessmentClosed
