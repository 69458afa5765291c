"""What a sent questionnaire form asks to be kept, and what is said when it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from flask import request
from flask_babel import gettext

from surveyapp.accounts.models import User
from surveyapp.assessments import access, service
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.errors import AssessmentClosed, PartHandedOver
from surveyapp.assessments.forms import ObjectiveForm
from surveyapp.assessments.last_cycle import LastCycle, confirm, find_last_cycle
from surveyapp.assessments.models import Answer, Assessment
from surveyapp.assessments.service import GivenAnswer, SeenAnswer
from surveyapp.assessments.sheets import Unkept, find_sheet, get_form, kept_fields
from surveyapp.assessments.typed import stripped
from surveyapp.database import now
from surveyapp.framework.model import Questionnaire
from surveyapp.web.locale import current_locale
from surveyapp.web.time_zones import show_end_of_day


def keep_answers(assessment: Assessment, objective: str, user: User, parts: Sequence[Delegation]) -> Unkept:
    """Record what the form holds; gives what could not be kept.

    The pressed button may leave one question as it is saved (`keep`), or confirm the last cycle's
    answer to one as unchanged (`unchanged`).
    """
    _, _, questionnaire = find_sheet(assessment.cycle, objective)
    form = get_form(assessment.cycle, questionnaire)
    answers = service.list_answers(assessment)
    seen = service.list_seen(answers, form.versions(request.form))
    sent = read_sent(form, questionnaire, answers, seen, partial(find_last_cycle, assessment))
    refused = service.record_answers(assessment, sent.given, by=user, parts=parts)
    conflicts = {c.given.question_id: c for c in refused if not c.is_for_focal_point}
    beside = frozenset(c.given.question_id for c in refused if c.is_for_focal_point)
    return Unkept(request.form, sent.complaints, conflicts, beside)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a questionnaire form says: what can be recorded, and the complaints by question and field."""

    given: list[GivenAnswer]
    complaints: dict[str, dict[str, str]]


def read_sent(
    form: ObjectiveForm,
    questionnaire: Questionnaire,
    answers: Mapping[str, Answer],
    seen: Mapping[str, SeenAnswer],
    find_last: Callable[[str], LastCycle | None],
) -> Sent:
    """Read the form beside the answers that are kept and those that its page showed (`seen`).

    `find_last` gives the last cycle's answers in a locale; it is called only where one is confirmed.
    """
    keep, again = request.form.get("keep", ""), request.form.get("unchanged", "")
    complaints = form.complaints_beside(request.form, answers, seen, kept=keep, unchanged=again)
    given = form.given(request.form, {*complaints, keep})
    confirmed = next((question for question in questionnaire.questions if question.id == again), None)
    if confirmed is not None and again not in complaints:
        version = form.versions(request.form).get(again, 0)
        given = confirm(given, confirmed, find_last(current_locale()), version)
    return Sent(given, complaints)


def require_editable(assessment: Assessment, objective: str, user: User, parts: Sequence[Delegation]) -> None:
    """Let pass who may answer what was sent, as `access.require_editable` does.

    The refusals of who may still read the answers say which fields were sent as the page showed them.
    """
    _, _, questionnaire = find_sheet(assessment.cycle, objective)
    try:
        access.require_editable(assessment, parts, list_sent(questionnaire), by=user)
    except (AssessmentClosed, PartHandedOver) as refusal:
        versions = get_form(assessment.cycle, questionnaire).versions(request.form)
        refusal.unchanged = list_unchanged(service.list_seen(service.list_answers(assessment), versions))
        raise


def list_unchanged(seen: Mapping[str, SeenAnswer]) -> list[str]:
    """The fields that were sent as the page showed them; `seen` are the answers that it showed."""
    shown = {
        f"{question_id}-{'level' if name == 'choice' else name}": value
        for question_id, answer in seen.items()
        for name, value in asdict(kept_fields(answer)).items()
    }
    return [name for name, value in shown.items() if stripped(request.form.get(name)) == value]


def list_sent(questionnaire: Questionnaire) -> list[str]:
    """The questions that a form or a pressed button says anything about."""
    named = {name.rsplit("-", 1)[0] for name in request.form} | {request.form.get("unchanged", "")}
    return [question.id for question in questionnaire.questions if question.id in named]


def words_after_saving(assessment: Assessment, unkept: Unkept) -> str:
    """What is said when everything that was sent is kept: a sentence for each thing to know."""
    sentences = [gettext("Your answers are saved.")]
    if assessment.is_late(now()):
        deadline = show_end_of_day(assessment.due_on, assessment.country_code, assessment.zone)
        sentences = [
            gettext(
                "Your answers are saved and marked late: the deadline was %(deadline)s.", deadline=deadline
            )
        ]
    if unkept.beside:
        sentences.append(
            gettext(
                "Where another office had answered, yours is kept beside its answer and the focal point "
                "chooses."
            )
        )
    if request.form.get("then") == "ready":
        sentences.append(gettext("The focal point is told that your answers are ready."))
    return " ".join(sentences)


def words_after_step(step: str) -> str:
    """What is said after a step of `parts.STEPS` other than marking as ready while saving."""
    return {
        "take": gettext("The answers are taken over. The other office can read them, not change them."),
        "send_back": gettext("The answers went back to the other office with your remark."),
        "resume": gettext("You can change your answers again."),
        "ready": gettext("The focal point is told that your answers are ready."),
    }[step]
