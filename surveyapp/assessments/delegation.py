"""Who answers what: giving objectives and single questions to contributors, taking them back, inviting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager, joinedload

from surveyapp.accounts import invitations
from surveyapp.accounts.errors import AccountFault
from surveyapp.accounts.letters import post_invitation
from surveyapp.accounts.models import Invitation, Role, RoleGrant, User
from surveyapp.accounts.permissions import Action
from surveyapp.accounts.service import find_user, normalise_email
from surveyapp.assessments.access import require, require_open
from surveyapp.assessments.delegation_letters import post_delegation
from surveyapp.assessments.delegation_models import (
    DelegatedQuestion,
    Delegation,
    InvitedObjective,
    InvitedQuestion,
    PartState,
)
from surveyapp.assessments.errors import NothingDelegated
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.letters import titles
from surveyapp.assessments.models import Assessment, Cycle
from surveyapp.assessments.service import subject_of
from surveyapp.assessments.shares import (
    WHOLE,
    Change,
    Choice,
    Share,
    Shares,
    change_share,
    collect_shares,
    merge,
)
from surveyapp.audit.service import Fact, record
from surveyapp.database import db
from surveyapp.refusals import NotFound
from surveyapp.web.locale import speaking


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who may be given parts of one assessment, and which ones are theirs now."""

    user: User
    shares: Shares

    @property
    def objectives(self) -> list[str]:
        """Those that are given as a whole."""
        return [objective_id for objective_id, only in self.shares.items() if only == WHOLE]


def list_contributors(assessment: Assessment) -> list[Contributor]:
    """The contributors of the assessment's country with an open account, by office."""
    query = (
        select(User)
        .where(User.is_active, User.grants.any(_contributes_to(assessment.country_code)))
        .order_by(User.office, User.id)
    )
    delegations = (
        select(Delegation.user_id, Delegation.objective_id, DelegatedQuestion.question_id)
        .outerjoin(Delegation.named)
        .where(Delegation.assessment_id == assessment.id)
    )
    rows: dict[int, list[tuple[str, str | None]]] = {}
    for user_id, objective_id, question_id in db.session.execute(delegations):
        rows.setdefault(user_id, []).append((objective_id, question_id))
    return [Contributor(user, collect_shares(rows.get(user.id, ()))) for user in db.session.scalars(query)]


def _contributes_to(country: str) -> ColumnElement[bool]:
    return (RoleGrant.role == Role.CONTRIBUTOR) & (RoleGrant.country_code == country)


def get_contributor(assessment: Assessment, user_id: int) -> User:
    """:raises NotFound: no contributor of the assessment's country with an open account."""
    who = User.grants.any(_contributes_to(assessment.country_code))
    contributor = db.session.scalar(select(User).where(User.id == user_id, User.is_active, who))
    if contributor is None:
        raise NotFound
    return contributor


NOTHING = Choice()


def change_delegation(
    assessment: Assessment, user_id: int, *, added: Choice, removed: Choice = NOTHING, by: User
) -> None:
    """Give objectives or single questions to one contributor and take others back; writes to them about what
    is new.

    The assessment must be locked, so that a save under way is kept whole or refused.

    :raises NotAllowed: no focal point of the country, or it was handed in.
    :raises AssessmentClosed: its cycle is not open.
    :raises NotFound: no contributor of this country, no such objective, or no such question that is asked.
    """
    require(Action.DELEGATE, assessment, by)
    require_open(assessment)
    framework = get_framework(assessment.cycle.framework_version)
    give, take = added.of(framework), removed.of(framework)
    contributor = get_contributor(assessment, user_id)
    held = _list_held(assessment, contributor)
    changes = []
    for objective_id in sorted({*give, *take}):
        before = held[objective_id].share if objective_id in held else None
        after = change_share(before, give.get(objective_id), take.get(objective_id))
        if after != before:
            changes.append(Change(objective_id, before, after))
            _give(assessment, contributor, objective_id, after, held.get(objective_id))
    db.session.flush()
    if changes:
        new = {change.objective_id: change.new for change in changes if change.new is not None}
        gone = {change.objective_id: change.gone for change in changes if change.gone is not None}
        facts: dict[str, Fact] = {"user": contributor.id, "added": _ids(new), "removed": _ids(gone)}
        entry = record("delegation.change", subject_of(assessment), by=by.id, facts=facts)
        if new:
            post_delegation(assessment, contributor, new, by.office, key=f"delegation/{entry.sequence}")


def _ids(shares: Shares) -> str:
    """Whole objectives and single questions by their ids, for the record."""
    return " ".join(one for objective_id, only in shares.items() for one in sorted(only) or [objective_id])


