"""Signing in and out, and the own account."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_user, logout_user

from surveyapp.accounts import service
from surveyapp.accounts.errors import WrongPassword
from surveyapp.accounts.forms import LocaleForm, PasswordForm, SignInForm
from surveyapp.accounts.guard import find_current_user, get_current_user
from surveyapp.accounts.permissions import Action, may
from surveyapp.database import db
from surveyapp.web.locale import locale_choices, offer

bp = Blueprint("accounts", __name__, url_prefix="/<locale:locale>", template_folder="templates")


@bp.route("/sign-in", methods=["GET", "POST"])
@may(Action.OPEN_PAGE)
def sign_in() -> ResponseReturnValue:
    """Sign in by e-mail address and password, then go on to where the person was heading."""
    if find_current_user() is not None:
        return redirect(own_address(request.args.get("next")), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    user = service.sign_in(form.email.data, form.password.data)
    db.session.commit()
    if user is None:
        wrong = gettext("The e-mail address and the password do not fit together. Try again.")
        form.email.errors = [wrong]
        return render_template("accounts/sign_in.html", form=form), 422
    session.clear()  # nothing from before the sign-in goes on, its CSRF token neither
    login_user(user)
    locale = user.locale if user.locale in offer().names else None
    return redirect(own_address(request.args.get("next"), locale), 303)


@bp.post("/sign-out")
@may(Action.USE_OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """End this session for good; the old cookie opens nothing."""
    service.end_session(get_current_user())
    db.session.commit()
    logout_user()
    session.clear()
    response = redirect(url_for("results.start"), 303)
    response.headers["Clear-Site-Data"] = '"storage"'  # what was typed and not saved waits in the tab
    return response


@bp.route("/account", methods=["GET", "POST"])
@may(Action.USE_OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """The own account: what is known of it, its language, its password."""
    user = get_current_user()
    locale_form, password_form = account_forms()
    if request.form.get("form") == "locale" and locale_form.validate_on_submit():
        service.choose_locale(user, locale_form.locale.data)
        db.session.commit()
        flash(gettext("Your language is saved."))
        return redirect(url_for("accounts.account", locale=locale_form.locale.data), 303)
    if request.form.get("form") == "password" and password_form.validate_on_submit():
        try:
            service.change_password(user, password_form.current.data, password_form.new.data)
        except WrongPassword as refusal:
            password_form.current.errors = [str(refusal)]
        else:
            db.session.commit()
            flash(gettext("Your password is changed. Other browsers are signed out."))
            return redirect(url_for("accounts.account"), 303)
    has_errors = locale_form.errors or password_form.errors or password_form.current.errors
    page = render_template("accounts/account.html", locale_form=locale_form, password_form=password_form)
    return page, 422 if has_errors else 200


def account_forms() -> tuple[LocaleForm, PasswordForm]:
    """The two forms of the account page; only the one that was sent holds what was typed."""
    sent = request.form.get("form")
    user = get_current_user()
    locale_form = LocaleForm(request.form if sent == "locale" else None, data={"locale": user.locale})
    locale_form.locale.choices = locale_choices()
    return locale_form, PasswordForm(request.form if sent == "password" else None)


def own_address(wanted: str | None, locale: str | None = None) -> str:
    """Where to go on: `wanted` when it is a path of this server, else the start page."""
    start = url_for("results.start", locale=locale) if locale else url_for("results.start")
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return start
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in wanted):
        return start
    return wanted
