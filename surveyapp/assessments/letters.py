"""The letters about assessments: objectives given to somebody, reminders, what came back, receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext, ngettext
from sqlalchemy import select

from surveyapp.accounts.letters import unsubscribe_link
from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.frameworks import get_content, get_framework
from surveyapp.assessments.models import Assessment, Cycle, Submission
from surveyapp.assessments.parallel_models import ParallelView
from surveyapp.assessments.shares import Share, Shares
from surveyapp.database import db, now
from surveyapp.framework.model import Objective, Question, Questionnaire
from surveyapp.mail.calendar import CalendarDay
from surveyapp.mail.letters import Letter, Link, isolated, letter_locale, link_to, settings
from surveyapp.mail.models import MailKind
from surveyapp.mail.service import post
from surveyapp.web.countries import country_name
from surveyapp.web.locale import current_locale, speaking
from surveyapp.web.numbers import show, show_year
from surveyapp.web.pages import show_day
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


def link_of(assessment: Assessment, words: str) -> Link:
    values = {"cycle": assessment.cycle.year, "country": assessment.country_code}
    return Link(words, link_to("assessments.country", current_locale(), **values))


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


def post_delegation(assessment: Assessment, to: User, shares: Shares, office: str, *, key: str) -> None:
    """Tell a contributor which objectives and questions are new to answer."""
    locale = letter_locale(to.locale)
    with speaking(locale):
        name = country_and_year(assessment)
        letter = Letter(
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
        )
        calendar = deadline_of(assessment)
    post(MailKind.DELEGATION, letter, to=to.email, locale=locale, key=key, calendar=calendar)


def post_part_ready(assessment: Assessment, part: Delegation, office: str, key: str) -> None:
    """Tell the focal points that a contributor has done an objective."""
    for person in list_focal_points(assessment.country_code):
        with speaking(letter_locale(person.locale)):
            name = country_and_year(assessment)
            subject = gettext("An objective is ready: %(country_and_year)s", country_and_year=name)
            says = gettext(
                "%(office)s marked this objective as ready. Take it over, or send it back with a remark.",
                office=isolated(office),
            )
        _post_part(assessment, part, subject, says, to=person, key=f"{key}/{person.id}")


def post_part_back(assessment: Assessment, part: Delegation, office: str, key: str) -> None:
    """Tell a contributor that an objective came back. What to mend is on the page, not in the letter."""
    with speaking(letter_locale(part.user.locale)):
        name = country_and_year(assessment)
        subject = gettext("Sent back to you: %(country_and_year)s", country_and_year=name)
        says = gettext(
            "%(office)s sent this objective back to you. Its page says what to mend.", office=isolated(office)
        )
    _post_part(assessment, part, subject, says, to=part.user, key=key)


def _post_part(
    assessment: Assessment, part: Delegation, subject: str, says: str, *, to: User, key: str
) -> None:
    """A letter about a delegated objective, whose words are in the reader's language already."""
    locale = letter_locale(to.locale)
    with speaking(locale):
        letter = Letter(
            subject,
            (says,),
            items=titles(assessment.cycle, {part.objective_id: part.share}),
            links=(link_of(assessment, gettext("Open the assessment")),),
        )
    post(MailKind.DELEGATION, letter, to=to.email, locale=locale, key=key)


