"""The record: entries in order, each holding the hash of the one before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Table, event
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.database import Base

FIRST_HASH = "0" * 64  # what the first entry follows


class AuditEntry(Base):
    """Who did what to what. Never changed, never deleted."""

    __tablename__ = "audit_entry"
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    action: Mapped[str]
    subject: Mapped[str]  # such as assessment/2026/AL or answer/2026/AL/o07.a1
    facts: Mapped[str]  # canonical JSON, no texts that people typed
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditHead(Base):
    """The end of the chain, one row: whoever appends locks it, so that no two entries follow the same one."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", "one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str]


@event.listens_for(AuditHead.__table__, "after_create")
def add_head(table: Table, connection: Connection, **_: object) -> None:
    """The row is there from the first, so that the first two who append do not both begin a chain."""
    connection.execute(table.insert().values(id=1, sequence=0, hash=FIRST_HASH))
