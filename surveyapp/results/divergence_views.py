"""The map of divergence as a page, and the regional body's decision on what of it everybody sees."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts.guard import find_current_user, get_current_user
from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments import parallel_shown
from surveyapp.assessments.frameworks import get_content
from surveyapp.assessments.free_text import read_free_text
from surveyapp.assessments.parallel_errors import DecisionRefused
from surveyapp.database import db
from surveyapp.results import divergence
from surveyapp.results import divergence_choice as choosing
from surveyapp.results import divergence_words as words
from surveyapp.results.bands import bands_hash
from surveyapp.web.locale import current_locale

bp = Blueprint("divergence", __name__, url_prefix="/<locale:locale>", template_folder="templates")
bp.add_app_template_filter(words.describe_opinion, "opinion_in_words")
bp.add_app_template_filter(words.describe_difference, "difference_in_words")
bp.add_app_template_filter(words.describe_steps, "steps_in_words")


@bp.get("/results/<int(max=2999):cycle>/<country>/parallel")
@may(Action.VIEW_SHOWN_PARALLEL_VIEWS)
def compare(cycle: int, country: str) -> ResponseReturnValue:
    """What NGOs see of a country beside what its government declares."""
    return show_divergence(cycle, country, find_current_user())


def show_divergence(
    cycle: int, country: str, user: User | None, *, refused: int = 0, refusal: str = ""
) -> str:
    """The page for one person; with the view whose decision was refused, and why."""
    result, columns, may_decide = divergence.get_views(cycle, country, by=user)
    content = get_content(result.cycle, current_locale(), result.submission)
    objectives = [objective.id for objective in result.framework.objectives]
    choice = choosing.read_divergence_choice(request.args, columns, objectives)
    chosen = choosing.choose_columns(choice, columns)
    shown = divergence.make_divergence(result, chosen, content, may_decide=may_decide)
    return render_template(
        "results/divergence.html",
        result=result,
        content=content,
        divergence=shown,
        choice=choice,
        all_columns=columns,
        waiting=choosing.list_waiting(choice, columns),
        rows=choosing.choose_rows(choice, shown),
        listed=choosing.choose_questions(choice, shown),
        summaries=list(zip(words.summarise(shown), words.count_questions(shown), strict=True)),
        limits=divergence.SHADES,
        bands_version=bands_hash(result.framework),
        refused=refused,
        refusal=refusal,
        typed=request.form,
    )


@bp.post("/results/<int(max=2999):cycle>/<country>/parallel/<int(max=2147483647):view_id>")
@may(Action.DECIDE_ON_PARALLEL_VIEW)
def decide(cycle: int, country: str, view_id: int) -> ResponseReturnValue:
    """Show a view to everybody, or not."""
    user = get_current_user()
    try:
        parallel_shown.decide(
            cycle,
            country,
            view_id,
            shows={"yes": True, "no": False}.get(request.form.get("shows", "")),
            note=read_free_text("note"),
            seen_revision=request.form.get("revision", 0, type=int),
            by=user,
        )
    except DecisionRefused as refusal:
        db.session.rollback()
        page = show_divergence(cycle, country, user, refused=view_id, refusal=str(refusal))
        return page, refusal.status
    db.session.commit()
    flash(gettext("The decision is saved. The organisation is told."))
    return redirect(url_for("divergence.compare", cycle=cycle, country=country), 303)
