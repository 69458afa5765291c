"""A country over the years: a new version of the questions is a break; what both years ask is compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from surveyapp.accounts.models import Role
from surveyapp.assessments.frameworks import pin_wording
from surveyapp.assessments.models import AssessmentState, Submission
from surveyapp.assessments.service import get_cycle
from surveyapp.database import db
from surveyapp.framework.model import Band, Framework, Objective, Question, Questionnaire
from surveyapp.scoring.answers import Answer
from tests.factories import find_assessment

from .pages import Node, read_page
from .world import (
    PLAIN,
    SENSITIVE,
    UNKNOWN,
    World,
    full_answers,
    level,
    question,
    sample_framework,
    second_version,
)

YEARS = "/en/results/AL"


def open_page(client: FlaskClient, address: str = YEARS) -> Node:
    response = client.get(address)
    assert response.status_code == 200, response.status
    return read_page(response.text)


def give_year(
    world: World,
    year: int,
    answers: dict[str, Answer] | None = None,
    *,
    asked: Framework | None = None,
    state: AssessmentState = AssessmentState.PUBLISHED,
) -> None:
    """Albania's submission in a cycle of its own, over the sample or `asked`."""
    world.framework = asked or sample_framework()
    world.cycle(year)
    world.submission(year, "AL", full_answers("2", world.framework) | (answers or {}), state)


def row_of(page: Node, name: str, table: str = "series") -> Node:
    return next(row for row in page.one("table", class_=table).all("tr") if name in row.text)


def gap_of(page: Node, name: str) -> Node:
    return row_of(page, name).one("td", class_="gap")


def test_each_year_is_a_column_with_its_scores_as_they_were_published(
    world: World, client: FlaskClient
) -> None:
    give_year(world, 2024)
    give_year(world, 2025, {"o01.i1": level("4"), "o02.p2": UNKNOWN})
    page = open_page(client)
    assert page.one("h1").text == "Albania over the years"
    table = page.one("table", class_="series")
    assert [head.text for head in table.one("thead").all("th")] == ["Objective", "2024", "2025"]
    for year, place in ((2024, 0), (2025, 1)):
        profile = open_page(client, f"/en/results/{year}/AL")
        for name in ("Light", "Clean water"):
            cell = row_of(page, name).all("td")[place].one("a")
            published = (
                row_of(profile, name, "profile").one("td", class_="declared").one("span", class_="cell")
            )
            for data in ("data-score", "data-low", "data-high", "data-level"):
                assert cell.attributes[data] == published.attributes[data]
    assert row_of(page, "Light").all("td")[1].one("a").attributes["href"] == "/en/results/2025/AL/o01"
    assert not page.all(class_="gap") and "new version" not in page.text


def test_a_new_version_is_a_gap_with_the_change_on_what_both_years_ask(
    world: World, client: FlaskClient
) -> None:
    """Objective 1 shares a1, a9 (was a3) and i1, and o02 shows i1 too: 19.2 points more on each i1."""
    give_year(world, 2023)
    give_year(world, 2024, {"o01.a2": level("4")})
    give_year(world, 2025, {"o01.a9": level("4")}, asked=second_version())
    page = open_page(client)
    heads = [head.text for head in page.one("table", class_="series").one("thead").all("th")]
    words = "New version of the questionnaire. Change on the questions that both years have"
    assert heads == ["Objective", "2023", "2024", words, "2025"]
    gap = gap_of(page, "Light")
    assert gap.one("bdi").text == "+15"  # of the dimension 25, of the objective 25 · 50 ÷ 85
    assert gap.one(class_="of-shared").text == "3 of 4"
    assert "on 3 questions that both years have, of 5 in 2024 and 4 in 2025." in gap.text
    assert gap_of(page, "Clean water").one(class_="of-shared").text == "5 of 6"
    assert gap_of(page, "Clean water").one("bdi").text == "0"
    section = page.one("section", aria_labelledby="break-2025").text
    assert "8 scored questions are compared, of 10 in 2024 and 10 in 2025." in section
    left_out = page.one("table", class_="left-out").one("tbody").all("tr")
    assert [row.text for row in left_out] == [
        "1.P1 How far is 1.P1? Levels 4, 5 are there in one of the years only.",
        "2.P3 How far is 2.P3? Not asked before 2025.",
        "1.A2 How far is 1.A2? Not asked in 2025 any more.",
    ]


