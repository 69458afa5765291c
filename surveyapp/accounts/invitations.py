"""Inviting people to a role by a link that works once, and accepting it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import joinedload

from surveyapp.accounts import service
from surveyapp.accounts.errors import AccountFault, AlreadyInvited, LinkGone, TooManyLetters
from surveyapp.accounts.letters import take_invitation_back
from surveyapp.accounts.models import Invitation, Role, User
from surveyapp.accounts.permissions import may_invite
from surveyapp.audit.service import record
from surveyapp.database import db, now
from surveyapp.refusals import NotAllowed, NotFound

VALID_FOR = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=10)  # the same person is not written to oftener
AN_HOUR = timedelta(hours=1)
MOST_BY_ONE_INVITER = 30  # in an hour
MOST_TO_ONE_ADDRESS = 5


class Standing(StrEnum):
    """What became of an invitation."""

    PENDING = "pending"
    EXPIRED = "expired"


def invite(
    email: str, office: str, role: Role, country: str | None, *, locale: str, by: User | None
) -> tuple[Invitation, str]:
    """Invite somebody; gives the invitation and the token of its link, which is kept nowhere else.

    Whether the address has an account makes no difference here: whoever opens the link finds out.

    :raises NotAllowed: this person may not give that role.
    :raises AccountFault: a wrong address, office, role, country or language.
    :raises AlreadyInvited: the same invitation waits.
    :raises TooManyLetters: 30 by one person or 5 to one address within an hour.
    """
    if by is not None and not may_invite(by, role, country):
        raise NotAllowed
    email = service.normalise_email(email)
    service.require_offered(locale)
    service.make_grant(role, country)  # refuses a country that does not go with the role
    _require_few(email, by)
    if find_pending(email, role, country) is not None:
        raise AlreadyInvited
    moment, token = now(), secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=service.digest(token),
        email=email,
        office=service.checked_office(office),
        role=role,
        country_code=country,
        locale=locale,
        invited_by_id=by.id if by else None,
        created_at=moment,
        sent_at=moment,
        expires_at=moment + VALID_FOR,
    )
    db.session.add(invitation)
    db.session.flush()
    facts = {"role": role.value, "country": country}
    record("invitation.add", _subject(invitation), by=by.id if by else None, facts=facts)
    return invitation, token


def _require_few(email: str, by: User | None) -> None:
    recent = select(func.count()).select_from(Invitation).where(Invitation.created_at > now() - AN_HOUR)
    limits = [(Invitation.email == email, MOST_TO_ONE_ADDRESS)]
    if by is not None:
        limits.append((Invitation.invited_by_id == by.id, MOST_BY_ONE_INVITER))
    for whose, most in limits:
        if (db.session.scalar(recent.where(whose)) or 0) >= most:
            raise TooManyLetters


def find_pending(email: str, role: Role, country: str | None) -> Invitation | None:
    query = select(Invitation).where(
        Invitation.email == email,
        Invitation.role == role,
        Invitation.country_code.is_not_distinct_from(country),
        *_is_valid(),
    )
    return db.session.scalars(query.limit(1)).one_or_none()


def _is_valid() -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now(),
    )


def list_open(roles: Collection[Role], country: str | None = None) -> list[Invitation]:
    """The invitations to these roles that were neither used nor withdrawn, newest first; of one country,
    or of all. Those that are too old stay in the list for 30 days.
    """
    query = (
        select(Invitation)
        .where(
            Invitation.role.in_(roles),
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now() - timedelta(days=30),
        )
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    )
    if country is not None:
        query = query.where(Invitation.country_code == country)
    return list(db.session.scalars(query))


def standing_of(invitation: Invitation) -> Standing:
    return Standing.PENDING if invitation.expires_at > now() else Standing.EXPIRED


def get_open(number: int, country: str | None = None, *, by: User) -> Invitation:
    """An invitation that this person may withdraw or send again; of that country, where one is given.

    :raises NotFound: there is none, or it is somebody else's to decide on.
    """
    query = select(Invitation).where(Invitation.id == number).with_for_update()
    invitation = db.session.scalar(query)
    if invitation is None or not may_invite(by, invitation.role, invitation.country_code):
        raise NotFound
    if country is not None and invitation.country_code != country:
        raise NotFound
    if invitation.used_at or invitation.withdrawn_at:
        raise LinkGone(gettext("This invitation was accepted or withdrawn in the meantime."))
    return invitation


def withdraw(invitation: Invitation, *, by: User) -> None:
    """Make its link worth nothing, also for whoever has it open. The invitation must be locked."""
    invitation.withdrawn_at = now()
    take_invitation_back(invitation)
    record("invitation.withdraw", _subject(invitation), by=by.id)


def renew(invitation: Invitation, *, by: User) -> str:
    """Give it a new link for another 7 days; the old one is worth nothing. Gives the token.

    :raises TooManyLetters: the last one went out less than 10 minutes ago.
    """
    moment = now()
    if invitation.sent_at > moment - AGAIN_AFTER:
        raise TooManyLetters(
            gettext("This invitation was sent less than 10 minutes ago. Wait a while, then send it again.")
        )
    take_invitation_back(invitation)
    token = secrets.token_urlsafe(32)
    invitation.token_hash = service.digest(token)
    invitation.sent_at, invitation.expires_at = moment, moment + VALID_FOR
    record("invitation.renew", _subject(invitation), by=by.id)
    return token


def get_invited(token: str) -> Invitation:
    """The invitation whose link this is, with who sent it.

    :raises LinkGone: used, too old, withdrawn, or no link at all.
    """
    query = (
        select(Invitation)
        .where(Invitation.token_hash == service.digest(token), *_is_valid())
        .options(joinedload(Invitation.invited_by))
    )
    invitation = db.session.scalar(query)
    if invitation is None:
        raise LinkGone
    return invitation


def accept_anew(invitation: Invitation, office: str, password: str, *, locale: str) -> User:
    """Make the account of whoever accepts, and begin a session.

    :raises LinkGone: somebody was faster, or it was withdrawn while the page was open.
    :raises AccountFault: a bad office or password, or the address has an account by now.
    """
    _use(invitation)
    roles = [(invitation.role, invitation.country_code)]
    user = service.add_user(invitation.email, office, roles, password=password, locale=locale, by=None)
    record("invitation.accept", _subject(invitation), by=user.id)
    service.begin_session(user)
    return user


def accept_as(invitation: Invitation, user: User) -> None:
    """Add the role to the account that the address has already.

    :raises LinkGone: as above.
    :raises AccountFault: it is signed in with another address, or works for the government and would now
        give an NGO's view of the same country, or the other way round.
    """
    if user.email != invitation.email:
        raise AccountFault(gettext("This invitation is for another address. Sign in with that one."))
    _use(invitation)
    if not user.has_role(invitation.role, invitation.country_code):
        held = [(grant.role, grant.country_code) for grant in user.grants]
        service.require_apart([*held, (invitation.role, invitation.country_code)])
        grant = service.make_grant(invitation.role, invitation.country_code)
        grant.user_id = user.id
        db.session.add(grant)
    record("invitation.accept", _subject(invitation), by=user.id)
    db.session.flush()


def _use(invitation: Invitation) -> None:
    """Take the one use that the link has; of several at once one gets it."""
    used = (
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.token_hash == invitation.token_hash, *_is_valid())
        .values(used_at=now())
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(used).first() is None:
        raise LinkGone


def _subject(invitation: Invitation) -> str:
    return f"invitation/{invitation.id}"
