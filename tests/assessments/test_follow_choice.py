"""What a coordinator sees of a followed cycle: which countries, in which order, as the address says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.assessments import cycles
from surveyapp.assessments.models import AssessmentState, Cycle
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs
from tests.factories import bring_to, find_assessment, level, make_cycle, make_user
from tests.results.pages import Node, read_page

from .acting import save, start_afresh

FOLLOW = "/en/cycles/2026"


@pytest.fixture
def region(app: Flask, client_as: ClientAs, shipped: Framework) -> FlaskClient:
    """A coordinator of a cycle whose deadline is over. Albania saved first, then Bulgaria, which has more
    time; Bosnia and Herzegovina has saved nothing; Croatia has submitted.
    """
    with app.app_context():
        make_cycle(shipped, ["AL", "BA", "BG", "HR"])
        coordinator = make_user(Role.COORDINATOR)
        focal = {code: make_user(Role.FOCAL_POINT, code) for code in ("AL", "BG", "HR")}
        for code in ("AL", "BG"):
            save(focal[code], level(shipped.questions["o07.a1"]), country=code)
        bring_to(AssessmentState.SUBMITTED, shipped, focal["HR"], coordinator, "HR")
        start_afresh()
        begin_write()
        cycle = db.session.get_one(Cycle, find_assessment("AL").cycle_id)
        cycle.deadline = now().date() - timedelta(days=2)
        cycle.closes_on = now().date() + timedelta(days=20)
        more = now().date() + timedelta(days=5)
        cycles.extend_deadline(cycles.get_in_cycle(2026, "BG"), more, "A flood.", by=None)
        db.session.commit()
        start_afresh()
    return client_as(coordinator)


def open_page(client: FlaskClient, query: str = "") -> Node:
    return read_page(client.get(f"{FOLLOW}{query}").text)


def list_names(page: Node) -> list[str]:
    return [head.one("a").text for head in page.one("tbody").all("th")]


ALBANIA, BOSNIA, BULGARIA, CROATIA = "Albania", "Bosnia & Herzegovina", "Bulgaria", "Croatia"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", [ALBANIA, BOSNIA, BULGARIA, CROATIA]),
        ("?show=draft", [ALBANIA, BOSNIA, BULGARIA]),
        ("?show=submitted", [CROATIA]),
        ("?show=late", [ALBANIA, BOSNIA]),
        ("?show=untouched", [BOSNIA]),
        ("?show=published", []),
        ("?order=deadline", [BOSNIA, ALBANIA, BULGARIA, CROATIA]),
        ("?order=newest", [CROATIA, BULGARIA, ALBANIA, BOSNIA]),
        ("?order=oldest", [BOSNIA, ALBANIA, BULGARIA, CROATIA]),
        ("?order=oldest&show=late", [BOSNIA, ALBANIA]),
        ("?order=x&show=y", [ALBANIA, BOSNIA, BULGARIA, CROATIA]),
    ],
)
def test_countries_are_listed_as_the_address_says(region: FlaskClient, query: str, names: list[str]) -> None:
    assert list_names(open_page(region, query)) == names


def test_on_top_stands_how_many_countries_stand_where_each_leading_to_them(region: FlaskClient) -> None:
    page = open_page(region, "?order=oldest&show=late")
    links = {link.text: link.attributes["href"] for link in page.one("ul", class_="kinds").all("a")}
    assert links == {
        "Being answered 3": f"{FOLLOW}?show=draft&order=oldest",
        "Submitted, to be reviewed 1": f"{FOLLOW}?show=submitted&order=oldest",
        "Late, not submitted 2": f"{FOLLOW}?show=late&order=oldest",
        "Nothing saved yet 1": f"{FOLLOW}?show=untouched&order=oldest",
    }
    form = page.one("form", class_="filter")
    chosen = [option.attributes["value"] for option in form.all("option") if "selected" in option.attributes]
    assert chosen == ["late", "oldest"] and form.attributes.get("method", "get") == "get"
    assert "2 of 4 countries" in page.one("caption").text
    late = [row for row in page.one("tbody").all("tr") if "Late, not submitted" in row.text]
    assert len(late) == 2


def test_after_the_closing_day_the_counts_call_countries_as_their_rows_do(
    app: Flask, region: FlaskClient
) -> None:
    with app.app_context():
        cycle = db.session.get_one(Cycle, find_assessment("AL").cycle_id)
        cycle.deadline, cycle.closes_on = (now().date() - timedelta(days=days) for days in (5, 3))
        db.session.commit()
    page = open_page(region)
    assert "Not submitted 3" in [link.text for link in page.one("ul", class_="kinds").all("a")]
    assert "Not submitted" in page.one("tbody").all("tr")[0].text


def test_a_country_that_saved_nothing_is_told_from_one_whose_office_is_gone(region: FlaskClient) -> None:
    assert "office not known" not in open_page(region).text
