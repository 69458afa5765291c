"""Letters about publication: to focal points of their results, to NGOs of a view that stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from surveyapp.accounts.models import Role, User
from surveyapp.assessments import submission
from surveyapp.assessments.models import AssessmentState
from surveyapp.database import begin_write, db
from surveyapp.framework.model import Framework
from surveyapp.mail.models import OutgoingMail
from surveyapp.mail.sender import send_waiting
from tests.assessments.acting import acting, step
from tests.assessments.viewing import decide, hand_in, level, say
from tests.conftest import BASE_URL
from tests.factories import bring_to, delegate, make_cycle, make_user

from .mail_server import Kept, html_of, link_in, text_of

FOCAL, COORDINATOR = "al@example.org", "region@example.org"


@pytest.fixture
def accepted(mailing_on_both: Flask, shipped: Framework) -> Iterator[None]:
    """Albania's assessment, accepted; nobody wants reminders. The context is open."""
    with mailing_on_both.app_context():
        make_cycle(shipped, ["AL", "BA"])
        make_user(Role.FOCAL_POINT, "AL", email=FOCAL)
        make_user(Role.FOCAL_POINT, "BA", email="ba@example.org")
        make_user(Role.COORDINATOR, email=COORDINATOR)
        contributor = make_user(Role.CONTRIBUTOR, "AL")
        delegate(contributor, "o07")
        bring_to(AssessmentState.ACCEPTED, shipped, FOCAL, COORDINATOR)
        begin_write()
        db.session.execute(update(User).values(wants_reminders=False))
        db.session.commit()
        send_waiting()
        yield


def carry_out(kept: Kept, name: str) -> list[str]:
    """Take a step and deliver; gives who is written to by it."""
    before = len(kept.messages)
    step(name, COORDINATOR)
    send_waiting()
    return sorted(to for to, _ in kept.messages[before:])


@pytest.mark.usefixtures("accepted")
def test_published_results_are_told_to_the_countrys_focal_points_with_their_public_page(kept: Kept) -> None:
    assert carry_out(kept, "publish") == [FOCAL]
    letter = kept.to(FOCAL)[-1]
    assert letter["Subject"] == "Published: Albania 2026" and letter["List-Unsubscribe"] is None
    assert "what your country lets be shown" in " ".join(text_of(letter).split())
    assert link_in(letter, "/results/") == f"{BASE_URL}/en/results/2026/AL"
    assert f"{BASE_URL}/en/results/2026/AL" in html_of(letter)


@pytest.mark.usefixtures("accepted")
def test_withdrawn_results_are_told_with_what_is_hidden_and_again_when_they_come_back(kept: Kept) -> None:
    step("publish", COORDINATOR)
    send_waiting()
    assert carry_out(kept, "withdraw") == [FOCAL]
    letter = kept.to(FOCAL)[-1]
    assert letter["Subject"] == "Withdrawn: Albania 2026" and letter["List-Unsubscribe"] is None
    assert "Their pages and their data are hidden from the public." in text_of(letter)
    assert link_in(letter, "/assessments/") == f"{BASE_URL}/en/assessments/2026/AL"
    assert carry_out(kept, "publish") == [FOCAL]
    assert kept.to(FOCAL)[-1]["Subject"] == "Published: Albania 2026"


@pytest.mark.parametrize("was_public", [True, False])
@pytest.mark.usefixtures("accepted")
def test_reopening_says_that_results_are_hidden_where_they_were_public(kept: Kept, was_public: bool) -> None:
    if was_public:
        step("publish", COORDINATOR)
        send_waiting()
    assert carry_out(kept, "reopen") == [FOCAL]
    letter = kept.to(FOCAL)[-1]
    assert letter["Subject"] == "Sent back to you: Albania 2026"
    assert ("hidden from the public until they are published again" in text_of(letter)) is was_public


@pytest.mark.usefixtures("accepted")
def test_ngos_are_told_when_their_shown_views_become_public_and_hidden_with_the_results(kept: Kept) -> None:
    shown, refused = "shown@example.org", "refused@example.org"
    for ngo in (shown, refused, "undecided@example.org"):
        make_user(Role.NGO, "AL", email=ngo)
        say(ngo, level("o07.a2", "1"))
        number = hand_in(ngo)
        if ngo in (shown, refused):
            decide(COORDINATOR, number, shows=ngo == shown, note="Why.")
    send_waiting()
    assert "once these are published" in text_of(kept.to(shown)[-1])
    assert carry_out(kept, "publish") == [FOCAL, shown]
    letter = kept.to(shown)[-1]
    assert letter["Subject"] == "Your view is public: Albania 2026"
    assert link_in(letter, "/results/") == f"{BASE_URL}/en/results/2026/AL/parallel"
    assert carry_out(kept, "withdraw") == [FOCAL, shown]
    assert kept.to(shown)[-1]["Subject"] == "Your view is hidden: Albania 2026"
    assert carry_out(kept, "publish") == carry_out(kept, "reopen") == [FOCAL, shown]
    assert kept.to(shown)[-1]["Subject"] == "Your view is hidden: Albania 2026"


@pytest.mark.usefixtures("accepted")
def test_a_decision_after_publication_says_that_the_view_is_public_now(kept: Kept) -> None:
    ngo = make_user(Role.NGO, "AL")
    say(ngo, level("o07.a2", "1"))
    number = hand_in(ngo)
    step("publish", COORDINATOR)
    decide(COORDINATOR, number)
    send_waiting()
    [letter] = kept.to(ngo)
    assert "beside the published results of the government now" in " ".join(text_of(letter).split())


@pytest.mark.usefixtures("accepted")
def test_a_publication_that_is_rolled_back_is_told_to_nobody() -> None:
    count = select(func.count()).select_from(OutgoingMail)
    before = db.session.scalar(count)
    with pytest.raises(ZeroDivisionError), acting(COORDINATOR) as (assessment, user):
        submission.publish(assessment, by=user)
        assert db.session.scalar(count) == (before or 0) + 1
        raise ZeroDivisionError
    assert db.session.scalar(count) == before


def test_a_decision_while_the_results_are_being_published_tells_that_the_view_is_public(
    mailing_on_both: Flask, accepted: None, kept: Kept
) -> None:
    ngo = make_user(Role.NGO, "AL")
    say(ngo, level("o07.a2", "1"))
    view = hand_in(ngo)

    def show() -> None:
        with mailing_on_both.app_context():
            decide(COORDINATOR, view)

    with ThreadPoolExecutor(1) as pool:
        with acting(COORDINATOR) as (assessment, user):
            submission.publish(assessment, by=user)
            db.session.flush()
            decided = pool.submit(show)
            wait([decided], timeout=0.3)
        decided.result(timeout=10)
    send_waiting()
    [letter] = kept.to(ngo)
    assert "It stands beside the published results of the government now." in " ".join(
        text_of(letter).split()
    )