def test_the_profile_gives_the_change_on_shared_questions_and_marks_the_break(
    world: World, client: FlaskClient
) -> None:
    give_year(world, 2024, {"o01.a2": level("4")})
    give_year(world, 2025, {"o01.a9": level("4")}, asked=second_version())
    page = open_page(client, "/en/results/2025/AL")
    table = page.one("table", class_="profile")
    head = table.one("thead").one("th", class_="after-break")
    assert head.text == "Change since 2024 New version of the questionnaire."
    change = row_of(page, "Light", "profile").one("td", class_="after-break")
    assert change.one("bdi").text == "+15" and change.one(class_="of-shared").text == "3 of 4"
    assert "on the questions that both years have: 8 of 10 are compared, with the weights" in page.text
    assert page.one("a", href=YEARS).text == "Albania over the years"


def test_a_profile_over_the_same_version_has_no_break(world: World, client: FlaskClient) -> None:
    give_year(world, 2024)
    give_year(world, 2025)
    page = open_page(client, "/en/results/2025/AL")
    assert not page.all(class_="after-break") and not page.all(class_="of-shared")
    assert "The questions are the same as in 2024." in page.text


def test_a_new_method_is_a_gap_that_nothing_crosses(world: World, client: FlaskClient) -> None:
    give_year(world, 2024)
    give_year(world, 2025, {"o01.a9": level("4")}, asked=second_version())
    with world.app.app_context():
        chosen = Submission.assessment_id == find_assessment("AL", 2024).id
        db.session.execute(update(Submission).where(chosen).values(method="0"))
        db.session.commit()
    page = open_page(client)
    words = "New version of the questionnaire. New scoring method. Not compared"
    assert page.one("table", class_="series").one("thead").one("th", class_="gap").text == words
    assert gap_of(page, "Light").text == "Not compared."
    assert not page.all("section", aria_labelledby="break-2025")
    profile = open_page(client, "/en/results/2025/AL")
    assert "Scores were made in another way in 2024, so no change is shown." in profile.text
    assert {node.text for node in profile.one("table", class_="profile").all("bdi")} == {"–"}


def test_other_guidelines_are_not_compared_even_where_ids_are_the_same(
    world: World, client: FlaskClient
) -> None:
    give_year(world, 2024)
    give_year(world, 2025, asked=replace(sample_framework(), id="lighthouses"))
    page = open_page(client)
    head = page.one("table", class_="series").one("thead").one("th", class_="gap")
    assert head.text == "Other guidelines. Not compared"
    assert gap_of(page, "Light").text == "Not compared."


def test_an_objective_that_one_version_lacks_has_its_scores_and_no_change(
    world: World, client: FlaskClient
) -> None:
    first = sample_framework()
    air = Questionnaire("o03", 3, "Clear air", (question("o03.a1", "activity", "3.A1"),))
    other = replace(
        first,
        version="2",
        objectives=(first.objectives[0], Objective(3, "o03", "Air")),
        questionnaires=(first.questionnaires[0], air),
    )
    give_year(world, 2024)
    give_year(world, 2025, asked=other)
    page = open_page(client)
    body = page.one("table", class_="series").one("tbody")
    assert [row.one("th").text for row in body.all("tr")] == [
        "1 Light on the quays",
        "3 Clear air",
        "2 Clean water",
    ]
    before, gap, after = row_of(page, "Clean water").all("td")
    assert before.one("a").attributes["data-score"] == "50"
    assert after.text == "2025 – Nothing is asked here." and gap.text == "Not compared."
    assert gap_of(page, "Clear air").text == "– No change: no question here is in both years."


def test_what_is_unknown_in_one_year_has_no_change(world: World, client: FlaskClient) -> None:
    light = ("o01.a1", "o01.a3", "o01.i1")
    give_year(world, 2024, dict.fromkeys(light, UNKNOWN))
    give_year(world, 2025, asked=second_version())
    assert gap_of(open_page(client), "Light").text == "– No change: nothing is known in one of the years."


def without_plain(q: Question) -> Question | None:
    return None if q.id == PLAIN else q


def heavier_plain(q: Question) -> Question | None:
    return replace(q, weight=q.weight * 2) if q.id == PLAIN else q


