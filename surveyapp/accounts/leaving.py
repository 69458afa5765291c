"""Closing an account and opening it again, taking a role back, removing an account for good."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from surveyapp.accounts.errors import CannotBeSpared
from surveyapp.accounts.models import Role, RoleGrant, SignedInSession, User
from surveyapp.accounts.permissions import may_invite, may_manage
from surveyapp.audit.service import record
from surveyapp.database import db, now
from surveyapp.held import Leaver, list_holdings
from surveyapp.refusals import NotAllowed, NotFound


def get_account(number: int, *, by: User) -> User:
    """An account that this person knows of: one with a role that they may give, or their own.

    :raises NotFound: there is none, it was removed, or it is not for this person to know.
    """
    user = _find(number)
    if user is None or not (
        user.id == by.id
        or may_manage(by, user)
        or any(may_invite(by, grant.role, grant.country_code) for grant in user.grants)
    ):
        raise NotFound
    return user


def list_closed(role: Role, country: str) -> list[User]:
    """The accounts with that role that are closed, by office."""
    holds = (RoleGrant.role == role) & (RoleGrant.country_code == country)
    query = select(User).where(~User.is_active, User.grants.any(holds)).order_by(User.office, User.id)
    return list(db.session.scalars(query))


def _find(number: int, *, lock: bool = False) -> User | None:
    query = select(User).where(User.id == number, User.removed_at.is_(None))
    query = query.options(selectinload(User.grants)).execution_options(populate_existing=True)
    return db.session.scalar(query.with_for_update(of=User) if lock else query)


def _locked(user: User, *, by: User | None) -> User:
    """The account as it is now; nobody else changes it before this transaction ends."""
    found = _find(user.id, lock=True)
    if found is None:
        raise NotFound
    if by is not None and by.id != found.id and not may_manage(by, found):
        raise NotAllowed
    return found


def close_account(user: User, *, by: User | None) -> None:
    """Let nobody sign in with it, and end its sessions; all else stays. Nothing happens to a closed one.

    :raises NotAllowed: somebody else's to decide, or the own account.
    :raises CannotBeSpared: the only administrator.
    """
    if by is not None and by.id == user.id:
        raise NotAllowed
    found = _locked(user, by=by)
    if not found.is_active:
        return
    _require_another_administrator(found)
    found.is_active = False
    db.session.execute(delete(SignedInSession).where(SignedInSession.user_id == found.id))
    record("user.close", f"user/{found.id}", by=by.id if by else None)
    db.session.flush()


def reopen_account(user: User, *, by: User | None) -> None:
    """Let its owner sign in again, with the password of before.

    :raises NotAllowed: somebody else's to decide, or the own account.
    """
    if by is not None and by.id == user.id:
        raise NotAllowed
    found = _locked(user, by=by)
    if not found.is_active:
        found.is_active = True
        record("user.reopen", f"user/{found.id}", by=by.id if by else None)
        db.session.flush()


def take_role(user: User, role: Role, country: str | None, *, by: User | None) -> None:
    """End one role, and what was given with it; the account stays, and what it did stays under its office.

    :raises NotFound: they have no such role.
    :raises NotAllowed: somebody else's to decide, or the own account.
    :raises CannotBeSpared: the only one with that role where it cannot be without.
    """
    if by is not None and (by.id == user.id or not may_invite(by, role, country)):
        raise NotAllowed
    found = _find(user.id, lock=True)
    if found is None or (role, country) not in {(g.role, g.country_code) for g in found.grants}:
        raise NotFound
    if role is Role.ADMINISTRATOR:
        _require_another_administrator(found)
    leaver = Leaver(found.id, found.email or "", ((role, country),))
    for holding in list_holdings():
        holding.require_spared(leaver)
    for holding in list_holdings():
        holding.forget_roles(leaver)
    found.grants = [g for g in found.grants if (g.role, g.country_code) != (role, country)]
    facts = {"role": role.value, "country": country}
    record("user.take_role", f"user/{found.id}", by=by.id if by else None, facts=facts)
    db.session.flush()


def remove_account(user: User, *, by: User | None) -> None:
    """Forget who it was: address, password, language, sessions, roles, letters, invitations.

    The row stays with its office, so that answers, remarks and the record keep saying which office it was.
    The same address can be invited again, to a new account.

    :raises NotFound: it was removed before.
    :raises NotAllowed: somebody else's to decide.
    :raises CannotBeSpared: the only administrator, or the only focal point of a country that is answering.
    """
    found = _locked(user, by=by)
    _require_another_administrator(found)
    roles = tuple((grant.role, grant.country_code) for grant in found.grants)
    leaver = Leaver(found.id, found.email or "", roles, is_own_wish=by is not None and by.id == found.id)
    for holding in list_holdings():
        holding.require_spared(leaver)
    for holding in list_holdings():
        holding.forget_roles(leaver)
        holding.forget(leaver)
    db.session.expire(found, ["grants"])
    found.email = found.password_hash = found.locale = None
    found.is_active = found.wants_reminders = False
    found.removed_at = now()
    names = " ".join(sorted(f"{role}:{country or '*'}" for role, country in roles))
    record("user.remove", f"user/{found.id}", by=by.id if by else None, facts={"roles": names})
    db.session.flush()


def _require_another_administrator(user: User) -> None:
    """Of two who leave at once, the second sees that the first has left.

    :raises CannotBeSpared: nobody else with an open account administers this installation.
    """
    if not user.is_active or not user.has_role(Role.ADMINISTRATOR):
        return
    administers = RoleGrant.role == Role.ADMINISTRATOR
    db.session.execute(select(RoleGrant.id).where(administers).order_by(RoleGrant.id).with_for_update())
    others = select(User.id).where(User.is_active, User.id != user.id, User.grants.any(administers))
    if db.session.scalar(others.limit(1)) is None:
        raise CannotBeSpared(
            gettext(
                "This is the only administrator. Let another one accept an invitation first, "
                "so that somebody can still manage accounts."
            )
        )
