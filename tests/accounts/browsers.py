"""Signing in, and moving times in the database, for tests of sessions."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp.accounts.models import FailedSignIn, SignedInSession
from surveyapp.database import db
from tests.conftest import csrf_token
from tests.factories import PASSWORD

SIGN_IN = "/en/sign-in"
ACCOUNT = "/en/account"


def send_sign_in(
    client: FlaskClient, email: str, password: str = PASSWORD, *, to: str | None = None
) -> TestResponse:
    """Fill in the sign-in page as a browser does; `to` is its `next`."""
    sent = {"email": email, "password": password, "csrf_token": csrf_token(client, SIGN_IN)}
    return client.post(SIGN_IN, data=sent, query_string={"next": to} if to is not None else None)


def is_signed_in(client: FlaskClient) -> bool:
    """Whether the account page opens."""
    return client.get(ACCOUNT).status_code == 200


def age_sessions(app: Flask, *, began: timedelta = timedelta(0), seen: timedelta = timedelta(0)) -> None:
    """Let all sessions have begun and been used that much earlier."""
    with app.app_context():
        for row in db.session.scalars(select(SignedInSession)):
            row.began_at -= began
            row.seen_at -= seen
        db.session.commit()


def age_failures(app: Flask, by: timedelta) -> None:
    """Let all wrong tries have happened that much earlier."""
    with app.app_context():
        for row in db.session.scalars(select(FailedSignIn)):
            row.at -= by
        db.session.commit()