@pytest.mark.parametrize("change", [without_plain, heavier_plain])
def test_a_break_tells_the_public_nothing_of_a_sensitive_dimension_that_changed(
    world: World, client: FlaskClient, change: Callable[[Question], Question | None]
) -> None:
    """Its score of 2024 is public; a second sum over the same answers would tell them apart."""
    first = sample_framework()
    light, water = first.questionnaires
    questions = tuple(new for q in water.questions if (new := change(q)))
    second = replace(first, version="2", questionnaires=(light, replace(water, questions=questions)))
    asked_still = {PLAIN: level("3")} if PLAIN in second.questions else {}
    give_year(world, 2025, {SENSITIVE: level("3"), **asked_still}, asked=second)
    world.framework = first
    world.cycle(2024)
    told = set()
    for revision, codes in enumerate((("0", "4"), ("4", "0")), 1):
        answers = {SENSITIVE: level(codes[0]), PLAIN: level(codes[1])}
        world.submission(2024, "AL", full_answers("2") | answers, revision=revision)
        pages = [client.get(address).text for address in (YEARS, "/en/results/2025/AL")]
        told.add(re.sub(r"\?v=[0-9a-f]+", "", "".join(pages)))
    assert len(told) == 1
    page = open_page(client)
    assert "Its dimension holds a sensitive question" in page.one("table", class_="left-out").text
    assert gap_of(page, "Clean water").one("bdi").text == "0"  # its other dimensions alone
    own = open_page(world.signed_in(Role.FOCAL_POINT, "AL"))
    assert "Its dimension holds a sensitive question" not in own.text
    assert gap_of(own, "Clean water").one("bdi").text != "0"


def test_visitors_see_the_published_years_alone(world: World, client: FlaskClient) -> None:
    give_year(world, 2023)
    give_year(world, 2024, state=AssessmentState.ACCEPTED)
    world.cycle(2025, closes_on=date(2100, 1, 1))
    world.draft(2025, "AL", {"o01.a1": "4"})

    def heads(browser: FlaskClient) -> list[str]:
        return [
            head.text for head in open_page(browser).one("table", class_="series").one("thead").all("th")
        ][1:]

    assert heads(client) == heads(world.signed_in(Role.FOCAL_POINT, "RO")) == ["2023"]
    assert heads(world.signed_in(Role.COORDINATOR)) == ["2023", "2024 Not published"]
    own = world.signed_in(Role.FOCAL_POINT, "AL")
    assert heads(own) == ["2023", "2024 Not published", "2025 Draft"]
    assert row_of(open_page(own), "Light").all("td")[-1].one("a").attributes["data-score"] == "100"
    assert "There is no other year yet." in open_page(client).text


def bands_of(row: Node, place: int) -> str:
    return row.all("td", class_="year")[place].one(class_="beside").all("span")[-1].text


def test_each_year_has_the_band_of_its_profile_in_words_and_in_the_drawing(
    world: World, client: FlaskClient
) -> None:
    give_year(world, 2024, {"o01.i1": UNKNOWN})
    give_year(world, 2025, {"o01.a1": level("4")}, asked=second_version())
    page = open_page(client)
    for place, year in enumerate((2024, 2025)):
        profile = open_page(client, f"/en/results/{year}/AL")
        for name in ("Light", "Clean water"):
            item = row_of(page, name).all("td", class_="year")[place]
            there = row_of(profile, name, "profile")
            assert (
                bands_of(row_of(page, name), place) == f"Band {there.all('td', class_='figure')[2].text[5:]}"
            )
            box, own = (one.one("rect", class_="band").attributes for one in (item, there))
            assert (box["x"], box["width"]) == (own["x"], own["width"])
        note = re.search("The band holds.*?method version 1[.]", profile.text)
        assert note and note[0] in page.text and "2,000 draws" in note[0]
    together = bands_of(row_of(page, "All objectives together"), 1).replace("–", " to ")
    assert together.replace("Band", "Band from") + "." in profile.text


def test_what_has_evidence_and_the_gap_stand_beside_each_year_s_score(
    world: World, client: FlaskClient
) -> None:
    give_year(world, 2024, {"o01.a1": level("4")})
    beside = row_of(open_page(client), "Light").one(class_="with-evidence")
    assert beside.text == "50, gap 8"  # declared 58


def test_a_change_between_two_years_says_how_sure_it_is_as_the_comparison_does(
    world: World, client: FlaskClient
) -> None:
    give_year(world, 2023, {"o02.p1": level("3")})
    give_year(world, 2024, dict.fromkeys(("o01.a1", "o01.a2", "o01.a3"), level("0")))
    give_year(world, 2025, asked=second_version())
    page, words = open_page(client), set()
    for earlier, later in ((2023, 2024), (2024, 2025)):
        compared = open_page(client, f"/en/results/compare?a=AL-{earlier}&b=AL-{later}")
        for name in ("Light", "Clean water"):
            row = row_of(page, name)
            item = gap_of(page, name) if later == 2025 else row.all("td", class_="year")[1]
            there = row_of(compared, name, "compared")
            verdict, share = item.one(class_="verdict").text.split(": ")
            assert there.one("td", class_="verdict").text.startswith(verdict)
            earlier_above = there.all("td", class_="figure")[0].text.split()[-1]
            certain = {"over 99%": "99%", "under 1%": "1%"}
            if verdict == f"{earlier} is above":
                assert certain.get(share, share) == earlier_above
            else:
                assert int(certain.get(share, share)[:-1]) + int(earlier_above[:-1]) == pytest.approx(
                    100, abs=1
                )
            words.add(verdict)
    assert words >= {"Not distinguishable", "2023 is above", "2025 is above"}
    assert "From 10% to 90% the two are not distinguishable." in page.text
    since = row_of(page, "Light").all("td", class_="year")[1].one(class_="since")
    assert since.text.startswith("−25 ") and "since 2023" in since.text
    first, _, last = row_of(page, "Light").all("td", class_="year")
    assert not first.all(class_="since") and not last.all(class_="since")  # nothing crosses the break


