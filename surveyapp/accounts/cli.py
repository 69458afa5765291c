"""`surveyapp users …`."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext

from surveyapp.accounts import invitations, leaving, service
from surveyapp.accounts.errors import AccountFault
from surveyapp.accounts.letters import invitation_url, post_invitation
from surveyapp.accounts.models import COUNTRY_ROLES, Role, User
from surveyapp.accounts.own_data import export_user
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


@users.command()
@click.argument("email")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
@with_appcontext
def export(email: str, out: Path) -> None:
    """Write all that is held about EMAIL into one JSON file, to answer who asks in writing."""
    begin_write()
    text = export_user(get_known(email), by=None)
    try:
        number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise AccountFault(f"{out} is there already; name a file that is not.") from None
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    db.session.commit()
    click.echo(f"written to {out}")


@users.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask. Where nobody sits at a terminal, nothing is asked.")
@with_appcontext
def remove(email: str, yes: bool) -> None:
    """Remove the account of EMAIL for good. What it did stays, under the name of its office."""
    office = get_known(email).office
    db.session.rollback()  # nothing is held while somebody thinks
    if not yes and sits_at_a_terminal():
        click.confirm(f"Remove the account of {office} ({email}) for good?", abort=True, err=True)
    begin_write()
    leaving.remove_account(get_known(email), by=None)
    db.session.commit()
    click.echo("removed; what the account did stays under the name of its office")


@users.command()
@click.argument("email")
@with_appcontext
def close(email: str) -> None:
    """Let nobody sign in with EMAIL, and end its sessions. Nothing is removed."""
    begin_write()
    leaving.close_account(get_known(email), by=None)
    db.session.commit()
    click.echo("closed; open it again with: surveyapp users reopen")


@users.command()
@click.argument("email")
@with_appcontext
def reopen(email: str) -> None:
    """Let EMAIL sign in again, with the password of before."""
    begin_write()
    leaving.reopen_account(get_known(email), by=None)
    db.session.commit()
    click.echo("open again")


def sits_at_a_terminal() -> bool:
    return sys.stdin.isatty()


def get_known(email: str) -> User:
    """:raises AccountFault: no account has that address."""
    user = service.find_user(email)
    if user is None:
        raise AccountFault(f"No account has the address {email}.")
    return user
