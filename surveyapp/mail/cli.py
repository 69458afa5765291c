"""`surveyapp mail …`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from surveyapp.database import begin_write, db
from surveyapp.mail import sender, service


@click.group()
def mail() -> None:
    """The outbox of letters."""


@mail.command()
@with_appcontext
def send() -> None:
    """Hand over to the mail server what is due. `serve` does so by itself every 15 seconds."""
    click.echo(sender.send_waiting())


@mail.command("list")
@with_appcontext
def list_() -> None:
    """Print the letters that were not sent: number, state, kind, address, tries, when next, why not."""
    for row in service.list_unsent():
        state = "in doubt" if service.is_in_doubt(row) else row.state.value
        when = f"{row.next_try_at:%Y-%m-%dT%H:%MZ}" if row.state is service.S.WAITING else "-"
        cells = (str(row.id), state, row.kind.value, row.address, str(row.attempts), when, row.reason or "-")
        click.echo("\t".join(cells))


@mail.command()
@click.argument("numbers", metavar="NUMBER…", nargs=-1, required=True, type=int)
@with_appcontext
def retry(numbers: tuple[int, ...]) -> None:
    """Send letters again that failed or are in doubt. One in doubt may arrive a second time."""
    begin_write()
    found = service.retry(numbers)
    db.session.commit()
    click.echo(f"{len(found)} will be sent again")
