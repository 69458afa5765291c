"""Giving objectives and taking them back on the page of people, and what the letter says of it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.accounts.models import Role
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.models import Answer
from surveyapp.database import db
from tests.accounts.browsers import send_sign_in
from tests.conftest import csrf_token
from tests.factories import delegate, get_user, make_user

from .inviting import count, deliver, send
from .mail_server import Kept, text_of


def delegations(app: Flask) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(Delegation.objective_id)))


def test_objectives_are_given_and_taken_back_by_boxes_and_only_what_changed_is_written(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    with mailing_app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL")
        delegate(email, "o01")
        delegate(email, "o02")
        number = str(get_user(email).id)
    form = {"form": "delegate", "user": number, "seen": "o01 o02"}
    assert send(focal, **form, objective=["o02", "o03"])[0] == 303
    assert delegations(mailing_app) == {"o02", "o03"}
    # a page that was open meanwhile: it knows nothing of objective 3 and takes only objective 2 back
    assert send(focal, **form, objective=["o01"])[0] == 303
    assert delegations(mailing_app) == {"o03"}
    deliver(mailing_app)
    [letter] = kept.to(email)
    assert "3. " in text_of(letter) and "2. " not in text_of(letter), "what is taken back needs no letter"


@pytest.mark.parametrize("fields", [{"user": "999"}, {"user": "1"}, {"objective": ["o99"]}])
def test_what_cannot_be_given_is_refused(
    mailing_app: Flask, focal: FlaskClient, fields: dict[str, object]
) -> None:
    with mailing_app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL")
        number = str(get_user(email).id)
    form = {"form": "delegate", "user": number, "seen": "", "objective": ["o07"]}
    assert send(focal, **form | fields)[0] == 404
    assert delegations(mailing_app) == set()


def test_an_objective_taken_back_while_its_form_is_open_is_not_saved_and_the_text_comes_back(
    mailing_app: Flask, focal: FlaskClient
) -> None:
    with mailing_app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL")
        delegate(email, "o07")
        number = str(get_user(email).id)
    client = mailing_app.test_client()
    send_sign_in(client, email)
    page = "/en/assessments/2026/AL/o07"
    token = csrf_token(client, page)
    assert send(focal, form="delegate", user=number, seen="o07")[0] == 303
    typed = "Two shelters take families."
    sent = {"csrf_token": token, "o07.a1-level": "2", "o07.a1-version": "0", "o07.a1-comment": typed}
    refused = client.post(page, data=sent)
    assert refused.status_code == 403
    assert "was taken back from you" in refused.text and typed in refused.text
    assert count(mailing_app, Answer) == 0
