"""The server is killed in the middle of saves: what was acknowledged is there, nothing is half done."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import Answer, AnswerRevision, AssessmentState
from surveyapp.audit.service import verify
from surveyapp.database import db
from surveyapp.framework.model import Framework
from tests.conftest import application
from tests.factories import answer_all, make_cycle, make_user

from .acting import put_into, read_state, read_submissions, start_afresh
from .serving import IS_TORTURE, START_SECONDS, Browser, Server

KILLS = {1: 50, 2: 50} if IS_TORTURE else {1: 3, 2: 2}  # by the number of worker processes
LONGEST_LIFE = 0.6  # seconds from the first saved answer to the kill

pytestmark = pytest.mark.xdist_group("server")


class Writer(Thread):
    """Saves one question again and again until the server goes away; notes what was acknowledged."""

    def __init__(self, browser: Browser, objective: str, begun: Event, gone: Event) -> None:
        super().__init__()
        self.browser, self.objective, self.begun, self.gone = browser, objective, begun, gone
        self.acknowledged: list[str] = []
        self.other_answers: list[int] = []

    def run(self) -> None:
        path, question = f"/en/assessments/2026/AL/{self.objective}", f"{self.objective}.a1"
        try:
            while not self.gone.is_set():
                fields = self.browser.open(path)
                words = (
                    f"{self.objective} {''.join(random.choices('abcdefgh', k=20))}"  # no digits: no telephone
                )
                fields |= {f"{question}-level": "2", f"{question}-comment": words}
                answer = self.browser.save(path, fields)
                if answer.status == 303:
                    self.acknowledged.append(words)
                    self.begun.set()
                else:
                    self.other_answers.append(answer.status)
        except (OSError, HTTPException):
            return  # killed


class Submitter(Thread):
    """Submits Bosnia and Herzegovina once, at some moment before the kill."""

    def __init__(self, browser: Browser, begun: Event, delay: float) -> None:
        super().__init__()
        self.browser, self.begun, self.delay, self.is_acknowledged = browser, begun, delay, False

    def run(self) -> None:
        self.begun.wait(START_SECONDS)
        time.sleep(self.delay)
        try:
            answer = self.browser.ask("POST", "/en/assessments/2026/BA/submit", {})
            self.is_acknowledged = answer.status == 303
        except (OSError, HTTPException):
            return


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stage(
    request: pytest.FixtureRequest, tmp_path: Path, shipped: Framework
) -> Iterator[tuple[Flask, Server, list[str]]]:
    """A prepared database, a server that is not started, and four people who answer."""
    url = request.getfixturevalue(f"{request.param}_url")
    with application(url) as app:
        with app.app_context():
            make_cycle(shipped)
            people = [
                make_user(Role.FOCAL_POINT, "AL", email=f"al{number}@example.org") for number in range(3)
            ]
            people.append(make_user(Role.FOCAL_POINT, "BA"))
            answer_all(shipped, people[3], "BA")
            start_afresh()
        server = Server(url, 1 if request.param == "sqlite" else 2, tmp_path / "server.log")
        yield app, server, people
        if server.is_running():
            server.end(signal.SIGKILL)


def test_a_killed_server_loses_nothing_that_it_had_acknowledged(
    stage: tuple[Flask, Server, list[str]],
) -> None:
    app, server, people = stage
    server.start()
    browsers = [Browser(server.port).sign_in(email) for email in people]
    acknowledged: set[str] = set()
    for _ in range(KILLS[server.workers]):
        with app.app_context():
            put_into(AssessmentState.RETURNED, "BA")
            before = len(read_submissions())
        browsers[3].open("/en/assessments/2026/BA/o08")
        words, is_submit_acknowledged = let_them_write_and_kill(server, browsers)
        acknowledged |= words
        with app.app_context():
            require_sound()
            assert acknowledged <= set(db.session.scalars(select(AnswerRevision.comment)))
            require_whole(before, is_acknowledged=is_submit_acknowledged)
            start_afresh()
        server.start()
    assert acknowledged
    assert browsers[0].open("/en/assessments/2026/AL/o07")
    server.end()


def let_them_write_and_kill(server: Server, browsers: list[Browser]) -> tuple[set[str], bool]:
    """Three people save and one submits when the server is killed; gives what was acknowledged."""
    begun, gone, life = Event(), Event(), random.uniform(0, LONGEST_LIFE)
    writers = [
        Writer(browser, objective, begun, gone)
        for browser, objective in zip(browsers, ("o07", "o08", "o11"), strict=False)
    ]
    submitter = Submitter(browsers[3], begun, life * random.uniform(0.5, 1))
    for thread in (*writers, submitter):
        thread.start()
    assert begun.wait(START_SECONDS)
    time.sleep(life)
    server.end(signal.SIGKILL)
    gone.set()
    for thread in (*writers, submitter):
        thread.join(timeout=30)
    assert [status for writer in writers for status in writer.other_answers] == []
    return {words for writer in writers for words in writer.acknowledged}, submitter.is_acknowledged


def require_sound() -> None:
    """The database opens without repair; PostgreSQL has noticed that its clients are gone."""
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(db.engine.url.database))) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        return
    at_work = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    deadline = time.monotonic() + 10
    while db.session.scalar(at_work):
        assert time.monotonic() < deadline
        db.session.rollback()
        time.sleep(0.02)
    db.session.rollback()


def require_whole(submissions_before: int, *, is_acknowledged: bool) -> None:
    """Every answer has its last history row; a submission is there whole, or not at all."""
    assert list(verify(db.session)) == []
    newest = (
        select(AnswerRevision.answer_id, func.max(AnswerRevision.version).label("version"))
        .group_by(AnswerRevision.answer_id)
        .subquery()
    )
    unequal = select(Answer.id).join(newest, newest.c.answer_id == Answer.id, isouter=True)
    unequal = unequal.where(sa.or_(newest.c.version.is_(None), newest.c.version != Answer.version))
    assert list(db.session.scalars(unequal)) == []
    submissions = read_submissions()
    is_submitted = read_state("BA") is AssessmentState.SUBMITTED
    assert is_submitted or not is_acknowledged
    assert len(submissions) == submissions_before + is_submitted
    for submission in submissions:
        assert hashlib.sha256(submission.body.encode()).hexdigest() == submission.sha256
        assert json.loads(submission.body)["country"] == "BA"
