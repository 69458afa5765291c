"""A new password for whoever forgot the old one, by a link to the address of the account."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import selectinload

from surveyapp.accounts import service
from surveyapp.accounts.errors import LinkGone, TooManyLetters
from surveyapp.accounts.letters import post_password_link
from surveyapp.accounts.models import FailedSignIn, PasswordLink, SignedInSession, User
from surveyapp.audit.service import record
from surveyapp.database import db, now

VALID_FOR = timedelta(minutes=30)
MOST_IN_AN_HOUR = 3
KEPT_FOR = timedelta(days=1)


def ask_for_link(email: str, *, locale: str) -> None:
    """Write to the address if it has an account; the same work, and the same answer, if it has none.

    :raises TooManyLetters: asked for a fourth time within an hour, for this address, known or not.
    """
    email_hash, moment = service.digest(email.strip().lower()), now()
    db.session.execute(delete(PasswordLink).where(PasswordLink.created_at < moment - KEPT_FOR))
    recent = select(func.count()).where(
        PasswordLink.email_hash == email_hash, PasswordLink.created_at > moment - timedelta(hours=1)
    )
    if (db.session.scalar(recent) or 0) >= MOST_IN_AN_HOUR:
        raise TooManyLetters
    # Without roles: reading those of a known address alone would tell that it is one.
    known = db.session.scalar(select(User).where(User.email == email.strip().lower(), User.is_active))
    token = secrets.token_urlsafe(32)
    link = PasswordLink(
        token_hash=service.digest(token),
        email_hash=email_hash,
        user_id=known.id if known else None,
        created_at=moment,
        expires_at=moment + VALID_FOR,
    )
    db.session.add(link)
    db.session.flush()
    written_in = (known.locale if known else None) or locale
    with db.session.begin_nested() as attempt:
        post_password_link(link, token, known.email if known else email, written_in)
        if known is None:
            attempt.rollback()  # written and taken back, so that both answers take the same time


def get_link(token: str) -> PasswordLink:
    """:raises LinkGone: used, too old, or no link at all."""
    query = select(PasswordLink).where(
        PasswordLink.token_hash == service.digest(token),
        PasswordLink.user_id.is_not(None),
        PasswordLink.used_at.is_(None),
        PasswordLink.expires_at > now(),
    )
    link = db.session.scalar(query)
    if link is None:
        raise LinkGone
    return link


def set_password(link: PasswordLink, new: str) -> User:
    """Set the password, end all sessions of the account and begin one; other links of it are gone too.

    :raises LinkGone: somebody was faster, or the account was closed.
    :raises AccountFault: too short or too long.
    """
    hashed = service.hash_password(new)
    used = (
        update(PasswordLink)
        .where(PasswordLink.id == link.id, PasswordLink.used_at.is_(None), PasswordLink.expires_at > now())
        .values(used_at=now())
        .returning(PasswordLink.user_id)
        .execution_options(synchronize_session=False)
    )
    taken = db.session.execute(used).first()
    query = select(User).where(User.id == link.user_id, User.is_active).options(selectinload(User.grants))
    user = db.session.scalar(query) if taken is not None else None
    if user is None or user.email is None:
        raise LinkGone
    user.password_hash = hashed
    db.session.execute(delete(SignedInSession).where(SignedInSession.user_id == user.id))
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.email_hash == service.digest(user.email)))
    db.session.execute(
        update(PasswordLink)
        .where(PasswordLink.user_id == user.id, PasswordLink.used_at.is_(None))
        .values(used_at=now())
    )
    record("user.reset_password", f"user/{user.id}", by=user.id)
    service.begin_session(user)
    return user
