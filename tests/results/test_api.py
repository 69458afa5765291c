"""The public interface: its shapes, and that nothing unpublished gets out."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from surveyapp.database import now
from surveyapp.results.tables import to_csv
from surveyapp.settings import Settings

from .world import NOT_APPLICABLE, UNKNOWN, World, full_answers, level

SCORE = {"value", "evidenced", "low", "high", "level", "coverage", "answered", "questions"}
SCORES = "/api/v1/cycles/2025/scores"
COUNTRY = "/api/v1/cycles/2025/countries/AL"


def test_cycles_are_listed_once_closed_with_what_is_published(world: World, client: FlaskClient) -> None:
    today = now().date()
    world.cycle(2024)
    world.cycle(2025)
    world.cycle(today.year, closes_on=today) if today.year != 2025 else None
    world.submission(2024, "AL", state=AssessmentState.ACCEPTED)
    world.submission(2025, "RO")
    world.submission(2025, "AL")
    world.submission(2025, "BA", state=AssessmentState.SUBMITTED)
    world.submission(today.year, "AL")
    body = client.get("/api/v1/cycles").json
    assert [entry["cycle"] for entry in body["cycles"]] == [2025]
    entry = body["cycles"][0]
    assert entry["countries"] == ["AL", "RO"]
    assert set(entry["framework"]) == {"id", "version", "sha256"}
    assert "note" not in body


def test_a_cycle_is_listed_from_the_day_after_it_closes(world: World, client: FlaskClient) -> None:
    yesterday = now().date() - timedelta(days=1)
    world.cycle(yesterday.year, closes_on=yesterday)
    world.submission(yesterday.year, "AL")
    assert [entry["cycle"] for entry in client.get("/api/v1/cycles").json["cycles"]] == [yesterday.year]


def test_scores_are_a_flat_table(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3")})
    rows = client.get(SCORES).json["rows"]
    assert [(row["objective"], row["dimension"]) for row in rows] == [
        ("overall", "all"),
        ("o01", "all"),
        ("o01", "implementation"),
        ("o01", "results"),
        ("o01", "participation"),
        ("o02", "all"),
        ("o02", "implementation"),
        ("o02", "results"),
        ("o02", "participation"),
    ]
    assert list(rows[0])[:4] == ["cycle", "country", "objective", "dimension"]
    assert set(rows[0]) == SCORE | {"cycle", "country", "objective", "dimension"}
    assert rows[1]["value"] == 54.1667
    assert (rows[1]["level"], rows[1]["questions"]) == (3, 5)


@pytest.mark.parametrize(
    ("address", "headers"),
    [(SCORES, {"Accept": "text/csv"}), (SCORES + ".csv", {})],
    ids=["Accept", "suffix"],
)
def test_scores_come_as_csv_too(
    world: World, client: FlaskClient, address: str, headers: dict[str, str]
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", dict.fromkeys(full_answers(), NOT_APPLICABLE))
    world.submission(2025, "RO", full_answers("2") | {"o01.a1": level("3")})
    response = client.get(address, headers=headers)
    assert response.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert list(rows[0]) == list(client.get(SCORES).json["rows"][0])
    assert rows[0]["value"] == rows[0]["level"] == ""
    assert [row["value"] for row in rows if row["country"] == "RO"][1] == "54.1667"


def test_json_is_given_where_nothing_is_asked_for(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    for accept in ("*/*", "application/json", "text/html"):
        response = client.get(SCORES, headers={"Accept": accept})
        assert response.mimetype == "application/json"
        assert "Accept" in response.headers["Vary"]


def test_a_text_that_would_be_a_formula_is_guarded() -> None:
    row = dict.fromkeys(("cycle", *SCORE), 1) | {
        "country": "=1+1",
        "objective": "@x",
        "dimension": "all",
        "value": -1,
    }
    assert to_csv([row]).splitlines()[1].startswith("1,'=1+1,'@x,all,-1,")


def test_a_countrys_scores_are_those_that_were_frozen(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": UNKNOWN})
    body = client.get(COUNTRY).json
    assert body["format"] == "surveyapp-scores/1"
    assert (body["country"], body["cycle"], body["method"]) == ("AL", 2025, "1")
    assert set(body["overall"]) == SCORE
    assert [objective["id"] for objective in body["objectives"]] == ["o01", "o02"]
    assert set(body["objectives"][0]["dimensions"]) == {"implementation", "results", "participation"}
    assert "cellar" not in json.dumps(body)


@pytest.mark.parametrize(
    "state",
    [
        AssessmentState.DRAFT,
        AssessmentState.SUBMITTED,
        AssessmentState.RETURNED,
        AssessmentState.ACCEPTED,
    ],
)
def test_what_is_not_published_is_a_problem_document(
    world: World, client: FlaskClient, state: AssessmentState
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", state=state)
    for browser in (client, world.signed_in(Role.FOCAL_POINT, "AL"), world.signed_in(Role.COORDINATOR)):
        for address in (COUNTRY, SCORES, SCORES + ".csv"):
            response = browser.get(address)
            assert response.status_code == 404
            assert response.content_type == "application/problem+json"
        assert browser.get("/api/v1/cycles").json == {"cycles": []}


def test_visitors_may_keep_an_answer_for_a_minute_and_ask_whether_it_changed(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    first = client.get(SCORES)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in first.headers
    again = client.get(SCORES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    signed_in = world.signed_in(Role.ANALYST).get(SCORES)
    assert signed_in.headers["Cache-Control"] == "no-store"


def test_the_description_names_every_address_of_the_interface(app: Flask, client: FlaskClient) -> None:
    described = set(client.get("/api/v1/openapi.json").json["paths"])
    routed = {
        rule.rule.replace("int(max=2999):", "").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert described == routed


def test_each_reference_in_the_description_leads_somewhere(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    references = [part.split('"')[0].split("/")[1:] for part in json.dumps(document).split('"$ref": "')[1:]]
    assert references
    for path in references:
        place = document
        for step in path:
            place = place[step]


def test_whatever_is_taken_away_says_that_it_is_self_declared_and_not_verified(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    of_reasons = (f"{COUNTRY}/objectives/o01/explanation", f"{COUNTRY}/sensitivity")
    for address in (SCORES, COUNTRY, "/api/v1/cycles", *of_reasons):
        response = client.get(address)
        assert "not verified" in response.headers["X-Surveyapp-Note"], address
        assert ("note" in response.json) is (address in of_reasons), "the fields of the others are fixed"
    as_csv = client.get(SCORES + ".csv").headers
    assert "not verified" in as_csv["X-Surveyapp-Note"]
    assert as_csv["Content-Disposition"] == 'attachment; filename="scores-2025-self-declared.csv"'


def test_a_demonstration_says_that_all_is_invented(world: World, app: Flask, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    app.config["SETTINGS"] = Settings(is_demo=True)
    for address in (SCORES, COUNTRY, "/api/v1/cycles"):
        response = client.get(address)
        assert "invented" in response.json["note"]
        assert "invented" in response.headers["X-Surveyapp-Note"]
    as_csv = client.get(SCORES + ".csv").headers
    assert "invented" in as_csv["X-Surveyapp-Note"]
    assert "-invented.csv" in as_csv["Content-Disposition"]  # the columns are a contract, the name is free
