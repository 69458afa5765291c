"""Each number of an explanation can be added up by hand from its page, and its JSON tells the same."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from surveyapp.scoring.answers import Answer

from .pages import Node, read_page
from .site import application
from .world import NOT_APPLICABLE, PLAIN, SENSITIVE, UNKNOWN, World, full_answers, level

PROFILE = "/en/results/2025/AL"
EXPLANATION = "/api/v1/cycles/2025/countries/AL/objectives/{}/explanation"
CASES: Mapping[str, Mapping[str, Answer]] = {
    "all the same": full_answers("2"),
    "thirds": full_answers("2") | {"o01.a1": level("4"), "o02.p1": level("3"), "o01.a2": level("1")},
    "unknown and not applicable": full_answers("3")
    | {"o01.a1": UNKNOWN, "o01.a3": NOT_APPLICABLE, "o02.a2": UNKNOWN, "o02.p2": UNKNOWN},
    "a dimension unknown": full_answers("1")
    | {"o01.p1": UNKNOWN, "o01.a2": level("4"), "o01.a1": level("3")},
    "one answer": {"o01.a1": level("4")},
}
YEAR_OF = {case: year for year, case in enumerate(CASES, 2021)}


def open_page(client: FlaskClient, address: str) -> Node:
    response = client.get(address)
    assert response.status_code == 200, response.status
    return read_page(response.text)


def number(text: str) -> Fraction:
    found = re.sub("[^0-9.]", "", text)
    return Fraction(found) if found else Fraction(0)


def half_up(value: Fraction, digits: int = 0) -> Fraction:
    return Fraction(int(value * 10**digits + Fraction(1, 2)), 10**digits)


def last_column(rows: Node) -> list[Fraction]:
    return [number(row.all("td")[-1].text) for row in rows.all("tr")]


def assert_adds_up(section: Node, table: Node) -> None:
    """The last column adds up to its last line, or the page says what it adds up to and why."""
    shown, total = sum(last_column(table.one("tbody"))), last_column(table.one("tfoot"))[-1]
    notes = [re.findall(r"[0-9]+\.[0-9]+", note.text) for note in section.all("p", class_="rounding")]
    if shown != total:
        assert [f"{float(shown):.2f}", f"{float(total):.2f}"] in notes, (shown, total, notes)


def read_exact(formula: str) -> tuple[Fraction, Fraction]:
    """Both sides of a sum such as `62.5 × 0.5 + 125/3 × 0.35 = 1375/24`."""
    terms, result = formula.split(" = ")
    products = [term.split(" × ") for term in terms.split(" + ")]
    return sum((Fraction(score) * Fraction(share) for score, share in products), Fraction(0)), Fraction(
        result
    )


def list_sums(page: Node) -> Iterator[tuple[Node, Node]]:
    for section in page.all("section"):
        for table in section.all("table", class_="sum") + section.all("table", class_="answers"):
            if table.all("tfoot") and table.attributes["aria-labelledby"] != "bounds":
                yield section, table


@pytest.fixture(scope="module")
def years(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One site for all cases, each a year of its own."""
    path = tmp_path_factory.mktemp("cases") / "test.db"
    shutil.copy(tables, path)
    with application(path) as app:
        world = World(app)
        for year, answers in zip(YEAR_OF.values(), CASES.values(), strict=True):
            world.cycle(year)
            world.submission(year, "AL", answers)
        yield world


@pytest.fixture(scope="module")
def coordinator(years: World) -> FlaskClient:
    return years.signed_in(Role.COORDINATOR)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("objective", ["o01", "o02"])
def test_every_sum_on_the_page_adds_up_by_hand(coordinator: FlaskClient, objective: str, case: str) -> None:
    page = open_page(coordinator, f"/en/results/{YEAR_OF[case]}/AL/{objective}")
    for section, table in list_sums(page):
        assert_adds_up(section, table)
    for note in page.all("p", class_="exact"):
        terms, result = read_exact(note.one("bdi").text)
        assert terms == result
    if not page.all("table", aria_labelledby="sum"):
        return
    table = page.one("table", aria_labelledby="sum")
    rows = [[number(cell.text) for cell in row.all("td")] for row in table.one("tbody").all("tr")]
    section = next(s for s in page.all("section") if s.attributes.get("aria-labelledby") == "sum")
    exact = section.all("p", class_="exact")
    value = read_exact(exact[0].one("bdi").text)[1] if exact else sum(s * share for s, share, _ in rows)
    assert half_up(value, 2) == last_column(table.one("tfoot"))[0]
    assert page.one("h1").text == f"Why Albania’s score is {half_up(value)}"


