"""Inviting: who may invite whom, how often, and what the letter and its sender are told."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.accounts import invitations
from surveyapp.accounts.cli import users
from surveyapp.accounts.errors import TooManyLetters
from surveyapp.accounts.models import COUNTRY_ROLES, Invitation, Role
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.database import begin_write, db
from surveyapp.framework.model import Framework
from surveyapp.mail.errors import MailFault
from tests.accounts.browsers import send_sign_in
from tests.conftest import BASE_URL, csrf_token, mailing
from tests.factories import get_user, make_cycle, make_user

from .inviting import NEW, PEOPLE, accept, count, deliver, invite, send
from .mail_server import Kept, html_of, link_in, text_of


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "nobody"}, "is not an e-mail address"),
        ({"email": "a@b.org\r\nBcc: c@d.org"}, "is not an e-mail address"),
        ({"email": ""}, "Give an e-mail address."),
        ({"office": " "}, "Give the office"),
        ({"office": "x" * 201}, "The name of the office is too long: at most 200 characters."),
        ({"email": f"{'x' * 254}@example.org"}, "The e-mail address is too long: at most 254 characters."),
        ({"objective": []}, "Choose at least one objective or question."),
        ({"locale": "xx"}, "Not a valid choice"),
        ({"email": "focal_point.al@example.org"}, "belongs to a focal point of your country"),
    ],
)
def test_an_invitation_that_cannot_be_says_why_and_keeps_what_was_typed(
    mailing_app: Flask, focal: FlaskClient, kept: Kept, fields: dict[str, object], words: str
) -> None:
    email = str(fields.pop("email", NEW))
    status, page = invite(focal, email, **fields)
    assert status == 422 and words in page
    assert ("Ministry of Welfare" in page) == ("office" not in fields)
    assert count(mailing_app, Invitation) == 0
    deliver(mailing_app)
    assert kept.messages == []


def test_the_same_invitation_is_not_made_twice(mailing_app: Flask, focal: FlaskClient, kept: Kept) -> None:
    invite(focal)
    status, page = invite(focal, NEW.upper())
    assert status == 422 and "waits already" in page
    deliver(mailing_app)
    assert len(kept.messages) == 1


def test_a_contributor_of_the_country_gets_the_objectives_at_once_and_a_letter(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    with mailing_app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL")
    status, page = invite(focal, email)
    assert status == 303 and "works for your country already" in page
    deliver(mailing_app)
    [letter] = kept.to(email)
    assert letter["Subject"] == "Objectives to answer: Albania 2026"
    assert [part.get_filename() for part in letter.iter_attachments()] == ["deadline.ics"]
    with mailing_app.app_context():
        assert set(db.session.scalars(select(Delegation.objective_id))) == {"o07", "o09"}


def test_a_withdrawn_invitation_that_did_not_leave_yet_never_leaves(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    invite(focal)
    send(focal, form="withdraw", invitation="1")
    deliver(mailing_app)
    assert kept.messages == []
    assert invite(focal)[0] == 303, "and the address can be invited again"


def test_one_person_invites_30_in_an_hour_and_an_address_is_invited_5_times(app: Flask) -> None:
    with app.app_context():
        email = make_user(Role.ADMINISTRATOR)
        begin_write()
        admin = get_user(email)
        for role in (role for role in Role if role not in COUNTRY_ROLES):
            invitations.invite("same@example.org", "X", role, None, locale="en", by=admin)
        invitations.invite("same@example.org", "X", Role.FOCAL_POINT, "AL", locale="en", by=admin)
        with pytest.raises(TooManyLetters):
            invitations.invite("same@example.org", "X", Role.FOCAL_POINT, "BA", locale="en", by=admin)
        for number in range(25):
            invitations.invite(f"p{number}@example.org", "X", Role.ANALYST, None, locale="en", by=admin)
        with pytest.raises(TooManyLetters):
            invitations.invite("one.more@example.org", "X", Role.ANALYST, None, locale="en", by=admin)


def test_an_invitation_of_another_country_is_not_there_for_a_focal_point(
    mailing_app: Flask, focal: FlaskClient
) -> None:
    invite(focal)
    with mailing_app.app_context():
        other = make_user(Role.FOCAL_POINT, "BA")
    client = mailing_app.test_client()
    send_sign_in(client, other)
    bosnia = "/en/assessments/2026/BA/people"
    for number in ("1", "2", "-1", "x", ""):
        assert send(client, bosnia, form="withdraw", invitation=number)[0] == 404
    assert NEW not in client.get(bosnia).text
    assert send(focal, form="withdraw", invitation="1")[0] == 303


def test_a_coordinator_invites_a_focal_point_and_an_administrator_anybody(
    mailing_app: Flask, kept: Kept
) -> None:
    with mailing_app.app_context():
        emails = make_user(Role.COORDINATOR), make_user(Role.ADMINISTRATOR)
    coordinator, admin = mailing_app.test_client(), mailing_app.test_client()
    for client, email in zip((coordinator, admin), emails, strict=True):
        send_sign_in(client, email)
    form = {"form": "invite", "email": NEW, "office": "Office", "locale": "en"}

    def ask(client: FlaskClient, **fields: str) -> tuple[int, str]:
        return send(client, "/en/people", **form | fields)

    assert ask(coordinator, role="administrator")[0] == 422
    status, page = ask(coordinator, role="focal_point", country="")
    assert status == 422 and "Choose the country" in page
    assert ask(coordinator, role="focal_point", country="AL")[0] == 303
    assert ask(admin, role="translator", country="AL")[0] == 303, "the country is of no account there"
    deliver(mailing_app)
    first, second = kept.to(NEW)
    assert first["Subject"] == "Invitation to work on the answers of Albania"
    assert second["Subject"] == "Invitation to surveyapp"
    person = mailing_app.test_client()
    assert accept(person, urlsplit(link_in(first, "/invitation/")).path)[0] == 303
    with mailing_app.app_context():
        assert get_user(NEW).has_role(Role.FOCAL_POINT, "AL")
    assert NEW in coordinator.get("/en/people").text
    assert "admin" not in coordinator.get("/en/people").text.replace("administrator", "")


def test_where_no_mail_leaves_the_page_shows_the_link_once(sqlite_url: str, shipped: Framework) -> None:
    with mailing(sqlite_url, "") as app:
        with app.app_context():
            make_cycle(shipped)
            email = make_user(Role.FOCAL_POINT, "AL")
        client = app.test_client()
        send_sign_in(client, email)
        status, page = invite(client)
        assert status == 303 and "sends no mail" in page
        [link] = re.findall(rf'value="({BASE_URL}/en/invitation/[^"]+)"', page)
        again = client.get(PEOPLE).text
        assert link not in again and "Make a new link" in again and "Send again" not in again
        assert accept(app.test_client(), urlsplit(link).path)[0] == 303
        assert "sends no mail" in client.get("/en/forgotten").text


def test_the_command_invites_and_prints_the_link(mailing_app: Flask, kept: Kept, app: Flask) -> None:
    arguments = ["invite", NEW, "--office", "Office", "--role", "focal_point", "--country", "al"]
    done = mailing_app.test_cli_runner().invoke(users, arguments)
    email, link = done.output.split()
    assert email == NEW and link.startswith(f"{BASE_URL}/en/invitation/")
    deliver(mailing_app)
    assert link_in(kept.to(NEW)[0], "/invitation/") == link
    refused = app.test_cli_runner().invoke(users, arguments)
    assert isinstance(refused.exception, MailFault) and "SURVEYAPP_BASE_URL is not set" in str(
        refused.exception
    )


HOSTS = [
    "evil.example",
    "evil.example:443",
    "survey.example.org.evil.example",
    "survey.example.org@evil.example",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "EVIL.example",
    "evil.example%00",
    "xn--e1awd7f.example",
]


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_name_that_a_browser_sends_gets_into_a_letter(
    mailing_app: Flask, focal: FlaskClient, kept: Kept, host: str
) -> None:
    client = mailing_app.test_client()
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    sent = {"csrf_token": csrf_token(focal, PEOPLE), "form": "invite", "email": NEW, "office": "X"}
    focal.post(PEOPLE, data=sent | {"locale": "en", "objective": "o07"}, headers=headers)
    token = csrf_token(client, "/en/forgotten")
    mine = {"csrf_token": token, "email": "focal_point.al@example.org"}
    client.post("/en/forgotten", data=mine, headers=headers)
    deliver(mailing_app)
    for _, letter in kept.messages:
        for body in (text_of(letter), html_of(letter)):
            links = re.findall(r"https?://[^\s\"<]+", body)
            assert links and all(link.startswith(BASE_URL) for link in links), links
