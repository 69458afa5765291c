"""The outbox: letters that wait, are being handed over, were sent, or cannot be."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.database import Base, text_enum


class MailState(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"  # goes out once `next_try_at` has come
    SENDING = "sending"  # being handed over; for long: nobody knows whether it arrived
    SENT = "sent"
    FAILED = "failed"


class MailKind(StrEnum):
    """Why somebody is written to. All but reminders are sent whether wanted or not."""

    INVITATION = "invitation"
    DELEGATION = "delegation"
    PASSWORD = "password"  # noqa: S105
    RETURNED = "returned"
    RECEIPT = "receipt"
    REMINDER = "reminder"
    PARALLEL_VIEW = "parallel_view"
    MENTION = "mention"
    CYCLE = "cycle"


class OutgoingMail(Base):
    """One letter to one address, complete as it was written."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", "time_when_sent"),
        CheckConstraint("state <> 'sent' OR (text = '' AND html = '')", "nothing_kept_of_what_was_sent"),
        CheckConstraint("(calendar IS NULL) = (calendar_name IS NULL)", "named_calendar"),
        Index("ix_outgoing_mail_state_next_try_at", "state", "next_try_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # what it tells of; nothing is told twice
    kind: Mapped[MailKind] = mapped_column(text_enum(MailKind))
    address: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    calendar: Mapped[str | None]  # an attached RFC 5545 file
    calendar_name: Mapped[str | None]
    unsubscribe_url: Mapped[str | None]
    message_id: Mapped[str] = mapped_column(
        unique=True
    )  # the same at each try, so that servers know it again
    state: Mapped[MailState] = mapped_column(text_enum(MailState), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # no use in sending it later
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str | None]  # why it was not sent, in the words of the mail server
