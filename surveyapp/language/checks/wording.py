"""Checks of what a text says and how it is set: ends, numbers, lengths, spaces."""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

from surveyapp.language.checks.base import Place, Severity, without_fields

_CLOSERS = " \n\u00a0\u202f\u200e\u200f\u2069\"')]»”’“"
_ENDS = {  # what ends a sentence of each kind, and what may stand for it in other languages
    ".": ".։。।۔",
    "?": "?;؟՞？\u037e",
    "!": "!՜！",
    ":": ":：՝",
    "…": "…",
}
_SAME_END = {"...": "…"}
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f\u066b\u066c'’]\d+)*")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LONGEST_RATIO = 2.5
LONG_SOURCE = 20  # characters; shorter texts may grow more


class Newline:
    """A text begins and ends with a line break where the source does."""

    id: ClassVar[str] = "newline"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, place: Place) -> str | None:
        for name, ours, theirs in (
            ("begin", source.startswith("\n"), target.startswith("\n")),
            ("end", source.endswith("\n"), target.endswith("\n")),
        ):
            if ours != theirs:
                return f"must {'' if ours else 'not '}{name} with a line break, like the source"
        return None


class Space:
    """No space is lost or added at the ends, and none is doubled."""

    id: ClassVar[str] = "space"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        if source.startswith(" ") != target.startswith(" ") or source.endswith(" ") != target.endswith(" "):
            return "a space at the beginning or end differs from the source"
        if "  " in target and "  " not in source:
            return "holds two spaces in a row"
        return None


class EndPunctuation:
    """A question ends as a question, a sentence as a sentence, in the marks of the language."""

    id: ClassVar[str] = "end-punct"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        ours, theirs = _end(source), _end(target)
        allowed = _ENDS.get(ours)
        if allowed is not None and theirs not in allowed:
            # Armenian sets its question mark inside the word that is asked about.
            if ours == "?" and place.language == "hy" and "՞" in target:
                return None
            return f'the source ends with "{ours}", this with "{theirs}"'
        if allowed is None and any(theirs in marks for marks in _ENDS.values()):
            return f'ends with "{theirs}", the source does not'
        return None


def _end(text: str) -> str:
    plain = text.rstrip(_CLOSERS)
    for written, meant in _SAME_END.items():
        if plain.endswith(written):
            return meant
    return plain[-1:] or " "


class FrenchSpace:
    """French sets a narrow no-break space before ? ! ; and a no-break space before : (not in Canada)."""

    id: ClassVar[str] = "fr-space"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        if place.language != "fr" or place.locale.endswith("_CA"):
            return None
        found = re.search(r"[^\s\u00a0\u202f?!;:][?!;]|(?<=\w):(?=\s|$)", without_fields(target))
        return (
            f'no space before "{found[0][-1]}"; French takes a no-break space (U+202F) there'
            if found
            else None
        )


class Unchanged:
    """A text that reads as in English may have been forgotten; abbreviations and addresses are not asked."""

    id: ClassVar[str] = "unchanged"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        words = re.findall(r"[^\W\d_]{2,}", without_fields(source))
        if target == source and any(not word.isupper() for word in words):
            return "is the same as the source"
        return None


class MaxLength:
    """A text fits where it stands, counted in characters as a reader sees them."""

    id: ClassVar[str] = "max-length"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, place: Place) -> str | None:
        length = sum(unicodedata.category(character) not in ("Mn", "Me", "Cf") for character in target)
        if place.limit is not None and length > place.limit:
            return f"has {length} characters; at most {place.limit} fit"
        return None


class Expansion:
    """A text far longer than its source says more than it."""

    id: ClassVar[str] = "expansion"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        if len(source) > LONG_SOURCE and len(target) > LONGEST_RATIO * len(source):
            return f"is {len(target) / len(source):.1f} times as long as the source"
        return None


class Numbers:
    """The figures are the source's, in the digits and separators of the language."""

    id: ClassVar[str] = "numbers"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        ours, theirs = _numbers(source), _numbers(target)
        if set(ours) == set(theirs) or "".join(ours) == "".join(theirs):
            return None
        lost, new = sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours))
        parts = [f"the number {', '.join(lost)} is missing"] if lost else []
        parts += [f"the number {', '.join(new)} is not in the source"] if new else []
        return " and ".join(parts)


class LevelNumbers(Numbers):
    """In an answer option a wrong number changes what is answered."""

    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, place: Place) -> str | None:
        return super().find(source, target, place) if place.is_level else None


class OtherNumbers(Numbers):
    """Elsewhere a number may well be written as a word."""

    def find(self, source: str, target: str, place: Place) -> str | None:
        return None if place.is_level else super().find(source, target, place)


def _numbers(text: str) -> list[str]:
    """Each number as its digits alone: 1.5, 1,5 and ١٫٥ are the same."""
    found = _NUMBER.findall(without_fields(text))
    return ["".join(str(unicodedata.decimal(c)) for c in number if c.isdecimal()) for number in found]


class Address:
    """Web and mail addresses are the source's."""

    id: ClassVar[str] = "url-mail"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        ours = {address.rstrip(".,;)") for address in _ADDRESS.findall(source)}
        theirs = {address.rstrip(".,;)") for address in _ADDRESS.findall(target)}
        return None if ours == theirs else f"{', '.join(sorted(ours ^ theirs))} differs from the source"