def test_each_year_has_the_bands_and_colours_of_its_own_framework(world: World, client: FlaskClient) -> None:
    two = (Band(1, Fraction(0), "Low water", "#440154"), Band(2, Fraction(45), "High water", "#fde725"))
    give_year(world, 2024)
    give_year(world, 2025, asked=replace(second_version(), bands=two))
    page = open_page(client)
    styles = [one.attributes["href"] for one in page.all("link") if "bands.css" in one.attributes["href"]]
    first, second = (client.get(style).text for style in styles)
    one, other = row_of(page, "Light").all("td", class_="year")
    assert one.all(class_="band-3") and "#7d7c78" in first and "#fde725" not in first
    assert other.all(class_="band-2") and "#fde725" in second
    for item, style in ((one, first), (other, second)):
        scope = next(name for name in item.attributes["class"].split() if name.startswith("of-"))
        assert all(rule.startswith(f".{scope} ") for rule in style.splitlines())
        assert page.one("div", class_=scope).all("li")
    assert len(one.all("rect", class_="cut")) == 4 and len(other.all("rect", class_="cut")) == 1
    assert "High water" in page.text and "Band 5" in page.text


def test_years_of_the_same_bands_share_a_legend(world: World, client: FlaskClient) -> None:
    give_year(world, 2024)
    give_year(world, 2025, asked=second_version())
    assert len(open_page(client).all("div", class_="legend")) == 1


def test_a_past_year_keeps_the_words_that_it_was_answered_in(world: World, client: FlaskClient) -> None:
    """A cycle's wording may be corrected after somebody submitted."""
    give_year(world, 2024)
    give_year(world, 2025, asked=second_version())
    with world.app.app_context():
        corrected = {"o01.a2.text": "How far is this corrected?", "o01.title": "Lamps"}
        get_cycle(2024).wordings = [pin_wording("en", corrected)]
        get_cycle(2025).wordings = [pin_wording("en", {"o01.title": "Lanterns"})]
        db.session.commit()
    for address in (YEARS, "/en/results/compare?a=AL-2024&b=AL-2025"):
        page = open_page(client, address)
        assert "How far is 1.A2?" in page.one("table", class_="left-out").text
        assert "corrected" not in page.text and "Light on the quays" in page.text
        assert "Lamps" not in page.text and "Lanterns" not in page.text


@pytest.mark.parametrize("country", ["BA", "QQ", "al", "3000"])
def test_a_country_without_anything_to_see_is_not_found(
    world: World, client: FlaskClient, country: str
) -> None:
    give_year(world, 2024)
    world.submission(2024, "BA", state=AssessmentState.ACCEPTED)
    assert client.get(f"/en/results/{country}").status_code == 404


def test_many_years_need_as_many_queries_as_two(world: World, client: FlaskClient) -> None:
    give_year(world, 2020)
    give_year(world, 2021, asked=second_version())
    open_page(client)  # reads what is kept for good
    two = world.count_queries(lambda: client.get(YEARS))
    for year in range(2022, 2026):
        give_year(world, year, asked=second_version() if year % 2 else sample_framework())
    open_page(client)
    assert world.count_queries(lambda: client.get(YEARS)) == two
    assert len(open_page(client).all("th", class_="gap")) == 5
    assert two <= 6


def test_pages_with_differences_say_that_each_number_is_rounded_by_itself(
    world: World, client: FlaskClient
) -> None:
    give_year(world, 2024)
    give_year(world, 2025, {"o01.i1": level("4")})
    for page in ("AL", "2025/AL/sensitivity", "compare?a=AL-2024&b=AL-2025"):
        assert "one point off the two numbers shown" in client.get(f"/en/results/{page}").text, page
    for page in ("2025/AL", "2025?score=gap"):
        assert "A gap has decimals where the whole numbers" in client.get(f"/en/results/{page}").text, page
