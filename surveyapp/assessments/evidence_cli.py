"""`surveyapp evidence …`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import click
from flask.cli import with_appcontext

from surveyapp.assessments import evidence_files
from surveyapp.assessments.evidence_store import get_store
from surveyapp.assessments.links import LinkChecker, list_links
from surveyapp.database import begin_write, db

LINKS_AT_ONCE = 8


@click.group()
def evidence() -> None:
    """The links and files that support answers."""


@evidence.command()
@click.option("--cycle", "year", type=click.IntRange(1900, 2999), help="One cycle; by default all of them.")
@with_appcontext
def links(year: int | None) -> None:
    """Print a line for each link that leads nowhere: country, cycle, question, address, why.

    Opens each address once, from this machine; addresses inside a network are not asked.
    """
    found = list_links(year)
    addresses = list(dict.fromkeys(link.url for link in found))
    db.session.rollback()  # the database is not held while servers answer
    click.echo(f"{len(addresses)} {'link' if len(addresses) == 1 else 'links'} to open", err=True)
    with ThreadPoolExecutor(LINKS_AT_ONCE) as pool:
        why = dict(zip(addresses, pool.map(LinkChecker().why_dead, addresses), strict=True))
    for link in found:
        if why[link.url]:
            click.echo(f"{link.country} {link.cycle} {link.question_id} {link.url} {why[link.url]}")
    click.echo(f"{sum(map(bool, why.values()))} lead nowhere", err=True)


@evidence.command()
@click.option("--delete", "is_deleting", is_flag=True, help="Delete them; without this they are only listed.")
@with_appcontext
def sweep(is_deleting: bool) -> None:
    """List the files that no answer and no submission names any more, and what a broken-off upload left."""
    begin_write()
    store = get_store()
    found = evidence_files.find_unnamed(store)
    if is_deleting:
        for name in evidence_files.sweep(found, store):
            click.echo(f"deleted {name}")
        db.session.commit()
    else:
        for name in found.contents:
            click.echo(f"nothing names {name}")
        db.session.rollback()
    note = "" if is_deleting or not found.contents else "; delete them with --delete"
    click.echo(f"{len(found.contents)} contents{note}", err=True)
