"""Several people at the same moment, over real HTTP: nothing acknowledged is lost, nothing breaks.

Each race is run a few times; `make torture` runs all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AnswerRevision, AssessmentState
from surveyapp.assessments.submission import list_open
from surveyapp.audit.service import verify
from surveyapp.database import db
from surveyapp.framework.model import Framework
from tests.conftest import application, postgres_database
from tests.factories import level, make_cycle, make_user

from .acting import put_into, read_answers, read_others, read_state, read_submissions, save, start_afresh
from .questionnaire import COUNTRY
from .serving import IS_TORTURE, Answer, Browser, Server, at_once

TRIALS = 60 if IS_TORTURE else 6
PAGE = f"{COUNTRY}/o07"

pytestmark = pytest.mark.xdist_group("server")


class World:
    """A running server, the application over the same database, and Albania's two focal points."""

    def __init__(self, app: Flask, server: Server, emails: tuple[str, str]) -> None:
        self.app, self.server = app, server
        self.first, self.second = (Browser(server.port).sign_in(email) for email in emails)
        self.emails = emails

    def save_both(self, mine: dict[str, str], theirs: dict[str, str]) -> Sequence[Answer]:
        """Both people press Save at the same moment."""
        return at_once(lambda: self.first.save(PAGE, mine), lambda: self.second.save(PAGE, theirs))

    def comments_ever_kept(self) -> set[str]:
        with self.app.app_context():
            return set(db.session.scalars(select(AnswerRevision.comment)))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shipped: Framework
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("served")
    if request.param == "sqlite":
        source = request.getfixturevalue("prepared_sqlite")
        (folder / "surveyapp.db").write_bytes(source.read_bytes())
        yield from _serve(f"sqlite:///{folder / 'surveyapp.db'}", 1, folder, shipped)
    else:
        engine: sa.Engine = request.getfixturevalue("postgres")
        with postgres_database(engine, request.getfixturevalue("prepared_postgres")) as url:
            yield from _serve(url, 2, folder, shipped)


def _serve(url: str, workers: int, folder: Path, shipped: Framework) -> Iterator[World]:
    with application(url) as app:
        with app.app_context():
            emails = (
                make_user(Role.FOCAL_POINT, "AL"),
                make_user(Role.FOCAL_POINT, "AL", email="second@example.org"),
            )
            make_cycle(shipped)
            start_afresh()
        server = Server(url, workers, folder / "server.log")
        server.start()
        try:
            yield World(app, server, emails)
            with app.app_context():
                assert list(verify(db.session)) == []
                start_afresh()
        finally:
            server.end()
        assert "Traceback" not in server.log.read_text()


def test_two_people_on_one_page_lose_nothing(served: World) -> None:
    sent = set()
    for trial in range(TRIALS):
        mine, theirs = served.first.open(PAGE), served.second.open(PAGE)
        for fields, question, who in ((mine, "o07.a1", "first"), (theirs, "o07.a3", "second")):
            fields[f"{question}-level"] = str(trial % 5)
            fields[f"{question}-comment"] = f"different {trial} {who}"
            sent.add(f"different {trial} {who}")
        answers = at_once(
            lambda f=mine: served.first.save(PAGE, f), lambda f=theirs: served.second.save(PAGE, f)
        )
        assert [answer.status for answer in answers] == [303, 303], answers
        with served.app.app_context():
            kept = read_answers()
        assert kept["o07.a1"].comment == f"different {trial} first"
        assert kept["o07.a3"].comment == f"different {trial} second"
    assert sent <= served.comments_ever_kept()


def test_of_two_people_at_one_question_one_is_told_and_both_texts_live(served: World) -> None:
    for trial in range(TRIALS):
        forms = served.first.open(PAGE), served.second.open(PAGE)
        words = f"same {trial} first", f"same {trial} second"
        for fields, code, text in zip(forms, ("1", "3"), words, strict=True):
            fields |= {"o07.a4-level": code, "o07.a4-comment": text}
        answers = served.save_both(*forms)
        assert sorted(answer.status for answer in answers) == [303, 409]
        won = [answer.status for answer in answers].index(303)
        with served.app.app_context():
            assert read_answers()["o07.a4"].comment == words[won]
        refused = answers[1 - won].text
        assert words[won] in refused and words[1 - won] in refused
    kept = served.comments_ever_kept()
    assert len([text for text in kept if text.startswith("same ")]) == TRIALS
    with served.app.app_context():
        beside = [other.comment for other in read_others("o07.a4")]
    assert len([text for text in beside if text.startswith("same ")]) == TRIALS
    assert not set(beside) & set(kept)


def test_eight_presses_of_submit_at_once_make_one_submission(served: World, shipped: Framework) -> None:
    with served.app.app_context():
        _answer_the_rest(served, shipped)
        before = len(read_submissions())
    served.first.open(PAGE)
    browsers = [Browser(served.first.port, dict(served.first.cookies), served.first.token) for _ in range(8)]
    answers = at_once(*[lambda b=b: b.ask("POST", f"{COUNTRY}/submit", {}) for b in browsers])
    assert [answer.status for answer in answers] == [303] * 8
    with served.app.app_context():
        assert len(read_submissions()) == before + 1
        put_into(AssessmentState.RETURNED)


def test_a_save_during_submit_is_in_the_frozen_copy_or_was_refused(served: World, shipped: Framework) -> None:
    with served.app.app_context():
        _answer_the_rest(served, shipped)
    for trial in range(TRIALS):
        fields, words = served.second.open(PAGE), f"during {trial}"
        fields["o07.a1-comment"] = words
        served.first.open(PAGE)
        submitted, saved = at_once(
            lambda: served.first.ask("POST", f"{COUNTRY}/submit", {}),
            lambda f=fields: served.second.save(PAGE, f),
        )
        assert submitted.status == 303 and saved.status in (303, 409)
        with served.app.app_context():
            assert read_state() is AssessmentState.SUBMITTED
            frozen = read_submissions()[-1]
            kept = read_answers()["o07.a1"].comment
            put_into(AssessmentState.RETURNED)
        assert hashlib.sha256(frozen.body.encode()).hexdigest() == frozen.sha256
        assert json.loads(frozen.body)["answers"]["answers"]["o07.a1"].get("comment", "") == kept
        assert (kept == words) == (saved.status == 303)
        assert words in saved.text or saved.status == 303


def _answer_the_rest(served: World, shipped: Framework) -> None:
    """A level for each question that has no answer yet."""
    put_into(AssessmentState.DRAFT)
    asked = list_open(read_answers(), shipped.questions.values())
    save(served.emails[0], *[level(question) for question in asked])
