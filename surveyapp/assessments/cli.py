"""`surveyapp cycle …`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from surveyapp.assessments import reminders
from surveyapp.assessments.cycles import open_cycle
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.models import Cycle
from surveyapp.assessments.reminders import list_open_cycles
from surveyapp.assessments.service import get_cycle
from surveyapp.database import begin_write, db
from surveyapp.framework.loader import load_framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.mail.errors import MailFault, MailServerAway
from surveyapp.mail.letters import sends_mail, writes_mail
from surveyapp.mail.sender import send_waiting
from surveyapp.refusals import NotFound

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def cycle() -> None:
    """The yearly rounds."""


@cycle.command("open")
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option("--countries", required=True, help="ISO 3166 codes, such as AL,BA,ME.")
@click.option("--opens", type=DAY, required=True, help="The first day, such as 2026-09-01.")
@click.option("--deadline", type=DAY, required=True)
@click.option("--closes", type=DAY, required=True)
@click.option(
    "--framework",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The questionnaires of this cycle; by default those of SURVEYAPP_FRAMEWORK, or the shipped ones.",
)
@with_appcontext
def open_(
    year: int, countries: str, opens: datetime, deadline: datetime, closes: datetime, folder: Path | None
) -> None:
    """Open the cycle of YEAR over a framework as it is now. Other cycles keep theirs."""
    usual = current_app.config["SETTINGS"].framework
    framework = load_framework(folder or (Path(usual) if usual else shipped_folder()))
    begin_write()
    codes = [code.strip().upper() for code in countries.split(",") if code.strip()]
    opened = open_cycle(
        year,
        framework,
        codes,
        opens_on=opens.date(),
        deadline=deadline.date(),
        closes_on=closes.date(),
        by=None,
    )
    version = opened.framework_version
    db.session.commit()
    note = f"framework {version.framework_id} {version.version} ({version.sha256[:12]})"
    click.echo(note, err=True)
    click.echo(
        f"cycle {opened.year} is open for {len(codes)} {'country' if len(codes) == 1 else 'countries'}"
    )


@cycle.command()
@click.argument("year", required=False, type=click.IntRange(1900, 2999))
@with_appcontext
def remind(year: int | None) -> None:
    """Remind those who have something open in the cycle of YEAR, or in each open cycle; for cron.

    Letters go out when a cycle has opened, 30, 7 and 1 days before the deadline and on the day after it,
    each once, however often and on however many machines this runs.
    """
    if not writes_mail():
        raise MailFault(
            "SURVEYAPP_BASE_URL is not set; the links in letters begin with it, such as https://survey.example.org"
        )
    begin_write()
    cycles = list_open_cycles() if year is None else [find_cycle(year)]
    written = sum(reminders.remind(one) for one in cycles)
    db.session.commit()
    click.echo(f"{written} reminders written")
    if sends_mail():
        try:
            click.echo(send_waiting(), err=True)
        except MailServerAway as fault:  # they are kept, and tried again by `serve` and `mail send`
            click.echo(str(fault), err=True)


def find_cycle(year: int) -> Cycle:
    """:raises CycleFault: no cycle of that year."""
    try:
        return get_cycle(year)
    except NotFound:
        raise CycleFault(f"There is no cycle for {year}.") from None
