"""Making accounts, signing in and out."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

from babel import Locale
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext
from pwdlib import PasswordHash
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import contains_eager, selectinload

from surveyapp.accounts.errors import AccountFault, RemindersLinkGone, TooManyFailures, WrongPassword
from surveyapp.accounts.models import (
    ANSWERING_ROLES,
    COUNTRY_ROLES,
    Country,
    FailedSignIn,
    Role,
    RoleGrant,
    SignedInSession,
    User,
)
from surveyapp.audit.service import record
from surveyapp.database import db, now
from surveyapp.web.locale import offer

log = logging.getLogger(__name__)

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
LONGEST_OFFICE = 200
MOST_LISTED = 1000
IDLE_LIMIT = timedelta(hours=2)
WHOLE_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how exact `seen_at` is: a write for each page would be waste
FAILURE_LIMITS = ((5, timedelta(minutes=15)), (10, timedelta(days=1)))

_hasher = PasswordHash.recommended()
# Checked when an address is unknown, so that both refusals take the same time.
_nobodys_hash = _hasher.hash(secrets.token_urlsafe())


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def normalise_email(text: str) -> str:
    """:raises AccountFault: not an e-mail address."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise AccountFault(gettext('"%(text)s" is not an e-mail address.', text=text.strip())) from None


def load_countries() -> int:
    """Add the countries that the locale data names and the database lacks; gives how many were added."""
    known = set(db.session.scalars(select(Country.code)))
    territories = [str(code) for code in Locale("en").territories]
    named = {code for code in territories if len(code) == 2 and code.isalpha()}
    missing = sorted(named - NO_COUNTRIES - known)
    db.session.add_all(Country(code=code) for code in missing)
    return len(missing)


# Groups, parts and placeholders that the locale data lists beside the ISO 3166 countries.
NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])


