"""How often the pages ask the database: as often for long questionnaires as for short ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs
from tests.factories import answer_all, bring_to, delegate, make_user

from .acting import put_into
from .questionnaire import COUNTRY, Page

MOST = 6


@pytest.mark.parametrize("who", ["focal point", "contributor", "contributor of single questions"])
def test_a_questionnaire_page_asks_the_database_six_times_at_most_however_long_it_is(
    app: Flask,
    client_as: ClientAs,
    focal_point: str,
    shipped: Framework,
    count_queries: Callable[..., int],
    who: str,
) -> None:
    with app.app_context():
        answer_all(shipped, focal_point)
        email = focal_point
        if who != "focal point":
            email = make_user(Role.CONTRIBUTOR, "AL")
            for objective in ("o01", "o08"):
                delegate(email, objective, questions=[f"{objective}.a1"] if "single" in who else [])
    client = client_as(email)
    client.get(f"{COUNTRY}/o07")
    longest, shortest = (count_queries(client.get, f"{COUNTRY}/{objective}") for objective in ("o01", "o08"))
    assert longest == shortest <= MOST


def test_a_page_that_is_only_read_asks_no_oftener(
    app: Flask,
    client_as: ClientAs,
    focal_point: str,
    shipped: Framework,
    count_queries: Callable[..., int],
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    client = client_as(coordinator)
    client.get(f"{COUNTRY}/o07")
    counts = [count_queries(client.get, f"{COUNTRY}/{objective}") for objective in ("o01", "o08")]
    assert counts[0] == counts[1] <= MOST
    with app.app_context():
        put_into(AssessmentState.RETURNED)
    counts = [count_queries(client.get, f"{COUNTRY}/{objective}") for objective in ("o01", "o08")]
    assert counts[0] == counts[1] <= MOST + 1


def test_the_overview_asks_no_oftener_when_everything_is_answered(
    app: Flask,
    client_as: ClientAs,
    focal_point: str,
    shipped: Framework,
    count_queries: Callable[..., int],
) -> None:
    client = client_as(focal_point)
    client.get(COUNTRY)
    empty = count_queries(client.get, COUNTRY)
    with app.app_context():
        answer_all(shipped, focal_point)
    assert count_queries(client.get, COUNTRY) == empty <= MOST


def test_a_save_from_an_old_page_looks_up_what_it_showed_at_once(
    client_as: ClientAs, focal_point: str, count_queries: Callable[..., int]
) -> None:
    client = client_as(focal_point)
    for code in ("2", "3"):
        page = Page.open(client)
        levels = {node.attributes["name"] for node in page.form.all("input", value=code, type="radio")}
        page.fields.update(dict.fromkeys(levels, code))
        old = page
        assert page.send().status_code == 303
    assert len(levels) > 5 and old.fields["o07.a1-version"] == "1"
    current = Page.open(client)
    for saved in (current, old):
        saved.fields["o07.a1-evidence_title"] = "Report"
    from_current = count_queries(current.send)
    assert count_queries(old.send) <= from_current + 2


def test_the_page_of_contributors_asks_no_oftener_for_many_of_them(
    app: Flask, client_as: ClientAs, focal_point: str, count_queries: Callable[..., int]
) -> None:
    client, page = client_as(focal_point), f"{COUNTRY}/people"
    counts = []
    for beginning in (0, 2):
        with app.app_context():
            for number in range(beginning, beginning * 5 + 2):
                email = make_user(Role.CONTRIBUTOR, "AL", email=f"office{number}@example.org")
                delegate(email, "o07")
                delegate(email, "o08", questions=["o08.a1", "o08.a2"])
        client.get(page)
        counts.append(count_queries(client.get, page))
    assert counts[0] == counts[1] <= MOST + 2
