"""`surveyapp cycle …`."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from surveyapp.assessments import cycles, reminders, retention, wordings
from surveyapp.assessments.errors import CycleFault
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.models import Cycle
from surveyapp.assessments.reminders import list_open_cycles
from surveyapp.assessments.service import get_cycle
from surveyapp.database import begin_write, db
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.mail.errors import MailFault, MailServerAway
from surveyapp.mail.letters import sends_mail, writes_mail
from surveyapp.mail.sender import send_waiting
from surveyapp.refusals import NotFound

DAY = click.DateTime(["%Y-%m-%d"])
YEAR = click.IntRange(1900, 2999)
_HASH = re.compile(r"[0-9a-fA-F]{1,64}")


@click.group()
def cycle() -> None:
    """The yearly rounds."""


@cycle.command("open")
@click.argument("year", type=YEAR)
@click.option("--countries", required=True, help="ISO 3166 codes, such as AL,BA,ME.")
@click.option("--opens", type=DAY, required=True, help="The first day, such as 2026-09-01.")
@click.option("--deadline", type=DAY, required=True, help="The last day to submit, in each country's time.")
@click.option("--closes", type=DAY, required=True, help="The last day on which answers are kept.")
@click.option(
    "--framework",
    "named",
    metavar="DIR|HASH",
    help="The questionnaires of this cycle: a folder, or how the hash of a version begins that was loaded "
    "before; by default the folder of SURVEYAPP_FRAMEWORK, or the shipped one.",
)
@with_appcontext
def open_(
    year: int, countries: str, opens: datetime, deadline: datetime, closes: datetime, named: str | None
) -> None:
    """Open the cycle of YEAR over a framework as it is now. Other cycles keep theirs."""
    present = read_named(named)
    begin_write()
    framework = present or find_loaded(named or "")
    codes = [code.strip().upper() for code in countries.split(",") if code.strip()]
    opened = cycles.open_cycle(
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


def read_named(named: str | None) -> Framework | None:
    """The framework in the named folder, by default the usual one; None where a hash is meant."""
    if named is None:
        return load_present()
    is_hash = _HASH.fullmatch(named) and not Path(named).exists()
    return None if is_hash else load_framework(Path(named))


def load_present() -> Framework:
    """The framework in the usual folder, as it is now."""
    folder = current_app.config["SETTINGS"].framework
    return load_framework(Path(folder) if folder else shipped_folder())


def find_loaded(beginning: str) -> Framework:
    """:raises CycleFault: not exactly one framework version has a hash that begins so."""
    found = [v for v in cycles.list_framework_versions() if v.sha256.startswith(beginning.lower())]
    if not found:
        raise CycleFault(
            f'--framework: "{beginning}" is no folder, and no framework version that was loaded has a hash '
            "that begins so; give a folder of questionnaires, or the beginning of a hash"
        )
    if len(found) > 1:
        raise CycleFault(
            f'--framework: {len(found)} framework versions have a hash that begins with "{beginning}"; '
            "give more of it"
        )
    return get_framework(found[0])


@cycle.command()
@click.argument("year", type=YEAR)
@click.argument("country")
@click.argument("day", type=DAY)
@click.option("--reason", required=True, help="Why this country has more time.")
@with_appcontext
def extend(year: int, country: str, day: datetime, reason: str) -> None:
    """Move the deadline of COUNTRY to DAY."""
    begin_write()
    assessment = cycles.get_in_cycle(year, country.strip().upper(), lock=True)
    cycles.extend_deadline(assessment, day.date(), reason, by=None)
    db.session.commit()
    click.echo(f"the deadline of {assessment.country_code} is {day.date()}")


@cycle.command()
@click.argument("year", type=YEAR)
@with_appcontext
def close(year: int) -> None:
    """Take no more answers in the cycle of YEAR."""
    begin_write()
    cycles.close_cycle(get_cycle(year, lock=True), by=None)
    db.session.commit()
    click.echo(f"cycle {year} is closed")


@cycle.command()
@click.argument("year", type=YEAR)
@click.option("--note", required=True, help="What is corrected; kept with the revision.")
@with_appcontext
def reword(year: int, note: str) -> None:
    """Take texts that were corrected without a change of meaning over into the cycle of YEAR."""
    present = load_present()
    begin_write()
    for one in wordings.reword_cycle(get_cycle(year, lock=True), present, note, by=None):
        click.echo(f"{one.locale}: {one.changed} texts")
    db.session.commit()


@cycle.command("retention")
@click.argument("year", type=YEAR)
@click.option("--months", type=int, help="From 1 to 120; without it the present number is printed.")
@with_appcontext
def retention_(year: int, months: int | None) -> None:
    """Keep the history of the cycle of YEAR for so many months after each country's acceptance."""
    if months is None:
        click.echo(f"{find_cycle(year).history_months} months")
        return
    begin_write()
    find_cycle(year)
    retention.choose_months(get_cycle(year, lock=True), months, by=None)
    db.session.commit()
    click.echo(f"the history of {year} is kept for {months} months after acceptance")


@cycle.command("time-zone")
@click.argument("country")
@click.argument("zone")
@with_appcontext
def time_zone(country: str, zone: str) -> None:
    """Let the days of COUNTRY end in ZONE, such as Asia/Vladivostok."""
    begin_write()
    cycles.choose_time_zone(country.strip().upper(), zone)
    db.session.commit()
    click.echo(f"the days of {country.strip().upper()} end in {zone}")


@cycle.command()
@click.argument("year", required=False, type=YEAR)
@with_appcontext
def remind(year: int | None) -> None:
    """Write to those who have something open in the cycle of YEAR, or in each open cycle; for cron.

    Focal points are told when a cycle has opened. Reminders go out 30, 7 and 1 days before the deadline of
    each country and on the day after it. Each comes once, however often and on however many machines this
    runs. NGOs that began a view and have not handed it in are reminded too.
    """
    if not writes_mail():
        raise MailFault(
            "SURVEYAPP_BASE_URL is not set; the links in letters begin with it, such as https://survey.example.org"
        )
    begin_write()
    reminded = list_open_cycles() if year is None else [find_cycle(year)]
    written = sum(reminders.remind(one) for one in reminded)
    db.session.commit()
    click.echo(f"{written} {'letter' if written == 1 else 'letters'} written")
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
