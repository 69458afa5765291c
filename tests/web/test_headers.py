"""What every response says to browsers and caches, and how small it is."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.app import create_app
from surveyapp.database import db
from surveyapp.settings import Settings
from tests.conftest import SECRET, ClientAs
from tests.factories import make_user

GZIP = {"Accept-Encoding": "gzip, br"}
PATHS = ("/", "/en/", "/en/method", "/en/sign-in", "/en/nothing", "/api/v1/openapi.json", "/api/v1/nothing",
         "/healthz", "/readyz", "/static/base.css", "/static/nothing.css")  # fmt: skip
FOR_GOOD = "public, max-age=31536000, immutable"


def fetch(client: FlaskClient, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    with client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()}) as got:
        return got.status_code, dict(got.headers), got.data


@pytest.mark.parametrize("path", PATHS)
def test_every_response_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    _, headers, _ = fetch(client, path)
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'" and policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert policy["base-uri"] == "'none'" and policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers, "plain HTTP, in a trial"


def test_over_https_browsers_are_told_to_stay_there(sqlite_url: str) -> None:
    base = "https://survey.example.org"
    app = create_app(Settings(database_url=sqlite_url, secret_key=SECRET, base_url=base))
    response = app.test_client().get("/en/method", base_url=base)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/en/method", "/static/base.css", "/api/v1/openapi.json"])
def test_pages_and_files_go_compressed_to_those_who_take_it(client: FlaskClient, path: str) -> None:
    _, plain_headers, plain = fetch(client, path)
    _, headers, packed = fetch(client, path, Accept_Encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain_headers
    assert gzip.decompress(packed) == plain
    assert int(headers["Content-Length"]) == len(packed) < len(plain)
    for each in (headers, plain_headers):
        assert "Accept-Encoding" in each["Vary"]
    assert "Content-Encoding" not in fetch(client, path, Accept_Encoding="gzip;q=0")[1]


def test_what_is_too_small_to_gain_goes_as_it_is(client: FlaskClient) -> None:
    assert "Content-Encoding" not in fetch(client, "/healthz", Accept_Encoding="gzip")[1]


@pytest.mark.parametrize(
    "path", ["/static/nothing.css", "/static/../../settings.py", "/static/%2e%2e/pages.py",
             "/static//etc/passwd",             "/static/../../../pyproject.toml", "/static/vendor"]
)  # fmt: skip
def test_nothing_beside_the_static_files_is_ever_sent(client: FlaskClient, path: str) -> None:
    for headers in ({}, GZIP):
        with client.get(path, headers=headers) as response:
            body = gzip.decompress(response.data) if "Content-Encoding" in response.headers else response.data
            assert response.status_code in (308, 404)
            assert b"SURVEYAPP_" not in body and b"import" not in body and b"root:" not in body


def assets(client: FlaskClient) -> list[str]:
    """The addresses of the static files that a page names."""
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/en/method").text)


def test_static_files_are_kept_for_good_under_the_address_that_names_their_content(
    app: Flask, client: FlaskClient, client_as: ClientAs
) -> None:
    named = assets(client)
    assert len(named) >= 2 and all("?v=" in path for path in named)
    with app.app_context():
        signed_in = client_as(make_user(Role.TRANSLATOR))
    for path in named:
        for who in (client, signed_in):
            for encoding in ("identity", "gzip"):
                assert fetch(who, path, Accept_Encoding=encoding)[1]["Cache-Control"] == FOR_GOOD
        bare = path.split("?", 1)[0]
        for other in (bare, f"{bare}?v=000000000000"):
            assert fetch(client, other)[1]["Cache-Control"] != FOR_GOOD, "another content may come there"


def test_the_address_of_a_static_file_changes_with_its_content(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    file = tmp_path / "base.css"
    file.write_text("a {}")
    with app.test_request_context():
        asset = app.jinja_env.globals["asset"]
        first = asset("base.css")  # type: ignore[operator]
        file.write_text("a { color: red }")
        assert asset("base.css") != first  # type: ignore[operator]


def test_a_static_file_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    _, headers, _ = fetch(client, "/static/base.css")
    status, again, body = fetch(client, "/static/base.css", If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"") and "Content-Encoding" not in again


def test_no_page_loads_anything_from_elsewhere_or_runs_inline(client: FlaskClient) -> None:
    for path in ("/en/method", "/en/sign-in", "/en/about", "/en/nothing"):
        page = client.get(path).text
        assert not re.search(r'<(script|link|img)[^>]+(src|href)="(https?:)?//', page)
        assert not re.search(r"<style|style=|<script>|\son\w+=", page)
