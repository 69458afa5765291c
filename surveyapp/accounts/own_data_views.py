"""A user's own data: what is held and why, taken as a file, and the account removed at their wish."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import logout_user

from surveyapp.accounts import leaving, service
from surveyapp.accounts.errors import CannotBeSpared, WrongPassword
from surveyapp.accounts.forms import RemovalForm
from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.own_data import export_user
from surveyapp.accounts.permissions import Action, may
from surveyapp.accounts.words import role_name
from surveyapp.database import db, now

bp = Blueprint("own_data", __name__, url_prefix="/<locale:locale>/account", template_folder="templates")


@bp.get("/data")
@may(Action.USE_OWN_ACCOUNT)
def show() -> ResponseReturnValue:
    """What is held about the person, why, and for how long."""
    return render_template("accounts/own_data.html", role_name=role_name)


@bp.post("/data")
@may(Action.USE_OWN_ACCOUNT)
def export() -> ResponseReturnValue:
    """All of it, as one file."""
    user = get_current_user()
    text = export_user(user, by=user)
    db.session.commit()
    name = f"surveyapp-data-{now():%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return text, 200, {"Content-Type": "application/json; charset=utf-8", **headers}


@bp.route("/removal", methods=["GET", "POST"])
@may(Action.USE_OWN_ACCOUNT)
def remove() -> ResponseReturnValue:
    """Remove the own account, by its password; what goes and what stays is said before."""
    user, form, refusal = get_current_user(), RemovalForm(), None
    if form.validate_on_submit():
        try:
            service.require_password(user, form.password.data)
            leaving.remove_account(user, by=user)
        except WrongPassword as wrong:
            db.session.commit()  # the wrong try is counted
            form.password.errors = [str(wrong)]
        except CannotBeSpared as needed:
            db.session.rollback()
            refusal = needed
        else:
            db.session.commit()
            logout_user()
            session.clear()
            flash(gettext("Your account is removed. What you did stays under the name of your office."))
            response = redirect(url_for("results.start"), 303)
            response.headers["Clear-Site-Data"] = '"storage"'  # what was typed and not saved waits in the tab
            return response
    status = refusal.status if refusal else 422 if form.is_submitted() else 200
    return render_template("accounts/removal.html", form=form, refusal=refusal), status
