"""Letters about the days of a cycle: it opened, one country has another deadline, it was closed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments import cycles
from surveyapp.assessments.cli import cycle as command
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.models import AssessmentState, Cycle
from surveyapp.assessments.service import get_cycle
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from surveyapp.mail.models import MailKind, OutgoingMail
from surveyapp.mail.sender import send_waiting
from surveyapp.web.pages import show_day
from tests.assessments.viewing import hand_in, level, say
from tests.conftest import BASE_URL
from tests.factories import bring_to, delegate, get_user, make_cycle, make_user

from .mail_server import Kept, html_of, link_in, text_of
from .test_reminders import find_today, move_deadline, run


@pytest.fixture
def albania(mailing_on_both: Flask, shipped: Framework) -> Iterator[str]:
    """Albania's focal point in a cycle that is due in 21 days, beside Bosnia and Herzegovina's; the context
    is open.
    """
    with mailing_on_both.app_context():
        make_cycle(shipped, ["AL", "BA"])
        make_user(Role.FOCAL_POINT, "BA", email="ba@example.org")
        yield make_user(Role.FOCAL_POINT, "AL", email="al@example.org")


def want_no_reminders() -> None:
    begin_write()
    db.session.execute(update(User).values(wants_reminders=False))
    db.session.commit()


def extend(days: int, country: str = "AL") -> date:
    """Give a country so many days from today; gives the last one."""
    to = find_today() + timedelta(days=days)
    db.session.remove()
    begin_write()
    cycles.extend_deadline(cycles.get_in_cycle(2026, country, lock=True), to, "A flood.", by=None)
    db.session.commit()
    return to


def close() -> None:
    db.session.remove()
    begin_write()
    cycles.close_cycle(get_cycle(2026, lock=True), by=None)
    db.session.commit()


def opens_in(days: int) -> None:
    today = find_today()
    begin_write()
    moved = {"opens_on": today + timedelta(days=days), "deadline": today + timedelta(days=90)}
    db.session.execute(update(Cycle).values(moved | {"closes_on": today + timedelta(days=120)}))
    db.session.commit()


def receivers(kept: Kept) -> list[str]:
    send_waiting()
    return sorted(address for address, _ in kept.messages)


def test_more_time_is_told_to_all_who_work_on_it_with_the_old_and_the_new_day(
    albania: str, kept: Kept
) -> None:
    health = make_user(Role.CONTRIBUTOR, "AL", email="health@example.org")
    delegate(health, "o07")
    make_user(Role.CONTRIBUTOR, "AL", email="idle@example.org")  # has nothing to answer
    say(make_user(Role.NGO, "AL"), level("o07.a2", "1"))  # its view follows the cycle's deadline
    want_no_reminders()
    old, new = db.session.scalars(select(Cycle.deadline)).one(), extend(40)
    assert receivers(kept) == [albania, health], "they are told whether they want reminders or not"
    [letter] = kept.to(health)
    assert letter["Subject"] == "New deadline: Albania 2026" and letter["List-Unsubscribe"] is None
    for body in (text_of(letter), html_of(letter)):
        for words, day in (("New", new), ("Old", old)):
            assert f"{words} deadline: {show_day(day, 'full')}, end of the day in Albania (CE" in body
        assert f"{BASE_URL}/en/assessments/2026/AL" in body
        assert "again" not in body and "flood" not in body
    [calendar] = letter.iter_attachments()
    assert f"DTSTART;VALUE=DATE:{new:%Y%m%d}" in str(calendar.get_content())
    assert "UID:deadline-2026-AL@" in str(calendar.get_content()), "it takes the place of the old day"


def test_each_reads_it_in_their_own_language_and_by_the_clock_of_the_country(
    albania: str, kept: Kept
) -> None:
    begin_write()
    db.session.execute(update(User).where(User.email == albania).values(locale="fr"))
    cycles.choose_time_zone("AL", "Asia/Tokyo")
    db.session.commit()
    extend(40)
    send_waiting()
    [letter] = kept.to(albania)
    assert letter["Content-Language"] == "fr" and "Albanie 2026" in letter["Subject"]
    assert "(Tokyo, UTC+9)" in text_of(letter).replace("\u2068", "").replace("\u2069", "")


def test_a_refused_extension_is_told_to_nobody(albania: str, kept: Kept) -> None:
    with pytest.raises(CycleFault):
        extend(20)
    db.session.rollback()
    assert receivers(kept) == []


def test_who_was_told_of_more_time_is_not_reminded_of_it_the_next_morning(albania: str, kept: Kept) -> None:
    move_deadline(20)
    assert run() == 2
    extend(60)
    assert run() == 0, "the letter said it"
    extend(65)
    assert run() == 0
    send_waiting()
    assert [letter["Subject"] for letter in kept.to(albania)][1:] == ["New deadline: Albania 2026"] * 2
    begin_write()
    db.session.execute(update(Cycle).values(opens_on=find_today() - timedelta(days=90)))
    assessment = cycles.get_in_cycle(2026, "AL", lock=True)
    assessment.deadline = find_today() + timedelta(days=7)
    assessment.extended_at = now() - timedelta(days=50)
    db.session.commit()
    assert run() == 1, "seven days before it the reminder comes"


def test_an_extension_after_the_cycle_was_closed_says_that_answers_are_taken_again(
    albania: str, kept: Kept
) -> None:
    close()
    extend(30)
    send_waiting()
    assert "Answers are taken again until then." in text_of(kept.to(albania)[-1])


def test_a_cycle_that_opens_later_is_told_on_its_opening_day_once_to_all_its_focal_points(
    albania: str, kept: Kept
) -> None:
    delegate(make_user(Role.CONTRIBUTOR, "AL"), "o07")
    want_no_reminders()
    opens_in(1)
    assert run() == 0
    opens_in(0)
    assert run() == 2 and run() == 0
    assert receivers(kept) == [albania, "ba@example.org"], (
        "contributors hear of it when they are given something"
    )
    [letter] = kept.to(albania)
    assert letter["Subject"] == "The assessment 2026 is open" and letter["List-Unsubscribe"] is None
    today, due = find_today(), find_today() + timedelta(days=90)
    for body in (text_of(letter), html_of(letter)):
        assert f"The assessment 2026 has opened on {show_day(today, 'full')}." in body
        assert f"due {show_day(due, 'full')}, end of the day in Albania (CE" in body
    assert link_in(letter, "/assessments/") == f"{BASE_URL}/en/assessments/2026/AL"
    [calendar] = letter.iter_attachments()
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}" in str(calendar.get_content())
    opens_in(-61)
    assert run() == 0, "nor a second time while nothing is due"


def test_a_cycle_that_opens_a_week_before_its_deadline_is_told_too_and_nobody_is_reminded_twice(
    albania: str, kept: Kept
) -> None:
    today = find_today()
    begin_write()
    moved = {"opens_on": today, "deadline": today + timedelta(days=7)}
    db.session.execute(update(Cycle).values(moved))
    db.session.commit()
    assert run() == 2 and run() == 0
    send_waiting()
    assert [letter["Subject"] for letter in kept.to(albania)] == ["The assessment 2026 is open"]


def test_many_machines_tell_once_that_a_cycle_has_opened(
    mailing_on_both: Flask, albania: str, kept: Kept
) -> None:
    opens_in(0)

    def machine(_: int) -> int:
        with mailing_on_both.app_context():
            return run()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(machine, range(6))) == 2
    assert receivers(kept) == [albania, "ba@example.org"]


def test_the_command_opens_for_a_later_day_and_writes_to_nobody_before(mailing_app: Flask) -> None:
    with mailing_app.app_context():
        make_user(Role.FOCAL_POINT, "AL")
        today = find_today()
    days = [str(today + timedelta(days=days)) for days in (2, 60, 90)]
    runner = mailing_app.test_cli_runner()
    options = ["--countries", "AL", "--opens", days[0], "--deadline", days[1], "--closes", days[2]]
    assert runner.invoke(command, ["open", "2026", *options]).exit_code == 0
    assert runner.invoke(command, ["remind"]).stdout == "0 letters written\n"
    with mailing_app.app_context():
        opens_in(0)
    assert runner.invoke(command, ["remind"]).stdout == "1 letter written\n"


def test_closing_before_they_handed_in_is_told_to_all_who_work_on_it_and_to_nobody_else(
    albania: str, kept: Kept, shipped: Framework
) -> None:
    health = make_user(Role.CONTRIBUTOR, "AL", email="health@example.org")
    delegate(health, "o07")
    bring_to(AssessmentState.SUBMITTED, shipped, "ba@example.org", make_user(Role.COORDINATOR), "BA")
    want_no_reminders()
    before = len(receivers(kept))
    close()
    send_waiting()
    assert sorted(to for to, _ in kept.messages[before:]) == [albania, health]
    [letter] = kept.to(albania)
    assert letter["Subject"] == "The assessment 2026 is closed" and letter["List-Unsubscribe"] is None
    assert "- \u2068Albania\u2069" in text_of(letter).splitlines() and "Bosnia" not in text_of(letter)
    assert "asks the regional secretariat to extend the deadline" in text_of(letter)
    assert link_in(letter, "/assessments/") == f"{BASE_URL}/en/assessments/2026/AL"


def test_one_letter_for_whoever_answers_for_two_countries_names_both(
    mailing_on_both: Flask, shipped: Framework, kept: Kept
) -> None:
    with mailing_on_both.app_context():
        make_cycle(shipped, ["AL", "BA"])
        both = make_user(Role.FOCAL_POINT, "AL")
        begin_write()
        db.session.add(RoleGrant(user_id=get_user(both).id, role=Role.FOCAL_POINT, country_code="BA"))
        db.session.commit()
        close()
        send_waiting()
    [letter] = kept.to(both)
    lines = text_of(letter).splitlines()
    assert "The assessments of these countries are not handed in:" in lines
    assert [line for line in lines if line.startswith("- \u2068")] == [
        "- \u2068Albania\u2069",
        "- \u2068Bosnia & Herzegovina\u2069",
    ]


@pytest.mark.parametrize("when", ["it has not opened", "its last day is over"])
def test_closing_a_cycle_that_takes_no_answers_anyway_is_told_to_nobody(
    albania: str, kept: Kept, when: str
) -> None:
    today = find_today()
    first, last = (3, 40) if when == "it has not opened" else (-60, -2)
    begin_write()
    moved = {"opens_on": today + timedelta(days=first), "deadline": today + timedelta(days=last)}
    db.session.execute(update(Cycle).values(moved | {"closes_on": today + timedelta(days=last)}))
    db.session.commit()
    close()
    assert receivers(kept) == []


def test_an_ngo_whose_view_was_begun_is_told_that_it_is_not_taken_any_more(albania: str, kept: Kept) -> None:
    begun = make_user(Role.NGO, "AL", email="begun@example.org")
    handed_in = make_user(Role.NGO, "AL", email="done@example.org")
    for ngo in (begun, handed_in):
        say(ngo, level("o07.a2", "1"))
    hand_in(handed_in)
    want_no_reminders()
    close()
    send_waiting()
    [letter] = kept.to(begun)
    assert letter["Subject"] == "Your view is not handed in: Albania 2026"
    assert "is not taken any more" in text_of(letter) and kept.to(handed_in) == []
    assert link_in(letter, "/parallel/") == f"{BASE_URL}/en/parallel/2026/AL"


def test_what_is_rolled_back_is_told_to_nobody(albania: str) -> None:
    db.session.remove()
    begin_write()
    cycles.close_cycle(get_cycle(2026, lock=True), by=None)
    kind = select(func.count()).where(OutgoingMail.kind == MailKind.CYCLE)
    assert db.session.scalar(kind) == 2
    db.session.rollback()
    assert db.session.scalar(kind) == 0
