"""`surveyapp submission export` and `surveyapp submission check`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from surveyapp.assessments.bundles import export_bundle
from surveyapp.assessments.models import Submission
from surveyapp.assessments.new_file import new_file
from surveyapp.assessments.proof import verify_kept
from surveyapp.database import begin_write, db


@click.command()
@click.argument("country")
@click.argument("cycle", type=click.IntRange(1900, 2999))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write; a new one.")
@click.option("--revision", type=click.IntRange(1, 9999), help="An earlier one; by default the latest.")
@with_appcontext
def export(country: str, cycle: int, out: Path, revision: int | None) -> None:
    """Write what COUNTRY submitted in CYCLE as a bundle, from which anybody can recompute the scores.

    The bundle holds answers, comments and evidence, sensitive ones included: give it to nobody who may not
    read them. That it was taken out is recorded.
    """
    begin_write()
    with new_file(out) as stream:
        bundle = export_bundle(country.upper(), cycle, revision, by=None)
        stream.write(bundle.raw)
        db.session.commit()
    click.echo(f"{bundle.country} {bundle.cycle}, revision {bundle.revision}, SHA-256 {bundle.sha256}")


@click.command()
@with_appcontext
def check() -> None:
    """Prove that no submission in the database was changed, removed or put in between."""
    broken = list(verify_kept(db.session()))
    for line in broken:
        click.echo(line, err=True)
    if broken:
        raise SystemExit(1)
    click.echo(f"verified: {db.session.scalar(select(func.count(Submission.id)))} submissions")
