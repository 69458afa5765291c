"""Offices called by name in a remark: who can be, who is written to, and how it is shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, select

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments.errors import SeemsToNameSomebody
from surveyapp.assessments.mentions import find_mentioned, split
from surveyapp.assessments.remarks import add_remark, list_remarks, set_resolved
from surveyapp.database import db
from surveyapp.mail.models import OutgoingMail
from tests.conftest import BASE_URL, ClientAs
from tests.factories import delegate, make_user
from tests.results.pages import read_page

from .acting import acting, start_afresh
from .test_question_page import PLACE, open_page, press

HEALTH, JUSTICE, POLICE = "Ministry of Health", "Ministry of Justice", "Police"


def name_office(email: str, office: str, locale: str = "en") -> str:
    user = db.session.scalars(select(User).where(User.email == email)).one()
    user.office, user.locale = office, locale
    db.session.commit()
    start_afresh()
    return email


def make_contributor(office: str, *questions: str, objective: str = "o07", locale: str = "en") -> str:
    email = make_user(Role.CONTRIBUTOR, "AL", email=f"{office.replace(' ', '.').lower()}@example.org")
    delegate(email, objective, questions=questions)
    return name_office(email, office, locale)


@pytest.fixture
def writing(focal: str) -> Iterator[str]:
    """Albania's focal point, where letters are written; the context is open."""
    settings = current_app.config["SETTINGS"]
    current_app.config["SETTINGS"] = replace(settings, base_url=BASE_URL)
    yield name_office(focal, "National Coordinator")
    current_app.config["SETTINGS"] = settings


def say(who: str, text: str, question: str = "o07.a1", *, is_checked: bool = False) -> int:
    with acting(who) as (assessment, user):
        remark = add_remark(
            assessment, "o07", question, text, by=user, is_delegated=True, is_checked=is_checked
        )
        return remark.id


def read_letters() -> list[tuple[str, str, str]]:
    """To whom, in which language, about what."""
    start_afresh()
    query = select(OutgoingMail).where(OutgoingMail.kind == "mention").order_by(OutgoingMail.address)
    rows = [(mail.address, mail.locale, mail.text) for mail in db.session.scalars(query)]
    start_afresh()
    return rows


def test_the_people_of_a_mentioned_office_get_one_letter_each_in_their_language(writing: str) -> None:
    health = make_contributor(HEALTH, "o07.a1", locale="fr")
    make_contributor(JUSTICE)
    say(writing, "Do you know, @ministry  of\nHEALTH? Nobody else does, @Ministry of Health.")
    [(address, locale, text)] = read_letters()
    assert (address, locale) == (health, "fr")
    assert "National Coordinator" in text and "7.A1" in text
    assert f"{BASE_URL}/fr/assessments/2026/AL/o07/o07.a1#remarks" in text
    assert "Nobody else does" not in text


def test_a_focal_point_is_mentioned_by_a_contributor_and_nobody_by_themselves(writing: str) -> None:
    health = make_contributor(HEALTH, "o07.a1")
    say(health, "@National Coordinator, see our law. Yours, @Ministry of Health")
    assert [address for address, _, _ in read_letters()] == [writing]


@pytest.mark.parametrize("case", ["another question", "another objective", "closed", "no role"])
def test_who_may_not_read_the_question_is_not_written_to(writing: str, case: str) -> None:
    if case == "another question":
        make_contributor(HEALTH, "o07.a2")
    elif case == "another objective":
        make_contributor(HEALTH, objective="o08")
    else:
        email = make_contributor(HEALTH, "o07.a1")
        user = db.session.scalars(select(User).where(User.email == email)).one()
        if case == "closed":
            user.is_active = False
        else:
            db.session.execute(delete(RoleGrant).where(RoleGrant.user_id == user.id))
        db.session.commit()
    say(writing, "Do you know, @Ministry of Health?")
    assert read_letters() == []
    with acting(writing) as (assessment, _):
        assert [remark.mentions for remark in list_remarks(assessment, "o07.a1")] == [[]]


def test_whoever_wants_no_reminders_is_told_of_a_mention_all_the_same(writing: str) -> None:
    health = make_contributor(HEALTH)
    user = db.session.scalars(select(User).where(User.email == health)).one()
    user.wants_reminders = False
    db.session.commit()
    say(writing, "Do you know, @Ministry of Health?")
    assert [address for address, _, _ in read_letters()] == [health]


