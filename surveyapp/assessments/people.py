"""Who works on an assessment: delegating objectives, inviting contributors, accepting an invitation."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectField

from surveyapp.accounts import invitations, leaving
from surveyapp.accounts.errors import AccountFault, AlreadyInvited
from surveyapp.accounts.forms import AcceptForm, ContributorForm
from surveyapp.accounts.guard import find_current_user, get_current_user
from surveyapp.accounts.models import Invitation, Role, User
from surveyapp.accounts.people import LINK, decide, number_of, tell
from surveyapp.accounts.permissions import Action, may
from surveyapp.accounts.service import find_user
from surveyapp.accounts.views import begin_in_browser
from surveyapp.accounts.words import expiry_words, role_name
from surveyapp.assessments import access, delegation, service
from surveyapp.assessments.errors import NothingDelegated
from surveyapp.assessments.frameworks import get_content, get_framework
from surveyapp.assessments.letters import titles
from surveyapp.assessments.models import Assessment
from surveyapp.assessments.shares import WHOLE, Choice
from surveyapp.assessments.sheets import find_sheet
from surveyapp.database import db, now
from surveyapp.mail.letters import sends_mail
from surveyapp.web.locale import current_locale, locale_choices, speaking

bp = Blueprint("people", __name__, url_prefix="/<locale:locale>", template_folder="templates")


@bp.route("/assessments/<int(max=2999):cycle>/<country>/people", methods=["GET", "POST"])
@may(Action.MANAGE_CONTRIBUTORS)
def contributors(cycle: int, country: str) -> ResponseReturnValue:
    """Who answers which objective; POST delegates, invites, withdraws an invitation or sends it again."""
    user = get_current_user()
    is_changing = request.method == "POST"
    assessment = service.get_assessment(cycle, country, by=user, lock=is_changing)
    access.require(Action.MANAGE_CONTRIBUTORS, assessment, user)
    form = make_form()
    if is_changing and change(assessment, form, user):
        return redirect(url_for("people.contributors", cycle=cycle, country=country), 303)
    if form.errors:
        db.session.rollback()
        assessment = service.get_assessment(cycle, country, by=user)
    page = render_template("assessments/people.html", form=form, **shown(assessment, user))
    return page, 422 if form.errors else 200


def make_form() -> ContributorForm:
    form = ContributorForm(request.form if request.form.get("form") == "invite" else None)
    field: SelectField = form.locale
    field.choices = locale_choices()
    field.data = field.data or current_locale()
    return form


def change(assessment: Assessment, form: ContributorForm, user: User) -> bool:
    """Do what the pressed button says, and commit; False: the page must be shown again."""
    goal = request.form.get("form")
    if goal == "delegate":
        save_delegation(assessment, number_of(request.form.get("user")), user)
        return True
    if goal in ("withdraw", "renew"):
        number = number_of(request.form.get("invitation"))
        invitation = invitations.get_open(number, assessment.country_code, by=user)
        decide(invitation, goal, office=user.office, objectives=titles_for(invitation))
        return True
    access.require(Action.DELEGATE, assessment, user)
    if goal != "invite":
        abort(400)
    is_right = form.validate_on_submit()
    if not (request.form.getlist("objective") or request.form.getlist("question")):
        form.form_errors.append(str(NothingDelegated()))
    return is_right and not form.form_errors and invite(assessment, form, user)


def save_delegation(assessment: Assessment, user_id: int, user: User) -> None:
    """Give and take back what was ticked and unticked since the page was made, commit, and say so."""
    objectives, questions = (set(request.form.getlist(name)) for name in ("objective", "question"))
    seen, seen_questions = (set(request.form.get(name, "").split()) for name in ("seen", "seen_questions"))
    delegation.change_delegation(
        assessment,
        user_id,
        added=Choice(objectives - seen, questions - seen_questions),
        removed=Choice(seen - objectives, seen_questions - questions),
        by=user,
    )
    db.session.commit()
    flash(gettext("It is saved who answers what."))


def invite(assessment: Assessment, form: ContributorForm, user: User) -> bool:
    """Invite whom the form names; False, with the words at the field, where that is refused."""
    try:
        made = delegation.invite_contributor(
            assessment,
            form.email.data,
            form.office.data,
            Choice(request.form.getlist("objective"), request.form.getlist("question")),
            locale=form.locale.data,
            by=user,
        )
    except (AccountFault, AlreadyInvited) as refusal:
        form.email.errors = [str(refusal)]
        return False
    db.session.commit()
    if made is None:
        flash(gettext("This office works for your country already. The objectives are given to it."))
    else:
        tell(*made)
    return True


def titles_for(invitation: Invitation) -> tuple[str, ...]:
    """The objectives of an invitation, in its language."""
    assessment = delegation.find_assessment_of(invitation)
    if assessment is None:
        return ()
    with speaking(invitation.locale):
        return titles(assessment.cycle, delegation.list_invited([invitation.id])[invitation.id])


def shown(assessment: Assessment, user: User) -> dict[str, object]:
    """What the page of contributors shows."""
    framework = get_framework(assessment.cycle.framework_version)
    waiting = invitations.list_open([Role.CONTRIBUTOR], assessment.country_code)
    invited = delegation.list_invited([row.id for row in waiting])
    is_inviting = request.form.get("form") == "invite"
    return {
        "assessment": assessment,
        "pairs": list(framework.pairs()),
        "content": get_content(assessment.cycle, current_locale()),
        "contributors": delegation.list_contributors(assessment),
        "closed": leaving.list_closed(Role.CONTRIBUTOR, assessment.country_code),
        "invitations": waiting,
        "invited": {
            number: [o.number for o in framework.objectives if shares.get(o.id) == WHOLE]
            for number, shares in invited.items()
        },
        "invited_alone": {
            number: [q.source for q in framework.questions.values() if q.id in set().union(*shares.values())]
            for number, shares in invited.items()
        },
        "standing_of": invitations.standing_of,
        "expiry_words": expiry_words,
        "may_delegate": access.may(Action.DELEGATE, assessment, user) and assessment.is_open(now()),
        "chosen": request.form.getlist("objective") if is_inviting else [],
        "chosen_questions": request.form.getlist("question") if is_inviting else [],
        "link": session.pop(LINK, None),
        "sends_mail": sends_mail(),
    }


@bp.route(
    "/assessments/<int(max=2999):cycle>/<country>/people/<int(max=2147483647):user_id>/<objective>",
    methods=["GET", "POST"],
)
@may(Action.MANAGE_CONTRIBUTORS)
def questions(cycle: int, country: str, user_id: int, objective: str) -> ResponseReturnValue:
    """Which questions of one objective one office answers; POST gives them and takes others back."""
    user = get_current_user()
    is_changing = request.method == "POST"
    assessment = service.get_assessment(cycle, country, by=user, lock=is_changing)
    access.require(Action.MANAGE_CONTRIBUTORS, assessment, user)
    _, found, questionnaire = find_sheet(assessment.cycle, objective)
    contributor = delegation.get_contributor(assessment, user_id)
    if is_changing:
        save_delegation(assessment, contributor.id, user)
        return redirect(url_for("people.contributors", cycle=cycle, country=country), 303)
    parts = access.list_parts(assessment, objective, by=user)
    return render_template(
        "assessments/given_questions.html",
        assessment=assessment,
        objective=found,
        questionnaire=questionnaire,
        content=get_content(assessment.cycle, current_locale()),
        contributor=contributor,
        own=next((part for part in parts if part.user_id == contributor.id), None),
        others=[part for part in parts if part.user_id != contributor.id],
        may_delegate=access.may(Action.DELEGATE, assessment, user) and assessment.is_open(now()),
    )


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@may(Action.OPEN_PAGE)
def accept_invitation(token: str) -> ResponseReturnValue:
    """What somebody is invited to; POST accepts, once, and signs in. It opens nothing else."""
    invitation = invitations.get_invited(token)
    if find_user(invitation.email) is not None:
        return accept_with_account(invitation)
    form = AcceptForm(office=invitation.office)
    if not form.validate_on_submit():
        page = render_template("assessments/invitation.html", form=form, **told(invitation))
        return page, 422 if form.errors else 200
    user = invitations.accept_anew(invitation, form.office.data, form.new.data, locale=current_locale())
    delegation.delegate_invited(invitation, user)
    target = address_after(invitation)
    db.session.commit()
    begin_in_browser(user)
    flash(gettext("Your account is set up, and you are signed in."))
    return redirect(target, 303)


def accept_with_account(invitation: Invitation) -> ResponseReturnValue:
    """The address has an account: its owner signs in and accepts, so that nobody else adds a role to it."""
    user = find_current_user()
    is_theirs = user is not None and user.email == invitation.email
    if request.method != "POST" or user is None or not is_theirs:
        page = render_template(
            "assessments/invitation.html", form=None, is_theirs=is_theirs, **told(invitation)
        )
        return page, 200 if request.method != "POST" else 403
    invitations.accept_as(invitation, user)
    delegation.delegate_invited(invitation, user)
    target = address_after(invitation)
    db.session.commit()
    flash(gettext("You accepted the invitation."))
    return redirect(target, 303)


def told(invitation: Invitation) -> dict[str, object]:
    """What the page of an invitation tells."""
    assessment = delegation.find_assessment_of(invitation)
    return {
        "invitation": invitation,
        "until": expiry_words(invitation),
        "inviter": invitation.invited_by.office if invitation.invited_by else None,
        "role": role_name(invitation.role),
        "objectives": titles(assessment.cycle, delegation.list_invited([invitation.id])[invitation.id])
        if assessment
        else (),
    }


def address_after(invitation: Invitation) -> str:
    """Where to begin after accepting."""
    assessment = delegation.find_assessment_of(invitation)
    if assessment is None:
        return url_for("results.start")
    return url_for("assessments.country", cycle=assessment.cycle.year, country=assessment.country_code)
