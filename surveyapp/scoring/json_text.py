"""JSON bytes to plain values, with every repeated key kept and every limit said with line and column.

The standard reader takes the last of two equal keys, takes NaN, and gives up with a RecursionError on
deep nesting; a first pass over the text, one step per mark or string, refuses what is too deep or too
much before any value is built.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NoReturn

MOST_BYTES = 50_000_000
MOST_DEPTH = 20
MOST_VALUES = 500_000
MOST_DIGITS = 40  # longer numbers are kept as written, unread

_MARKS = re.compile(
    r"""[\s,:]*+  # what stands between marks; with the mark in one match, and never given back
    (?:(
        "[^"\\]*+(?:\\.[^"\\]*+)*+"?  # a string, to the end of the text where it is not closed
        |[\[{\]}]
        |[^\s",:\[{\]}]++  # a number, true, false, null, or what is none of these
    )|\Z)""",
    re.DOTALL | re.VERBOSE,
)


class JsonFault(Exception):
    """The bytes are no JSON that can be read; line and column count from 1, 0 where there is no place."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object with its keys as written, repeated ones included."""

    pairs: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class NotANumber:
    """What stands where a number would, but is none that can be kept: `NaN`, `Infinity`, too long."""

    written: str


def read_json(raw: bytes, *, most_values: int = MOST_VALUES) -> object:
    """The value: JsonObject, list, str, int, Decimal, bool, None or NotANumber.

    UTF-8, with or without a byte order mark.

    :raises JsonFault: over 50 MB, no UTF-8, no JSON, nested deeper than 20, too many values.
    """
    if len(raw) > MOST_BYTES:
        raise JsonFault(f"the file has over {MOST_BYTES // 1_000_000} MB; it should be far smaller")
    text = _decode(raw)
    _refuse_excess(text, most_values)
    try:
        return json.loads(
            text,
            object_pairs_hook=lambda pairs: JsonObject(tuple(pairs)),
            parse_int=_whole,
            parse_float=_decimal,
            parse_constant=NotANumber,
        )
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at").removesuffix(" starting")  # the place is told apart
        raise JsonFault(f"not JSON: {what}; mend the text there", error.lineno, error.colno) from error


def _decode(raw: bytes) -> str:
    if not json.detect_encoding(raw[:4]).startswith("utf-8"):  # UTF-16 of plain letters is no wrong UTF-8
        raise JsonFault("not UTF-8 text; save the file as UTF-8", 1, 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        line = raw.count(b"\n", 0, start) + 1
        before = raw[raw.rfind(b"\n", 0, start) + 1 : start]
        column = len(before.decode("utf-8-sig", "replace")) + 1
        raise JsonFault("not UTF-8 text; save the file as UTF-8", line, column) from error


def _refuse_excess(text: str, most_values: int) -> None:
    depth = 0
    for values, mark in enumerate(_MARKS.finditer(text), 1):
        start = mark.start(1)
        if start < 0:  # the end of the text
            return
        first = text[start]
        if values > most_values:
            _refuse(text, start, f"over {most_values:,} values; there should be far fewer")
        if first in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                _refuse(text, start, f"nested deeper than {MOST_DEPTH} levels; there should be fewer")
        elif first in "]}":
            depth -= 1


def _refuse(text: str, position: int, message: str) -> NoReturn:
    line = text.count("\n", 0, position) + 1
    raise JsonFault(message, line, position - text.rfind("\n", 0, position))


def _whole(written: str) -> int | NotANumber:
    return int(written) if len(written) <= MOST_DIGITS else NotANumber(written)


def _decimal(written: str) -> Decimal | NotANumber:
    if len(written) > MOST_DIGITS:
        return NotANumber(written)
    try:
        return Decimal(written)
    except InvalidOperation:  # an exponent beyond what Decimal holds
        return NotANumber(written)
