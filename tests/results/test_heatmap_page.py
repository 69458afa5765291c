"""The heatmap: what its cells say, what it never shows, how little it asks the database."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import Assessment, AssessmentState, ObjectiveConsent, Reach
from surveyapp.database import db

from .pages import Node, read_page
from .views import add_view
from .world import NOT_APPLICABLE, UNKNOWN, World, full_answers, level

ADDRESS = "/en/results/2025"


def open_page(client: FlaskClient, address: str = ADDRESS) -> Node:
    response = client.get(address)
    assert response.status_code == 200, response.status
    return read_page(response.text)


def cell_of(page: Node, country: str, objective: str) -> Node:
    return page.one("a", class_="cell", href=f"{ADDRESS}/{country}/{objective}")


def test_each_cell_has_its_digits_its_numbers_and_a_way_to_why(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3")})
    cell = cell_of(open_page(client), "AL", "o01")
    assert cell.one("span", class_="digits").text == "54"
    assert cell.attributes["data-score"] == "54.1667"
    assert (cell.attributes["data-low"], cell.attributes["data-high"]) == ("54.1667", "54.1667")
    assert cell.attributes["data-level"] == "3"
    assert "band-3" in cell.attributes["class"]
    assert "Light. Score 54. With evidence 50, a gap of 4. Level 3." in cell.text


def test_the_score_with_evidence_stands_in_plain_sight_where_it_is_lower(
    world: World, client: FlaskClient
) -> None:
    """Unless both are the same once they are rounded."""
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3")})
    page = open_page(client)
    assert cell_of(page, "AL", "o01").one("span", class_="second").text == "50"
    assert not cell_of(page, "AL", "o02").all("span", class_="second")
    assert page.one("td", class_="overall").one("span", class_="second").text == "50"
    assert "in a cell is the score with evidence" in page.text
    evidenced = cell_of(open_page(client, ADDRESS + "?score=evidenced"), "AL", "o01")
    assert evidenced.one("span", class_="digits").text == "50"
    assert evidenced.one("span", class_="second").text == "54"
    gap = cell_of(open_page(client, ADDRESS + "?score=gap"), "AL", "o01")
    assert gap.one("span", class_="digits").text == "4" and gap.one("span", class_="two").text == "54 50"


def test_bounds_stand_below_the_digits_only_where_they_differ(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": UNKNOWN})
    page = open_page(client)
    assert cell_of(page, "AL", "o01").one("span", class_="small-bounds").text == "42–58"
    assert not cell_of(page, "AL", "o02").all("span", class_="small-bounds")
    assert not open_page(client, ADDRESS + "?bounds=no").all("span", class_="small-bounds")


def test_an_objective_of_which_nothing_is_known_says_so(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", dict.fromkeys(full_answers(), UNKNOWN))
    cell = cell_of(open_page(client), "AL", "o01")
    assert "unknown" in cell.attributes["class"].split()
    assert cell.one("span", class_="digits").text == "?"
    assert (cell.attributes["data-score"], cell.attributes["data-level"]) == ("", "")
    assert (cell.attributes["data-low"], cell.attributes["data-high"]) == ("0", "100")


def test_low_coverage_shows_the_levels_that_are_possible(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | dict.fromkeys(("o01.a1", "o01.a2", "o01.a3"), UNKNOWN))
    cell = cell_of(open_page(client), "AL", "o01")
    assert "low-coverage" in cell.attributes["class"].split()
    strip = cell.one("span", class_="strip")
    assert [part.attributes["class"] for part in strip.all("span")] == ["band-2", "band-3", "band-4"]
    assert cell.attributes["data-level"] == ""
    assert "level from 2 to 4" in cell.text


def test_an_objective_that_does_not_apply_has_no_numbers(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    answers = full_answers() | {q: NOT_APPLICABLE for q in full_answers() if q.startswith("o01")}
    world.submission(2025, "AL", answers)
    cell = cell_of(open_page(client), "AL", "o01")
    assert "not-applicable" in cell.attributes["class"].split()
    assert {cell.attributes[name] for name in ("data-score", "data-low", "data-high", "data-level")} == {""}
    assert "Does not apply" in cell.text


@pytest.mark.parametrize(
    "state", [AssessmentState.SUBMITTED, AssessmentState.ACCEPTED, AssessmentState.RETURNED]
)
def test_what_is_not_published_is_a_row_without_numbers_and_links(
    world: World, client: FlaskClient, state: AssessmentState
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    world.submission(2025, "RO", full_answers("4"), state=state)
    for browser in (client, world.signed_in(Role.COORDINATOR)):
        page = open_page(browser)
        row = next(row for row in page.one("table").all("tr") if "Romania" in row.text)
        assert "Not published" in row.text
        assert not row.all("a")
        assert len(row.all("span", class_="not-published")) == 2
        assert not [node for node in row.all() if "data-score" in node.attributes]


def test_the_latest_of_two_submissions_is_shown(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("1"))
    world.submission(2025, "AL", full_answers("3"), revision=2)
    assert cell_of(open_page(client), "AL", "o01").attributes["data-score"] == "75"


def test_countries_stand_in_alphabetical_order_of_their_names(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    for country in ("TR", "HR", "DE", "AX"):  # Türkiye, Croatia, Germany, Åland Islands
        world.submission(2025, country)
    names = [node.text for node in open_page(client).one("tbody").all("th")]
    assert names == ["Åland Islands", "Croatia", "Germany", "Türkiye"]


def test_with_evidence_a_level_without_any_counts_as_the_highest_that_needs_none(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("4")})
    page = open_page(client, ADDRESS + "?score=evidenced")
    assert cell_of(page, "AL", "o01").attributes["data-score"] == "50"
    assert page.one("option", value="evidenced").attributes.get("selected") == ""


def test_one_dimension_can_be_shown_alone(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.p1": level("4")})
    page = open_page(client, ADDRESS + "?show=participation")
    cell = page.one("a", href=f"{ADDRESS}/AL/o01#participation")
    assert cell.attributes["data-score"] == "100"
    assert not page.all("td", class_="overall")


def test_the_filter_leads_to_the_year_and_keeps_what_was_chosen(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    response = client.get("/en/results?year=2025&show=all&score=evidenced&bounds=no&bounds=yes")
    assert response.headers["Location"] == ADDRESS + "?score=evidenced"
    response = client.get("/en/results?year=2025&show=results&bounds=no")
    assert response.headers["Location"] == ADDRESS + "?show=results&bounds=no"


def test_the_newest_year_with_something_published_comes_first(world: World, client: FlaskClient) -> None:
    for year in (2024, 2025, 2026):
        world.cycle(year)
    world.submission(2024, "AL")
    world.submission(2025, "AL")
    world.submission(2026, "AL", state=AssessmentState.ACCEPTED)
    assert client.get("/en/results").headers["Location"] == ADDRESS


def test_without_anything_published_the_page_says_so(world: World, client: FlaskClient) -> None:
    assert "Nothing is published yet" in open_page(client, "/en/results").one("h1").text
    world.cycle(2025)
    world.draft(2025, "AL", {"o01.a1": "2"})
    assert "No country’s results of 2025 are published yet" in open_page(client).text


def test_a_year_without_a_cycle_is_no_page(client: FlaskClient) -> None:
    assert client.get("/en/results/1999").status_code == 404


def test_countries_with_a_public_view_of_an_ngo_are_named_and_lead_to_it(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    world.submission(2025, "BA")
    add_view(world, "Lawyers", full_answers("1"), year=2025)
    link, words = 'href="/en/results/2025/AL/parallel"', "What NGOs see"
    assert words not in client.get(ADDRESS).text, "nobody decided to show it"
    add_view(world, "Shelter Network", full_answers("1"), year=2025, is_public=True)
    page = client.get(ADDRESS).text
    assert page.count(link) == 1 and words in page and "BA/parallel" not in page
    assert "parallel" not in client.get("/api/v1/cycles/2025/scores").text
    world.cycle(2026)
    world.submission(2026, "AL", state=AssessmentState.ACCEPTED)
    add_view(world, "Shelter Network", full_answers("1"), is_public=True)
    assert words not in client.get("/en/results/2026").text, "its government's results are not published"


def test_twelve_countries_ask_the_database_as_often_as_two(world: World, client: FlaskClient) -> None:
    countries = ["AL", "BA", "BG", "GR", "HR", "HU", "MD", "ME", "MK", "RO", "RS", "SI"]
    world.cycle(2024)
    world.cycle(2025)
    for country in countries[:2]:
        world.submission(2024, country)
    for country in countries:
        world.submission(2025, country)
    few, many = "/en/results/2024", ADDRESS
    client.get(few), client.get(many)
    assert world.count_queries(lambda: client.get(few)) == world.count_queries(lambda: client.get(many))


def test_the_table_is_the_only_one_and_names_its_roles(world: World, client: FlaskClient) -> None:
    world.cycle(2025, closes_on=date(2025, 6, 30))
    world.submission(2025, "AL")
    table = open_page(client).one("table", role="table")
    assert {node.attributes["role"] for node in table.all("td")} == {"cell"}
    assert [node.text for node in table.one("thead").all("th")] == [
        "Country",
        "1 Light",
        "2 Water",
        "Overall",
    ]


def test_the_start_page_leads_visitors_to_the_results_and_all_others_to_what_they_do_next(
    world: World, client: FlaskClient
) -> None:
    assert client.get("/en/").headers["Location"] == "/en/results"
    assert world.signed_in(Role.ANALYST).get("/en/").headers["Location"] == "/en/next"
    focal = world.signed_in(Role.FOCAL_POINT, "AL")
    assert focal.get("/en/").headers["Location"] == "/en/assessments"


def test_the_gap_between_declared_and_evidenced_can_be_chosen(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("4")})
    page = open_page(client, "/en/results/2025?score=gap")
    cells = [cell_of(page, "AL", objective) for objective in ("o01", "o02")]
    assert [cell.one("span", class_="digits").text for cell in cells] == ["8", "0"]
    assert "Score 58. With evidence 50, a gap of 8. Level 3." in cells[0].text
    assert "Score 50. With evidence the same. Level 3." in cells[1].text
    assert not any(name.startswith("band-") for cell in cells for name in cell.attributes["class"].split())
    chosen = [o for o in page.one("select", name="score").all("option") if "selected" in o.attributes]
    assert [option.attributes["value"] for option in chosen] == ["gap"]


def test_a_cell_with_evidence_says_what_was_declared(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("4")})
    cell = cell_of(open_page(client, "/en/results/2025?score=evidenced"), "AL", "o01")
    assert "Score with evidence 50; declared 58, a gap of 8. Level 3." in cell.text


def test_the_small_figures_can_be_the_band_that_the_profile_shows(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    world.submission(2025, "RO", {})
    page = open_page(client, ADDRESS + "?bounds=band")
    profile = open_page(client, ADDRESS + "/AL")
    for row, objective in zip(profile.all("table")[0].all("tr")[1:], ("o01", "o02"), strict=False):
        cell = cell_of(page, "AL", objective)
        band = cell.one("span", class_="small-bounds").text
        assert band in row.text and f"Band from {band.replace('–', ' to ')}." in cell.text
    assert "Seed 1, method version 1." in page.text and "Small figures are the band." in page.text
    assert not cell_of(page, "RO", "o01").all("span", class_="small-bounds"), "nothing is known of it"
    evidenced = open_page(client, ADDRESS + "?bounds=band&score=evidenced")
    assert "A band is of the declared score" in evidenced.text
    assert not evidenced.all("span", class_="small-bounds")


def test_what_is_held_back_has_no_band_even_for_those_who_know_it(world: World) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    analyst = world.signed_in(Role.ANALYST)
    with world.app.app_context():
        assessment = db.session.scalars(select(Assessment)).one()
        held_back = ObjectiveConsent(assessment_id=assessment.id, objective_id="o01", reach=Reach.PRIVATE)
        db.session.add(held_back)
        db.session.commit()
    page = open_page(analyst, ADDRESS + "?bounds=band")
    row = next(r for r in page.one("table", class_="heatmap").all("tr") if "Albania" in r.text)
    cells = row.all("td")
    assert "Not published." in cells[0].text and not cells[0].all("span", class_="small-bounds")
    assert cells[1].all("span", class_="small-bounds")