def _list_held(assessment: Assessment, user: User) -> dict[str, Delegation]:
    """What is delegated to somebody now, by objective."""
    query = (
        select(Delegation)
        .where(Delegation.assessment_id == assessment.id, Delegation.user_id == user.id)
        .options(joinedload(Delegation.named))
    )
    return {row.objective_id: row for row in db.session.scalars(query).unique()}


def _give(
    assessment: Assessment, to: User, objective_id: str, share: Share | None, row: Delegation | None
) -> None:
    """Let a delegation be of this share. What is new begins at work, though the rest was ready."""
    if share is None:
        db.session.delete(row)
        return
    if row is None:
        row = Delegation(assessment_id=assessment.id, objective_id=objective_id, user_id=to.id, named=[])
        db.session.add(row)
    elif Change(objective_id, row.share, share).new is not None:
        row.state, row.moved_at, row.note = PartState.WORKING, None, None
    kept = [one for one in row.named if one.question_id in share]
    row.named = kept + [DelegatedQuestion(question_id=one) for one in sorted(share - row.share)]


def invite_contributor(
    assessment: Assessment, email: str, office: str, choice: Choice, *, locale: str, by: User
) -> tuple[Invitation, str] | None:
    """Invite somebody to answer what was chosen; gives the invitation and the token of its link.

    None: the address is that of a contributor of this country already, who is given it at once.
    Whether an address has an account elsewhere is not told: its owner accepts or not.

    :raises NotAllowed: no focal point of the country, or it was handed in.
    :raises AssessmentClosed: its cycle is not open.
    :raises NothingDelegated: nothing was chosen.
    :raises NotFound: no such objective, or no such question that is asked.
    :raises AccountFault: a wrong address or office, or the address of one who answers everything anyway.
    """
    require(Action.DELEGATE, assessment, by)
    require_open(assessment)
    shares = choice.of(get_framework(assessment.cycle.framework_version))
    if not shares:
        raise NothingDelegated
    country = assessment.country_code
    known = find_user(normalise_email(email))
    if known is not None and known.has_role(Role.FOCAL_POINT, country):
        raise AccountFault(gettext("This address belongs to a focal point of your country."))
    if known is not None and known.is_active and known.has_role(Role.CONTRIBUTOR, country):
        change_delegation(assessment, known.id, added=choice, by=by)
        return None
    invitation, token = invitations.invite(email, office, Role.CONTRIBUTOR, country, locale=locale, by=by)
    _keep_invited(assessment, invitation, shares)
    facts: dict[str, Fact] = {"invitation": invitation.id, "objectives": _ids(shares)}
    record("delegation.invite", subject_of(assessment), by=by.id, facts=facts)
    with speaking(locale):
        named = titles(assessment.cycle, shares)
    post_invitation(invitation, token, by.office, named)
    return invitation, token


def _keep_invited(assessment: Assessment, invitation: Invitation, shares: Shares) -> None:
    db.session.add_all(
        InvitedObjective(
            invitation_id=invitation.id,
            assessment_id=assessment.id,
            objective_id=objective_id,
            named=[InvitedQuestion(question_id=question_id) for question_id in sorted(only)],
        )
        for objective_id, only in shares.items()
    )
    db.session.flush()


def list_invited(invitation_ids: Collection[int]) -> dict[int, Shares]:
    """What goes with each invitation, by its number; where something does."""
    query = (
        select(InvitedObjective.invitation_id, InvitedObjective.objective_id, InvitedQuestion.question_id)
        .outerjoin(InvitedObjective.named)
        .where(InvitedObjective.invitation_id.in_(invitation_ids))
        .order_by(InvitedObjective.objective_id)
    )
    rows: dict[int, list[tuple[str, str | None]]] = {}
    for number, objective_id, question_id in db.session.execute(query):
        rows.setdefault(number, []).append((objective_id, question_id))
    return {number: collect_shares(given) for number, given in rows.items()}


def find_assessment_of(invitation: Invitation) -> Assessment | None:
    """The assessment that an invitation is about, None where it is about none; with its cycle."""
    ids = select(InvitedObjective.assessment_id).where(InvitedObjective.invitation_id == invitation.id)
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .join(Cycle.framework_version)
        .where(Assessment.id.in_(ids))
        .options(
            contains_eager(Assessment.cycle).contains_eager(Cycle.framework_version),
            contains_eager(Assessment.cycle).selectinload(Cycle.wordings),
        )
    )
    return db.session.scalars(query).unique().first()


def delegate_invited(invitation: Invitation, user: User) -> None:
    """Give whoever accepted what the invitation named, beside what they have. What was handed in meanwhile is
    given all the same: reading it is then all that it allows.
    """
    assessment = find_assessment_of(invitation)
    if assessment is None:
        return
    held = _list_held(assessment, user)
    for objective_id, only in list_invited([invitation.id])[invitation.id].items():
        row = held.get(objective_id)
        _give(assessment, user, objective_id, merge(row.share if row else None, only), row)
    db.session.flush()
