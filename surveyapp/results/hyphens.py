"""Places where a long word may be broken in a narrow column, for browsers that know no better one."""

from __future__ import annotations

import re

SOFT_HYPHEN = "\u00ad"
SHORTEST_WORD, SHORTEST_END = 9, 3  # letters; shorter words fit, shorter ends help nobody

_VOWEL = "[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüıаеёиоуыэюяіїє]"
_CONSONANT = f"(?!{_VOWEL})[a-zß-ÿа-яєіїґčćđšžłńśźżğş]"
# Before a consonant with a vowel behind it: near enough to syllables in most European languages.
_BREAK = re.compile(f"(?={_CONSONANT}{_VOWEL})", re.IGNORECASE)
_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST_WORD},}}")


def hyphenated(text: object) -> str:
    """The text with soft hyphens in its long words; scripts without them stay as they are."""
    return _WORD.sub(lambda match: _break(match[0]), str(text))


def _break(word: str) -> str:
    places = [
        found.start()
        for found in _BREAK.finditer(word)
        if SHORTEST_END <= found.start() <= len(word) - SHORTEST_END
    ]
    ends = [*places, len(word)]
    return SOFT_HYPHEN.join(word[start:end] for start, end in zip([0, *places], ends, strict=True))
