"""What is wrong with the files, said so that the reader can mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NO_PART_OF_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """The text fit for one line of a terminal, whatever the files put into it."""
    return _NO_PART_OF_A_LINE.sub(" ", text)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that must be mended before anything is loaded.

    `file` is the name inside its folder; `line` and `column` count from 1, and are 0 where there is none.
    """

    file: str
    line: int
    column: int
    message: str

    @property
    def place(self) -> str:
        """`o01.yaml:12:5`, as far as it is known."""
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])

    def __str__(self) -> str:
        return one_line(f"{self.place}: {self.message}")


@dataclass(frozen=True, slots=True, order=True)
class Notice(Fault):
    """A warning: worth mending, and no hindrance."""

    def __str__(self) -> str:
        return one_line(f"{self.place}: warning: {self.message}")


class FrameworkFaults(Exception):
    """The files are not fit to be loaded; `faults` holds every fault, by file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
