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
from sqlalchemy import func, select, update

from surveyapp.accounts import invitations
from surveyapp.accounts.cli import users
from surveyapp.accounts.errors import LinkGone, TooManyLetters
from surveyapp.accounts.models import COUNTRY_ROLES, Invitation, Role, RoleGrant, User
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.models import Answer
from surveyapp.audit.models import AuditEntry
from surveyapp.audit.service import verify
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from surveyapp.mail.errors import MailFault
from surveyapp.mail.sender import send_waiting
from tests.accounts.browsers import is_signed_in, send_sign_in
from tests.conftest import BASE_URL, csrf_token, mailing
from tests.factories import PASSWORD, delegate, get_user, make_cycle, make_user

from .mail_server import Kept, html_of, link_in, text_of

PEOPLE = "/en/assessments/2026/AL/people"
NEW = "welfare@example.org"
OFFICE = "Ministry of Welfare <b>& Family</b>"
GONE = "This link opens nothing any more"


@pytest.fixture
def focal(mailing_app: Flask, shipped: Framework) -> FlaskClient:
    """Albania's focal point, signed in."""
    with mailing_app.app_context():
        make_cycle(shipped)
        email = make_user(Role.FOCAL_POINT, "AL")
    client = mailing_app.test_client()
    assert send_sign_in(client, email).status_code == 303
    return client


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


def test_a_withdrawn_invitation_that_did_not_leave_yet_never_leaves(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    invite(focal)
    send(focal, form="withdraw", invitation="1")
    deliver(mailing_app)
    assert kept.messages == []
    assert invite(focal)[0] == 303, "and the address can be invited again"


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


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "nobody"}, "is not an e-mail address"),
        ({"email": "a@b.org\r\nBcc: c@d.org"}, "is not an e-mail address"),
        ({"email": ""}, "Give an e-mail address."),
        ({"office": " "}, "Give the office"),
        ({"office": "x" * 201}, "office"),
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


def test_a_used_link_is_refused_by_the_service_too(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        begin_write()
        _, token = invitations.invite(NEW, "X", Role.ANALYST, None, locale="en", by=None)
        invitation = invitations.get_invited(token)
        invitations.accept_anew(invitation, "X", PASSWORD, locale="en")
        with pytest.raises(LinkGone):
            invitations.accept_as(invitation, get_user(NEW))


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
    assert "not yours to answer, or not any more" in refused.text and typed in refused.text
    assert count(mailing_app, Answer) == 0
