"""Reminders: to those who have something open, once a stage, until they want none."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update

from surveyapp.accounts.models import Country, Role, User
from surveyapp.assessments import cycles
from surveyapp.assessments.cli import cycle as command
from surveyapp.assessments.models import Assessment, AssessmentState, Cycle
from surveyapp.assessments.reminders import list_open_cycles, remind
from surveyapp.assessments.stages import find_stage
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from surveyapp.mail.models import OutgoingMail
from surveyapp.mail.sender import send_waiting
from surveyapp.web.time_zones import day_in
from tests.accounts.browsers import send_sign_in
from tests.conftest import BASE_URL, csrf_token
from tests.factories import answer_all, bring_to, delegate, make_cycle, make_user

from .mail_server import Kept, html_of, link_in, text_of

OPENS, DEADLINE, CLOSES = date(2026, 9, 1), date(2026, 12, 15), date(2027, 1, 31)


MINUTE = timedelta(minutes=1)


def an_assessment(country: str = "AL", deadline: date | None = None) -> Assessment:
    cycle = Cycle(year=2026, opens_on=OPENS, deadline=DEADLINE, closes_on=CLOSES)
    return Assessment(country_code=country, cycle=cycle, country=Country(code=country), deadline=deadline)


@pytest.mark.parametrize(
    ("today", "stage", "ends"),
    [
        (date(2026, 8, 31), None, None),
        (OPENS, "open", date(2026, 11, 15)),
        (date(2026, 11, 14), "open", date(2026, 11, 15)),
        (date(2026, 11, 15), "30", date(2026, 12, 8)),
        (date(2026, 12, 7), "30", date(2026, 12, 8)),
        (date(2026, 12, 8), "7", date(2026, 12, 14)),
        (date(2026, 12, 14), "1", date(2026, 12, 16)),
        (DEADLINE, "1", date(2026, 12, 16)),
        (date(2026, 12, 16), "-1", date(2027, 2, 1)),
        (CLOSES, "-1", date(2027, 2, 1)),
        (date(2027, 2, 1), None, None),
    ],
)
@pytest.mark.parametrize(("country", "hours"), [("AL", 1), ("US", -5), ("KI", 12)])
def test_a_stage_lasts_from_its_day_to_the_next_one_where_the_country_is(
    country: str, hours: int, today: date, stage: str | None, ends: date | None
) -> None:
    hours += country != "KI" and today < date(2026, 10, 25)  # summer time
    midnight = datetime.combine(today, time(), UTC) - timedelta(hours=hours)
    for moment in (midnight, midnight + timedelta(days=1) - MINUTE):
        found = find_stage(an_assessment(country), moment)
        assert (found.name if found else None) == stage
        if found is not None:
            assert day_in(an_assessment(country).zone, found.ends_at) == ends
            assert day_in(an_assessment(country).zone, found.ends_at - MINUTE) < (ends or today)


def test_more_time_for_a_country_moves_its_stages() -> None:
    extended = an_assessment(deadline=date(2027, 3, 1))
    for today, stage in (
        (DEADLINE, "open"),
        (date(2027, 1, 30), "30"),
        (date(2027, 2, 28), "1"),
        (date(2027, 3, 2), None),
    ):
        found = find_stage(extended, datetime.combine(today, time(12), UTC))
        assert (found.name if found else None) == stage


@pytest.fixture
def albania(mailing_on_both: Flask, shipped: Framework) -> Iterator[str]:
    """Albania's focal point in a cycle that is due in 21 days; the context is open."""
    with mailing_on_both.app_context():
        make_cycle(shipped, ["AL"])
        yield make_user(Role.FOCAL_POINT, "AL")


def run() -> int:
    """`cycle remind`, without sending."""
    db.session.remove()
    begin_write()
    written = sum(remind(cycle) for cycle in list_open_cycles())
    db.session.commit()
    db.session.remove()
    return written


def find_today() -> date:
    """The day in Albania, where it may be tomorrow already."""
    return day_in(an_assessment().zone, now())


def move_deadline(days: int) -> None:
    today = find_today()
    begin_write()
    values = {"opens_on": today - timedelta(days=90), "deadline": today + timedelta(days=days)}
    db.session.execute(update(Cycle).values(values | {"closes_on": today + timedelta(days=120)}))
    db.session.commit()


def test_a_focal_point_is_reminded_once_in_each_stage(albania: str, kept: Kept) -> None:
    for days, expected in (
        (60, 1),
        (40, 0),
        (30, 1),
        (20, 0),
        (8, 0),
        (7, 1),
        (2, 0),
        (1, 1),
        (0, 0),
        (-1, 1),
        (-9, 0),
    ):
        move_deadline(days)
        assert (days, run()) == (days, expected)
        assert run() == 0
        send_waiting()
    assert len(kept.to(albania)) == len(kept.messages) == 5


