"""The way of the overall score to its next level, on its page and as JSON, and the band in explanations."""

from __future__ import annotations

import re
from fractions import Fraction

from flask.testing import FlaskClient

from surveyapp.accounts.models import Role

from .pages import read_page
from .world import PLAIN, SENSITIVE, UNKNOWN, World, full_answers, level

OVERALL = "/en/results/2025/AL/overall"
EXPLANATION = "/api/v1/cycles/2025/countries/AL/objectives/{}/explanation"


def numbers(text: str) -> list[Fraction]:
    return [Fraction(found) for found in re.findall(r"[0-9]+(?:\.[0-9]+)?", text)]


def test_the_overall_page_shows_the_fewest_steps_and_how_the_score_then_adds_up(world: World) -> None:
    """50; level 4 begins at 60. A step on 1.I1, which counts in both objectives, adds 8.75."""
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    page = read_page(world.signed_in(Role.FOCAL_POINT, "AL").get(OVERALL).text)
    section = next(s for s in page.all("section") if s.all("h2", id="next"))
    assert "The smallest steps to level 4" in section.text
    assert "Level 4 begins at 60. Missing: 10.00." in section.text
    assert "These 2 steps together are enough, and it is proven that fewer are not." in section.text
    assert "An answer that counts in several objectives lifts each of them." in section.text
    assert [item.text for item in section.all("li")] == ["1.I1 from level 2 to level 4"]
    rows = [numbers(row.all("td")[-1].text)[0] for row in section.one("tbody").all("tr")]
    total, weight, result = numbers(section.one("p", class_="result").text)
    assert sum(rows) == numbers(section.one("tfoot").text)[0] == total
    assert result == total / weight == Fraction("67.5")


def test_the_public_is_not_told_the_steps_where_an_answer_is_hidden(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {SENSITIVE: level("3")})
    page = read_page(client.get(OVERALL).text)
    section = next(s for s in page.all("section") if s.all("h2", id="next"))
    assert "Which steps those are is not shown" in section.text
    assert not section.all("table") and not section.all("li")
    assert client.get(EXPLANATION.format("overall")).json["next_level"] is None


def test_without_a_level_the_overall_page_says_what_to_answer_first(world: World) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", {"o01.i1": level("2")})
    page = read_page(world.signed_in(Role.FOCAL_POINT, "AL").get(OVERALL).text)
    assert "Too little is known for a level. Answer these first: 2.A1, 2.A2, 1.A1." in page.text


def test_the_json_of_the_whole_lists_what_is_unknown_but_not_where_answers_are_hidden(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    unknown = dict.fromkeys(("o01.a1", "o02.p1", PLAIN), UNKNOWN)
    world.submission(2025, "AL", full_answers("2") | unknown)
    body = client.get(EXPLANATION.format("overall")).json
    found = {(item["objective"], item["question"]): item["width"] for item in body["unknown"]}
    assert set(found) == {("o01", "o01.a1"), ("o02", "o02.p1")}
    assert found["o01", "o01.a1"] == 8.3333  # 100 × 1/2 × 1/2 ÷ 3
    (first, *_) = body["unknown"]
    assert first["value_at_lowest"] < body["score"]["value"] < first["value_at_highest"]


def test_each_score_of_an_explanation_has_its_band_and_how_it_was_drawn(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    whole, one = (client.get(EXPLANATION.format(name)).json for name in ("overall", "o01"))
    for body in (whole, one):
        assert (body["draws"], body["seed"], body["method"]) == (2000, 1, "1")
        low, high = body["score"]["band"]
        assert low < body["score"]["value"] == 50 < high
    assert whole["objectives"][0]["score"]["band"] == one["score"]["band"]
    assert [len(part["score"]["band"]) for part in one["dimensions"]] == [2, 2, 2]
