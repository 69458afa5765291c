"""`surveyapp retention …`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from surveyapp.accounts.retention import tidy
from surveyapp.assessments.evidence_store import get_store
from surveyapp.assessments.retention import delete_past, list_due
from surveyapp.database import begin_write, db


@click.group()
def retention() -> None:
    """How long things are kept."""


@retention.command()
@click.option("--dry-run", "is_trial", is_flag=True, help="Say what would be deleted, and delete nothing.")
@with_appcontext
def apply(is_trial: bool) -> None:
    """Delete what is past: the history of accepted assessments as each cycle says, and what accounts and
    letters keep for a while only; for cron, daily, on as many machines as there are.

    Each assessment is one transaction, recorded with its counts. Answers, submissions and the record stay.
    """
    store = None if is_trial else get_store()
    due = list_due()
    db.session.rollback()
    for number in due:
        begin_write()
        done = delete_past(number, store)
        if done:
            assessment, past = done
            click.echo(f"{assessment.country_code} {assessment.cycle.year}: {in_words(past.counts())}")
        end(is_trial)
    begin_write()
    counts = tidy()
    end(is_trial)
    click.echo(f"accounts: {in_words(counts)}")
    if is_trial:
        click.echo("nothing was deleted", err=True)


def in_words(counts: dict[str, int]) -> str:
    """Such as `versions 12, remarks 3`."""
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())


def end(is_trial: bool) -> None:
    if is_trial:
        db.session.rollback()
    else:
        db.session.commit()
