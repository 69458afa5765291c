"""The language of a page: the address first, then account, cookie, and what the browser asks for."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from tests.accounts.browsers import send_sign_in
from tests.conftest import csrf_token
from tests.factories import make_user


@pytest.fixture
def client(app_in_three_languages: Flask) -> FlaskClient:
    return app_in_three_languages.test_client()


def start(client: FlaskClient, accepted: str = "") -> str:
    """Where `/` leads."""
    response = client.get("/", headers={"Accept-Language": accepted})
    assert response.status_code == 302
    return response.headers["Location"]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "/en/"),
        ("fr", "/fr/"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "/fr/"),
        ("ar-EG", "/ar/"),
        ("de, ar;q=0.5, fr;q=0.9", "/fr/"),
        ("de", "/en/"),
        ("*", "/en/"),
        ("fr;q=0, ar;q=0.1", "/ar/"),
        ("sr-Latn, xx, ../../x", "/en/"),
        ("f" * 5000, "/en/"),
    ],
)
def test_the_browser_decides_where_nothing_else_was_said(
    client: FlaskClient, accepted: str, expected: str
) -> None:
    assert start(client, accepted) == expected


def test_a_cookie_goes_before_the_browser_and_the_account_before_the_cookie(
    app_in_three_languages: Flask, client: FlaskClient
) -> None:
    client.set_cookie("locale", "ar")
    assert start(client, "fr") == "/ar/"
    with app_in_three_languages.app_context():
        email = make_user(Role.TRANSLATOR)
    send_sign_in(client, email)
    assert start(client, "en") == "/ar/", "the account has chosen none"
    sent = {"form": "locale", "locale": "fr", "csrf_token": csrf_token(client, "/en/account")}
    saved = client.post("/en/account", data=sent)
    assert saved.headers["Location"] == "/fr/account"
    assert start(client, "en") == "/fr/"
    assert '<html lang="ar" dir="rtl">' in client.get("/ar/account").text, "the address goes before all"


@pytest.mark.parametrize("cookie", ["xx", "../../x", "", "EN", "a" * 3000])
def test_a_cookie_that_names_no_language_is_passed_over(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("locale", cookie)
    assert start(client, "fr") == "/fr/"


def test_a_language_that_is_not_offered_cannot_be_chosen_for_an_account(
    app_in_three_languages: Flask, client: FlaskClient
) -> None:
    with app_in_three_languages.app_context():
        send_sign_in(client, make_user(Role.TRANSLATOR))
    sent = {"form": "locale", "locale": "sq", "csrf_token": csrf_token(client, "/en/account")}
    assert client.post("/en/account", data=sent).status_code == 422


def test_the_chooser_remembers_the_language_and_comes_back_to_the_same_page(client: FlaskClient) -> None:
    page = client.get("/en/method?from=mail").text
    link = page.split('hreflang="fr"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    response = client.get(link)
    assert response.status_code == 303
    assert response.headers["Location"] == "/fr/method?from=mail"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("locale=fr;") and "Max-Age=31536000" in cookie
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert start(client) == "/fr/"


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/\t/evil"])
def test_the_chooser_leads_to_no_other_server(client: FlaskClient, to: str) -> None:
    response = client.get("/fr/language", query_string={"to": to})
    assert response.headers["Location"] == "/fr/"


def test_the_start_is_not_mixed_up_by_a_cache_on_the_way(client: FlaskClient) -> None:
    headers = client.get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert {"Accept-Language", "Cookie"} <= set(headers["Vary"].split(", "))
