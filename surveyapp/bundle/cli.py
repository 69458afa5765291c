"""`surveyapp submission verify`: files in, a verdict out; no database, no network, no settings."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from surveyapp.bundle.chain import verify_chain
from surveyapp.bundle.differences import Difference, Differences
from surveyapp.bundle.submission import Identity
from surveyapp.bundle.verify import verify_bundle
from surveyapp.scoring.json_text import MOST_BYTES

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--previous",
    "previous",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="A bundle of the same country that this one must follow; again for the one before that.",
)
def verify(file: Path, previous: tuple[Path, ...]) -> None:
    """Recompute every score of a bundle, and say exactly what differs.

    Prints `verified`, or one line for each difference and exits with status 1. Compare the hash that is
    told with the one that the country was shown when it submitted.
    """
    lines: list[str] = []
    identity = _verify_file(file, lines)
    earlier = {str(other): _verify_file(other, lines) for other in dict.fromkeys(previous)}
    if identity and not lines:
        chain = Differences()
        verify_chain(identity, {name: one for name, one in earlier.items() if one}, chain)
        lines += _lines(file, chain.listed())
    if lines or identity is None:
        click.echo("\n".join(lines), err=True)
        sys.exit(1)
    click.echo("verified")
    click.echo(f"{identity}, submitted {identity.submitted_at}, SHA-256 {identity.sha256}", err=True)
    if identity.previous and not earlier:
        note = f"it follows the submission {identity.previous}; give that bundle with --previous to prove it"
        click.echo(note, err=True)


def _verify_file(file: Path, lines: list[str]) -> Identity | None:
    """Which submission the file holds; what differs is added to `lines`."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        lines.append(f"{file}: cannot be read: {error.strerror}; give a file that you may read")
        return None
    verdict = verify_bundle(raw)
    lines += _lines(file, verdict.differences)
    return verdict.identity


def _lines(file: Path, differences: Iterable[Difference]) -> list[str]:
    return [f"{file}: {difference}" for difference in differences]
