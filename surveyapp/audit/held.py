"""What the record holds about people: numbers of accounts, never an address or a name."""

from __future__ import annotations

import json

from sqlalchemy import select

from surveyapp.audit.models import AuditEntry
from surveyapp.database import db
from surveyapp.held import Holding, Json, Person, as_utc


def export(person: Person) -> dict[str, Json]:
    """What this person did, and what was done to their account by others; by whom is not said."""
    done = select(AuditEntry).where(AuditEntry.actor_id == person.id).order_by(AuditEntry.sequence)
    names_them = f'"user":{person.id}'
    about = (
        select(AuditEntry)
        .where(
            AuditEntry.actor_id.is_distinct_from(person.id),
            (AuditEntry.subject == f"user/{person.id}")
            | AuditEntry.facts.contains(names_them + ",", autoescape=True)
            | AuditEntry.facts.contains(names_them + "}", autoescape=True),
        )
        .order_by(AuditEntry.sequence)
    )
    return {
        "record_of_what_you_did": [_row(entry) for entry in db.session.scalars(done)],
        "record_of_what_others_did_to_your_account": [_row(entry) for entry in db.session.scalars(about)],
    }


def _row(entry: AuditEntry) -> dict[str, Json]:
    return {
        "entry": entry.sequence,
        "at": as_utc(entry.at),
        "action": entry.action,
        "subject": entry.subject,
        "facts": json.loads(entry.facts),
    }


HOLDING = Holding(sections={"audit_entry.actor_id": "record_of_what_you_did"}, export=export)
