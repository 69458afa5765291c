"""What those who answer for a country should do next in its assessment: focal points and contributors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.lists import format_list
from flask import url_for
from flask_babel import gettext, ngettext

from surveyapp.accounts.models import Role, User
from surveyapp.accounts.next_steps import Step
from surveyapp.accounts.permissions import Action
from surveyapp.assessments.access import WRITABLE, list_parts, may
from surveyapp.assessments.delegation_models import Delegation, PartState
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.letters import country_and_year
from surveyapp.assessments.models import Answer, Assessment, AssessmentState
from surveyapp.assessments.remarks import Beside, count_beside
from surveyapp.assessments.review import Asked, list_asked, list_shown_marks
from surveyapp.assessments.service import list_answers, list_assessments
from surveyapp.assessments.sheets import address_of_sheet, target_of
from surveyapp.assessments.submission import is_answered, list_open
from surveyapp.database import now
from surveyapp.framework.model import Framework, Objective, Question, Questionnaire
from surveyapp.mail.letters import isolated
from surveyapp.web.locale import current_locale
from surveyapp.web.numbers import show
from surveyapp.web.pages import show_day
from surveyapp.web.time_zones import day_in, show_end_of_day


@dataclass(frozen=True, slots=True)
class CountryWork:
    """What is known of an assessment that is being answered, for one person who works on it."""

    assessment: Assessment
    framework: Framework
    answers: Mapping[str, Answer]
    parts: Sequence[Delegation]
    beside: Mapping[str, Beside]
    asked: Sequence[Asked]

    def list_open(self, questionnaire: Questionnaire | None = None) -> list[Question]:
        """The questions without an answer, of one objective or of all."""
        asked = questionnaire.questions if questionnaire else self.framework.questions.values()
        return list_open(self.answers, asked)

    @property
    def untouched(self) -> list[Objective]:
        """The objectives that nobody holds and that have no answer yet."""
        held = {part.objective_id for part in self.parts}
        return [
            objective
            for objective, questionnaire in self.framework.pairs()
            if objective.id not in held
            and not any(is_answered(self.answers, q) for q in questionnaire.questions if not q.same_as)
        ]


def list_steps(user: User) -> Iterator[Step]:
    """The steps in each assessment that this person answers and that is open now, and what to say of those
    that were accepted.
    """
    for assessment in list_assessments(by=user):
        is_accepted = assessment.state is AssessmentState.ACCEPTED and assessment.accepted_at
        if is_accepted and not assessment.consented_at and may(Action.CONSENT, assessment, user):
            yield _consent(assessment, is_accepted)
        is_own = assessment.country_code in user.countries
        if is_own and assessment.state in WRITABLE and assessment.is_open(now()):
            answers = list_answers(assessment)
            framework = get_framework(assessment.cycle.framework_version)
            marks = list_shown_marks(assessment, framework, by=user)
            asked = list_asked(marks, answers, framework)
            yield from list_country_steps(
                assessment, answers, asked, list_parts(assessment, by=user), by=user
            )
            if user.has_role(Role.FOCAL_POINT, assessment.country_code):
                yield from _hand_in(assessment, answers, framework)


def _consent(assessment: Assessment, accepted_at: datetime) -> Step:
    """Saying what may be shown, once the assessment is accepted; only the country can say it."""
    since = day_in(assessment.zone, accepted_at)
    return Step(
        gettext("Say what may be shown to the public"),
        gettext("The assessment is accepted. Without a word of yours all its results can be published."),
        since,
        gettext("Accepted on %(day)s", day=show_day(since)),
        country_and_year(assessment),
        url_for("reviews.give_consent", cycle=assessment.cycle.year, country=assessment.country_code),
        gettext("Choose"),
    )


def list_country_steps(
    assessment: Assessment,
    answers: Mapping[str, Answer],
    asked: Sequence[Asked],
    parts: Sequence[Delegation],
    *,
    by: User,
) -> list[Step]:
    """The steps of a focal point or a contributor in one assessment, in the order in which to do them, up to
    submitting; none where it cannot be answered now. `asked` is what the review asks to be mended, `parts` to
    whom its objectives are delegated.
    """
    is_focal = by.has_role(Role.FOCAL_POINT, assessment.country_code)
    is_contributor = by.has_role(Role.CONTRIBUTOR, assessment.country_code)
    if assessment.state not in WRITABLE or not assessment.is_open(now()) or not (is_focal or is_contributor):
        return []
    work = CountryWork(
        assessment=assessment,
        framework=get_framework(assessment.cycle.framework_version),
        answers=answers,
        parts=parts,
        beside=count_beside(assessment) if is_focal else {},
        asked=asked,
    )
    return list(_of_focal_point(work) if is_focal else _of_contributor(work, by))


def _of_focal_point(work: CountryWork) -> Iterator[Step]:
    yield from _mend(work)
    yield from _look_at_ready(work)
    yield from _choose_between(work)
    yield from _give_away(work)
    yield from _answer(work)
    yield from _read_remarks(work)


def _mend(work: CountryWork) -> Iterator[Step]:
    if work.assessment.state is not AssessmentState.RETURNED:
        return
    left = [one for one in work.asked if not one.is_touched]
    if left:
        source = work.framework.questions[left[0].question_id].source
        yield _step(
            work,
            gettext("Mend what the regional secretariat asks"),
            ngettext(
                "One answer is to be mended, until %(day)s.",
                "%(count)s answers are to be mended, until %(day)s.",
                len(left),
                count=show(len(left)),
                day=_last_day(work.assessment),
            ),
            _question_href(work, left[0].question_id),
            gettext("Go to %(source)s", source=isolated(source)),
        )
    elif work.asked:
        yield _step(
            work,
            gettext("Look once more at what the regional secretariat asked"),
            gettext("Each answer that it asked about was saved again since."),
            _question_href(work, work.asked[0].question_id),
            gettext("Look at it"),
        )


def _look_at_ready(work: CountryWork) -> Iterator[Step]:
    numbers = {objective.id: objective.number for objective in work.framework.objectives}
    for part in work.parts:
        if part.state is PartState.READY and part.moved_at and part.objective_id in numbers:
            number = show(numbers[part.objective_id])
            title = gettext("Look at objective %(number)s, which is ready", number=number)
            if part.named:
                title = gettext("Look at questions of objective %(number)s, which are ready", number=number)
            href = address_of_sheet(work.assessment, part.objective_id)
            yield _step(work, title, _ready_words(work, part), href, gettext("Look at it"))


def _ready_words(work: CountryWork, part: Delegation) -> str:
    """Who handed it over and when, and how many of its questions are open all the same."""
    office = isolated(part.user.office)
    day = show_day(day_in(work.assessment.zone, part.moved_at)) if part.moved_at else ""
    missing = _count_open_of(work, part)
    if missing:
        return ngettext(
            "%(office)s marked it as ready on %(day)s with one question open. Take it over, or send it back "
            "with a remark.",
            "%(office)s marked it as ready on %(day)s with %(count)s questions open. Take it over, or send "
            "it back with a remark.",
            missing,
            count=show(missing),
            office=office,
            day=day,
        )
    return gettext(
        "%(office)s marked it as ready on %(day)s. Take it over, or send it back with a remark.",
        office=office,
        day=day,
    )


def _count_open_of(work: CountryWork, part: Delegation) -> int:
    """How many of the questions that were given have no answer."""
    found = work.framework.find_objective(part.objective_id)
    return sum(part.covers(question.id) for question in work.list_open(found[1])) if found else 0


def _choose_between(work: CountryWork) -> Iterator[Step]:
    waiting = [q for q in work.framework.questions if q in work.beside and work.beside[q].others]
    if waiting:
        yield _step(
            work,
            gettext("Choose between two answers"),
            ngettext(
                "Two offices answered one question differently. The other answer is kept.",
                "Two offices answered %(count)s questions differently. The other answers are kept.",
                len(waiting),
                count=show(len(waiting)),
            ),
            _beside_href(work, waiting[0], "history"),
            gettext("Choose"),
        )


def _give_away(work: CountryWork) -> Iterator[Step]:
    untouched = work.untouched
    if not untouched:
        return
    numbers = format_list([show(objective.number) for objective in untouched], locale=current_locale())
    yield _step(
        work,
        gettext("Choose who answers what nobody holds"),
        ngettext(
            "Objective %(numbers)s has no answer yet and is given to nobody. You can answer it yourself.",
            "Objectives %(numbers)s have no answer yet and are given to nobody. You can answer them "
            "yourself.",
            len(untouched),
            numbers=numbers,
        ),
        url_for(
            "people.contributors", cycle=work.assessment.cycle.year, country=work.assessment.country_code
        ),
        gettext("Choose"),
    )


def _answer(work: CountryWork) -> Iterator[Step]:
    missing = work.list_open()
    if missing:
        yield _step(
            work,
            gettext("Answer what is open"),
            _open_words(len(missing)),
            _question_href(work, missing[0].id),
            gettext("Go on with %(source)s", source=isolated(missing[0].source)),
        )


def _read_remarks(work: CountryWork) -> Iterator[Step]:
    waiting = [q for q in work.framework.questions if q in work.beside and work.beside[q].remarks]
    if waiting:
        count = sum(work.beside[q].remarks for q in waiting)
        yield _step(
            work,
            gettext("Read the open remarks"),
            ngettext("One remark is open.", "%(count)s remarks are open.", count, count=show(count)),
            _beside_href(work, waiting[0], "remarks"),
            gettext("Read"),
        )


def _hand_in(assessment: Assessment, answers: Mapping[str, Answer], framework: Framework) -> Iterator[Step]:
    """Submitting what is complete; once the deadline is over, that needs the secretariat first."""
    if list_open(answers, framework.questions.values()):
        return
    title = gettext("Submit the assessment")
    detail = gettext("Each question has an answer. Submitting freezes the answers.")
    if assessment.is_late(now()):
        title = gettext("Ask the regional secretariat for more time")
        detail = gettext("Each question has an answer, but the deadline is over.")
    href = url_for("assessments.country", cycle=assessment.cycle.year, country=assessment.country_code)
    yield _dated(assessment, title, detail, href, gettext("Open the assessment"))


def _of_contributor(work: CountryWork, user: User) -> Iterator[Step]:
    for objective, questionnaire in work.framework.pairs():
        own = next((p for p in work.parts if (p.objective_id, p.user_id) == (objective.id, user.id)), None)
        if own is not None and own.state is PartState.WORKING:
            yield _own_part(work, objective, questionnaire, own)


def _own_part(work: CountryWork, objective: Objective, questionnaire: Questionnaire, own: Delegation) -> Step:
    number = show(objective.number)
    missing = [question for question in work.list_open(questionnaire) if own.covers(question.id)]
    href = address_of_sheet(work.assessment, objective.id)
    if own.note:
        title = gettext("Mend objective %(number)s, which came back to you", number=number)
        detail = gettext("The focal point says on its page what to mend.")
        return _step(work, title, detail, href, gettext("Mend"))
    if not missing:
        title = gettext("Mark objective %(number)s as ready", number=number)
        detail = gettext("Each question of yours has an answer. The focal point looks at it next.")
        return _step(work, title, detail, f"{href}#ready", gettext("Look at it"))
    title = gettext("Answer objective %(number)s", number=number)
    if own.named:
        title = gettext("Answer your questions of objective %(number)s", number=number)
    return _step(
        work,
        title,
        _open_words(len(missing)),
        _question_href(work, missing[0].id),
        gettext("Go on with %(source)s", source=isolated(missing[0].source)),
    )


def _step(work: CountryWork, title: str, detail: str, href: str, button: str) -> Step:
    return _dated(work.assessment, title, detail, href, button)


def _dated(assessment: Assessment, title: str, detail: str, href: str, button: str) -> Step:
    due_on = assessment.to_do_by
    days = (due_on - day_in(assessment.zone, now())).days
    return Step(title, detail, due_on, due_words(due_on, days), country_and_year(assessment), href, button)


def due_words(day: date, days: int) -> str:
    """When something is due that is `days` days away, below 0 for what was due."""
    if days < 0:
        return gettext("Was due on %(day)s", day=show_day(day))
    if days == 0:
        return gettext("Due today, %(day)s", day=show_day(day))
    return ngettext(
        "Due on %(day)s, tomorrow",
        "Due on %(day)s, in %(count)s days",
        days,
        day=show_day(day),
        count=show(days),
    )


def _open_words(count: int) -> str:
    return ngettext("One question is open.", "%(count)s questions are open.", count, count=show(count))


def _last_day(assessment: Assessment) -> str:
    return show_end_of_day(assessment.last_day, assessment.country_code, assessment.zone)


def _question_href(work: CountryWork, question_id: str) -> str:
    return target_of(work.assessment, work.framework.questions[question_id]).href


def _beside_href(work: CountryWork, question_id: str, part: str) -> str:
    """The part of the question's own page that holds its remarks, or the answers of others."""
    question = work.framework.questions[question_id]
    objective = next(o for o, sheet in work.framework.pairs() if question in sheet.questions)
    return url_for(
        "questions.question",
        cycle=work.assessment.cycle.year,
        country=work.assessment.country_code,
        objective=objective.id,
        question=question_id,
        _anchor=part,
    )
