"""Two results side by side: what can be told apart, what cannot, and never a rank."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState, Submission
from surveyapp.database import db
from tests.factories import find_assessment

from .test_explanations import open_page
from .world import NOT_APPLICABLE, PLAIN, UNKNOWN, World, full_answers, level, second_version

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


def test_each_score_has_what_has_evidence_and_the_gap_below_it(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3")})
    world.submission(2025, "MD")
    light = open_page(client, TWO).one("table", class_="compared").one("tbody").all("tr")[0]
    assert [one.text for one in light.all(class_="with-evidence")] == ["50, gap 4", "50"]


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
    words = page.one("table", class_="compared").one("tbody").all("tr")[0].all("td")[-1].text
    assert re.fullmatch(r"2025 is above Change \+50, band from \+\d+ to \+\d+", words)
    assert f"{COMPARE}?a=AL-2025&b=AL-2024" in {
        node.attributes["href"].replace("&amp;", "&")
        for node in open_page(client, "/en/results/2025/AL").all("a")
    }


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{COMPARE}?a=AL-2025&b=AL-2025", "Both choices are the same result."),
        (f"{COMPARE}?a=AL-2025&b=MD-2024", "two countries in two years"),
        (f"{COMPARE}?a=AL-2025&b=AL-2023", "by different guidelines"),
        (f"{COMPARE}?a=AL-2025&b=AL-2024", "by different methods"),
    ],
)
def test_what_cannot_be_compared_is_said_and_not_compared(
    world: World, client: FlaskClient, address: str, words: str
) -> None:
    world.cycle(2024)
    world.cycle(2025)
    world.submission(2024, "MD")
    world.submission(2025, "AL")
    world.submission(2024, "AL")
    with world.app.app_context():
        of_2024 = find_assessment("AL", 2024).id
        db.session.execute(update(Submission).where(Submission.assessment_id == of_2024).values(method="0"))
        db.session.commit()
    world.framework = replace(world.framework, id="other")
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
    words = page.one("table", class_="compared").text
    assert "Nothing to compare: it does not apply to Albania" in words
    assert "Albania: Moldova:" not in words and "Moldova: Band from" in words
    world.submission(2025, "BA", dict.fromkeys(full_answers(), NOT_APPLICABLE))
    neither = open_page(client, f"{COMPARE}?a=AL-2025&b=BA-2025").one("table", class_="compared").text
    assert "Nothing to compare: it applies to neither" in neither


def test_a_comparison_asks_the_database_as_often_for_many_results(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    world.submission(2025, "MD")
    client.get(TWO)
    few = world.count_queries(lambda: client.get(TWO))
    for country in ("BA", "BG", "HR", "ME"):
        world.submission(2025, country)
    assert world.count_queries(lambda: client.get(TWO)) == few


def test_two_versions_are_compared_on_the_questions_that_both_have(world: World, client: FlaskClient) -> None:
    world.cycle(2024)
    world.submission(2024, "AL", full_answers("2"))
    world.framework = second_version()
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2", second_version()) | {"o01.a9": level("4")})
    page = open_page(client, f"{COMPARE}?a=AL-2024&b=AL-2025")
    assert "8 scored questions are compared, of 10 in 2024 and 10 in 2025." in page.text
    assert "they are not the published scores" in page.text
    light, water = page.one("table", class_="compared").one("tbody").all("tr")
    assert "3 of 4" in light.one("th").text
    assert [one.attributes["data-score"] for one in light.all("span", class_="cell")] == ["50", "64.7059"]
    change, low, high = re.findall(r"[+-]?[0-9]+", light.one("small", class_="change").text)
    assert change == "+15"
    assert int(low) <= 15 <= int(high)
    assert water.all("td")[-1].text.startswith("Not distinguishable Change 0")
    assert not light.all("a")
    left_out = page.one("table", class_="left-out").text
    assert "1.A2" in left_out
    assert "Not asked in 2025 any more." in left_out
    assert "Seed 1, method version 1." in page.text


def test_the_change_on_shared_questions_is_the_one_of_the_page_over_the_years(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2024)
    world.submission(2024, "AL", full_answers("1"))
    world.framework = second_version()
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("3", second_version()) | {"o02.p2": UNKNOWN})
    years = open_page(client, "/en/results/AL")
    compared = open_page(client, f"{COMPARE}?a=AL-2024&b=AL-2025")
    gaps = [gap.one("bdi").text for gap in years.one("table", class_="series").all("td", class_="gap")]
    rows = compared.one("table", class_="compared").all("small", class_="change")
    assert [re.findall("[+-][0-9]+", row.text)[0] for row in rows] == gaps[:2]
    links = {node.attributes.get("href", "").replace("&amp;", "&") for node in years.all("a")}
    assert f"{COMPARE}?a=AL-2024&b=AL-2025" in links


def test_nothing_is_told_of_a_hidden_dimension_that_changed(world: World, client: FlaskClient) -> None:
    """The public compares without it; the country itself with it."""
    world.cycle(2024)
    world.submission(2024, "AL")
    changed = second_version()
    sheet = changed.questionnaires[1]
    kept = tuple(one for one in sheet.questions if one.id != PLAIN)
    world.framework = replace(
        changed, questionnaires=(changed.questionnaires[0], replace(sheet, questions=kept))
    )
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("3", world.framework))
    address = f"{COMPARE}?a=AL-2024&b=AL-2025"
    assert "single answers could be worked out" in open_page(client, address).text
    own = world.signed_in(Role.FOCAL_POINT, "AL")
    assert "single answers could be worked out" not in open_page(own, address).text
