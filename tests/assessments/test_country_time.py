"""Moments on the pages of an assessment stand in the country's own time, and say so."""

from __future__ import annotations

import re

from flask import Flask

from surveyapp.accounts.models import Role
from surveyapp.framework.model import Framework
from tests.conftest import ClientAs
from tests.factories import answer_all, delegate, make_user
from tests.results.pages import read_page

from .acting import step, submit
from .questionnaire import COUNTRY, Page
from .test_parts import step as press_part
from .test_question_page import PLACE, open_page, press

MOMENT = re.compile(r"\d{4}, \d\d:\d\d (\S+)")


def test_remarks_history_handover_and_frozen_copy_tell_the_time_of_the_country(
    app: Flask, client_as: ClientAs, focal_point: str, shipped: Framework
) -> None:
    with app.app_context():
        welfare = make_user(Role.CONTRIBUTOR, "AL", email="welfare@example.org")
        coordinator = make_user(Role.COORDINATOR)
        delegate(welfare, "o07")
    contributor, focal = client_as(welfare), client_as(focal_point)
    Page.open(contributor).send(then="ready", o07_a1__level="2")
    shown = [contributor.get(f"{COUNTRY}/o07").text, focal.get(f"{COUNTRY}/o07").text]
    press_part(app, focal, "send_back", welfare, "Please add the budget line.")
    press(focal, "remarks", text="Who knows the number?")
    button = open_page(focal).one("button", name="resolve")
    press(focal, "remarks", resolve=button.attributes["value"])
    shown += [contributor.get(f"{COUNTRY}/o07").text, focal.get(PLACE).text]
    with app.app_context():
        answer_all(shipped, focal_point)
        submit(focal_point)
    shown += [focal.get(COUNTRY).text, client_as(coordinator).get(f"{COUNTRY}/o07").text]
    with app.app_context():
        step("return", coordinator)
    for text in shown:
        zones = MOMENT.findall(read_page(text).text)
        assert zones and set(zones) <= {"(CET)", "(CEST)", "(CET).", "(CEST).", "(CET):", "(CET),"}, zones
