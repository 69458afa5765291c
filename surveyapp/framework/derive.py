"""Reads a guidelines document of any accepted form into its objectives and their items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from surveyapp.framework.derived import Derived, DerivedObjective
from surveyapp.framework.faults import Fault, FrameworkFaults, Notice
from surveyapp.framework.guidelines_table import read_csv, read_table
from surveyapp.framework.guidelines_text import read_text
from surveyapp.framework.xlsx import read_xlsx

MAX_BYTES = 10_000_000
MOST_ITEMS = 999  # of one kind in one objective, and of objectives: what ids and sources have room for

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_YEAR_AT_END = re.compile(r"\s*\((?:19|20)[0-9]{2}\)\s*$")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def derive_file(path: Path) -> Derived:
    """The guidelines in a file: XLSX and CSV by the ending of its name, plain text otherwise.

    :raises FrameworkFaults: the file cannot be read, is over 10 MB, or is not laid out as one of the three.
    """
    raw = _read(path)
    if path.suffix.lower() == ".xlsx":
        rows = read_xlsx(raw, path.name)
        return _from_table(read_table(rows, path.name), path.name)
    text = _decode(raw, path.name)
    if path.suffix.lower() == ".csv":
        return _from_table(read_table(read_csv(text, path.name), path.name), path.name)
    return derive(text, path.name)


def derive(text: str, file: str) -> Derived:
    """The guidelines in a plain text; `file` names it in messages and gives the framework its id.

    :raises FrameworkFaults: the text is not laid out as described at `read_text`.
    """
    _refuse_control_characters(text, file)
    reading = read_text(text, file)
    title = _YEAR_AT_END.sub("", reading.title_lines[-1]) if reading.title_lines else ""
    year = next((match for line in reading.title_lines if (match := _YEAR.search(line))), None)
    return _finish(reading.objectives, file, title, year, reading.notices)


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise FrameworkFaults([Fault(str(path), 0, 0, "is not a file; name the guidelines document")])
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror}; name the guidelines document"
        raise FrameworkFaults([Fault(str(path), 0, 0, message)]) from None
    if len(raw) > MAX_BYTES:
        raise FrameworkFaults([Fault(path.name, 0, 0, "the file is larger than 10 MB; shorten it")])
    return raw


def _decode(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8 text; save it as UTF-8 text, CSV or XLSX"
        raise FrameworkFaults([Fault(file, line, column, message)]) from None


def _refuse_control_characters(text: str, file: str) -> None:
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"the control character U+{ord(found.group()):04X} is no text; remove it"
        raise FrameworkFaults([Fault(file, line, column, message)])


def _from_table(objectives: Sequence[DerivedObjective], file: str) -> Derived:
    for objective in objectives:
        for text in (objective.title, *(text for _, _, text in objective.items())):
            if found := _CONTROL.search(text):
                message = f'"{text[: found.start()][-40:]}" is followed by a control character; remove it'
                raise FrameworkFaults([Fault(file, 0, 0, message)])
    return _finish(objectives, file, "", None, [])


def _finish(
    objectives: Sequence[DerivedObjective],
    file: str,
    title: str,
    year: re.Match[str] | None,
    notices: Sequence[Notice],
) -> Derived:
    """What the document does not tell of itself is taken from the name of its file."""
    most = max(len(objectives), *(len(texts) for o in objectives for texts in o.by_kind.values()))
    if most > MOST_ITEMS:
        message = f"there are more than {MOST_ITEMS} objectives or items of one kind; split the document"
        raise FrameworkFaults([Fault(file, 0, 0, message)])
    stem = Path(file).stem
    found = year or _YEAR.search(stem)
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60].strip("-")
    return Derived(
        name=name or "framework",
        title=title or " ".join(stem.replace("_", " ").replace("-", " ").split()) or "Guidelines",
        year=int(found.group()) if found else None,
        objectives=tuple(objectives),
        notices=tuple(notices),
    )
