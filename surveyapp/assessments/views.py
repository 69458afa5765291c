"""The assessment pages: overview, one questionnaire, the steps from draft to published."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.models import User
from surveyapp.accounts.next_steps import list_next_steps
from surveyapp.accounts.permissions import Action, may, may_ever
from surveyapp.assessments import access, bundles, consent, remarks, service, submission
from surveyapp.assessments.access import Access
from surveyapp.assessments.autosave import describe_save
from surveyapp.assessments.delegation_models import Delegation
from surveyapp.assessments.errors import AssessmentIncomplete
from surveyapp.assessments.frameworks import count_asked, get_content, get_framework
from surveyapp.assessments.free_text import read_free_text
from surveyapp.assessments.last_cycle import find_last_cycle
from surveyapp.assessments.letters import country_and_year
from surveyapp.assessments.models import Assessment, AssessmentState, Reach
from surveyapp.assessments.next_steps import list_country_steps
from surveyapp.assessments.parallel_shown import list_shown
from surveyapp.assessments.parts import move_part
from surveyapp.assessments.review import (
    Asked,
    list_asked,
    list_asked_before,
    list_before,
    list_shown_marks,
)
from surveyapp.assessments.saving import (
    keep_answers,
    require_editable,
    words_after_saving,
    words_after_step,
)
from surveyapp.assessments.shares import WHOLE
from surveyapp.assessments.sheets import Target, find_sheet, list_progress, make_sheet, target_of
from surveyapp.assessments.so_far import score_so_far
from surveyapp.database import db, now
from surveyapp.framework.model import Framework
from surveyapp.web.demo import is_demo
from surveyapp.web.locale import current_locale
from surveyapp.web.requests import wants_json
from surveyapp.web.time_zones import day_in, show_day_in, show_end_of_day, show_moment_in

bp = Blueprint("assessments", __name__, url_prefix="/<locale:locale>", template_folder="templates")
bp.add_app_template_filter(show_moment_in, "moment_in")
bp.add_app_template_filter(show_end_of_day, "end_of_day")
bp.add_app_template_filter(show_day_in, "day_in_zone")

STEPS = {
    "return": lambda assessment, by: submission.return_submission(assessment, read_free_text("note"), by=by),
    "reopen": lambda assessment, by: submission.reopen(assessment, read_free_text("note"), by=by),
    "accept": lambda assessment, by: submission.accept(assessment, by=by),
    "publish": lambda assessment, by: submission.publish(assessment, by=by),
    "withdraw": lambda assessment, by: submission.withdraw(assessment, by=by),
}


@bp.get("/assessments")
@may(Action.SEE_OVERVIEW)
def overview() -> ResponseReturnValue:
    """All assessments that this person works on or follows; the only open one is gone to at once, unless
    something waits in another one.
    """
    user = get_current_user()
    assessments = service.list_assessments(by=user)
    is_open = [a for a in assessments if a.is_open(now())]
    steps = list_next_steps(user) if user.works_for_one_country else []
    is_elsewhere = len(is_open) != 1 or any(step.where != country_and_year(is_open[0]) for step in steps)
    if len(user.countries) == 1 and not is_elsewhere:
        return redirect(address_of(is_open[0]), 303)
    framework_sizes = {a.cycle_id: question_count(a) for a in assessments}
    return render_template(
        "assessments/list.html",
        assessments=assessments,
        steps=steps,
        counts=service.count_answers(assessments),
        sizes=framework_sizes,
        open_cycles={a.cycle_id for a in is_open},
        manages_cycles=may_ever(Action.MANAGE_CYCLES, user),
    )


def question_count(assessment: Assessment) -> int:
    return count_asked(get_framework(assessment.cycle.framework_version))


@bp.get("/assessments/<int(max=2999):cycle>/<country>")
@may(Action.SEE_OVERVIEW)
def country(cycle: int, country: str) -> ResponseReturnValue:
    """How far one country is, objective by objective, and the next step."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user)
    return render_template("assessments/country.html", **overview_of(assessment, user))


