"""The production server in a process of its own, and browsers that talk HTTP to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

from tests.conftest import SECRET
from tests.factories import PASSWORD
from tests.results.pages import Node, read_page

from .files import multipart
from .questionnaire import fields_of

IS_TORTURE = bool(os.environ.get("SURVEYAPP_TORTURE"))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
START_SECONDS = 30


class Server:
    """`surveyapp serve` over one database: waitress in one process, granian in several."""

    def __init__(
        self, database_url: str, workers: int, log: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.database_url, self.workers, self.log = database_url, workers, log
        self.settings: dict[str, str] = dict(settings or {})
        self.port = free_port()
        self.launcher: list[str] = []  # what starts the command in a place of its own
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            *self.launcher,
            str(Path(sys.executable).with_name("surveyapp")),
            *("serve", "--port", str(self.port), "--workers", str(self.workers)),
        ]
        settings = {"SURVEYAPP_DATABASE_URL": self.database_url, "SURVEYAPP_SECRET_KEY": SECRET}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=os.environ | settings | self.settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal to the server and its workers, which form one process group."""
        assert self.process
        os.killpg(self.process.pid, number)
        self.process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int
    location: str
    text: str

    @property
    def page(self) -> Node:
        return read_page(self.text)


@dataclass
class Browser:
    """One person at one browser; keeps cookies and the form token."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        """One request on a connection of its own.

        :raises OSError, HTTPException: the server went away.
        """
        body = urlencode(fields | {"csrf_token": self.token}).encode() if fields is not None else None
        status, headers, content = self._ask(method, path, body, FORM if body else {})
        return Answer(status, headers.get("Location", ""), content.decode())

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Message, bytes]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Cookie": cookie, **(headers or {})})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return response.status, response.headers, content

    def sign_in(self, email: str) -> Browser:
        self._take_token("/en/sign-in")
        assert self.ask("POST", "/en/sign-in", {"email": email, "password": PASSWORD}).status == 303
        return self

    def open(self, path: str) -> dict[str, str]:
        """The fields of the questionnaire at `path`, as a browser would send them back."""
        answer = self.ask("GET", path)
        assert answer.status == 200, answer.text
        form = next(f for f in answer.page.all("form") if "sheet" in f.attributes.get("class", ""))
        fields = fields_of(form)
        self.token = fields.pop("csrf_token")
        return fields

    def upload(self, path: str, fields: dict[str, str], name: str, content: bytes) -> int:
        """Send one file; gives the status."""
        self._take_token(path.removesuffix("/files"))
        sent = multipart(fields | {"csrf_token": self.token}, name, content)
        return self._ask("POST", path, sent["data"], {"Content-Type": sent["content_type"]})[0]

    def fetch(self, path: str) -> bytes:
        """The bytes of a file."""
        status, _, content = self._ask("GET", path)
        assert status == 200
        return content

    def save(self, path: str, fields: dict[str, str]) -> Answer:
        return self.ask("POST", path, fields)

    def _take_token(self, path: str) -> None:
        self.token = self.ask("GET", path).text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def at_once(*calls: Callable[[], Any]) -> Sequence[Any]:
    """Make all calls at the same moment, each in a thread; gives what each gave, in order."""
    barrier = Barrier(len(calls))

    def wait_and_call(call: Callable[[], Any]) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(wait_and_call, calls))
