"""The band of a score so far and of what was submitted: the one of the results, for who reads the answers."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs
from tests.factories import answer_all, bring_to, delegate, make_user
from tests.results.pages import read_page

from .acting import save, submit
from .questionnaire import COUNTRY
from .test_record_answers import given

RESULTS = "/en/results/2026/AL"


def read_band(client: FlaskClient, path: str) -> tuple[str, ...]:
    """The whole points that a page says the band reaches from and to."""
    found = re.search(r"[Bb]and from (\d+) to (\d+)\.", read_page(client.get(path).text).text)
    return found.groups() if found else ()


def test_a_draft_has_the_band_that_its_results_have_and_a_new_answer_moves_it(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    client = client_as(focal_point)
    with app.app_context():
        answer_all(shipped, focal_point)
    before = read_band(client, f"{COUNTRY}/o07")
    assert before == read_band(client, f"{RESULTS}/o07")
    assert read_band(client, COUNTRY) == read_band(client, f"{RESULTS}/overall") != ()
    with app.app_context():
        save(focal_point, given("4", seen=1))
    after = read_band(client, f"{COUNTRY}/o07")
    assert after == read_band(client, f"{RESULTS}/o07") and after != before
    assert "2,000 draws" in (page := read_page(client.get(COUNTRY).text).text)
    assert "Seed 1, method version 1." in page


def test_where_nothing_is_known_no_band_looks_like_a_score(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    with app.app_context():
        save(focal_point, given("4"))
    assert "nothing is known yet" in read_page(client.get(f"{COUNTRY}/o08").text).text
    assert read_band(client, f"{COUNTRY}/o08") == ()
    assert read_band(client, f"{COUNTRY}/o07") != ()


def test_what_was_submitted_has_its_band_for_the_country_and_for_reviewers(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        answer_all(shipped, focal_point)
        submit(focal_point)
    for who in (focal_point, coordinator):
        client = client_as(who)
        assert read_band(client, COUNTRY) == read_band(client, f"{RESULTS}/overall") != ()
        assert read_band(client, f"{COUNTRY}/o07") == read_band(client, f"{RESULTS}/o07") != ()


def test_who_may_not_read_all_answers_sees_no_band_made_of_them(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        contributor = make_user(Role.CONTRIBUTOR, "AL")
        delegate(contributor, "o08")
        bring_to(AssessmentState.PUBLISHED, shipped, focal_point, make_user(Role.COORDINATOR))
    client = client_as(contributor)
    assert read_page(client.get(COUNTRY).text).all(class_="score-now")
    assert read_band(client, COUNTRY) == ()