def test_the_letter_says_what_is_open_with_the_day_for_calendars(
    albania: str, kept: Kept, shipped: Framework
) -> None:
    run()
    send_waiting()
    [letter] = kept.to(albania)
    asked = sum(question.same_as is None for question in shipped.questions.values())
    assert f"\u2068Albania\u2069: {asked} questions are open." in text_of(letter)
    assert f"{BASE_URL}/en/assessments/2026/AL" in html_of(letter)
    [calendar] = letter.iter_attachments()
    assert calendar.get_content_type() == "text/calendar"
    day = now().date() + timedelta(days=21)
    lines = str(calendar.get_content()).replace("\r\n ", "").splitlines()
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in lines
    assert "UID:deadline-2026-AL@survey.example.org" in lines
    answer_all(shipped, albania)
    move_deadline(7)
    run()
    send_waiting()
    assert "submitting is left to do" in text_of(kept.to(albania)[1])


def test_after_the_deadline_the_letter_says_so_and_has_no_day_to_note(albania: str, kept: Kept) -> None:
    move_deadline(-1)
    run()
    send_waiting()
    [letter] = kept.to(albania)
    assert letter["Subject"] == "The assessment 2026 was due"
    assert "Answers are taken until" in text_of(letter) and not list(letter.iter_attachments())


def test_a_country_with_more_time_is_reminded_by_its_own_deadline_and_the_others_by_theirs(
    mailing_on_both: Flask, shipped: Framework, kept: Kept
) -> None:
    with mailing_on_both.app_context():
        make_cycle(shipped, ["AL", "BA"])
        albanian = make_user(Role.FOCAL_POINT, "AL", email="al@example.org")
        bosnian = make_user(Role.FOCAL_POINT, "BA", email="ba@example.org")
        move_deadline(7)
        assert run() == 2
        later = now().date() + timedelta(days=150)  # after the cycle closes
        begin_write()
        cycles.extend_deadline(cycles.get_in_cycle(2026, "AL", lock=True), later, "A flood.", by=None)
        db.session.commit()
        assert run() == 0, "Albania was told of its new deadline"
        send_waiting()
        assert "end of the day in Albania (CE" in text_of(kept.to(albanian)[1])
        assert str(later.year) in text_of(kept.to(albanian)[1])
        [calendar] = kept.to(albanian)[1].iter_attachments()
        assert f"DTSTART;VALUE=DATE:{later:%Y%m%d}" in str(calendar.get_content())
        move_deadline(-1)
        assert run() == 1, "Bosnia and Herzegovina alone"
        send_waiting()
        assert [letter["Subject"] for letter in kept.to(bosnian)][-1] == "The assessment 2026 was due"
        begin_write()
        db.session.execute(update(Cycle).values(closes_on=find_today() - timedelta(days=1)))
        db.session.commit()
        assert run() == 0
        assert [cycle.year for cycle in list_open_cycles()] == [2026], "Albania still answers"


def test_contributors_are_reminded_of_open_objectives_of_theirs_alone(
    albania: str, kept: Kept, shipped: Framework
) -> None:
    first = make_user(Role.CONTRIBUTOR, "AL", email="first@example.org")
    make_user(Role.CONTRIBUTOR, "AL", email="second@example.org")  # has no objective
    make_user(Role.CONTRIBUTOR, "BA", email="third@example.org")
    delegate(first, "o08")
    assert run() == 2
    send_waiting()
    _, questionnaire = shipped.find_objective("o08")  # type: ignore[misc]
    open_ones = sum(question.same_as is None for question in questionnaire.questions)
    assert f": {open_ones} questions are open." in text_of(kept.to(first)[0])
    answer_all(shipped, albania)
    move_deadline(7)
    assert run() == 1, "the focal point alone, who has to submit"


@pytest.mark.parametrize(
    ("state", "expected"),
    [(AssessmentState.SUBMITTED, 0), (AssessmentState.RETURNED, 1), (AssessmentState.ACCEPTED, 0)],
)
def test_what_is_handed_in_needs_no_reminder(
    albania: str, shipped: Framework, state: AssessmentState, expected: int
) -> None:
    bring_to(state, shipped, albania, make_user(Role.COORDINATOR))
    assert run() == expected


def test_many_machines_at_once_write_to_each_once(mailing_on_both: Flask, albania: str, kept: Kept) -> None:
    make_user(Role.FOCAL_POINT, "AL", email="second@example.org")

    def machine(_: int) -> int:
        with mailing_on_both.app_context():
            written = run()
            send_waiting()
            return written

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(machine, range(6))) == 2
    assert sorted(to for to, _ in kept.messages) == sorted([albania, "second@example.org"])


