"""What an administrator should do next: people to invite, letters that did not leave, mail to set up."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, select

from surveyapp.accounts.invitations import Standing, list_open, standing_of
from surveyapp.accounts.models import Role, RoleGrant, User
from surveyapp.accounts.next_steps import Step
from surveyapp.accounts.permissions import invitable_roles
from surveyapp.database import db, now
from surveyapp.mail.letters import isolated, sends_mail
from surveyapp.mail.models import MailState, OutgoingMail
from surveyapp.web.numbers import show
from surveyapp.web.pages import show_day


def list_steps(user: User) -> Iterator[Step]:
    """The steps of an administrator; those about invitations also for a coordinator."""
    if user.manages_users:
        yield from _renew_invitations(user)
    if user.has_role(Role.ADMINISTRATOR):
        yield from _find_coordinator()
        yield from _look_at_mail()


def _find_coordinator() -> Iterator[Step]:
    query = (
        select(RoleGrant.id).join(RoleGrant.user).where(RoleGrant.role == Role.COORDINATOR, User.is_active)
    )
    if db.session.scalar(query.limit(1)) is None:
        yield Step(
            gettext("Invite a coordinator"),
            gettext("Nobody can open a cycle, review or publish before."),
            now().date(),
            gettext("Can be done now"),
            href=url_for("users.people"),
            button=gettext("Invite"),
        )


def _renew_invitations(user: User) -> Iterator[Step]:
    expired = [one for one in list_open(invitable_roles(user)) if standing_of(one) is Standing.EXPIRED]
    if expired:
        first = min(one.expires_at for one in expired).date()
        yield Step(
            gettext("Send invitations again"),
            ngettext(
                "One invitation was not accepted in time; its link opens nothing any more.",
                "%(count)s invitations were not accepted in time; their links open nothing any more.",
                len(expired),
                count=show(len(expired)),
            ),
            first,
            gettext("Since %(day)s", day=show_day(first)),
            href=url_for("users.people"),
            button=gettext("See the invitations"),
        )


def _look_at_mail() -> Iterator[Step]:
    failed = select(func.count(), func.min(OutgoingMail.created_at)).where(
        OutgoingMail.state == MailState.FAILED
    )
    count, since = db.session.execute(failed).one()
    if count:
        yield Step(
            gettext("Look at letters that could not be sent"),
            ngettext(
                "The mail server refused one letter. On the server, this lists it: %(command)s",
                "The mail server refused %(count)s letters. On the server, this lists them: %(command)s",
                count,
                count=show(count),
                command=isolated("surveyapp mail list"),
            ),
            since.date(),
            gettext("Since %(day)s", day=show_day(since.date())),
        )
    if not sends_mail():
        yield Step(
            gettext("Set up mail"),
            gettext(
                "No letter leaves this installation: no invitation, no reminder, no link for a new password. "
                "Set %(setting)s.",
                setting=isolated("SURVEYAPP_MAIL_URL"),
            ),
            now().date(),
            gettext("Can be done now"),
        )
