"""Two results side by side: what can be told apart, what cannot, and never a rank."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState

from .test_explanations import open_page
from .world import NOT_APPLICABLE, World, full_answers, level

COMPARE = "/en/results/compare"
TWO = f"{COMPARE}?a=AL-2025&b=MD-2025"


def test_scores_far_apart_are_told_apart_and_near_ones_are_not(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    far = {question: level("4") for question in full_answers() if question.startswith("o02")}
    world.submission(2025, "MD", full_answers("2") | far | {"o01.a1": level("3")})
    page = open_page(client, TWO)
    assert page.one("h1").text == "Albania and Moldova, 2025"
    first, second = page.one("table", class_="compared").one("tbody").all("tr")
    assert first.all("td")[-1].text == "Not distinguishable"
    assert second.all("td")[-1].text == "Moldova is above"
    assert "Told apart in 1 of 2 objectives." in page.text
    assert "the difference is inside what chance and weights explain" in page.text
    assert len(first.all("rect", class_="band")) == 2


def test_whoever_is_chosen_first_the_alphabet_decides_the_order(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("1"))
    world.submission(2025, "MD", full_answers("4"))
    tables = [
        open_page(client, address).one("table", class_="compared").text
        for address in (TWO, f"{COMPARE}?a=MD-2025&b=AL-2025")
    ]
    assert tables[0] == tables[1]
    assert "rank" not in tables[0]


def test_a_country_is_compared_with_itself_in_another_year(world: World, client: FlaskClient) -> None:
    world.cycle(2024)
    world.cycle(2025)
    world.submission(2024, "AL", full_answers("1"))
    world.submission(2025, "AL", full_answers("3"))
    page = open_page(client, f"{COMPARE}?a=AL-2025&b=AL-2024")
    assert page.one("h1").text == "Albania, 2024 and 2025"
    assert (
        page.one("table", class_="compared").one("tbody").all("tr")[0].all("td")[-1].text == "2025 is above"
    )
    assert f"{COMPARE}?a=AL-2025&b=AL-2024" in {
        node.attributes["href"].replace("&amp;", "&")
        for node in open_page(client, "/en/results/2025/AL").all("a")
    }


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{COMPARE}?a=AL-2025&b=AL-2025", "Both choices are the same result."),
        (f"{COMPARE}?a=AL-2025&b=MD-2024", "two countries in two years"),
        (f"{COMPARE}?a=AL-2025&b=AL-2023", "different versions of the questionnaires"),
    ],
)
def test_what_cannot_be_compared_is_said_and_not_compared(
    world: World, client: FlaskClient, address: str, words: str
) -> None:
    world.cycle(2024)
    world.cycle(2025)
    world.submission(2024, "MD")
    world.submission(2025, "AL")
    world.framework = replace(world.framework, version="0")
    world.cycle(2023)
    world.submission(2023, "AL")
    page = open_page(client, address)
    assert words in page.one("p", role="status").text
    assert not page.all("table")


def test_a_choice_of_what_is_published_stands_on_the_page(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "MD")
    world.submission(2025, "AL")
    world.submission(2025, "BA", state=AssessmentState.ACCEPTED)
    page = open_page(client, COMPARE)
    for name, chosen in (("a", "AL-2025"), ("b", "MD-2025")):
        options = page.one("select", name=name).all("option")
        assert [option.attributes["value"] for option in options] == ["AL-2025", "MD-2025"]
        assert [o.attributes["value"] for o in options if "selected" in o.attributes] == [chosen]
    assert not page.all("table")


def test_a_focal_point_compares_its_own_draft_with_what_is_published(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "MD")
    world.draft(2025, "AL", {"o01.a1": "4"})
    focal = world.signed_in(Role.FOCAL_POINT, "AL")
    assert "Draft, seen by you alone." in open_page(focal, TWO).text
    for browser in (client, world.signed_in(Role.COORDINATOR), world.signed_in(Role.FOCAL_POINT, "MD")):
        assert browser.get(TWO).status_code == 404
        assert "AL-2025" not in browser.get(COMPARE).text


@pytest.mark.parametrize("query", ["a=AL-2025&b=XX-2025", "a=AL-2025&b=MD-1999", "a=AL-9999&b=AL-2025"])
def test_what_there_is_not_is_not_compared(world: World, client: FlaskClient, query: str) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    status = client.get(f"{COMPARE}?{query}").status_code
    assert status == (200 if "9999" in query else 404)


def test_an_objective_that_does_not_apply_to_one_is_not_compared(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", dict.fromkeys(full_answers(), NOT_APPLICABLE))
    world.submission(2025, "MD")
    page = open_page(client, TWO)
    assert "it does not apply to both" in page.one("table", class_="compared").text


def test_a_comparison_asks_the_database_as_often_for_many_results(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    world.submission(2025, "MD")
    client.get(TWO)
    few = world.count_queries(lambda: client.get(TWO))
    for country in ("BA", "BG", "HR", "ME"):
        world.submission(2025, country)
    assert world.count_queries(lambda: client.get(TWO)) == few
