"""`surveyapp framework`: make questionnaires of a guidelines document, check them, show them as pages."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from surveyapp.framework.coverage import uncovered_items
from surveyapp.framework.derive import derive_file
from surveyapp.framework.derived import Derived
from surveyapp.framework.docs import Docs
from surveyapp.framework.faults import FrameworkFaults
from surveyapp.framework.loader import check_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.framework.skeleton import write_skeleton

_PATH = click.Path(path_type=Path)


@click.group()
def framework() -> None:
    """Derive a framework from guidelines, check its files, write them as pages."""


@framework.command()
@click.argument("file", type=_PATH)
@click.option("--out", type=_PATH, required=True, help="A folder that is empty or not there yet.")
def derive(file: Path, out: Path) -> None:
    """Write framework.yaml and a questionnaire for each objective of FILE (text, CSV or XLSX)."""
    try:
        derived = derive_file(file)
        _say(derived.notices)
        _say(write_skeleton(derived, out))
    except FrameworkFaults as error:
        _refuse(error.faults)
    click.echo(derived.summary)


@framework.command()
@click.argument("folder", metavar="[DIR]", type=_PATH, required=False)
@click.option(
    "--source", type=_PATH, help="The guidelines: name each of their items that no question covers."
)
def check(folder: Path | None, source: Path | None) -> None:
    """Lint the framework in DIR; without DIR, the one that comes with surveyapp."""
    report = check_framework(folder or shipped_folder())
    _say(report.warnings)
    if report.framework is None:
        _refuse(report.faults)
    if source is not None:
        _check_coverage(report.framework, source)
    click.echo(f"{_describe(report.framework)}: no fault")


@framework.command()
@click.argument("folder", metavar="[DIR]", type=_PATH, required=False)
@click.option("--out", type=_PATH, required=True, help="The folder for the pages.")
@click.option("--check", "is_check", is_flag=True, help="Write nothing; name each file that is not current.")
def docs(folder: Path | None, out: Path, is_check: bool) -> None:
    """Write the framework in DIR as pages to read: an index, one page for each objective, the glossary.

    New question ids are added to ids.txt in DIR, if there is such a file; an empty one begins it.
    """
    try:
        wanted = Docs(folder or shipped_folder(), out)
        if is_check and (stale := wanted.stale()):
            _refuse(stale)
        if not is_check:
            wanted.write()
    except FrameworkFaults as error:
        _refuse(error.faults)
    click.echo(f"{wanted.page_count} pages: up to date")


def _check_coverage(checked: Framework, source: Path) -> None:
    try:
        derived: Derived = derive_file(source)
    except FrameworkFaults as error:
        _refuse(error.faults)
    _say(derived.notices)
    if uncovered := uncovered_items(checked, derived):
        _refuse(uncovered)


def _describe(checked: Framework) -> str:
    objectives, questions = len(checked.objectives), len(checked.questions)
    return f"{objectives} objective{'s'[: objectives != 1]}, {questions} question{'s'[: questions != 1]}"


def _say(notices: Iterable[object]) -> None:
    for notice in notices:
        click.echo(str(notice), err=True)


def _refuse(faults: Iterable[object]) -> NoReturn:
    _say(faults)
    sys.exit(1)
