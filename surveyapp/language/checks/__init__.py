"""What can be wrong with a language file, and where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polib

from surveyapp.language.checks.base import Check, Finding, Place, Severity
from surveyapp.language.checks.catalogue import FILE_CHECKS
from surveyapp.language.checks.characters import Bidi, Composed, Invisible, MixedScript, WrongScript
from surveyapp.language.checks.fields import Markup, Placeholder
from surveyapp.language.checks.plurals import PluralHeader, plural_findings
from surveyapp.language.checks.wording import (
    Address,
    EndPunctuation,
    Expansion,
    FrenchSpace,
    LevelNumbers,
    MaxLength,
    Newline,
    OtherNumbers,
    Space,
    Unchanged,
)
from surveyapp.language.plural_rules import PluralRuleFault, rule_of
from surveyapp.language.po_files import PoFault, line_of, read_po

__all__ = ["TEXT_CHECKS", "Check", "Finding", "Place", "Severity", "check_file", "check_text"]

TEXT_CHECKS: tuple[Check, ...] = (
    Placeholder(),
    Markup(),
    Newline(),
    Space(),
    EndPunctuation(),
    FrenchSpace(),
    Unchanged(),
    MaxLength(),
    Expansion(),
    LevelNumbers(),
    OtherNumbers(),
    Address(),
    Bidi(),
    Invisible(),
    MixedScript(),
    WrongScript(),
    Composed(),
)
# Said of plural forms by a check of their own, or not to be asked: the form for one alone may have no number.
_NOT_OF_FORMS = (Placeholder, OtherNumbers, Unchanged)
_LIMIT = re.compile(r"At most\s+(\d{1,4})\s+characters")

Found = tuple[str, Severity, str]


def check_text(source: str, target: str, place: Place) -> Iterator[Found]:
    """Id, severity and message of what is wrong with one translation; with an empty one nothing is."""
    for check in TEXT_CHECKS if target else ():
        if message := check.find(source, target, place):
            yield check.id, check.severity, message


def check_file(path: Path) -> list[Finding]:
    """Everything wrong with a PO file `LOCALE/LC_MESSAGES/DOMAIN.po`, by line.

    Translations that need review are named as such, and not looked into.

    :raises OSError: it is not there or not readable.
    """
    locale, domain = path.parent.parent.name, path.stem
    try:
        file = read_po(path)
    except PoFault as fault:
        return [Finding(path, fault.line, "file", Severity.ERROR, fault.message)]
    entries = [entry for entry in file if not entry.obsolete]
    findings = _check_header(path, file, locale)
    for entry in entries:
        if not entry.fuzzy:
            found = _check_entry(entry, locale, domain)
            findings += [
                Finding(path, line_of(entry), check, severity, why) for check, severity, why in found
            ]
    findings += _check_together(path, entries)
    return sorted(findings, key=lambda finding: finding.line)


def _check_header(path: Path, file: polib.POFile, locale: str) -> list[Finding]:
    header = PluralHeader()
    message = header.find(file.metadata.get("Plural-Forms", ""), locale)
    return [Finding(path, 1, header.id, header.severity, message)] if message else []


def _check_entry(entry: polib.POEntry, locale: str, domain: str) -> Iterator[Found]:
    limit = _LIMIT.search(entry.comment)
    place = Place(locale, domain, entry.msgctxt or "", int(limit[1]) if limit else None)
    if not entry.msgid_plural:
        yield from check_text(entry.msgid, entry.msgstr, place)
    elif any(entry.msgstr_plural.values()):
        yield from _check_forms(entry, place)


def _check_forms(entry: polib.POEntry, place: Place) -> Iterator[Found]:
    try:
        rule = rule_of(place.locale)
    except PluralRuleFault:
        return  # said once, of the header
    yield from plural_findings(entry.msgid_plural, entry.msgstr_plural, rule)
    for form, text in sorted(entry.msgstr_plural.items()):
        for check in (check for check in TEXT_CHECKS if not isinstance(check, _NOT_OF_FORMS)):
            if text and (message := check.find(entry.msgid_plural, text, place)):
                yield check.id, check.severity, f"form {form}: {message}"


def _check_together(path: Path, entries: Sequence[polib.POEntry]) -> list[Finding]:
    return [
        Finding(path, line_of(entry), check.id, check.severity, message)
        for check in FILE_CHECKS
        for entry, message in check.find(entries)
    ]
