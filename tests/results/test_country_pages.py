"""Profile and why: who sees what, and that the sums on the page add up."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState, Submission
from surveyapp.database import db

from .pages import Node, read_page
from .world import NOT_APPLICABLE, PLAIN, SENSITIVE, UNKNOWN, World, full_answers, level, question

PROFILE = "/en/results/2025/AL"
PAGES = (PROFILE, f"{PROFILE}/o01", f"{PROFILE}/o02")


def open_page(client: FlaskClient, address: str) -> Node:
    response = client.get(address)
    assert response.status_code == 200, response.status
    return read_page(response.text)


def number(text: str) -> Fraction:
    return Fraction(re.sub("[^0-9.]", "", text))


def test_the_sum_on_the_page_adds_up_to_the_score(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("3"), "o01.a2": UNKNOWN})
    page = open_page(client, f"{PROFILE}/o01")
    table = page.one("table", aria_labelledby="sum")
    rows = [[number(cell.text) for cell in row.all("td")] for row in table.one("tbody").all("tr")]
    for score, share, part in rows:
        assert abs(score * share - part) <= Fraction(1, 100)
    total = number(table.one("tfoot").one("td").text)
    assert abs(sum(part for *_, part in rows) - total) <= Fraction(2, 100)
    assert page.one("h1").text == f"Why Albania’s score is {int(total + Fraction(1, 2))}"


def test_the_points_of_a_dimension_add_up_and_the_formula_says_how(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    answers = full_answers("2") | {"o01.a1": level("3"), "o01.a2": UNKNOWN, "o01.a3": NOT_APPLICABLE}
    world.submission(2025, "AL", answers)
    page = open_page(client, f"{PROFILE}/o01")
    table = page.one("table", aria_labelledby="implementation")
    assert [row.all("td")[-2].text for row in table.one("tbody").all("tr")] == ["0.75", "–", "–"]
    assert table.one("tfoot").all("td")[0].text == "0.75"
    assert "100 × 0.75 ÷ 1 known question = 75.00." in page.text
    assert "at its lowest: 100 × 0.75 ÷ 2 = 37.50; at its highest: 100 × 1.75 ÷ 2 = 87.50." in page.text
    assert "1.A3 does not apply and leaves the sum." in page.text


def test_unequal_weights_are_shown_and_multiplied(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o02.p1": level("4")})
    page = open_page(client, f"{PROFILE}/o02")
    table = page.one("table", aria_labelledby="participation")
    assert "Weight" in table.one("thead").text
    assert table.one("tfoot").all("td")[0].text == "2.50"
    assert "100 × 2.50 ÷ 3, the weight of the known questions, = 83.33." in page.text


def test_a_level_without_its_evidence_says_what_it_counts_in_the_open_mark(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {"o01.a1": level("4")})
    text = open_page(client, f"{PROFILE}/o01").text
    assert "No evidence given: 0.50 points in the open mark." in text


def test_a_question_asked_elsewhere_says_where(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    assert "Asked once, as 1.I1" in open_page(client, f"{PROFILE}/o02").text


def test_the_smallest_steps_to_the_next_level_stand_in_the_margin(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2"))
    aside = open_page(client, f"{PROFILE}/o01").one("div", class_="aside")
    assert "Level 4 begins at 60. Missing: 10.00." in aside.text
    assert "1.I1 from level 2 to level 4" in aside.text


@pytest.mark.parametrize("who", [None, (Role.FOCAL_POINT, "RO"), (Role.TRANSLATOR, None)])
def test_a_dimension_with_a_sensitive_question_shows_outsiders_its_score_alone(
    world: World, client: FlaskClient, who: tuple[Role, str | None] | None
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {SENSITIVE: level("3"), PLAIN: UNKNOWN})
    browser = world.signed_in(*who) if who else client
    page = open_page(browser, f"{PROFILE}/o02")
    assert page.one("h3", id="implementation").text == "Implementation 75.00"
    assert not page.all("table", aria_labelledby="implementation")
    for source in ("2.A1", "2.A2", "2.A3"):
        assert source not in page.text
    for question_id in (SENSITIVE, PLAIN):
        assert f"of {question_id}" not in page.text
    assert "holds a sensitive question" in page.text
    assert page.one("table", aria_labelledby="participation")
    assert "from level" not in page.text


@pytest.mark.parametrize("who", [(Role.FOCAL_POINT, "AL"), (Role.COORDINATOR, None), (Role.ANALYST, None)])
def test_the_country_and_those_who_review_see_sensitive_answers(
    world: World, who: tuple[Role, str | None]
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", full_answers("2") | {SENSITIVE: level("3", comment="Two safe quays.")})
    page = open_page(world.signed_in(*who), f"{PROFILE}/o02")
    assert f"Descriptor 3 of {SENSITIVE}" in page.text
    assert "Two safe quays." in page.text


def test_comments_and_reasons_are_not_for_the_public(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(
        2025,
        "AL",
        full_answers("2")
        | {
            "o01.a1": level("2", comment="Ask the harbour master."),
            "o01.a2": UNKNOWN,
            "o01.a3": NOT_APPLICABLE,
        },
    )
    texts = " ".join(open_page(client, address).text for address in PAGES)
    for words in ("harbour master", "cellar", "no coast"):
        assert words not in texts


@pytest.mark.parametrize("state", [AssessmentState.SUBMITTED, AssessmentState.ACCEPTED])
def test_unpublished_results_are_for_the_country_and_those_who_review(
    world: World, client: FlaskClient, state: AssessmentState
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", state=state)
    for who in ((Role.FOCAL_POINT, "AL"), (Role.COORDINATOR, None), (Role.ANALYST, None)):
        browser = world.signed_in(*who)
        assert all("Not published yet." in open_page(browser, address).text for address in PAGES)
    for who in (
        (Role.FOCAL_POINT, "RO"),
        (Role.CONTRIBUTOR, "AL"),
        (Role.TRANSLATOR, None),
        (Role.ADMINISTRATOR, None),
    ):
        browser = world.signed_in(*who)
        assert {browser.get(address).status_code for address in PAGES} == {404}
    assert {client.get(address).status_code for address in PAGES} == {404}


def test_a_draft_is_scored_live_for_its_focal_point_alone(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.draft(2025, "AL", {"o01.a1": "4", "o01.a2": "2"})
    focal = world.signed_in(Role.FOCAL_POINT, "AL")
    page = open_page(focal, f"{PROFILE}/o01")
    assert "Draft, seen by you alone." in page.text
    assert page.one("h3", id="implementation").text == "Implementation 75.00"
    assert "Draft, seen by you alone." in open_page(focal, PROFILE).text
    for browser in (client, world.signed_in(Role.COORDINATOR), world.signed_in(Role.FOCAL_POINT, "RO")):
        assert {browser.get(address).status_code for address in PAGES} == {404}


def test_what_a_draft_leaves_open_is_not_called_unknown(world: World) -> None:
    world.cycle(2025)
    world.draft(2025, "AL", {"o01.a1": "4"})
    world.submission(2025, "RO", dict.fromkeys(full_answers(), UNKNOWN))
    draft = open_page(world.signed_in(Role.FOCAL_POINT, "AL"), PROFILE).text
    assert "there are questions without an answer" in draft and "the country cannot say" not in draft
    submitted = open_page(world.signed_in(Role.COORDINATOR), "/en/results/2025/RO").text
    assert "Unknown: the country cannot say." in submitted


def test_what_was_reopened_is_public_no_more(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", state=AssessmentState.RETURNED)
    assert client.get(PROFILE).status_code == 404
    assert "Not published yet." in open_page(world.signed_in(Role.COORDINATOR), PROFILE).text


def test_the_profile_says_what_changed_when_the_questions_are_the_same(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2024)
    world.cycle(2025)
    world.submission(2024, "AL", full_answers("2"))
    world.submission(2025, "AL", full_answers("2") | {"o01.i1": level("4")})
    page = open_page(client, PROFILE)
    row = next(row for row in page.one("table", class_="profile").all("tr") if "Light" in row.text)
    assert "Change since 2024" in page.text
    assert row.all("td")[-1].one("bdi").text == "+18"


def test_without_an_earlier_year_no_change_is_shown(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    page = open_page(client, PROFILE)
    assert {node.text for node in page.one("table", class_="profile").all("bdi")} == {"–"}


def test_the_profile_has_each_objective_and_dimension_as_a_cell(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    page = open_page(client, PROFILE)
    assert page.one("h1").text == "Albania, 2025"
    links = [node.attributes["href"] for node in page.one("table", class_="dimensions").all("a")]
    assert f"{PROFILE}/o02#results" in links
    assert len(links) == 6
    assert "3 November 2025" in page.text


@pytest.mark.parametrize(
    "answers",
    [
        dict.fromkeys(full_answers(), UNKNOWN),
        dict.fromkeys(full_answers(), NOT_APPLICABLE),
        {"o01.a1": UNKNOWN, "o01.i1": level("0")},
    ],
)
def test_pages_of_countries_without_scores_still_stand(
    world: World, client: FlaskClient, answers: dict[str, object]
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL", answers)  # type: ignore[arg-type]
    for address in PAGES:
        open_page(client, address)


@pytest.mark.parametrize(
    "address",
    [
        f"{PROFILE}/o99",
        "/en/results/2025/XX",
        "/en/results/2025/al",
        "/en/results/99999999999999999999/AL",
        "/api/v1/cycles/99999999999999999999/scores",
    ],
)
def test_what_there_is_not_is_no_page(world: World, client: FlaskClient, address: str) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    assert client.get(address).status_code == 404


def test_an_answer_that_another_objective_shares_stays_hidden_where_it_is_sensitive(
    world: World, client: FlaskClient
) -> None:
    questions = world.framework.questionnaires
    shared = question("o01.a4", "activity", "1.A4", same_as=SENSITIVE)
    first = replace(questions[0], questions=(*questions[0].questions, shared))
    world.framework = replace(world.framework, questionnaires=(first, questions[1]))
    world.cycle(2025)
    world.submission(2025, "AL")
    page = open_page(client, f"{PROFILE}/o01")
    assert not page.all("table", aria_labelledby="implementation")
    assert "1.A4" not in page.text


def test_a_contributor_sees_sensitive_answers_of_what_was_delegated_to_them_alone(world: World) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    contributor = world.signed_in(Role.CONTRIBUTOR, "AL")
    assert "holds a sensitive question" in open_page(contributor, f"{PROFILE}/o02").text
    world.delegate(2025, "AL", "o02", "contributor-al@example.org")
    assert f"of {SENSITIVE}" in open_page(contributor, f"{PROFILE}/o02").text


def test_questions_lead_to_the_questionnaire_for_those_who_may_open_it(
    world: World, client: FlaskClient
) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    for browser, is_linked in (
        (client, False),
        (world.signed_in(Role.TRANSLATOR), False),
        (world.signed_in(Role.FOCAL_POINT, "RO"), False),
        (world.signed_in(Role.FOCAL_POINT, "AL"), True),
        (world.signed_in(Role.COORDINATOR), True),
        (world.signed_in(Role.ANALYST), True),
    ):
        table = open_page(browser, f"{PROFILE}/o02").one("table", aria_labelledby="results")
        links = [node.attributes["href"] for node in table.all("a")]
        assert links == (["/en/assessments/2025/AL/o01#o01.i1"] if is_linked else [])
        if is_linked:
            assert browser.get("/en/assessments/2025/AL/o01").status_code == 200


def test_the_day_of_submission_is_that_of_the_country(world: World, client: FlaskClient) -> None:
    world.cycle(2025)
    world.submission(2025, "AL")
    with world.app.app_context():
        submission = db.session.scalars(select(Submission)).one()
        submission.submitted_at = datetime(2025, 11, 3, 23, 30, tzinfo=UTC)
        db.session.commit()
    assert "submitted its answers on 4 November 2025" in client.get("/en/results/2025/AL").text
