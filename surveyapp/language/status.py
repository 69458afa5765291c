"""How far each catalogue is translated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

from surveyapp.language.catalogues import DOMAINS, catalogue_path
from surveyapp.language.locales import packaged_locales
from surveyapp.language.po_files import read_po
from surveyapp.language.shipped import translations_folder
from surveyapp.web.locale import SOURCE_LOCALE


@dataclass(frozen=True, slots=True)
class Status:
    """The messages of one catalogue, counted against its POT: each is in exactly one of the three numbers."""

    locale: str
    domain: str
    translated: int
    fuzzy: int
    missing: int

    @property
    def percent(self) -> int:
        """The translated share, rounded down: 100 means all."""
        total = self.translated + self.fuzzy + self.missing
        return 100 * self.translated // total if total else 100

    def __str__(self) -> str:
        numbers = f"{self.translated} translated, {self.fuzzy} fuzzy, {self.missing} missing"
        return f"{self.locale} {self.domain}: {numbers}, {self.percent} %"


def translated_locales(folder: Path | None = None) -> list[str]:
    """The packaged locales that have catalogues: all but English, the source."""
    return [locale for locale in packaged_locales(folder) if locale != SOURCE_LOCALE]


def list_status(folder: Path | None = None) -> Iterator[Status]:
    """One for each locale and domain, by locale.

    :raises PoFault: a file cannot be read.
    :raises FileNotFoundError: a POT file is missing.
    """
    folder = folder or translations_folder()
    pots = {domain: read_po(folder / f"{domain}.pot") for domain in DOMAINS}
    for locale in translated_locales(folder):
        for domain, pot in pots.items():
            path = catalogue_path(locale, domain, folder)
            yield _count(locale, domain, pot, read_po(path) if path.is_file() else polib.POFile())


def _count(locale: str, domain: str, pot: polib.POFile, file: polib.POFile) -> Status:
    entries = {(entry.msgctxt, entry.msgid): entry for entry in file if not entry.obsolete}
    translated = fuzzy = 0
    for template in pot:
        entry = entries.get((template.msgctxt, template.msgid))
        translated += entry is not None and entry.translated()
        fuzzy += entry is not None and entry.fuzzy
    return Status(locale, domain, translated, fuzzy, len(pot) - translated - fuzzy)
