"""What the letters about assessments share: words, links, the day for calendars, who is written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from flask_babel import gettext, ngettext
from sqlalchemy import ColumnElement, select

from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.frameworks import get_content, get_framework
from surveyapp.assessments.models import Assessment, Cycle
from surveyapp.assessments.parallel_models import ParallelView
from surveyapp.assessments.shares import Share, Shares
from surveyapp.database import db
from surveyapp.framework.model import Objective, Questionnaire
from surveyapp.mail.calendar import CalendarDay
from surveyapp.mail.letters import Letter, Link, isolated, link_to, settings
from surveyapp.mail.models import MailKind
from surveyapp.mail.service import post
from surveyapp.web.countries import country_name
from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import show, show_year
from surveyapp.web.time_zones import show_end_of_day


def titles(cycle: Cycle, shares: Shares) -> tuple[str, ...]:
    """The numbers and titles of objectives in the present language, in the framework's order, with the
    numbers of the questions where these are given alone.

    `cycle.framework_version` and `cycle.wordings` must be loaded.
    """
    framework, content = get_framework(cycle.framework_version), get_content(cycle, current_locale())
    return tuple(
        _title(objective, questionnaire, str(content.title(questionnaire)), shares[objective.id])
        for objective, questionnaire in framework.pairs()
        if objective.id in shares
    )


def _title(objective: Objective, questionnaire: Questionnaire, title: str, only: Share) -> str:
    name = f"{show(objective.number)}. {isolated(title)}"
    if not only:
        return name
    numbers = ", ".join(isolated(q.source) for q in questionnaire.questions if q.id in only)
    return ngettext(
        # Translators: in a list; the objective with its number, then the numbers of some of its questions.
        "%(objective)s: only question %(numbers)s",
        "%(objective)s: only the questions %(numbers)s",
        len(only),
        objective=name,
        numbers=numbers,
    )


def country_and_year(assessment: Assessment | ParallelView) -> str:
    return f"{country_name(assessment.country_code)} {show_year(assessment.cycle.year)}"


def link_of(about: Assessment | ParallelView, words: str, page: str = "assessments.country") -> Link:
    """A link to one of the pages that are about a country in a year: by default the assessment's own."""
    values = {"cycle": about.cycle.year, "country": about.country_code}
    return Link(words, link_to(page, current_locale(), **values))


def links_to(about: Sequence[Assessment]) -> tuple[Link, ...]:
    """A link to each assessment, which names its country."""
    return tuple(
        link_of(
            assessment,
            gettext(
                "Open the assessment of %(country)s", country=isolated(country_name(assessment.country_code))
            ),
        )
        for assessment in about
    )


def due_words(assessment: Assessment) -> str:
    deadline = show_end_of_day(assessment.due_on, assessment.country_code, assessment.zone, "full")
    return gettext("The assessment is due %(deadline)s.", deadline=deadline)


def deadline_of(assessment: Assessment) -> CalendarDay:
    """The deadline for calendars, in the present language."""
    host = urlsplit(settings().base_url).hostname
    name = isolated(country_and_year(assessment))
    return CalendarDay(
        uid=f"deadline-{assessment.cycle.year}-{assessment.country_code}@{host}",
        day=assessment.due_on,
        title=gettext("Assessment of %(country_and_year)s is due", country_and_year=name),
        description=gettext("Answers about action against trafficking in human beings"),
        url=link_of(assessment, "").url,
    )


def post_to_each(kind: MailKind, people: Iterable[User], write: Callable[[], Letter], *, key: str) -> None:
    """One letter to each, which `write` gives in the language that is spoken then: that of its reader."""
    for person in people:
        post(kind, write, to=person.email, locale=person.locale, key=f"{key}/{person.id}")


def list_at_work(assessment: Assessment) -> list[User]:
    """The focal points of its country, and the contributors who were given something of it, with an open
    account.
    """
    given = select(Delegation.user_id).where(Delegation.assessment_id == assessment.id)
    contributes = (RoleGrant.role == Role.CONTRIBUTOR) & (RoleGrant.country_code == assessment.country_code)
    is_at_work = _answers_for(assessment.country_code) | (User.grants.any(contributes) & User.id.in_(given))
    return list(db.session.scalars(select(User).where(User.is_active, is_at_work).order_by(User.id)))


def list_focal_points(country: str) -> list[User]:
    """The focal points of a country with an open account."""
    query = select(User).where(User.is_active, _answers_for(country)).order_by(User.id)
    return list(db.session.scalars(query))


def _answers_for(country: str) -> ColumnElement[bool]:
    return User.grants.any((RoleGrant.role == Role.FOCAL_POINT) & (RoleGrant.country_code == country))
