"""The coordinator's page on how long the history of a cycle is kept."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments import retention
from surveyapp.assessments.cycle_forms import RetentionForm
from surveyapp.assessments.service import get_cycle
from surveyapp.database import db

bp = Blueprint("retention", __name__, url_prefix="/<locale:locale>", template_folder="templates")


@bp.route("/cycles/<int(max=2999):cycle>/retention", methods=["GET", "POST"])
@may(Action.MANAGE_CYCLES)
def months(cycle: int) -> ResponseReturnValue:
    """How many months after acceptance the history goes; POST changes it."""
    user = get_current_user()
    form = RetentionForm()
    shown = get_cycle(cycle, lock=form.is_submitted())
    if form.validate_on_submit():
        retention.choose_months(shown, form.months.data, by=user)
        db.session.commit()
        flash(gettext("It is saved how long the history of this cycle is kept."))
        return redirect(url_for("cycles.follow", cycle=cycle), 303)
    if not form.is_submitted():
        form.months.data = shown.history_months
    page = render_template("cycles/retention.html", form=form, cycle=shown)
    return page, 422 if form.is_submitted() else 200
