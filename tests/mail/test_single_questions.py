"""Single questions by invitation: what the letters name, and what accepting gives."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.assessments.delegation import list_contributors
from surveyapp.assessments.shares import WHOLE, Share
from surveyapp.framework.model import Framework
from tests.accounts.browsers import send_sign_in
from tests.factories import delegate, find_assessment, get_user, make_user

from .inviting import NEW, PEOPLE, accept, deliver, invite, path_in, send
from .mail_server import Kept, text_of

CONTRIBUTOR = "contributor.al@example.org"


def read_shares(app: Flask, email: str) -> dict[str, Share]:
    with app.app_context():
        return next(
            dict(one.shares) for one in list_contributors(find_assessment()) if one.user.email == email
        )


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def test_an_invitation_to_single_questions_names_them_and_gives_them_alone(
    mailing_app: Flask, focal: FlaskClient, kept: Kept, shipped: Framework
) -> None:
    status, page = invite(focal, objective=["o09"], question=["o07.a1", "o07.i1", "o09.a1"])
    assert status == 303
    assert "Objective 9." in page and "Only questions" in page
    deliver(mailing_app)
    found = shipped.find_objective("o07")
    assert found
    letter = plain(text_of(kept.to(NEW)[0]))
    assert f"7. {found[1].title}: only the questions 7.A1, 7.I1" in letter
    assert "9. " in letter and "9.A1" not in letter, "the whole objective holds it"
    person = mailing_app.test_client()
    assert "7.A1" in person.get(path_in(kept)).text
    assert accept(person, path_in(kept))[0] == 303
    assert read_shares(mailing_app, NEW) == {"o07": frozenset({"o07.a1", "o07.i1"}), "o09": WHOLE}
    assert person.get("/en/assessments/2026/AL/o07/o07.a1").status_code == 200
    assert person.get("/en/assessments/2026/AL/o07/o07.a2").status_code == 403


@pytest.mark.parametrize(
    ("before", "invited", "after"),
    [
        (["o07.a2"], {"question": ["o07.a1"]}, frozenset({"o07.a1", "o07.a2"})),
        (["o07.a2"], {"objective": ["o07"]}, WHOLE),
        ([], {"question": ["o07.a1"]}, WHOLE),
    ],
)
def test_what_an_invitation_gives_comes_beside_what_somebody_has(
    mailing_app: Flask,
    focal: FlaskClient,
    kept: Kept,
    before: list[str],
    invited: dict[str, object],
    after: Share,
) -> None:
    assert invite(focal, **{"objective": []} | invited)[0] == 303
    deliver(mailing_app)
    with mailing_app.app_context():
        make_user(Role.CONTRIBUTOR, "AL", email=NEW)
        delegate(NEW, "o07", questions=before)
    person = mailing_app.test_client()
    send_sign_in(person, NEW)
    assert send(person, path_in(kept))[0] == 303
    assert read_shares(mailing_app, NEW) == {"o07": after}


def test_a_letter_names_only_the_questions_that_are_new(
    mailing_app: Flask, focal: FlaskClient, kept: Kept
) -> None:
    with mailing_app.app_context():
        make_user(Role.CONTRIBUTOR, "AL", email=CONTRIBUTOR)
        delegate(CONTRIBUTOR, "o07", questions=["o07.a1"])
        path = f"{PEOPLE}/{get_user(CONTRIBUTOR).id}/o07"
    given = {"seen": "", "seen_questions": "o07.a1"}
    assert send(focal, path, **given, question=["o07.a1", "o07.a2"])[0] == 303
    assert send(focal, path, **given, question=[])[0] == 303, "what is taken back needs no letter"
    deliver(mailing_app)
    [letter] = kept.to(CONTRIBUTOR)
    assert "only question 7.A2" in plain(text_of(letter)) and "7.A1" not in text_of(letter)
    assert read_shares(mailing_app, CONTRIBUTOR) == {"o07": frozenset({"o07.a2"})}


def test_a_refused_invitation_keeps_the_ticked_questions(mailing_app: Flask, focal: FlaskClient) -> None:
    status, page = invite(focal, email="nobody", objective=[], question=["o07.a1"])
    assert status == 422
    box = page.split('value="o07.a1"', 1)[1].split(">", 1)[0]
    assert "checked" in box
