"""What a verification found, each difference with its place in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from surveyapp.scoring.fields import shown

MOST_LISTED = 1_000
LONGEST_LINE = 1_000

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be, at a path such as `hashes.answers`; empty for the file."""

    where: str
    message: str

    def __str__(self) -> str:
        """One line, not endless, with nothing that a terminal acts on, whatever the file holds."""
        line = f"{self.where}: {self.message}" if self.where else self.message
        line = line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…"
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


@dataclass(slots=True)
class Differences:
    """Collects differences in the order found; after a thousand it only counts.

    `source` is what they are in, as a sentence names it.
    """

    source: str = "the file"
    found: list[Difference] = field(default_factory=list)
    unlisted: int = 0

    def add(self, where: str, message: str) -> None:
        if len(self.found) < MOST_LISTED:
            self.found.append(Difference(where, message))
        else:
            self.unlisted += 1

    def listed(self) -> tuple[Difference, ...]:
        if not self.unlisted:
            return tuple(self.found)
        return (*self.found, Difference("", f"{self.unlisted:,} more differences are not listed"))


def read_object(
    where: str, value: object, names: tuple[str, ...], found: Differences, *, optional: tuple[str, ...] = ()
) -> dict[str, Any] | None:
    """The object with exactly these names, and the optional ones as it likes; None, and what is wrong, where
    it has not all of them.
    """
    if not isinstance(value, dict):
        found.add(where, f"it is {describe(value)}, not an object with {', '.join(names)}")
        return None
    for name in sorted(value.keys() - {*names, *optional}):
        found.add(where, f"the field {shown(name)} does not belong here")
    missing = [name for name in names if name not in value]
    for name in missing:
        found.add(where, f"{name} is missing")
    return None if missing else value


def compare(where: str, stated: object, recomputed: object, found: Differences) -> None:
    """Add a difference for each value of the file that is another than the one recomputed."""
    if isinstance(stated, dict) and isinstance(recomputed, dict):
        for name in sorted(stated.keys() - recomputed.keys()):
            found.add(where, f"the field {shown(name)} does not belong here")
        for name, value in recomputed.items():
            if name in stated:
                compare(f"{where}.{name}", stated[name], value, found)
            else:
                found.add(f"{where}.{name}", f"is missing; recomputed {describe(value)}")
    elif isinstance(stated, list) and isinstance(recomputed, list) and len(stated) == len(recomputed):
        for place, (one, other) in enumerate(zip(stated, recomputed, strict=True)):
            compare(f"{where}[{_label(other, place)}]", one, other, found)
    elif isinstance(stated, list) and isinstance(recomputed, list):
        found.add(where, f"{found.source} has {len(stated)}, recomputed {len(recomputed)}")
    elif not _is_same(stated, recomputed):
        found.add(where, f"{found.source} says {describe(stated)}, recomputed {describe(recomputed)}")


def _label(item: object, place: int) -> object:
    return item["id"] if isinstance(item, dict) and "id" in item else place


def _is_same(one: object, other: object) -> bool:
    """Equal, and not merely as Python takes true for 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def describe(value: object) -> str:
    """The value as a message shows it: short, but a hash whole."""
    if isinstance(value, str) and is_sha256(value):
        return value
    return "an object" if isinstance(value, dict) else shown(value)


def is_sha256(value: object) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None
