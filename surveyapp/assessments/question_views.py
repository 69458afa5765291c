"""The page of one question: its evidence, remarks of those who work on it, the history of its answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments import access, history, mentions, remarks, service
from surveyapp.assessments.errors import FileRefused, RemarkRefused, SeemsToNameSomebody
from surveyapp.assessments.evidence_files import MOST_FILES
from surveyapp.assessments.file_forms import FileForm
from surveyapp.assessments.file_types import TYPES
from surveyapp.assessments.frameworks import get_content
from surveyapp.assessments.models import Assessment
from surveyapp.assessments.shares import covers
from surveyapp.assessments.sheets import find_sheet
from surveyapp.database import db, now
from surveyapp.framework.model import Question
from surveyapp.mail.letters import sends_mail
from surveyapp.refusals import NotFound
from surveyapp.web.locale import current_locale

bp = Blueprint("questions", __name__, url_prefix="/<locale:locale>", template_folder="templates")

PLACE = "/assessments/<int(max=2999):cycle>/<country>/<objective>/<question>"


def find_question(assessment: Assessment, objective: str, question: str) -> Question:
    """:raises NotFound: that objective asks no such question."""
    _, _, questionnaire = find_sheet(assessment.cycle, objective)
    found = next((each for each in questionnaire.questions if each.id == question), None)
    if found is None or found.same_as is not None:
        raise NotFound
    return found


def open_question(
    cycle: int, country: str, objective: str, question: str, action: Action, *, lock: bool = False
) -> tuple[Assessment, Question, bool]:
    """The assessment, the question, and whether it is delegated to who asks.

    :raises NotFound: no such assessment or question, or not for this person to know.
    :raises NotAllowed: the table refuses the action.
    """
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user, lock=lock)
    found = find_question(assessment, objective, question)
    is_delegated = covers(access.find_shares(assessment, user), objective, found.id)
    access.require(action, assessment, user, is_delegated=is_delegated)
    return assessment, found, is_delegated


@bp.get(PLACE)
@may(Action.VIEW_HISTORY)
def question(cycle: int, country: str, objective: str, question: str) -> ResponseReturnValue:
    """The evidence and the remarks of one question, and the history of its answer."""
    assessment, found, _ = open_question(cycle, country, objective, question, Action.VIEW_HISTORY)
    return show(assessment, objective, found, get_current_user())


def show(
    assessment: Assessment,
    objective: str,
    found: Question,
    user: User,
    refusal: RemarkRefused | None = None,
    file_refusal: FileRefused | None = None,
    file_form: FileForm | None = None,
) -> ResponseReturnValue:
    """The page; after a refusal with what was typed."""
    answer = service.list_answers(assessment).get(found.id)
    refused = refusal or file_refusal
    entries = history.list_history(assessment, found.id)
    page = render_template(
        "assessments/question.html",
        assessment=assessment,
        objective=objective,
        question=found,
        text=get_content(assessment.cycle, current_locale()).question(found),
        remarks=remarks.list_remarks(assessment, found.id),
        split=mentions.split,
        sends_mail=sends_mail(),
        mentionable=mentions.list_offices(mentions.list_readers(assessment, objective, found.id), by=user),
        entries=entries,
        version=next((entry.row.version for entry in entries if entry.is_current), 0),
        may_choose=access.may(Action.DELEGATE, assessment, user),
        may_change=assessment.state in access.WRITABLE and assessment.is_open(now()),
        evidence=answer.evidence if answer else [],
        most_files=MOST_FILES,
        accepted=",".join(f".{extension}" for extension in TYPES),
        file_form=file_form or FileForm(formdata=None),
        file_refusal=file_refusal,
        refusal=refusal,
        may_be_ticked=isinstance(refusal, SeemsToNameSomebody),
    )
    return page, refused.status if refused else 200


@bp.post(f"{PLACE}/remarks")
@may(Action.REMARK)
def remark(cycle: int, country: str, objective: str, question: str) -> ResponseReturnValue:
    """Add a remark, resolve one, or open one again."""
    user = get_current_user()
    assessment, found, is_delegated = open_question(
        cycle, country, objective, question, Action.REMARK, lock=True
    )
    pressed = next((name for name in ("resolve", "reopen") if request.form.get(name, type=int)), None)
    if pressed:
        remarks.set_resolved(
            assessment,
            found.id,
            request.form.get(pressed, 0, type=int),
            is_resolved=pressed == "resolve",
            by=user,
            is_delegated=is_delegated,
        )
    else:
        try:
            remarks.add_remark(
                assessment,
                objective,
                found.id,
                request.form.get("text", ""),
                by=user,
                is_delegated=is_delegated,
                is_checked="checked" in request.form,
            )
        except RemarkRefused as refusal:
            return show(assessment, objective, found, user, refusal)
    db.session.commit()
    flash(words_after_remark(pressed))
    return redirect(url_for("questions.question", **(request.view_args or {})), 303)


def words_after_remark(pressed: str | None) -> str:
    """What is said once a remark was added, or once the button of one was pressed."""
    if pressed == "resolve":
        return gettext("The remark is marked as resolved.")
    if pressed == "reopen":
        return gettext("The remark is open again.")
    return gettext("The remark is added.")


@bp.post(f"{PLACE}/restore")
@may(Action.EDIT_ANSWERS)
def restore(cycle: int, country: str, objective: str, question: str) -> ResponseReturnValue:
    """Put an earlier answer, or one kept beside, in the place of the present one."""
    user = get_current_user()
    assessment, found, _ = open_question(cycle, country, objective, question, Action.VIEW_HISTORY, lock=True)
    parts = access.list_parts(assessment, objective, by=user)
    access.require_editable(assessment, parts, [found.id], by=user)
    if "settle" in request.form:
        history.settle(assessment, found.id, by=user)
        db.session.commit()
        flash(gettext("The answer that stood stays. The other one is kept in the history."))
        return redirect(url_for("questions.question", **(request.view_args or {})), 303)
    seen_version = request.form.get("version", 0, type=int)
    conflicts = history.restore(
        assessment, found.id, request.form.get("entry", ""), seen_version, by=user, parts=parts
    )
    db.session.commit()
    if any(conflict.is_for_focal_point for conflict in conflicts):
        flash(gettext("It is kept beside the answer of another office; the focal point chooses."))
    elif conflicts:
        flash(gettext("Somebody saved another answer meanwhile. Look at the history again, then choose."))
    else:
        flash(gettext("The answer that you chose stands now. The others are kept in the history."))
    return redirect(url_for("questions.question", **(request.view_args or {})), 303)
