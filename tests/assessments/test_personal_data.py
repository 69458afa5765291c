"""What looks as if it named a person is pointed out before it is saved."""

from __future__ import annotations

import pytest
from flask import Flask

from surveyapp.assessments.personal_data import PersonalData, find_personal_data
from tests.conftest import ClientAs

from .acting import read_answers
from .questionnaire import COUNTRY, Page
from .test_autosave import send

EMAIL, TELEPHONE, BIRTH_DATE = PersonalData


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to a.hoxha@example.org for the list.", [EMAIL]),
        ("Call +355 69 123 4567 at any time.", [TELEPHONE]),
        ("The hotline answers at 0800 12 12 12.", [TELEPHONE]),
        ("Téléphone : 22 44 66 88", [TELEPHONE]),
        ("هاتف ٠٦٩١٢٣٤٥٦٧", [TELEPHONE]),
        ("0041 44 123 45 67", [TELEPHONE]),
        ("The girl, born on 3.5.2009, was returned.", [BIRTH_DATE]),
        ("née le 03/05/2009", [BIRTH_DATE]),
        ("ولدت في 2009-05-03", [BIRTH_DATE]),
        ("DOB 2009-05-03, m.k@example.org", [EMAIL, BIRTH_DATE]),
    ],
)
def test_what_names_a_person_is_found(text: str, found: list[PersonalData]) -> None:
    assert find_personal_data(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Law 96/2017 of 4.5.2017, article 12, in force since 01.01.2018.",
        "1 234 567 euros in 2024-2026, 12.345.678 in all.",
        "Between 2019/20 and 2024, 0.75 per cent of the budget.",
        "5,000,000 leaflets; 116 000 children reached.",
        "Children born in the country get their papers at once; the law is of 2017-05-04.",
        "See https://example.org/2026/03/report-000123456 for the report.",
        "Decision no. 123456789 of the Council of Ministers",
        "On 2026-03-01 the ministry wrote to 12 shelters.",
        "",
    ],
)
def test_laws_sums_and_dates_are_no_persons(text: str) -> None:
    assert find_personal_data(text) == []


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("comment", {"o07_a1__comment": "Call +355 69 123 4567."}),
        ("reason", {"o07_a1__level": "unknown", "o07_a1__reason": "Only a.hoxha@example.org knows."}),
    ],
)
def test_such_a_text_is_refused_once_and_saved_after_a_tick(
    app: Flask, client_as: ClientAs, focal_point: str, field: str, sent: dict[str, str]
) -> None:
    page = Page.open(client_as(focal_point))
    refused = Page.of(page.client, page.path, page.send(**sent, o07_a3__level="2"))
    assert refused.response.status_code == 422
    assert "tick the box below" in refused.complaint(f"o07.a1-{field}")
    with app.app_context():
        assert list(read_answers()) == ["o07.a3"]
    assert refused.send(o07_a1__checked="yes").status_code == 303
    with app.app_context():
        answer = read_answers()["o07.a1"]
    assert getattr(answer, field) == list(sent.values())[-1]


def test_a_complaint_about_something_else_offers_no_tick(client_as: ClientAs, focal_point: str) -> None:
    page = Page.open(client_as(focal_point))
    refused = Page.of(page.client, page.path, page.send(o07_a1__comment="x" * 4001))
    assert not refused.document.all("input", name="o07.a1-checked")


def test_the_script_is_given_the_box_to_tick(client_as: ClientAs, focal_point: str) -> None:
    page = Page.open(client_as(focal_point))
    told = send(page, o07_a1__comment="Call +355 69 123 4567.", o07_a1__version="0").get_json()
    assert 'name="o07.a1-checked"' in told["questions"]["o07.a1"]["tick"]


def test_a_remark_is_looked_at_in_the_same_way(client_as: ClientAs, focal_point: str) -> None:
    client = client_as(focal_point)
    token = Page.open(client).fields["csrf_token"]
    sent = {"csrf_token": token, "text": "Ask a.hoxha@example.org."}
    refused = client.post(f"{COUNTRY}/o07/o07.a1/remarks", data=sent)
    assert refused.status_code == 422 and 'name="checked"' in refused.text
    assert client.post(f"{COUNTRY}/o07/o07.a1/remarks", data=sent | {"checked": "yes"}).status_code == 303
