"""The outbox against a real mail server: each letter arrives once, or it is said that it did not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from surveyapp.audit.service import verify
from surveyapp.database import begin_write, db, now
from surveyapp.mail import service
from surveyapp.mail.cli import mail
from surveyapp.mail.errors import MailFault, MailServerAway
from surveyapp.mail.letters import Letter, Link
from surveyapp.mail.models import MailKind, MailState, OutgoingMail
from surveyapp.mail.sender import look_and_send, send_waiting
from tests.assessments.serving import Server, free_port
from tests.conftest import BASE_URL, SECRET, mailing

from .mail_server import Kept, html_of, mail_server, text_of

SURVEYAPP = str(Path(sys.executable).with_name("surveyapp"))
ADDRESS = "focal@example.org"


def letter(subject: str = "The cycle is open", **parts: object) -> Letter:
    return Letter(subject, ("Please answer.",), **parts)  # type: ignore[arg-type]


def put_in(key: str = "one", written: Letter | None = None, **options: object) -> bool:
    """Put a letter into the outbox and commit."""
    begin_write()
    options = {"to": ADDRESS, "locale": "en"} | options
    was_new = service.post(MailKind.REMINDER, lambda: written or letter(), key=key, **options)  # type: ignore[arg-type]
    db.session.commit()
    return was_new


def read_outbox() -> list[OutgoingMail]:
    db.session.remove()
    rows = list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
    db.session.remove()
    return rows


def let_pass(**values: timedelta) -> None:
    """Move times of all letters into the past."""
    db.session.remove()
    for name, span in values.items():
        db.session.execute(update(OutgoingMail).values({name: now() - span}))
    db.session.commit()


def test_a_letter_arrives_once_as_text_and_html_and_is_then_forgotten(
    mailing_on_both: Flask, kept: Kept
) -> None:
    with mailing_on_both.app_context():
        put_in(written=letter(links=(Link("Open the assessment", f"{BASE_URL}/en/assessments/2026/AL"),)))
        assert str(send_waiting()) == "1 sent, 0 put off, 0 refused, 0 in doubt"
        assert str(send_waiting()).startswith("0 sent")
        [row] = read_outbox()
    [(recipient, message)] = kept.messages
    assert recipient == message["To"] == ADDRESS
    assert message["From"] == "surveyapp@survey.example.org"
    assert message["Subject"] == "The cycle is open"
    assert message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    for body in (text_of(message), html_of(message)):
        assert "Please answer." in body and f"{BASE_URL}/en/assessments/2026/AL" in body
    assert "style=" not in html_of(message)
    assert row.state is MailState.SENT and row.sent_at and (row.text, row.html) == ("", "")


def test_an_arabic_letter_reads_from_the_right_and_marks_what_somebody_typed(
    sqlite_url: str, server: tuple[str, Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.app.interface_locales", lambda: ("en", "ar"))
    with mailing(sqlite_url, server[0]) as app, app.app_context():
        put_in(written=Letter("موعد", ("يدعوكم \u2068A <b> & C\u2069.",)), locale="ar")
        send_waiting()
    [(_, message)] = server[1].messages
    assert '<html lang="ar" dir="rtl">' in html_of(message)
    assert "يدعوكم <bdi>A &lt;b&gt; &amp; C</bdi>." in html_of(message)
    assert message["Content-Language"] == "ar" and message["Subject"] == "موعد"


def test_nothing_is_told_twice(mailing_on_both: Flask, kept: Kept) -> None:
    with mailing_on_both.app_context():
        assert [put_in("one"), put_in("one"), put_in("two")] == [True, False, True]
        send_waiting()
        assert not put_in("one"), "nor after it was sent"
        send_waiting()
    assert len(kept.messages) == 2


def test_a_letter_of_a_change_that_was_not_committed_never_leaves(mailing_on_both: Flask, kept: Kept) -> None:
    with mailing_on_both.app_context():
        begin_write()
        service.post(MailKind.REMINDER, letter, to=ADDRESS, locale="en", key="one")
        db.session.rollback()
        send_waiting()
    assert kept.messages == []


def test_letters_survive_a_dead_mail_server(database_url: str) -> None:
    port = free_port()
    with mailing(database_url, f"smtp://127.0.0.1:{port}") as app, app.app_context():
        put_in()
        for _ in range(3):
            with pytest.raises(MailServerAway, match=f"127.0.0.1:{port} cannot be used: .*refused"):
                send_waiting()
        assert read_outbox()[0].state is MailState.WAITING
        with mail_server(port) as (_, kept):
            assert send_waiting().sent == 1
    assert len(kept.messages) == 1


@pytest.mark.parametrize("part", ["recipient_reply", "letter_reply"])
def test_a_letter_that_is_put_off_is_tried_again_after_a_pause_that_doubles(
    mailing_app: Flask, kept: Kept, part: str
) -> None:
    setattr(kept, part, "451 Come back later")
    with mailing_app.app_context():
        put_in()
        for attempt, minutes in enumerate((1, 2, 4), start=1):
            let_pass(next_try_at=timedelta(0))
            assert send_waiting().put_off == 1
            assert send_waiting().put_off == 0, "not before the pause is over"
            [row] = read_outbox()
            assert (row.state, row.attempts) == (MailState.WAITING, attempt)
            assert row.reason == "451 Come back later"
            pause = row.next_try_at - now()
            assert timedelta(minutes=minutes, seconds=-9) < pause <= timedelta(minutes=minutes)
        setattr(kept, part, "")
        let_pass(next_try_at=timedelta(0))
        assert send_waiting().sent == 1
    assert len(kept.messages) == 1


@pytest.mark.parametrize("part", ["recipient_reply", "letter_reply"])
def test_a_letter_that_is_refused_is_listed_with_the_reason_and_holds_up_no_other(
    mailing_app: Flask, kept: Kept, part: str
) -> None:
    setattr(kept, part, "550 No such mailbox")
    with mailing_app.app_context():
        put_in("one")
        put_in("two")
        assert send_waiting().refused == 2
        assert send_waiting().refused == 0
    listed = mailing_app.test_cli_runner().invoke(mail, ["list"])
    assert listed.output.count(f"failed\treminder\t{ADDRESS}\t1\t-\t550 No such mailbox") == 2


def test_a_connection_that_breaks_after_the_letter_leaves_it_in_doubt_until_somebody_decides(
    mailing_on_both: Flask, kept: Kept
) -> None:
    kept.breaks_after_letter = True
    with mailing_on_both.app_context():
        put_in()
        assert send_waiting().in_doubt == 1
        let_pass(next_try_at=timedelta(days=1))
        assert send_waiting().in_doubt == 0
    assert len(kept.messages) == 1
    runner = mailing_on_both.test_cli_runner()
    assert "in doubt" in runner.invoke(mail, ["list"]).output
    kept.breaks_after_letter = False
    assert runner.invoke(mail, ["retry", "1"]).output == "1 will be sent again\n"
    assert runner.invoke(mail, ["send"]).output.startswith("1 sent")
    first, second = (message["Message-ID"] for _, message in kept.messages)
    assert first == second, "so that a mailbox can tell that it is the same letter"
    with mailing_on_both.app_context():
        assert list(verify(db.session)) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, "mail 1: there is none that was not sent"),
        (MailState.SENT, "mail 1: there is none that was not sent"),
        (MailState.WAITING, "mail 1: it waits already"),
        (MailState.SENDING, "mail 1: it is being sent just now"),
    ],
)
def test_what_cannot_be_sent_again_is_refused_in_words(
    mailing_app: Flask, state: MailState | None, words: str
) -> None:
    with mailing_app.app_context():
        if state is not None:
            put_in()
        if state is MailState.SENDING:
            service.claim_next()
        elif state is MailState.SENT:
            send_waiting()
    done = mailing_app.test_cli_runner().invoke(mail, ["retry", "1"])
    assert isinstance(done.exception, MailFault) and words in str(done.exception)


def test_a_letter_that_comes_too_late_is_not_sent_and_what_it_said_is_gone(
    mailing_on_both: Flask, kept: Kept
) -> None:
    with mailing_on_both.app_context():
        put_in(expires_at=now() + timedelta(minutes=30))
        let_pass(expires_at=timedelta(seconds=1))
        assert send_waiting().sent == 0
        [row] = read_outbox()
        assert row.state is MailState.FAILED and row.text == row.html == "" and "in time" in str(row.reason)
        with pytest.raises(MailFault, match="of no use any more"):
            service.retry([row.id])
    assert kept.messages == []


def test_many_senders_at_once_send_each_letter_once(mailing_on_both: Flask, kept: Kept) -> None:
    with mailing_on_both.app_context():
        for number in range(40):
            put_in(f"letter {number}", to=f"person{number}@example.org")

    def send(_: int) -> int:
        with mailing_on_both.app_context():
            return send_waiting().sent

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(8))) == 40
    assert sorted(to for to, _ in kept.messages) == sorted(f"person{n}@example.org" for n in range(40))


def test_a_sender_that_is_killed_while_it_speaks_to_the_mail_server_makes_nothing_be_sent_twice(
    database_url: str,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the letter and never says a word
        port = silent.getsockname()[1]
        with mailing(database_url, f"smtp://127.0.0.1:{port}") as app, app.app_context():
            put_in()
            db.session.remove()
            settings = {
                "SURVEYAPP_DATABASE_URL": database_url,
                "SURVEYAPP_SECRET_KEY": SECRET,
                "SURVEYAPP_BASE_URL": BASE_URL,
                "SURVEYAPP_MAIL_URL": f"smtp://127.0.0.1:{port}",
            }
            process = subprocess.Popen([SURVEYAPP, "mail", "send"], env=os.environ | settings)
            connection, _ = silent.accept()
            with connection:
                speak_until_the_letter(connection)
                process.send_signal(signal.SIGKILL)
                process.wait()
    with mail_server() as (mail_url, kept), mailing(database_url, mail_url) as app, app.app_context():
        assert send_waiting().sent == 0
        assert not service.is_in_doubt(read_outbox()[0]), "for 15 minutes it may still be under way"
        let_pass(claimed_at=timedelta(minutes=16), next_try_at=timedelta(minutes=16))
        assert send_waiting().sent == 0
        assert [service.is_in_doubt(row) for row in service.list_unsent()] == [True]
    assert kept.messages == []


def speak_until_the_letter(connection: socket.socket) -> None:
    """Answer as a mail server does, up to the end of the letter, and not after it."""
    connection.sendall(b"220 ready\r\n")
    received = b""
    deadline = time.monotonic() + 20
    while b"\r\n.\r\n" not in received:
        assert time.monotonic() < deadline, received
        line = connection.recv(65536)
        received += line
        if line.upper().startswith(b"DATA"):
            connection.sendall(b"354 go on\r\n")
        elif line.upper().startswith((b"EHLO", b"MAIL", b"RCPT")):
            connection.sendall(b"250 ok\r\n")


@pytest.mark.parametrize(
    ("kind", "workers"), [("sqlite", 1), pytest.param("postgres", 2, marks=pytest.mark.postgres)]
)
def test_the_server_sends_by_itself_and_ends_cleanly(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, workers: int, server: tuple[str, Kept]
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    with mailing(url, server[0]) as app, app.app_context():
        put_in()
    settings = {"SURVEYAPP_BASE_URL": BASE_URL.replace("survey.example.org", "127.0.0.1")}
    settings["SURVEYAPP_MAIL_URL"] = server[0]
    running = Server(url, workers, tmp_path / "server.log", settings)
    running.start()
    deadline = time.monotonic() + 20
    while not server[1].messages and time.monotonic() < deadline:
        time.sleep(0.1)
    began = time.monotonic()
    running.end()
    assert time.monotonic() - began < 10
    assert len(server[1].messages) == 1
    log = running.log.read_text()
    assert "Traceback" not in log and ADDRESS not in log


def test_no_header_can_be_smuggled_in_with_a_text(mailing_app: Flask, kept: Kept) -> None:
    with mailing_app.app_context():
        put_in(written=letter("Answers\r\nBcc: everybody@example.org\r\n\r\nBody"))
        assert send_waiting().sent == 1
    [(recipient, message)] = kept.messages
    assert recipient == ADDRESS and message["Bcc"] is None
    assert message["Subject"] == "Answers Bcc: everybody@example.org Body"


def test_a_letter_that_can_be_unsubscribed_says_so_to_mail_programs(mailing_app: Flask, kept: Kept) -> None:
    url = f"{BASE_URL}/en/unsubscribe/x"
    with mailing_app.app_context():
        put_in(written=letter(unsubscribe=Link("No more reminders", url)))
        send_waiting()
    [(_, message)] = kept.messages
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in text_of(message) and url in html_of(message)


def test_an_address_with_other_letters_arrives_too(mailing_app: Flask, kept: Kept) -> None:
    with mailing_app.app_context():
        put_in(to="služba@example.org")
        assert send_waiting().sent == 1
    assert [to for to, _ in kept.messages] == ["služba@example.org"]


def test_the_log_holds_no_address_and_no_text(
    mailing_app: Flask, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    with mailing_app.app_context():
        for key, reply in (
            ("one", f"550 <{ADDRESS}> unknown"),
            ("two", f"450 {ADDRESS} later"),
            ("three", ""),
        ):
            kept.recipient_reply, kept.breaks_after_letter = reply, not reply
            put_in(key)
            send_waiting()
    assert "mail 1: the mail server said 550" in caplog.text
    assert ADDRESS not in caplog.text and "Please answer" not in caplog.text


def test_a_letter_that_cannot_be_written_holds_up_no_other(mailing_app: Flask, kept: Kept) -> None:
    with mailing_app.app_context():
        put_in("one", to="a@example.org\r\nBcc: b@example.org")
        put_in("two")
        assert str(send_waiting()) == "1 sent, 0 put off, 1 refused, 0 in doubt"
    assert [to for to, _ in kept.messages] == [ADDRESS]


def test_the_server_says_once_that_the_mail_server_is_away_and_goes_on(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.mail.sender.LOOK_EVERY_SECONDS", 0)
    port, looks = free_port(), iter(range(6))
    with mailing(sqlite_url, f"smtp://127.0.0.1:{port}") as app:
        with app.app_context():
            put_in()
        look_and_send(app, lambda: next(looks, None) is not None)
        assert caplog.text.count("cannot be used") == 1
        with mail_server(port) as (_, kept):
            again = iter(range(3))
            look_and_send(app, lambda: next(again, None) is not None)
        assert len(kept.messages) == 1


def test_without_a_mail_server_letters_wait_and_the_command_says_what_to_set(sqlite_url: str) -> None:
    with mailing(sqlite_url, "") as app:
        with app.app_context():
            assert put_in()
        done = app.test_cli_runner().invoke(mail, ["send"])
        assert isinstance(done.exception, MailFault) and "SURVEYAPP_MAIL_URL is not set" in str(
            done.exception
        )
        assert "waiting" in app.test_cli_runner().invoke(mail, ["list"]).output


def test_without_the_address_that_people_type_no_letter_is_written(app: Flask) -> None:
    with app.app_context():
        assert not put_in()
        assert read_outbox() == []
