"""What the outbox holds about people: the letters to their address."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from surveyapp.database import db
from surveyapp.held import Holding, Json, Leaver, Person, as_utc
from surveyapp.mail.models import MailState, OutgoingMail


def export(person: Person) -> dict[str, Json]:
    query = select(OutgoingMail).where(OutgoingMail.address == person.email).order_by(OutgoingMail.id)
    return {
        "letters_to_your_address": [
            {
                "kind": mail.kind.value,
                "subject": mail.subject,
                "language": mail.locale,
                "state": mail.state.value,
                "written_at": as_utc(mail.created_at),
                "sent_at": as_utc(mail.sent_at),
            }
            for mail in db.session.scalars(query)
        ]
    }


def forget(leaver: Leaver) -> None:
    """Letters that did not leave go; of those that left stays that there was one, without its address."""
    own = OutgoingMail.address == leaver.email
    db.session.execute(delete(OutgoingMail).where(own, OutgoingMail.state != MailState.SENT))
    db.session.execute(update(OutgoingMail).where(own).values(address="", subject="", unsubscribe_url=None))


HOLDING = Holding(sections={"outgoing_mail.address": "letters_to_your_address"}, export=export, forget=forget)
