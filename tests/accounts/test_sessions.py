"""A session ends when it should, wherever its cookie went, and nothing typed is lost by that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.accounts.models import Role, RoleGrant, SignedInSession, User
from surveyapp.assessments import service
from surveyapp.database import db
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs, csrf_token
from tests.factories import PASSWORD, get_user, make_cycle, make_user
from tests.results.pages import read_page

from .browsers import ACCOUNT, age_failures, age_sessions, is_signed_in, send_sign_in

NEW = "a-new-and-longer-password"
PAGE = "/en/assessments/2026/AL/o07"
TYPED = "Two shelters take families, <b>none</b> in the south."
HOURS = {n: timedelta(hours=n) for n in (1, 2, 12)}
SECONDS = timedelta(seconds=5)


@pytest.fixture
def email(app: Flask, shipped: Framework) -> str:
    with app.app_context():
        make_cycle(shipped)
        return make_user(Role.FOCAL_POINT, "AL")


def stolen(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with a copy of the session cookie."""
    thief = app.test_client()
    cookie = client.get_cookie("surveyapp")
    assert cookie
    thief.set_cookie("surveyapp", cookie.value)
    return thief


def sign_out(client: FlaskClient) -> int:
    return client.post("/en/sign-out", data={"csrf_token": csrf_token(client, ACCOUNT)}).status_code


def test_the_old_cookie_is_dead_after_sign_out(app: Flask, client_as: ClientAs, email: str) -> None:
    client = client_as(email)
    thief = stolen(app, client)
    assert is_signed_in(thief)
    assert sign_out(client) == 303
    assert not is_signed_in(client) and not is_signed_in(thief)


def test_sign_out_here_leaves_the_other_browser_signed_in(client_as: ClientAs, email: str) -> None:
    here, there = client_as(email), client_as(email)
    sign_out(here)
    assert is_signed_in(there)


def change_password(client: FlaskClient, current: str = PASSWORD, new: str = NEW, repeated: str = NEW) -> str:
    """Send the form; gives the status and the page."""
    sent = {"form": "password", "current": current, "new": new, "repeated": repeated}
    response = client.post(ACCOUNT, data=sent | {"csrf_token": csrf_token(client, ACCOUNT)})
    assert current not in response.text and new not in response.text, "passwords are never shown back"
    return f"{response.status_code} {response.text}"


def test_a_changed_password_ends_the_sessions_of_all_other_browsers(
    app: Flask, client: FlaskClient, client_as: ClientAs, email: str
) -> None:
    here, there = client_as(email), client_as(email)
    assert change_password(here).startswith("303")
    assert is_signed_in(here) and not is_signed_in(there)
    assert send_sign_in(client, email).status_code == 422
    assert send_sign_in(client, email, NEW).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "repeated", "words"),
    [
        ("not-the-present-one", NEW, NEW, "This is not your present password."),
        (PASSWORD, "eleven-char", "eleven-char", "A password has from 12 to 128 characters."),
        (PASSWORD, "x" * 129, "x" * 129, "A password has from 12 to 128 characters."),
        (PASSWORD, NEW, NEW + "!", "The two new passwords differ."),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(
    client_as: ClientAs, email: str, current: str, new: str, repeated: str, words: str
) -> None:
    here, there = client_as(email), client_as(email)
    answer = change_password(here, current, new, repeated)
    assert answer.startswith("422") and words in answer
    assert 'name="current"' in answer, "the form is there to be mended"
    assert read_page(answer).one(class_="summary").one("h2").text == "Your password is not changed"
    assert is_signed_in(there)


def try_to_remove(client: FlaskClient, password: str) -> str:
    """Send the form that removes the own account, ticked; gives the status and the page."""
    address = "/en/account/removal"
    sent = {"csrf_token": csrf_token(client, address), "password": password, "is_sure": "yes"}
    response = client.post(address, data=sent)
    return f"{response.status_code} {response.text}"


@pytest.mark.parametrize("send", [change_password, try_to_remove])
def test_wrong_passwords_of_who_is_signed_in_count_as_at_signing_in(
    app: Flask, client: FlaskClient, client_as: ClientAs, email: str, send: Callable[..., str]
) -> None:
    with app.app_context():
        make_user(Role.FOCAL_POINT, "AL", email="second.al@example.org")  # so that the first one may go
    here = client_as(email)
    for _ in range(4):
        assert "This is not your present password." in send(here, "not-the-present-one")
    assert send_sign_in(client, email, "not-the-present-one").status_code == 422
    for password in ("not-the-present-one", PASSWORD):
        refused = send(here, password)
        assert refused.startswith("429") and "Wait 15 minutes" in refused
    assert send_sign_in(client, email).status_code == 429
    assert is_signed_in(here), "the session goes on"
    age_failures(app, timedelta(minutes=15, seconds=1))
    assert send(here, PASSWORD).startswith("303")


def test_the_present_password_forgets_the_wrong_ones_before_it(
    client: FlaskClient, client_as: ClientAs, email: str
) -> None:
    here = client_as(email)
    for _ in range(4):
        change_password(here, "not-the-present-one")
    assert change_password(here).startswith("303")
    for _ in range(4):
        assert change_password(here, "not-the-present-one").startswith("422")


def test_passwords_of_12_and_of_128_characters_are_taken(client_as: ClientAs, email: str) -> None:
    client = client_as(email)
    assert change_password(client, PASSWORD, "x" * 12, "x" * 12).startswith("303")
    assert change_password(client, "x" * 12, "y" * 128, "y" * 128).startswith("303")


def test_an_account_made_inactive_is_out_at_the_next_page(
    app: Flask, client_as: ClientAs, email: str
) -> None:
    client = client_as(email)
    with app.app_context():
        db.session.scalars(select(User).where(User.email == email)).one().is_active = False
        db.session.commit()
    assert not is_signed_in(client)


def test_a_right_taken_away_bites_at_the_next_page(app: Flask, client_as: ClientAs, email: str) -> None:
    client = client_as(email)
    assert client.get(PAGE).status_code == 200
    with app.app_context():
        db.session.delete(db.session.scalars(select(RoleGrant)).one())
        db.session.commit()
    assert client.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    ("began", "seen", "is_alive"),
    [
        (HOURS[2] - SECONDS, HOURS[2] - SECONDS, True),
        (HOURS[2] + SECONDS, HOURS[2] + SECONDS, False),
        (HOURS[12] - SECONDS, timedelta(0), True),
        (HOURS[12] + SECONDS, timedelta(0), False),
    ],
)
def test_a_session_ends_after_2_hours_of_rest_and_after_12_hours(
    app: Flask, client_as: ClientAs, email: str, began: timedelta, seen: timedelta, is_alive: bool
) -> None:
    client = client_as(email)
    age_sessions(app, began=began, seen=seen)
    assert is_signed_in(client) is is_alive


