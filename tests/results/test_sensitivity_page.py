"""What a score hangs on: each number is that of the scores, and the public learns no hidden answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.scoring.answers import Answer

from .test_explanations import open_page
from .world import NOT_APPLICABLE, PLAIN, SENSITIVE, UNKNOWN, World, full_answers, level

OVERALL = "/en/results/2025/AL/sensitivity"
OBJECTIVE = "/en/results/2025/AL/{}/sensitivity"
JSON = "/api/v1/cycles/2025/countries/AL/sensitivity"
ANSWERS = full_answers("2") | {"o01.a1": level("4"), "o01.p1": level("0")}


def test_the_range_and_what_moves_the_score_most_stand_on_top(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", ANSWERS)
    page = open_page(client, OBJECTIVE.format("o01"))
    assert page.one("h1").text == "What moves Albania’s score of 51 most"
    words = page.one("p", class_="sentences").text
    low, high = map(int, re.findall(r"51 becomes anything from (\d+) to (\d+)\.", words)[0])
    assert low < 51 < high
    assert "The level would be one from 2 to 4." in words
    assert "The one weight that moves it most is that of the dimension Implementation: by 5.28." in words
    assert "The one answer that moves it most is that to question 1.P1: by 8.97." in words


def test_what_weights_cannot_move_is_said_to_stay(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    words = open_page(client, OVERALL).one("p", class_="sentences").text
    assert "If every weight may be up to half less or half more than it is, it stays 50." in words


@pytest.mark.parametrize(
    ("answer", "headline"),
    [(UNKNOWN, "Nothing is known here"), (NOT_APPLICABLE, "Nothing applies here")],
)
def test_where_there_is_no_score_the_page_says_why_and_compares_nothing(
    world: World, client: FlaskClient, answer: Answer, headline: str
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", dict.fromkeys(full_answers(), answer))
    for address in (OVERALL, OBJECTIVE.format("o01")):
        page = open_page(client, address)
        assert page.one("h1").text == f"{headline}, so nothing moves a score"
        assert "would be" not in page.text


def test_declared_and_evidenced_stand_side_by_side_with_the_gap(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3")})
    page = open_page(client, "/en/results/2025/AL/sensitivity")
    assert "Open mark: with evidence, 50; the gap is 2." in page.text
    rows = page.one("table", class_="hanging").one("tbody").all("tr")
    assert [row.one(class_="with-evidence").text for row in rows] == ["50, gap 4", "50"]
    assert rows[0].all("rect", class_="evidenced") and not rows[1].all("rect", class_="evidenced")


def test_each_weight_and_answer_of_an_objective_is_listed_the_largest_change_first(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", ANSWERS)
    page = open_page(client, OBJECTIVE.format("o01"))
    for name, count in (("weights", 8), ("answers", 5)):
        rows = page.one("table", aria_labelledby=name).one("tbody").all("tr")
        most = [float(row.all("td")[-1].text.split()[-1]) for row in rows]
        assert len(most) == count
        assert most == sorted(most, reverse=True)
    answers = page.one("table", aria_labelledby="answers").text
    assert "1.A1 How far is 1.A1? Level 4 A step lower 46.67 A step higher – Left out 42.50" in answers


def test_other_methods_stand_beside_the_score_as_comparisons_and_never_as_scores(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.p1": level("1")})
    page = open_page(client, OBJECTIVE.format("o01"))
    first, geometric, weakest = page.one("table", aria_labelledby="others").one("tbody").all("tr")
    assert first.text == "Weighted mean: method 1, the score 46.25 –"
    assert geometric.text == "Geometric mean a comparison, no score 45.06 −1.19"
    assert weakest.text == "Weakest dimension a comparison, no score 25.00 −21.25"
    overall = open_page(client, OVERALL)
    row = overall.one("table", class_="profile").one("tbody").all("tr")[0].text
    assert "Geometric mean 45 Weakest dimension 25" in row
    assert "All objectives together would be 48 with the geometric mean" in overall.text


@pytest.mark.parametrize("address", [OVERALL, OBJECTIVE.format("o02"), JSON])
def test_the_public_learns_no_single_answer_of_a_hidden_dimension(
    world: World, client: FlaskClient, address: str
) -> None:
    """Two sets of answers that differ in a hidden dimension, and in nothing that is public, look the same.

    But for the bands: each country draws its own (that these tell nothing is tested with one country).
    """
    world.cycle(2025)
    hidden = {SENSITIVE: level("4"), PLAIN: level("0")}
    world.submission(2025, "AL", full_answers("2") | hidden)
    world.submission(2025, "BA", full_answers("2") | {SENSITIVE: level("0"), PLAIN: level("4")})
    pages = (client.get(address.replace("AL", country)).text for country in ("AL", "BA"))
    first, second = (re.sub(r"Band (from )?\d+(–| to )\d+", "", page) for page in pages)
    assert first == second.replace("BA", "AL").replace("Bosnia &amp; Herzegovina", "Albania")
    for question in ("2.A1", "2.A2", SENSITIVE, PLAIN):
        assert question not in first


def test_the_country_itself_learns_what_its_score_hangs_on(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {SENSITIVE: level("4"), PLAIN: level("0")})
    focal = world.signed_in(Role.FOCAL_POINT, "AL")
    own, public = (open_page(browser, OBJECTIVE.format("o02")).text for browser in (focal, client))
    assert "2.A1" in own
    assert "stands here as one number" in public
    assert "stands here as one number" not in own
    assert own != public


def test_the_range_of_the_public_leaves_hidden_weights_alone(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {SENSITIVE: level("4"), PLAIN: level("0")})
    assert client.get(JSON).json["objectives"][1]["range"] == [50, 50]
    assert client.get(JSON).json["hidden"] == [{"objective": "o02", "dimension": "implementation"}]


def test_a_draft_is_measured_as_it_is_now(world: World) -> None:
    world.cycle(2025)
    world.draft(2025, "AL", {"o01.a1": "4", "o01.a2": "0"})
    focal = world.signed_in(Role.FOCAL_POINT, "AL")
    page = open_page(focal, OVERALL)
    assert page.one("h1").text == "What moves Albania’s overall score of 50 most"
    assert "Draft, seen by you alone." in page.text
    assert JSON not in {node.attributes.get("href") for node in page.all("a")}


def test_where_nothing_is_known_the_page_says_so(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", dict.fromkeys(full_answers(), UNKNOWN))
    for address in (OVERALL, OBJECTIVE.format("o01")):
        page = open_page(client, address)
        assert page.one("h1").text == "Nothing is known here, so nothing moves a score"
    assert not page.all("table")


def test_a_score_leads_to_what_it_hangs_on(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    for page, target in (
        ("/en/results/2025/AL", OVERALL),
        ("/en/results/2025/AL/overall", OVERALL),
        ("/en/results/2025/AL/o01", OBJECTIVE.format("o01")),
        (OVERALL, OBJECTIVE.format("o02")),
        (OBJECTIVE.format("o01"), OVERALL),
    ):
        assert target in {node.attributes.get("href") for node in open_page(client, page).all("a")}


def test_an_objective_that_is_not_there_is_not_found(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    for objective in ("o99", "overall"):
        assert client.get(OBJECTIVE.format(objective)).status_code == 404


def test_the_json_is_that_of_the_command_where_nothing_is_hidden(world: World, client: FlaskClient) -> None:
    first = world.framework
    water = replace(
        first.questionnaires[1],
        questions=tuple(replace(one, is_sensitive=False) for one in first.questionnaires[1].questions),
    )
    world.framework = replace(first, questionnaires=(first.questionnaires[0], water))
    world.cycle(2025)
    world.submission(2025, "AL", ANSWERS)
    body = client.get(JSON).json
    assert body["format"] == "surveyapp-sensitivity/1"
    assert (body["country"], body["cycle"], body["method"], body["hidden"]) == ("AL", 2025, "1", [])
    assert {move["question"] for move in body["overall"]["answers"]} == set(ANSWERS) - {"o02.a3"}
    assert set(body["objectives"][0]["alternatives"]) == {"geometric-mean", "weakest-dimension"}
