"""The questionnaire as its users meet it."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask

from surveyapp.accounts.models import Role
from surveyapp.assessments.models import AssessmentState
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs
from tests.factories import bring_to, delegate, make_user
from tests.results.pages import read_page

from .acting import read_answers, save
from .questionnaire import COUNTRY, Page
from .test_record_answers import LAW, given

PAGE = f"{COUNTRY}/o07"


def test_an_answer_saved_on_the_page_is_there_when_it_is_opened_again(
    client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    page = Page.open(client)
    response = page.send(o07_a1__level="3", o07_a1__comment="Since March.\r\nIn all prefectures.")
    assert response.status_code == 303
    page = Page.open(client)
    assert page.fields["o07.a1-level"] == "3"
    assert page.fields["o07.a1-comment"] == "Since March.\nIn all prefectures."
    assert page.fields["o07.a1-version"] == "1"
    assert "Your answers are saved." in page.document.text


def test_each_question_has_the_fields_that_programs_rely_on(
    client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    client = client_as(focal_point)
    for objective, questionnaire in shipped.pairs():
        page = Page.open(client, objective.id)
        names = {node.attributes.get("name") for node in page.form.all()}
        for question in questionnaire.questions:
            fields = {f"{question.id}-{name}" for name in ("level", "reason", "comment", "version")}
            assert fields.isdisjoint(names) if question.same_as else fields <= names, question.id
            codes = {node.attributes["value"] for node in page.form.all("input", name=f"{question.id}-level")}
            extra = {"unknown", "not_applicable"} if question.may_be_not_applicable else {"unknown"}
            expected = {level.code for level in question.levels} | extra
            assert codes == (set() if question.same_as else expected), question.id


def test_a_whole_page_without_javascript_keeps_each_kind_of_answer(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    response = Page.open(client).send(
        o07_a1__level="3",
        o07_a2__level="not_applicable",
        o07_a2__reason="There is no such case.",
        o07_a3__level="unknown",
        o07_a3__reason="Nobody counts.",
        o07_i1__level="2",
        o07_i1__measure_value="120.5",
        o07_i1__measure_year="2025",
        o07_i1__measure_source="Ministry",
        o07_i2__evidence_title="Report",
        o07_i2__evidence_url="https://example.org/report",
        o07_i2__evidence_date="2026-03-01",
        then="overview",
    )
    assert response.status_code == 303 and response.location.endswith(COUNTRY)
    page = Page.open(client)
    assert page.fields["o07.a2-reason"] == "There is no such case."
    assert (page.fields["o07.a3-level"], page.fields["o07.i1-measure_value"]) == ("unknown", "120.5")
    with app.app_context():
        answers = read_answers()
    assert set(answers) == {"o07.a1", "o07.a2", "o07.a3", "o07.i1", "o07.i2"}
    assert page.document.one("a", href="https://example.org/report").text == "Report"
    box = page.document.one("input", type="checkbox", name="o07.i2-evidence_remove")
    sent = page.send_only({"o07.i2-version": "1", "o07.i2-evidence_remove": box.attributes["value"]})
    assert sent.status_code == 303
    assert not Page.open(client).document.all("a", href="https://example.org/report")


def test_a_question_that_is_asked_elsewhere_shows_its_answer_and_the_way_there(
    client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    client = client_as(focal_point)
    Page.open(client, "o01").send(o01_a7__level="3")
    repeated = next(q for q in shipped.find_objective("o06")[1].questions if q.same_as)  # type: ignore[index]
    page = Page.open(client, "o06")
    section = page.document.one("section", id=repeated.id)
    level = shipped.questions["o01.a7"].find_level("3")
    assert level and level.text in section.text
    assert section.all("a", href=f"{COUNTRY}/o01#o01.a7")
    assert not section.all("input")


@pytest.mark.parametrize(
    ("then", "goal"), [("o08", "/o08"), ("o07.a3", "/o07#o07.a3"), ("//evil.example", "/o07"), ("", "/o07")]
)
def test_the_button_pressed_says_where_to_go(
    client_as: ClientAs, focal_point: str, then: str, goal: str
) -> None:
    response = Page.open(client_as(focal_point)).send(then=then)
    assert response.status_code == 303 and response.location == f"{COUNTRY}{goal}"


def test_what_was_typed_is_shown_as_text(client_as: ClientAs, focal_point: str) -> None:
    client, hostile = client_as(focal_point), '<svg onload="alert(1)">'
    Page.open(client).send(
        o07_a1__level="unknown",
        o07_a1__reason=hostile,
        o07_a1__comment=f"</textarea>{hostile}",
        o07_a1__evidence_title=hostile,
    )
    page = Page.open(client)
    assert "<svg onload" not in page.response.text
    assert "&lt;svg onload" in page.response.text
    assert page.fields["o07.a1-comment"] == f"</textarea>{hostile}"
    assert page.fields["o07.a1-reason"] == hostile


def test_an_answer_that_names_many_documents_takes_the_next_in_place_of_one(
    client_as: ClientAs, focal_point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.assessments.forms.MOST_NAMED", 2)
    client = client_as(focal_point)
    for title in ("First report", "Second report"):
        assert Page.open(client).send(o07_a1__evidence_title=title).status_code == 303
    page = Page.open(client)
    refused = page.send(o07_a1__evidence_title="Third report")
    assert refused.status_code == 422 and "names 2 documents already" in refused.text
    first = read_page(page.response.text).all("input", name="o07.a1-evidence_remove")[0].attributes["value"]
    assert page.send(o07_a1__evidence_title="Third report", o07_a1__evidence_remove=first).status_code == 303
    read = Page.open(client).response.text
    assert "Third report" in read and "First report" not in read


def test_a_page_that_is_older_than_the_answer_names_no_more_documents_than_another(
    app: Flask, client_as: ClientAs, focal_point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.assessments.forms.MOST_NAMED", 2)
    page = Page.open(client_as(focal_point))
    for title in ("First report", "Second report", "Second report"):
        assert page.send(o07_a1__evidence_title=title).status_code == 303
    refused = page.send(o07_a1__evidence_title="Third report")
    assert refused.status_code == 422 and "names 2 documents already" in refused.text
    with app.app_context():
        named = [row.title for row in read_answers()["o07.a1"].evidence]
    assert named == ["First report", "Second report"]


def test_a_focal_point_reads_what_was_submitted_and_cannot_change_it(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    client = client_as(focal_point)
    before = Page.open(client)
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        bring_to(AssessmentState.SUBMITTED, shipped, focal_point, coordinator)
    page = client.get(PAGE)
    assert "These answers can be read here and not changed." in page.text
    assert "o07.a1-level" not in page.text
    sent = before.send(o07_a1__comment="Too late.")
    assert sent.status_code == 409
    assert "Nothing was changed." in sent.text and "Too late." in sent.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ANALYST])
def test_those_who_review_and_compare_read_answers_with_comments_and_evidence(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, role: Role
) -> None:
    with app.app_context():
        reader = make_user(role, email="reader@example.org")
        save(focal_point, given("3", comment="Since March.", new_evidence=(LAW,)))
    client = client_as(reader)
    assert client.get(PAGE).status_code == (403 if role is Role.COORDINATOR else 404)
    with app.app_context():
        bring_to(
            AssessmentState.SUBMITTED,
            shipped,
            focal_point,
            make_user(Role.COORDINATOR, email="c@example.org"),
        )
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Since March." in page.text and "Law 96/2017" in page.text
    assert "o07.a1-level" not in page.text


def test_reviewers_see_what_was_submitted_while_a_country_mends_it(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        coordinator = make_user(Role.COORDINATOR)
        save(focal_point, given("3", comment="As submitted.", new_evidence=(LAW,)))
        bring_to(AssessmentState.RETURNED, shipped, focal_point, coordinator)
        save(focal_point, given("4", seen=1, comment="Not for others yet."))
        written = read_answers()["o07.a1"].comment
    assert written == "Not for others yet."
    page = client_as(coordinator).get(PAGE)
    assert "As submitted." in page.text and "Law 96/2017" in page.text
    assert "Not for others yet." not in page.text


def test_a_contributor_opens_the_delegated_objective_and_no_other(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        contributor = make_user(Role.CONTRIBUTOR, "AL")
        delegate(contributor, "o07")
    client = client_as(contributor)
    page = Page.open(client)
    assert page.send(o07_a1__level="3").status_code == 303
    assert client.get(f"{COUNTRY}/o08").status_code == 403
    sent = client.post(
        f"{COUNTRY}/o08",
        data={"csrf_token": page.fields["csrf_token"], "o08.a1-level": "3", "o08.a1-version": "0"},
    )
    assert sent.status_code == 403
    with app.app_context():
        assert set(read_answers()) == {"o07.a1"}


def test_an_answer_to_another_objective_is_not_taken_on_this_page(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    Page.open(client_as(focal_point)).send(o08_a1__level="3", o08_a1__version="0", o07_zz__level="3")
    with app.app_context():
        assert read_answers() == {}


def test_an_objective_or_a_cycle_that_does_not_exist_is_not_found(
    client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    for path in ("/2026/AL/o99", "/2026/AL/o07.a1", "/2025/AL/o07", "/2026/BA/o07", "/2026/al/o07"):
        assert client.get(f"/en/assessments{path}").status_code == 404, path


def test_the_page_of_objective_7_fits_into_one_round_trip(client_as: ClientAs, focal_point: str) -> None:
    page = client_as(focal_point).get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.data) <= 14 * 1024
    assert "safe shelter" in gzip.decompress(page.data).decode()
