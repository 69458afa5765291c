"""Signing in: who gets in, who does not, and what is said."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.accounts.models import FailedSignIn, Role, SignedInSession, User
from surveyapp.accounts.service import choose_locale
from surveyapp.app import create_app
from surveyapp.database import db
from surveyapp.settings import Settings
from tests.conftest import SECRET, csrf_token
from tests.factories import PASSWORD, get_user, make_user

from .browsers import SIGN_IN, age_failures, is_signed_in, send_sign_in

WRONG = "another-password-altogether"


@pytest.fixture
def email(app: Flask) -> str:
    with app.app_context():
        return make_user(Role.TRANSLATOR)


def without_what_differs(page: str, email: str) -> str:
    """A page without the address typed and the token of its form."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page).replace(email, "")


def test_the_right_password_signs_in(client: FlaskClient, email: str) -> None:
    response = send_sign_in(client, email)
    assert (response.status_code, response.headers["Location"]) == (303, "/en/")
    assert is_signed_in(client)


def test_the_address_may_be_typed_in_capitals_and_with_spaces(client: FlaskClient, email: str) -> None:
    assert send_sign_in(client, f" {email.upper()} ").status_code == 303


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(client: FlaskClient, email: str) -> None:
    wrong = send_sign_in(client, email, WRONG)
    unknown = send_sign_in(client, "nobody@example.org", WRONG)
    assert wrong.status_code == unknown.status_code == 422
    assert "do not fit together" in wrong.text
    assert without_what_differs(wrong.text, email) == without_what_differs(unknown.text, "nobody@example.org")
    assert not is_signed_in(client)


def test_an_inactive_account_gets_that_page_too(app: Flask, client: FlaskClient, email: str) -> None:
    with app.app_context():
        db.session.scalars(select(User).where(User.email == email)).one().is_active = False
        db.session.commit()
    inactive, unknown = send_sign_in(client, email), send_sign_in(client, "nobody@example.org")
    assert inactive.status_code == 422
    assert without_what_differs(inactive.text, email) == without_what_differs(
        unknown.text, "nobody@example.org"
    )


@pytest.mark.parametrize("address", ["translator.region@example.org", "nobody@example.org"])
def test_after_five_wrong_tries_the_right_password_waits_15_minutes(
    app: Flask, client: FlaskClient, email: str, address: str
) -> None:
    for _ in range(5):
        assert send_sign_in(client, address, WRONG).status_code == 422
    refused = send_sign_in(client, address)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) == 900
    assert "Wait 15 minutes" in refused.text
    assert PASSWORD not in refused.text
    assert not is_signed_in(client)
    age_failures(app, timedelta(minutes=14, seconds=50))
    assert send_sign_in(client, address).status_code == 429
    age_failures(app, timedelta(seconds=11))
    assert send_sign_in(client, address).status_code == (303 if address == email else 422)


def test_the_wrong_tries_at_one_address_close_no_other(client: FlaskClient, email: str) -> None:
    for _ in range(6):
        send_sign_in(client, "nobody@example.org", WRONG)
    assert send_sign_in(client, email).status_code == 303


def test_ten_wrong_tries_in_a_day_close_the_address_for_the_day(
    app: Flask, client: FlaskClient, email: str
) -> None:
    for _ in range(2):
        for _ in range(5):
            assert send_sign_in(client, email, WRONG).status_code == 422
        age_failures(app, timedelta(minutes=16))
    assert send_sign_in(client, email).status_code == 429
    age_failures(app, timedelta(days=1))
    assert send_sign_in(client, email).status_code == 303


def test_signing_in_forgets_the_wrong_tries_before_it(app: Flask, client: FlaskClient, email: str) -> None:
    for _ in range(4):
        send_sign_in(client, email, WRONG)
    assert send_sign_in(client, email).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(FailedSignIn)).all() == []


def test_the_database_keeps_neither_the_address_of_a_wrong_try_nor_the_token_of_a_session(
    app: Flask, client: FlaskClient, email: str
) -> None:
    send_sign_in(client, "somebody.else@example.org", WRONG)
    send_sign_in(client, email)
    with client.session_transaction() as session:
        token = session["_user_id"]
    with app.app_context():
        assert "somebody" not in db.session.scalars(select(FailedSignIn.email_hash)).one()
        assert db.session.scalars(select(SignedInSession.token_hash)).one() != token


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        "",
    ],
)
def test_sign_in_leads_to_no_other_server(client: FlaskClient, email: str, to: str) -> None:
    response = send_sign_in(client, email, to=to)
    assert (response.status_code, response.headers["Location"]) == (303, "/en/")
    again = client.get(SIGN_IN, query_string={"next": to})
    assert again.headers["Location"] == "/en/", "signed in already"


def test_sign_in_leads_on_to_the_page_that_asked_for_it(client: FlaskClient, email: str) -> None:
    asked = client.get("/en/account?from=mail")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/en/sign-in?next=/en/account?from%3Dmail"
    assert send_sign_in(client, email, to="/en/account?from=mail").headers["Location"].endswith("?from=mail")


def test_sign_in_brings_a_new_form_token_and_the_old_one_is_worth_nothing(
    client: FlaskClient, email: str
) -> None:
    before = csrf_token(client, SIGN_IN)
    send_sign_in(client, email)
    sent = {"csrf_token": before, "form": "locale", "locale": "en"}
    assert client.post("/en/account", data=sent).status_code == 400
    sent["csrf_token"] = csrf_token(client, "/en/account")
    assert client.post("/en/account", data=sent).status_code == 303


def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(client: FlaskClient, email: str) -> None:
    cookie = send_sign_in(client, email).headers["Set-Cookie"]
    flags = cookie.split("; ")[1:]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not any(flag.startswith(("Domain", "Expires", "Max-Age")) for flag in flags)
    assert "Secure" not in flags, "plain HTTP, in a trial"


def test_over_https_the_cookie_never_goes_over_plain_http(sqlite_url: str) -> None:
    app = create_app(
        Settings(database_url=sqlite_url, secret_key=SECRET, base_url="https://survey.example.org")
    )
    response = app.test_client().get(SIGN_IN, base_url="https://survey.example.org")
    assert "; Secure" in response.headers["Set-Cookie"]
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"email": "", "password": ""}, ["Give your e-mail address.", "Give your password."]),
        ({"email": "a@example.org", "password": ""}, ["Give your password."]),
        ({"email": "a" * 300, "password": "x"}, ["254"]),
        ({"email": "a@example.org", "password": "x" * 2000}, ["1024"]),
    ],
)
def test_what_is_missing_or_too_long_is_said(
    client: FlaskClient, sent: dict[str, str], words: list[str]
) -> None:
    token = csrf_token(client, SIGN_IN)
    response = client.post(SIGN_IN, data=sent | {"csrf_token": token})
    assert response.status_code == 422
    assert all(word in response.text for word in words)


def test_no_page_shows_a_password_back(client: FlaskClient, email: str) -> None:
    assert WRONG not in send_sign_in(client, email, WRONG).text
    without_token = client.post(SIGN_IN, data={"email": email, "password": WRONG})
    assert without_token.status_code == 400
    assert email in without_token.text and WRONG not in without_token.text


def test_the_language_of_the_account_is_met_after_sign_in_while_it_is_offered(
    app: Flask, client: FlaskClient, email: str
) -> None:
    with app.app_context():
        choose_locale(get_user(email), "sq")  # offered once, when the account was made
        db.session.commit()
    response = send_sign_in(client, email)
    assert response.headers["Location"] == "/en/"
    assert client.get(response.headers["Location"], follow_redirects=True).status_code == 200
