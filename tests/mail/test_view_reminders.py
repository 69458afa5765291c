"""Reminders to NGOs: of a view that is begun and not handed in, once a stage, until they want none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, update

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments import parallel
from surveyapp.assessments.models import AnswerState, Cycle
from surveyapp.assessments.service import GivenAnswer
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from surveyapp.mail.sender import send_waiting
from tests.assessments.viewing import hand_in, level, say, viewing
from tests.conftest import BASE_URL
from tests.factories import make_cycle, make_user

from .mail_server import Kept, text_of
from .test_reminders import move_deadline, run


@pytest.fixture
def ngo(mailing_on_both: Flask, shipped: Framework) -> Iterator[str]:
    """An NGO of Albania, in a cycle that no government answers by e-mail; the context is open."""
    with mailing_on_both.app_context():
        make_cycle(shipped, ["AL"])
        yield make_user(Role.NGO, "AL", email="shelter@example.org")


def test_an_ngo_is_reminded_of_a_view_that_it_began_once_in_each_stage_from_30_days_on(
    ngo: str, kept: Kept
) -> None:
    move_deadline(7)
    assert run() == 0, "a view need not be given, so nobody is asked to begin one"
    say(
        ngo,
        level("o07.a2", "1"),
        level("o07.a3", "1"),
        GivenAnswer("o07.a4", AnswerState.NONE_YET, 0, comment="?"),
    )
    say(ngo, level("o07.a2", "2", seen=1))
    for days, expected in ((60, 0), (30, 1), (20, 0), (7, 1), (1, 1), (0, 0), (-1, 1), (-9, 0)):
        move_deadline(days)
        assert (days, run()) == (days, expected)
        assert run() == 0
        send_waiting()
    first, *_, last = kept.to(ngo)
    assert str(first["Subject"]) == "Your view is not handed in: Albania 2026"
    assert "2 questions are answered." in text_of(first) and "Please hand it in by" in text_of(first)
    assert f"{BASE_URL}/en/parallel/2026/AL" in text_of(first) and first["List-Unsubscribe"]
    assert "It was due on" in text_of(last) and "It is taken until" in text_of(last)


def test_a_view_that_is_handed_in_or_was_taken_back_needs_no_reminder(ngo: str) -> None:
    move_deadline(7)
    say(ngo, level("o07.a2", "1"))
    hand_in(ngo)
    assert run() == 0
    with viewing(ngo) as (view, user):
        parallel.take_back(view, by=user)
    assert run() == 0, "it was the NGO's own wish"


@pytest.mark.parametrize("ended", ["unsubscribed", "account closed", "role taken away", "cycle closed"])
def test_who_cannot_hand_it_in_or_wants_no_reminders_gets_none(ngo: str, ended: str) -> None:
    say(ngo, level("o07.a2", "1"))
    move_deadline(7)
    begin_write()
    if ended == "unsubscribed":
        db.session.execute(update(User).values(wants_reminders=False))
    elif ended == "account closed":
        db.session.execute(update(User).values(is_active=False))
    elif ended == "role taken away":
        db.session.execute(delete(RoleGrant))
    else:
        db.session.execute(update(Cycle).values(closed_at=now()))
    db.session.commit()
    assert run() == 0
