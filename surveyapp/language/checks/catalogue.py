"""Checks that look at several messages of a file together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import polib

from surveyapp.language.checks.base import Severity


class Missing:
    """How many texts have no translation; pages show them in English."""

    id: ClassVar[str] = "missing"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, entries: Sequence[polib.POEntry]) -> Iterator[tuple[polib.POEntry, str]]:
        empty = [e for e in entries if not e.fuzzy and not (e.msgstr or any(e.msgstr_plural.values()))]
        if empty:
            yield empty[0], f"{len(empty)} of {len(entries)} texts are not translated; this is the first"


class Fuzzy:
    """Each text that needs review; pages show it in English until then."""

    id: ClassVar[str] = "fuzzy"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, entries: Sequence[polib.POEntry]) -> Iterator[tuple[polib.POEntry, str]]:
        for entry in entries:
            if entry.fuzzy:
                yield entry, "needs review; the source has changed, or somebody was not sure"


class LevelsSame:
    """No two answer options of one question read the same: nobody could choose between them."""

    id: ClassVar[str] = "levels-same"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, entries: Sequence[polib.POEntry]) -> Iterator[tuple[polib.POEntry, str]]:
        seen: dict[tuple[str, str], str] = {}
        for entry in entries:
            question, code = _split_level(entry.msgctxt or "")
            if not question or not entry.translated():
                continue
            first = seen.setdefault((question, entry.msgstr.strip()), code)
            if first != code:
                yield entry, f"levels {first} and {code} of {question} read the same"


def _split_level(context: str) -> tuple[str, str]:
    """`o07.a1.level.3` is (`o07.a1`, `3`); both empty where the context is no level."""
    if context.startswith("ladder."):
        ladder, _, code = context.rpartition(".")
        return ladder, code
    question, separator, code = context.rpartition(".level.")
    return (question, code) if separator else ("", "")


class Inconsistent:
    """One source has one translation, unless a context says that it has two meanings."""

    id: ClassVar[str] = "inconsistent"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, entries: Sequence[polib.POEntry]) -> Iterator[tuple[polib.POEntry, str]]:
        seen: dict[str, str] = {}
        for entry in entries:
            if entry.translated() and not entry.msgid_plural and _is_place(entry.msgctxt):
                first = seen.setdefault(entry.msgid, entry.msgstr)
                if first != entry.msgstr:
                    yield (
                        entry,
                        f'"{entry.msgid[:60]}" is translated in two ways; the other is "{first[:60]}"',
                    )


def _is_place(context: str | None) -> bool:
    """Whether a context tells the place alone: a content id has a dot, a sense (`answer option`) none."""
    return context is None or "." in context


FILE_CHECKS = (Missing(), Fuzzy(), LevelsSame(), Inconsistent())
