"""Checks of what a program puts in or a browser reads: placeholders and markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import ClassVar

from surveyapp.language.checks.base import BRACE_FIELD, PERCENT_FIELD, Place, Severity

_TAG = re.compile(r"<[/!?A-Za-z][^<>]*>?")
COUNT_NAMES = frozenset({"num", "count", "n"})  # what Flask-Babel and templates call the number of a plural


class _AnyValues(Mapping[str, int]):
    """Stands in for the values of every name, to see whether a text can be filled at all."""

    def __getitem__(self, key: str) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def fields(text: str) -> Counter[str]:
    """The percent placeholders of a text: `%(name)s` as written, in any order."""
    return Counter(match[0] for match in PERCENT_FIELD.finditer(text) if match["kind"] != "%")


def can_be_filled(text: str) -> bool:
    """Whether `text % values` works whatever the names are."""
    try:
        text % _AnyValues()
    except (ValueError, TypeError, KeyError, OverflowError):
        return False
    return all(match["name"] for match in PERCENT_FIELD.finditer(text) if match["kind"] != "%")


class Placeholder:
    """The names that a program fills in are the source's, each as it stands there."""

    id: ClassVar[str] = "placeholder"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, place: Place) -> str | None:
        return self._find_brace(source, target) or (
            None if place.is_content else self._find_percent(source, target)
        )

    def _find_brace(self, source: str, target: str) -> str | None:
        ours, theirs = set(BRACE_FIELD.findall(source)), set(BRACE_FIELD.findall(target))
        if ours != theirs:
            return _difference(ours, theirs)
        if Counter(source)["{"] != Counter(target)["{"] or Counter(source)["}"] != Counter(target)["}"]:
            return "braces are not those of the source; copy them as they stand there"
        return None

    def _find_percent(self, source: str, target: str) -> str | None:
        if not can_be_filled(source):
            return None  # "50 % of all": no program fills this in
        ours, theirs = set(fields(source)), set(fields(target))
        if ours != theirs:
            return _difference(ours, theirs)
        if not can_be_filled(target):
            return 'a "%" that begins no placeholder breaks the page; write "%%" for a percent sign'
        return None


def _difference(ours: set[str], theirs: set[str]) -> str:
    lost, new = sorted(ours - theirs), sorted(theirs - ours)
    parts = [f"{', '.join(lost)} is missing"] if lost else []
    parts += [f"{', '.join(new)} is not in the source"] if new else []
    return f"{' and '.join(parts)}; copy placeholders as they stand in the source"


class PluralPlaceholder:
    """Every plural form shows its number, unless it stands for one number alone.

    Asked per form, with `is_single` telling whether one number alone takes it.
    """

    id: ClassVar[str] = "plural-placeholder"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, *, is_single: bool) -> str | None:
        if not can_be_filled(source):
            return None
        ours, theirs = set(fields(source)), set(fields(target))
        lost = ours - theirs
        if is_single:
            lost = {field for field in lost if not _is_count(field)}
        if lost or theirs - ours:
            return _difference(theirs & ours | lost, theirs)
        if not can_be_filled(target):
            return 'a "%" that begins no placeholder breaks the page; write "%%" for a percent sign'
        return None


def _is_count(field: str) -> bool:
    match = PERCENT_FIELD.fullmatch(field)
    return match is not None and (match["kind"] in "di" or match["name"] in COUNT_NAMES)


class Markup:
    """Tags are the source's, with the same attributes; they may stand in another order."""

    id: ClassVar[str] = "markup"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, place: Place) -> str | None:
        ours, theirs = Counter(_TAG.findall(source)), Counter(_TAG.findall(target))
        if ours == theirs:
            return None
        lost, new = sorted((ours - theirs).elements()), sorted((theirs - ours).elements())
        parts = [f"{' '.join(lost)} is missing"] if lost else []
        parts += [f"{' '.join(new)} is not in the source"] if new else []
        return f"{' and '.join(parts)}; copy tags as they stand in the source"
