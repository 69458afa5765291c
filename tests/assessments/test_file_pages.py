"""The form that sends a file, and the download, over HTTP."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from surveyapp.framework.model import Framework
from surveyapp.web.requests import LARGEST_FILE, LARGEST_FORM, LARGEST_UPLOAD
from tests.conftest import ClientAs
from tests.factories import bring_to, make_user
from tests.results.pages import read_page

from .acting import put_into, read_answers
from .files import HTML, PDF, RIGHT, SVG, multipart
from .questionnaire import COUNTRY, Page
from .serving import Browser, Server
from .test_question_page import PLACE, open_page

FILES = f"{PLACE}/files"


def upload(
    client: FlaskClient, content: bytes = PDF, name: str = "decree.pdf", **fields: str
) -> TestResponse:
    """Fill in the form of the question's page and press its button."""
    form = next(form for form in open_page(client).all("form") if form.all("input", type="file"))
    assert form.attributes["enctype"] == "multipart/form-data" and form.attributes["action"] == FILES
    token = form.one("input", name="csrf_token").attributes["value"]
    sent = {"csrf_token": token, "title": "Decree", "dated_on": "2026-03-01", **fields}
    return client.post(FILES, **multipart(sent, name, content))


def test_a_file_is_sent_read_again_and_removed_without_a_script(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    beside = Page.open(client).document.one(id="o07.a1")
    [way] = [a for a in beside.all("a") if "Upload a file" in a.text]
    assert way.attributes["href"] == f"{PLACE}#evidence"
    response = upload(client)
    assert response.status_code == 303 and response.location == f"{PLACE}#evidence"
    page = open_page(client)
    assert "The file is kept." in page.text
    link = next(a for a in page.all("a") if "/files/" in a.attributes["href"])
    assert link.text == "Decree"
    assert "decree.pdf · 1 kB · 1 March 2026" in page.text
    with client.get(link.attributes["href"]) as got:
        assert (got.status_code, got.data) == (200, PDF)
    on_form = Page.open(client).document.one(id="o07.a1")
    assert [a for a in on_form.all("a") if a.attributes["href"] == link.attributes["href"]]
    button = page.one("button", name="remove")
    assert button.text == "Remove Decree"
    token = page.all("input", name="csrf_token")[0].attributes["value"]
    gone = client.post(FILES, data={"csrf_token": token, "remove": button.attributes["value"]})
    assert gone.status_code == 303
    assert "The evidence is removed." in open_page(client).text
    assert client.get(link.attributes["href"]).status_code == 404


@pytest.mark.parametrize("name", RIGHT)
def test_every_file_is_an_attachment_that_runs_nothing_and_is_kept_by_no_cache(
    client_as: ClientAs, focal_point: str, name: str
) -> None:
    client = client_as(focal_point)
    assert upload(client, RIGHT[name], name).status_code == 303
    with client.get(f"{COUNTRY}/files/1", headers={"Accept-Encoding": "gzip"}) as got:
        assert got.data == RIGHT[name]
        headers = got.headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].split(";")[0] == "sandbox"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(RIGHT[name]))
    assert "html" not in headers["Content-Type"] and "svg" not in headers["Content-Type"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("تقرير 2026.pdf", "تقرير 2026.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("a;b, c.pdf", "a;b, c.pdf"),
    ],
)
def test_a_download_has_a_name_that_every_system_takes(
    app: Flask, client_as: ClientAs, focal_point: str, name: str, kept: str, tmp_path: Path
) -> None:
    client = client_as(focal_point)
    assert upload(client, name=name).status_code == 303
    with client.get(f"{COUNTRY}/files/1") as got:
        said = got.headers["Content-Disposition"]
    assert kept in said or unquote(said.split("filename*=UTF-8''")[1]) == kept
    assert all(" " <= character <= "~" for character in said)
    [stored] = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert len(stored.name) == 64, "no name of a person's is one on the disk"


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("picture.svg", SVG, 415),
        ("page.html", HTML, 415),
        ("page.pdf", HTML, 415),
        ("report.pdf", b"", 422),
        ("", b"", 422),
        ("report.pdf", PDF + bytes(LARGEST_FILE - len(PDF) + 1), 413),
    ],
)
def test_a_refusal_says_why_beside_the_field_and_gives_back_what_was_typed(
    app: Flask, client_as: ClientAs, focal_point: str, name: str, content: bytes, status: int
) -> None:
    client = client_as(focal_point)
    response = upload(client, content, name, title="Vendim për strehimoret")
    assert response.status_code == status
    page = read_page(response.text)
    [link] = page.one(class_="summary").all("a", href="#evidence-file")
    assert link.text == page.one(id="evidence-file-error").text
    field = page.one("input", id="evidence-file")
    assert field.attributes["aria-invalid"] == "true"
    assert "evidence-file-error" in field.attributes["aria-describedby"].split()
    assert page.one("input", id="evidence-title").attributes["value"] == "Vendim për strehimoret"
    assert page.one("input", id="evidence-dated_on").attributes["value"] == "2026-03-01"
    assert "Choose the file again" in page.text
    with app.app_context():
        assert read_answers() == {}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Give the document a title"),
        ("title", "x" * 201, "too long"),
        ("dated_on", "2026-02-30", "a date that exists"),
    ],
)
def test_a_wrong_title_or_date_is_pointed_out(
    client_as: ClientAs, focal_point: str, field: str, value: str, words: str
) -> None:
    response = upload(client_as(focal_point), **{field: value})
    assert response.status_code == 422
    page = read_page(response.text)
    assert words in page.one(id=f"evidence-{field}-error").text
    assert page.one("input", id=f"evidence-{field}").attributes["value"] == value


