"""What accounts and the outbox keep for a while only: sessions, links, invitations, addresses of letters."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from surveyapp.accounts import passwords, service
from surveyapp.accounts.models import FailedSignIn, Invitation, PasswordLink, SignedInSession
from surveyapp.audit.service import record
from surveyapp.database import db, now
from surveyapp.mail.service import forget_addresses

INVITATIONS_KEPT_FOR = timedelta(days=90)
ADDRESSES_KEPT_FOR = timedelta(days=90)


def tidy() -> dict[str, int]:
    """Delete what is past; gives how much of each kind, and records it where there was some."""
    moment = now()
    failures = max(span for _, span in service.FAILURE_LIMITS)
    old = moment - INVITATIONS_KEPT_FOR
    past = (
        (
            "sessions",
            SignedInSession,
            (SignedInSession.seen_at < moment - service.IDLE_LIMIT)
            | (SignedInSession.began_at < moment - service.WHOLE_LIMIT),
        ),
        ("wrong_passwords", FailedSignIn, FailedSignIn.at < moment - failures),
        ("password_links", PasswordLink, PasswordLink.created_at < moment - passwords.KEPT_FOR),
        (
            "invitations",
            Invitation,
            (Invitation.used_at < old) | (Invitation.withdrawn_at < old) | (Invitation.expires_at < old),
        ),
    )
    counts: dict[str, int] = {}
    for name, model, which in past:
        counts[name] = db.session.scalar(select(func.count()).select_from(model).where(which)) or 0
        db.session.execute(delete(model).where(which).execution_options(synchronize_session=False))
    counts["addresses_of_letters"] = forget_addresses(moment - ADDRESSES_KEPT_FOR)
    if any(counts.values()):
        record("retention.tidy", "installation", by=None, facts=counts)
    db.session.flush()
    return counts
