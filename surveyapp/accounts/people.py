"""The page of a coordinator or an administrator: who has an account, and who is invited."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from sqlalchemy import select

from surveyapp.accounts import invitations, service
from surveyapp.accounts.errors import AccountFault, AlreadyInvited
from surveyapp.accounts.forms import InviteForm
from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.letters import invitation_url, post_invitation
from surveyapp.accounts.models import COUNTRY_ROLES, Country, Invitation, Role
from surveyapp.accounts.permissions import Action, invitable_roles, may
from surveyapp.accounts.words import expiry_words, role_name
from surveyapp.database import db
from surveyapp.mail.letters import sends_mail, writes_mail
from surveyapp.web.countries import country_name, in_order
from surveyapp.web.locale import current_locale, locale_choices

bp = Blueprint("users", __name__, url_prefix="/<locale:locale>", template_folder="templates")

LINK = "invitation_link"  # in the session, until the page that shows it


@bp.route("/people", methods=["GET", "POST"])
@may(Action.MANAGE_USERS)
def people() -> ResponseReturnValue:
    """The accounts that this person may make; POST invites, withdraws an invitation or sends it again."""
    user = get_current_user()
    roles = invitable_roles(user)
    form = make_form(roles)
    goal = request.form.get("form")
    if goal in ("withdraw", "renew"):
        invitation = invitations.get_open(number_of(request.form.get("invitation")), by=user)
        decide(invitation, goal, office=user.office)
        return redirect(url_for("users.people"), 303)
    if goal == "invite" and form.validate_on_submit() and invite(form):
        return redirect(url_for("users.people"), 303)
    page = render_template(
        "accounts/people.html",
        form=form,
        accounts=service.list_users(roles),
        invitations=invitations.list_open(roles),
        link=session.pop(LINK, None),
        role_name=role_name,
        standing_of=invitations.standing_of,
        expiry_words=expiry_words,
        sends_mail=sends_mail(),
    )
    return page, 422 if form.errors else 200


def make_form(roles: list[Role]) -> InviteForm:
    form = InviteForm(request.form if request.form.get("form") == "invite" else None)
    form.role.choices = [(role.value, role_name(role)) for role in roles]
    codes = in_order(db.session.scalars(select(Country.code)))
    form.country.choices = [
        ("", pgettext("country", "None")),
        *[(code, country_name(code)) for code in codes],
    ]
    form.locale.choices = locale_choices()
    form.locale.data = form.locale.data or current_locale()
    return form


def invite(form: InviteForm) -> bool:
    """Invite whom the form names; False, with the words at the field, where that is refused."""
    user, role = get_current_user(), Role(form.role.data)
    country = form.country.data if role in COUNTRY_ROLES else None
    if country == "":
        form.country.errors = [gettext("Choose the country that this role is for.")]
        return False
    try:
        invitation, token = invitations.invite(
            form.email.data, form.office.data, role, country, locale=form.locale.data, by=user
        )
    except (AccountFault, AlreadyInvited) as refusal:
        form.email.errors = [str(refusal)]
        db.session.rollback()
        return False
    post_invitation(invitation, token, user.office)
    db.session.commit()
    tell(invitation, token)
    return True


def decide(invitation: Invitation, goal: str, *, office: str, objectives: tuple[str, ...] = ()) -> None:
    """Withdraw an invitation, or send it again with a new link; commits and says so on the next page."""
    user = get_current_user()
    if goal == "withdraw":
        invitations.withdraw(invitation, by=user)
        db.session.commit()
        flash(gettext("The invitation is withdrawn. Its link opens nothing any more."))
        return
    token = invitations.renew(invitation, by=user)
    post_invitation(invitation, token, office, objectives)
    db.session.commit()
    tell(invitation, token)


def tell(invitation: Invitation, token: str) -> None:
    """Say that a letter is on its way or, where none leaves, show the link once on the next page."""
    if sends_mail():
        flash(gettext("The invitation is on its way to %(email)s.", email=invitation.email))
        return
    url = invitation_url(token, invitation.locale)
    session[LINK] = url if writes_mail() else request.host_url.rstrip("/") + url
    flash(
        gettext("The invitation is made. This installation sends no mail: hand the link below over yourself.")
    )


def number_of(text: str | None) -> int:
    """The number of a row as a form brings it; one that there is not, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
