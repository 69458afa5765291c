"""The pages of an NGO: its own view of a country, from the first answer to taking it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments import parallel
from surveyapp.assessments.autosave import describe_save
from surveyapp.assessments.due import Due, find_due
from surveyapp.assessments.frameworks import get_content, get_framework
from surveyapp.assessments.parallel_errors import NothingAnswered
from surveyapp.assessments.parallel_forms import ConsentForm, HandInForm, keep_answers
from surveyapp.assessments.parallel_last import find_last_view
from surveyapp.assessments.parallel_models import ParallelView
from surveyapp.assessments.parallel_shown import list_shown
from surveyapp.assessments.shares import WHOLE
from surveyapp.assessments.sheets import (
    Unkept,
    address_of_sheet,
    find_sheet,
    list_progress,
    make_sheet,
    target_of,
)
from surveyapp.assessments.submission import FunctionFault, list_open
from surveyapp.database import db, now
from surveyapp.web.locale import current_locale
from surveyapp.web.requests import wants_json
from surveyapp.web.time_zones import day_in

bp = Blueprint("parallel", __name__, url_prefix="/<locale:locale>", template_folder="templates")


@bp.get("/parallel")
@may(Action.WRITE_PARALLEL_VIEW)
def start() -> ResponseReturnValue:
    """The views that this person gives, cycle by cycle; the only open one is gone to at once, unless all are
    asked for.
    """
    views = parallel.list_own(by=get_current_user())
    is_open = [view for view in views if view.is_open(now())]
    is_only_one = len(is_open) == 1 and len({view.country_code for view in views}) == 1
    if is_only_one and request.args.get("show") != "all":
        return redirect(address_of(is_open[0]), 303)
    overdue = [view for view in is_open if find_due(view, now()) is Due.OVERDUE]
    return render_template("assessments/parallel_list.html", views=views, open_ones=is_open, overdue=overdue)


@bp.get("/parallel/<int(max=2999):cycle>/<country>")
@may(Action.WRITE_PARALLEL_VIEW)
def overview(cycle: int, country: str) -> ResponseReturnValue:
    """How far the own view is, and the next step."""
    user = get_current_user()
    view = parallel.get_view(cycle, country, by=user)
    return show_overview(view, user)


def show_overview(
    view: ParallelView, user: User, form: HandInForm | None = None, refusal: str = ""
) -> ResponseReturnValue:
    """The page of the whole view; with what was wrong in the form that hands it in."""
    framework = get_framework(view.cycle.framework_version)
    answers = parallel.list_answers(view)
    everything = dict.fromkeys((objective.id for objective in framework.objectives), WHOLE)
    form = form or HandInForm(formdata=None, signed_by_function=user.office)
    still_open = list_open(answers, framework.questions.values())
    page = render_template(
        "assessments/parallel_view.html",
        view=view,
        content=get_content(view.cycle, current_locale()),
        progress=list_progress(view, answers, everything),
        missing=[target_of(view, question) for question in still_open],
        asked=sum(question.same_as is None for question in framework.questions.values()),
        form=form,
        consent_form=ConsentForm(formdata=None, consents="yes" if view.consents_to_public else "no"),
        refusal=refusal,
        is_open=view.is_open(now()),
        is_before=day_in(view.zone, now()) < view.cycle.opens_on,
        is_overdue=day_in(view.zone, now()) > view.due_on,
        has_others=len(parallel.list_places(by=user)) > 1,
        is_writable=parallel.is_writable(view),
        latest=parallel.find_submission(view),
        is_compared=bool(list_shown(view.cycle.year, view.country_code, by=user).submissions),
    )
    return page, 422 if form.errors or refusal else 200


@bp.route("/parallel/<int(max=2999):cycle>/<country>/<objective>", methods=["GET", "POST"])
@may(Action.WRITE_PARALLEL_VIEW)
def edit_objective(cycle: int, country: str, objective: str) -> ResponseReturnValue:
    """One objective's questionnaire; POST keeps its answers, each by itself."""
    user = get_current_user()
    is_saving = request.method == "POST"
    view = parallel.get_view(cycle, country, by=user, lock=is_saving)
    find_sheet(view.cycle, objective)
    if not is_saving:
        return show_sheet(view, objective, Unkept())
    unkept = keep_answers(view, objective, user)
    db.session.commit()
    if unkept.is_empty and not wants_json():
        flash(gettext("Your answers are saved."))
        return redirect(after_saving(view, objective), 303)
    if wants_json():
        return describe_save(view, make_sheet(view, objective, parallel.list_answers(view), unkept), unkept)
    return show_sheet(view, objective, unkept)


