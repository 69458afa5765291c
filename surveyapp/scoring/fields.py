"""The fields of an answers file, each checked and each fault kept, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeGuard
from urllib.parse import urlsplit

from surveyapp.scoring.json_text import JsonObject, NotANumber

MOST_FAULTS = 1_000
MOST_SIGNIFICANT_DIGITS = 15  # what every JSON reader keeps exactly
MOST_SHOWN = 60

_HOST = re.compile("https?://[^/?#]{1,300}(?:[/?#]|$)", re.IGNORECASE)  # a name has at most 253
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class AnswersFault:
    """One fault of an answers file: where (a question, a field, or a line and column), and the mend."""

    message: str
    where: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}" if self.line else self.where
        return f"{place}: {self.message}" if place else self.message

    def in_file(self, name: str) -> str:
        """The line to show: `answers.json: question o07.a1: …`, `answers.json:3:7: …`."""
        return f"{name}:{self}" if self.line else f"{name}: {self}"


def shown(value: object) -> str:
    """A value as a message shows it: on one line, short, with nothing that a terminal acts on."""
    text = f'"{value[: MOST_SHOWN + 1]}"' if isinstance(value, str) else _as_json(value)
    if len(text) > MOST_SHOWN:
        text = text[:MOST_SHOWN] + "…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _as_json(value: object) -> str:
    match value:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[value]
        case NotANumber():
            return value.written
        case JsonObject():
            return "an object"
        case list():
            return "a list"
    return str(value)


def is_number(value: object) -> TypeGuard[int | Decimal]:
    """Whether JSON wrote a number; true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


@dataclass(slots=True)
class FieldReader:
    """Reads values and keeps their faults; what is at fault reads as None."""

    faults: list[AnswersFault] = field(default_factory=list)
    unlisted: int = 0

    @property
    def is_full(self) -> bool:
        """Whether further faults are only counted; to describe one, with its mend, takes long."""
        return len(self.faults) >= MOST_FAULTS

    def refuse(self, where: str, message: str) -> None:
        if self.is_full:
            self.unlisted += 1
        else:
            self.faults.append(AnswersFault(message, where))

    def shown(self, value: object) -> str:
        """The value as a message shows it; nothing where the message would not be listed."""
        return "" if self.is_full else shown(value)

    def list_faults(self) -> tuple[AnswersFault, ...]:
        if not self.unlisted:
            return tuple(self.faults)
        more = AnswersFault(f"{self.unlisted:,} more faults are not listed; mend these first")
        return (*self.faults, more)

    def read_object(
        self, where: str, value: object, known: Collection[str], required: Collection[str] = ()
    ) -> dict[str, object] | None:
        """The known fields that are given; None where it is no object."""
        if not isinstance(value, JsonObject):
            self.refuse(where, f"it is {self.shown(value)}; give an object with {_list_names(known)}")
            return None
        fields: dict[str, object] = {}
        for name, given in value.pairs:
            if name in fields:
                self.refuse(where, f'"{name}" is given twice; keep one')
            elif name in known:
                fields[name] = given
            elif self.is_full:
                self.unlisted += 1
            else:
                self.refuse(where, f"there is no field {self.shown(name)}; {_suggest(name, known)}")
        for name in required:
            if name not in fields:
                self.refuse(where, f'"{name}" is missing; add it')
        return fields

    def read_text(self, where: str, name: str, value: object, most: int, *, may_be_empty: bool) -> str | None:
        """Text of at most so many characters, as given; without half characters and NUL."""
        if not isinstance(value, str):
            self.refuse(where, f'"{name}" is {self.shown(value)}; {_as_text(value)}')
            return None
        if not may_be_empty and not value.strip():
            self.refuse(where, f'"{name}" is empty; fill it in or leave it out')
            return None
        if len(value) > most:
            self.refuse(where, f'"{name}" has {len(value):,} characters; shorten it to {most:,}')
            return None
        unstorable = _find_unstorable(value)
        if unstorable:
            self.refuse(where, f'"{name}" holds {self.shown(unstorable)}, which is no character; take it out')
            return None
        return value

    def read_link(self, where: str, name: str, value: object, most: int) -> str | None:
        """An absolute address, http or https."""
        text = self.read_text(where, name, value, most, may_be_empty=False)
        if text is None or is_link(text):
            return text
        self.refuse(
            where, f'"{name}" is {self.shown(text)}; give an address that starts with https:// or http://'
        )
        return None

    def read_date(self, where: str, name: str, value: object) -> Date | None:
        """A date that exists, written 2026-03-01."""
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            self.refuse(where, f'"{name}" is {self.shown(value)}; write the date as "2026-03-01"')
            return None
        try:
            return Date.fromisoformat(value)
        except ValueError:
            self.refuse(
                where, f'"{name}" is {self.shown(value)}, a date that does not exist; give one that does'
            )
            return None

    def read_year(self, where: str, name: str, value: object, first: int, last: int) -> int | None:
        """A whole number from first to last."""
        if isinstance(value, int) and not isinstance(value, bool) and first <= value <= last:
            return value
        quoted = ", without quotes" if isinstance(value, str) else ""
        self.refuse(
            where, f'"{name}" is {self.shown(value)}; give a whole number from {first} to {last}{quoted}'
        )
        return None

    def read_number(self, where: str, name: str, value: object) -> Decimal | None:
        """A number that every JSON reader keeps exactly: at most 15 digits, below 10^15."""
        if not is_number(value) and not isinstance(value, NotANumber):
            self.refuse(where, f'"{name}" is {self.shown(value)}; give a number, without quotes')
            return None
        number = None if isinstance(value, NotANumber) else Decimal(value)
        if number is None or not _is_exact(number):
            self.refuse(
                where,
                f'"{name}" is {self.shown(value)}; give a number of at most {MOST_SIGNIFICANT_DIGITS} digits',
            )
            return None
        return number


def is_link(text: str) -> bool:
    """Whether it is an absolute web address; nothing is fetched from it."""
    if " " in text or not text.isprintable() or not _HOST.match(text):  # no other space is printable
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # brackets that hold no address
        return False


def _find_unstorable(text: str) -> str:
    """The first NUL or, without one, the first half of a character.

    A pattern for both takes six times as long, which a file of 50 MB is too large for.
    """
    if "\0" in text:
        return "\0"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return text[error.start]
    return ""


def _list_names(names: Collection[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _suggest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1) if len(name) <= MOST_SHOWN else []
    return f'write "{near[0]}" or take it out' if near else f"the fields are {_list_names(known)}"


def _as_text(value: object) -> str:
    return f'write it as text: "{value}"' if is_number(value) else "give text, in quotes"


def _is_exact(number: Decimal) -> bool:
    if number == 0:
        return True
    if not -MOST_SIGNIFICANT_DIGITS <= number.adjusted() < MOST_SIGNIFICANT_DIGITS:
        return False  # before the digits are counted, which overflows for the largest exponents
    return len(number.normalize().as_tuple().digits) <= MOST_SIGNIFICANT_DIGITS