def overview_of(assessment: Assessment, user: User) -> dict[str, object]:
    """What the overview page shows to this person."""
    framework = get_framework(assessment.cycle.framework_version)
    openable = access.list_openable(assessment, framework, by=user)
    parts = access.list_parts(assessment, by=user)
    sees_drafts = access.may(Action.VIEW_DRAFT_ANSWERS, assessment, user)
    is_reviewer = not sees_drafts and access.may(Action.VIEW_COMMENTS, assessment, user)
    answers = submission.list_shown_answers(assessment, sees_drafts=not is_reviewer)
    sees_score = access.may(Action.VIEW_RESULTS, assessment, user)
    sees_all = access.may(Action.VIEW_COMMENTS, assessment, user)
    open_questions = submission.list_open(answers, framework.questions.values())
    marks = list_shown_marks(assessment, framework, by=user)
    asked = list_asked(marks, answers, framework)
    latest = submission.find_submission(assessment)
    has_objectives = WHOLE in openable.values()  # the note is about all of them
    sees_note = access.may(Action.VIEW_REVIEW_NOTES, assessment, user, is_delegated=has_objectives)
    return {
        "assessment": assessment,
        "steps": list_country_steps(assessment, answers, asked, parts, by=user),
        "content": get_content(assessment.cycle, current_locale()),
        "progress": list_progress(assessment, answers, openable),
        "parts": parts_by_objective(assessment, parts, user),
        "missing": [target_of(assessment, question) for question in open_questions],
        "so_far": score_so_far(framework, answers, drawn_for=assessment if sees_all else None)
        if sees_score
        else None,
        "sees_answers": bool(openable),
        "may": {step: access.may(action, assessment, user) for step, action in STEP_ACTIONS.items()},
        "is_open": assessment.is_open(now()),
        "is_late": assessment.is_late(now()),
        "today": day_in(assessment.zone, now()),
        "latest": latest,
        "has_views": latest is not None and has_shown_views(assessment, user),
        "sees_copy": sees_all,
        "asked": with_targets(assessment, framework, asked),
        "asked_before": with_targets(
            assessment, framework, list_asked_before(assessment, answers, framework, by=user)
        ),
        "review_note": assessment.review_note if sees_note else None,
        "marks": marks,
        "looked_at": len(marks),
        "kept_marks": sum(mark.is_kept_on(latest) for mark in marks.values()) if latest else 0,
        "asked_count": count_asked(framework),
        "withheld": _count_withheld(assessment) if assessment.consented_at else 0,
    }


def has_shown_views(assessment: Assessment, user: User) -> bool:
    """Whether this person may open the map of divergence."""
    return bool(list_shown(assessment.cycle.year, assessment.country_code, by=user).submissions)


def _count_withheld(assessment: Assessment) -> int:
    """How many objectives the country does not let everybody see."""
    return sum(reach is not Reach.PUBLIC for reach in consent.list_reaches(assessment).values())


def with_targets(
    assessment: Assessment, framework: Framework, asked: Sequence[Asked]
) -> list[tuple[Target, Asked]]:
    """Each thing that was asked, with the way to its question."""
    return [(target_of(assessment, framework.questions[one.question_id]), one) for one in asked]


def parts_by_objective(
    assessment: Assessment, parts: Sequence[Delegation], user: User
) -> dict[str, list[Delegation]]:
    """To whom each objective is delegated, for the focal point, who gave it to them."""
    found: dict[str, list[Delegation]] = {}
    if access.may(Action.MANAGE_CONTRIBUTORS, assessment, user):
        for part in parts:
            found.setdefault(part.objective_id, []).append(part)
    return found


STEP_ACTIONS = {
    "manage_contributors": Action.MANAGE_CONTRIBUTORS,
    "submit": Action.SUBMIT,
    "return": Action.REVIEW,
    "accept": Action.REVIEW,
    "reopen": Action.REOPEN,
    "publish": Action.PUBLISH,
    "withdraw": Action.WITHDRAW,
    "consent": Action.CONSENT,
}


