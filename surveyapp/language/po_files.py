"""Reading and writing PO files: every fault with its line, equal content as equal bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import polib

from surveyapp.language.plural_rules import plural_forms

LARGEST_FILE = 20_000_000  # bytes
CONFLICT_MARK = "#-#-#-#-#"  # left behind by msgcat

# Characters that end a line for Python and not for gettext, or that no text may hold.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
# A line of text: whole, in quotes. polib would cut the last character of a line without its closing quote.
_TEXT_LINE = re.compile(
    r"\s*(?:#~\|?|#\|)?\s*(?:msgctxt|msgid_plural|msgid|msgstr(?:\[[0-9]\])?)?\s*"
    r'"(?:[^"\\]|\\.)*"\s*'
)
_COMMENT_LINE = re.compile(r"\s*(?:#(?!~\|?\s|\|\s).*)?|\s*#[~|]+\s*")
_SYNTAX_LINE = re.compile(r"\(line (\d+)\)(?:: (.*))?")


class PoFault(Exception):
    """Why a PO file cannot be read, and in which line."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(path, line, message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return f"{shown_path(self.path)}:{self.line}: file: {self.message}"


def shown_path(path: Path) -> str:
    """The path as people in the current folder would write it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def read_po(path: Path) -> polib.POFile:
    """A PO or POT file, previous texts of obsolete entries included; a byte order mark is left out.

    :raises PoFault: not UTF-8, not PO syntax, a message twice, or what msgcat leaves where files disagree.
    :raises OSError: it is not there or not readable.
    """
    data = path.read_bytes()
    if len(data) > LARGEST_FILE:
        raise PoFault(path, 1, f"larger than {LARGEST_FILE:,} bytes; no language file is that large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PoFault(path, line, "not UTF-8; save the file in the encoding UTF-8") from error
    lines = re.split("\r\n|\r|\n", text)
    for number, row in enumerate(lines, start=1):
        if found := _CONTROL.search(row):
            raise PoFault(path, number, f"holds the control character U+{ord(found[0]):04X}; take it out")
        if CONFLICT_MARK in row:
            raise PoFault(
                path, number, f'two files disagree here; choose one text and take out "{CONFLICT_MARK}"'
            )
        if not (_COMMENT_LINE.fullmatch(row) or _TEXT_LINE.fullmatch(row)):
            raise PoFault(
                path, number, "not PO syntax: neither a comment nor a text in quotes; mend this line"
            )
    file = _parse(path, lines)
    _refuse_doubled(path, file)
    return file


def _parse(path: Path, lines: Iterable[str]) -> polib.POFile:
    # polib drops "#~|", the previous text of an obsolete entry, and keeps the same line without the tilde.
    text = "\n".join(line.replace("#~|", "#|", 1) if line.startswith("#~|") else line for line in lines)
    try:
        # The leading line break keeps polib from taking a short text for the name of a file.
        return polib.pofile("\n" + text)
    except OSError as error:
        match = _SYNTAX_LINE.search(str(error))
        number, why = (int(match[1]) - 1, match[2]) if match else (1, None)
        raise PoFault(
            path, max(number, 1), f"not PO syntax{f': {why}' if why else ''}; mend this line"
        ) from error


def line_of(entry: polib.POEntry) -> int:
    """The line of a message in the file it was read from."""
    return max((entry.linenum or 0) - 1, 1)  # one line was put before the file's own


def _refuse_doubled(path: Path, file: polib.POFile) -> None:
    seen: dict[tuple[str | None, str], int] = {}
    for entry in file:
        if entry.obsolete:
            continue
        key = (entry.msgctxt, entry.msgid)
        if key in seen:
            name = f"{entry.msgctxt}: {entry.msgid}" if entry.msgctxt else entry.msgid
            raise PoFault(
                path,
                line_of(entry),
                f'"{name[:60]}" stands here again, first in line {seen[key]}; keep one of the two',
            )
        seen[key] = line_of(entry)


def po_text(file: polib.POFile) -> str:
    """The file as text; the same content gives the same text."""
    return f"{file}".rstrip("\n") + "\n"


def write_po(path: Path, file: polib.POFile) -> bool:
    """Write the file unless it already says exactly this; True when it was written.

    A file is replaced as a whole, so that nobody reads half of one.
    """
    data = po_text(file).encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_bytes(path, data)
    return True


def replace_bytes(path: Path, data: bytes) -> None:
    """Put the bytes in the file's place at once."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def empty_po(locale: str) -> polib.POFile:
    """A PO file without messages for a locale.

    :raises PluralRuleFault: no plural rule is known for the language.
    """
    file = polib.POFile()
    file.metadata = {**_METADATA, "Language": locale, "Plural-Forms": plural_forms(locale)}
    return file


def empty_pot() -> polib.POFile:
    """A POT file without messages; it carries no date, so that it changes only with its messages."""
    file = polib.POFile()
    file.metadata = dict(_METADATA)
    return file


_METADATA = {
    "Project-Id-Version": "surveyapp",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
