"""`surveyapp translations …`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from surveyapp.framework.faults import FrameworkFaults
from surveyapp.language.catalogues import DOMAINS, catalogue_path
from surveyapp.language.checks import Finding, Severity, check_file
from surveyapp.language.compile import compile_catalogues
from surveyapp.language.extract import stale_templates, write_templates
from surveyapp.language.locales import from_url_code
from surveyapp.language.plural_rules import PluralRuleFault
from surveyapp.language.po_files import PoFault, shown_path
from surveyapp.language.shipped import translations_folder
from surveyapp.language.status import list_status, translated_locales
from surveyapp.language.update import update_locale
from surveyapp.web.locale import SOURCE_LOCALE, url_code

in_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder of language files; by default the one that comes with surveyapp.",
)


class LocaleName(click.ParamType[str]):
    """A locale as CLDR spells it, `sr_Latn`; the hyphen of addresses is taken too."""

    name = "locale"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        locale = from_url_code(url_code(value))
        if locale is None or locale == SOURCE_LOCALE:
            self.fail(
                f'"{value}" is no locale to translate into; write one such as fr or sr_Latn', param, ctx
            )
        return locale


@click.group()
def translations() -> None:
    """The language files: texts to translate, translations, and their checks."""


@translations.command()
@in_folder
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; exit 1 when a POT file is not up to date."
)
def extract(folder: Path | None, only_check: bool) -> None:
    """Collect the texts of interface and questionnaires into the POT files."""
    try:
        changed = stale_templates(folder) if only_check else write_templates(folder)
    except FrameworkFaults as error:
        _refuse(error.faults)
    if only_check and changed:
        _refuse(f"{path}: not up to date; run: surveyapp translations extract" for path in changed)
    for path in changed:
        click.echo(f"{path}: written")
    if not changed:
        click.echo("The POT files are up to date.")


@translations.command()
@click.argument("locales", nargs=-1, type=LocaleName())
@in_folder
def update(locales: tuple[str, ...], folder: Path | None) -> None:
    """Bring the PO files up to the POT files; LOCALES may name new ones. By default all that there are."""
    refused = []
    for locale in locales or translated_locales(folder):
        try:
            done = update_locale(locale, folder)
        except (PoFault, PluralRuleFault) as fault:
            refused.append(fault)
            continue
        except FileNotFoundError as error:
            _refuse([f"{error.filename}: not there; run first: surveyapp translations extract"])
        for file in done:
            numbers = f"{file.added} new, {file.changed} changed, {file.restored} restored, {file.gone} gone"
            click.echo(f"{shown_path(file.path)}: {numbers if file.is_written else 'up to date'}")
    _refuse_any(refused)


@translations.command()
@click.argument("locale", required=False, type=LocaleName())
@in_folder
def check(locale: str | None, folder: Path | None) -> None:
    """Look for faults in the PO files, of one LOCALE or of all; exit 1 when one is an error."""
    folder = folder or translations_folder()
    locales = [locale] if locale else translated_locales(folder)
    paths = [catalogue_path(name, domain, folder) for name in locales for domain in DOMAINS]
    absent = [path for path in paths if not path.is_file()]
    findings = [finding for path in paths if path not in absent for finding in check_file(path)]
    for finding in findings:
        click.echo(str(finding), err=True)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    click.echo(f"{len(paths) - len(absent)} files: {errors} errors, {len(findings) - errors} warnings")
    _refuse_any(f"{shown_path(path)}: not there; run: surveyapp translations update" for path in absent)
    if errors:
        raise SystemExit(1)


@translations.command()
@in_folder
def status(folder: Path | None) -> None:
    """How far each language is translated, a line per locale and domain."""
    try:
        for line in list_status(folder):
            click.echo(str(line))
    except PoFault as fault:
        _refuse([fault])
    except FileNotFoundError as error:
        _refuse([f"{error.filename}: not there; run first: surveyapp translations extract"])


@translations.command("compile")
@click.option("--only-stale", is_flag=True, help="Leave out what was compiled since its last change.")
@in_folder
def compile_command(folder: Path | None, only_stale: bool) -> None:
    """Compile each PO file for use; one with errors is refused, and the others are compiled."""
    faults: list[Finding] = []
    for compiled in compile_catalogues(folder, only_stale=only_stale):
        faults += compiled.faults
        if not compiled.faults:
            click.echo(f"{shown_path(compiled.path.with_suffix('.mo'))}: written")
    _refuse_any(faults)


def _refuse_any(faults: Iterable[object]) -> None:
    lines = list(faults)
    if lines:
        _refuse(lines)


def _refuse(faults: Iterable[object]) -> NoReturn:
    for fault in faults:
        click.echo(str(fault), err=True)
    raise SystemExit(1)
