"""`surveyapp audit …`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from surveyapp.audit import service
from surveyapp.audit.models import AuditHead
from surveyapp.database import db


@click.group()
def audit() -> None:
    """The chained record of who did what."""


@audit.command()
@with_appcontext
def verify() -> None:
    """Prove that no entry of the record was changed, removed or put in between."""
    broken = list(service.verify(db.session()))
    for line in broken:
        click.echo(line, err=True)
    if broken:
        raise SystemExit(1)
    click.echo(f"verified: {db.session.get_one(AuditHead, 1).sequence} entries")
