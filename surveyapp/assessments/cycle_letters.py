"""The letters about the days of a cycle: another deadline for one country, closed by the regional body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from flask_babel import gettext, ngettext

from surveyapp.accounts.models import User
from surveyapp.assessments.letters import (
    country_and_year,
    deadline_of,
    link_of,
    links_to,
    list_at_work,
    post_to_each,
)
from surveyapp.assessments.models import Assessment
from surveyapp.mail.letters import Letter, isolated
from surveyapp.mail.models import MailKind
from surveyapp.web.countries import country_name
from surveyapp.web.numbers import show_year
from surveyapp.web.time_zones import show_end_of_day


def post_new_deadline(assessment: Assessment, old: date, *, opens_again: bool, key: str) -> None:
    """Tell those who work on it how long they have now, with the day for calendars. Why is on the page.

    Not the NGOs: their views follow the deadline of the cycle.
    """

    def show(day: date) -> str:
        return show_end_of_day(day, assessment.country_code, assessment.zone, "full")

    def write() -> Letter:
        name = country_and_year(assessment)
        says = gettext(
            "The regional secretariat extended the deadline of the assessment %(country_and_year)s.",
            country_and_year=isolated(name),
        )
        days = (
            gettext("New deadline: %(deadline)s.", deadline=show(assessment.due_on)),
            gettext("Old deadline: %(deadline)s.", deadline=show(old)),
        )
        again = (gettext("Answers are taken again until then."),) if opens_again else ()
        return Letter(
            gettext("New deadline: %(country_and_year)s", country_and_year=name),
            (says, *days, *again),
            links=(link_of(assessment, gettext("Open the assessment")),),
            calendar=deadline_of(assessment),
        )

    post_to_each(MailKind.CYCLE, list_at_work(assessment), write, key=key)


def post_closed(year: int, stopped: Sequence[Assessment], *, key: str) -> None:
    """Tell those who work on assessments of a cycle that it was closed while answers were taken, each of
    theirs in one letter.
    """
    whose: dict[User, list[Assessment]] = {}
    for assessment in stopped:
        for person in list_at_work(assessment):
            whose.setdefault(person, []).append(assessment)
    for person, about in whose.items():
        write = partial(_write_closed, year, about)
        post_to_each(MailKind.CYCLE, [person], write, key=key)


def _write_closed(year: int, about: Sequence[Assessment]) -> Letter:
    return Letter(
        gettext("The assessment %(year)s is closed", year=show_year(year)),
        (
            gettext(
                "The regional secretariat closed the assessment %(year)s. No more answers are taken. What "
                "was answered is kept and can be read.",
                year=show_year(year),
            ),
            ngettext(
                "The assessment of this country is not handed in:",
                "The assessments of these countries are not handed in:",
                len(about),
            ),
        ),
        items=tuple(isolated(country_name(assessment.country_code)) for assessment in about),
        links=links_to(about),
        notes=(
            gettext(
                "A country submits now only with more time: its focal point asks the regional secretariat to "
                "extend the deadline."
            ),
        ),
    )
