"""`surveyapp users …`."""

from __future__ import annotations

import secrets

import click
from flask.cli import with_appcontext
from flask_babel import gettext

from surveyapp.accounts import invitations, service
from surveyapp.accounts.letters import invitation_url, post_invitation
from surveyapp.accounts.models import COUNTRY_ROLES, Role
from surveyapp.database import begin_write, db
from surveyapp.mail.errors import MailFault
from surveyapp.mail.letters import writes_mail
from surveyapp.web.locale import speaking


@click.group()
def users() -> None:
    """Accounts and their roles."""


@users.command()
@click.argument("email")
@click.option("--office", required=True, help="The office shown beside answers, such as Ministry of Justice.")
@click.option(
    "--role", "roles", required=True, multiple=True, type=click.Choice([role.value for role in Role])
)
@click.option("--country", help="ISO 3166 code, for a focal point, a contributor or an NGO.")
@click.option("--locale", help="The language of the account, such as fr.")
@click.option("--password", help="Without it one is made and printed.")
@with_appcontext
def add(
    email: str,
    office: str,
    roles: tuple[str, ...],
    country: str | None,
    locale: str | None,
    password: str | None,
) -> None:
    """Make an account and print its password once."""
    begin_write()
    chosen = password or secrets.token_urlsafe(12)
    code = country.strip().upper() if country else None
    given = [Role(role) for role in roles]
    # A country that no role takes is given to them all the same: the service refuses it in words.
    takers = [role for role in given if role in COUNTRY_ROLES] or given
    granted = [(role, code if role in takers else None) for role in given]
    service.add_user(email, office, granted, password=chosen, locale=locale, by=None)
    db.session.commit()
    click.echo(f"{email} {chosen}")


@users.command()
@click.argument("email")
@click.option("--office", required=True, help="The office shown beside answers, such as Ministry of Justice.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--country", help="ISO 3166 code, for a focal point, a contributor or an NGO.")
@click.option("--locale", default="en", show_default=True, help="The language of the letter.")
@with_appcontext
def invite(email: str, office: str, role: str, country: str | None, locale: str) -> None:
    """Invite somebody by a letter, and print the link, which works once within 7 days."""
    if not writes_mail():
        raise MailFault(
            "SURVEYAPP_BASE_URL is not set; the link begins with it, such as https://survey.example.org"
        )
    begin_write()
    code = country.strip().upper() if country else None
    invitation, token = invitations.invite(email, office, Role(role), code, locale=locale, by=None)
    with speaking(locale):
        inviter = gettext("The regional secretariat")
    post_invitation(invitation, token, inviter)
    db.session.commit()
    click.echo(f"{invitation.email} {invitation_url(token, locale)}")
