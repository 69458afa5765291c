"""Reads glossary.yaml: the words of the questions that are explained. A folder need not have one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from surveyapp.framework.fields import MAX_ID_LENGTH, Fields, Log, as_mapping, quote
from surveyapp.framework.glossary import Term, fold
from surveyapp.framework.yaml_reader import Mapping, Node

GLOSSARY_FILE = "glossary.yaml"
GLOSSARY_KEYS = ("terms",)
TERM_KEYS = ("id", "term", "definition", "source", "forms", "avoid", "note_for_translators")

_ID = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MAX_ID_LENGTH - 1}}}")  # without dots, which texts' places have
_ID_MEND = f"use a to z, 0 to 9 and hyphens, at most {MAX_ID_LENGTH}, the first a letter or digit"
_SOURCE_MEND = "name the law, such as CRC, article 1, or say that no law defines the term"


@dataclass
class GlossaryDraft:
    """The terms that could be read, each with the place of its entry. Whether all were, the log tells."""

    terms: list[Term] = field(default_factory=list)
    places: list[Mapping] = field(default_factory=list)


def read_glossary_file(root: Node, log: Log) -> GlossaryDraft:
    draft = GlossaryDraft()
    mapping = as_mapping(root, log, "the glossary")
    if mapping is None:
        return draft
    seen = _Seen()
    for number, node in enumerate(Fields(mapping, log, "glossary", GLOSSARY_KEYS).sequence("terms") or (), 1):
        inner = as_mapping(node, log, f"term {number} of the list")
        term = _read_term(inner, log, seen, number) if inner else None
        if inner and term:
            draft.terms.append(term)
            draft.places.append(inner)
    seen.refuse_avoided()
    return draft


def _read_term(mapping: Mapping, log: Log, seen: _Seen, number: int) -> Term | None:
    id_node = next((entry.value for entry in mapping.entries if entry.key.text == "id"), None)
    fields = Fields(mapping, log, f"term {getattr(id_node, 'text', '') or f'number {number}'}", TERM_KEYS)
    term_id, words = _read_id(fields), fields.text("term")
    definition, source = fields.text("definition"), fields.text("source", _SOURCE_MEND)
    forms, avoid = fields.optional_texts("forms"), fields.optional_texts("avoid")
    if term_id is not None:
        seen.id_once(fields, term_id)
    if words is not None:
        seen.words_once(fields, fields.place("term"), words)
    for form in forms:
        seen.words_once(fields, form, form.text)
    for word in avoid:
        seen.avoided.append((fields, word, word.text))
    if term_id is None or words is None or definition is None or source is None:
        return None
    return Term(
        id=term_id,
        term=words,
        definition=definition,
        source=source,
        forms=tuple(form.text.strip() for form in forms),
        avoid=tuple(word.text.strip() for word in avoid),
        note_for_translators=fields.optional_text("note_for_translators"),
    )


def _read_id(fields: Fields) -> str | None:
    text = fields.text("id", _ID_MEND)
    if text is None or _ID.fullmatch(text):
        return text
    fields.fault(fields.place("id"), f"id is {quote(text)}; {_ID_MEND}")
    return None


class _Seen:
    """What must stand once only in the file: ids, and the words by which a term is found."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self.avoided: list[tuple[Fields, Node, str]] = []

    def id_once(self, fields: Fields, term_id: str) -> None:
        place = fields.place("id")
        if term_id in self._ids:
            fields.fault(place, f'id "{term_id}" is that of line {self._ids[term_id]} too; give each its own')
        self._ids.setdefault(term_id, place.line)

    def words_once(self, fields: Fields, place: Node, words: str) -> None:
        if fold(words) in self._words:
            message = f"{quote(words)} stands on line {self._words[fold(words)]} too, in whatever capitals"
            fields.fault(place, f"{message}; keep one of them")
        self._words.setdefault(fold(words), place.line)

    def refuse_avoided(self) -> None:
        """What is to be avoided is no word of a term."""
        for fields, place, words in self.avoided:
            if fold(words) in self._words:
                message = f"avoid names {quote(words)}, which line {self._words[fold(words)]} explains"
                fields.fault(place, f"{message}; keep one of them")
