"""The letters of a stage: that a cycle has opened, what is open, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext, ngettext

from surveyapp.accounts.letters import unsubscribe_link
from surveyapp.accounts.models import User
from surveyapp.assessments.letters import deadline_of, due_words, links_to
from surveyapp.assessments.models import Assessment
from surveyapp.database import now
from surveyapp.mail.letters import Letter, isolated
from surveyapp.mail.models import MailKind
from surveyapp.mail.service import post
from surveyapp.web.countries import country_name
from surveyapp.web.numbers import show, show_year
from surveyapp.web.pages import show_day
from surveyapp.web.time_zones import show_end_of_day


def post_opening(
    to: User, works: Sequence[tuple[Assessment, int]], *, key: str, expires_at: datetime
) -> bool:
    """Tell a focal point that a cycle has opened: of assessments of one deadline, each with how many of their
    questions are open. It comes to those too who want no reminders: who ended those of one year is to
    hear of the next.

    False: they were told under this key before.
    """

    def write() -> Letter:
        about = [assessment for assessment, _ in works]
        year = show_year(about[0].cycle.year)
        opened = gettext(
            "The assessment %(year)s has opened on %(day)s.",
            year=year,
            day=show_day(about[0].cycle.opens_on, "full"),
        )
        return Letter(
            gettext("The assessment %(year)s is open", year=year),
            (opened, _due_soon_words(about)[1]),
            items=_items(works),
            links=links_to(about),
            calendar=deadline_of(about[0]),
        )

    return post(MailKind.CYCLE, write, to=to.email, locale=to.locale, key=key, expires_at=expires_at)


def post_reminder(
    to: User,
    works: Sequence[tuple[Assessment, int]],
    *,
    key: str,
    days_left: int,
    expires_at: datetime,
) -> bool:
    """Remind somebody of assessments of one cycle and one deadline, each with how many of their questions
    are open.

    False: they were reminded under this key before.
    """

    def write() -> Letter:
        return _write_reminder(to, works, is_overdue=days_left < 0)

    return post(MailKind.REMINDER, write, to=to.email, locale=to.locale, key=key, expires_at=expires_at)


def _write_reminder(to: User, works: Sequence[tuple[Assessment, int]], *, is_overdue: bool) -> Letter:
    """The words of a reminder, in the present language."""
    about = [assessment for assessment, _ in works]
    subject, when = _overdue_words(about) if is_overdue else _due_soon_words(about)
    paragraphs = [when]
    if any(assessment.is_late(now()) for assessment, _ in works):
        paragraphs.append(
            gettext(
                "After the deadline a country submits only with more time: its focal point asks the regional "
                "secretariat to extend the deadline."
            )
        )
    return Letter(
        subject,
        tuple(paragraphs),
        items=_items(works),
        links=links_to(about),
        unsubscribe=unsubscribe_link(to),
        calendar=None if is_overdue else deadline_of(about[0]),
    )


def _due_soon_words(about: Sequence[Assessment]) -> tuple[str, str]:
    """The subject and the first sentence before the deadline, which is the same day for all."""
    assessment = about[0]
    subject = gettext(
        "The assessment %(year)s is due on %(day)s",
        year=show_year(assessment.cycle.year),
        day=show_day(assessment.due_on),
    )
    if len(about) == 1:
        return subject, due_words(assessment)
    return subject, gettext(
        "The assessments are due on %(day)s. In each country the day ends at its own midnight.",
        day=show_day(assessment.due_on, "full"),
    )


def _overdue_words(about: Sequence[Assessment]) -> tuple[str, str]:
    """The same after it."""
    assessment = about[0]
    closes = show_day(assessment.last_day, "full")
    if len(about) == 1:
        closes = show_end_of_day(assessment.last_day, assessment.country_code, assessment.zone, "full")
    subject = gettext("The assessment %(year)s was due", year=show_year(assessment.cycle.year))
    return subject, gettext(
        "The assessment was due on %(day)s and is not handed in yet. Answers are taken until %(closes)s.",
        day=show_day(assessment.due_on, "full"),
        closes=closes,
    )


def _items(works: Sequence[tuple[Assessment, int]]) -> tuple[str, ...]:
    return tuple(_open_words(assessment, count) for assessment, count in works)


def _open_words(assessment: Assessment, count: int) -> str:
    country = isolated(country_name(assessment.country_code))
    if count == 0:
        return gettext("%(country)s: each question has an answer; submitting is left to do.", country=country)
    return ngettext(
        "%(country)s: one question is open.",
        "%(country)s: %(count)s questions are open.",
        count,
        country=country,
        count=show(count),
    )
