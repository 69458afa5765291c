"""Inviting and accepting as people do it: by the buttons of the pages and the link in the letter."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from surveyapp.accounts.models import Invitation
from surveyapp.database import db, now
from surveyapp.mail.sender import send_waiting
from tests.conftest import csrf_token
from tests.factories import PASSWORD

from .mail_server import Kept, link_in

PEOPLE = "/en/assessments/2026/AL/people"
NEW = "welfare@example.org"
OFFICE = "Ministry of Welfare <b>& Family</b>"


def send(client: FlaskClient, path: str = PEOPLE, **fields: object) -> tuple[int, str]:
    """Press a button of a page: the status, and the page that it leads to."""
    response = client.post(path, data=fields | {"csrf_token": csrf_token(client, path)})
    if response.status_code != 303:
        return response.status_code, response.text
    return 303, client.get(response.headers["Location"]).text


def invite(client: FlaskClient, email: str = NEW, **fields: object) -> tuple[int, str]:
    form = {"form": "invite", "email": email, "office": OFFICE, "locale": "en", "objective": ["o07", "o09"]}
    return send(client, **form | fields)


def deliver(app: Flask) -> None:
    with app.app_context():
        send_waiting()


def path_in(kept: Kept, part: str = "/invitation/", email: str = NEW) -> str:
    """The path of the link in the last letter to an address."""
    return urlsplit(link_in(kept.to(email)[-1], part)).path


def accept(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    form = {"office": "Ministry of Welfare", "new": PASSWORD, "repeated": PASSWORD}
    return send(client, path, **form | fields)


def count(app: Flask, what: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(what)) or 0


def let_pass(app: Flask, **values: timedelta) -> None:
    with app.app_context():
        moments = {name: now() - span for name, span in values.items()}
        db.session.execute(update(Invitation).values(moments))
        db.session.commit()
