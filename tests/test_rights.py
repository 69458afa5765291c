"""Who may do what: `rights.csv`, written by hand, role × route × state of Albania's assessment → status.

A draft of another country is 404 for whoever may not know of it; what somebody knows of and may not do
is 403.
A file is secret: it is 404 for whoever may not read it.
The contributor of the rows `contributor_o07` holds objective 7; `contributor_o08` is the same person at
objective 8. `contributor_o07_a3` was given question 7.A3 alone, and asks for the others of objective 7.
Visitors are led to sign in (303) or, where they sent something, told so (401).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from surveyapp.accounts.models import Role
from surveyapp.accounts.service import add_user
from surveyapp.assessments import parallel, parallel_shown
from surveyapp.assessments.evidence_files import SentFile, add_file
from surveyapp.assessments.evidence_store import get_store
from surveyapp.assessments.models import Answer, AnswerState, Assessment, AssessmentState
from surveyapp.assessments.service import GivenAnswer
from surveyapp.audit.models import AuditEntry
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework

from .accounts.browsers import send_sign_in
from .assessments.acting import acting
from .assessments.files import PDF
from .conftest import application, csrf_token
from .factories import (
    PASSWORD,
    answer_all,
    bring_to,
    delegate,
    find_assessment,
    get_user,
    make_cycle,
    make_user,
)

STATES = tuple(AssessmentState)
ROWS = list(csv.DictReader(Path(__file__).with_name("rights.csv").read_text("utf-8").splitlines()))
ROLES = tuple(dict.fromkeys(row["role"] for row in ROWS))
PAGES = {
    "overview": "/en/assessments/2026/AL",
    "objective": "/en/assessments/2026/AL/{objective}",
    "question": "/en/assessments/2026/AL/{objective}/{objective}.a1",
    "bundle": "/en/assessments/2026/AL/bundle",
    "file": "/en/assessments/2026/AL/files/{file}",
    "profile": "/en/results/2026/AL",
    "years": "/en/results/AL",
    "why": "/en/results/2026/AL/{objective}",
    "why_overall": "/en/results/2026/AL/overall",
    "sensitivity": "/en/results/2026/AL/{objective}/sensitivity",
    "sensitivity_overall": "/en/results/2026/AL/sensitivity",
    "compare": "/en/results/compare?a=AL-2026&b=AL-2026",
    "heatmap": "/en/results/2026",
    "consent": "/en/assessments/2026/AL/consent",
    "cycles": "/en/cycles",
    "cycle": "/en/cycles/2026",
    "cycle_new": "/en/cycles/new",
    "cycle_wording": "/en/cycles/2026/wording",
    "cycle_deadline": "/en/cycles/2026/deadlines/AL",
    "api": "/api/v1/cycles/2026/countries/AL",
    "explanation": "/api/v1/cycles/2026/countries/AL/objectives/{objective}/explanation",
    "api_sensitivity": "/api/v1/cycles/2026/countries/AL/sensitivity",
    "parallel_list": "/en/parallel",
    "parallel": "/en/parallel/2026/AL",
    "parallel_sheet": "/en/parallel/2026/AL/{objective}",
    "divergence": "/en/results/2026/AL/parallel",
    "api_parallel": "/api/v1/cycles/2026/countries/AL/parallel",
    "contributors": "/en/assessments/2026/AL/people",
    "given_questions": "/en/assessments/2026/AL/people/{contributor}/o09",
    "accounts": "/en/people",
    "account": "/en/people/{analyst}",
    "contributor": "/en/assessments/2026/AL/people/{contributor}",
    "own_data": "/en/account/data",
    "own_removal": "/en/account/removal",
    "retention": "/en/cycles/2026/retention",
}
FILE_IDS = {"o07": 1, "o08": 2}
LEAVING = ("close", "take", "remove")
REVIEW_STEPS = ("accept", "return", "reopen", "publish", "withdraw")
ADDRESSES = {
    **PAGES,
    "save": PAGES["objective"],
    "delegate": PAGES["contributors"],
    "give_questions": PAGES["given_questions"],
    "invite": PAGES["contributors"],
    "invite_anybody": PAGES["accounts"],
    "submit": f"{PAGES['overview']}/submit",
    "part": f"{PAGES['objective']}/part",
    "remark": f"{PAGES['question']}/remarks",
    "restore": f"{PAGES['question']}/restore",
    "upload": f"{PAGES['question']}/files",
    **{step: f"{PAGES['overview']}/review/{step}" for step in REVIEW_STEPS},
    "marks": f"{PAGES['objective']}/marks",
    "consent_save": PAGES["consent"],
    "cycle_open": PAGES["cycle_new"],
    "cycle_reword": PAGES["cycle_wording"],
    "cycle_extend": PAGES["cycle_deadline"],
    "cycle_close": f"{PAGES['cycle']}/close",
    "parallel_save": PAGES["parallel_sheet"],
    "parallel_hand_in": f"{PAGES['parallel']}/hand-in",
    "parallel_consent": f"{PAGES['parallel']}/consent",
    "parallel_take_back": f"{PAGES['parallel']}/take-back",
    "parallel_decide": f"{PAGES['divergence']}/1",
    "retention_save": PAGES["retention"],
    "own_data_export": PAGES["own_data"],
    "own_remove": PAGES["own_removal"],
    **{f"account_{step}": PAGES["account"] for step in LEAVING},
    **{f"contributor_{step}": PAGES["contributor"] for step in LEAVING},
    "cycle_remind": f"{PAGES['cycle']}/remind",
}
FORMS = {
    "delegate": {"form": "delegate", "objective": "o09"},  # to the contributor
    "give_questions": {"question": "o09.a1"},
    "invite": {
        "form": "invite",
        "email": "new@example.org",
        "office": "New",
        "locale": "en",
        "objective": "o09",
    },
    "invite_anybody": {
        "form": "invite",
        "email": "new@example.org",
        "office": "New",
        "role": "focal_point",
        "country": "AL",
        "locale": "en",
    },
    "part": {"step": "take"},  # from the contributor, who is still at work
    "remark": {"text": "Who knows?"},
    "restore": {"entry": "v1", "version": "1"},
    "upload": {"title": "Report"},
    "parallel_hand_in": {"signed_by_function": "Board", "consents": "yes"},
    "parallel_consent": {"consents": "no"},
    "parallel_decide": {"shows": "no", "note": "It names a shelter.", "revision": "1"},
    "retention_save": {"months": "6"},
    **{f"{whose}_{step}": {"form": step} for whose in ("account", "contributor") for step in LEAVING},
}
POSTS = (
    "save",
    "submit",
    *FORMS,
    *REVIEW_STEPS,
    "marks",
    "consent_save",
    "cycle_open",
    "cycle_reword",
    "cycle_extend",
    "cycle_close",
    "parallel_save",
    "parallel_take_back",
    "own_data_export",
    "own_remove",
    "cycle_remind",
)
ACCOUNTS = {
    "focal_own": (Role.FOCAL_POINT, "AL"),
    "focal_other": (Role.FOCAL_POINT, "BA"),
    "contributor_o07": (Role.CONTRIBUTOR, "AL"),
    "contributor_o07_a3": (Role.CONTRIBUTOR, "AL"),
    "coordinator": (Role.COORDINATOR, None),
    "analyst": (Role.ANALYST, None),
    "translator": (Role.TRANSLATOR, None),
    "administrator": (Role.ADMINISTRATOR, None),
    "ngo": (Role.NGO, "AL"),
}


class World:
    """Albania's assessment, and a signed-in browser for each role; what a test does is undone by `reset`."""

    def __init__(self, app: Flask, path: Path, clients: dict[str, FlaskClient]) -> None:
        self.app, self.path, self.kept = app, path, path.read_bytes()
        self.clients = clients | {"visitor": app.test_client()}
        self.tokens: dict[FlaskClient, str] = {}
        with app.app_context():
            names = {"contributor": "contributor_o07", "analyst": "analyst"}
            people = {name: get_user(f"{account}@example.org") for name, account in names.items()}
            self.ids = {name: str(user.id) for name, user in people.items()}
            self.grants = {name: str(user.grants[0].id) for name, user in people.items()}

    def reset(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.path.write_bytes(self.kept)

    def ask(self, role: str, route: str) -> int:
        """The status of one request by that role."""
        objective = "o08" if role == "contributor_o08" else "o07"
        client = self.clients[role.replace("o08", "o07")]
        address = ADDRESSES[route].format(objective=objective, file=FILE_IDS[objective], **self.ids)
        if route not in POSTS:
            with client.get(address) as response:
                return response.status_code
        if client not in self.tokens:
            page = "/en/sign-in" if role == "visitor" else "/en/account"
            self.tokens[client] = csrf_token(client, page)
        sent = {"csrf_token": self.tokens[client], "note": "Please mend objective 9."}
        sent |= FORMS.get(route, {})
        if route in ("delegate", "part"):
            sent["user"] = self.ids["contributor"]
        if route.startswith(("account_", "contributor_")):
            whose = "analyst" if route.startswith("account_") else "contributor"
            sent |= {"grant": self.grants[whose], "is_sure": "yes"}
        if route == "marks":
            sent |= {f"{objective}.a1-verdict": "accept"}
        if route == "cycle_extend":
            sent |= {"deadline": str(now().date() + timedelta(days=50)), "reason": "A flood."}
        if route in ("save", "parallel_save"):
            sent |= {f"{objective}.a1-level": "1", f"{objective}.a1-version": "1"}
        files = {"file": (BytesIO(PDF + b"another"), "report.pdf")}
        return client.post(address, data=sent | (files if route == "upload" else {})).status_code

    def trace(self) -> tuple[object, ...]:
        """What a refused request must leave as it was."""
        with self.app.app_context():
            return (
                db.session.scalar(select(Assessment.state).where(Assessment.id == find_assessment().id)),
                db.session.scalar(select(func.sum(Answer.version))),
                db.session.scalar(select(func.count(AuditEntry.sequence))),
            )


def add_view(ngo: str, coordinator: str, state: AssessmentState) -> None:
    """An NGO's view that is handed in and, once the government has submitted, shown to everybody."""
    begin_write()
    user = get_user(ngo)
    view = parallel.get_view(2026, "AL", by=user, lock=True)
    given = [GivenAnswer("o07.a1", AnswerState.LEVEL, 0, level="0")]
    parallel.record_answers(view, given, by=user)
    parallel.hand_in(view, signed_by="Board", consents=True, by=user)
    if state is not AssessmentState.DRAFT:
        place = {"shows": True, "note": "", "seen_revision": 1}
        parallel_shown.decide(2026, "AL", view.id, by=get_user(coordinator), **place)
    db.session.commit()


def add_files(email: str) -> None:
    """A file as evidence in each of two objectives; the answers come later."""
    with acting(email) as (assessment, user):
        sent = SentFile("Decree", "decree.pdf", PDF)
        for objective in FILE_IDS:
            add_file(assessment, objective, f"{objective}.a2", sent, store=get_store(), by=user)


@pytest.fixture(params=STATES, ids=[state.value for state in STATES])
def world(
    request: pytest.FixtureRequest, prepared_sqlite: Path, shipped: Framework, tmp_path: Path
) -> Iterator[tuple[World, AssessmentState]]:
    """The assessment in one state, with every answer given, and some files."""
    path = tmp_path / "surveyapp.db"
    path.write_bytes(prepared_sqlite.read_bytes())
    with application(f"sqlite:///{path}") as app:
        with app.app_context():
            emails = {
                name: make_user(role, country, email=f"{name}@example.org")
                for name, (role, country) in ACCOUNTS.items()
            }
            make_cycle(shipped)
            delegate(emails["contributor_o07"], "o07")
            delegate(emails["contributor_o07_a3"], "o07", questions=["o07.a3"])
            add_files(emails["focal_own"])
            if request.param is AssessmentState.DRAFT:
                answer_all(shipped, emails["focal_own"])
            else:
                bring_to(request.param, shipped, emails["focal_own"], emails["coordinator"])
            add_view(emails["ngo"], emails["coordinator"], request.param)
        clients = {name: app.test_client() for name in emails}
        for name, email in emails.items():
            assert send_sign_in(clients[name], email).status_code == 303
        yield World(app, path, clients), request.param


def test_each_role_gets_what_the_table_of_rights_says(world: tuple[World, AssessmentState]) -> None:
    made, state = world
    before, wrong = made.trace(), []
    for row in ROWS:
        what = f"{row['role']}, {row['route']}, {state.value}"
        status = made.ask(row["role"], row["route"])
        if status != int(row[state.value]):
            wrong.append(f"{what}: {status} instead of {row[state.value]}")
        if row["route"] in POSTS and made.trace() != before:
            if status >= 400:
                wrong.append(f"{what}: refused, and something changed")
            made.reset()
    assert wrong == []


def test_the_table_names_each_route_of_an_assessment_for_each_role() -> None:
    routes = {*PAGES, *POSTS}
    assert {(row["role"], row["route"]) for row in ROWS} == {(r, t) for r in ROLES for t in routes}
    assert set(ROLES) == {"visitor", "contributor_o08", *ACCOUNTS}


def test_nobody_reviews_an_own_country(app: Flask, client: FlaskClient, shipped: Framework) -> None:
    with app.app_context():
        begin_write()
        roles = [(Role.COORDINATOR, None), (Role.FOCAL_POINT, "AL")]
        add_user("both@example.org", "Both", roles, password=PASSWORD, by=None)
        db.session.commit()
        make_cycle(shipped)
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, "both@example.org", coordinator)
        bosnian = make_user(Role.FOCAL_POINT, "BA")
        bring_to(AssessmentState.SUBMITTED, shipped, bosnian, coordinator, "BA")
    send_sign_in(client, "both@example.org")
    sent = {"csrf_token": csrf_token(client, "/en/account")}
    assert client.post("/en/assessments/2026/AL/review/accept", data=sent).status_code == 403
    assert client.post("/en/assessments/2026/BA/review/accept", data=sent).status_code == 303
