"""Reads a list of levels, of a question or of a ladder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

from surveyapp.framework.fields import Fields, Log, as_mapping, as_sequence, quote
from surveyapp.framework.model import Level
from surveyapp.framework.yaml_reader import Node

LEVEL_KEYS = ("code", "points", "text")
FEWEST_LEVELS, MOST_LEVELS = 2, 10

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_ANSWERS_OF_ANOTHER_SORT = ("not_applicable", "unknown")  # the form tells them from codes by their names
_POINTS_MEND = "give a number from 0 to 1"
_CODE_MEND = "use letters, digits, dots, hyphens and underscores, at most 32"


def read_levels(node: Node, log: Log, where: str) -> tuple[Level, ...] | None:
    """2 to 10 levels with unique codes, points strictly rising from 0 to 1; None when any is faulty."""
    items = as_sequence(node, log, f"{where}: levels")
    if items is None:
        return None
    before = len(log.faults)
    if not FEWEST_LEVELS <= len(items) <= MOST_LEVELS:
        message = f"{where}: {_count(len(items))}; give {FEWEST_LEVELS} to {MOST_LEVELS} levels"
        log.fault(node, message)
    read = [_read_level(item, log, where, number) for number, item in enumerate(items, 1)]
    known = [entry for entry in read if entry is not None]
    _check_codes(known, log, where)
    if len(known) == len(items):
        _check_points(known, log, where)
    levels = tuple(level for level, _, _ in known)
    return levels if len(log.faults) == before else None


def _count(number: int) -> str:
    return "there is 1 level" if number == 1 else f"there are {number} levels"


_Read = tuple[Level, Node, Node]  # with the places of its code and of its points


def _read_level(node: Node, log: Log, where: str, number: int) -> _Read | None:
    mapping = as_mapping(node, log, f"{where}: level {number} of the list")
    if mapping is None:
        return None
    code = next((e.value for e in mapping.entries if e.key.text == "code"), None)
    label = getattr(code, "text", "") or f"number {number}"
    of = f' of level "{label}"' if code is not None else f" of level number {number}"
    fields = Fields(mapping, log, where, LEVEL_KEYS, of)
    code_text = _read_code(fields)
    points = fields.number("points", _POINTS_MEND, low=0, high=1)
    text = fields.text("text")
    if code_text is None or points is None or text is None:
        return None
    return Level(code_text, points, text), fields.place("code"), fields.place("points")


def _read_code(fields: Fields) -> str | None:
    code = fields.text("code", _CODE_MEND)
    if code in _ANSWERS_OF_ANOTHER_SORT:
        fields.fault(
            fields.place("code"),
            f"the code {quote(code)} is kept for answers without a level; choose another",
        )
        return None
    if code is not None and not _CODE.fullmatch(code):
        fields.fault(fields.place("code"), f"code is {quote(code)}; {_CODE_MEND}")
        return None
    return code


def _check_codes(read: Iterable[_Read], log: Log, where: str) -> None:
    seen: set[str] = set()
    for level, code_place, _ in read:
        if level.code in seen:
            log.fault(
                code_place, f'{where}: the code "{level.code}" stands twice; give each level its own code'
            )
        seen.add(level.code)


def _check_points(read: list[_Read], log: Log, where: str) -> None:
    def fault(entry: _Read, message: str) -> None:
        level, _, place = entry
        log.fault(place, f'{where}: points of level "{level.code}" is {shown_points(level.points)}{message}')

    if read[0][0].points != 0:
        fault(read[0], "; give the first level 0")
    for before, entry in pairwise(read):
        if entry[0].points <= before[0].points:
            fault(entry, f', not above level "{before[0].code}"; let the points rise from level to level')
    if read[-1][0].points != 1:
        fault(read[-1], "; give the last level 1")


def shown_points(number: Fraction) -> str:
    """3/5 as 0.6, and as a fraction where decimals do not end."""
    decimal = f"{float(number):g}"
    return decimal if Fraction(decimal) == number else str(number)
