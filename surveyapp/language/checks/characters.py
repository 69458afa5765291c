"""Checks of the characters themselves: what is not seen, and what looks like something else."""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

from surveyapp.language.checks.base import Place, Severity, without_fields
from surveyapp.language.subtags import Subtags, maximise, parse_subtags

_OPENING_ISOLATES = "\u2066\u2067\u2068"
_CLOSING_ISOLATE = "\u2069"
_OPENING_EMBEDDINGS = "\u202a\u202b"
_CLOSING_EMBEDDING = "\u202c"
_OVERRIDES = "\u202d\u202e"
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\u180e"
_JOINERS = "\u200c\u200d"  # part of the spelling where letters join
_JOINING_SCRIPTS = frozenset({"Arab", "Deva", "Beng", "Mlym", "Sinh", "Khmr", "Knda", "Telu", "Taml", "Syrc"})
# Scripts with letters that look alike and are not the same.
_ALIKE = {"LATIN": "Latn", "CYRILLIC": "Cyrl", "GREEK": "Grek"}


class Bidi:
    """Direction is never overridden, and what is opened is closed."""

    id: ClassVar[str] = "bidi"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, place: Place) -> str | None:
        for character in target:
            if character in _OVERRIDES:
                return f"U+{ord(character):04X} turns the reading direction around; take it out"
        if not _is_balanced(target, _OPENING_ISOLATES, _CLOSING_ISOLATE):
            return "an isolate (U+2066 to U+2068) is not closed by U+2069, or closed twice"
        if not _is_balanced(target, _OPENING_EMBEDDINGS, _CLOSING_EMBEDDING):
            return "an embedding (U+202A, U+202B) is not closed by U+202C, or closed twice"
        return None


def _is_balanced(text: str, opening: str, closing: str) -> bool:
    depth = 0
    for character in text:
        depth += (character in opening) - (character == closing)
        if depth < 0:
            return False
    return depth == 0


class Invisible:
    """No character that nobody can see, save the joiners of scripts that need them."""

    id: ClassVar[str] = "invisible"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        suspects = _INVISIBLE if _script(place.locale) in _JOINING_SCRIPTS else _INVISIBLE + _JOINERS
        found = next((character for character in target if character in suspects), None)
        return f"holds the invisible character U+{ord(found):04X}; take it out" if found else None


class MixedScript:
    """No word mixes letters that look alike: a Latin a in a Cyrillic word is not found by any search."""

    id: ClassVar[str] = "mixed-script"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, place: Place) -> str | None:
        for word in _words(target):
            scripts = [_script_of(letter) for letter in word]
            if len({script for script in scripts if script}) > 1:
                spelled = " ".join(
                    f"{letter}={script}" for letter, script in zip(word, scripts, strict=True) if script
                )
                return f'"{word}" mixes scripts: {spelled}'
        return None


class WrongScript:
    """A text is in the script of its locale; words in capitals and words of the source may be in another."""

    id: ClassVar[str] = "wrong-script"
    severity: ClassVar[Severity] = Severity.ERROR

    def find(self, source: str, target: str, place: Place) -> str | None:
        expected = _script(place.locale)
        if expected not in _ALIKE.values():
            return None
        known = set(_words(source))
        for word in _words(target):
            scripts = {_script_of(letter) for letter in word} - {None}
            if scripts and expected not in scripts and word not in known and not word.isupper():
                return f'"{word}" is not in the script of {place.locale}'
        return None


def _script(locale: str) -> str | None:
    return maximise(parse_subtags(locale) or Subtags(locale)).script


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", without_fields(text))


def _script_of(letter: str) -> str | None:
    return _ALIKE.get(unicodedata.name(letter, "").partition(" ")[0])


class Composed:
    """Letters with accents are one character where there is one."""

    id: ClassVar[str] = "nfc"
    severity: ClassVar[Severity] = Severity.WARNING

    def find(self, source: str, target: str, place: Place) -> str | None:
        return (
            None
            if unicodedata.is_normalized("NFC", target)
            else "holds letters in pieces (not NFC); type them anew"
        )
