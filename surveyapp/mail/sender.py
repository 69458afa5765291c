"""Handing letters over to the mail server, one at a time, and never one twice."""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.database import begin_write, db, now
from surveyapp.mail import service
from surveyapp.mail.errors import MailFault, MailServerAway
from surveyapp.mail.letters import settings
from surveyapp.mail.models import OutgoingMail
from surveyapp.settings import MailServer, parse_mail_url
from surveyapp.web.locale import url_code

log = logging.getLogger(__name__)

TALK_SECONDS = 30  # how long the mail server may take for one reply
LOOK_EVERY_SECONDS = 15


@dataclass
class Outcome:
    """How many letters went which way in one run."""

    sent: int = 0
    put_off: int = 0
    refused: int = 0
    in_doubt: int = 0

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.put_off} put off, {self.refused} refused, {self.in_doubt} in doubt"


def send_waiting() -> Outcome:
    """Hand over what is due. Any number of processes and machines may do so at once.

    :raises MailFault: no mail server is set.
    :raises MailServerAway: it cannot be reached; nothing was handed over and nothing is lost.
    """
    if not settings().mail_url:
        raise MailFault(
            "SURVEYAPP_MAIL_URL is not set, so the letters wait; give the mail server, such as smtp://localhost"
        )
    begin_write()
    service.tidy()
    db.session.commit()
    outcome = Outcome()
    is_due = service.is_anything_due()
    db.session.rollback()
    if not is_due:
        return outcome
    with connected(parse_mail_url(settings().mail_url)) as server:
        while (mail := service.claim_next()) is not None:
            if not hand_over(server, mail, outcome):
                break
    return outcome


@contextmanager
def connected(to: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that the mail server accepted.

    :raises MailServerAway: it did not.
    """
    server: smtplib.SMTP | None = None
    try:
        tls = ssl.create_default_context()
        if to.scheme == "smtps":
            server = smtplib.SMTP_SSL(to.host, to.port, timeout=TALK_SECONDS, context=tls)
        else:
            server = smtplib.SMTP(to.host, to.port, timeout=TALK_SECONDS)
        if to.scheme == "smtp+starttls":
            server.starttls(context=tls)
        server.ehlo_or_helo_if_needed()
        if to.user:
            server.login(to.user, to.password)
    except (OSError, smtplib.SMTPException) as fault:  # SMTPException may repeat the name, never the password
        if server is not None:
            server.close()
        raise MailServerAway(
            f"the mail server {to.host}:{to.port} cannot be used: {words_of(fault)}; the letters wait"
        ) from fault
    try:
        yield server
    finally:
        end(server)


def end(server: smtplib.SMTP) -> None:
    """Say good-bye; a server that has gone already is no fault."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def hand_over(server: smtplib.SMTP, mail: OutgoingMail, outcome: Outcome) -> bool:
    """One letter. Gives whether the mail server can take another one."""
    if not mail.address.isascii() and not server.has_extn("smtputf8"):
        service.note_refused(mail, "the mail server takes no address with letters beyond ASCII")
        outcome.refused += 1
        return True
    try:
        message = as_message(mail)
    except (ValueError, MessageError) as fault:  # no other try could go better
        log.warning("mail %s: it cannot be written as a message", mail.id)
        service.note_refused(mail, f"it cannot be written as a message: {fault}")
        outcome.refused += 1
        return True
    try:
        envelope(server, mail)
    except Refused as refusal:
        note(mail, refusal, outcome)
        return reset(server)
    except (OSError, smtplib.SMTPException) as fault:  # before the letter itself: it cannot have arrived
        service.note_put_off(mail, words_of(fault))
        outcome.put_off += 1
        return False
    try:
        code, reply = server.data(message)
    except smtplib.SMTPDataError as fault:  # the server did not even begin to take it
        note(mail, Refused(fault.smtp_code, fault.smtp_error), outcome)
        return reset(server)
    except (OSError, smtplib.SMTPException) as fault:
        return doubt(mail, words_of(fault), outcome)
    if 400 <= code < 600:
        note(mail, Refused(code, reply), outcome)
        return reset(server)
    if code != 250:
        return doubt(mail, Refused(code, reply).reason, outcome)
    service.note_sent(mail)
    outcome.sent += 1
    return True


class Refused(Exception):
    """The mail server said no: for now (4xx) or for good (5xx)."""

    def __init__(self, code: int, reply: bytes | str) -> None:
        words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        self.code, self.reason = code, f"{code} {' '.join(words.split())}"[:500]
        super().__init__(self.reason)


def envelope(server: smtplib.SMTP, mail: OutgoingMail) -> None:
    """:raises Refused: the sender or the recipient."""
    options = [] if mail.address.isascii() else ["SMTPUTF8"]
    code, reply = server.mail(settings().sender, options)
    if code != 250:
        raise Refused(code, reply)
    code, reply = server.rcpt(mail.address)
    if code not in (250, 251):
        raise Refused(code, reply)


def note(mail: OutgoingMail, refusal: Refused, outcome: Outcome) -> None:
    log.warning("mail %s: the mail server said %s", mail.id, refusal.code)
    if 500 <= refusal.code < 600:
        service.note_refused(mail, refusal.reason)
        outcome.refused += 1
    else:
        service.note_put_off(mail, refusal.reason)
        outcome.put_off += 1


def doubt(mail: OutgoingMail, reason: str, outcome: Outcome) -> bool:
    """The letter went over the line and no clear reply came back: never send it again by itself."""
    log.warning("mail %s: no clear reply; nobody knows whether it arrived", mail.id)
    service.note_doubt(mail, reason)
    outcome.in_doubt += 1
    return False


def reset(server: smtplib.SMTP) -> bool:
    """Whether the server is ready for another letter."""
    try:
        return server.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def words_of(fault: Exception) -> str:
    """What the mail server, or the network, said; one line."""
    reply = getattr(fault, "smtp_error", None)
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply or fault)
    return " ".join(words.split())[:500] or type(fault).__name__


