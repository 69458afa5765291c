"""Applications over a prepared database, on SQLite and on PostgreSQL, and clients that are signed in."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import event

from surveyapp.app import create_app
from surveyapp.database import db
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.operation import prepare
from surveyapp.settings import Settings

from .factories import PASSWORD
from .mail.mail_server import Kept, mail_server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
SECRET = "a-secret-for-tests-only-0123456789-abcdefghij"
POSTGRES = os.environ.get("SURVEYAPP_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")

# An example may take long on a machine that does other things too; that is no fault of the code.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, or a skip; a failure where CI must have it."""
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    try:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
    except PlaywrightError:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: install the package chromium")
        pytest.skip("no Chromium: install the package chromium")
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def shipped() -> Framework:
    """The questionnaires that the product comes with."""
    return load_framework(shipped_folder())


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file as `surveyapp init` leaves it; each test works on a copy."""
    path = tmp_path_factory.mktemp("sqlite") / "prepared.db"
    prepare(Settings(database_url=f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres() -> sa.Engine:
    """The server's own database, or a skip; a failure where CI must have it."""
    engine = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    try:
        engine.connect().close()
    except sa.exc.OperationalError:
        reason = f"no PostgreSQL at {engine.url.host}:{engine.url.port}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return engine


@contextmanager
def postgres_database(engine: sa.Engine, template: str = "template0") -> Iterator[str]:
    """The address of a new database, a copy of `template`, that is dropped at the end."""
    name = f"surveyapp_test_{uuid.uuid4().hex[:12]}"
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    try:
        yield str(engine.url.set(database=name).render_as_string(hide_password=False))
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def prepared_postgres(postgres: sa.Engine) -> Iterator[str]:
    """The name of a PostgreSQL database as `surveyapp init` leaves it."""
    with postgres_database(postgres) as url:
        prepare(Settings(database_url=url))
        yield str(sa.make_url(url).database)


@pytest.fixture
def sqlite_url(prepared_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "surveyapp.db"
    shutil.copy(prepared_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: sa.Engine, prepared_postgres: str) -> Iterator[str]:
    with postgres_database(postgres, prepared_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A prepared database, once of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


class CompiledTemplates(BytecodeCache):
    """Templates are compiled once for all applications of a test run; it is most of a page's time."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


@contextmanager
def application(url: str, evidence: str = "") -> Iterator[Flask]:
    app = create_app(Settings(database_url=url, secret_key=SECRET, evidence=evidence))
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


BASE_URL = "https://survey.example.org"


@contextmanager
def mailing(url: str, mail_url: str) -> Iterator[Flask]:
    """An application that writes letters and hands them to the mail server at `mail_url`, if any."""
    with application(url) as app:
        # Not given to create_app: it would refuse the host name that test clients use, and want HTTPS.
        app.config["SETTINGS"] = Settings(
            database_url=url, secret_key=SECRET, base_url=BASE_URL, mail_url=mail_url
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


@pytest.fixture
def app(sqlite_url: str) -> Iterator[Flask]:
    """The application over SQLite: for pages."""
    with application(sqlite_url) as app:
        yield app


@pytest.fixture
def app_on_both(database_url: str) -> Iterator[Flask]:
    """The application over each database: for what services promise."""
    with application(database_url) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def client_as(app: Flask) -> ClientAs:
    """A client that has signed in with the e-mail address of an account from `factories`."""

    def sign_in(email: str) -> FlaskClient:
        client = app.test_client()
        token = csrf_token(client, "/en/sign-in")
        sent = {"email": email, "password": PASSWORD, "csrf_token": token}
        response = client.post("/en/sign-in", data=sent)
        assert response.status_code == 303, response.text
        return client

    return sign_in


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token of the form on a page."""
    return client.get(path).text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


@pytest.fixture
def count_queries(app: Flask) -> Callable[..., int]:
    """How many statements a call sends to the database."""

    def count(call: Callable[..., object], *arguments: object) -> int:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            call(*arguments)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len([s for s in sent if not s.startswith(("BEGIN", "PRAGMA"))])

    return count
