"""The page of one contributor, for the focal point: the role is taken back, or the account is removed."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.accounts import leaving
from surveyapp.accounts.guard import get_current_user
from surveyapp.accounts.managing import manage
from surveyapp.accounts.permissions import Action, may
from surveyapp.assessments import access, service

bp = Blueprint("leaving", __name__, url_prefix="/<locale:locale>", template_folder="templates")


@bp.route(
    "/assessments/<int(max=2999):cycle>/<country>/people/<int(max=2147483647):number>",
    methods=["GET", "POST"],
)
@may(Action.MANAGE_CONTRIBUTORS)
def contributor(cycle: int, country: str, number: int) -> ResponseReturnValue:
    """One office that works for the country; what is done to it is no matter of one cycle's state."""
    user = get_current_user()
    assessment = service.get_assessment(cycle, country, by=user)
    access.require(Action.MANAGE_CONTRIBUTORS, assessment, user)
    account = leaving.get_account(number, by=user)
    back = url_for("people.contributors", cycle=cycle, country=country)
    return manage(account, user, back, gettext("Who answers what"))