def as_message(mail: OutgoingMail) -> bytes:
    """The letter as it goes over the line."""
    policy = SMTP if mail.address.isascii() else SMTPUTF8
    message = EmailMessage(policy)
    message["From"] = settings().sender
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.calendar:
        message.add_attachment(
            mail.calendar.encode(),
            maintype="text",
            subtype="calendar",
            params={"charset": "utf-8", "method": "PUBLISH"},
            filename=mail.calendar_name,
        )
    message["Content-Language"] = url_code(mail.locale)  # last: making parts moves such headers into them
    return message.as_bytes()


def keep_sending(app: Flask) -> None:
    """Send in a thread of this server process for as long as it serves; nothing where no mail server is set.

    The thread ends with the process, after the letter at hand.
    """
    if app.config["SETTINGS"].mail_url:
        threading.Thread(target=look_and_send, args=(app, is_serving), name="mail").start()


def is_serving() -> bool:
    return threading.main_thread().is_alive()


def look_and_send(app: Flask, goes_on: Callable[[], bool]) -> None:
    """Send what is due every 15 seconds, while `goes_on`. What keeps going wrong is said once."""
    look_at, said = time.monotonic(), ""
    while goes_on():
        if time.monotonic() < look_at:
            time.sleep(0.5)
            continue
        wrong = try_to_send(app)
        if wrong != said:
            log.warning("%s", wrong or "letters go out again")
        said = wrong
        look_at = time.monotonic() + LOOK_EVERY_SECONDS


def try_to_send(app: Flask) -> str:
    """Send what is due; gives what kept it from being sent, in words, or nothing."""
    try:
        with app.app_context():
            send_waiting()
    except MailServerAway as fault:
        return str(fault)
    except SQLAlchemyError as fault:  # away or restarting; the next look may find it
        return f"the outbox cannot be read: {getattr(fault, 'orig', fault)}"
    except Exception:  # of ours; the other letters, and the thread, go on
        log.exception("a fault in the sender")
        return "the sender has a fault"
    return ""
