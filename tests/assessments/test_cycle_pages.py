"""The coordinator's pages of a cycle, and what a deadline and a closing day do to those who answer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp.accounts.models import Country, Role
from surveyapp.accounts.service import add_user
from surveyapp.assessments import cycles
from surveyapp.assessments.cli import cycle
from surveyapp.assessments.models import Assessment, AssessmentState, Cycle, WordingRevision
from surveyapp.assessments.saving import words_after_saving
from surveyapp.assessments.sheets import Unkept
from surveyapp.audit.models import AuditEntry
from surveyapp.database import begin_write, db, now
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from tests.conftest import ClientAs, csrf_token
from tests.factories import (
    PASSWORD,
    answer_all,
    bring_to,
    close_cycle,
    delegate,
    find_assessment,
    level,
    make_cycle,
    make_user,
)
from tests.results.pages import read_page

from .acting import save, start_afresh
from .questionnaire import COUNTRY

SHEET = f"{COUNTRY}/o07"
COORDINATOR = "coordinator.region@example.org"


@pytest.fixture
def coordinator(app: Flask) -> str:
    with app.app_context():
        return make_user(Role.COORDINATOR, email=COORDINATOR)


def due(days: int) -> None:
    """Put the deadline of 2026 that many days from today; it closes 10 days later."""
    row = db.session.scalars(select(Cycle).where(Cycle.year == 2026)).one()
    row.opens_on = now().date() - timedelta(days=90)
    row.deadline = now().date() + timedelta(days=days)
    row.closes_on = row.deadline + timedelta(days=10)
    db.session.commit()


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    token = csrf_token(client, "/en/account")
    return client.post(path, data={"csrf_token": token, **fields})


ANSWER = {"o07.a1-level": "2", "o07.a1-comment": "Typed for an hour.", "o07.a1-version": "0"}


def test_when_the_deadline_passes_while_somebody_types_the_answer_is_kept_and_marked_late(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    client = client_as(focal_point)
    assert client.get(SHEET).status_code == 200
    with app.app_context():
        due(-2)
    page = client.post(SHEET, data=ANSWER | {"csrf_token": csrf_token(client, SHEET)}, follow_redirects=True)
    assert page.status_code == 200 and "Typed for an hour." in page.text
    assert "Your answers are saved and marked late: the deadline was" in page.text
    assert "Late, after the deadline" in page.text and "end of the day in Albania (CE" in page.text


def test_after_the_deadline_pages_say_so_before_anything_is_saved(
    app: Flask, client_as: ClientAs, focal_point: str
) -> None:
    with app.app_context():
        contributor = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
        delegate(contributor, "o07")
    focal, other = client_as(focal_point), client_as(contributor)
    late, more_time = "what you save now is marked late", "ask the regional secretariat to extend"
    assert late not in focal.get(SHEET).text and 'class="timeline"' in focal.get(COUNTRY).text
    with app.app_context():
        due(-2)
    assert late in focal.get(SHEET).text and late in other.get(SHEET).text
    assert more_time in focal.get(COUNTRY).text and 'class="timeline"' not in focal.get(COUNTRY).text
    assert "marked late" in other.get(COUNTRY).text and more_time not in other.get(COUNTRY).text
    with app.app_context():
        close_cycle()
    closed = focal.get(SHEET).text
    assert late not in closed and "answered, due" not in closed, "nothing is saved any more"


def test_after_the_deadline_submitting_needs_the_coordinator_to_extend_it(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, coordinator: str
) -> None:
    with app.app_context():
        answer_all(shipped, focal_point)
        due(-2)
    client, extends = client_as(focal_point), client_as(coordinator)
    assert "ask the regional secretariat to extend" in client.get(COUNTRY).text
    refused = send(client, f"{COUNTRY}/submit")
    assert refused.status_code == 409
    assert "Not submitted: the deadline was" in refused.text and "go on saving" in refused.text
    place = "/en/cycles/2026/deadlines/AL"
    later = (now() + timedelta(days=5)).date()
    for day, reason, words in (
        ("2026-02-30", "A flood.", "Give a date that exists"),
        (str(now().date() - timedelta(days=3)), "A flood.", "must be after"),
        ("9999-12-31", "A flood.", "more than two years away"),
        (str(later), "", "Give the reason"),
    ):
        wrong = send(extends, place, deadline=day, reason=reason)
        assert wrong.status_code == 422 and words in wrong.text and f'value="{day}"' in wrong.text
    assert send(extends, place, deadline=str(later), reason="A flood.").status_code == 303
    assert "A flood." in extends.get("/en/cycles/2026").text and "A flood." in client.get(COUNTRY).text
    assert send(client, f"{COUNTRY}/submit").status_code == 303
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "assessment.extend")).one()
        assert str(later) in entry.facts and "flood" not in entry.facts


def test_what_was_returned_after_the_deadline_can_be_submitted_until_the_cycle_closes(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, coordinator: str
) -> None:
    with app.app_context():
        bring_to(AssessmentState.RETURNED, shipped, focal_point, coordinator)
        due(-2)
    assert send(client_as(focal_point), f"{COUNTRY}/submit").status_code == 303


def test_a_cycle_that_closes_while_somebody_types_gives_the_typed_text_back(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str
) -> None:
    client = client_as(focal_point)
    token = csrf_token(client, SHEET)
    assert send(client_as(coordinator), "/en/cycles/2026/close").status_code == 303
    refused = client.post(SHEET, data=ANSWER | {"csrf_token": token})
    assert refused.status_code == 409 and "Typed for an hour." in refused.text
    assert "its cycle is closed" in refused.text
    again = send(client_as(coordinator), "/en/cycles/2026/close")
    assert again.status_code == 422 and "closed already" in again.text


def test_a_country_can_be_given_more_time_after_its_cycle_was_closed(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str
) -> None:
    client, manager = client_as(focal_point), client_as(coordinator)
    send(manager, "/en/cycles/2026/close")
    later = str((now() + timedelta(days=40)).date())
    assert send(manager, "/en/cycles/2026/deadlines/AL", deadline=later, reason="Agreed.").status_code == 303
    assert client.post(SHEET, data=ANSWER | {"csrf_token": csrf_token(client, SHEET)}).status_code == 303


@pytest.mark.parametrize(
    ("country", "zone", "moment", "is_open"),
    [
        ("NZ", None, "2026-12-31T10:59:00", True),  # 23:59 in Auckland
        ("NZ", None, "2026-12-31T11:00:00", False),
        ("AL", None, "2026-12-31T22:59:00", True),
        ("AL", None, "2026-12-31T23:00:00", False),
        ("US", None, "2027-01-01T04:59:00", True),  # 23:59 in Washington
        ("US", "Pacific/Honolulu", "2027-01-01T09:59:00", True),
        ("US", "Pacific/Honolulu", "2027-01-01T10:00:00", False),
    ],
)
def test_a_day_ends_at_midnight_where_the_country_is(
    country: str, zone: str | None, moment: str, is_open: bool
) -> None:
    year = Cycle(opens_on=date(2026, 9, 1), deadline=date(2026, 12, 31), closes_on=date(2026, 12, 31))
    there = Country(code=country, time_zone=zone)
    assessment = Assessment(cycle=year, country_code=country, country=there, state=AssessmentState.DRAFT)
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert assessment.is_open(at) is is_open
    assert assessment.is_late(at) is not is_open


def test_every_country_has_a_time_zone_that_exists(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        for code in cycles.list_countries():
            zone = Assessment(country_code=code, country=Country(code=code)).zone
            assert zone.key != "UTC" or code in ("AQ", "BV", "HM", "UM"), code


def test_the_coordinator_sees_who_saved_how_many_answers_and_what_came_last(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, coordinator: str
) -> None:
    with app.app_context():
        save(focal_point, level(shipped.questions["o07.a1"]))
        save(focal_point, level(shipped.questions["o09.a2"], comment="Not for the coordinator yet."))
    page = client_as(coordinator).get("/en/cycles/2026").text
    assert f"2 <bdi>Office of {focal_point}</bdi>" in page
    assert "9.A2" in page and "(CE" in page  # by the clock of Albania
    assert "Not for the coordinator yet." not in page


def test_following_forty_countries_takes_as_many_queries_as_two(
    app: Flask, client_as: ClientAs, shipped: Framework, coordinator: str, count_queries: Callable[..., int]
) -> None:
    with app.app_context():
        make_cycle(shipped, year=2026)
        countries = cycles.list_countries()[:40]
        start_afresh()
        make_cycle(shipped, countries, year=2027)
    client = client_as(coordinator)
    client.get("/en/cycles/2026")
    assert count_queries(client.get, "/en/cycles/2027") == count_queries(client.get, "/en/cycles/2026")


def test_a_cycle_is_opened_on_the_page_over_a_framework_version_that_was_loaded(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str
) -> None:
    client = client_as(coordinator)
    page = client.get("/en/cycles/new").text
    assert 'value="AL" checked' in page and 'value="FR" checked' not in page
    sha256 = page.split('<option value="', 1)[1].split('"', 1)[0]
    fields: dict[str, object] = {
        "year": "2027",
        "framework": sha256,
        "opens_on": "2027-09-01",
        "deadline": "2027-12-15",
        "closes_on": "2028-01-31",
        "countries": ["AL", "FR"],
    }
    for changed, words in (
        ({"year": "MMXXVII"}, "Give the year in four digits"),
        ({"countries": []}, "Choose at least one country."),
        ({"deadline": "2028-12-15"}, "A cycle opens first"),
        ({"year": "2026"}, "Year: There is a cycle for 2026 already."),
    ):
        refused = send(client, "/en/cycles/new", **fields | changed)
        assert refused.status_code == 422 and words in refused.text
        assert 'value="2027-09-01"' in refused.text
    assert send(client, "/en/cycles/new", **fields).status_code == 303
    page = client.get("/en/cycles/2027").text
    assert "Albania" in page and "France" in page and sha256[:12] in page
    assert "Answers can be given from" in client_as(focal_point).get("/en/assessments/2027/AL").text


def test_each_complaint_about_a_new_cycle_names_its_field(client_as: ClientAs, coordinator: str) -> None:
    client = client_as(coordinator)
    token = csrf_token(client, "/en/cycles/new")
    refused = read_page(client.post("/en/cycles/new", data={"csrf_token": token, "countries": "AL"}).text)
    links = {link.attributes["href"]: link.text for link in refused.one(class_="summary").all("a")}
    assert links["#opens_on"].startswith("Opening day: Give a date")
    assert links["#deadline"].startswith("Deadline: Give a date")
    page = read_page(client.get("/en/cycles/new").text)
    framework = page.one("select", name="framework").all("option")[0].attributes["value"]
    days = {"opens_on": "2031-02-01", "deadline": "2031-01-01", "closes_on": "2031-03-01"}
    sent = {"csrf_token": token, "countries": "AL", "year": "2031", "framework": framework, **days}
    refused = read_page(client.post("/en/cycles/new", data=sent).text)
    assert refused.one(class_="summary").one("a").attributes["href"] == "#opens_on"
    assert refused.one("input", name="opens_on").attributes["aria-invalid"] == "true"
    far = {"opens_on": "0203-02-01", "deadline": "2031-02-01", "closes_on": "9999-12-31"}
    refused = read_page(client.post("/en/cycles/new", data=sent | far).text)
    assert [link.text for link in refused.one(class_="summary").all("a")] == [
        f"{day}: This day is far from the year of the cycle, 2031. Look at both."
        for day in ("Opening day", "Closing day")
    ]


def test_nobody_extends_the_deadline_of_an_own_country(
    app: Flask, client: FlaskClient, client_as: ClientAs, shipped: Framework
) -> None:
    with app.app_context():
        begin_write()
        roles = [(Role.COORDINATOR, None), (Role.FOCAL_POINT, "AL")]
        add_user("both@example.org", "Both", roles, password=PASSWORD, by=None)
        db.session.commit()
        make_cycle(shipped)
    both = client_as("both@example.org")
    later = str((now() + timedelta(days=60)).date())
    for country, status in (("AL", 403), ("BA", 303)):
        sent = send(both, f"/en/cycles/2026/deadlines/{country}", deadline=later, reason="Agreed.")
        assert sent.status_code == status


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """A copy of the questionnaires that the application reads."""
    copied = tmp_path / "questionnaires"
    shutil.copytree(shipped_folder(), copied)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], framework=str(copied))
    return copied


def correct(folder: Path, old: str, new: str) -> None:
    file = folder / "o07.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_correction_reaches_a_running_cycle_as_a_revision_and_no_submission(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, coordinator: str, folder: Path
) -> None:
    with app.app_context():
        bosnian = make_user(Role.FOCAL_POINT, "BA")
        bring_to(AssessmentState.SUBMITTED, shipped, bosnian, coordinator, "BA")
    title = shipped.find_objective("o07")[1].title  # type: ignore[index]
    correct(folder, f"title: {title}", f"title: {title} (corrected)")
    client, manager = client_as(focal_point), client_as(coordinator)
    assert "(corrected)" not in client.get(SHEET).text  # editing the files changes no running cycle
    assert "(corrected)" in manager.get("/en/cycles/2026/wording").text
    unconfirmed = send(manager, "/en/cycles/2026/wording", note="A slip.")
    assert unconfirmed.status_code == 422 and "Confirm that no correction" in unconfirmed.text
    assert send(manager, "/en/cycles/2026/wording", note="A slip.", keeps_meaning="y").status_code == 303
    assert "(corrected)" in client.get(SHEET).text
    assert "(corrected)" not in manager.get("/en/assessments/2026/BA/o07").text
    assert "(corrected)" not in manager.get("/en/results/2026/BA").text
    page = manager.get("/en/cycles/2026").text
    assert "Revision 1" in page and "A slip." in page
    with app.app_context():
        revision = db.session.scalars(select(WordingRevision)).one()
        assert (revision.locale, revision.texts, revision.old_sha256) == ("en", 1, None)
    nothing = send(manager, "/en/cycles/2026/wording", note="Again.", keeps_meaning="y")
    assert nothing.status_code == 422 and "nothing to correct" in nothing.text


def test_a_change_of_what_is_asked_is_no_correction(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework, coordinator: str, folder: Path
) -> None:
    title = shipped.find_objective("o07")[1].title  # type: ignore[index]
    correct(folder, f"title: {title}", f"title: {title} (corrected)")
    question = next(q for q in shipped.find_objective("o07")[1].questions if q.same_as is None)  # type: ignore[index]
    correct(folder, f"id: {question.id}\n", f"id: {question.id}\n    weight: 3\n")
    assert load_framework(folder).questions[question.id].weight == 3
    page = client_as(coordinator).get("/en/cycles/2026/wording").text
    assert "ask something else" in page and "(corrected)" not in page


def test_the_shell_extends_closes_and_says_what_is_wrong(app: Flask, focal_point: str) -> None:
    def run(*arguments: str) -> str:
        """What the command says, or is refused with."""
        with app.app_context():
            result = app.test_cli_runner().invoke(cycle, arguments)
            db.session.remove()
        return result.output or str(result.exception)

    later = str((now() + timedelta(days=60)).date())
    assert later in run("extend", "2026", "al", later, "--reason", "A flood.")
    with app.app_context():
        assert find_assessment().extension_reason == "A flood."
    assert "Europe/Rome" in run("time-zone", "AL", "Europe/Rome")
    assert "There is no time zone" in run("time-zone", "AL", "Mars/Crater")
    assert "nothing to correct" in run("reword", "2026", "--note", "None.")
    assert "cycle 2026 is closed" in run("close", "2026")
    assert "closed already" in run("close", "2026")


def test_late_and_beside_and_ready_are_each_said_after_saving(app: Flask) -> None:
    year = Cycle(opens_on=date(2020, 9, 1), deadline=date(2020, 12, 31), closes_on=date(2020, 12, 31))
    late = Assessment(country_code="AL", country=Country(code="AL"), cycle=year, state=AssessmentState.DRAFT)
    with app.test_request_context("/en/assessments", method="POST", data={"then": "ready"}):
        said = words_after_saving(late, Unkept(beside=frozenset({"o07.a1"})))
    for words in (
        "saved and marked late: the deadline was",
        "kept beside its answer",
        "your answers are ready.",
    ):
        assert words in said
    assert "Your answers are saved." not in said


def test_a_closed_cycle_says_who_did_not_submit(
    client_as: ClientAs, focal_point: str, coordinator: str
) -> None:
    client = client_as(coordinator)
    row = read_page(client.get("/en/cycles/2026").text).one("table", class_="followed").all("tr")[1]
    assert "Being answered" in row.text
    token = csrf_token(client, "/en/cycles/2026")
    client.post("/en/cycles/2026/close", data={"csrf_token": token})
    row = read_page(client.get("/en/cycles/2026").text).one("table", class_="followed").all("tr")[1]
    assert "Not submitted" in row.text and "Being answered" not in row.text


def test_what_belongs_to_no_country_tells_universal_time_and_says_so(
    app: Flask, client_as: ClientAs, focal_point: str, coordinator: str
) -> None:
    with app.app_context():
        db.session.scalars(select(Cycle)).one().closed_at = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
        db.session.commit()
    client = client_as(coordinator)
    words = "losed 30 November 2026, 23:30 (universal time, UTC)"
    assert words.replace("losed", "losed on") in client.get("/en/cycles/2026").text
    assert words in client.get("/en/cycles").text