@pytest.mark.parametrize("case", CASES)
def test_the_bounds_are_the_dimensions_times_their_weights(years: World, case: str) -> None:
    page = open_page(years.app.test_client(), f"/en/results/{YEAR_OF[case]}/AL/o01")
    for table in page.all("table", aria_labelledby="bounds"):
        section = next(s for s in page.all("section") if s.attributes.get("aria-labelledby") == "bounds")
        exact = [read_exact(note.one("bdi").text)[1] for note in section.all("p", class_="exact")]
        rows = [[number(cell.text) for cell in row.all("td")] for row in table.one("tbody").all("tr")]
        for place, total in enumerate(table.one("tfoot").all("td")):
            by_hand = sum((share * row[place] for share, *row in rows), Fraction(0))
            assert number(total.text) in {half_up(value, 2) for value in (by_hand, *exact)}


@pytest.mark.parametrize("case", CASES)
def test_the_overall_score_is_its_objectives_times_their_weights(years: World, case: str) -> None:
    page = open_page(years.app.test_client(), f"/en/results/{YEAR_OF[case]}/AL/overall")
    for section, table in list_sums(page):
        if table.attributes["aria-labelledby"] == "sum":
            assert_adds_up(section, table)
    result = page.one("p", class_="result").text
    total, weight, mean, shown = (Fraction(n) for n in re.findall(r"[0-9]+(?:\.[0-9]+)?", result))
    assert half_up(total / weight, 2) == mean
    assert page.one("h1").text == f"Why Albania’s overall score is {shown}"
    assert half_up(mean) == shown
    others = page.one("table", aria_labelledby="others")
    cells = [[number(cell.text) for cell in row.all("td")] for row in others.one("tbody").all("tr")]
    lines = [[number(cell.text) for cell in row.all("td")] for row in others.one("tfoot").all("tr")]
    as_shown = lines[1] if len(lines) == 4 else lines[0]
    assert [sum(column) for column in zip(*cells, strict=True)] == as_shown
    for sum_of_parts, divisor, one in zip(lines[0], lines[-2], lines[-1], strict=True):
        assert half_up(sum_of_parts / divisor, 2) == one


