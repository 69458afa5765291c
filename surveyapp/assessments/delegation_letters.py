"""The letters between a focal point and contributors: what is given to answer, handed over, mentioned."""

from __future__ import annotations

from flask_babel import gettext

from surveyapp.accounts.models import User
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.frameworks import get_content
from surveyapp.assessments.letters import (
    country_and_year,
    deadline_of,
    due_words,
    link_of,
    list_focal_points,
    post_to_each,
    titles,
)
from surveyapp.assessments.models import Assessment
from surveyapp.assessments.shares import Shares
from surveyapp.framework.model import Question
from surveyapp.mail.letters import Letter, Link, isolated, link_to
from surveyapp.mail.models import MailKind
from surveyapp.mail.service import post
from surveyapp.web.locale import current_locale


def post_delegation(assessment: Assessment, to: User, shares: Shares, office: str, *, key: str) -> None:
    """Tell a contributor which objectives and questions are new to answer."""

    def write() -> Letter:
        name = country_and_year(assessment)
        return Letter(
            gettext("Objectives to answer: %(country_and_year)s", country_and_year=name),
            (
                gettext(
                    "%(office)s asks you to answer these objectives for %(country_and_year)s.",
                    office=isolated(office),
                    country_and_year=isolated(name),
                ),
            ),
            items=titles(assessment.cycle, shares),
            links=(link_of(assessment, gettext("Open the assessment")),),
            notes=(due_words(assessment),),
            calendar=deadline_of(assessment),
        )

    post(MailKind.DELEGATION, write, to=to.email, locale=to.locale, key=key)


def post_part_ready(assessment: Assessment, part: Delegation, office: str, key: str) -> None:
    """Tell the focal points that a contributor has done an objective."""

    def write() -> Letter:
        subject = gettext(
            "An objective is ready: %(country_and_year)s", country_and_year=country_and_year(assessment)
        )
        says = gettext(
            "%(office)s marked this objective as ready. Take it over, or send it back with a remark.",
            office=isolated(office),
        )
        return _about_part(assessment, part, subject, says)

    post_to_each(MailKind.DELEGATION, list_focal_points(assessment.country_code), write, key=key)


def post_part_back(assessment: Assessment, part: Delegation, office: str, key: str) -> None:
    """Tell a contributor that an objective came back. What to mend is on the page, not in the letter."""

    def write() -> Letter:
        subject = gettext(
            "Sent back to you: %(country_and_year)s", country_and_year=country_and_year(assessment)
        )
        says = gettext(
            "%(office)s sent this objective back to you. Its page says what to mend.", office=isolated(office)
        )
        return _about_part(assessment, part, subject, says)

    post_to_each(MailKind.DELEGATION, [part.user], write, key=key)


def _about_part(assessment: Assessment, part: Delegation, subject: str, says: str) -> Letter:
    """A letter about a delegated objective."""
    return Letter(
        subject,
        (says,),
        items=titles(assessment.cycle, {part.objective_id: part.share}),
        links=(link_of(assessment, gettext("Open the assessment")),),
    )


def post_mention(
    assessment: Assessment, objective_id: str, question: Question, to: User, office: str, *, key: str
) -> None:
    """Tell somebody that a remark calls them. What it says is on the page, not in the letter.

    It comes to those too who want no reminders: a colleague waits for their word on one question, which no
    date makes come again, and a mention that nobody is told of would look to its writer like one that was.
    """

    def write() -> Letter:
        name, locale = country_and_year(assessment), current_locale()
        values = {"cycle": assessment.cycle.year, "country": assessment.country_code}
        page = link_to("questions.question", locale, **values, objective=objective_id, question=question.id)
        text = get_content(assessment.cycle, locale).question(question).text
        return Letter(
            gettext("You are mentioned: %(country_and_year)s", country_and_year=name),
            (
                gettext(
                    "%(office)s mentions you in a remark on this question (%(country_and_year)s).",
                    office=isolated(office),
                    country_and_year=isolated(name),
                ),
            ),
            items=(f"{isolated(question.source)} {isolated(text)}",),
            links=(Link(gettext("Read the remark"), f"{page}#remarks"),),
        )

    post(MailKind.MENTION, write, to=to.email, locale=to.locale, key=key)
