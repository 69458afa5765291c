"""Applications that write letters and send them to a mail server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from surveyapp.settings import Settings
from tests.conftest import application

from .mail_server import Kept, mail_server

BASE_URL = "https://survey.example.org"


@contextmanager
def mailing(url: str, mail_url: str) -> Iterator[Flask]:
    with application(url) as app:
        app.config["SETTINGS"] = Settings(
            database_url=url,
            secret_key=app.secret_key,
            base_url=BASE_URL,
            mail_url=mail_url,  # type: ignore[arg-type]
        )
        yield app


@pytest.fixture
def server() -> Iterator[tuple[str, Kept]]:
    with mail_server() as running:
        yield running


@pytest.fixture
def kept(server: tuple[str, Kept]) -> Kept:
    """What the mail server was given."""
    return server[1]


@pytest.fixture
def mailing_app(sqlite_url: str, server: tuple[str, Kept]) -> Iterator[Flask]:
    """The application over SQLite with a mail server."""
    with mailing(sqlite_url, server[0]) as app:
        yield app


@pytest.fixture
def mailing_on_both(database_url: str, server: tuple[str, Kept]) -> Iterator[Flask]:
    """The application over each database with a mail server."""
    with mailing(database_url, server[0]) as app:
        yield app