def test_one_sentence_on_top_says_what_the_score_follows_from(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3"), "o01.a2": UNKNOWN})
    words = open_page(client, f"{PROFILE}/o01").one("p", class_="sentences").text
    assert words == (
        "56 follows from the questions that have a level: Implementation 2 of 3 (weight 50%), Results 1 of 1"
        " (weight 35%), and Participation 1 of 1 (weight 15%). 1 question is unknown or not answered and"
        " could still move it to anything from 46 to 63. 1 level lacks the evidence that it needs; without"
        " it the score is 50, a gap of 6."
    )


def test_the_sentence_counts_no_answers_of_a_hidden_dimension(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {SENSITIVE: UNKNOWN})
    words = open_page(client, f"{PROFILE}/o02").one("p", class_="sentences").text
    assert "Implementation (50% known, weight 50%)" in words
    assert "What is unknown or not answered could still move it" in words


def test_the_sentence_names_the_dimensions_that_leave_their_weight_to_the_others(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.i1": UNKNOWN, "o01.p1": NOT_APPLICABLE})
    words = open_page(client, f"{PROFILE}/o01").one("p", class_="sentences").text
    assert words.startswith(
        "50 follows from the questions that have a level: Implementation 3 of 3 (weight 100%)."
        " Nothing is known of Results; the weight goes to the others."
        " Nothing of Participation applies; the weight goes to the others. 1 question is unknown"
    )


def test_the_sentence_on_the_whole_counts_the_objectives_that_have_a_score(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    second = [q for q in full_answers() if q.startswith("o02")]
    world.submission(2025, "AL", full_answers("2") | dict.fromkeys([*second, "o01.i1"], UNKNOWN))
    world.submission(2025, "BA", full_answers("2") | dict.fromkeys([*second, "o01.i1"], NOT_APPLICABLE))
    world.submission(2025, "BG", dict.fromkeys(full_answers(), NOT_APPLICABLE))
    unknown, elsewhere, nothing = (
        open_page(client, f"/en/results/2025/{country}/overall").one("p", class_="sentences").text
        for country in ("AL", "BA", "BG")
    )
    assert unknown.startswith(
        "50 is the score of 1 objective. Of 1 objective nothing is known; its weight goes to the others."
    )
    assert elsewhere.startswith(
        "50 is the score of 1 objective. 1 objective does not apply; its weight goes to the others."
    )
    assert nothing.startswith("No question applies to this country, so there is no score.")


def test_the_sentence_shows_decimals_where_whole_numbers_give_another_gap(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    three = {name: level("3") for name in ("o01.a1", "o01.a2", "o01.a3")}
    world.submission(2025, "AL", full_answers("2") | three)
    world.submission(2025, "BA", full_answers("2") | {"o01.a1": level("3")})
    page = open_page(client, f"{PROFILE}/o01")
    words = page.one("p", class_="sentences").text
    assert words.startswith("63 follows") and "without it the score is 58, a gap of 4.2." in words
    assert words.endswith("Before rounding, the gap is 62.50 − 58.33 = 4.17.")
    assert "It can differ by 0.01" in page.text
    assert "Before rounding" not in open_page(client, "/en/results/2025/BA/o01").text, "54 − 50 = 4"


def test_the_overall_page_says_in_words_what_its_ruler_draws(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3"), "o01.a2": UNKNOWN})
    page = open_page(client, f"{PROFILE}/overall")
    assert "Line: from 48 to 56, depending on what is unknown." in page.text
    assert "It can differ by 0.01" in page.text


def test_each_score_of_a_sum_has_its_band_beside_it(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o02.p1": UNKNOWN, "o02.p2": UNKNOWN})
    bands: dict[str, list[str]] = {}
    for page in ("overall", "o02", "sensitivity"):
        name = "objectives" if page == "sensitivity" else "sum"
        rows = (
            open_page(client, f"{PROFILE}/{page}").one("table", aria_labelledby=name).one("tbody").all("tr")
        )
        bands[page] = [row.one(class_="its-band").text for row in rows]
    assert bands["overall"] == bands["sensitivity"] and len(bands["overall"]) == 2
    assert len(bands["o02"]) == 3, "a dimension with nothing known has a band too"
    for text in (*bands["overall"], *bands["o02"]):
        low, high = re.findall(r"^Band (\d+)–(\d+)$", text)[0]
        assert int(low) < 50 < int(high)
    assert "Seed 1, method version 1." in open_page(client, f"{PROFILE}/sensitivity").text


def test_each_part_of_a_sum_has_what_has_evidence_and_the_gap(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3")})
    overall = open_page(client, f"{PROFILE}/overall").one("table", aria_labelledby="sum")
    parts = [one.text for one in overall.all(class_="with-evidence")]
    assert parts == ["With evidence 50.00, gap 4.17", "With evidence 50.00"]
    objective = open_page(client, f"{PROFILE}/o01").one("table", aria_labelledby="sum")
    assert objective.all(class_="with-evidence")[0].text == "With evidence 50.00, gap 8.33"


def test_each_answer_says_what_it_is_worth(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a2": level("4")})
    page = open_page(client, f"{PROFILE}/o01")
    table = page.one("table", aria_labelledby="implementation")
    assert [row.all("td")[-1].text for row in table.one("tbody").all("tr")] == [
        "Worth 8.33",
        "Worth 16.67",
        "Worth 8.33",
    ]
    assert "One point is worth 100 × 0.50 ÷ 3 = 16.6667 in the objective’s score." in page.text


def test_the_page_lists_what_lacks_evidence_and_what_it_costs(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("4")})
    page = open_page(client, f"{PROFILE}/o01")
    table = page.one("table", aria_labelledby="evidence")
    assert table.one("tbody").text == "1.A1 1.00 0.50 8.33"
    assert table.one("tfoot").text == "The gap: 58.33 declared − 50.00 with evidence 8.33"
    world.submission(2025, "BA", full_answers("2"))
    assert not open_page(client, "/en/results/2025/BA/o01").all("table", aria_labelledby="evidence")


def test_what_a_hidden_dimension_leaves_open_is_one_line_of_the_sum(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {SENSITIVE: UNKNOWN, "o02.p2": UNKNOWN})
    page = open_page(client, f"{PROFILE}/o02")
    table = page.one("table", aria_labelledby="open")
    assert "Implementation single answers are not shown – – 25.00" in table.text
    assert_adds_up(next(s for s in page.all("section") if table in s.all("table")), table)


def test_the_smallest_steps_say_how_many_they_are_and_what_the_score_is_made_of_then(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    aside = open_page(client, f"{PROFILE}/o01").one("div", class_="aside")
    counts = [int(number(node.text)) for node in aside.all("h4")]
    assert counts == sorted(counts)
    assert counts[0] == 2
    assert "25.00 + 35.00 + 7.50 = 67.50" in aside.text


def test_each_score_has_its_band_with_what_is_needed_to_draw_it_again(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    profile = open_page(client, PROFILE)
    assert len(profile.one("table", class_="profile").all("rect", class_="band")) == 2
    for page in (profile, open_page(client, f"{PROFILE}/o01"), open_page(client, f"{PROFILE}/overall")):
        assert "2,000 draws" in page.text
        assert "Seed 1, method version 1." in page.text
    why = open_page(client, f"{PROFILE}/o01")
    low, high = map(int, re.findall(r"Pale box: the band from (\d+) to (\d+)", why.text)[0])
    assert low < 50 < high
    assert re.search(r"Band from \d+ to \d+\.", why.one("section", aria_labelledby="results").text)


def test_the_profile_has_declared_evidenced_and_their_gap_side_by_side(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("4")})
    table = open_page(client, PROFILE).one("table", class_="profile")
    row = next(row for row in table.all("tr") if "Light" in row.text)
    assert "With evidence 50 Gap 8" in row.text
    assert "Score 58. With evidence 50, a gap of 8." in row.text


def test_the_json_has_the_terms_of_the_sum(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    answers = full_answers("2") | {"o01.a1": level("4"), "o01.a2": UNKNOWN}
    world.submission(2025, "AL", answers)
    body = client.get(EXPLANATION.format("o01")).json
    assert body["format"] == "surveyapp-explanation/1"
    assert (body["country"], body["cycle"], body["objective"]) == ("AL", 2025, "o01")
    assert sum(part["part"] for part in body["dimensions"]) == body["score"]["value"] == 62.5
    first = body["dimensions"][0]
    assert [term["worth"] for term in first["terms"]] == [25, None, 12.5]
    assert [item["question"] for item in body["unknown"]] == ["o01.a2"]
    assert [(item["question"], item["costs"]) for item in body["lacks_evidence"]] == [("o01.a1", 12.5)]
    assert body["next_level"]["level"] == 5
    assert body["next_level"]["ways"][0]["changes"][0]["source"].startswith("1.")


def test_the_json_of_the_whole_has_the_objectives(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.p1": level("4")})
    body = client.get(EXPLANATION.format("overall")).json
    assert [part["id"] for part in body["objectives"]] == ["o01", "o02"]
    assert sum(part["part"] for part in body["objectives"]) == body["score"]["value"]


def test_the_json_of_the_whole_says_where_evidence_is_missing_and_what_is_open(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("4"), "o02.p1": UNKNOWN})
    body = client.get(EXPLANATION.format("overall")).json
    first, second = body["objectives"]
    assert first["without_evidence"] > 0 == second["without_evidence"]
    assert first["width"] == 0 < second["width"]
    score = body["score"]
    assert first["without_evidence"] == pytest.approx(score["value"] - score["evidenced"], abs=0.0002)
    assert second["width"] == pytest.approx(score["high"] - score["low"], abs=0.0002)


@pytest.mark.parametrize("who", [None, (Role.FOCAL_POINT, "AL"), (Role.COORDINATOR, None)])
def test_the_json_tells_nobody_a_single_answer_of_a_hidden_dimension(
    world: World, client: FlaskClient, who: tuple[Role, str | None] | None
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {SENSITIVE: level("4"), PLAIN: UNKNOWN})
    response = (world.signed_in(*who) if who else client).get(EXPLANATION.format("o02"))
    hidden = response.json["dimensions"][0]
    assert (hidden["hidden"], hidden["terms"], hidden["sums"]) == (True, None, None)
    assert response.json["next_level"] is None
    assert SENSITIVE not in response.text
    assert PLAIN not in response.text
    assert "cellar" not in json.dumps(response.json)


def test_what_is_not_published_has_no_explanation(world: World) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", state=AssessmentState.ACCEPTED)
    world.submission(2025, "BA")
    focal = world.signed_in(Role.FOCAL_POINT, "AL")
    for address in (EXPLANATION.format("o01"), EXPLANATION.replace("AL", "BA").format("o99")):
        response = focal.get(address)
        assert response.status_code == 404
        assert response.content_type == "application/problem+json"
