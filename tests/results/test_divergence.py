"""The map of divergence: NGOs' views beside a government's answers, for those whom it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from surveyapp.accounts.models import Role
from surveyapp.app import create_app
from surveyapp.assessments.models import Assessment, AssessmentState, ObjectiveConsent, Reach
from surveyapp.assessments.parallel_models import ParallelSubmission, ParallelView
from surveyapp.database import Base, db
from surveyapp.scoring.answers import Evidence, MeasuredValue
from surveyapp.settings import Settings
from tests.conftest import csrf_token
from tests.factories import find_assessment

from .pages import Node, read_page
from .site import read_site
from .views import add_view
from .world import NOT_APPLICABLE, PLAIN, SENSITIVE, UNKNOWN, World, full_answers, level

S = AssessmentState
PAGE = "/en/results/2026/AL/parallel"
API = "/api/v1/cycles/2026/countries/AL/parallel"
SECRET = "Seventeen shelters closed."
GOVERNMENT = full_answers("2") | {"o01.a1": level("4", comment="The law says so."), "o01.a2": level("3")}
VIEW = {
    "o01.a1": level("0", comment=SECRET),
    "o01.a2": level("2"),
    "o01.a3": level("3"),
    "o01.i1": level("2"),
    "o01.p1": level("2"),
    SENSITIVE: level("0", comment=SECRET),
    PLAIN: UNKNOWN,
}


@pytest.fixture
def albania(world: World) -> World:
    """Albania, published in 2026."""
    world.cycle(2026)
    world.submission(2026, "AL", GOVERNMENT)
    return world


def row_of(page: Node, number: int) -> Node:
    return next(row for row in page.all("tr") if row.text.strip().startswith(str(number)))


def put_into(world: World, state: AssessmentState) -> None:
    with world.app.app_context():
        db.session.execute(update(Assessment).values(state=state))
        db.session.commit()


def hold_back(world: World, objective: str, reach: Reach) -> None:
    with world.app.app_context():
        row = ObjectiveConsent(
            assessment_id=find_assessment("AL", 2026).id, objective_id=objective, reach=reach
        )
        db.session.add(row)
        db.session.commit()


def test_each_objective_has_both_scores_and_their_difference_with_sign_and_in_words(
    albania: World, client: FlaskClient
) -> None:
    add_view(albania, "Shelter Network", VIEW, is_public=True)
    page = read_page(client.get(PAGE).text)
    light, water = row_of(page, 1), row_of(page, 2)
    assert [
        cell.attributes["data-score"] for cell in light.all("span") if "data-score" in cell.attributes
    ] == ["62.5"]
    assert "46" in light.text and "−17" in light.text and "17 points lower" in light.text
    difference = next(one for one in light.all("span") if "data-difference" in one.attributes)
    assert difference.attributes["data-difference"] == "-16.6667"
    assert difference.attributes["class"] == "difference lower-2"
    assert "too little is known" in water.text, "two answers of six"
    text = page.text
    assert "Shelter Network sees the country lower on 1 objective. Objectives compared: 1 of 2." in text
    assert "The largest difference: objective 1 (Light on the quays), 17 points lower." in text
    assert "neither the government’s answers nor the views of NGOs are verified" in text
    assert "never part of the scores of Albania" in text


def test_ngos_stand_side_by_side_in_alphabetical_order_and_are_never_averaged(
    albania: World, client: FlaskClient
) -> None:
    add_view(albania, "Zora", full_answers("0"), is_public=True)
    add_view(albania, "Ámbar", full_answers("4"), is_public=True)
    page = read_page(client.get(PAGE).text)
    heads = [head.text for head in page.all("th") if head.attributes.get("role") == "columnheader"]
    assert [head.split(" handed")[0].strip() for head in heads[3:]] == ["Ámbar", "Zora"]
    assert "38 points higher" in row_of(page, 1).text and "63 points lower" in row_of(page, 1).text
    views = client.get(API).json["views"]
    assert [[one["difference"] for one in view["objectives"]] for view in views] == [
        [37.5, 50],
        [-62.5, -50],
    ]


def test_not_answered_unknown_and_not_applicable_look_different(albania: World, client: FlaskClient) -> None:
    unknown = {q: UNKNOWN for q in full_answers() if q.startswith("o01")}
    add_view(albania, "Ahead", {"o01.a1": level("1")}, is_public=True)
    add_view(albania, "Beside", unknown, is_public=True)
    page = read_page(client.get(PAGE).text)
    states = [
        cell.attributes["class"] for cell in page.all("span") if " seen " in cell.attributes.get("class", "")
    ]
    assert states[:2] == ["cell seen low-coverage", "cell seen unknown"]
    assert states[2] == "cell seen not-asked"
    assert "The NGO says that it cannot know." in row_of(page, 1).text
    assert "The NGO gives no answer here." in row_of(page, 2).text
    assert "Ahead answers too little for a comparison by objective." in page.text


def test_questions_answered_differently_stand_below_the_largest_difference_first(
    albania: World, client: FlaskClient
) -> None:
    add_view(albania, "Shelter Network", VIEW, is_public=True)
    page = read_page(client.get(PAGE).text)
    articles = list(page.all("article"))
    assert [one.text.strip().split()[0] for one in articles] == ["1.A1", "1.A2", "1.A3"]
    first = articles[0].text
    assert "Descriptor 4 of o01.a1" in first and "Descriptor 0 of o01.a1" in first
    assert "4 levels lower" in first and "1 level higher" in articles[2].text


def list_sources(page: Node) -> list[str]:
    return [one.text.strip().split()[0] for one in page.all("article")]


def test_the_largest_differences_of_all_objectives_are_listed_first_and_all_by_objective_on_demand(
    albania: World, client: FlaskClient
) -> None:
    many = {question: level("0") for question in full_answers()}
    add_view(albania, "Shelter Network", many, is_public=True)
    page = read_page(client.get(PAGE).text)
    largest, everything = (
        list_sources(page),
        list_sources(read_page(client.get(f"{PAGE}?questions=all").text)),
    )
    assert largest[:2] == ["1.A1", "1.A2"] and len(everything) > 4
    one = read_page(client.get(f"{PAGE}?questions=o01").text)
    assert set(list_sources(one)) == {source for source in everything if source.startswith("1.")}
    link = row_of(page, 1).one("a")
    assert link.attributes["href"] == f"{PAGE}?questions=o01#questions"
    chosen = [option.text for option in one.all("option") if "selected" in option.attributes]
    assert chosen == [f"1 Light on the quays ({len(list_sources(one))})"], "the form says what is shown"


def test_what_has_no_level_or_is_never_scored_comes_after_all_differences_in_points(
    albania: World,
) -> None:
    answers = {"o01.a1": NOT_APPLICABLE, "o02.a3": level("0"), "o02.p1": level("1")}
    add_view(albania, "Shelter Network", answers)
    page = read_page(albania.signed_in(Role.COORDINATOR).get(PAGE).text)
    assert list_sources(page) == ["2.P1", "1.A1", "2.A3"]


def test_no_more_than_ten_questions_are_listed_until_all_are_asked_for(
    albania: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.results.divergence_choice.MOST_LISTED", 2)
    add_view(albania, "Shelter Network", VIEW, is_public=True)
    page = read_page(client.get(PAGE).text)
    assert list_sources(page) == ["1.A1", "1.A2"]
    assert (
        page.one("a", href=f"{PAGE}?questions=all#questions").text == "List all that are answered differently"
    )
    assert len(list_sources(read_page(client.get(f"{PAGE}?questions=all").text))) == 3


def test_objectives_where_nothing_is_known_to_differ_are_left_out_on_demand_and_counted(
    albania: World, client: FlaskClient
) -> None:
    add_view(albania, "Shelter Network", {"o01.a1": level("0")}, is_public=True)
    page = read_page(client.get(f"{PAGE}?rows=different").text)
    numbers = [cell.text for cell in page.all("td", class_="number")]
    assert numbers == ["1"]
    assert "One objective is left out: no difference is known there." in page.text
    assert "left out: no difference" not in client.get(PAGE).text


def test_one_of_several_organisations_is_chosen_and_no_other_that_one_may_not_see(
    albania: World, client: FlaskClient
) -> None:
    shown = add_view(albania, "Shelter Network", VIEW, is_public=True)
    add_view(albania, "Lawyers", full_answers("4"), is_public=True)
    hidden = add_view(albania, "Hidden", full_answers("0"))
    page = read_page(client.get(f"{PAGE}?ngo={shown}").text)
    heads = [head.text for head in page.all("th") if "handed in" in head.text]
    assert len(heads) == 1 and heads[0].startswith("Shelter Network")
    assert "Lawyers sees" not in page.text
    for other in (hidden, 10**30, "x"):
        both = read_page(client.get(f"{PAGE}?ngo={other}&questions=o99&rows=no").text).text
        assert "Lawyers" in both and "Shelter Network" in both and "Hidden" not in both


def test_the_top_says_how_many_questions_both_answer_and_how_many_differently(
    albania: World, client: FlaskClient
) -> None:
    add_view(albania, "Shelter Network", VIEW, is_public=True)
    add_view(albania, "Lawyers", {"o01.a1": level("4"), "o01.a3": level("2")}, is_public=True)
    text = read_page(client.get(PAGE).text).text
    assert "Questions that both answer: 5. Answered differently: 3 (lower: 2, higher: 1)." in text
    assert "Questions that both answer: 2. Answered differently: 0 (lower: 0, higher: 0)." in text
    inside = read_page(albania.signed_in(Role.COORDINATOR).get(PAGE).text).text
    assert "Questions that both answer: 6. Answered differently: 4 (lower: 3, higher: 1)." in inside


def test_comments_and_single_sensitive_answers_are_for_the_country_and_the_secretariat(
    albania: World, client: FlaskClient
) -> None:
    add_view(albania, "Shelter Network", VIEW, is_public=True)
    with albania.app.app_context():
        db.session.execute(update(Assessment).values(shows_sensitive=True))
        db.session.commit()
    inside = [albania.signed_in(Role.COORDINATOR), albania.signed_in(Role.ANALYST)]
    inside.append(albania.signed_in(Role.FOCAL_POINT, "AL"))
    for reader in inside:
        page = reader.get(PAGE).text
        assert SECRET in page and "The law says so." in page and f"Descriptor 0 of {SENSITIVE}" in page
    outside = [client, albania.signed_in(Role.FOCAL_POINT, "BA"), albania.signed_in(Role.NGO, "BA")]
    outside.append(albania.signed_in(Role.CONTRIBUTOR, "AL"))
    for reader in outside:
        page = reader.get(PAGE).text
        assert SECRET not in page and "The law says so." not in page and "cellar" not in page
        assert f"of {SENSITIVE}" not in page and f"of {PLAIN}" not in page
        assert "no single answer is listed below" in page
    told = client.get(API).text
    assert SECRET not in told and SENSITIVE not in told and PLAIN not in told


def test_figures_and_documents_are_read_where_comments_are(albania: World, client: FlaskClient) -> None:
    documents = (Evidence("Shelter report", url="https://example.org/r"),)
    figure = MeasuredValue(Decimal("250"), "berths", 2025, "Own counts")
    answers = {
        "o01.a1": replace(level("0"), evidence=documents),
        "o01.i1": replace(level("0"), measure=figure),
    }
    add_view(albania, "Shelter Network", answers, is_public=True)
    for reader in (albania.signed_in(Role.COORDINATOR), albania.signed_in(Role.FOCAL_POINT, "AL")):
        page = read_page(reader.get(PAGE).text)
        assert page.one("a", href="https://example.org/r").text == "Shelter report"
        assert "250 berths, 2025, Own counts" in page.text
    told = client.get(PAGE).text + client.get(API).text
    assert "Shelter report" not in told and "example.org/r" not in told and "Own counts" not in told


def test_what_the_country_holds_back_is_not_in_the_comparison_for_those_it_is_held_back_from(
    albania: World, client: FlaskClient
) -> None:
    add_view(albania, "Shelter Network", VIEW | full_answers("1"), is_public=True)
    hold_back(albania, "o01", Reach.REGION)
    page = read_page(client.get(PAGE).text)
    light = row_of(page, 1)
    assert "Not published." in light.text and "lower" not in light.text
    assert "1.A1" not in page.text and "Descriptor 4" not in page.text
    body = client.get(API).json
    assert body["government"][0]["score"]["value"] is None
    first = body["views"][0]["objectives"][0]
    assert (first["difference"], first["questions"]) == (None, [])
    assert first["score"]["value"] == 25, "the NGO's own number is its own"
    region = read_page(albania.signed_in(Role.FOCAL_POINT, "BA").get(PAGE).text)
    assert "points lower" in row_of(region, 1).text
    with albania.app.app_context():
        db.session.execute(update(ObjectiveConsent).values(reach=Reach.PRIVATE))
        db.session.commit()
    region = read_page(albania.signed_in(Role.FOCAL_POINT, "ME").get(PAGE).text)
    assert "Not published." in row_of(region, 1).text


def test_an_ngo_finds_its_own_column_with_its_own_words(albania: World) -> None:
    writer = albania.signed_in(Role.NGO, "AL")
    add_view(albania, "Own", VIEW, consents=False, email="ngo-al@example.org")
    add_view(albania, "Other", full_answers("0"))
    page = writer.get(PAGE).text
    assert "Own" in page and "Other" not in page and SECRET in page and "The law says so." not in page
    put_into(albania, S.ACCEPTED)
    assert writer.get(PAGE).status_code == 404


def test_the_country_is_compared_by_what_it_submitted_and_never_by_a_draft(albania: World) -> None:
    add_view(albania, "Shelter Network", VIEW)
    put_into(albania, S.RETURNED)
    albania.draft(2026, "AL", {"o01.a1": "0", "o01.a2": "0"}, state=S.RETURNED)
    for role, country in ((Role.FOCAL_POINT, "AL"), (Role.COORDINATOR, None)):
        assert "17 points lower" in albania.signed_in(role, country).get(PAGE).text


def test_the_profile_leads_there_whoever_may_open_it(albania: World, client: FlaskClient) -> None:
    link, profile = f'href="{PAGE}"', "/en/results/2026/AL"
    region = albania.signed_in(Role.FOCAL_POINT, "BA")
    assert link not in client.get(profile).text and link not in region.get(profile).text
    add_view(albania, "Shelter Network", VIEW)
    assert link not in client.get(profile).text and link in region.get(profile).text
    assert link not in region.get(f"{profile}?as=public").text
    assert (client.get(PAGE).status_code, client.get(API).status_code) == (404, 404)
    add_view(albania, "Lawyers", VIEW, is_public=True)
    assert link in client.get(profile).text
    assert "Shelter Network" not in client.get(PAGE).text + client.get(API).text


def test_a_coordinator_decides_on_the_page_with_a_note(albania: World, client: FlaskClient) -> None:
    number = add_view(albania, "Shelter Network", VIEW)
    coordinator = albania.signed_in(Role.COORDINATOR)
    assert 'href="#decide"' in coordinator.get(PAGE).text
    assert "Save the decision" not in (other := albania.signed_in(Role.ANALYST).get(PAGE).text)
    assert "#decide" not in other
    sent = {"csrf_token": csrf_token(coordinator, PAGE), "revision": "1"}
    for wrong in ({}, {"shows": "no", "note": ""}):
        refused = coordinator.post(f"{PAGE}/{number}", data=sent | wrong)
        assert refused.status_code == 422 and 'role="alert"' in refused.text
        assert f'href="#note-{number}"' in refused.text, "said on top, for the form stands far below"
        read_page(refused.text)
    late = coordinator.post(f"{PAGE}/{number}", data=sent | {"shows": "yes", "revision": "2"})
    assert late.status_code == 409 and client.get(PAGE).status_code == 404
    assert coordinator.post(f"{PAGE}/{number}", data=sent | {"shows": "yes"}).status_code == 303
    assert client.get(PAGE).status_code == 200
    hidden = sent | {"shows": "no", "note": "It names a shelter."}
    assert coordinator.post(f"{PAGE}/{number}", data=hidden).status_code == 303
    assert client.get(PAGE).status_code == 404
    assert "It names a shelter." in coordinator.get(PAGE).text


def test_a_coordinator_who_looks_at_one_view_is_told_of_others_that_wait_for_a_decision(
    albania: World,
) -> None:
    chosen = add_view(albania, "Shelter Network", VIEW)
    add_view(albania, "Decided", VIEW, is_public=True)
    add_view(albania, "Kept apart", VIEW, consents=False)
    coordinator, words = albania.signed_in(Role.COORDINATOR), "other view waits for your decision"
    assert words not in coordinator.get(f"{PAGE}?ngo={chosen}").text, "one is decided on, one need not be"
    other = add_view(albania, "Lawyers", VIEW)
    page = read_page(coordinator.get(f"{PAGE}?ngo={chosen}&rows=different").text)
    assert len(page.all("form", class_="decision")) == 1
    links = [link for link in page.all("a") if words in link.text]
    assert {link.attributes["href"] for link in links} == {f"{PAGE}#decide"} and len(links) == 2
    assert words not in coordinator.get(PAGE).text, "their forms are there"
    assert words not in albania.signed_in(Role.ANALYST).get(f"{PAGE}?ngo={other}").text


def test_a_view_tells_the_time_of_its_country(albania: World, client: FlaskClient) -> None:
    add_view(albania, "Shelter Network", VIEW, is_public=True)
    with albania.app.app_context():
        view = db.session.scalars(select(ParallelView)).one()
        submission = db.session.scalars(select(ParallelSubmission)).one()
        view.decided_at = submission.handed_in_at = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
        db.session.commit()
    page = albania.signed_in(Role.COORDINATOR).get(PAGE).text
    assert "Decided on 3 November 2026, 00:30 (CET): it is shown." in page
    assert "handed in 3 Nov 2026" in page and "handed in 3 Nov 2026" in client.get(PAGE).text


def make_site(path: Path, *, views: int) -> World:
    app: Flask = create_app(Settings(database_url=f"sqlite:///{path}"))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    world = World(app)
    for year in (2025, 2026):
        world.cycle(year)
        world.submission(year, "AL", GOVERNMENT)
        world.submission(year, "BA", full_answers("1"))
    for place in range(views):
        add_view(world, f"NGO {place}", VIEW, consents=place == 0)
    return world


def test_nothing_that_a_visitor_is_sent_hangs_on_a_view_that_is_not_public(tmp_path: Path) -> None:
    without, with_views = (make_site(tmp_path / f"{n}.db", views=n) for n in (0, 2))
    one, other = read_site(without), read_site(with_views)
    assert one == other and PAGE in one and API in one and len(one) > 60
    add_view(with_views, "Public", full_answers("0"), is_public=True)
    shown, profile = read_site(with_views), "/en/results/2026/AL"
    changed = {address for address in shown if shown[address] != one[address]}
    plain = {address for address in changed if not address.startswith(f"{PAGE}?")}
    heatmap = {address for address in plain if address.partition("?")[0] == "/en/results/2026"}
    assert plain - heatmap == {PAGE, API, profile, f"{profile}?as=public"}
    assert heatmap and all(f'href="{PAGE}"' in str(shown[address]) for address in heatmap)


def test_the_page_asks_as_often_for_five_ngos_as_for_one(albania: World, client: FlaskClient) -> None:
    add_view(albania, "NGO 1", VIEW, is_public=True)
    client.get(PAGE)
    once = albania.count_queries(lambda: client.get(PAGE))
    for place in range(2, 6):
        add_view(albania, f"NGO {place}", VIEW, is_public=True)
    assert albania.count_queries(lambda: client.get(PAGE)) == once