@pytest.mark.parametrize("is_saving", [False, True], ids=["reading", "saving"])
def test_whoever_is_at_work_stays_signed_in(
    app: Flask, client_as: ClientAs, email: str, is_saving: bool
) -> None:
    client = client_as(email)
    token = csrf_token(client, PAGE)
    for _ in range(3):
        age_sessions(app, began=HOURS[1], seen=HOURS[1])
        if is_saving:
            sent = {"csrf_token": token, "o07.a1-level": "2", "o07.a1-version": "0"}
            assert client.post(PAGE, data=sent).status_code == 303
        else:
            assert client.get(PAGE).status_code == 200
    assert is_signed_in(client)


def test_sessions_that_ended_are_swept_at_the_next_sign_in(
    app: Flask, client_as: ClientAs, email: str
) -> None:
    client_as(email)
    age_sessions(app, seen=HOURS[2] + SECONDS)
    client_as(email)
    with app.app_context():
        assert len(db.session.scalars(select(SignedInSession)).all()) == 1


def test_signed_in_pages_are_kept_by_no_cache_and_public_pages_set_no_cookie(
    client: FlaskClient, client_as: ClientAs, email: str
) -> None:
    signed_in = client_as(email)
    for path in (ACCOUNT, PAGE, "/en/method", "/en/results", "/en/nothing"):
        assert signed_in.get(path).headers["Cache-Control"] == "no-store", path
    for path in (
        "/en/",
        "/en/results",
        "/en/results/2026",
        "/en/method",
        "/en/data",
        "/en/about",
        "/en/accessibility",
        "/en/privacy",
        "/en/nothing",
        "/api/v1/cycles",
        "/healthz",
        "/readyz",
    ):
        assert "Set-Cookie" not in client.get(path).headers, path
    assert client.get("/en/sign-in").headers["Cache-Control"] == "no-store", "its form holds a token"


def answer_count(app: Flask, email: str) -> int:
    with app.app_context():
        return len(service.list_answers(service.get_assessment(2026, "AL", by=get_user(email))))


FORM = {"o07.a1-level": "2", "o07.a1-version": "0", "o07.a1-comment": TYPED}


@pytest.mark.parametrize("token", [None, "", "forged", "IjEi.aaaa.bbbb"])
def test_a_form_without_its_token_changes_nothing_and_the_typed_text_comes_back(
    app: Flask, client_as: ClientAs, email: str, token: str | None
) -> None:
    client = client_as(email)
    response = client.post(PAGE, data=FORM | ({} if token is None else {"csrf_token": token}))
    assert response.status_code == 400
    assert "&lt;b&gt;none&lt;/b&gt; in the south." in response.text
    assert answer_count(app, email) == 0
    # the page of the refusal sends it again, with a token
    sent = FORM | {"csrf_token": response.text.split('name="csrf_token" value="')[1].split('"')[0]}
    assert client.post(PAGE, data=sent).status_code == 303
    assert answer_count(app, email) == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_other_method_gets_around_the_token(client_as: ClientAs, email: str, method: str) -> None:
    assert client_as(email).open(PAGE, method=method, data=FORM).status_code in (400, 405)


def test_what_is_sent_after_the_session_has_ended_comes_back_and_can_be_sent_after_signing_in(
    app: Flask, client_as: ClientAs, email: str
) -> None:
    client = client_as(email)
    token = csrf_token(client, PAGE)
    age_sessions(app, seen=HOURS[2] + SECONDS)
    refused = client.post(PAGE, data=FORM | {"csrf_token": token})
    assert refused.status_code == 401
    assert "You are signed out" in refused.text
    assert "&lt;b&gt;none&lt;/b&gt; in the south." in refused.text
    assert answer_count(app, email) == 0

    assert send_sign_in(client, email).status_code == 303  # in another tab of the same browser
    stale = client.post(PAGE, data=FORM | {"csrf_token": token})
    assert stale.status_code == 400
    assert "in the south." in stale.text
    fresh = stale.text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(PAGE, data=FORM | {"csrf_token": fresh}).status_code == 303
    assert answer_count(app, email) == 1