def post_mention(
    assessment: Assessment, objective_id: str, question: Question, to: User, office: str, *, key: str
) -> None:
    """Tell somebody that a remark calls them. What it says is on the page, not in the letter.

    It comes to those too who want no reminders: a colleague waits for their word on one question, which no
    date makes come again, and a mention that nobody is told of would look to its writer like one that was.
    """
    locale = letter_locale(to.locale)
    with speaking(locale):
        name = country_and_year(assessment)
        values = {"cycle": assessment.cycle.year, "country": assessment.country_code}
        page = link_to("questions.question", locale, **values, objective=objective_id, question=question.id)
        text = get_content(assessment.cycle, locale).question(question).text
        letter = Letter(
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
    post(MailKind.MENTION, letter, to=to.email, locale=locale, key=key)


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
    locale = letter_locale(to.locale)
    first = works[0][0]
    with speaking(locale):
        letter = _write_reminder(to, works, is_overdue=days_left < 0)
        calendar = deadline_of(first) if days_left >= 0 else None
    return post(
        MailKind.REMINDER,
        letter,
        to=to.email,
        locale=locale,
        key=key,
        expires_at=expires_at,
        calendar=calendar,
    )


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
        items=tuple(_open_words(assessment, count) for assessment, count in works),
        links=tuple(
            link_of(
                assessment,
                gettext(
                    "Open the assessment of %(country)s",
                    country=isolated(country_name(assessment.country_code)),
                ),
            )
            for assessment, _ in works
        ),
        unsubscribe=unsubscribe_link(to, current_locale()),
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


def post_to_each(kind: MailKind, people: Iterable[User], write: Callable[[], Letter], *, key: str) -> None:
    """One letter to each, which `write` gives in the language that is spoken then: that of its reader."""
    for person in people:
        locale = letter_locale(person.locale)
        with speaking(locale):
            letter = write()
        post(kind, letter, to=person.email, locale=locale, key=f"{key}/{person.id}")


def post_return(assessment: Assessment, *, key: str) -> None:
    """Tell the focal points that the assessment is back. What to mend is on the page, not in the letter."""

    def write() -> Letter:
        name = country_and_year(assessment)
        says = gettext(
            "The regional secretariat sent the assessment %(country_and_year)s back to you. The "
            "page of the assessment says what to mend.",
            country_and_year=isolated(name),
        )
        return Letter(
            gettext("Sent back to you: %(country_and_year)s", country_and_year=name),
            (says,),
            links=(link_of(assessment, gettext("Open the assessment")),),
        )

    post_to_each(MailKind.RETURNED, list_focal_points(assessment.country_code), write, key=key)


def post_accepted(assessment: Assessment, *, key: str) -> None:
    """Tell the focal points that it is accepted, and that it is theirs to say what may be shown."""

    def write() -> Letter:
        name = country_and_year(assessment)
        values = {"cycle": assessment.cycle.year, "country": assessment.country_code}
        page = link_to("reviews.give_consent", current_locale(), **values)
        return Letter(
            gettext("Accepted: %(country_and_year)s", country_and_year=name),
            (
                gettext(
                    "The regional secretariat accepted the assessment %(country_and_year)s. Its results "
                    "are not public yet.",
                    country_and_year=isolated(name),
                ),
                gettext(
                    "Say what may be shown. Without a word of yours the results of all objectives can be "
                    "published."
                ),
            ),
            links=(Link(gettext("Say what may be shown"), page),),
        )

    post_to_each(MailKind.RECEIPT, list_focal_points(assessment.country_code), write, key=key)


def post_receipt(assessment: Assessment, submission: Submission, to: User, *, record_hash: str) -> None:
    """Confirm to whoever submitted what was frozen, with its hash and that of the record of who did what:
    outside this installation, where nobody who rewrites the record can reach them.
    """
    locale = letter_locale(to.locale)
    with speaking(locale):
        name = country_and_year(assessment)
        letter = Letter(
            gettext("Submitted: %(country_and_year)s", country_and_year=name),
            (
                gettext(
                    "The assessment %(country_and_year)s is submitted. The regional secretariat reviews it "
                    "next.",
                    country_and_year=isolated(name),
                ),
                gettext(
                    "Keep this letter. The answers are frozen under this fingerprint (SHA-256): %(hash)s",
                    hash=isolated(submission.sha256),
                ),
                gettext(
                    "The record of who did what ends with this fingerprint now: %(hash)s",
                    hash=isolated(record_hash),
                ),
            ),
            links=(link_of(assessment, gettext("Open the assessment")),),
        )
    key = f"receipt/{submission.id}"
    post(MailKind.RECEIPT, letter, to=to.email, locale=locale, key=key)


def list_focal_points(country: str) -> list[User]:
    """The focal points of a country with an open account."""
    answers_for = (RoleGrant.role == Role.FOCAL_POINT) & (RoleGrant.country_code == country)
    query = select(User).where(User.is_active, User.grants.any(answers_for)).order_by(User.id)
    return list(db.session.scalars(query))
