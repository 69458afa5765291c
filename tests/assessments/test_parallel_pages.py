"""The pages of an NGO: the same form as a government's, the hand-in, the consent; and how it is invited."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from surveyapp.accounts.cli import users
from surveyapp.accounts.models import Role
from surveyapp.accounts.people import LINK
from surveyapp.assessments import parallel
from surveyapp.assessments.given import GivenEvidence
from surveyapp.assessments.models import AssessmentState, Cycle
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs, csrf_token
from tests.factories import PASSWORD, bring_to, close_cycle, make_cycle, make_user
from tests.results.pages import read_page

from .acting import put_into, save
from .questionnaire import Page
from .viewing import decide, hand_in, level, read_copies, read_view, say, viewing

HOME = "/en/parallel/2026/AL"
SHEET = f"{HOME}/o07"


@pytest.fixture
def ngo(app: Flask, client_as: ClientAs, focal_point: str) -> FlaskClient:
    """An NGO on Albania, signed in."""
    with app.app_context():
        email = make_user(Role.NGO, "AL", email="shelter@example.org")
    return client_as(email)


def open_sheet(client: FlaskClient) -> Page:
    response = client.get(SHEET)
    assert response.status_code == 200, response.text
    return Page.of(client, SHEET, response)


def press(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    """Press a button of the overview: the status, and the page that it leads to."""
    sent = fields | {"csrf_token": csrf_token(client, HOME)}
    response = client.post(f"{HOME}/{path}", data=sent)
    if response.status_code != 303:
        return response.status_code, response.text
    return 303, client.get(response.headers["Location"]).text


def test_a_view_names_no_more_documents_from_an_old_tab_either(
    ngo: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.assessments.forms.MOST_NAMED", 2)
    page = open_sheet(ngo)
    for title in ("First report", "Second report", "Second report"):
        assert page.send(o07_a1__evidence_title=title).status_code == 303
    assert page.send(o07_a1__evidence_title="Third report").status_code == 422
    assert "Third report" not in open_sheet(ngo).response.text


def test_an_ngo_begins_at_its_view_and_answers_on_the_same_form(ngo: FlaskClient) -> None:
    first = ngo.get("/en/", follow_redirects=True)
    assert first.request.path == HOME and "parallel view" in first.text
    assert "Answered: 0 of " in first.text and "Hand in your view" not in first.text
    assert "Begin with" in first.text and "Go on with" not in first.text
    page = open_sheet(ngo)
    assert {"o07.a2-comment", "o07.a2-evidence_title", "o07.i1-measure_value"} <= set(page.fields)
    assert "Upload a file" not in page.response.text, "links and references alone"
    assert "Remarks and history" not in page.response.text and "results/2026" not in page.response.text
    saved = page.send(o07_a2__level="1", o07_a2__comment="Only in the capital.", then="overview")
    assert (saved.status_code, saved.headers["Location"]) == (303, HOME)
    assert "Only in the capital." in ngo.get(SHEET).text
    assert "Hand in your view" in ngo.get(HOME).text


def test_an_ngo_names_a_document_and_a_figure_and_reads_them_when_it_is_handed_in(ngo: FlaskClient) -> None:
    page = open_sheet(ngo)
    wrong = page.send(o07_a2__level="1", o07_a2__evidence_url="not a link")
    assert wrong.status_code == 422 and "Give the document a title" in wrong.text
    sent = {"o07_i1__level": "1", "o07_i1__measure_value": "250", "o07_i1__measure_source": "Own counts"}
    given = {"o07_a2__evidence_title": "Shelter report", "o07_a2__evidence_url": "https://example.org/r"}
    assert page.send(o07_a2__level="1", **given, **sent).status_code == 303
    kept = open_sheet(ngo)
    assert kept.fields["o07.i1-measure_value"] == "250" and "Shelter report" in kept.response.text
    press(ngo, "hand-in", signed_by_function="Board", consents="no")
    read = ngo.get(SHEET).text
    assert 'href="https://example.org/r"' in read and "250" in read and "Own counts" in read


def test_an_ngo_sees_nothing_of_what_the_government_works_on(
    app: Flask, ngo: FlaskClient, focal_point: str
) -> None:
    with app.app_context():
        save(focal_point, level("o07.a2", "3", comment="A draft of the government."))
    for path in (HOME, SHEET, "/en/results/2026"):
        assert "draft of the government" not in ngo.get(path).text
    assert open_sheet(ngo).fields.get("o07.a2-level", "") == ""
    assert ngo.get("/en/assessments").status_code == 403
    for path in ("", "/o07", "/people", "/o07/o07.a2", "/bundle"):
        assert ngo.get(f"/en/assessments/2026/AL{path}").status_code == 404
    assert "/en/assessments" not in ngo.get(HOME).text


def test_of_two_tabs_the_later_one_gets_both_texts(ngo: FlaskClient) -> None:
    one, other = open_sheet(ngo), open_sheet(ngo)
    assert one.send(o07_a2__level="3", o07_a2__comment="Saved first.").status_code == 303
    sent = other.send(o07_a2__level="1", o07_a2__comment="Saved second.", o07_a3__level="2")
    refused = Page.of(ngo, SHEET, sent)
    assert refused.response.status_code == 409
    assert "Saved first." in refused.document.one(id="o07.a2-conflict").text
    assert refused.fields["o07.a2-comment"] == "Saved second."
    assert "history" not in refused.document.one(id="o07.a2-conflict").text
    assert refused.send().status_code == 303
    page = open_sheet(ngo)
    assert (page.fields["o07.a2-level"], page.fields["o07.a3-level"]) == ("1", "2")


def test_the_script_saves_one_answer_by_itself_and_hears_of_a_newer_one(ngo: FlaskClient) -> None:
    token = open_sheet(ngo).fields["csrf_token"]
    sent = {"csrf_token": token, "o07.a2-level": "2", "o07.a2-version": "0"}
    assert "Last saved" not in ngo.get(SHEET).text
    told = ngo.post(SHEET, data=sent, headers={"Accept": "application/json"})
    assert "Last saved" in told.get_json()["questions"]["o07.a2"]["last_saved"]
    assert told.status_code == 200 and told.get_json()["questions"]["o07.a2"]["version"] == 1
    assert "results/2026" not in told.text
    again = ngo.post(SHEET, data=sent | {"o07.a2-level": "4"}, headers={"Accept": "application/json"})
    assert again.status_code == 409 and "conflict" in again.get_json()["questions"]["o07.a2"]


def test_what_looks_like_personal_data_is_pointed_out_before_it_is_saved(ngo: FlaskClient) -> None:
    sent = open_sheet(ngo).send(o07_a2__level="1", o07_a2__comment="Ask anna@example.org.")
    assert sent.status_code == 422 and "looks like an e-mail address" in sent.text
    assert "anna@example.org" not in ngo.get(SHEET).text


def test_handing_in_asks_for_a_function_and_a_choice_and_then_only_shows(
    app: Flask, ngo: FlaskClient
) -> None:
    open_sheet(ngo).send(o07_a2__level="1")
    status, page = press(ngo, "hand-in", signed_by_function="")
    assert status == 422 and "Your view is not handed in yet" in page
    assert "Choose whether everybody may see your view." in page
    assert press(ngo, "hand-in", signed_by_function="Board", consents="perhaps")[0] == 422
    read_page(page)
    status, page = press(ngo, "hand-in", signed_by_function="Board", consents="no")
    assert status == 303 and "declared by: <bdi>Board</bdi>" in page and "you did not consent" in page
    with app.app_context():
        assert len(read_copies()) == 1 and not read_view().consents_to_public
    assert "can be read here and not changed" in ngo.get(SHEET).text
    assert "It is saved who may see your view." in press(ngo, "consent", consents="yes")[1]
    assert "has not decided" in press(ngo, "consent", consents="yes")[1]
    assert "Nobody else sees it." in press(ngo, "take-back")[1]
    assert open_sheet(ngo).fields["o07.a2-level"] == "1"


def test_the_page_says_what_was_decided_and_why(app: Flask, ngo: FlaskClient) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        say("shelter@example.org", level("o07.a2", "1"))
        with viewing("shelter@example.org") as (view, user):
            parallel.hand_in(view, signed_by="Board", consents=True, by=user)
        put_into(AssessmentState.SUBMITTED)
        decide(coordinator, 1, shows=False, note="It names a shelter.")
    page = ngo.get(HOME).text
    assert "No. The regional secretariat decided so on" in page and "It names a shelter." in page


def test_the_page_of_the_cycle_counts_views_and_leads_to_them_once_they_can_be_read(
    app: Flask, client_as: ClientAs, ngo: FlaskClient
) -> None:
    with app.app_context():
        decider = make_user(Role.COORDINATOR)
        say("shelter@example.org", level("o07.a2", "1"))
    coordinator = client_as(decider)
    link, cycle = 'href="/en/results/2026/AL/parallel"', "/en/cycles/2026"
    assert "parallel view" not in coordinator.get(cycle).text
    with app.app_context(), viewing("shelter@example.org") as (view, user):
        parallel.hand_in(view, signed_by="Board", consents=True, by=user)
    page, waits = coordinator.get(cycle).text, "One view waits for a decision"
    assert "One parallel view" in page and link not in page and waits not in page
    with app.app_context():
        put_into(AssessmentState.SUBMITTED)
    page = coordinator.get(cycle).text
    assert link in page and waits in page and 'href="/en/results/2026/AL/parallel#decide"' in page
    assert waits in coordinator.get(f"{cycle}?show=waiting").text
    with app.app_context():
        decide(decider, 1)
    page = coordinator.get(cycle).text
    assert link in page and "for a decision" not in page


def test_a_closed_cycle_takes_no_view(app: Flask, ngo: FlaskClient) -> None:
    page = open_sheet(ngo)
    page.send(o07_a2__level="1")
    assert "answered, due" in page.document.text
    with app.app_context():
        close_cycle()
    page.fields["o07.a2-version"] = "1"
    refused = page.send(o07_a1__comment="Typed too late.", o07_a2__level="1")
    assert refused.status_code == 409 and "Send it again" not in refused.text
    assert [node.text for node in read_page(refused.text).one("dl", class_="typed").all("dd")] == [
        "Typed too late."
    ]
    assert "answered, due" not in ngo.get(SHEET).text
    assert "The cycle is closed. This view is not handed in" in ngo.get(HOME).text
    sent = {"signed_by_function": "Board", "consents": "yes", "csrf_token": csrf_token(ngo, "/en/account")}
    assert ngo.post(f"{HOME}/hand-in", data=sent).status_code == 409
    assert HOME in ngo.get("/en/parallel").text


def test_a_coordinator_invites_an_ngo_which_then_begins_at_its_view(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        coordinator = client_as(make_user(Role.COORDINATOR))
    form = {"form": "invite", "email": "new@example.org", "office": "Shelter Network", "locale": "en"}
    form |= {"role": "ngo", "csrf_token": csrf_token(coordinator, "/en/people")}
    assert coordinator.post("/en/people", data=form).status_code == 422, "an NGO is of a country"
    assert coordinator.post("/en/people", data=form | {"country": "AL"}).status_code == 303
    with coordinator.session_transaction() as session:
        link = session[LINK]
    assert "NGO" in coordinator.get("/en/people").text
    path = link.removeprefix("http://localhost")
    visitor = app.test_client()
    page = visitor.get(path).text
    assert "give the view of your organisation on Albania" in page
    accepted = {"office": "Shelter Network", "new": PASSWORD, "repeated": PASSWORD}
    accepted["csrf_token"] = csrf_token(visitor, path)
    last = visitor.post(path, data=accepted, follow_redirects=True)
    assert last.status_code == 200 and last.request.path == HOME


def test_a_focal_point_cannot_invite_an_ngo(client_as: ClientAs, focal_point: str) -> None:
    assert client_as(focal_point).get("/en/people").status_code == 403


def test_the_command_makes_an_account_of_an_ngo(app: Flask, focal_point: str, client_as: ClientAs) -> None:
    arguments = ["add", "ngo@example.org", "--office", "Shelter", "--role", "ngo", "--password", PASSWORD]
    assert app.test_cli_runner().invoke(users, arguments).exit_code != 0
    done = app.test_cli_runner().invoke(users, [*arguments, "--country", "AL"])
    assert done.exit_code == 0, done.output
    assert client_as("ngo@example.org").get(HOME).status_code == 200


def test_a_view_that_is_late_is_said_to_be_late_and_still_taken(app: Flask, ngo: FlaskClient) -> None:
    assert "Please hand it in by" in ngo.get(HOME).text
    with app.app_context():
        begin_write()
        db.session.execute(update(Cycle).values(deadline=now().date() - timedelta(days=2)))
        db.session.commit()
    page = read_page(ngo.get(HOME).text).text
    assert "It was due on" in page and "it is still taken until" in page and "Please hand it in" not in page
    sheet = open_sheet(ngo)
    assert "Your view was due on" in sheet.document.text and "answered, due" not in sheet.document.text
    assert sheet.send(o07_a2__level="1").status_code == 303
    assert "open until" in ngo.get("/en/parallel?show=all").text


def test_the_views_of_other_years_are_found_beside_the_open_one(
    app: Flask, ngo: FlaskClient, shipped: Framework
) -> None:
    every = "/en/parallel?show=all"
    assert every not in ngo.get(HOME).text
    with app.app_context():
        make_cycle(shipped, ["AL"], year=2025)
        close_cycle(2025)
    assert ngo.get("/en/parallel").headers["Location"] == HOME, "the open one is where one begins"
    assert every in ngo.get(HOME).text
    assert 'href="/en/parallel/2025/AL"' in ngo.get(every).text


def test_the_overview_of_a_country_leads_to_what_ngos_see_once_that_may_be_read(
    app: Flask, ngo: FlaskClient, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    link, overview = 'href="/en/results/2026/AL/parallel"', "/en/assessments/2026/AL"
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        say("shelter@example.org", level("o07.a2", "1"))
        hand_in("shelter@example.org")
    country, region = client_as(focal_point), client_as(coordinator)
    assert link not in country.get(overview).text, "the government has not said anything yet"
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    assert link in country.get(overview).text and link in region.get(overview).text


def test_what_was_handed_in_last_year_stands_beside_the_question_and_is_given_again_by_a_press(
    app: Flask, ngo: FlaskClient, shipped: Framework
) -> None:
    document = GivenEvidence("Shelter report", "https://example.org/r")
    with app.app_context():
        make_cycle(shipped, ["AL"], year=2025)
        with viewing("shelter@example.org", year=2025) as (view, user):
            given = level("o07.a2", "3", comment="Seen in two towns.").with_evidence((document,), frozenset())
            parallel.record_answers(view, [given, level("o07.a3", "1"), level("o07.i1", "2")], by=user)
            parallel.hand_in(view, signed_by="Board", consents=False, by=user)
    page = open_sheet(ngo)
    assert "Seen in two towns." in page.response.text and page.fields.get("o07.a2-level", "") == ""
    assert "o07.a2-changed" not in page.fields, "an NGO owes nobody a reason"
    saved = page.send(unchanged="o07.a2")
    assert saved.headers["Location"] == f"{SHEET}#o07.a2"
    kept = open_sheet(ngo)
    assert (kept.fields["o07.a2-level"], kept.fields["o07.a2-comment"]) == ("3", "Seen in two towns.")
    buttons = [node.attributes["value"] for node in kept.document.all("button", name="unchanged")]
    assert buttons == ["o07.a3", "o07.i1"], "what is answered anew has nothing to confirm"
    kept.send(unchanged="o07.i1", o07_i1__measure_value="250")
    assert open_sheet(ngo).fields["o07.i1-measure_value"] == "250", "a figure belongs to its year"
    with app.app_context(), viewing("shelter@example.org") as (view, _):
        answers = parallel.list_answers(view)
    assert list(answers) == ["o07.a2", "o07.i1"] and answers["o07.a2"].evidence[0].title == "Shelter report"


def test_what_another_ngo_handed_in_or_was_taken_back_does_not_stand_beside_the_question(
    app: Flask, ngo: FlaskClient, shipped: Framework
) -> None:
    with app.app_context():
        make_cycle(shipped, ["AL"], year=2025)
        other = make_user(Role.NGO, "AL", email="law@example.org")
        for email, words in ((other, "Of the lawyers."), ("shelter@example.org", "Taken back.")):
            with viewing(email, year=2025) as (view, user):
                parallel.record_answers(view, [level("o07.a2", "3", comment=words)], by=user)
                parallel.hand_in(view, signed_by="Board", consents=True, by=user)
        with viewing("shelter@example.org", year=2025) as (view, user):
            parallel.take_back(view, by=user)
    page = open_sheet(ngo)
    assert "Of the lawyers." not in page.response.text and "Taken back." not in page.response.text
    assert page.send(unchanged="o07.a2").status_code in (409, 422)
