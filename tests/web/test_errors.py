"""Refusals and faults: the status, the words, the reader's language, and never a traceback."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask, Response, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import surveyapp
from surveyapp.accounts.models import Role
from surveyapp.accounts.permissions import Action, may
from surveyapp.app import create_app
from surveyapp.database import db
from surveyapp.settings import Settings
from surveyapp.web.errors import NEVER_SHOWN, NO_TEXT, NO_TEXT_OF_QUESTIONS
from surveyapp.web.field_names import FIELDS, FIELDS_OF_PLACES
from surveyapp.web.requests import LARGEST_FORM
from tests.accounts.browsers import age_sessions
from tests.conftest import SECRET, ClientAs, application, csrf_token
from tests.factories import make_user

PACKAGE = Path(surveyapp.__file__).parent
TITLES = {
    400: "This could not be read",
    401: "You are signed out",
    403: "Your account may not open this",
    404: "There is no such page",
    405: "This address takes no such request",
    409: "Something changed in between",
    413: "This is too much at once",
    422: "Something needs a mend",
    429: "Too many tries",
    500: "Something went wrong here",
    503: "The server cannot write just now",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = "multipart/form-data; boundary=edge"


def add_failing_views(app: Flask) -> None:
    """`/<locale>/fail/<status>` and the same under `/api/`, each failing as asked."""

    @app.route("/<locale:locale>/fail/<int:status>", methods=["GET", "POST"])
    @may(Action.OPEN_PAGE)
    def fail(status: int) -> str:
        if status == 500:
            raise ZeroDivisionError("a word of ours")
        abort(status)

    @app.get("/api/v1/fail/<int:status>")
    @may(Action.OPEN_PAGE)
    def fail_api(status: int) -> str:
        return fail(status)


@pytest.fixture
def failing(app_of_faults: Flask) -> FlaskClient:
    add_failing_views(app_of_faults)
    return app_of_faults.test_client()


class Page(HTMLParser):
    """The first tag of a page and its balance of tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.root = dict(attrs)


@pytest.mark.parametrize(("status", "title"), TITLES.items())
def test_each_refusal_says_what_happened_and_what_to_do(
    failing: FlaskClient, status: int, title: str
) -> None:
    response = failing.get(f"/en/fail/{status}")
    assert response.status_code == status
    assert f"<title>{title}" in response.text and f"<h1>{title}</h1>" in response.text
    assert 'class="lead"' in response.text and "Go to the start" in response.text
    assert "Traceback" not in response.text and "a word of" not in response.text