def test_one_press_in_a_mail_program_ends_reminders_and_nothing_else(
    mailing_app: Flask, kept: Kept, shipped: Framework
) -> None:
    with mailing_app.app_context():
        make_cycle(shipped, ["AL"])
        albania, coordinator = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)
        run()
        send_waiting()
    [letter] = kept.to(albania)
    url = str(letter["List-Unsubscribe"]).strip().strip("<>")
    assert url == link_in(letter, "/reminders/") and url.startswith(BASE_URL)
    client, path = mailing_app.test_client(), urlsplit(url).path
    for _ in range(2):
        assert "Send me no more reminders" in client.get(path).text, "reading it changes nothing"
    done = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200 and "You are sent no reminders." in done.text
    with mailing_app.app_context():
        move_deadline(7)
        assert run() == 0
        bring_to(AssessmentState.RETURNED, shipped, albania, coordinator)
        send_waiting()
    others = kept.to(albania)[1:]
    assert [str(message["Subject"]) for message in others] == [
        "Submitted: Albania 2026",
        "Sent back to you: Albania 2026",
    ]
    assert all(message["List-Unsubscribe"] is None for message in others)
    assert "Send me reminders again" in client.post(path, data={}).text
    assert "Send me no more reminders" in client.post(path, data={"again": "1"}).text
    with mailing_app.app_context():
        assert run() == 1


@pytest.mark.parametrize("token", ["x", "1", "MQ.forged", "%22admin%22", "", "MQ.cut/"])
def test_a_forged_unsubscribe_link_changes_nothing(mailing_app: Flask, token: str) -> None:
    with mailing_app.app_context():
        make_user(Role.FOCAL_POINT, "AL")
    refused = mailing_app.test_client().post(f"/en/reminders/{token}")
    assert refused.status_code == 410 and "Copy all of it from the letter" in refused.text
    with mailing_app.app_context():
        assert db.session.scalars(select(User.wants_reminders)).all() == [True]


def test_reminders_are_chosen_on_the_account_page_too(mailing_app: Flask) -> None:
    with mailing_app.app_context():
        email = make_user(Role.FOCAL_POINT, "AL")
    client = mailing_app.test_client()
    send_sign_in(client, email)
    page = "/en/account"
    for chosen in ({}, {"wants_reminders": "1"}):
        sent = {"form": "reminders", "csrf_token": csrf_token(client, page)} | chosen
        assert client.post(page, data=sent).status_code == 303
        with mailing_app.app_context():
            assert db.session.scalars(select(User.wants_reminders)).all() == [bool(chosen)]


def test_the_command_writes_sends_and_says_how_many(
    mailing_app: Flask, kept: Kept, shipped: Framework
) -> None:
    with mailing_app.app_context():
        make_cycle(shipped, ["AL"])
        make_user(Role.FOCAL_POINT, "AL")
    runner = mailing_app.test_cli_runner()
    first = runner.invoke(command, ["remind", "2026"])
    assert (first.exit_code, first.stdout) == (0, "1 letter written\n")
    assert "1 sent" in first.stderr and len(kept.messages) == 1
    assert runner.invoke(command, ["remind"]).stdout == "0 letters written\n"
    refused = runner.invoke(command, ["remind", "1999"])
    assert str(refused.exception) == "There is no cycle for 1999."


def test_a_receipt_holds_the_hashes_and_a_returned_assessment_no_word_of_the_review(
    albania: str, kept: Kept, shipped: Framework
) -> None:
    bring_to(AssessmentState.RETURNED, shipped, albania, make_user(Role.COORDINATOR))
    send_waiting()
    receipt, returned = kept.to(albania)
    hashes = [
        word
        for word in text_of(receipt).replace("\u2068", " ").replace("\u2069", " ").split()
        if len(word) == 64
    ]
    assert len(hashes) == 2
    assert "objective 9" not in text_of(returned), "what to mend stands on the page"
    assert f"{BASE_URL}/en/assessments/2026/AL" in text_of(returned)
    db.session.remove()
    assert all(row.text == "" for row in db.session.scalars(select(OutgoingMail)))


def test_the_focal_points_are_told_that_it_is_accepted_and_what_is_theirs_to_say(
    mailing_app: Flask, kept: Kept, shipped: Framework
) -> None:
    with mailing_app.app_context():
        make_cycle(shipped, ["AL"])
        albania, coordinator = make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)
        bring_to(AssessmentState.ACCEPTED, shipped, albania, coordinator)
        send_waiting()
    letter = kept.to(albania)[-1]
    assert str(letter["Subject"]) == "Accepted: Albania 2026" and kept.to(coordinator) == []
    assert "Say what may be shown." in text_of(letter)
    assert link_in(letter, "/consent") == f"{BASE_URL}/en/assessments/2026/AL/consent"