@bp.route("/assessments/<int(max=2999):cycle>/<country>/<objective>", methods=["GET", "POST"])
@may(Action.VIEW_COMMENTS)
def edit_objective(cycle: int, country: str, objective: str) -> ResponseReturnValue:
    """One objective's questionnaire; POST keeps its answers, each by itself."""
    user = get_current_user()
    is_saving = request.method == "POST"
    assessment = service.get_assessment(cycle, country, by=user, lock=is_saving)
    framework, _, _ = find_sheet(assessment.cycle, objective)
    if is_saving:
        return save_objective(assessment, objective, user)
    all_parts = access.list_parts(assessment, by=user)
    parts = [part for part in all_parts if part.objective_id == objective]
    granted = access.require_readable(assessment, parts, by=user)
    sees_drafts = granted is not Access.READ_FROZEN
    answers = submission.list_shown_answers(assessment, sees_drafts=sees_drafts)
    last = find_last_cycle(assessment, current_locale())
    frozen = submission.find_shown_submission(assessment, sees_drafts=sees_drafts)
    return render_template(
        "assessments/objective.html" if granted is Access.EDIT else "assessments/read_objective.html",
        assessment=assessment,
        sheet=make_sheet(
            assessment,
            objective,
            answers,
            last=last,
            frozen=frozen,
            only=access.find_limit(parts, user, assessment.country_code),
        ),
        complaints={},
        conflicts={},
        sees_comments=True,
        beside=remarks.count_beside(assessment) if sees_drafts else {},
        **shown_parts(assessment, objective, all_parts, user),
        sees_history=sees_drafts,
        frozen=frozen,
        marks=list_shown_marks(assessment, framework, by=user),
        before=list_before(assessment, frozen, framework, by=user),
        may_review=access.may(Action.REVIEW, assessment, user),
    )


def save_objective(assessment: Assessment, objective: str, user: User) -> ResponseReturnValue:
    """Keep what is right, say what is not: 422 for a wrong field, 409 for a newer answer of somebody else."""
    all_parts = access.list_parts(assessment, by=user)
    parts = [part for part in all_parts if part.objective_id == objective]
    framework, _, _ = find_sheet(assessment.cycle, objective)
    require_editable(assessment, objective, user, parts)
    unkept = keep_answers(assessment, objective, user, parts)
    if unkept.is_empty and request.form.get("then") == "ready":
        move_part(assessment, objective, "ready", user_id=user.id, by=user)
    db.session.commit()
    if unkept.is_empty and not wants_json():
        flash(words_after_saving(assessment, unkept))
        return redirect(after_saving(assessment, objective), 303)
    answers = service.list_answers(assessment)
    last = None if wants_json() else find_last_cycle(assessment, current_locale())
    only = access.find_limit(parts, user, assessment.country_code)
    sheet = make_sheet(assessment, objective, answers, unkept, last, only=only)
    if wants_json():
        return describe_save(assessment, sheet, unkept)
    page = render_template(
        "assessments/objective.html",
        assessment=assessment,
        sheet=sheet,
        complaints=unkept.complaints,
        conflicts=unkept.conflicts,
        beside=remarks.count_beside(assessment),
        **shown_parts(assessment, objective, all_parts, user),
        sees_history=True,
        marks=list_shown_marks(assessment, framework, by=user),
    )
    return page, unkept.status


def shown_parts(
    assessment: Assessment, objective: str, all_parts: Sequence[Delegation], user: User
) -> dict[str, object]:
    """To whom the objective is delegated, as the page shows it to this person, and their next one."""
    parts = [part for part in all_parts if part.objective_id == objective]
    own = access.find_own(parts, user, assessment.country_code)
    given = {part.objective_id for part in all_parts if part.user_id == user.id}
    framework = get_framework(assessment.cycle.framework_version)
    ids = [each.id for each in framework.objectives]
    following = framework.objectives[ids.index(objective) + 1 :]
    return {
        "parts": parts,
        "own_part": own,
        "may_delegate": access.may(Action.DELEGATE, assessment, user),
        "next_objective": next((each for each in following if own is None or each.id in given), None),
    }


