"""The words of the questions that are explained: what a term is, and which terms stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One explained word, with the law that it comes from."""

    id: str
    term: str
    definition: str
    source: str  # the law, such as "Palermo Protocol 2000, article 3(a)"
    forms: tuple[str, ...] = ()  # how else it stands in the texts, such as its plural
    avoid: tuple[str, ...] = ()  # outdated words that it stands for
    note_for_translators: str = ""


class WordFinder:
    """Finds expressions in texts as whole words, whatever their capitals and line breaks.

    An expression that stands inside a longer one is not meant: "sexual exploitation" is no "exploitation".
    Those that overlap otherwise are all found.
    """

    def __init__(self, expressions: Iterable[str]) -> None:
        longest_first = sorted({fold(expression) for expression in expressions} - {""}, key=len, reverse=True)
        choice = "|".join(map(re.escape, longest_first))
        # The look-ahead lets the next match begin inside this one.
        self._pattern = re.compile(rf"(?<![\w-])(?=({choice})(?![\w-]))" if choice else "(?!)")

    def find(self, text: str) -> Iterator[str]:
        """Each expression that is meant in the text, folded, in the order in which they begin."""
        end = 0
        for match in self._pattern.finditer(fold(text)):
            if match.end(1) > end:
                end = match.end(1)
                yield match.group(1)


def fold(text: str) -> str:
    """What spellings that differ in capitals and spaces alone have in common."""
    return " ".join(text.casefold().split())


class Vocabulary:
    """A glossary to look texts up in."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = {fold(form): term for term in terms for form in (term.term, *term.forms)}
        self._finder = WordFinder(self._terms)

    def terms_in(self, *texts: str) -> tuple[Term, ...]:
        """The terms that stand in the texts, in the order of their first appearance, each once."""
        found = (self._terms[form] for text in texts for form in self._finder.find(text))
        return tuple(dict.fromkeys(found))
