"""Signing in and out, the own account, and the links that come by mail."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_user, logout_user

from surveyapp.accounts import passwords, service
from surveyapp.accounts.errors import WrongPassword
from surveyapp.accounts.forms import (
    ForgottenForm,
    LocaleForm,
    NewPasswordForm,
    PasswordForm,
    RemindersForm,
    SignInForm,
)
from surveyapp.accounts.guard import find_current_user, get_current_user
from surveyapp.accounts.letters import read_unsubscribe_token
from surveyapp.accounts.models import User
from surveyapp.accounts.next_steps import list_next_steps
from surveyapp.accounts.permissions import Action, may
from surveyapp.database import db
from surveyapp.mail.letters import sends_mail
from surveyapp.web.locale import current_locale, locale_choices, offer

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
    begin_in_browser(user)
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


@bp.get("/next")
@may(Action.USE_OWN_ACCOUNT)
def next_steps() -> ResponseReturnValue:
    """Where somebody begins after signing in: what to do next, in order, with dates."""
    return render_template("accounts/next.html", steps=list_next_steps(get_current_user()))


@bp.route("/account", methods=["GET", "POST"])
@may(Action.USE_OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """The own account: what is known of it, its language, its password."""
    user = get_current_user()
    locale_form, password_form, reminders_form = account_forms()
    if request.form.get("form") == "locale" and locale_form.validate_on_submit():
        service.choose_locale(user, locale_form.locale.data)
        db.session.commit()
        flash(gettext("Your language is saved."))
        return redirect(url_for("accounts.account", locale=locale_form.locale.data), 303)
    if request.form.get("form") == "reminders" and reminders_form.validate_on_submit():
        service.choose_reminders(user, reminders_form.wants_reminders.data)
        db.session.commit()
        flash(gettext("Your choice is saved."))
        return redirect(url_for("accounts.account"), 303)
    if request.form.get("form") == "password" and password_form.validate_on_submit():
        try:
            service.change_password(user, password_form.current.data, password_form.new.data)
        except WrongPassword as refusal:
            db.session.commit()  # the wrong try is counted
            password_form.current.errors = [str(refusal)]
        else:
            db.session.commit()
            flash(gettext("Your password is changed. Other browsers are signed out."))
            return redirect(url_for("accounts.account"), 303)
    has_errors = locale_form.errors or password_form.errors or password_form.current.errors
    forms = {"locale_form": locale_form, "password_form": password_form, "reminders_form": reminders_form}
    return render_template("accounts/account.html", **forms), 422 if has_errors else 200


def account_forms() -> tuple[LocaleForm, PasswordForm, RemindersForm]:
    """The forms of the account page; only the one that was sent holds what was typed."""
    sent = request.form.get("form")
    user = get_current_user()
    locale_form = LocaleForm(
        request.form if sent == "locale" else None, data={"locale": user.locale or current_locale()}
    )
    locale_form.locale.choices = locale_choices()
    reminders = {"wants_reminders": user.wants_reminders}
    return (
        locale_form,
        PasswordForm(request.form if sent == "password" else None),
        RemindersForm(request.form if sent == "reminders" else None, data=reminders),
    )


@bp.route("/forgotten", methods=["GET", "POST"])
@may(Action.OPEN_PAGE)
def forgotten() -> ResponseReturnValue:
    """Ask for a link for a new password. The answer is the same whether the address has an account or not."""
    form = ForgottenForm()
    is_asked = form.validate_on_submit() and sends_mail()
    if is_asked:
        passwords.ask_for_link(form.email.data, locale=current_locale())
        db.session.commit()
    page = render_template("accounts/forgotten.html", form=form, is_asked=is_asked, sends_mail=sends_mail())
    return page, 422 if form.errors else 200


@bp.route("/password/<token>", methods=["GET", "POST"])
@may(Action.OPEN_PAGE)
def new_password(token: str) -> ResponseReturnValue:
    """Choose a new password by the link of a letter, once; then be signed in, here alone."""
    link = passwords.get_link(token)
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/new_password.html", form=form), 422 if form.errors else 200
    user = passwords.set_password(link, form.new.data)
    db.session.commit()
    begin_in_browser(user)
    flash(gettext("Your new password is set. Other browsers are signed out."))
    return redirect(own_address(None, user.locale if user.locale in offer().names else None), 303)


def begin_in_browser(user: User) -> None:
    """Give this browser the session that a service began."""
    session.clear()  # nothing from before goes on, its CSRF token neither
    login_user(user)


@bp.route("/reminders/", defaults={"token": ""}, methods=["GET", "POST"])
@bp.route("/reminders/<path:token>", methods=["GET", "POST"])
@may(Action.OPEN_PAGE)
def reminders(token: str) -> ResponseReturnValue:
    """End reminders without signing in: by the button, or by the one click of a mail program, which brings
    no form token; the token in the address is proof enough. Reading the page changes nothing. An address
    that lost its end, or got something added to it, is answered in words, too.
    """
    user = service.get_reminded(read_unsubscribe_token(token))
    if request.method == "POST":
        service.choose_reminders(user, "again" in request.form)
        db.session.commit()
    return render_template("accounts/reminders.html", wants_reminders=user.wants_reminders, token=token)


def own_address(wanted: str | None, locale: str | None = None) -> str:
    """Where to go on: `wanted` when it is a path of this server, else the start page."""
    start = url_for("results.start", locale=locale) if locale else url_for("results.start")
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return start
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in wanted):
        return start
    return wanted
