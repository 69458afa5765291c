"""Question by question: what the coordinator marks and the country mends; who declares; what is shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp.accounts.models import Role
from surveyapp.assessments import review
from surveyapp.assessments.given import GivenEvidence
from surveyapp.assessments.models import AssessmentState, Submission, Verdict
from surveyapp.assessments.review import GivenMark
from surveyapp.assessments.service import given_again
from surveyapp.audit.models import AuditEntry
from surveyapp.database import db
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs, csrf_token
from tests.factories import answer_all, bring_to, delegate, make_user
from tests.results.pages import read_page

from .acting import acting, put_into, read_answers, save, step, submit
from .questionnaire import COUNTRY
from .test_record_answers import given

SHEET = f"{COUNTRY}/o07"


@pytest.fixture
def coordinator(app: Flask, focal_point: str) -> str:
    with app.app_context():
        return make_user(Role.COORDINATOR)


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    token = csrf_token(client, "/en/account")
    return client.post(path, data={"csrf_token": token, **fields})


def mark(client: FlaskClient, **fields: str) -> TestResponse:
    return send(
        client,
        f"{SHEET}/marks",
        **{name.replace("__", ".").replace("_", "-"): v for name, v in fields.items()},
    )


def test_the_coordinator_marks_answers_and_the_country_sees_first_what_to_mend(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, shipped: Framework
) -> None:
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    reviewer, country = client_as(coordinator), client_as(focal_point)
    sent = {"o07__a1_verdict": "ask", "o07__a1_remark": "Which towns?", "o07__a2_verdict": "accept"}
    sent |= {"o07__a3_verdict": "ask", "o07__a3_remark": "Free of charge?"}
    assert mark(reviewer, **sent).status_code == 303
    asked = sum(q.same_as is None for q in shipped.find_objective("o07")[1].questions)  # type: ignore[index]
    assert "3 of" in reviewer.get(COUNTRY).text and f"3 of {asked} looked at" in reviewer.get(COUNTRY).text
    forms = [
        f for f in read_page(reviewer.get(COUNTRY).text).all("form") if "/review/" in f.attributes["action"]
    ]
    buttons = {f.attributes["action"].rsplit("/")[-1]: f.one("button").attributes["class"] for f in forms}
    assert "outlined" in buttons["accept"] and "outlined" not in buttons["return"], "with something to mend"
    assert "Which towns?" in reviewer.get(SHEET).text
    assert "Which towns?" not in country.get(SHEET).text  # not before it is returned
    assert send(reviewer, f"{COUNTRY}/review/return", note="").status_code == 303
    overview = country.get(COUNTRY).text
    assert overview.index("Which towns?") < overview.index("What to do next")
    assert 'href="/en/assessments/2026/AL/o07#o07.a1"' in overview
    assert "Which towns?" in country.get(SHEET).text
    with app.app_context():
        seen = read_answers()["o07.a1"].version
        save(focal_point, given("1", seen=seen))
    assert "Saved again since" in country.get(COUNTRY).text
    assert send(country, f"{COUNTRY}/submit").status_code == 303
    sheet = read_page(reviewer.get(SHEET).text)
    boxes = [sheet.one(id=f"o07.a{number}") for number in (1, 3)]
    assert "What you asked when you sent it back Which towns? Changed since" in boxes[0].text
    assert "What you asked when you sent it back Free of charge? Not changed since" in boxes[1].text
    for box in boxes:  # asked or not, the new answer waits for a new decision
        assert box.one("input", checked="").attributes["value"] == "" and not box.one("textarea").text
    before = read_page(reviewer.get(COUNTRY).text).one("ul", class_="asked").all("li")
    assert [row.text for row in before] == [
        "7.A1 Which towns? Saved again since",
        "7.A3 Free of charge? Not changed since",
    ]
    assert "Which towns?" not in country.get(COUNTRY).text


def accept_all(client: FlaskClient) -> None:
    """Accept each answer of the objective, as its form does."""
    boxes = read_page(client.get(SHEET).text).all("input", value="accept")
    names = [box.attributes["name"] for box in boxes]
    assert send(client, f"{SHEET}/marks", **dict.fromkeys(names, "accept")).status_code == 303


def test_a_second_review_keeps_what_was_accepted_and_did_not_change(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, shipped: Framework
) -> None:
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    reviewer, country = client_as(coordinator), client_as(focal_point)
    accept_all(reviewer)
    total = sum(q.same_as is None for q in shipped.find_objective("o07")[1].questions)  # type: ignore[index]
    mark(reviewer, o07__a3_verdict="ask", o07__a3_remark="Free of charge?")
    send(reviewer, f"{COUNTRY}/review/return", note="")
    with app.app_context():
        answers = read_answers()
        save(focal_point, given("1", seen=answers["o07.a1"].version))
        report = (GivenEvidence("Report"),)
        again = given_again(answers["o07.a2"], "o07.a2", answers["o07.a2"].version)
        save(focal_point, replace(again, new_evidence=report))
    assert send(country, f"{COUNTRY}/submit").status_code == 303
    overview = reviewer.get(COUNTRY).text
    assert f"{total - 3} of {total} looked at" in overview, "not the two that changed, nor what was asked"
    assert f"{total - 3} of them were accepted in the last review and have not changed since." in overview
    sheet = read_page(reviewer.get(SHEET).text)
    changed = [sheet.one(id=f"o07.a{number}") for number in (1, 2)]
    assert all("Changed since you sent it back" in box.text for box in changed)
    assert all(box.one("input", checked="").attributes["value"] == "" for box in changed)
    kept = sheet.one(id="o07.a4")
    assert "unchanged since the last review" in kept.text
    assert kept.one("input", checked="").attributes["value"] == "accept"
    assert kept.all("button")[0].text == "Save", "what the Enter key presses"
    button = kept.one("button", name="anew")
    pressed = send(
        reviewer, f"{SHEET}/marks", **{"o07.a4-verdict": "accept", "anew": button.attributes["value"]}
    )
    assert pressed.headers["Location"].endswith("#o07.a4")
    page = reviewer.get(SHEET).text
    assert "The answer counts as not looked at." in page
    assert "unchanged since" not in read_page(page).one(id="o07.a4").text
    assert f"{total - 4} of {total} looked at" in reviewer.get(COUNTRY).text


def test_what_was_taken_back_is_not_kept_by_the_submission_after(focal: str, shipped: Framework) -> None:
    coordinator = make_user(Role.COORDINATOR)
    bring_to(AssessmentState.SUBMITTED, shipped, focal, coordinator)

    def decide(verdict: Verdict | None, *questions: str) -> None:
        with acting(coordinator) as (assessment, by):
            review.record_marks(assessment, [GivenMark(each, verdict) for each in questions], by=by)

    decide(Verdict.ACCEPT, "o07.a1", "o07.a2", "o07.a4")
    for taken_back in ("o07.a1", "o07.a2"):
        step("return", coordinator)
        submit(focal)
        decide(None, taken_back)
    with acting(coordinator) as (assessment, _):
        marks = review.list_marks(assessment)
        assert [(mark.question_id, mark.revision) for mark in marks.values()] == [("o07.a4", 3)]
    query = select(AuditEntry.facts).where(AuditEntry.action == "assessment.submit")
    facts = [json.loads(each) for each in db.session.scalars(query.order_by(AuditEntry.sequence))]
    assert [each.get("marks_kept") for each in facts] == [None, 3, 2]


def test_a_remark_or_note_that_seems_to_name_somebody_is_saved_after_a_tick(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, shipped: Framework
) -> None:
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    reviewer, words = client_as(coordinator), "Ask ana@example.org about it."
    sent = {"o07__a1_verdict": "ask", "o07__a1_remark": words}
    refused = mark(reviewer, **sent)
    assert refused.status_code == 422 and words in refused.text and 'name="o07.a1-checked"' in refused.text
    assert mark(reviewer, **sent, o07__a1_checked="yes").status_code == 303
    refused = send(reviewer, f"{COUNTRY}/review/return", note=words)
    assert refused.status_code == 422 and "looks like an e-mail address" in refused.text
    box = read_page(refused.text).one("input", name="checked")
    assert "required" in box.attributes and words in refused.text
    assert send(reviewer, f"{COUNTRY}/review/return", note=words, checked="yes").status_code == 303


def test_a_mark_that_asks_without_a_word_is_refused_and_the_others_are_kept(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, shipped: Framework
) -> None:
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    reviewer = client_as(coordinator)
    sent = {
        "o07__a1_verdict": "ask",
        "o07__a1_remark": " ",
        "o07__a2_verdict": "accept",
        "o07__a3_verdict": "x",
    }
    refused = mark(reviewer, **sent)
    assert refused.status_code == 422 and "Say what the country should mend here." in refused.text
    assert "Choose to accept the answer or to ask" in refused.text
    assert "1 of" in reviewer.get(COUNTRY).text
    long = mark(reviewer, o07__a1_verdict="ask", o07__a1_remark="x" * 4001)
    assert long.status_code == 422 and "x" * 4001 in long.text
    assert send(reviewer, f"{COUNTRY}/review/return", note="").status_code == 422  # nothing is asked


def test_a_contributor_reads_the_remarks_on_what_was_delegated_alone(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, shipped: Framework
) -> None:
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
        contributor = make_user(Role.CONTRIBUTOR, "AL")
        delegate(contributor, "o08")
    reviewer, helper = client_as(coordinator), client_as(contributor)
    mark(reviewer, o07__a1_verdict="ask", o07__a1_remark="Which towns?")
    send(reviewer, f"{COUNTRY}/o08/marks", **{"o08.a1-verdict": "ask", "o08.a1-remark": "Since when?"})
    send(reviewer, f"{COUNTRY}/review/return", note="")
    page = helper.get(COUNTRY).text
    assert "Since when?" in page and "Which towns?" not in page


def test_the_function_that_signs_is_frozen_and_by_default_the_office(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, shipped: Framework
) -> None:
    with app.app_context():
        answer_all(shipped, focal_point)
    client = client_as(focal_point)
    assert f'value="Office of {focal_point}"' in client.get(COUNTRY).text
    for wrong in (" ", "x" * 201):
        refused = send(client, f"{COUNTRY}/submit", signed_by_function=wrong)
        assert refused.status_code == 422 and "Nothing was submitted" in refused.text
    assert send(client, f"{COUNTRY}/submit", signed_by_function="Minister of State").status_code == 303
    assert "Declared by: Minister of State." in read_page(client.get(COUNTRY).text).text
    send(client_as(coordinator), f"{COUNTRY}/review/return", note="Again.")
    assert send(client, f"{COUNTRY}/submit").status_code == 303
    with app.app_context():
        rows = db.session.scalars(select(Submission).order_by(Submission.revision)).all()
        signed = [json.loads(row.body)["signed_by_function"] for row in rows]
        assert signed == [row.signed_by_function for row in rows]
        assert signed == ["Minister of State", f"Office of {focal_point}"]


CONSENT = f"{COUNTRY}/consent"


def test_what_the_country_holds_back_is_in_no_public_page_figure_or_file(
    app: Flask,
    client_as: ClientAs,
    client: FlaskClient,
    focal_point: str,
    coordinator: str,
    shipped: Framework,
) -> None:
    with app.app_context():
        bring_to(AssessmentState.ACCEPTED, shipped, focal_point, coordinator)
        other = make_user(Role.FOCAL_POINT, "BA")
    country, reviewer = client_as(focal_point), client_as(coordinator)
    assert "no choice yet" in country.get(CONSENT).text
    chosen = {"o05-reach": "private", "o06-reach": "region", "statement": "Our <b>own</b> words."}
    assert send(country, CONSENT, **chosen).status_code == 303
    preview = country.get("/en/results/2026/AL?as=public").text
    assert "As everybody will see it." in preview and "Our &lt;b&gt;own&lt;/b&gt; words." in preview
    assert "/o05" not in preview and "/o06" not in preview and "/o07?as=public" in preview
    assert "2 objectives stay hidden" in reviewer.get(COUNTRY).text
    assert send(reviewer, f"{COUNTRY}/review/publish").status_code == 303
    scores = client.get("/api/v1/cycles/2026/countries/AL").get_json()
    shown = {o["id"]: o["score"]["value"] for o in scores["objectives"]}
    assert scores["overall"]["value"] is None and shown["o05"] is None and shown["o06"] is None
    assert shown["o07"] is not None
    rows = client.get("/api/v1/cycles/2026/scores").get_json()["rows"]
    assert not {"o05", "o06", "overall"} & {row["objective"] for row in rows}
    profile = client.get("/en/results/2026/AL").text
    assert profile.count("Not published.") >= 3 and "does not show all objectives" in profile
    assert "Our &lt;b&gt;own&lt;/b&gt; words." in profile
    for hidden, status in (("o05", 404), ("o06", 404), ("o07", 200)):
        assert client.get(f"/en/results/2026/AL/{hidden}").status_code == status
    assert 'AL/o05"' not in client.get("/en/results/2026").text
    assert client.get("/en/results/2026?score=evidenced").status_code == 200
    region = client_as(other)
    assert region.get("/en/results/2026/AL/o06").status_code == 200
    assert region.get("/en/results/2026/AL/o05").status_code == 404
    assert reviewer.get("/en/results/2026/AL/o05").status_code == 200
    assert country.get("/en/results/2026/AL/o05").status_code == 200
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "assessment.consent")).one()
        assert "o05:private o06:region" in entry.facts and "own" not in entry.facts


def test_without_a_word_of_the_country_everything_is_published_as_before(
    app: Flask,
    client_as: ClientAs,
    client: FlaskClient,
    focal_point: str,
    coordinator: str,
    shipped: Framework,
) -> None:
    with app.app_context():
        bring_to(AssessmentState.PUBLISHED, shipped, focal_point, coordinator)
    scores = client.get("/api/v1/cycles/2026/countries/AL").get_json()
    assert scores["overall"]["value"] is not None
    with app.app_context():
        kept = json.loads(db.session.scalars(select(Submission)).one().body)["scores"]
    assert scores == kept


def test_sensitive_answers_are_shown_once_the_country_consents(
    app: Flask,
    client_as: ClientAs,
    client: FlaskClient,
    focal_point: str,
    coordinator: str,
    shipped: Framework,
) -> None:
    sensitive = next(q for q in shipped.questions.values() if q.is_sensitive and not q.same_as)
    sheet = next(s.id for s in shipped.questionnaires if sensitive in s.questions)
    with app.app_context():
        bring_to(AssessmentState.PUBLISHED, shipped, focal_point, coordinator)
    address = f"/en/results/2026/AL/{sheet}"
    assert sensitive.text not in client.get(address).text.replace("&#39;", "'")
    send(client_as(focal_point), CONSENT, shows_sensitive="yes")
    assert sensitive.text in client.get(address).text.replace("&#39;", "'")


def test_a_statement_that_is_too_long_comes_back_with_its_text(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, shipped: Framework
) -> None:
    with app.app_context():
        put_into(AssessmentState.SUBMITTED)
    client = client_as(focal_point)
    assert client.get(CONSENT).status_code == 403  # not before it is accepted
    with app.app_context():
        put_into(AssessmentState.ACCEPTED)
    refused = send(client, CONSENT, statement="x" * 4001)
    assert refused.status_code == 422 and "x" * 4001 in refused.text


def test_a_statement_that_seems_to_name_somebody_is_pointed_out_before_it_is_kept(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str, shipped: Framework
) -> None:
    with app.app_context():
        put_into(AssessmentState.ACCEPTED)
    client = client_as(focal_point)
    words = "Ask ana.kodra@example.org about the shelters."
    refused = send(client, CONSENT, statement=words, **{"o02-reach": "private"})
    assert refused.status_code == 422 and "looks like an e-mail address" in refused.text
    page = read_page(refused.text)
    assert page.one("textarea", name="statement").text == words
    chosen = [node for node in page.all("input", name="o02-reach") if "checked" in node.attributes]
    assert [node.attributes["value"] for node in chosen] == ["private"], "what was chosen is not lost"
    assert words not in client.get(CONSENT).text
    kept = send(client, CONSENT, statement=words, checked="yes")
    assert kept.status_code == 303 and words in client.get(CONSENT).text
