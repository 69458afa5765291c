"""Wrong ways: what people do with an old page in front of them. Each has a clear page and loses nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.models import AssessmentState
from surveyapp.audit.models import AuditEntry
from surveyapp.database import db
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs, csrf_token
from tests.factories import answer_all, bring_to, delegate, make_user
from tests.results.pages import read_page

from .acting import read_answers, read_state, submit
from .questionnaire import COUNTRY, Page

TYPED = "Shelters in Tirana and Vlora."


def count_entries(app: Flask, action: str) -> int:
    with app.app_context():
        return len(db.session.scalars(select(AuditEntry.sequence).where(AuditEntry.action == action)).all())


def take_roles(app: Flask, email: str) -> None:
    """Somebody takes the person's roles away while they are signed in."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email)).one()
        db.session.execute(delete(RoleGrant).where(RoleGrant.user_id == user.id))
        db.session.commit()


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.CONTRIBUTOR])
def test_who_loses_the_role_while_typing_keeps_the_text_and_saves_nothing(
    app: Flask, client_as: ClientAs, focal_point: str, role: Role
) -> None:
    email = focal_point
    if role is Role.CONTRIBUTOR:
        with app.app_context():
            email = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
            delegate(email, "o07")
    page = Page.open(client_as(email))
    take_roles(app, email)
    refused = page.send(o07_a1__level="2", o07_a1__comment=TYPED)
    assert refused.status_code in (403, 404)
    assert TYPED in refused.text and "Your account has no role" in refused.text
    assert "Send it again" not in refused.text and "Go to the start" in refused.text
    with app.app_context():
        assert read_answers() == {}


def test_who_works_for_another_country_now_reads_why_and_nothing_of_what_there_is(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    page = Page.open(client_as(focal_point))
    take_roles(app, focal_point)
    with app.app_context():
        number = db.session.scalars(select(User.id).where(User.email == focal_point)).one()
        db.session.add(RoleGrant(user_id=number, role=Role.FOCAL_POINT, country_code="BA"))
        db.session.commit()
    refused = page.send(o07_a1__comment=TYPED)
    assert refused.status_code == 404 and TYPED in refused.text
    assert "your role was taken away" in refused.text and "There is no such page" not in refused.text
    addresses = (page.path, "/en/assessments/2025/AL/o07")  # the second one is of no cycle
    there, missing = (read_page(page.client.get(address).text).one("main").text for address in addresses)
    assert there == missing


def test_who_holds_an_objective_no_more_is_told_so_and_keeps_what_was_typed(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
        delegate(email, "o07")
    page = Page.open(client_as(email))
    with app.app_context():
        db.session.execute(delete(Delegation))
        db.session.commit()
    refused = page.send(o07_a1__level="2", o07_a1__comment=TYPED)
    assert refused.status_code == 403 and TYPED in refused.text
    assert "taken back from you" in refused.text and "Send it again" not in refused.text
    for address in (page.path, f"{page.path}/o07.a1"):
        opened = page.client.get(address)
        assert opened.status_code == 403 and "taken back from you" in opened.text
    told = page.client.post(page.path, data=page.fields, headers={"Accept": "application/json"})
    assert "taken back from you" in told.get_json()["detail"]


def test_an_account_whose_roles_were_taken_says_so(app: Flask, client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    take_roles(app, focal_point)
    page = client.get("/en/", follow_redirects=True).text
    assert "Your account has no role" in page and "Nothing waits for you now" not in page


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["7.A1 · Answer", "7.A1 · Comment", "7.A2 · Answer", "7.A2 · Reason", "Note", "anything"]),
        (
            "fr",
            ["7.A1 · Réponse", "7.A1 · Commentaire", "7.A2 · Réponse", "7.A2 · Motif", "Note", "anything"],
        ),
    ],
)
def test_a_refusal_calls_what_was_typed_as_the_form_does(
    client_as: ClientAs, focal_point: str, language: str, names: list[str]
) -> None:
    sent = {"o07.a1-level": "3", "o07.a1-comment": TYPED, "o07.a1-version": "0", "o07.a1-checked": "yes"}
    sent |= {"o07.a2-level": "unknown", "o07.a2-reason": "Not counted.", "note": "x", "anything": "y"}
    refused = client_as(focal_point).post(f"{COUNTRY}/o07".replace("/en/", f"/{language}/"), data=sent)
    assert refused.status_code == 400, "without the token of the form"
    assert {"en": "Send it again", "fr": "Envoyer de nouveau"}[language] in refused.text
    typed = read_page(refused.text).one("dl", class_="typed")
    assert [node.text for node in typed.all("dt")] == names
    chosen = {"en": "Unknown", "fr": "Inconnu"}[language]
    assert [node.text for node in typed.all("dd")] == ["3", TYPED, chosen, "Not counted.", "x", "y"]


def test_back_after_submitting_saves_nothing_more_and_gives_the_text_back(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        answer_all(shipped, focal_point)
    page = Page.open(client_as(focal_point))
    with app.app_context():
        submit(focal_point)
    refused = page.send(o07_a1__level="3", o07_a1__comment=TYPED, o07_a2__level="1")
    assert refused.status_code == 409
    typed = read_page(refused.text).one("dl", class_="typed")
    assert [node.text for node in typed.all("dt")] == ["7.A1 · Answer", "7.A2 · Answer", "7.A1 · Comment"]
    assert [node.text for node in typed.all("dd")] == ["3", "1", TYPED], "what stayed as it was is left out"
    assert "Send it again" not in refused.text and "Back to the page" in refused.text
    with app.app_context():
        assert read_answers()["o07.a1"].comment == ""


def press(client: FlaskClient, step: str, token: str, **fields: str) -> tuple[int, str]:
    response = client.post(f"{COUNTRY}/review/{step}", data={"csrf_token": token, **fields})
    return response.status_code, response.text


@pytest.mark.parametrize("second", ["accept", "return"])
def test_a_step_that_somebody_else_made_meanwhile_is_said_to_be_over(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, second: str
) -> None:
    with app.app_context():
        first, other = (make_user(Role.COORDINATOR, email=f"{name}@example.org") for name in "ab")
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, first)
    clients = [client_as(first), client_as(other)]
    tokens = [csrf_token(client, COUNTRY) for client in clients]
    assert press(clients[0], "accept", tokens[0])[0] == 303
    status, words = press(clients[1], second, tokens[1], note="Please look at objective 9 again.")
    assert status == 403 and "moved on since the page was opened" in words
    if second == "return":
        assert "Please look at objective 9 again." in words
    with app.app_context():
        assert read_state() is AssessmentState.ACCEPTED
    assert count_entries(app, "assessment.accept") == 1
