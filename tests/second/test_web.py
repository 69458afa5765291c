"""A cycle over another framework: its forms and its heatmap, from the first answer to the public."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.cli import surveyapp
from surveyapp.framework.loader import load_framework
from tests.bundle import independent
from tests.conftest import ClientAs, csrf_token
from tests.factories import YEAR, make_cycle, make_user
from tests.results.pages import Node, read_page

from .test_framework import ANSWERS, FOLDER

ASSESSMENT = f"/en/assessments/{YEAR}/AL"
RESULTS = f"/en/results/{YEAR}"


@pytest.fixture
def people(app: Flask) -> tuple[str, str]:
    """The focal point and the coordinator of an open cycle over the framework on drinking water."""
    with app.app_context():
        make_cycle(load_framework(FOLDER), ["AL"])
        return make_user(Role.FOCAL_POINT, "AL"), make_user(Role.COORDINATOR)


@pytest.fixture
def focal(people: tuple[str, str], client_as: ClientAs) -> FlaskClient:
    return client_as(people[0])


@pytest.fixture
def coordinator(people: tuple[str, str], client_as: ClientAs) -> FlaskClient:
    return client_as(people[1])


def open_page(client: FlaskClient, path: str) -> Node:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return read_page(response.text)


def answer_all(focal: FlaskClient) -> None:
    """Fill the forms of both objectives."""
    for objective in ("brunnen", "leitungen"):
        path = f"{ASSESSMENT}/{objective}"
        sent = {"csrf_token": csrf_token(focal, path)}
        for question_id, answer in ANSWERS.items():
            if question_id.startswith(objective):
                state = "not_applicable" if answer.not_applicable else "unknown"
                sent[f"{question_id}-level"] = answer.level or state
                sent[f"{question_id}-reason"] = answer.unknown or answer.not_applicable or ""
                sent[f"{question_id}-version"] = "0"
        response = focal.post(path, data=sent)
        assert response.status_code == 303, response.text


def press(client: FlaskClient, step: str) -> None:
    response = client.post(f"{ASSESSMENT}/{step}", data={"csrf_token": csrf_token(client, ASSESSMENT)})
    assert response.status_code == 303, response.text


def publish(focal: FlaskClient, coordinator: FlaskClient) -> None:
    answer_all(focal)
    press(focal, "submit")
    press(coordinator, "review/accept")
    press(coordinator, "review/publish")


def test_the_overview_lists_its_objectives(focal: FlaskClient) -> None:
    page = open_page(focal, ASSESSMENT)
    rows = page.one("table", class_="objectives").all("tr")[1:]
    assert [row.one("th").one("a").attributes["href"] for row in rows] == [
        f"{ASSESSMENT}/brunnen",
        f"{ASSESSMENT}/leitungen",
    ]
    assert "0 of 2 objectives" in page.text


def test_its_form_offers_each_question_its_own_levels(focal: FlaskClient) -> None:
    page = open_page(focal, f"{ASSESSMENT}/brunnen")

    def offered(question_id: str) -> list[str]:
        return [box.attributes["value"] for box in page.all("input", name=f"{question_id}-level")]

    assert offered("brunnen.a1") == ["a", "b", "c", "d", "unknown"]
    assert offered("brunnen.a2") == ["nie", "manche", "alle", "unknown"]
    assert offered("brunnen.p1") == ["nein", "teils", "ja", "unknown"]
    assert page.all("input", name="brunnen.i1-measure_value")
    for piece in ("Die großen Brunnen sind geschützt", "Umsetzung", "Mitwirkung", "Schutzgebiete um jeden"):
        assert piece in page.text, piece


def test_its_other_form_has_a_fourth_kind_and_repeats_a_question(focal: FlaskClient) -> None:
    page = open_page(focal, f"{ASSESSMENT}/leitungen")
    codes = [box.attributes["value"] for box in page.all("input", name="leitungen.m1-level")]
    assert codes == ["keine", "halb", "voll", "unknown"]
    assert not page.all("input", name="leitungen.i1-level")
    assert page.one("section", id="leitungen.i1").all("a", href=f"{ASSESSMENT}/brunnen#brunnen.i1")


def test_answers_are_kept_and_shown_again(focal: FlaskClient) -> None:
    answer_all(focal)
    page = open_page(focal, f"{ASSESSMENT}/leitungen")
    [chosen] = [b for b in page.all("input", name="leitungen.m1-level") if "checked" in b.attributes]
    assert chosen.attributes["value"] == "halb"
    assert "2 of 2 objectives" in open_page(focal, ASSESSMENT).text


def test_the_score_so_far_is_cut_where_its_levels_begin(focal: FlaskClient) -> None:
    for path in (ASSESSMENT, f"{ASSESSMENT}/brunnen"):
        ruler = open_page(focal, path).one("svg", class_="ruler")
        assert [cut.attributes["x"] for cut in ruler.all("rect", class_="cut")] == ["25%", "50%", "75%"]


def test_its_frozen_copy_is_verified_without_the_database(
    focal: FlaskClient, coordinator: FlaskClient, tmp_path: Path
) -> None:
    publish(focal, coordinator)
    file = tmp_path / "wasser.json"
    file.write_bytes(coordinator.get(f"{ASSESSMENT}/bundle").data)
    verified = CliRunner().invoke(surveyapp, ["submission", "verify", str(file)])
    assert (verified.exit_code, verified.stdout) == (0, "verified\n"), verified.stderr
    independent.verify(file.read_bytes())
    framework = json.loads(file.read_bytes())["framework"]
    assert (framework["language"], len(framework["dimensions"])) == ("de", 4)


def test_its_heatmap_shows_its_objectives_scores_and_levels(
    focal: FlaskClient, coordinator: FlaskClient, client: FlaskClient
) -> None:
    publish(focal, coordinator)
    page = open_page(client, RESULTS)
    wells = page.one("a", class_="cell", href=f"{RESULTS}/AL/brunnen")
    pipes = page.one("a", class_="cell", href=f"{RESULTS}/AL/leitungen")
    assert (wells.attributes["data-score"], wells.attributes["data-level"]) == ("70.3704", "3")
    assert (wells.attributes["data-low"], wells.attributes["data-high"]) == ("52.7778", "77.7778")
    assert (pipes.attributes["data-score"], pipes.attributes["data-level"]) == ("95", "4")
    assert "Brunnen. Score 70. With evidence 63, a gap of 7. From 53 to 78. Level 3." in wells.text
    assert len(page.all("a", class_="cell")) == 2
    for title in ("Kaum", "Begonnen", "Teilweise", "Überall"):
        assert title in page.text, title


def test_its_bands_have_their_own_colours(
    focal: FlaskClient, coordinator: FlaskClient, client: FlaskClient
) -> None:
    publish(focal, coordinator)
    styles = client.get(f"{RESULTS}/bands.css").text
    assert "#a59c74" in styles and "band-4" in styles and "band-5" not in styles


@pytest.mark.parametrize("place", ["", "/brunnen", "/leitungen"])
def test_its_public_pages_say_how_a_score_came_about(
    focal: FlaskClient, coordinator: FlaskClient, client: FlaskClient, place: str
) -> None:
    publish(focal, coordinator)
    page = open_page(client, f"{RESULTS}/AL{place}")
    assert "Umsetzung" in page.text and "Mitwirkung" in page.text


def test_its_data_are_public_too(focal: FlaskClient, coordinator: FlaskClient, client: FlaskClient) -> None:
    publish(focal, coordinator)
    assert client.get(f"{RESULTS}/figure.json").status_code == 200
    for path in ("/en/method", "/en/data", "/en/results", "/en/about"):
        assert client.get(path, follow_redirects=True).status_code == 200, path