def test_resolving_a_remark_and_opening_it_again_sends_nothing_more(writing: str) -> None:
    make_contributor(HEALTH)
    number = say(writing, "Do you know, @Ministry of Health?")
    for is_resolved in (True, False):
        with acting(writing) as (assessment, user):
            set_resolved(assessment, "o07.a1", number, is_resolved=is_resolved, by=user, is_delegated=False)
    assert len(read_letters()) == 1


def test_a_remark_that_seems_to_name_somebody_sends_nothing_until_it_is_checked(writing: str) -> None:
    make_contributor(HEALTH)
    text = "@Ministry of Health, write to anna@example.org."
    with pytest.raises(SeemsToNameSomebody):
        say(writing, text)
    assert read_letters() == []
    say(writing, text, is_checked=True)
    assert len(read_letters()) == 1


@pytest.mark.parametrize("office", [HEALTH, "unit.a@health.example.org", "Unit 044 123 456"])
def test_the_name_of_a_mentioned_office_is_not_taken_for_personal_data(writing: str, office: str) -> None:
    make_user(Role.CONTRIBUTOR, "AL", email="mentioned@example.org")
    delegate("mentioned@example.org", "o07")
    name_office("mentioned@example.org", office)
    say(writing, f"Who knows...@{office}?")
    assert len(read_letters()) == 1


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("@Ministry of Health", [HEALTH]),
        ("Dear @MINISTRY OF HEALTH, and @Police.", [HEALTH, POLICE]),
        ("@Ministry of Healthcare", []),
        ("@Police Academy", ["Police Academy"]),
        ("@Police academies", [POLICE]),
        ("someone@Police", []),
        ("@ Police", []),
        ("@Ministry of Finance", []),
        ("@@Police", [POLICE]),
        ("(@Police)", [POLICE]),
        (unicodedata.normalize("NFD", "@Ministère de la Santé"), ["Ministère de la Santé"]),
        ("@MINISTÈRE DE LA SANTÉ", ["Ministère de la Santé"]),
        ("@وزارة الصحة، ما رأيكم؟", ["وزارة الصحة"]),
        ("@Мінistry", []),
        ("@POL\u0131CE", [POLICE]),  # a dotless i
        ("@C++ (unit)", ["C++ (unit)"]),
    ],
)
def test_an_office_is_found_by_its_whole_name_however_it_is_written(text: str, mentioned: list[str]) -> None:
    offices = [HEALTH, POLICE, "Police Academy", "Ministère de la Santé", "وزارة الصحة", "C++ (unit)"]
    assert sorted(find_mentioned(text, offices)) == sorted(mentioned)
    assert "".join(piece.text for piece in split(text, offices)) == text


def test_the_page_lists_whom_one_can_mention_and_marks_who_was(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        name_office(focal_point, "National Coordinator")
        health = make_contributor(HEALTH, "o07.a1")
        make_contributor(JUSTICE, objective="o08")
        make_contributor(POLICE)
    client, contributor = client_as(focal_point), client_as(health)
    listed = [item.text.strip() for item in open_page(client).one(class_="mentionable").all("li")]
    assert listed == ["@Ministry of Health", "@Police"]
    listed = [item.text.strip() for item in open_page(contributor).one(class_="mentionable").all("li")]
    assert listed == ["@National Coordinator", "@Police"]
    press(client, "remarks", text="@Ministry of Health and @Ministry of Justice: <b>who</b>?")
    thread = open_page(contributor).all("ol", class_="thread")[0]
    assert [node.text.strip() for node in thread.all(class_="mention")] == ["@Ministry of Health"]
    assert "@Ministry of Justice: <b>who</b>?" in thread.text


def test_a_mark_stays_when_the_office_is_given_something_else(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        health = make_contributor(HEALTH, "o07.a1")
    client = client_as(focal_point)
    press(client, "remarks", text="Who knows, @Ministry of Health?")
    with app.app_context():
        name_office(health, "Ministry of Health and Care")
    thread = open_page(client).all("ol", class_="thread")[0]
    assert [node.text.strip() for node in thread.all(class_="mention")] == ["@Ministry of Health"]


def test_nobody_can_be_mentioned_where_nobody_else_reads(client_as: ClientAs, focal_point: str) -> None:
    page = read_page(client_as(focal_point).get(PLACE).text)
    assert not page.all(class_="mentionable") and "You can mention" not in page.text
