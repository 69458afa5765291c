"""The POT files: the interface's texts out of code and templates, the content's out of the questionnaires."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import polib
from babel.messages.extract import extract as babel_extract
from jinja2.ext import babel_extract as extract_template

from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from surveyapp.language.catalogues import CONTENT, INTERFACE
from surveyapp.language.messages import ContentMessage, content_messages, term_context
from surveyapp.language.po_files import empty_pot, po_text, shown_path, write_po
from surveyapp.language.shipped import PACKAGE, translations_folder

COMMENT_TAG = "Translators:"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
OPTIONS = {"encoding": "utf-8"}
TEMPLATE_SUFFIXES = (".html", ".txt", ".xml")

_PLACEHOLDER = re.compile(r"%\(\w+\)")

# What Babel gives for one text: line, source or (source, plural), comments, context.
Found = tuple[int, str | tuple[str, ...], list[str], str | None]


def interface_template(package: Path = PACKAGE) -> polib.POFile:
    """The POT of the interface: each text of the package's code and templates, in the order of files."""
    pot = empty_pot()
    entries: dict[tuple[str | None, str], polib.POEntry] = {}
    for path in _sources(package):
        place = path.relative_to(package.parent).as_posix()
        for _line, source, comments, context in _texts_in(path):
            singular, plural = (source, "") if isinstance(source, str) else (source[0], source[1])
            if singular:
                entry = entries.setdefault(
                    (context, singular), polib.POEntry(msgid=singular, msgctxt=context)
                )
                _add_place(entry, place, plural, comments)
    pot.extend(entries.values())
    return pot


def content_template(framework: Framework) -> polib.POFile:
    """The POT of the content: each text of the framework, in the order of its files."""
    pot = empty_pot()
    for message in content_messages(framework):
        pot.append(
            polib.POEntry(
                msgid=message.source,
                msgctxt=message.context,
                comment=_comment(message, framework),
                occurrences=[(message.location, "")],
            )
        )
    return pot


def _comment(message: ContentMessage, framework: Framework) -> str:
    """What the text is, the author's note, and the terms in it with the place of what they mean."""
    lines = [message.comment]
    if message.note:
        lines.append(f"Note: {message.note}")
    terms = framework.vocabulary.terms_in(message.source)
    others = [term for term in terms if not message.context.startswith(term_context(term, ""))]
    if others:
        places = (f"{term.term} ({term_context(term, 'definition')})" for term in others)
        lines.append(f"Glossary: {'; '.join(places)}")
    return "\n".join(lines)


def templates(framework: Framework | None = None, package: Path = PACKAGE) -> dict[str, polib.POFile]:
    """The POT of each domain, as code and questionnaires are now.

    :raises FrameworkFaults: the shipped questionnaires have faults.
    """
    content = framework or load_framework(shipped_folder())
    return {INTERFACE: interface_template(package), CONTENT: content_template(content)}


def write_templates(folder: Path | None = None) -> list[str]:
    """Bring the POT files up to date; gives those that changed."""
    folder = folder or translations_folder()
    return [shown_path(path) for path, pot in _by_path(folder) if write_po(path, pot)]


def stale_templates(folder: Path | None = None) -> list[str]:
    """The POT files that would change."""
    folder = folder or translations_folder()
    return [
        shown_path(path)
        for path, pot in _by_path(folder)
        if not path.is_file() or path.read_bytes() != po_text(pot).encode()
    ]


def _by_path(folder: Path) -> list[tuple[Path, polib.POFile]]:
    return [(folder / f"{domain}.pot", pot) for domain, pot in templates().items()]


def _sources(package: Path) -> list[Path]:
    """Code and templates, by path; installed data and static files hold no texts."""
    found = [path for path in package.rglob("*.py") if "_data" not in path.parts]
    for suffix in TEMPLATE_SUFFIXES:
        found += [
            path for path in package.rglob(f"*{suffix}") if "templates" in path.relative_to(package).parts
        ]
    return sorted(found, key=lambda path: path.relative_to(package).as_posix())


def _texts_in(path: Path) -> Iterator[Found]:
    method: Any = "python" if path.suffix == ".py" else _extract_jinja
    with path.open("rb") as file:
        yield from babel_extract(method, file, KEYWORDS, (COMMENT_TAG,), OPTIONS, strip_comment_tags=True)


def _extract_jinja(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """As pages are drawn: whitespace inside `{% trans %}` is trimmed, syntax faults are raised."""
    return extract_template(file, keywords, comment_tags, {**options, "trimmed": "true", "silent": "false"})


def _add_place(entry: polib.POEntry, place: str, plural: str, comments: list[str]) -> None:
    """Note that the text stands here too; line numbers are left out, they would change daily."""
    if (place, "") not in entry.occurrences:
        entry.occurrences.append((place, ""))
    known = entry.comment.split("\n") if entry.comment else []
    entry.comment = "\n".join(known + [comment for comment in comments if comment not in known])
    if plural and not entry.msgid_plural:
        entry.msgid_plural = plural
        entry.msgstr_plural = {0: "", 1: ""}
    if _PLACEHOLDER.search(entry.msgid + entry.msgid_plural) and "python-format" not in entry.flags:
        entry.flags.append("python-format")
