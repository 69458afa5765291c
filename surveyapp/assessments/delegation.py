"""Who answers which objective: giving objectives to contributors, taking them back, inviting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import contains_eager

from surveyapp.accounts import invitations
from surveyapp.accounts.errors import AccountFault
from surveyapp.accounts.letters import post_invitation
from surveyapp.accounts.models import Invitation, Role, RoleGrant, User
from surveyapp.accounts.permissions import Action
from surveyapp.accounts.service import find_user, normalise_email
from surveyapp.assessments.access import require, require_open
from surveyapp.assessments.delegation_models import Delegation, InvitedObjective
from surveyapp.assessments.errors import NothingDelegated
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.letters import post_delegation, titles
from surveyapp.assessments.models import Assessment, Cycle
from surveyapp.assessments.service import subject_of
from surveyapp.audit.service import Fact, record
from surveyapp.database import db
from surveyapp.refusals import NotFound
from surveyapp.web.locale import speaking


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who may be given objectives of one assessment, and which ones are theirs now."""

    user: User
    objectives: frozenset[str]


def list_contributors(assessment: Assessment) -> list[Contributor]:
    """The contributors of the assessment's country with an open account, by office."""
    query = (
        select(User)
        .where(User.is_active, User.grants.any(_contributes_to(assessment.country_code)))
        .order_by(User.office, User.id)
    )
    given: dict[int, set[str]] = {}
    delegations = select(Delegation.user_id, Delegation.objective_id).where(
        Delegation.assessment_id == assessment.id
    )
    for user_id, objective_id in db.session.execute(delegations):
        given.setdefault(user_id, set()).add(objective_id)
    return [Contributor(user, frozenset(given.get(user.id, ()))) for user in db.session.scalars(query)]


def _contributes_to(country: str) -> ColumnElement[bool]:
    return (RoleGrant.role == Role.CONTRIBUTOR) & (RoleGrant.country_code == country)


def change_delegation(
    assessment: Assessment, user_id: int, *, added: Collection[str], removed: Collection[str], by: User
) -> None:
    """Give objectives to one contributor and take others back; writes to them about what is new.

    The assessment must be locked, so that a save under way is kept whole or refused.

    :raises NotAllowed: no focal point of the country, or it was handed in.
    :raises AssessmentClosed: its cycle is not open.
    :raises NotFound: no contributor of this country, or no objective of this framework.
    """
    require(Action.DELEGATE, assessment, by)
    require_open(assessment)
    _require_objectives(assessment, added)
    who = User.grants.any(_contributes_to(assessment.country_code))
    contributor = db.session.scalar(select(User).where(User.id == user_id, User.is_active, who))
    if contributor is None:
        raise NotFound
    own = (Delegation.assessment_id == assessment.id, Delegation.user_id == contributor.id)
    held = set(db.session.scalars(select(Delegation.objective_id).where(*own)))
    new, gone = sorted(set(added) - held), sorted(set(removed) & held)
    if gone:
        db.session.execute(delete(Delegation).where(*own, Delegation.objective_id.in_(gone)))
    for objective_id in new:
        db.session.add(
            Delegation(assessment_id=assessment.id, objective_id=objective_id, user_id=contributor.id)
        )
    db.session.flush()
    if new or gone:
        facts = {"user": contributor.id, "added": " ".join(new), "removed": " ".join(gone)}
        entry = record("delegation.change", subject_of(assessment), by=by.id, facts=facts)
        if new:
            post_delegation(assessment, contributor, new, by.office, key=f"delegation/{entry.sequence}")


def _require_objectives(assessment: Assessment, ids: Collection[str]) -> None:
    known = {objective.id for objective in get_framework(assessment.cycle.framework_version).objectives}
    if not known.issuperset(ids):
        raise NotFound


def invite_contributor(
    assessment: Assessment, email: str, office: str, objectives: Sequence[str], *, locale: str, by: User
) -> tuple[Invitation, str] | None:
    """Invite somebody to answer these objectives; gives the invitation and the token of its link.

    None: the address is that of a contributor of this country already, who is given the objectives at once.
    Whether an address has an account elsewhere is not told: its owner accepts or not.

    :raises NotAllowed: no focal point of the country, or it was handed in.
    :raises AssessmentClosed: its cycle is not open.
    :raises NothingDelegated: no objective was chosen.
    :raises AccountFault: a wrong address or office, or the address of one who answers everything anyway.
    """
    require(Action.DELEGATE, assessment, by)
    require_open(assessment)
    _require_objectives(assessment, objectives)
    if not objectives:
        raise NothingDelegated
    country = assessment.country_code
    known = find_user(normalise_email(email))
    if known is not None and known.has_role(Role.FOCAL_POINT, country):
        raise AccountFault(gettext("This address belongs to a focal point of your country."))
    if known is not None and known.is_active and known.has_role(Role.CONTRIBUTOR, country):
        change_delegation(assessment, known.id, added=objectives, removed=(), by=by)
        return None
    invitation, token = invitations.invite(email, office, Role.CONTRIBUTOR, country, locale=locale, by=by)
    db.session.add_all(
        InvitedObjective(invitation_id=invitation.id, assessment_id=assessment.id, objective_id=one)
        for one in dict.fromkeys(objectives)
    )
    db.session.flush()
    facts: dict[str, Fact] = {"invitation": invitation.id, "objectives": " ".join(objectives)}
    record("delegation.invite", subject_of(assessment), by=by.id, facts=facts)
    with speaking(locale):
        named = titles(assessment.cycle, objectives)
    post_invitation(invitation, token, by.office, named)
    return invitation, token


def list_invited(invitation_ids: Collection[int]) -> dict[int, list[str]]:
    """The objectives that go with each invitation, by its number; where it has some."""
    found: dict[int, list[str]] = {}
    query = (
        select(InvitedObjective.invitation_id, InvitedObjective.objective_id)
        .where(InvitedObjective.invitation_id.in_(invitation_ids))
        .order_by(InvitedObjective.objective_id)
    )
    for number, objective_id in db.session.execute(query):
        found.setdefault(number, []).append(objective_id)
    return found


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
    """Give whoever accepted what the invitation named. What was handed in meanwhile is given all the same:
    reading it is then all that it allows.
    """
    query = select(InvitedObjective).where(InvitedObjective.invitation_id == invitation.id)
    for row in db.session.scalars(query).all():
        mine = (
            Delegation.assessment_id == row.assessment_id,
            Delegation.user_id == user.id,
            Delegation.objective_id == row.objective_id,
        )
        if db.session.scalar(select(Delegation.id).where(*mine)) is None:
            db.session.add(
                Delegation(assessment_id=row.assessment_id, objective_id=row.objective_id, user_id=user.id)
            )
    db.session.flush()