def test_only_this_form_takes_much_and_only_from_who_is_signed_in(
    client: FlaskClient, client_as: ClientAs, focal_point: str
) -> None:
    signed_in = client_as(focal_point)
    large = PDF + bytes(LARGEST_FORM)
    assert upload(signed_in, large).status_code == 303
    assert signed_in.post(f"{PLACE}/remarks", **multipart({"text": "x"}, "a.pdf", large)).status_code == 413
    assert client.post(FILES, **multipart({}, "a.pdf", large)).status_code == 413
    too_much = signed_in.post(FILES, **multipart({}, "a.pdf", bytes(LARGEST_UPLOAD)))
    assert too_much.status_code == 413 and "At most 20 megabytes" in too_much.text
    typed = {"title": "x" * (LARGEST_FORM + 1)}
    assert signed_in.post(FILES, **multipart(typed, "a.pdf", PDF)).status_code == 413


def test_a_file_without_the_token_is_refused(client_as: ClientAs, focal_point: str) -> None:
    sent = multipart({"title": "Decree"}, "a.pdf", PDF)
    assert client_as(focal_point).post(FILES, **sent).status_code == 400


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the file that broke off
def test_a_disk_that_is_full_while_the_file_arrives_is_said_and_keeps_nothing(
    app: Flask, client_as: ClientAs, focal_point: str, tmp_path: Path
) -> None:
    client = client_as(focal_point)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, hard))
    try:
        refused = upload(client, PDF + bytes(8_000_000))
        reading = client.get(PLACE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    gc.collect()
    assert refused.status_code == 503 and refused.headers["Retry-After"]
    assert reading.status_code == 200
    assert not list((tmp_path / "evidence").rglob("*"))
    with app.app_context():
        assert read_answers() == {}
    assert upload(client, PDF + bytes(8_000_000)).status_code == 303


def test_a_store_that_is_away_is_said_with_what_was_typed(
    app: Flask, client_as: ClientAs, focal_point: str, tmp_path: Path
) -> None:
    (tmp_path / "evidence").write_text("a file where the folder should be")
    refused = upload(client_as(focal_point))
    assert refused.status_code == 503 and "Decree" in refused.text
    assert "place where files are kept" in refused.text
    with app.app_context():
        assert read_answers() == {}


def test_once_submitted_the_page_shows_evidence_and_no_form(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    upload(client)
    token = open_page(client).all("input", name="csrf_token")[0].attributes["value"]
    with app.app_context():
        put_into(AssessmentState.SUBMITTED)
    page = open_page(client)
    assert not page.all("input", type="file") and not page.all("button", name="remove")
    assert [a for a in page.all("a") if "/files/1" in a.attributes["href"]]
    sent = multipart({"csrf_token": token, "title": "Late"}, "late.pdf", PDF)
    assert client.post(FILES, **sent).status_code == 409


@pytest.mark.parametrize("state", [AssessmentState.SUBMITTED, AssessmentState.RETURNED])
def test_reviewers_find_the_file_where_they_read_the_answers(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, state: AssessmentState
) -> None:
    upload(client_as(focal_point))
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(state, shipped, focal_point, coordinator)
    client = client_as(coordinator)
    page = client.get(f"{COUNTRY}/o07").text
    assert f"{COUNTRY}/files/1" in page and "decree.pdf" in page
    with client.get(f"{COUNTRY}/files/1") as got:
        assert got.data == PDF


def test_files_make_no_page_ask_the_database_oftener(
    client_as: ClientAs, focal_point: str, count_queries: Callable[..., int]
) -> None:
    client = client_as(focal_point)
    pages = (PLACE, f"{COUNTRY}/o07")
    upload(client)
    one = [count_queries(client.get, page) for page in pages]
    for number in range(4):
        upload(client, PDF + bytes([65 + number]))
    assert [count_queries(client.get, page) for page in pages] == one


CAN_MOUNT = (
    subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True
    ).returncode
    == 0
)


@pytest.mark.skipif(not CAN_MOUNT, reason="this machine lets nobody mount a small disk")
def test_on_a_disk_of_two_megabytes_uploads_are_kept_whole_or_refused_and_reading_goes_on(
    app: Flask, focal_point: str, sqlite_url: str, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    server = Server(sqlite_url, 1, tmp_path / "server.log")
    server.launcher = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        f'mount -t tmpfs -o size=2m none {disk} && exec "$0" "$@"',
    ]
    server.settings = {"SURVEYAPP_EVIDENCE": str(disk / "evidence")}
    server.start()
    try:
        browser = Browser(server.port).sign_in(focal_point)
        sent = [PDF + f"%{number}".encode() + os.urandom(300_000) for number in range(10)]
        statuses = [browser.upload(FILES, {"title": f"File {n}"}, "a.pdf", one) for n, one in enumerate(sent)]
        assert set(statuses) == {303, 503}
        kept = [content for content, status in zip(sent, statuses, strict=True) if status == 303]
        assert 4 <= len(kept) <= 6
        got = [browser.fetch(f"{COUNTRY}/files/{number + 1}") for number in range(len(kept))]
        assert got == kept, "what was said to be kept is whole; nothing else is there"
        assert browser.ask("GET", f"{COUNTRY}/files/{len(kept) + 1}").status == 404
    finally:
        server.end()
    with app.app_context():
        assert len(read_answers()["o07.a1"].evidence) == len(kept)