def add_user(
    email: str,
    office: str,
    roles: Sequence[tuple[Role, str | None]],
    *,
    password: str | None = None,
    locale: str | None = None,
    by: User | None,
) -> User:
    """Make an account with its roles, each with its country or None.

    :raises AccountFault: a wrong or known address, an empty office, a role with the wrong country, a
        government and an NGO of one country, a language that is not offered, a bad password.
    """
    email = normalise_email(email)
    require_offered(locale)
    require_apart(roles)
    if find_user(email):
        raise AccountFault(gettext("%(email)s has an account already.", email=email))
    user = User(
        email=email,
        office=checked_office(office),
        locale=locale,
        password_hash=hash_password(password) if password is not None else None,
        created_at=now(),
        grants=[make_grant(role, country) for role, country in dict.fromkeys(roles)],
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:  # somebody else made it just now
        raise AccountFault(gettext("%(email)s has an account already.", email=email)) from None
    names = " ".join(sorted(f"{g.role}:{g.country_code or '*'}" for g in user.grants))
    record("user.add", f"user/{user.id}", by=by.id if by else None, facts={"roles": names})
    return user


def require_offered(locale: str | None) -> None:
    """:raises AccountFault: a language in which there are no pages."""
    if locale is not None and locale not in offer().names:
        raise AccountFault(f"{locale} is not offered; choose from: {', '.join(offer().names)}.")


def checked_office(text: str) -> str:
    """The office in one line.

    :raises AccountFault: empty or too long.
    """
    office = " ".join(text.split())
    if not office:
        raise AccountFault(gettext("Give the office that this account belongs to."))
    if len(office) > LONGEST_OFFICE:
        raise AccountFault(
            gettext("The name of an office has at most %(most)s characters.", most=str(LONGEST_OFFICE))
        )
    return office


def make_grant(role: Role, country: str | None) -> RoleGrant:
    """A grant that belongs to nobody yet.

    :raises AccountFault: the role needs a country, or belongs to none, or there is no such country.
    """
    if (role in COUNTRY_ROLES) != (country is not None):
        if country is None:
            raise AccountFault(gettext("The role %(role)s needs a country, such as AL.", role=role.value))
        raise AccountFault(gettext("The role %(role)s belongs to no country.", role=role.value))
    if country is not None and db.session.get(Country, country) is None:
        raise AccountFault(gettext("%(code)s is no ISO 3166 country code.", code=country))
    return RoleGrant(role=role, country_code=country)


def require_apart(roles: Collection[tuple[Role, str | None]]) -> None:
    """Let no account answer for a government and give an NGO's view of the same country.

    :raises AccountFault: one would.
    """
    answering = {country for role, country in roles if role in ANSWERING_ROLES}
    if answering & {country for role, country in roles if role is Role.NGO}:
        raise AccountFault(
            gettext(
                "One account cannot answer for a country and give the view of an NGO on it. Use two accounts."
            )
        )


def hash_password(password: str) -> str:
    """:raises AccountFault: too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountFault(
            gettext(
                "A password has from %(shortest)s to %(longest)s characters.",
                shortest=str(SHORTEST_PASSWORD),
                longest=str(LONGEST_PASSWORD),
            )
        )
    return _hasher.hash(password)


def find_user(email: str) -> User | None:
    """The account with that address, with its roles loaded."""
    query = select(User).where(User.email == email.strip().lower()).options(selectinload(User.grants))
    return db.session.scalar(query)


def list_users(roles: Collection[Role]) -> list[User]:
    """The accounts with one of these roles, by office; with all their roles.

    Who gives every role sees the accounts that have none too. Those that were removed are never listed.
    """
    shown = User.grants.any(RoleGrant.role.in_(roles))
    if set(roles) == set(Role):
        shown = shown | ~User.grants.any()
    query = (
        select(User)
        .where(User.removed_at.is_(None), shown)
        .options(selectinload(User.grants))
        .order_by(User.office, User.id)
        .limit(MOST_LISTED)
    )
    return list(db.session.scalars(query))


def sign_in(email: str, password: str) -> User | None:
    """Check the password and begin a session; the user's `session_token` goes into the cookie.

    None: no such active account, or another password; which of the two is not said. The failure is
    remembered, so the caller commits in both cases.

    :raises TooManyFailures: 5 within 15 minutes or 10 within a day, for this address, known or not.
    """
    email_hash = digest(email.strip().lower())
    _require_few_failures(email_hash)
    user = find_user(email)
    is_right = _hasher.verify(password[:LONGEST_PASSWORD], (user and user.password_hash) or _nobodys_hash)
    if user is None or user.password_hash is None or not user.is_active or not is_right:
        db.session.add(FailedSignIn(email_hash=email_hash, at=now()))
        return None
    _forget_failures(email_hash)
    begin_session(user)
    record("user.sign_in", f"user/{user.id}", by=user.id)
    return user


def _require_few_failures(email_hash: str) -> None:
    moment = now()
    longest = max(span for _, span in FAILURE_LIMITS)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.at < moment - longest))
    for most, span in FAILURE_LIMITS:
        count = select(func.count()).where(
            FailedSignIn.email_hash == email_hash, FailedSignIn.at > moment - span
        )
        if db.session.scalar(count) >= most:  # type: ignore[operator]
            raise TooManyFailures


def _forget_failures(email_hash: str) -> None:
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.email_hash == email_hash))


def begin_session(user: User) -> None:
    """Give the user a new session token and sweep the sessions that have ended."""
    user.session_token = secrets.token_urlsafe(32)
    moment = now()
    db.session.execute(
        delete(SignedInSession).where(
            (SignedInSession.seen_at < moment - IDLE_LIMIT)
            | (SignedInSession.began_at < moment - WHOLE_LIMIT)
        )
    )
    db.session.add(
        SignedInSession(
            token_hash=digest(user.session_token), user_id=user.id, began_at=moment, seen_at=moment
        )
    )


def find_session_user(token: str) -> User | None:
    """Whose session this token is, with roles; None when it ended, or the account was closed."""
    moment = now()
    query = (
        select(SignedInSession)
        .join(SignedInSession.user)
        .outerjoin(User.grants)
        .options(contains_eager(SignedInSession.user).contains_eager(User.grants))
        .where(
            SignedInSession.token_hash == digest(token),
            SignedInSession.seen_at > moment - IDLE_LIMIT,
            SignedInSession.began_at > moment - WHOLE_LIMIT,
            User.is_active,
        )
    )
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        return None
    user = found.user
    # Apart from the database session, so that a page about a failed transaction can still greet the person.
    db.session.expunge(user)
    user.session_token, user.session_seen_at = token, found.seen_at
    return user


def keep_session_alive(user: User) -> None:
    """Note that the session was used now. What the database session holds must be committed before.

    A database that takes no writes keeps nobody from reading, so its refusal is only logged.
    """
    if user.session_seen_at is None or now() - user.session_seen_at <= SEEN_EVERY:
        return
    db.session.rollback()  # SQLite takes no write while this request still reads
    query = update(SignedInSession).where(SignedInSession.token_hash == digest(user.session_token or ""))
    try:
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(query.values(seen_at=now()))
    except OperationalError as fault:
        log.warning("a session could not be kept alive: %s", fault.orig)


def end_session(user: User) -> None:
    """Sign out here: the cookie is worth nothing from now on."""
    if user.session_token:
        db.session.execute(
            delete(SignedInSession).where(SignedInSession.token_hash == digest(user.session_token))
        )
    record("user.sign_out", f"user/{user.id}", by=user.id)


def choose_locale(user: User, locale: str) -> None:
    """The language that this account meets from now on."""
    db.session.execute(update(User).where(User.id == user.id).values(locale=locale))


def get_reminded(number: int | None) -> User:
    """The account that an unsubscribe link is about.

    :raises RemindersLinkGone: there is none (any more).
    """
    user = db.session.get(User, number) if number is not None else None
    if user is None or user.removed_at is not None:
        raise RemindersLinkGone
    return user


def choose_reminders(user: User, wants: bool) -> None:
    """Whether reminders of deadlines are sent to this account; other letters are sent all the same."""
    if user.wants_reminders is wants:
        return
    db.session.execute(update(User).where(User.id == user.id).values(wants_reminders=wants))
    user.wants_reminders = wants
    record("user.choose_reminders", f"user/{user.id}", by=user.id, facts={"wants": wants})


def require_password(user: User, password: str) -> None:
    """Check the present password of who is signed in: somebody else may sit at their browser.

    Wrong tries are counted with those at signing in, so the caller commits after `WrongPassword` too.

    :raises WrongPassword: it is another, or there is none.
    :raises TooManyFailures: as at signing in; the right password is refused too.
    """
    email_hash = digest(user.email or "")
    _require_few_failures(email_hash)
    if user.password_hash is None or not _hasher.verify(password[:LONGEST_PASSWORD], user.password_hash):
        db.session.add(FailedSignIn(email_hash=email_hash, at=now()))
        raise WrongPassword
    _forget_failures(email_hash)


def change_password(user: User, current: str, new: str) -> None:
    """Change the password and end all other sessions of the account.

    :raises WrongPassword: `current` is not the password; the caller commits all the same.
    :raises TooManyFailures: after too many wrong ones.
    :raises AccountFault: `new` is too short or too long.
    """
    require_password(user, current)
    db.session.execute(update(User).where(User.id == user.id).values(password_hash=hash_password(new)))
    keep = digest(user.session_token or "")
    db.session.execute(
        delete(SignedInSession).where(SignedInSession.user_id == user.id, SignedInSession.token_hash != keep)
    )
    record("user.change_password", f"user/{user.id}", by=user.id)
