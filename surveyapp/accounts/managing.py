"""The page of one account, for whoever manages it: a coordinator, an administrator, a focal point."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts import leaving
from surveyapp.accounts.errors import CannotBeSpared
from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, may, may_invite, may_manage
from surveyapp.accounts.words import role_name
from surveyapp.database import db
from surveyapp.refusals import Refusal

bp = Blueprint("managed", __name__, url_prefix="/<locale:locale>", template_folder="templates")


class NotSure(Refusal):
    """What cannot be undone is confirmed first."""

    status = 422


@bp.route("/people/<int(max=2147483647):number>", methods=["GET", "POST"])
@may(Action.MANAGE_USERS)
def account(number: int) -> ResponseReturnValue:
    """One account; POST closes it, opens it again, takes a role back or removes it."""
    user = get_current_user()
    found = leaving.get_account(number, by=user)
    return manage(found, user, url_for("users.people"), gettext("People"))


def manage(account: User, user: User, back: str, back_words: str) -> ResponseReturnValue:
    """Show the account, or do what the pressed button says; `back` is the list that it stands in."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            carry_out(account, user)
        except (CannotBeSpared, NotSure) as refused:
            db.session.rollback()
            refusal = refused
        else:
            db.session.commit()
            is_gone = account.removed_at is not None or not knows_of(user, account)
            return redirect(back if is_gone else request.full_path.rstrip("?"), 303)
    page = render_template(
        "accounts/managed.html",
        account=account,
        back=back,
        back_words=back_words,
        refusal=refusal,
        may_manage=may_manage(user, account),
        grants=[
            (grant, is_theirs and account.id != user.id)
            for grant in account.grants
            # What somebody is in another country is not for a focal point to know.
            if (is_theirs := may_invite(user, grant.role, grant.country_code)) or user.manages_users
        ],
        role_name=role_name,
    )
    return page, refusal.status if refusal else 200


def knows_of(user: User, account: User) -> bool:
    """Whether the page of the account opens for this person, now that something was done with it."""
    taken = [may_invite(user, grant.role, grant.country_code) for grant in account.grants]
    return any(taken) or may_manage(user, account)


def carry_out(account: User, user: User) -> None:
    """What the pressed button says.

    :raises NotSure: a removal that was not confirmed.
    """
    goal = request.form.get("form")
    if goal == "close":
        leaving.close_account(account, by=user)
        flash(gettext("The account is closed: nobody can sign in with it."))
    elif goal == "reopen":
        leaving.reopen_account(account, by=user)
        flash(gettext("The account is open again."))
    elif goal == "take":
        number = request.form.get("grant", 0, type=int)
        grant = next((grant for grant in account.grants if grant.id == number), None)
        if grant is None:  # pressed in another tab, or by somebody else
            flash(gettext("This role was taken back already."))
            return
        leaving.take_role(account, grant.role, grant.country_code, by=user)
        flash(gettext("The role is taken back. What was done with it stays under the name of the office."))
    elif goal == "remove":
        if "is_sure" not in request.form:
            raise NotSure(gettext("Confirm that you know this cannot be undone."))
        leaving.remove_account(account, by=user)
        flash(gettext("The account is removed. What it did stays under the name of its office."))
    else:
        abort(400)
