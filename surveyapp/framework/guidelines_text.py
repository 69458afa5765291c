"""Reads guidelines written as plain text: bullets under the names of objectives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from surveyapp.framework.derived import DerivedObjective
from surveyapp.framework.faults import Fault, FrameworkFaults, Notice

MOST_CHARACTERS = 10_000  # of one item

_BULLETS = "·•–*-"  # an en dash among them; the hyphen last, for the pattern below
_RULE = re.compile(rf"[{_BULLETS}_=\s]{{2,}}")  # a line drawn with characters


class _Part(Enum):
    """Where in the text the reader is."""

    TITLE = auto()  # plain lines before the first objective's activities
    ACTIVITIES = auto()
    ACTORS = auto()
    INDICATORS = auto()
    NEXT = auto()  # plain lines after the indicators: the last names the next objective


@dataclass(frozen=True)
class _Line:
    number: int
    indent: int
    bullet: str  # "" for a plain line
    text: str


@dataclass
class TextReading:
    """The plain lines before the first objective, the objectives, and what was left out."""

    title_lines: list[str] = field(default_factory=list)
    objectives: list[DerivedObjective] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_text(text: str, file: str) -> TextReading:
    """Read a title and then, for each objective, its name, its activities, its actors and its indicators.

    Activities and indicators are lines that begin with a bullet (`·`, `•`, `-`, `–`, `*`). The last plain
    line before the activities names the objective; each plain line between activities and indicators is an
    actor. Blank lines never matter, except that a deeper indented line right under a bullet continues it.

    :raises FrameworkFaults: no objective at all, or one that breaks off before its indicators.
    """
    reader = _TextReader(file)
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        reader.read_line(line)
    return reader.finish()


class _TextReader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._part = _Part.TITLE
        self._plain: list[_Line] = []  # those that may yet name an objective
        self._number = 0
        self._named_on = 0  # the line of the latest objective's name
        self._open_bullet: _Line | None = None  # the bullet that an indented line may continue
        self._result = TextReading()

    def read_line(self, raw: str) -> None:
        self._number += 1
        line = _parse(raw, self._number)
        if line is None:
            self._open_bullet = None
        elif line.bullet and not line.text:
            self._open_bullet = None
            self._notice(line.number, "the bullet has no text and is left out")
        elif line.bullet:
            self._take_bullet(line)
            self._open_bullet = line
        elif self._open_bullet is not None and line.indent > self._open_bullet.indent:
            self._continue_item(line)
        else:
            self._open_bullet = None
            self._take_plain(line)

    def finish(self) -> TextReading:
        if self._part in (_Part.TITLE, _Part.ACTIVITIES, _Part.ACTORS):
            raise FrameworkFaults([self._breaking_off()])
        for line in self._plain:
            self._notice(line.number, f'"{line.text[:60]}" is followed by no activities and is left out')
        return self._result

    def _breaking_off(self) -> Fault:
        if self._part is _Part.TITLE:
            mend = "begin each activity and each indicator with a bullet such as - under the objective's name"
            return Fault(self._file, 1, 0, f"no objective found; {mend}")
        message = (
            "the objective named here has no indicators; write its actors, one per line without a bullet,"
        )
        return Fault(self._file, self._named_on, 0, f"{message} and then its indicators with bullets")

    def _take_bullet(self, line: _Line) -> None:
        if self._part in (_Part.TITLE, _Part.NEXT):
            self._begin_objective(line)
        elif self._part is _Part.ACTORS:
            self._part = _Part.INDICATORS
        self._items().append(line.text)

    def _begin_objective(self, line: _Line) -> None:
        if not self._plain:
            message = (
                "the first bullet stands under no objective; write the objective's name on a line above it"
            )
            raise FrameworkFaults([Fault(self._file, line.number, 0, message)])
        *before, name = self._plain
        if self._part is _Part.TITLE:
            self._result.title_lines = [plain.text for plain in before]
        else:
            for plain in before:
                self._notice(plain.number, f'"{plain.text[:60]}" names no objective and is left out')
        self._result.objectives.append(DerivedObjective(name.text))
        self._named_on = name.number
        self._plain = []
        self._part = _Part.ACTIVITIES

    def _take_plain(self, line: _Line) -> None:
        if self._part is _Part.ACTIVITIES:
            self._part = _Part.ACTORS
        elif self._part is _Part.INDICATORS:
            self._part = _Part.NEXT
        if self._part is _Part.ACTORS:
            self._result.objectives[-1].by_kind["actor"].append(line.text)
        else:
            self._plain.append(line)

    def _continue_item(self, line: _Line) -> None:
        items = self._items()
        items[-1] = f"{items[-1]} {line.text}"
        if len(items[-1]) > MOST_CHARACTERS:
            message = f"the bullet runs on for more than {MOST_CHARACTERS:,} characters; begin a new one"
            raise FrameworkFaults([Fault(self._file, line.number, 0, message)])

    def _items(self) -> list[str]:
        kind = "indicator" if self._part is _Part.INDICATORS else "activity"
        return self._result.objectives[-1].by_kind[kind]

    def _notice(self, number: int, message: str) -> None:
        self._result.notices.append(Notice(self._file, number, 0, message))


def _parse(raw: str, number: int) -> _Line | None:
    """None for a line without words."""
    stripped = raw.strip()
    if not stripped or (len(stripped) > 1 and _RULE.fullmatch(stripped)):
        return None
    indent = len(raw.expandtabs()) - len(raw.expandtabs().lstrip())
    bullet = stripped[0] if stripped[0] in _BULLETS else ""
    return _Line(number, indent, bullet, " ".join(stripped.removeprefix(bullet).split()))
