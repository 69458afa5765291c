"""Reviewing question by question, and what the country lets be shown once it is accepted."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments import access, consent, review, service, submission
from surveyapp.assessments.errors import RemarkRefused, SeemsToNameSomebody
from surveyapp.assessments.frameworks import get_content, get_framework
from surveyapp.assessments.models import Assessment, Reach, Verdict
from surveyapp.assessments.personal_data import find_personal_data, words_for
from surveyapp.assessments.review import LONGEST_REMARK, GivenMark
from surveyapp.assessments.sheets import find_sheet, make_sheet
from surveyapp.assessments.typed import stripped
from surveyapp.database import db
from surveyapp.framework.model import Questionnaire
from surveyapp.web.locale import current_locale

bp = Blueprint("reviews", __name__, url_prefix="/<locale:locale>", template_folder="templates")


@bp.post("/assessments/<int(max=2999):cycle>/<country>/<objective>/marks")
@may(Action.REVIEW)
def mark(cycle: int, country: str, objective: str) -> ResponseReturnValue:
    """Keep what the coordinator made of the answers of one objective."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user, lock=True)
    framework, _, questionnaire = find_sheet(assessment.cycle, objective)
    given, complaints = read_marks(questionnaire)
    review.record_marks(assessment, given, by=user)
    db.session.commit()
    if complaints:
        return show_complaints(assessment, objective, complaints), 422
    anew = request.form.get("anew", "")
    if anew:
        flash(gettext("The answer counts as not looked at. Decide on it again."))
    else:
        flash(gettext("Your remarks are saved. The country reads them once you return the assessment."))
    goal = anew or request.form.get("then", "")
    target = goal if framework.find_objective(goal) else objective
    anchor = goal if goal in framework.questions else None
    if goal == "overview":
        return redirect(url_for("assessments.country", cycle=cycle, country=country), 303)
    place = {"cycle": cycle, "country": country, "objective": target, "_anchor": anchor}
    return redirect(url_for("assessments.edit_objective", **place), 303)  # type: ignore[arg-type]


def read_marks(questionnaire: Questionnaire) -> tuple[list[GivenMark], dict[str, str]]:
    """The marks that were sent and are right; by question what is wrong with the others."""
    given, complaints = [], {}
    for question in questionnaire.questions:
        verdict = request.form.get(f"{question.id}-verdict")
        if question.same_as or verdict is None:
            continue
        if question.id == request.form.get("anew"):
            given.append(GivenMark(question.id, None))
            continue
        remark = stripped(request.form.get(f"{question.id}-remark"))
        if verdict not in ("", *Verdict):
            complaints[question.id] = gettext("Choose to accept the answer or to ask for a mend.")
        elif verdict == Verdict.ASK and not remark:
            complaints[question.id] = gettext("Say what the country should mend here.")
        elif len(remark) > LONGEST_REMARK:
            complaints[question.id] = gettext(
                "The remark is too long: at most %(most)s characters.", most=str(LONGEST_REMARK)
            )
        elif found := find_personal_data(remark) if f"{question.id}-checked" not in request.form else []:
            complaints[question.id] = words_for(found[0])
        else:
            given.append(GivenMark(question.id, Verdict(verdict) if verdict else None, remark))
    return given, complaints


def show_complaints(assessment: Assessment, objective: str, complaints: dict[str, str]) -> str:
    """The same page again, with what was typed."""
    answers = submission.list_shown_answers(assessment, sees_drafts=False)
    frozen = submission.find_shown_submission(assessment, sees_drafts=False)
    framework = get_framework(assessment.cycle.framework_version)
    return render_template(
        "assessments/read_objective.html",
        assessment=assessment,
        sheet=make_sheet(assessment, objective, answers, frozen=frozen),
        sees_comments=True,
        frozen=frozen,
        marks=review.list_marks(assessment),
        before=review.list_before(assessment, frozen, framework, by=get_current_user()),
        may_review=True,
        wrong_marks=complaints,
        named={id_ for id_ in complaints if find_personal_data(request.form.get(f"{id_}-remark", ""))},
        sent=request.form,
    )


@bp.route("/assessments/<int(max=2999):cycle>/<country>/consent", methods=["GET", "POST"])
@may(Action.CONSENT)
def give_consent(cycle: int, country: str) -> ResponseReturnValue:
    """The page as everybody will see it, and what of it the country lets be shown."""
    user = get_current_user()
    is_saving = request.method == "POST"
    assessment = service.get_assessment(cycle, country, by=user, lock=is_saving)
    access.require(Action.CONSENT, assessment, user)
    if not is_saving:
        return show_consent(assessment)
    try:
        consent.give_consent(
            assessment,
            read_reaches(assessment),
            statement=request.form.get("statement", ""),
            shows_sensitive=request.form.get("shows_sensitive") == "yes",
            by=user,
            is_checked="checked" in request.form,
        )
    except RemarkRefused as refusal:
        return show_consent(assessment, refusal)
    db.session.commit()
    flash(gettext("What may be shown is saved."))
    return redirect(url_for("reviews.give_consent", cycle=cycle, country=country), 303)


def show_consent(assessment: Assessment, refusal: RemarkRefused | None = None) -> ResponseReturnValue:
    """The page of what may be shown; after a refusal with what was chosen and typed."""
    framework = get_framework(assessment.cycle.framework_version)
    kept = consent.list_reaches(assessment)
    page = render_template(
        "reviews/consent.html",
        assessment=assessment,
        content=get_content(assessment.cycle, current_locale()),
        pairs=list(framework.pairs()),
        reaches=kept | read_reaches(assessment) if refusal else kept,
        has_sensitive=any(question.is_sensitive for question in framework.questions.values()),
        shows_sensitive="shows_sensitive" in request.form if refusal else assessment.shows_sensitive,
        statement=request.form.get("statement", "") if refusal else assessment.statement or "",
        refusal=refusal,
        may_be_ticked=isinstance(refusal, SeemsToNameSomebody),
    )
    return page, refusal.status if refusal else 200


def read_reaches(assessment: Assessment) -> dict[str, Reach]:
    """The choices that were sent; what is no choice is not taken."""
    sent = {o: request.form.get(f"{o}-reach") for o in consent.list_reaches(assessment)}
    return {objective: Reach(reach) for objective, reach in sent.items() if reach in tuple(Reach)}
