"""What each role is shown to do next: the page it lands on after signing in, step by step, with dates."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.accounts.models import Role
from surveyapp.accounts.service import add_user
from surveyapp.assessments import cycles
from surveyapp.assessments.access import list_parts
from surveyapp.assessments.models import AssessmentState, Cycle, Verdict
from surveyapp.assessments.remarks import add_remark
from surveyapp.assessments.review import GivenMark, record_marks
from surveyapp.assessments.service import record_answers
from surveyapp.database import begin_write, db, now
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs
from tests.factories import (
    PASSWORD,
    answer_all,
    bring_to,
    close_cycle,
    delegate,
    level,
    make_cycle,
    make_user,
)
from tests.results.pages import Node, read_page

from .acting import acting, put_into, save, step
from .questionnaire import COUNTRY
from .test_parts import step as press_part
from .test_record_answers import given
from .viewing import decide, hand_in, say
from .viewing import level as view_level

ELSEWHERE = "Where else to go"


def land(client: FlaskClient) -> Node:
    """The page that somebody sees first after signing in."""
    return read_page(client.get("/en/", follow_redirects=True).text)


def list_next(client: FlaskClient) -> Node:
    """The page of steps, for those who land elsewhere."""
    return read_page(client.get("/en/next").text)


def read_steps(page: Node) -> list[str]:
    """The steps of a page, in order, each with its words."""
    lists = page.all("ol", class_="next-steps")
    return [row.text for row in lists[0].all("li")] if lists else []


def follow(client: FlaskClient, page: Node, place: int) -> str:
    """Where the button of a step leads; the page is there."""
    button = page.all("ol", class_="next-steps")[0].all("li")[place].one("a", class_="button")
    address = button.attributes["href"]
    assert client.get(address).status_code == 200
    return address


def test_a_focal_point_is_told_to_share_out_and_to_answer(client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    page = land(client)
    steps = read_steps(page)
    assert len(steps) == 2
    assert "Choose who answers what nobody holds" in steps[0] and "1, 2, 3," in steps[0]
    assert "questions are open" in steps[1]
    assert follow(client, page, 0).endswith("/people")
    assert follow(client, page, 1).endswith("#o01.a1")


def test_what_waits_comes_in_the_order_in_which_to_do_it(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        welfare = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
        police = make_user(Role.CONTRIBUTOR, "AL", email="police@example.org")
        delegate(welfare, "o07")
        delegate(police, "o07")
        question = shipped.questions["o07.a1"]
        with acting(welfare) as (assessment, user):
            add_remark(assessment, "o07", "o07.a2", "Who counts the beds?", by=user, is_delegated=True)
        save(focal_point, given("1"))
    with app.app_context():
        for code, email in (("2", welfare), ("3", police)):
            with acting(email) as (assessment, user):
                parts = list_parts(assessment, "o07", by=user)
                record_answers(assessment, [level(question, code, seen=1)], by=user, parts=parts)
    press_part(app, client_as(police), "ready", police)
    client = client_as(focal_point)
    page = land(client)
    steps = read_steps(page)
    assert "Look at objective 7, which is ready" in steps[0] and "with 11 questions open" in steps[0]
    assert "Choose between two answers" in steps[1]
    assert "Choose who answers" in steps[2]
    assert "questions are open" in steps[3]
    assert "One remark is open" in steps[4]
    assert follow(client, page, 1).endswith("/o07.a1#history")
    assert follow(client, page, 4).endswith("/o07.a2#remarks")


def test_what_the_secretariat_asks_comes_first(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
        with acting(coordinator) as (assessment, user):
            record_marks(assessment, [GivenMark("o09.a4", Verdict.ASK, "Is it in force?")], by=user)
        step("return", coordinator, "")
    client = client_as(focal_point)
    page = land(client)
    assert "One answer is to be mended, until" in read_steps(page)[0]
    assert follow(client, page, 0).endswith("/o09#o09.a4")


def test_with_all_answered_there_is_nothing_but_submitting(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        answer_all(shipped, focal_point)
    page = land(client_as(focal_point))
    assert read_steps(page) == []
    assert "Each question has an answer." in page.text and page.all("input", name="signed_by_function")


def test_a_contributor_is_led_from_the_questions_to_ready(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
        delegate(email, "o07")
    client = client_as(email)
    page = land(client)
    assert "Answer objective 7" in read_steps(page)[0]
    assert follow(client, page, 0).endswith("/o07#o07.a1")
    with app.app_context():
        found = shipped.find_objective("o07")
        assert found
        save(email, *[level(q) for q in found[1].questions if q.same_as is None])
        answer_all(shipped, focal_point)
    page = land(client)
    assert "Mark objective 7 as ready" in read_steps(page)[0]
    assert follow(client, page, 0).endswith("/o07#ready")
    press_part(app, client, "ready", email)
    page = land(client)
    assert read_steps(page) == [] and "You marked as ready what was given to you." in page.text
    press_part(app, client_as(focal_point), "send_back", email, "The beds are missing.")
    assert "Mend objective 7, which came back to you" in read_steps(land(client))[0]


def test_somebody_of_two_countries_sees_both_with_their_dates(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        roles = [(Role.FOCAL_POINT, "AL"), (Role.FOCAL_POINT, "BA")]
        add_user("both@example.org", "Office of two countries", roles, password=PASSWORD, by=None)
        db.session.commit()
    page = land(client_as("both@example.org"))
    steps = read_steps(page)
    assert page.one("h1").text == "What to do next"
    assert any("Albania 2026" in words for words in steps) and any("Bosnia" in words for words in steps)
    assert all(re.search(r"Due on .* in 2[01] days", words) for words in steps), (
        "the day of the country counts"
    )


@pytest.mark.parametrize(
    ("state", "title", "goal"),
    [
        (AssessmentState.SUBMITTED, "Review what was submitted", COUNTRY),
        (AssessmentState.ACCEPTED, "Publish the results", COUNTRY),
    ],
)
def test_a_coordinator_is_told_what_waits_and_since_when(
    app: Flask,
    client_as: ClientAs,
    focal_point: str,
    shipped: Framework,
    state: AssessmentState,
    title: str,
    goal: str,
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(state, shipped, focal_point, coordinator)
    client = client_as(coordinator)
    page = land(client)
    steps = read_steps(page)
    place = next(place for place, words in enumerate(steps) if title in words)
    assert "Albania 2026" in steps[place] and "Submitted on" in steps[place]
    assert follow(client, page, place) == goal
    assert "Invite a focal point" in steps[0] and "Bosnia" in steps[0], "waits since the cycle opened"
    assert "One country has not submitted." in steps[-1] and "in 21 days" in steps[-1]
    assert follow(client, page, len(steps) - 1) == "/en/cycles/2026"


def test_a_coordinator_is_told_who_is_late_and_when_to_open_a_cycle(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        cycle = db.session.scalars(select(Cycle)).one()
        cycle.deadline = now().date() - timedelta(days=3)
        db.session.commit()
    client = client_as(coordinator)
    steps = read_steps(land(client))
    assert any("2 countries are late" in words and "Was due on" in words for words in steps)
    with app.app_context():
        close_cycle()
        cycle = db.session.scalars(select(Cycle)).one()
        cycle.year = 2019
        db.session.commit()
    page = land(client)
    assert [words for words in read_steps(page) if "Open the cycle" in words]
    assert follow(client, page, 0) == "/en/cycles/new"


def test_a_reviewer_of_the_own_country_is_not_told_to_review_it(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
        roles = [(Role.COORDINATOR, None), (Role.CONTRIBUTOR, "AL")]
        add_user("partial@example.org", "Partial", roles, password=PASSWORD, by=None)
        db.session.commit()
    assert not [w for w in read_steps(land(client_as("partial@example.org"))) if "Review" in w]


def test_a_focal_point_is_told_to_say_what_may_be_shown_until_it_is_said(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        bring_to(AssessmentState.ACCEPTED, shipped, focal_point, make_user(Role.COORDINATOR))
    client = client_as(focal_point)
    page = read_page(client.get("/en/next").text)
    assert "Say what may be shown to the public" in read_steps(page)[0]
    assert "Accepted on" in read_steps(page)[0]
    address = follow(client, page, 0)
    assert address == f"{COUNTRY}/consent"
    token = read_page(client.get(address).text).all("input", name="csrf_token")[0].attributes["value"]
    assert client.post(address, data={"csrf_token": token}).status_code == 303
    assert "Say what may be shown" not in client.get("/en/next").text


def test_a_coordinator_is_led_to_each_cycle_that_runs(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        make_cycle(shipped, ("AL", "BA"), year=2027)
    steps = read_steps(land(client_as(coordinator)))
    assert sum("Follow the cycle 2026" in words for words in steps) == 1
    assert sum("Follow the cycle 2027" in words for words in steps) == 1
    assert sum("Invite a focal point" in words for words in steps) == 1, "each country is named once"


def test_what_came_back_is_due_when_its_mending_ends(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
        cycle = db.session.scalars(select(Cycle)).one()
        cycle.deadline = now().date() - timedelta(days=3)
        cycle.closes_on = now().date() + timedelta(days=9)
        db.session.commit()
        step("return", coordinator)
    page = read_page(client_as(focal_point).get("/en/next").text).text
    assert "Was due" not in page, page
    assert re.search(r"Due on \d+ \w+ \d{4}, in [89] days", page), page
    own = read_page(client_as(focal_point).get(COUNTRY).text).one(class_="timeline").text
    with app.app_context():
        last = now().date() + timedelta(days=9)
    assert f"Due {last.day} {last:%B %Y}" in own, own
    overview = read_page(client_as(coordinator).get(COUNTRY).text).text
    assert "It is with the country, which mends it and submits it again." in overview
    assert "You marked as ready" not in overview


def test_an_analyst_reads_what_was_submitted(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, make_user(Role.COORDINATOR))
        analyst = make_user(Role.ANALYST)
    steps = read_steps(land(client_as(analyst)))
    assert len(steps) == 1 and "Read what was submitted" in steps[0] and "Albania 2026" in steps[0]


def test_an_administrator_is_told_of_missing_people_and_of_mail(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        administrator = make_user(Role.ADMINISTRATOR)
    words = " ".join(read_steps(land(client_as(administrator))))
    assert "Invite a coordinator" in words and "SURVEYAPP_MAIL_URL" in words
    with app.app_context():
        make_user(Role.COORDINATOR)
    assert "Invite a coordinator" not in " ".join(read_steps(land(client_as(administrator))))


def test_a_translator_with_everything_translated_is_shown_where_else_to_go(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        translator = make_user(Role.TRANSLATOR)
    page = land(client_as(translator))
    assert read_steps(page) == [] and "Nothing waits for you now." in page.text
    assert ELSEWHERE in page.text


def test_a_visitor_is_led_to_sign_in_first(client: FlaskClient) -> None:
    response = client.get("/en/next")
    assert (response.status_code, response.headers["Location"]) == (303, "/en/sign-in?next=/en/next")


def test_an_ngo_is_led_to_its_view_and_the_coordinator_to_the_decision(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        ngo, coordinator = make_user(Role.NGO, "AL"), make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    client = client_as(ngo)
    assert land(client).one("h1").text == "Albania 2026, parallel view", "the only view is gone to at once"
    page = list_next(client)
    [words] = read_steps(page)
    assert "Albania 2026" in words and "Answer what your organisation knows" in words
    assert follow(client, page, 0) == "/en/parallel/2026/AL"
    with app.app_context():
        say(ngo, view_level("o07.a2", "1"))
    assert "One question is answered." in read_steps(list_next(client))[0]
    with app.app_context():
        view = hand_in(ngo)
    assert read_steps(list_next(client)) == []
    decider = client_as(coordinator)
    page = land(decider)
    place = next(n for n, words in enumerate(read_steps(page)) if "Decide whether the view" in words)
    assert follow(decider, page, place) == "/en/results/2026/AL/parallel"
    with app.app_context():
        decide(coordinator, view)
    assert "Decide whether" not in " ".join(read_steps(land(decider)))


def test_a_focal_point_is_led_to_what_ngos_see_from_submitting_until_it_is_published(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        ngo, coordinator = make_user(Role.NGO, "AL"), make_user(Role.COORDINATOR)
        say(ngo, view_level("o07.a2", "1"))
        hand_in(ngo)
    client, title = client_as(focal_point), "Read what NGOs see of your country"
    assert title not in " ".join(read_steps(list_next(client))), "nothing was submitted yet"
    with app.app_context():
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    page = list_next(client)
    [words] = read_steps(page)
    assert "Albania 2026 Read what NGOs see" in words and "One organisation handed in" in words
    assert follow(client, page, 0) == "/en/results/2026/AL/parallel"
    assert title not in " ".join(read_steps(list_next(client_as(coordinator)))), "the country's alone"
    with app.app_context():
        put_into(AssessmentState.PUBLISHED)
    assert read_steps(list_next(client)) == []


def test_a_focal_point_of_one_country_lands_on_the_steps_of_two_years(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        bring_to(AssessmentState.ACCEPTED, shipped, focal_point, make_user(Role.COORDINATOR))
        close_cycle()
        make_cycle(shipped, ("AL", "BA"), year=2027)
        begin_write()
        later = now().date() + timedelta(days=30)
        cycles.extend_deadline(cycles.get_in_cycle(2027, "AL", lock=True), later, "A flood.", by=None)
        db.session.commit()
    page = land(client_as(focal_point))
    assert "Albania 2026 Say what may be shown to the public" in read_steps(page)[0]
    assert "Albania 2027 Choose who answers" in read_steps(page)[1]
    assert f"open, due {later.day} {later:%B %Y}" in page.text, "the country's own deadline, not the cycle's"
