"""What accounts hold about people: the account, its roles and sessions, links and invitations."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from surveyapp.accounts.models import (
    FailedSignIn,
    Invitation,
    PasswordLink,
    RoleGrant,
    SignedInSession,
    User,
)
from surveyapp.accounts.service import digest
from surveyapp.database import db
from surveyapp.held import Holding, Json, Leaver, Person, as_utc


def export(person: Person) -> dict[str, Json]:
    user = db.session.get_one(User, person.id, options=[selectinload(User.grants)])
    return {
        "account": _account(user),
        "roles": [{"role": grant.role.value, "country": grant.country_code} for grant in user.grants],
        "sessions": _sessions(person),
        "wrong_passwords": _wrong_passwords(person),
        "links_for_a_new_password": _password_links(person),
        "invitations_to_your_address": _invitations_to(person),
        "invitations_that_you_sent": _invitations_from(person),
    }


def _account(user: User) -> dict[str, Json]:
    return {
        "number": user.id,
        "email": user.email,
        "office": user.office,
        "language": user.locale,
        "is_open": user.is_active,
        "has_a_password": user.password_hash is not None,
        "wants_reminders": user.wants_reminders,
        "made_at": as_utc(user.created_at),
    }


def _sessions(person: Person) -> list[Json]:
    query = (
        select(SignedInSession)
        .where(SignedInSession.user_id == person.id)
        .order_by(SignedInSession.began_at, SignedInSession.token_hash)
    )
    return [
        {"began_at": as_utc(row.began_at), "last_seen_at": as_utc(row.seen_at)}
        for row in db.session.scalars(query)
    ]


def _wrong_passwords(person: Person) -> list[Json]:
    query = select(FailedSignIn).where(FailedSignIn.email_hash == digest(person.email))
    return [{"at": as_utc(row.at)} for row in db.session.scalars(query.order_by(FailedSignIn.id))]


def _password_links(person: Person) -> list[Json]:
    query = select(PasswordLink).where(PasswordLink.email_hash == digest(person.email))
    return [
        {
            "asked_for_at": as_utc(row.created_at),
            "valid_until": as_utc(row.expires_at),
            "used_at": as_utc(row.used_at),
        }
        for row in db.session.scalars(query.order_by(PasswordLink.id))
    ]


def _invitations_to(person: Person) -> list[Json]:
    query = select(Invitation).where(Invitation.email == person.email).order_by(Invitation.id)
    return [{**_invitation(row), "language": row.locale} for row in db.session.scalars(query)]


def _invitations_from(person: Person) -> list[Json]:
    """Without the addresses: they are other people's data."""
    query = select(Invitation).where(Invitation.invited_by_id == person.id).order_by(Invitation.id)
    return [_invitation(row) for row in db.session.scalars(query)]


def _invitation(row: Invitation) -> dict[str, Json]:
    return {
        "office": row.office,
        "role": row.role.value,
        "country": row.country_code,
        "made_at": as_utc(row.created_at),
        "sent_at": as_utc(row.sent_at),
        "valid_until": as_utc(row.expires_at),
        "used_at": as_utc(row.used_at),
        "withdrawn_at": as_utc(row.withdrawn_at),
    }


def forget(leaver: Leaver) -> None:
    """Roles, sessions, links, and whatever else holds the address. The record keeps that it was there."""
    hashed = digest(leaver.email)
    for statement in (
        delete(RoleGrant).where(RoleGrant.user_id == leaver.id),
        delete(SignedInSession).where(SignedInSession.user_id == leaver.id),
        delete(PasswordLink).where((PasswordLink.user_id == leaver.id) | (PasswordLink.email_hash == hashed)),
        delete(FailedSignIn).where(FailedSignIn.email_hash == hashed),
        delete(Invitation).where(Invitation.email == leaver.email),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))


HOLDING = Holding(
    sections={
        "user.email": "account",
        "role_grant.user_id": "roles",
        "signed_in_session.user_id": "sessions",
        "failed_sign_in.email_hash": "wrong_passwords",
        "password_link.email_hash": "links_for_a_new_password",
        "invitation.email": "invitations_to_your_address",
        "invitation.invited_by_id": "invitations_that_you_sent",
    },
    exempt={
        "password_link.user_id": "the same rows are found by the hash of the address",
    },
    export=export,
    forget=forget,
)
