"""A real mail server on this machine that keeps what it is given and says no when told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Kept:
    """What arrived, oldest first, and what the server answers."""

    messages: list[tuple[str, EmailMessage]] = field(default_factory=list)  # recipient, letter
    recipient_reply: str = ""  # instead of "250 OK"
    letter_reply: str = ""
    breaks_after_letter: bool = False  # takes the letter and goes without a word
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.recipient_reply:
            return self.recipient_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        if self.letter_reply:
            return self.letter_reply
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self.lock:
            self.messages.append((envelope.rcpt_tos[0], message))
        if self.breaks_after_letter:
            server.transport.abort()
        return "250 taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for recipient, message in self.messages if recipient == address]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(port: int | None = None) -> Iterator[tuple[str, Kept]]:
    """The SURVEYAPP_MAIL_URL of a running server, and what it keeps."""
    kept = Kept()
    controller = Controller(kept, hostname="127.0.0.1", port=port or a_free_port(), enable_SMTPUTF8=True)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", kept
    finally:
        controller.stop()


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def link_in(message: EmailMessage, part: str) -> str:
    """The link of a letter whose address holds `part`."""
    [found] = [line for line in text_of(message).splitlines() if line.startswith("http") and part in line]
    return found
