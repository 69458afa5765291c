"""An invitation: a link that works once, for 7 days, until it is withdrawn, and opens nothing else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from surveyapp.accounts import invitations
from surveyapp.accounts.errors import LinkGone
from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.audit.models import AuditEntry
from surveyapp.audit.service import verify
from surveyapp.database import begin_write, db
from surveyapp.framework.model import Framework
from tests.accounts.browsers import is_signed_in, send_sign_in
from tests.conftest import csrf_token
from tests.factories import PASSWORD, get_user, make_cycle, make_user

from .inviting import NEW, PEOPLE, accept, count, deliver, invite, let_pass, path_in, send
from .mail_server import Kept, html_of, link_in, text_of

GONE = "This link opens nothing any more"


def test_somebody_invited_sets_up_an_account_and_answers_what_was_given(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    status, page = invite(focal)
    assert status == 303 and f"on its way to {NEW}" in page
    assert "Ministry of Welfare &lt;b&gt;&amp; Family&lt;/b&gt;" in page and "Objectives 7, 9." in page
    deliver(mailing_app)
    [letter] = kept.to(NEW)
    assert letter["Subject"] == "Invitation to work on the answers of Albania"
    assert "7. " in text_of(letter) and "9. " in text_of(letter) and "8. " not in text_of(letter)
    assert "Office of focal_point.al@example.org" in html_of(letter)
    assert letter["List-Unsubscribe"] is None, "it cannot be unsubscribed"
    until = re.compile(r"until \d+ \w+ \d{4}, \d\d:\d\d \((CET|CEST)\)")
    assert until.search(text_of(letter)) and until.search(page), "by the clock of Albania"

    person = mailing_app.test_client()
    path = path_in(kept)
    shown = person.get(path)
    assert shown.status_code == 200 and "Albania" in shown.text and NEW in shown.text
    assert until.search(shown.text) and "Send again" in page
    assert shown.headers["Cache-Control"] == "no-store"
    status, page = accept(person, path)
    assert status == 303 and "you are signed in" in page
    assert is_signed_in(person)
    assert person.get("/en/assessments/2026/AL/o07").status_code == 200
    assert person.get("/en/assessments/2026/AL/o08").status_code == 403
    assert person.get(PEOPLE).status_code == 403
    assert send_sign_in(mailing_app.test_client(), NEW).status_code == 303
    with mailing_app.app_context():
        assert get_user(NEW).office == "Ministry of Welfare"
        assert list(verify(db.session)) == []
        facts = " ".join(db.session.scalars(select(AuditEntry.facts)))
        assert NEW not in facts and "Welfare" not in facts


def test_until_it_is_accepted_the_link_opens_nothing_else(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    invite(focal)
    deliver(mailing_app)
    person = mailing_app.test_client()
    person.get(path_in(kept))
    for path in ("/en/account", "/en/assessments", "/en/assessments/2026/AL", PEOPLE):
        assert person.get(path).status_code == 303, "led to sign in"
    assert count(mailing_app, Delegation) == 0 and count(mailing_app, User) == 1


@pytest.mark.parametrize("why", ["used", "expired", "withdrawn", "renewed", "unknown"])
def test_a_link_that_is_worth_nothing_leads_to_one_page_that_says_what_to_do(
    mailing_app: Flask, focal: FlaskClient, kept: Kept, why: str
) -> None:
    invite(focal)
    deliver(mailing_app)
    path = path_in(kept)
    if why == "used":
        accept(mailing_app.test_client(), path)
    elif why == "expired":
        let_pass(mailing_app, sent_at=timedelta(days=8), expires_at=timedelta(seconds=1))
    elif why == "withdrawn":
        assert send(focal, form="withdraw", invitation="1")[0] == 303
    elif why == "renewed":
        let_pass(mailing_app, sent_at=timedelta(minutes=11))
        assert send(focal, form="renew", invitation="1")[0] == 303
    else:
        path = "/en/invitation/guessed"
    before = count(mailing_app, User)
    client = mailing_app.test_client()
    page = client.get(path)
    assert page.status_code == 410 and GONE in page.text and "ask for a new one" in page.text
    sent = {
        "csrf_token": csrf_token(client, "/en/sign-in"),
        "office": "X",
        "new": PASSWORD,
        "repeated": PASSWORD,
    }
    refused = client.post(path, data=sent)
    assert refused.status_code == 410 and PASSWORD not in refused.text
    assert count(mailing_app, User) == before


def test_an_invitation_withdrawn_while_its_page_is_open_is_not_accepted(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    invite(focal)
    deliver(mailing_app)
    person, path = mailing_app.test_client(), path_in(kept)
    token = csrf_token(person, path)
    assert "withdrawn" in send(focal, form="withdraw", invitation="1")[1]
    sent = {"csrf_token": token, "office": "Typed office", "new": PASSWORD, "repeated": PASSWORD}
    refused = person.post(path, data=sent)
    assert refused.status_code == 410 and "Typed office" in refused.text
    assert not is_signed_in(person)


def test_an_invitation_sent_again_has_a_new_link_for_another_7_days(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    invite(focal)
    deliver(mailing_app)
    assert send(focal, form="renew", invitation="1")[0] == 429, "not within 10 minutes"
    let_pass(mailing_app, sent_at=timedelta(days=10), expires_at=timedelta(days=3))
    assert "Too old since" in focal.get(PEOPLE).text
    assert send(focal, form="renew", invitation="1")[0] == 303
    deliver(mailing_app)
    first, second = (link_in(letter, "/invitation/") for letter in kept.to(NEW))
    assert first != second and "7. " in text_of(kept.to(NEW)[1])
    assert accept(mailing_app.test_client(), urlsplit(second).path)[0] == 303


@pytest.mark.parametrize(("role", "country"), [(Role.COORDINATOR, None), (Role.CONTRIBUTOR, "BA")])
def test_whether_an_address_has_an_account_elsewhere_is_not_told_and_its_owner_decides(
    mailing_app: Flask, focal: FlaskClient, kept: Kept, role: Role, country: str | None
) -> None:
    with mailing_app.app_context():
        email = make_user(role, country, email="known@example.org")
    pages = [re.sub(r'value="[^"]{30,}"', "", invite(focal, address)[1]) for address in (email, NEW)]
    assert pages[0].replace(email, "X") in pages[1].replace(NEW, "X") or email in pages[0]
    assert "Office of known" not in focal.get(PEOPLE).text
    deliver(mailing_app)
    path = path_in(kept, email=email)
    assert text_of(kept.to(email)[0]).count("\n") == text_of(kept.to(NEW)[0]).count("\n")

    stranger = mailing_app.test_client()
    page = stranger.get(path)
    assert page.status_code == 200 and "Sign in with it to accept" in page.text
    assert 'type="password"' not in page.text
    token = csrf_token(stranger, "/en/sign-in")
    assert stranger.post(path, data={"csrf_token": token}).status_code == 403
    with mailing_app.app_context():
        assert not get_user(email).has_role(Role.CONTRIBUTOR, "AL")

    owner = mailing_app.test_client()
    send_sign_in(owner, email)
    status, page = send(owner, path)
    assert status == 303 and "You accepted the invitation." in page
    assert owner.get("/en/assessments/2026/AL/o07").status_code == 200
    assert owner.get(path).status_code == 410


def test_eight_who_accept_at_once_make_one_account(
    mailing_on_both: Flask, kept: Kept, shipped: Framework
) -> None:
    app = mailing_on_both
    with app.app_context():
        make_cycle(shipped)
        client = app.test_client()
        email = make_user(Role.FOCAL_POINT, "AL")
    send_sign_in(client, email)
    invite(client)
    deliver(app)
    path = path_in(kept)
    clients = [app.test_client() for _ in range(8)]
    tokens = [csrf_token(each, path) for each in clients]
    barrier = Barrier(8)

    def press(number: int) -> int:
        sent = {"csrf_token": tokens[number], "office": "X", "new": PASSWORD, "repeated": PASSWORD}
        barrier.wait()
        return clients[number].post(path, data=sent).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(press, range(8))) == [303] + [410] * 7
    assert count(app, User) == 2
    with app.app_context():
        mine = select(func.count()).where(RoleGrant.role == Role.CONTRIBUTOR)
        assert db.session.scalar(mine) == 1
        assert sorted(db.session.scalars(select(Delegation.objective_id))) == ["o07", "o09"]


def test_a_used_link_is_refused_by_the_service_too(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        begin_write()
        _, token = invitations.invite(NEW, "X", Role.ANALYST, None, locale="en", by=None)
        invitation = invitations.get_invited(token)
        invitations.accept_anew(invitation, "X", PASSWORD, locale="en")
        with pytest.raises(LinkGone):
            invitations.accept_as(invitation, get_user(NEW))
