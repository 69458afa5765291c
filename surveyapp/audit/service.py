"""Append to the record, and prove that nothing in it was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.audit.models import FIRST_HASH, AuditEntry, AuditHead
from surveyapp.database import db, now

Fact = str | int | bool | None


def record(
    action: str, subject: str, *, by: int | None, facts: Mapping[str, Fact] | None = None
) -> AuditEntry:
    """Append one entry, in the caller's transaction. `by` is the user's number, None for the shell."""
    head = db.session.get_one(AuditHead, 1, with_for_update=True)
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=now(),
        actor_id=by,
        action=action,
        subject=subject,
        facts=rfc8785.dumps(dict(facts or {})).decode(),
        previous_hash=head.hash,
    )
    entry.hash = hash_of(entry)
    head.sequence, head.hash = entry.sequence, entry.hash
    db.session.add(entry)
    return entry


def hash_of(entry: AuditEntry) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of the entry and the hash before it."""
    body: dict[str, str | int | None] = {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "action": entry.action,
        "subject": entry.subject,
        "facts": entry.facts,
        "previous": entry.previous_hash,
    }
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def verify(session: Session) -> Iterator[str]:
    """One line for each place where the chain does not hold; nothing when all of it does."""
    expected_sequence, expected_hash = 1, FIRST_HASH
    for entry in session.scalars(
        select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=1000)
    ):
        if entry.sequence != expected_sequence:
            yield f"entry {expected_sequence}: missing; the next one is {entry.sequence}"
        if entry.previous_hash != expected_hash:
            yield f"entry {entry.sequence}: does not follow the entry before it"
        if hash_of(entry) != entry.hash:
            yield f"entry {entry.sequence}: was changed"
        expected_sequence, expected_hash = entry.sequence + 1, entry.hash
    head = session.get(AuditHead, 1)
    if head is None or (head.sequence, head.hash) != (expected_sequence - 1, expected_hash):
        last = head.sequence if head else expected_sequence - 1
        yield f"entry {last}: the end of the record is missing or was changed"
