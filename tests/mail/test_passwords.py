"""A forgotten password: a link to the address of the account, once, for 30 minutes, three times an hour."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from surveyapp.accounts.models import PasswordLink, Role, User
from surveyapp.database import db, now
from surveyapp.mail.models import OutgoingMail
from surveyapp.mail.sender import send_waiting
from tests.accounts.browsers import is_signed_in, send_sign_in
from tests.conftest import csrf_token
from tests.factories import PASSWORD, make_user

from .mail_server import Kept, link_in

NEW = "a-new-and-longer-password"
FORGOTTEN = "/en/forgotten"


@pytest.fixture
def email(mailing_app: Flask) -> str:
    with mailing_app.app_context():
        return make_user(Role.TRANSLATOR)


def ask(client: FlaskClient, email: str) -> tuple[int, str]:
    response = client.post(FORGOTTEN, data={"email": email, "csrf_token": csrf_token(client, FORGOTTEN)})
    return response.status_code, response.text


def path_of_link(app: Flask, kept: Kept, email: str) -> str:
    with app.app_context():
        send_waiting()
    return urlsplit(link_in(kept.to(email)[-1], "/password/")).path


def choose(client: FlaskClient, path: str, new: str = NEW, repeated: str = NEW) -> tuple[int, str]:
    response = client.post(
        path, data={"new": new, "repeated": repeated, "csrf_token": csrf_token(client, path)}
    )
    assert new not in response.text
    return response.status_code, response.text


def age_links(app: Flask, by: timedelta) -> None:
    with app.app_context():
        for link in db.session.scalars(select(PasswordLink)):
            link.created_at -= by
            link.expires_at -= by
        db.session.commit()


def test_the_link_sets_a_password_once_and_signs_out_everywhere_else(
    mailing_app: Flask, kept: Kept, email: str
) -> None:
    elsewhere, here = mailing_app.test_client(), mailing_app.test_client()
    send_sign_in(elsewhere, email)
    assert ask(here, f" {email.upper()} ")[0] == 200
    path = path_of_link(mailing_app, kept, email)
    assert choose(here, path, "short", "short")[0] == 422
    assert choose(here, path, NEW, NEW + "!")[0] == 422
    assert choose(here, path)[0] == 303
    assert is_signed_in(here) and not is_signed_in(elsewhere)
    again = mailing_app.test_client().get(path)
    assert again.status_code == 410 and "opens nothing any more" in again.text
    assert send_sign_in(mailing_app.test_client(), email, PASSWORD).status_code == 422
    assert send_sign_in(mailing_app.test_client(), email, NEW).status_code == 303


def test_known_unknown_and_closed_addresses_get_the_same_bytes_and_only_the_known_gets_a_letter(
    mailing_app: Flask, kept: Kept, email: str
) -> None:
    with mailing_app.app_context():
        closed = make_user(Role.ANALYST, email="closed@example.org")
        db.session.execute(update(User).where(User.email == closed).values(is_active=False))
        db.session.commit()
    answers = {ask(mailing_app.test_client(), address) for address in (email, "nobody@example.org", closed)}
    assert len(answers) == 1
    with mailing_app.app_context():
        send_waiting()
    assert [to for to, _ in kept.messages] == [email]


def test_the_fourth_time_within_an_hour_is_refused_alike_for_both(mailing_app: Flask, email: str) -> None:
    client = mailing_app.test_client()
    for address in (email, "nobody@example.org"):
        assert [ask(client, address)[0] for _ in range(4)] == [200, 200, 200, 429]
    age_links(mailing_app, timedelta(minutes=61))
    assert ask(client, email)[0] == ask(client, "nobody@example.org")[0] == 200


def test_the_link_lives_30_minutes(mailing_app: Flask, kept: Kept, email: str) -> None:
    client = mailing_app.test_client()
    ask(client, email)
    path = path_of_link(mailing_app, kept, email)
    age_links(mailing_app, timedelta(minutes=29, seconds=50))
    assert client.get(path).status_code == 200
    age_links(mailing_app, timedelta(seconds=11))
    assert client.get(path).status_code == 410


def test_a_letter_that_the_mail_server_took_too_late_is_not_sent(
    mailing_app: Flask, kept: Kept, email: str
) -> None:
    ask(mailing_app.test_client(), email)
    with mailing_app.app_context():
        db.session.execute(update(OutgoingMail).values(expires_at=now() - timedelta(seconds=1)))
        db.session.commit()
        send_waiting()
    assert kept.messages == []


def test_a_new_password_ends_the_other_links_and_the_waiting_after_wrong_tries(
    mailing_app: Flask, kept: Kept, email: str
) -> None:
    client = mailing_app.test_client()
    for _ in range(5):
        send_sign_in(client, email, "wrong-password")
    assert send_sign_in(client, email).status_code == 429
    ask(client, email)
    first = path_of_link(mailing_app, kept, email)
    ask(client, email)
    second = path_of_link(mailing_app, kept, email)
    assert choose(client, second)[0] == 303
    assert mailing_app.test_client().get(first).status_code == 410
    assert send_sign_in(mailing_app.test_client(), email, NEW).status_code == 303


@pytest.mark.parametrize("token", ["x", "a" * 500, "%00", "..%2F..", "é"])
def test_a_guessed_link_opens_nothing(mailing_app: Flask, token: str) -> None:
    assert mailing_app.test_client().get(f"/en/password/{token}").status_code in (400, 404, 410)


def test_of_eight_at_once_one_sets_the_password(mailing_on_both: Flask, kept: Kept) -> None:
    app = mailing_on_both
    with app.app_context():
        email = make_user(Role.TRANSLATOR)
    ask(app.test_client(), email)
    path = path_of_link(app, kept, email)
    clients = [app.test_client() for _ in range(8)]
    tokens = [csrf_token(client, path) for client in clients]
    barrier = Barrier(8)

    def press(number: int) -> int:
        new = f"password-of-browser-{number}"
        sent = {"csrf_token": tokens[number], "new": new, "repeated": new}
        barrier.wait()
        return clients[number].post(path, data=sent).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(press, range(8)))
    assert sorted(statuses) == [303] + [410] * 7
    winner = statuses.index(303)
    assert send_sign_in(app.test_client(), email, f"password-of-browser-{winner}").status_code == 303


def test_the_page_of_the_link_is_kept_nowhere_and_tells_no_other_site_its_address(
    mailing_app: Flask, kept: Kept, email: str
) -> None:
    client = mailing_app.test_client()
    ask(client, email)
    page = client.get(path_of_link(mailing_app, kept, email))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r'(src|href)="https?://', page.text)
