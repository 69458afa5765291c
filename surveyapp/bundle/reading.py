"""The bytes of a bundle as plain values, and whether they are written as canonical JSON."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import compress, count

import rfc8785

from surveyapp.bundle.differences import Differences
from surveyapp.scoring.fields import shown
from surveyapp.scoring.json_text import JsonFault, JsonObject, NotANumber, read_json

LARGEST = 2**53 - 1  # of the whole numbers that a 64-bit float holds exactly, one after the other


def read_document(raw: bytes, found: Differences) -> object:
    """What the file holds as dict, list, str, int, float, bool and None; None where it cannot be read.

    A file that is readable but not canonical is read all the same, and that is a difference.
    """
    try:
        value = read_json(raw)
    except JsonFault as fault:
        place = f"line {fault.line}, column {fault.column}" if fault.line else ""
        found.add(place, fault.message)
        return None
    before = len(found.found)
    document = _plain("", value, found)
    if len(found.found) > before:
        return None
    canonical = rfc8785.dumps(document)  # type: ignore[arg-type]
    if canonical != raw:
        found.add(
            "",
            f"from byte {_first_difference(raw, canonical) + 1} on it is not canonical JSON (RFC 8785), so "
            "it was written again by another program; take the copy that was exported",
        )
    return document


def _first_difference(one: bytes, other: bytes) -> int:
    differing = compress(count(), (a != b for a, b in zip(one, other, strict=False)))
    return next(differing, min(len(one), len(other)))


def _plain(where: str, value: object, found: Differences) -> object:
    """The value for `rfc8785`; what that would refuse is a difference, with its place."""
    match value:
        case JsonObject():
            return _plain_object(where, value, found)
        case list():
            return [_plain(f"{where}[{place}]", item, found) for place, item in enumerate(value)]
        case str():
            _require_whole_characters(where, value, found)
            return value
        case Decimal() if math.isfinite(number := float(value)):
            return number
        case NotANumber() | Decimal():
            found.add(where, f"{shown(value)} is no number that JSON can keep")
        case int() if abs(value) > LARGEST:
            found.add(where, f"{shown(value)} is no whole number that JSON can keep exactly")
    return value


def _plain_object(where: str, value: JsonObject, found: Differences) -> dict[str, object]:
    plain: dict[str, object] = {}
    for name, item in value.pairs:
        place = f"{where}.{name}" if where else name
        if name in plain:
            found.add(place, "it stands twice in the same object")
        _require_whole_characters(where, name, found)
        plain[name] = _plain(place, item, found)
    return plain


def _require_whole_characters(where: str, text: str, found: Differences) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        found.add(where, f"{shown(text)} holds half a character, which UTF-8 cannot write")
