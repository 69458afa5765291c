"""The outbox: putting letters in, taking them out one by one, and noting what became of each.

A letter is put in with the change that it tells of, in one transaction. Whoever sends takes one, commits
that it is being sent, and only then speaks to the mail server. If that process dies before it noted the
end, nobody knows whether the letter arrived, and it is never sent again by itself: it stays in the list
until an administrator decides. So nothing is ever sent twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from surveyapp.audit.service import record
from surveyapp.database import begin_write, db, now
from surveyapp.mail.errors import MailFault
from surveyapp.mail.letters import Letter, letter_locale, settings, writes_mail
from surveyapp.mail.models import MailKind, MailState, OutgoingMail
from surveyapp.web.locale import speaking

S = MailState

LONGEST_WAIT = timedelta(days=5)  # for a letter that does not say how long it is of use
IN_DOUBT_AFTER = timedelta(minutes=15)  # longer than any talk with a mail server
KEPT_FOR = timedelta(days=365)  # longer than a cycle, whose reminders must not go out again
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)

Insert = postgresql.Insert | sqlite.Insert
INSERT: Mapping[str, Callable[[type[OutgoingMail]], Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def post(
    kind: MailKind,
    write: Callable[[], Letter],
    *,
    to: str | None,
    locale: str | None,
    key: str,
    expires_at: datetime | None = None,
) -> bool:
    """Put a letter into the outbox; it leaves once this transaction is committed.

    `write` gives it in the language that is spoken then: `locale` where that is offered, else English.

    False: one with this key was put in before, by whoever, or letters are not written here, or the account
    was removed and has no address.
    """
    if not writes_mail() or to is None:
        return False
    spoken = letter_locale(locale)
    with speaking(spoken):
        letter = write()
        text, html = letter.as_text(), letter.as_html()
    moment, insert = now(), INSERT[db.engine.dialect.name]
    statement: Insert = insert(OutgoingMail).values(
        key=key,
        kind=kind,
        address=to,
        locale=spoken,
        subject=" ".join(letter.subject.split()),  # one line, whatever somebody's name for something held
        text=text,
        html=html,
        calendar=letter.calendar.as_text(moment) if letter.calendar else None,
        calendar_name="deadline.ics" if letter.calendar else None,
        unsubscribe_url=letter.unsubscribe.url if letter.unsubscribe else None,
        message_id=f"<{uuid.uuid4().hex}@{urlsplit(settings().base_url).hostname}>",
        state=S.WAITING,
        attempts=0,
        created_at=moment,
        next_try_at=moment,
        expires_at=expires_at or moment + LONGEST_WAIT,
    )
    added = statement.on_conflict_do_nothing(index_elements=["key"]).returning(OutgoingMail.id)
    return db.session.execute(added).first() is not None


def take_back(key_beginning: str) -> None:
    """Remove the letters whose key begins so and that did not leave yet."""
    db.session.execute(
        delete(OutgoingMail).where(
            OutgoingMail.key.startswith(key_beginning, autoescape=True),
            OutgoingMail.state.in_((S.WAITING, S.FAILED)),
        )
    )


def is_anything_due() -> bool:
    query = select(OutgoingMail.id).where(*_due(now())).limit(1)
    return db.session.scalar(query) is not None


def tidy() -> None:
    """Close the letters that are of no use any more, and forget those that were done with a year ago."""
    moment = now()
    db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.state == S.WAITING, OutgoingMail.expires_at <= moment)
        .values(state=S.FAILED, text="", html="", reason="it was not sent in time and is of no use any more")
    )
    db.session.execute(
        delete(OutgoingMail).where(
            OutgoingMail.state.in_((S.SENT, S.FAILED)), OutgoingMail.created_at < moment - KEPT_FOR
        )
    )


def forget_addresses(before: datetime) -> int:
    """Blank whom letters went to that were done with by then; gives how many. That there was one stays until
    `tidy` forgets it, so that nothing is sent again.
    """
    which = (
        OutgoingMail.state.in_((S.SENT, S.FAILED)),
        OutgoingMail.created_at < before,
        OutgoingMail.expires_at < now(),
        OutgoingMail.address != "",
    )
    count = db.session.scalar(select(func.count()).select_from(OutgoingMail).where(*which)) or 0
    blank = {"address": "", "subject": "", "text": "", "html": "", "unsubscribe_url": None}
    db.session.execute(update(OutgoingMail).where(*which).values(**blank))
    return count


def claim_next() -> OutgoingMail | None:
    """Take the next letter that is due and commit that it is being sent; None when there is none.

    Of several who ask at once each gets another one.
    """
    begin_write()
    query = (
        select(OutgoingMail)
        .where(*_due(now()))
        .order_by(OutgoingMail.next_try_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    mail = db.session.scalar(query)
    if mail is not None:
        mail.state, mail.claimed_at, mail.reason = S.SENDING, now(), None
        mail.attempts += 1
    db.session.commit()
    return mail


def _due(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OutgoingMail.state == S.WAITING,
        OutgoingMail.next_try_at <= moment,
        OutgoingMail.expires_at > moment,
    )


def note_sent(mail: OutgoingMail) -> None:
    """Note that the mail server took it, and forget what it said: a link in it may open an account."""
    _note(mail, state=S.SENT, sent_at=now(), text="", html="", calendar=None, calendar_name=None)


def note_refused(mail: OutgoingMail, reason: str) -> None:
    """Note that the mail server will never take it."""
    _note(mail, state=S.FAILED, reason=reason)


def note_put_off(mail: OutgoingMail, reason: str) -> None:
    """Note that the mail server did not take it now; the pauses double from a minute to six hours."""
    pause = min(FIRST_PAUSE * 2 ** min(mail.attempts - 1, 20), LONGEST_PAUSE)
    _note(mail, state=S.WAITING, reason=reason, next_try_at=now() + pause)


def note_doubt(mail: OutgoingMail, reason: str) -> None:
    """Note why nobody knows whether the mail server took it; it stays as being sent."""
    _note(mail, reason=reason)


def _note(mail: OutgoingMail, **values: object) -> None:
    begin_write()
    db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == mail.id, OutgoingMail.state == S.SENDING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def is_in_doubt(mail: OutgoingMail) -> bool:
    """Whether nobody knows if it arrived."""
    if mail.state is not S.SENDING or mail.claimed_at is None:
        return False
    return mail.reason is not None or mail.claimed_at < now() - IN_DOUBT_AFTER


def list_unsent() -> list[OutgoingMail]:
    """The letters that were not sent, or of which nobody knows, oldest first."""
    query = select(OutgoingMail).where(OutgoingMail.state != S.SENT).order_by(OutgoingMail.id)
    return list(db.session.scalars(query))


def retry(ids: Sequence[int]) -> list[OutgoingMail]:
    """Let letters that failed or are in doubt be sent again: an administrator's decision.

    :raises MailFault: one is not there, was sent, waits already, is being sent, or is too late.
    """
    query = select(OutgoingMail).where(OutgoingMail.id.in_(ids)).with_for_update()
    found = {mail.id: mail for mail in db.session.scalars(query)}
    for number in ids:
        mail = found.get(number)
        if mail is None or mail.state is S.SENT:
            raise MailFault(f"mail {number}: there is none that was not sent; see: surveyapp mail list")
        if mail.state is S.WAITING:
            raise MailFault(f"mail {number}: it waits already and is tried again by itself")
        if mail.state is S.SENDING and not is_in_doubt(mail):
            raise MailFault(f"mail {number}: it is being sent just now; look again in 15 minutes")
        if mail.expires_at <= now():
            raise MailFault(f"mail {number}: it is of no use any more; nothing was changed")
        before, mail.state, mail.next_try_at = mail.state, S.WAITING, now()
        mail.reason = None
        record(
            "mail.retry", f"mail/{mail.id}", by=None, facts={"from": before.value, "kind": mail.kind.value}
        )
    return [found[number] for number in ids]
