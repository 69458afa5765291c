"""Everything that is held about one person, as one JSON file."""

from __future__ import annotations

import json

from surveyapp.accounts.errors import AccountFault
from surveyapp.accounts.models import User
from surveyapp.audit.service import record
from surveyapp.database import now
from surveyapp.held import Json, Person, as_utc, list_holdings

FORMAT = "surveyapp-user-data/1"


def export_user(user: User, *, by: User | None) -> str:
    """The file; its sections and rows stand in the same order each time.

    That it was taken is recorded, and is the last thing that it says.

    :raises AccountFault: the account was removed; nothing is held about a person any more.
    """
    if user.email is None:
        raise AccountFault("This account was removed; nothing is held about a person any more.")
    record("user.export", f"user/{user.id}", by=by.id if by else None)
    made: dict[str, Json] = {"format": FORMAT, "made_at": as_utc(now())}
    person = Person(user.id, user.email)
    for holding in list_holdings():
        made.update(holding.export(person))
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"