def after_saving(assessment: Assessment, objective: str) -> str:
    """Where the pressed button leads: the next objective, the overview, or back to the question."""
    pressed = (request.form.get(name, "") for name in ("then", "keep", "unchanged"))
    goal = next(filter(None, pressed), "")
    if goal == "overview":
        return address_of(assessment)
    framework = get_framework(assessment.cycle.framework_version)
    known = {o.id for o, _ in framework.pairs()}
    target = goal if goal in known else objective
    anchor = goal if goal in framework.questions else None
    return url_for(
        "assessments.edit_objective",
        cycle=assessment.cycle.year,
        country=assessment.country_code,
        objective=target,
        _anchor=anchor,
    )


@bp.get("/assessments/<int(max=2999):cycle>/<country>/bundle")
@may(Action.VIEW_COMMENTS)
def bundle(cycle: int, country: str) -> ResponseReturnValue:
    """The frozen copy to take away, for whoever may see all of it: a contributor sees only a part."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user)
    access.require(Action.VIEW_COMMENTS, assessment, user)
    taken = bundles.get_bundle(assessment)
    name = f"{taken.name}-invented.json" if is_demo() else f"{taken.name}.json"
    response = Response(taken.raw, content_type="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.post("/assessments/<int(max=2999):cycle>/<country>/submit")
@may(Action.SUBMIT)
def submit(cycle: int, country: str) -> ResponseReturnValue:
    """Hand the assessment in; what is missing is listed with the way to it."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user, lock=True)
    try:
        submission.submit(assessment, by=user, signed_by=request.form.get("signed_by_function"))
    except AssessmentIncomplete as refusal:
        db.session.rollback()
        assessment = service.get_assessment(cycle, country, by=user)
        page = render_template("assessments/country.html", refusal=refusal, **overview_of(assessment, user))
        return page, refusal.status
    db.session.commit()
    flash(gettext("The assessment is submitted. The regional secretariat reviews it next."))
    return redirect(address_of(assessment), 303)


@bp.post(
    "/assessments/<int(max=2999):cycle>/<country>/review"
    "/<any(return, reopen, accept, publish, withdraw):step>"
)
@may(Action.REVIEW)
def review(cycle: int, country: str, step: str) -> ResponseReturnValue:
    """The coordinator's steps: return or accept, publish or withdraw, reopen."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user, lock=True)
    STEPS[step](assessment, user)
    db.session.commit()
    words = {
        AssessmentState.RETURNED: gettext("The assessment is back with its country."),
        AssessmentState.ACCEPTED: gettext("The assessment is accepted. It is not public."),
        AssessmentState.PUBLISHED: gettext("The results are published."),
    }
    if step == "withdraw":
        words[assessment.state] = gettext("The results are withdrawn. They are not public any more.")
    flash(words[assessment.state])
    return redirect(address_of(assessment), 303)


def address_of(assessment: Assessment) -> str:
    return url_for("assessments.country", cycle=assessment.cycle.year, country=assessment.country_code)


@bp.post("/assessments/<int(max=2999):cycle>/<country>/<objective>/part")
@may(Action.HAND_OVER)
def move(cycle: int, country: str, objective: str) -> ResponseReturnValue:
    """A step with a delegated objective: take it up again, take it over, send it back."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user, lock=True)
    find_sheet(assessment.cycle, objective)
    move_part(
        assessment,
        objective,
        request.form.get("step", ""),
        user_id=request.form.get("user", 0, type=int),
        by=user,
        note=read_free_text("note"),
    )
    db.session.commit()
    flash(words_after_step(request.form.get("step", "")))
    return redirect(after_saving(assessment, objective), 303)