@pytest.mark.parametrize("status", TITLES)
def test_programs_get_the_same_as_problem_json(failing: FlaskClient, status: int) -> None:
    response = failing.get(f"/api/v1/fail/{status}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = json.loads(response.data)
    assert problem["status"] == status and problem["type"] == "about:blank"
    assert problem["title"] == TITLES[status] and problem["detail"]
    assert "a word of" not in response.text


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing", "/api/v1/cycles/1999/scores"])
def test_an_unknown_address_of_the_api_is_a_problem_document(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_a_request_that_an_address_does_not_take_names_those_it_takes(client: FlaskClient) -> None:
    for path, kind in (("/en/method", "text/html"), ("/api/v1/cycles", "application/problem+json")):
        response = client.delete(path)
        assert (response.status_code, response.mimetype) == (405, kind)
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_fault_of_ours_shows_a_number_that_stands_in_the_log(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "surveyapp"):
        page = failing.get("/en/fail/500").text
    found = re.search(r"500-[0-9A-F]{6}", page)
    assert found and "give this number" in page
    record = next(record for record in caplog.records if found[0] in record.getMessage())
    assert record.exc_info and record.exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_for_a_while_says_how_long(failing: FlaskClient, status: int) -> None:
    assert int(failing.get(f"/en/fail/{status}").headers["Retry-After"]) > 0


@pytest.mark.parametrize(("locale", "way"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("status", TITLES)
def test_the_page_of_a_refusal_is_in_the_language_of_its_address(
    app_in_three_languages: Flask, locale: str, way: str, status: int
) -> None:
    app = app_in_three_languages
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    add_failing_views(app)
    response = app.test_client().get(f"/{locale}/fail/{status}")
    assert response.status_code == status
    root = Page(response.text).root
    assert (root["lang"], root["dir"]) == (locale, way)


def test_a_form_with_1000_fields_is_read_and_one_with_1001_refused(client: FlaskClient) -> None:
    token = csrf_token(client, "/en/sign-in")
    for count, status in ((1000, 422), (1001, 413)):
        sent = {"csrf_token": token} | {f"f{number}": "x" for number in range(count - 1)}
        assert client.post("/en/sign-in", data=sent).status_code == status
        in_parts = client.post("/en/sign-in", data=encode(sent, PARTS), content_type=PARTS)
        assert in_parts.status_code == status
    assert "This is too much at once" in in_parts.text


def encode(fields: dict[str, str], kind: str) -> bytes:
    """The body of a form, as a browser sends it."""
    if kind != PARTS:
        return urlencode(fields).encode()
    head = '--edge\r\nContent-Disposition: form-data; name="'
    parts = [f'{head}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    return "".join([*parts, "--edge--\r\n"]).encode()


@pytest.mark.parametrize("kind", [FORM["Content-Type"], PARTS])
def test_three_megabytes_are_refused_and_two_are_read(client: FlaskClient, kind: str) -> None:
    token = csrf_token(client, "/en/sign-in")
    for size, status in ((LARGEST_FORM - 1000, 422), (3 * 1024 * 1024, 413)):
        body = encode({"csrf_token": token, "email": "a" * size}, kind)
        response = client.post("/en/sign-in", data=body, content_type=kind)
        assert response.status_code == status
    assert "2 megabytes" in response.text


@pytest.mark.parametrize("where", ["email", "password", "other"])
def test_a_nul_character_is_refused(client: FlaskClient, where: str) -> None:
    sent = {"csrf_token": csrf_token(client, "/en/sign-in"), where: "a\x00b"}
    assert client.post("/en/sign-in", data=sent).status_code == 400


@pytest.mark.parametrize("body", [b"email=%FF%FE", b"email=\xff\xfe", b"email=%ED%A0%80", b"%00=1", b"=&=&&"])
def test_a_damaged_form_is_refused_without_a_fault_of_ours(app_of_faults: Flask, body: bytes) -> None:
    response = app_of_faults.test_client().post("/en/sign-in", data=body, headers=FORM)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/en/results/2026/A%00L",
        "/en/results/2026/%FF",
        "/en/results?year=99999999999999999999",
        "/en/results/99999999999999999999",
        "/en/assessments/99999999999999999999/AL",
        "/en/assessments/2026/A%00L",
        "/en/assessments/2026/AL/o%0007",
        "/en/sign-in?next=%00",
        "/en/language?to=%00",
        "/api/v1/cycles/2026/countries/%00",
        "/%00",
        "/en/%ED%A0%80",
    ],
)
@pytest.mark.postgres
def test_a_strange_address_is_no_fault_of_ours(postgres_url: str, path: str) -> None:
    with application(postgres_url) as app:
        with app.app_context():
            email = make_user(Role.FOCAL_POINT, "AL")
        app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
        client = app.test_client()
        for _ in range(2):  # as a visitor, then signed in
            assert client.get(path).status_code < 500
            sent = {"csrf_token": csrf_token(client, "/en/sign-in"), "email": email}
            client.post("/en/sign-in", data=sent | {"password": "twelve-or-more-characters"})
            if client.get("/en/account").status_code == 200:
                assert client.get(path).status_code < 500
                break


@pytest.mark.parametrize("locale", ["xx", "EN", "en-", "..%2f..%2fx", "fr-FR", "english", "e"])
def test_a_language_that_is_not_offered_is_no_page(client: FlaskClient, locale: str) -> None:
    assert client.get(f"/{locale}/").status_code == 404
    assert client.get(f"/{locale}/method").status_code == 404


def test_a_host_name_that_is_not_ours_is_refused(sqlite_url: str) -> None:
    app = create_app(
        Settings(database_url=sqlite_url, secret_key=SECRET, base_url="https://survey.example.org")
    )
    client = app.test_client()
    for path in ("/en/method", "/api/v1/cycles", "/en/nothing"):
        assert client.get(path, base_url="https://evil.example").status_code == 400
    assert client.get("/en/method", base_url="https://survey.example.org").status_code == 200
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("fault", [OperationalError("SELECT", {}, Exception("gone")), PoolTimeout()])
def test_a_database_that_does_not_answer_is_503_with_the_typed_text(
    app_of_faults: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    with app_of_faults.app_context():
        client = client_as(make_user(Role.TRANSLATOR))
    token = csrf_token(client, "/en/account")

    def refuse(*_: object) -> None:
        raise fault

    monkeypatch.setattr("surveyapp.accounts.service.choose_locale", refuse)
    sent = {"csrf_token": token, "form": "locale", "locale": "en", "note": "typed for an hour"}
    sent["o07.a1-comment"] = "typed too"
    response = client.post("/en/account", data=sent)
    assert response.status_code == 503 and response.headers["Retry-After"] == "30"
    assert "typed for an hour" in response.text and "Nothing was saved" in response.text
    assert '<bdi dir="ltr">form</bdi>' not in response.text, "a button is nothing that somebody typed"
    assert '<bdi dir="ltr">o07.a1</bdi> · Comment' in response.text, (
        "the database is not asked for the number"
    )


def test_every_text_of_a_form_has_a_name_in_words() -> None:
    templates = "".join(path.read_text() for path in PACKAGE.glob("**/templates/**/*.html"))
    of_places = set(re.findall(r'name="\{\{ (?:q|objective)\.id \}\}-([a-z_]+)"', templates))
    assert {f"-{name}" for name in of_places} - set(NO_TEXT_OF_QUESTIONS) == {
        f"-{n}" for n in FIELDS_OF_PLACES
    }
    texts = set(re.findall(r'<textarea[^>]* name="([a-z_]+)"', templates))
    assert texts and texts <= set(FIELDS)


def test_no_button_and_no_hidden_field_is_told_as_typed_under_a_name_of_ours() -> None:
    templates = "".join(path.read_text() for path in PACKAGE.glob("**/templates/**/*.html"))
    names = re.findall(r'<(?:button|input type="hidden")[^>]* name="([a-z_]+)"', templates)
    assert "shown" in names and set(names) <= {*NO_TEXT, *NEVER_SHOWN, *FIELDS}


def test_a_database_that_is_gone_is_503_for_visitors_and_for_those_signed_in(
    app_of_faults: Flask, client_as: ClientAs, sqlite_url: str
) -> None:
    with app_of_faults.app_context():
        signed_in = client_as(make_user(Role.TRANSLATOR))
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.write_bytes(b"")
    for client in (app_of_faults.test_client(), signed_in):
        assert client.get("/en/results").status_code == 503
        assert client.get("/api/v1/cycles").status_code == 503
        assert client.get("/healthz").status_code == 200
        with client.get("/static/base.css") as file:
            assert file.status_code == 200


@pytest.mark.postgres
def test_a_page_that_is_ready_is_sent_though_the_database_stops_then(postgres_url: str) -> None:
    with application(postgres_url) as app:
        app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False

        @app.after_request
        def stop(response: Response) -> Response:
            own = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
            with db.engine.connect() as other:
                other.execute(sa.text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})
            return response

        assert app.test_client().get("/en/results").status_code == 200
        assert app.test_client().get("/en/results").status_code == 200, "the pool noticed"


@pytest.mark.postgres
def test_a_database_that_stops_in_the_middle_of_a_page_is_503(postgres_url: str) -> None:
    with application(postgres_url) as app:
        app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False

        @app.before_request
        def stop() -> None:
            own = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
            with db.engine.connect() as other:
                other.execute(sa.text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})

        response = app.test_client().get("/en/results")
        assert response.status_code == 503 and response.headers["Retry-After"] == "30"


def test_a_database_that_takes_no_writes_can_still_be_read(
    app_of_faults: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app_of_faults.app_context():
        client = client_as(make_user(Role.TRANSLATOR))
    token = csrf_token(client, "/en/account")
    age_sessions(app_of_faults, seen=timedelta(minutes=5))
    monkeypatch.setattr("surveyapp.database.sqlite_pragmas", lambda: ["PRAGMA query_only = ON"])
    with app_of_faults.app_context():
        db.engine.dispose()
    assert client.get("/en/account").status_code == 200
    sent = {"csrf_token": token, "form": "locale", "locale": "en"}
    assert client.post("/en/account", data=sent).status_code == 503
