"""Small language files, written and read back for one test."""

from __future__ import annotations

from pathlib import Path

import polib

from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.language.catalogues import CONTENT, INTERFACE, catalogue_path
from surveyapp.language.extract import content_template
from surveyapp.language.po_files import empty_po, empty_pot, write_po
from tests.framework.sample import write_sample


def sample_framework(folder: Path) -> Framework:
    write_sample(folder)
    return load_framework(folder)


def content_po(framework: Framework, locale: str, translated: dict[str, str]) -> polib.POFile:
    """A catalogue of the content with these translations, by context; `*` stands for all others."""
    file = empty_po(locale)
    for entry in content_template(framework):
        default = translated.get("*", "").replace("*", entry.msgid)
        entry.msgstr = translated.get(entry.msgctxt or "", default)
        file.append(entry)
    return file


def compile_content(folder: Path, framework: Framework, locale: str, translated: dict[str, str]) -> None:
    """Write and compile such a catalogue, whatever its faults."""
    save_compiled(folder, content_po(framework, locale, translated), locale, CONTENT)


def save_compiled(folder: Path, file: polib.POFile, locale: str, domain: str) -> None:
    path = catalogue_path(locale, domain, folder)
    write_po(path, file)
    path.with_suffix(".mo").write_bytes(file.to_binary())


def write_pots(
    folder: Path, content: list[polib.POEntry], interface: list[polib.POEntry] | None = None
) -> None:
    """The two POT files, with these messages."""
    for domain, entries in ((CONTENT, content), (INTERFACE, interface or [])):
        pot = empty_pot()
        pot.extend(entries)
        write_po(folder / f"{domain}.pot", pot)


def message(context: str | None, source: str, translation: str = "") -> polib.POEntry:
    return polib.POEntry(msgctxt=context, msgid=source, msgstr=translation)