def show_sheet(view: ParallelView, objective: str, unkept: Unkept) -> ResponseReturnValue:
    """The questionnaire as a form, or to be read where it takes no answers."""
    template = "objective" if parallel.is_writable(view) else "read_objective"
    last = find_last_view(view, current_locale())
    sheet = make_sheet(view, objective, parallel.list_answers(view), unkept, last)
    page = render_template(
        f"assessments/{template}.html",
        assessment=view,
        sheet=sheet,
        next_objective=sheet.next_objective,
        complaints=unkept.complaints,
        conflicts=unkept.conflicts,
        sees_comments=True,
        parts=[],
    )
    return page, unkept.status


def after_saving(view: ParallelView, objective: str) -> str:
    """Where the pressed button leads: the next objective, the overview, or back to the question."""
    goal = next((request.form[name] for name in ("then", "keep", "unchanged") if request.form.get(name)), "")
    if goal == "overview":
        return address_of(view)
    framework = get_framework(view.cycle.framework_version)
    target = goal if framework.find_objective(goal) else objective
    return address_of_sheet(view, target, goal if goal in framework.questions else None)


@bp.post("/parallel/<int(max=2999):cycle>/<country>/hand-in")
@may(Action.WRITE_PARALLEL_VIEW)
def hand_in(cycle: int, country: str) -> ResponseReturnValue:
    """Hand the view in, complete or not."""
    user = get_current_user()
    view = parallel.get_view(cycle, country, by=user, lock=True)
    form = HandInForm()
    if not form.validate_on_submit():
        db.session.rollback()
        return show_overview(parallel.get_view(cycle, country, by=user), user, form)
    try:
        parallel.hand_in(view, signed_by=form.signed_by_function.data, consents=form.given, by=user)
    except (NothingAnswered, FunctionFault) as refusal:
        db.session.rollback()
        return show_overview(parallel.get_view(cycle, country, by=user), user, form, str(refusal))
    db.session.commit()
    flash(gettext("Your view is handed in. The regional secretariat is told."))
    return redirect(address_of(view), 303)


@bp.post("/parallel/<int(max=2999):cycle>/<country>/take-back")
@may(Action.WRITE_PARALLEL_VIEW)
def take_back(cycle: int, country: str) -> ResponseReturnValue:
    """Hide the view from everybody else."""
    user = get_current_user()
    view = parallel.get_view(cycle, country, by=user, lock=True)
    parallel.take_back(view, by=user)
    db.session.commit()
    flash(gettext("Your view is taken back. Nobody else sees it."))
    return redirect(address_of(view), 303)


@bp.post("/parallel/<int(max=2999):cycle>/<country>/consent")
@may(Action.WRITE_PARALLEL_VIEW)
def consent(cycle: int, country: str) -> ResponseReturnValue:
    """Let everybody see the view, or no more."""
    user = get_current_user()
    view = parallel.get_view(cycle, country, by=user, lock=True)
    form = ConsentForm()
    if form.validate_on_submit():
        parallel.choose_consent(view, form.given, by=user)
        db.session.commit()
        flash(gettext("It is saved who may see your view."))
    return redirect(address_of(view), 303)


def address_of(view: ParallelView) -> str:
    return url_for("parallel.overview", cycle=view.cycle.year, country=view.country_code)
