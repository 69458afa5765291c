"""One country's overview: how far it is, what is missing, and the steps from draft to published."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AnswerState, AssessmentState
from surveyapp.assessments.service import GivenAnswer
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs, csrf_token
from tests.factories import bring_to, close_cycle, delegate, level, make_user
from tests.results.pages import read_page

from .acting import read_state, read_submissions, save, step
from .questionnaire import COUNTRY
from .test_record_answers import given


def press(client: FlaskClient, step: str, **fields: str) -> TestResponse:
    """Press a button of the overview, with the form token that the page carries."""
    token = csrf_token(client, COUNTRY)
    place = step if step == "submit" else f"review/{step}"
    return client.post(f"{COUNTRY}/{place}", data={"csrf_token": token, **fields})


def test_the_overview_says_how_far_each_objective_is(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        questions = [q for q in shipped.find_objective("o08")[1].questions if q.same_as is None]  # type: ignore[index]
        save(focal_point, *[level(q) for q in questions], given("3"))
    page = read_page(client_as(focal_point).get(COUNTRY).text)
    rows = page.one("table", class_="objectives").all("tr")[1:]
    assert len(rows) == len(shipped.objectives)
    words = {row.one("th").one("a").attributes["href"].rsplit("/", 1)[1]: row.text for row in rows}
    assert f"Complete {len(questions)} of {len(questions)} You last change" in words["o08"]
    assert "In progress 1 of 12 You last change" in words["o07"]
    assert "Not started 0 of 19 Choose who answers" in words["o01"] and "no answer yet" in words["o01"]
    assert "1 of 13 objectives" in page.text


def test_a_premature_submit_lists_what_is_missing_with_the_way_there(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    missing = ("o03.a1", "o07.i1")
    with app.app_context():
        asked = [q for q in shipped.questions.values() if q.same_as is None]
        save(focal_point, *[level(q) for q in asked if q.id not in missing])
        save(focal_point, GivenAnswer("o03.a1", AnswerState.NONE_YET, 0, comment="Not sure."))
    client = client_as(focal_point)
    response = press(client, "submit")
    assert response.status_code == 422
    summary = read_page(response.text).one(class_="summary")
    assert "Not submitted: 2 questions are open." in summary.text
    assert [(link.text, link.attributes["href"]) for link in summary.all("a")] == [
        ("3.A1", f"{COUNTRY}/o03#o03.a1"),
        ("7.I1", f"{COUNTRY}/o07#o07.i1"),
    ]
    with app.app_context():
        assert read_state() is AssessmentState.DRAFT and read_submissions() == []


def test_from_submit_to_published_and_back(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        save(focal_point, *[level(q) for q in shipped.questions.values() if q.same_as is None])
        coordinator = client_as(make_user(Role.COORDINATOR))
    country = client_as(focal_point)

    response = press(country, "submit")
    assert response.status_code == 303 and response.location == COUNTRY
    assert "The assessment is submitted." in country.get(COUNTRY).text

    refused = press(coordinator, "return", note=" ")
    assert refused.status_code == 422 and "Say what the country should mend" in refused.text
    assert press(coordinator, "return", note="Please <b>explain</b> 9.A1.").status_code == 303
    page = country.get(COUNTRY)
    assert "What the regional secretariat asks" in page.text
    assert "Please &lt;b&gt;explain&lt;/b&gt; 9.A1." in page.text

    assert press(country, "submit").status_code == 303
    assert "Please" not in country.get(COUNTRY).text
    for name, state, words in (
        ("accept", AssessmentState.ACCEPTED, "The assessment is accepted. It is not public."),
        ("publish", AssessmentState.PUBLISHED, "The results are published."),
        ("withdraw", AssessmentState.ACCEPTED, "The results are withdrawn. They are not public any more."),
    ):
        assert press(coordinator, name).status_code == 303
        assert words in coordinator.get(COUNTRY).text
        with app.app_context():
            assert read_state() is state
    assert press(coordinator, "reopen", note="A figure is wrong.").status_code == 303
    assert "A figure is wrong." in country.get(COUNTRY).text
    with app.app_context():
        assert [row.revision for row in read_submissions()] == [1, 2]


def test_each_person_sees_only_the_buttons_of_the_next_step(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        contributor = make_user(Role.CONTRIBUTOR, "AL")
    clients = {email: client_as(email) for email in (focal_point, coordinator, contributor)}

    def buttons(email: str) -> set[str]:
        forms = read_page(clients[email].get(COUNTRY).text).all("form")
        actions = {form.attributes.get("action", "") for form in forms}
        return {action.rsplit("/", 1)[1] for action in actions if action.startswith(COUNTRY)}

    assert (buttons(focal_point), buttons(coordinator), buttons(contributor)) == ({"submit"}, set(), set())
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    assert (buttons(focal_point), buttons(coordinator)) == (set(), {"accept", "return"})
    press(clients[coordinator], "accept")
    assert (buttons(focal_point), buttons(coordinator)) == (set(), {"publish", "reopen"})
    press(clients[coordinator], "publish")
    assert (buttons(focal_point), buttons(coordinator)) == (set(), {"withdraw"})
    assert buttons(contributor) == set()


def test_a_contributor_sees_links_to_delegated_objectives_only_and_no_score_of_the_country(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        contributor = make_user(Role.CONTRIBUTOR, "AL")
        delegate(contributor, "o07")
        save(focal_point, given("3"), given("3", question="o08.a1"))
    page = read_page(client_as(contributor).get(COUNTRY).text)
    table = page.one("table", class_="objectives")
    assert [link.attributes["href"] for link in table.all("a")] == [f"{COUNTRY}/o07"]
    assert "Score so far, all objectives" not in page.text
    assert "Score so far, all objectives" in client_as(focal_point).get(COUNTRY).text


def test_a_coordinator_sees_counts_of_a_draft_and_neither_answers_nor_scores(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        save(focal_point, given("3", comment="Not yet for others."))
    page = client_as(coordinator).get(COUNTRY).text
    assert "1 of 12" in page
    assert "Not yet for others." not in page and "Score so far" not in page
    assert 'class="is-level"' not in page.split("<tbody>", 1)[1].split("</tbody>", 1)[0]


def test_after_the_cycle_has_closed_the_pages_can_only_be_read(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    token = csrf_token(client, COUNTRY)
    with app.app_context():
        close_cycle()
    assert "The cycle is closed. This assessment was not submitted." in client.get(COUNTRY).text
    assert "These answers can be read here and not changed." in client.get(f"{COUNTRY}/o07").text
    sent = client.post(f"{COUNTRY}/submit", data={"csrf_token": token})
    assert sent.status_code == 409


@pytest.mark.parametrize(
    ("role", "status"), [(Role.ANALYST, 404), (Role.TRANSLATOR, 404), (Role.ADMINISTRATOR, 404)]
)
def test_the_overview_is_no_page_for_roles_without_a_part_in_it(
    app: Flask, client_as: ClientAs, focal_point: str, role: Role, status: int
) -> None:
    with app.app_context():
        email = make_user(role)
    assert client_as(email).get(COUNTRY).status_code == status


def test_a_refused_step_leads_back_to_its_page_and_shows_no_text_where_none_was_typed(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.ACCEPTED, shipped, focal_point, coordinator)
    client = client_as(coordinator)
    refused = press(client, "reopen", note="")
    assert refused.status_code == 422
    page = read_page(refused.text)
    links = {link.text: link.attributes["href"] for link in page.all("a", class_="button")}
    assert links["Back to the page"] == COUNTRY
    assert "Send it again" not in page.text, "it would be refused again"
    assert "What you typed" not in page.text
    note = read_page(client.get(COUNTRY).text).one("textarea", name="note")
    assert "required" in note.attributes


def test_what_was_submitted_has_a_score_and_nothing_that_it_may_still_become(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    client = client_as(focal_point)
    with app.app_context():
        asked = [q for q in shipped.questions.values() if q.same_as is None]
        unknown = GivenAnswer("o07.a1", AnswerState.UNKNOWN, 0, reason="The register is being rebuilt.")
        save(focal_point, *[level(q) for q in asked if q.id != "o07.a1"], unknown)
    for place in (COUNTRY, f"{COUNTRY}/o07"):
        draft = read_page(client.get(place).text).text
        assert "Score so far" in draft and "It will end between" in draft
    press(client, "submit", signed_by_function="The national coordinator")
    for place in (COUNTRY, f"{COUNTRY}/o07"):
        frozen = read_page(client.get(place).text).text
        assert "Score of what was submitted" in frozen and "Score so far" not in frozen
        assert "It lies between" in frozen and "will end" not in frozen
    assert "Everything is known, so it is exact." in read_page(client.get(f"{COUNTRY}/o08").text).text
    with app.app_context():
        step("return", make_user(Role.COORDINATOR))
    field = read_page(client.get(COUNTRY).text).one("input", name="signed_by_function")
    assert field.attributes["value"] == "The national coordinator", "who signed before signs again"


def test_a_closed_cycle_says_nothing_of_how_a_score_will_end(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        save(focal_point, given("3"))
        close_cycle()
    page = read_page(client_as(focal_point).get(COUNTRY).text).text
    assert "It lies between" in page and "will end" not in page
