"""The command line as administrators use it: exit status, one line for each refusal, never a traceback."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.cli import users
from surveyapp.accounts.errors import AccountFault
from surveyapp.accounts.models import User
from surveyapp.assessments.service import get_cycle
from surveyapp.cli import surveyapp
from surveyapp.database import db
from surveyapp.framework.document import framework_sha256
from surveyapp.framework.loader import load_framework
from surveyapp.framework.shipped import shipped_folder

from .conftest import SECRET

SURVEYAPP = str(Path(sys.executable).with_name("surveyapp"))
NOWHERE = "postgresql://nobody@127.0.0.1:1/surveyapp"
USER = ("--office", "Ministry of Justice", "--role")
CYCLE = ("--opens", "2026-09-01", "--deadline", "2026-12-15", "--closes", "2027-01-31")
Done = subprocess.CompletedProcess[str]


def run(*arguments: str, url: str = "", **settings: str) -> Done:
    """One command in a process of its own, with these settings alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")}
    given = {"SURVEYAPP_DATABASE_URL": url} if url else {}
    given |= {f"SURVEYAPP_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [SURVEYAPP, *arguments], env=kept | given, capture_output=True, text=True, timeout=60
    )


def assert_refused(done: Done, *words: str) -> None:
    """Exit 1, nothing on stdout, one line on stderr with these words in it."""
    assert (done.returncode, done.stdout) == (1, ""), done
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_help_names_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    for name in ("audit", "compare", "cycle", "demo", "evidence", "explain", "framework", "init",
                 "like-for-like", "mail", "retention", "score", "sensitivity", "serve", "submission",
                 "translations", "users"):  # fmt: skip
        assert f"\n  {name} " in done.stdout, name


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("serve", "--port", "0"),
        ("serve", "--workers", "many"),
        ("users", "add", "a@example.org"),
        ("users", "add", "a@example.org", *USER, "king"),
        ("cycle", "open", "26", "--countries", "AL", *CYCLE),
        ("cycle", "open", "2026", "--countries", "AL", "--opens", "1 September"),
        ("demo", "--port", "x"),
    ],
)
def test_a_command_used_wrongly_exits_with_2_and_shows_the_usage(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(surveyapp, arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


def test_an_account_is_made_and_its_password_printed_once(sqlite_url: str) -> None:
    add = ("users", "add", "Focal.AL@example.org", *USER, "focal_point", "--country", "al")
    done = run(*add, url=sqlite_url)
    assert done.returncode == 0, done.stderr
    email, password = done.stdout.split()
    assert email.lower() == "focal.al@example.org" and len(password) >= 12
    assert_refused(run(*add, url=sqlite_url), "focal.al@example.org has an account already.")
    verified = run("audit", "verify", url=sqlite_url)
    assert (verified.returncode, verified.stdout) == (0, "verified: 1 entries\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("not-an-address", *USER, "analyst"), '"not-an-address" is not an e-mail address.'),
        (("a@example.org", *USER, "focal_point"), "needs a country, such as AL"),
        (("a@example.org", *USER, "contributor", "--country", "QQ"), "QQ is no ISO 3166 country code."),
        (("a@example.org", *USER, "analyst", "--country", "AL"), "belongs to no country"),
        (("a@example.org", *USER, "analyst", "--password", "short"), "from 12 to 128 characters"),
        (("a@example.org", *USER, "analyst", "--locale", "xx"), "xx is not offered; choose from: en"),
        (("a@example.org", "--office", " ", "--role", "analyst"), "Give the office"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_words(
    app: Flask, arguments: tuple[str, ...], words: str
) -> None:
    done = app.test_cli_runner().invoke(users, ["add", *arguments])
    assert isinstance(done.exception, AccountFault) and done.stdout == ""
    assert words in str(done.exception)
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 0


def test_a_cycle_is_opened_once_for_countries_that_exist_with_dates_in_order(sqlite_url: str) -> None:
    def open_cycle(countries: str, *dates: str) -> Done:
        return run("cycle", "open", "2026", "--countries", countries, *dates, url=sqlite_url)

    assert_refused(open_cycle("AL,QQ", *CYCLE), "QQ is no ISO 3166 country code.")
    swapped = ("--opens", "2026-12-15", "--deadline", "2026-09-01", "--closes", "2027-01-31")
    assert_refused(open_cycle("AL", *swapped), "opens first")
    done = open_cycle("al, ba", *CYCLE)
    assert done.returncode == 0 and done.stderr.startswith("framework guidelines-2001 1 ("), done
    assert done.stdout == "cycle 2026 is open for 2 countries\n"
    assert_refused(open_cycle("AL", *CYCLE), "There is a cycle for 2026 already.")


def test_a_cycle_can_open_over_another_version_of_the_questionnaires(
    sqlite_url: str, app: Flask, tmp_path: Path
) -> None:
    def open_cycle(year: str, *more: str) -> Done:
        dates = ("--opens", f"{year}-09-01", "--deadline", f"{year}-12-15", "--closes", f"{year}-12-31")
        return run("cycle", "open", year, "--countries", "AL", *dates, *more, url=sqlite_url)

    assert open_cycle("2026").returncode == 0
    folder = tmp_path / "second"
    shutil.copytree(shipped_folder(), folder)
    file = folder / "framework.yaml"
    text = file.read_text(encoding="utf-8")
    nowhere, empty = str(tmp_path / "nowhere"), tmp_path / "empty"
    empty.mkdir()
    assert_refused(open_cycle("2027", "--framework", nowhere), nowhere, "No such file or directory")
    assert_refused(open_cycle("2027", "--framework", str(empty)), "framework.yaml: is missing in")
    file.write_text(re.sub("(?m)^version: .*$", "version: second", text), encoding="utf-8")
    done = open_cycle("2027", "--framework", str(folder))
    assert (done.returncode, done.stdout) == (0, "cycle 2027 is open for 1 country\n")
    sha256 = framework_sha256(load_framework(folder))
    assert f" second ({sha256[:12]})" in done.stderr
    with app.app_context():
        pinned = {cycle.year: cycle.framework_version.sha256 for cycle in map(get_cycle, (2026, 2027))}
    first = framework_sha256(load_framework(shipped_folder()))
    assert pinned == {2026: first, 2027: sha256}
    unknown = "0" * 64
    assert_refused(open_cycle("2028", "--framework", unknown), f'"{unknown}" is no folder', "hash")
    assert open_cycle("2028", "--framework", sha256[:12].upper()).returncode == 0
    done = open_cycle("2029", "--framework", first[:12])
    assert done.returncode == 0 and f"framework guidelines-2001 1 ({first[:12]})" in done.stderr


def test_a_cycle_without_countries_is_refused(sqlite_url: str) -> None:
    done = run("cycle", "open", "2026", "--countries", " , ", *CYCLE, url=sqlite_url)
    assert_refused(done, "countr")


def test_a_folder_of_questionnaires_with_faults_stops_init_with_a_line_for_each(tmp_path: Path) -> None:
    (tmp_path / "framework.yaml").write_text("id: x\n")
    url = f"sqlite:///{tmp_path / 'new.db'}"
    done = run("init", url=url, framework=str(tmp_path))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert all("framework.yaml:" in line for line in done.stderr.splitlines())
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [("serve",), ("users", "add", "a@example.org", *USER, "analyst")],
)  # fmt: skip
def test_an_unprepared_database_says_what_to_run(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, url=f"sqlite:///{tmp_path / 'empty.db'}", secret_key=SECRET)
    assert_refused(done, "run: surveyapp init")


@pytest.mark.parametrize(
    ("command", "url", "words"),
    [
        ("init", NOWHERE, "the database refuses: "),
        ("serve", NOWHERE, "the database refuses: "),
        ("init", "sqlite:////nowhere/at/all.db", "unable to open database file"),
        ("init", "postgresql://h:port/x", "SURVEYAPP_DATABASE_URL cannot be used"),
        ("serve", "postgresql+nothing://x", "SURVEYAPP_DATABASE_URL cannot be used"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_line(command: str, url: str, words: str) -> None:
    assert_refused(run(command, url=url, secret_key=SECRET), words)


def test_the_server_refuses_a_weak_secret_and_does_not_repeat_it(sqlite_url: str) -> None:
    done = run("serve", url=sqlite_url, secret_key="change-me")
    assert_refused(done, "SURVEYAPP_SECRET_KEY is missing or too weak", "token_urlsafe")
    assert "change-me" not in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use_is_one_line_with_what_to_do(sqlite_url: str, workers: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, "--workers", workers, url=sqlite_url, secret_key=SECRET)
    assert_refused(done, f"cannot listen on 127.0.0.1:{port}", "choose another with --port")


def test_an_address_of_another_machine_is_one_line(sqlite_url: str) -> None:
    done = run("serve", "--host", "192.0.2.1", url=sqlite_url, secret_key=SECRET)
    assert_refused(done, "cannot listen on 192.0.2.1:8000")


def test_a_base_url_that_cannot_be_meant_is_one_line(sqlite_url: str) -> None:
    assert_refused(run("serve", url=sqlite_url, base_url="survey.example.org"), "SURVEYAPP_BASE_URL")
