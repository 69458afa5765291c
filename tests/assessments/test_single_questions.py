"""Single questions of an objective given to an office: what it sees and answers, and nothing of others."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.accounts.models import Role
from surveyapp.assessments.access import list_parts
from surveyapp.assessments.delegation import change_delegation
from surveyapp.assessments.models import AssessmentState, Verdict
from surveyapp.assessments.reminders import list_works
from surveyapp.assessments.review import GivenMark, record_marks
from surveyapp.assessments.service import get_cycle
from surveyapp.assessments.shares import WHOLE, Change, Choice, Share, change_share
from surveyapp.audit.models import AuditEntry
from surveyapp.database import db
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotFound
from tests.conftest import ClientAs
from tests.factories import YEAR, answer_all, bring_to, delegate, get_user, make_user
from tests.results.pages import Node, read_page

from .acting import acting, put_into, read_answers, read_others, save, start_afresh, submit
from .questionnaire import COUNTRY, Page
from .test_autosave import send
from .test_record_answers import LAW, given

SHEET = f"{COUNTRY}/o07"
A, B = frozenset({"o07.a1"}), frozenset({"o07.a2"})


@pytest.fixture
def health(app: Flask, focal_point: str) -> str:
    """A contributor who was given two questions of objective 7."""
    with app.app_context():
        email = make_user(Role.CONTRIBUTOR, "AL", email="health@example.org")
        delegate(email, "o07", questions=["o07.a1", "o07.i1"])
    return email


def shown_questions(page: Node) -> list[str]:
    return [node.attributes["id"] for node in page.all("section", class_="question")]


def post(client: FlaskClient, path: str, **fields: str) -> int:
    token = read_page(client.get("/en/account").text).all("input", name="csrf_token")[0].attributes["value"]
    return client.post(path, data={"csrf_token": token, **fields}).status_code


def test_only_the_given_questions_stand_on_the_page_with_how_many_they_are(
    client_as: ClientAs, health: str, shipped: Framework
) -> None:
    page = read_page(client_as(health).get(SHEET).text)
    assert shown_questions(page) == ["o07.a1", "o07.i1"]
    _, sheet = shipped.find_objective("o07") or pytest.fail("no objective 7")
    assert f"You were given 2 of the {len(sheet.questions)} questions of this objective." in page.text
    assert sheet.title in page.text
    assert [link.text[:2] for link in page.one(class_="tallies").all("a")] == ["A1", "I1"]
    assert "0 of 2 answered" in page.text


def test_their_answers_are_saved_and_nothing_else_of_the_objective_is_told(
    app: Flask, client_as: ClientAs, focal_point: str, health: str, shipped: Framework
) -> None:
    with app.app_context():
        answer_all(shipped, focal_point)
        save(focal_point, given("3", 1, "o07.a2", comment="Nobody else's business", new_evidence=(LAW,)))
    client = client_as(health)
    page = Page.open(client)
    told = send(page, o07_a1__level="2", o07_a1__comment="Ours.", o07_a1__version="1")
    assert told.status_code == 200
    assert told.get_json()["so_far"].strip() == ""
    assert "o07.a2" not in told.text
    overview = client.get(COUNTRY).text
    for text in (page.response.text, told.text, overview):
        assert "Nobody else's business" not in text and LAW.title not in text
        assert "score-now" not in text and "data-score" not in text
    assert "2 of 2 questions that you were given are answered." in read_page(overview).text
    rows = [row.text for row in read_page(overview).one(class_="objectives").all("tr")]
    assert [row for row in rows if "of 2 that you were given" in row]
    with app.app_context():
        assert read_answers()["o07.a1"].comment == "Ours."


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("", {"o07.a2-level": "1", "o07.a2-version": "0"}),
        ("", {"o07.a1-level": "1", "o07.a1-version": "0", "o07.a2-comment": "Too.", "o07.a2-version": "0"}),
        ("", {"unchanged": "o07.a2"}),
        ("/o07.a2/remarks", {"text": "Who knows?"}),
        ("/o07.a2/restore", {"entry": "v1", "version": "1"}),
        ("/o07.a2/files", {"remove": "1"}),
    ],
)
def test_other_questions_of_the_objective_take_nothing_from_them(
    app: Flask, client_as: ClientAs, focal_point: str, health: str, action: str, fields: dict[str, str]
) -> None:
    with app.app_context():
        save(focal_point, given("3", 0, "o07.a2", new_evidence=(LAW,)))
        before = read_answers()["o07.a2"].version
    client = client_as(health)
    assert client.get(f"{SHEET}/o07.a2").status_code == 403
    assert client.get(f"{SHEET}/o07.a1").status_code == 200
    assert post(client, SHEET + action, **fields) == 403
    with app.app_context():
        kept = read_answers()
    assert kept["o07.a2"].version == before and "o07.a1" not in kept


def test_a_question_that_is_taken_away_while_the_page_is_open_gives_the_typed_text_back(
    app: Flask, client_as: ClientAs, focal_point: str, health: str
) -> None:
    client = client_as(health)
    page = Page.open(client)
    with app.app_context():
        give(focal_point, health, removed=Choice(questions=["o07.i1"]))
    refused = page.send(o07_a1__comment="We run twelve.", o07_i1__comment="And count them.")
    assert refused.status_code == 403
    assert "Not all of these questions are yours to answer" in refused.text
    assert "We run twelve." in refused.text and "And count them." in refused.text
    assert send(page, o07_i1__level="2").status_code == 403
    assert Page.open(client).send(o07_a1__comment="We run twelve.").status_code == 303
    with app.app_context():
        give(focal_point, health, removed=Choice(questions=["o07.a1"]))
    assert client.get(SHEET).status_code == 403


def test_the_scores_of_the_objective_are_not_shown_before_everybody_sees_them(
    app: Flask, client_as: ClientAs, focal_point: str, health: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    client = client_as(health)
    paths = ["/en/results/2026/AL/o07", "/en/results/2026/AL", "/en/results/2026/AL/o07/sensitivity"]
    paths += ["/api/v1/cycles/2026/countries/AL/objectives/o07/explanation"]
    assert [client.get(path).status_code for path in paths] == [404] * len(paths)
    assert client.get(f"{COUNTRY}/bundle").status_code == 403
    read = read_page(client.get(SHEET).text)
    assert shown_questions(read) == ["o07.a1", "o07.i1"] and not read.all(class_="score-now")


def test_two_offices_asked_the_same_single_question_do_not_write_over_each_other(
    app: Flask, client_as: ClientAs, focal_point: str, health: str
) -> None:
    with app.app_context():
        police = make_user(Role.CONTRIBUTOR, "AL", email="police@example.org")
        delegate(police, "o07", questions=["o07.a1"])
        welfare = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
        delegate(welfare, "o07")
        save(welfare, given("1", 0, "o07.i1"))
    Page.open(client_as(health)).send(o07_a1__level="3", o07_a1__comment="We count 12.")
    assert Page.open(client_as(police)).send(o07_a1__level="1").status_code == 303
    assert Page.open(client_as(health)).send(o07_i1__level="2").status_code == 303
    with app.app_context():
        answers = read_answers()
        assert answers["o07.a1"].comment == "We count 12." and answers["o07.i1"].level == "1"
        assert [other.level for other in read_others("o07.a1")] == ["1"]
        assert [other.level for other in read_others("o07.i1")] == ["2"]
    assert "Another office answered differently." in client_as(focal_point).get(SHEET).text


def test_an_office_writes_over_one_that_was_asked_something_else(
    app: Flask, client_as: ClientAs, focal_point: str, health: str
) -> None:
    """Who gave an answer before it was taken from them is no second office."""
    with app.app_context():
        police = make_user(Role.CONTRIBUTOR, "AL", email="police@example.org")
        delegate(police, "o07", questions=["o07.a1", "o07.a2"])
        save(police, given("1"))
        give(focal_point, police, removed=Choice(questions=["o07.a1"]))
    assert Page.open(client_as(health)).send(o07_a1__level="3").status_code == 303
    with app.app_context():
        assert read_answers()["o07.a1"].level == "3" and read_others("o07.a1") == []


def test_the_focal_point_sees_beside_each_question_who_was_given_it(
    app: Flask, client_as: ClientAs, focal_point: str, health: str
) -> None:
    client = client_as(focal_point)
    page = read_page(client.get(SHEET).text)
    beside = {one: page.one(id=one).one(class_="aside").text for one in ("o07.a1", "o07.a2")}
    assert f"Given to Office of {health}" in " ".join(beside["o07.a1"].split())
    assert "Given to" not in beside["o07.a2"]
    assert f"Office of {health} works on the questions 7.A1, 7.I1." in page.text
    assert f"Office of {health}: at work (7.A1, 7.I1)" in read_page(client.get(COUNTRY).text).text
    people = read_page(client.get(f"{COUNTRY}/people").text)
    assert "Only 7.A1, 7.I1" in people.text


def test_a_part_is_ready_with_its_questions(
    client_as: ClientAs, focal_point: str, health: str, app: Flask
) -> None:
    client = client_as(health)
    assert Page.open(client).send(then="ready", o07_a1__level="2").status_code == 303
    assert "You marked your questions as ready on" in client.get(SHEET).text
    focal = client_as(focal_point)
    assert "marked its questions as ready on" in focal.get(SHEET).text
    assert "Look at questions of objective 7, which are ready" in focal.get("/en/next").text
    with app.app_context():
        give(focal_point, health, added=Choice(questions=["o07.a2"]))
    assert "You marked your questions" not in client.get(SHEET).text
    assert shown_questions(read_page(client.get(SHEET).text)) == ["o07.a1", "o07.a2", "o07.i1"]


def test_questions_are_ticked_on_a_page_of_their_own(
    app: Flask, client_as: ClientAs, focal_point: str, health: str, shipped: Framework
) -> None:
    client = client_as(focal_point)
    with app.app_context():
        path = f"{COUNTRY}/people/{get_user(health).id}/o07"
    assert read_page(client.get(f"{COUNTRY}/people").text).all("a", href=path)
    page = read_page(client.get(path).text)
    boxes = {
        node.attributes["value"]: "checked" in node.attributes for node in page.all("input", name="question")
    }
    _, sheet = shipped.find_objective("o07") or pytest.fail("no objective 7")
    assert set(boxes) == {q.id for q in sheet.questions if q.same_as is None}
    assert {one for one, is_ticked in boxes.items() if is_ticked} == {"o07.a1", "o07.i1"}
    seen = {"seen": "", "seen_questions": "o07.a1 o07.i1"}
    assert post(client, path, **seen, question="o07.a2") == 303
    assert shown_questions(read_page(client_as(health).get(SHEET).text)) == ["o07.a2"]
    assert post(client, path, seen="", seen_questions="o07.a2", objective="o07") == 303
    assert read_page(client_as(health).get(SHEET).text).all(class_="score-now")
    assert post(client, path, seen="o07", seen_questions="", question="o07.a1") == 303
    assert shown_questions(read_page(client_as(health).get(SHEET).text)) == ["o07.a1"]
    assert post(client, path, seen="", seen_questions="o07.a1") == 303
    assert client_as(health).get(SHEET).status_code == 403


def test_marks_that_ask_about_other_questions_are_not_theirs_to_read(
    app: Flask, client_as: ClientAs, focal_point: str, health: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        answer_all(shipped, focal_point)
        submit(focal_point)
        with acting(coordinator) as (assessment, user):
            marks = [GivenMark(one, Verdict.ASK, f"Mend {one}.") for one in ("o07.a1", "o07.a2")]
            record_marks(assessment, marks, by=user)
        put_into(AssessmentState.RETURNED)
    client = client_as(health)
    for path in (COUNTRY, SHEET):
        text = client.get(path).text
        assert "Mend o07.a1." in text and "Mend o07.a2." not in text


def test_a_reminder_counts_their_own_open_questions(focal: str) -> None:
    health = make_user(Role.CONTRIBUTOR, "AL", email="health@example.org")
    delegate(health, "o07", questions=["o07.a1", "o07.i1"])
    save(health, given("2"))
    works = {user.email: some for user, some in list_works(get_cycle(YEAR)).values()}
    assert [count for _, count in works[health]] == [1]
    save(health, given("2", 0, "o07.i1"))
    assert health not in {user.email for user, _ in list_works(get_cycle(YEAR)).values()}


def give(focal: str, to: str, *, added: Choice = Choice(), removed: Choice = Choice()) -> None:  # noqa: B008
    number = get_user(to).id
    with acting(focal) as (assessment, user):
        change_delegation(assessment, number, added=added, removed=removed, by=user)


def read_shares(focal: str) -> dict[str, Share]:
    with acting(focal) as (assessment, user):
        return {part.objective_id: part.share for part in list_parts(assessment, by=user)}


def test_the_record_says_which_questions_were_given_and_taken_back(focal: str) -> None:
    health = make_user(Role.CONTRIBUTOR, "AL", email="health@example.org")
    give(focal, health, added=Choice(["o09"], ["o07.a1", "o07.a2"]))
    assert read_shares(focal) == {"o07": A | B, "o09": WHOLE}
    give(focal, health, removed=Choice(questions=["o07.a2"]), added=Choice(["o07"]))
    assert read_shares(focal) == {"o07": WHOLE, "o09": WHOLE}
    give(focal, health, removed=Choice(["o07", "o09"]), added=Choice(questions=["o07.a1"]))
    assert read_shares(focal) == {"o07": A}
    entries = db.session.query(AuditEntry).filter_by(action="delegation.change").order_by(AuditEntry.sequence)
    facts = [(f["added"], f["removed"]) for f in (json.loads(entry.facts) for entry in entries)]
    assert facts == [("o07.a1 o07.a2 o09", ""), ("o07", ""), ("", "o07 o09")]
    start_afresh()


@pytest.mark.parametrize(
    "choice", [Choice(["o99"]), Choice(questions=["o07.zz"]), Choice(["o07.a1"]), Choice(questions=["o07"])]
)
def test_what_the_framework_does_not_ask_cannot_be_given(focal: str, choice: Choice) -> None:
    health = make_user(Role.CONTRIBUTOR, "AL", email="health@example.org")
    with pytest.raises(NotFound):
        give(focal, health, added=choice)
    assert read_shares(focal) == {}


def test_a_question_that_repeats_another_is_given_where_that_one_stands(
    focal: str, shipped: Framework
) -> None:
    health = make_user(Role.CONTRIBUTOR, "AL", email="health@example.org")
    repeated = next(q for q in shipped.questions.values() if q.same_as)
    with pytest.raises(NotFound):
        give(focal, health, added=Choice(questions=[repeated.id]))


@pytest.mark.parametrize(
    ("before", "added", "removed", "after"),
    [
        (None, A, None, A),
        (None, WHOLE, None, WHOLE),
        (A, B, None, A | B),
        (A | B, None, A, B),
        (A, None, A, None),
        (A, None, B, A),
        (A, WHOLE, A, WHOLE),
        (WHOLE, A, None, WHOLE),
        (WHOLE, A, WHOLE, A),
        (WHOLE, None, WHOLE, None),
        (WHOLE, None, A, WHOLE),
        (A, None, WHOLE, A),  # somebody else narrowed it meanwhile
        (None, None, A, None),
    ],
)
def test_what_is_given_follows_from_what_was_ticked_and_unticked(
    before: Share | None, added: Share | None, removed: Share | None, after: Share | None
) -> None:
    assert change_share(before, added, removed) == after


@pytest.mark.parametrize(
    ("before", "after", "new", "gone"),
    [
        (None, A, A, None),
        (A, A | B, B, None),
        (A | B, A, None, B),
        (A, WHOLE, WHOLE, None),
        (WHOLE, A, None, WHOLE),
        (A, B, B, A),
        (A, None, None, A),
    ],
)
def test_a_letter_tells_of_what_is_new_alone(
    before: Share | None, after: Share | None, new: Share | None, gone: Share | None
) -> None:
    change = Change("o07", before, after)
    assert (change.new, change.gone) == (new, gone)


def test_the_note_to_the_whole_assessment_is_read_by_who_holds_an_objective_alone(
    app: Flask, client_as: ClientAs, focal_point: str, health: str, shipped: Framework
) -> None:
    with app.app_context():
        whole = make_user(Role.CONTRIBUTOR, "AL", email="whole@example.org")
        delegate(whole, "o08")
        nothing = make_user(Role.CONTRIBUTOR, "AL", email="nothing@example.org")
        bring_to(AssessmentState.RETURNED, shipped, focal_point, make_user(Role.COORDINATOR))
    note = "Please explain objective 9."
    readers = [
        one for one in (focal_point, whole, health, nothing) if note in client_as(one).get(COUNTRY).text
    ]
    assert readers == [focal_point, whole]
