"""A framework as one JSON document: what is hashed, pinned and handed on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

import rfc8785

from surveyapp.framework.glossary import Term
from surveyapp.framework.model import (
    Band,
    Dimension,
    Framework,
    Level,
    Measure,
    Objective,
    Question,
    Questionnaire,
    Source,
)

FORMAT = "surveyapp-framework/1"

_FRACTION = re.compile(r"[0-9]{1,30}(/[0-9]{1,30})?")
_Part = TypeVar("_Part")


class BadDocument(ValueError):
    """The document is not one that `to_document` wrote; the message names the place."""


def framework_sha256(framework: Framework) -> str:
    """The hash that pins a framework: hex SHA-256 of its canonical document, whatever its files look like."""
    return hashlib.sha256(canonical_bytes(to_document(framework))).hexdigest()


def canonical_bytes(document: dict[str, Any]) -> bytes:
    """The one way to write a document down: RFC 8785, the JSON canonicalization scheme."""
    return rfc8785.dumps(document)


def to_document(framework: Framework) -> dict[str, Any]:
    """Everything the framework holds, fit for JSON: fractions as texts such as "3/4", mappings as lists."""
    return {
        "format": FORMAT,
        "id": framework.id,
        "version": framework.version,
        "title": framework.title,
        "introduction": framework.introduction,
        "source": {"title": framework.source.title, "year": framework.source.year},
        "minimum_coverage": str(framework.minimum_coverage),
        "dimensions": [
            {"kind": d.kind, "id": d.id, "title": d.title, "weight": str(d.weight), "letter": d.letter}
            for d in framework.dimensions
        ],
        "bands": [
            {"level": b.level, "from": str(b.starts_at), "title": b.title, "colour": b.colour}
            for b in framework.bands
        ],
        "ladders": [{"name": name, "levels": _levels(levels)} for name, levels in framework.ladders.items()],
        "objectives": [_objective(objective) for objective in framework.objectives],
        "questionnaires": [_questionnaire(sheet) for sheet in framework.questionnaires],
        # Left out where it is the default: documents pinned before these keys came keep their hash.
        **({} if framework.language == "en" else {"language": framework.language}),
        **({"glossary": [_term(term) for term in framework.glossary]} if framework.glossary else {}),
    }


def _term(term: Term) -> dict[str, Any]:
    return {
        "id": term.id,
        "term": term.term,
        "definition": term.definition,
        "source": term.source,
        "forms": list(term.forms),
        "avoid": list(term.avoid),
        "note_for_translators": term.note_for_translators,
    }


def _levels(levels: Sequence[Level]) -> list[dict[str, str]]:
    return [{"code": level.code, "points": str(level.points), "text": level.text} for level in levels]


def _objective(objective: Objective) -> dict[str, Any]:
    return {
        "number": objective.number,
        "id": objective.id,
        "title": objective.title,
        "weight": str(objective.weight),
        "items": [{"code": code, "text": text} for code, text in objective.items.items()],
    }


def _questionnaire(sheet: Questionnaire) -> dict[str, Any]:
    return {
        "id": sheet.id,
        "objective": sheet.objective,
        "title": sheet.title,
        "short": sheet.short,
        "introduction": sheet.introduction,
        "questions": [_question(question) for question in sheet.questions],
    }


def _question(question: Question) -> dict[str, Any]:
    """A `same_as` question is written whole too, so that it can be read by itself."""
    return {
        "id": question.id,
        "kind": question.kind,
        "source": question.source,
        "text": question.text,
        "help": question.help,
        "levels": _levels(question.levels),
        "ladder": question.ladder,
        "weight": str(question.weight),
        "may_be_not_applicable": question.may_be_not_applicable,
        "evidence_from": question.evidence_from,
        "measure": None if question.measure is None else {"unit": question.measure.unit},
        "same_as": question.same_as,
        "is_sensitive": question.is_sensitive,
        "note_for_translators": question.note_for_translators,
        **({"note_on_points": question.note_on_points} if question.note_on_points else {}),
        **({"replaces": question.replaces} if question.replaces is not None else {}),
    }


def from_document(document: dict[str, Any]) -> Framework:
    """The framework that `to_document` wrote, equal to it in every value.

    :raises BadDocument: a key is missing or unknown, or a value has the wrong type.
    """
    part = _Reader(document, "framework")
    if part.text("format") != FORMAT:
        raise BadDocument(f'framework: the format is not "{FORMAT}"')
    framework = Framework(
        id=part.text("id"),
        version=part.text("version"),
        title=part.text("title"),
        introduction=part.text("introduction"),
        source=part.part("source", lambda p: Source(p.text("title"), p.integer("year"))),
        minimum_coverage=part.fraction("minimum_coverage"),
        dimensions=part.parts("dimensions", _read_dimension),
        bands=part.parts("bands", _read_band),
        ladders=MappingProxyType(dict(part.parts("ladders", lambda p: (p.text("name"), _read_levels(p))))),
        objectives=part.parts("objectives", _read_objective),
        questionnaires=part.parts("questionnaires", _read_questionnaire),
        language=part.text_or("language", "en"),
        glossary=part.parts_if_any("glossary", _read_term),
    )
    part.finish()
    return framework


class _Reader:
    """Takes the values of one JSON object by name and insists on their types."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise BadDocument(f"{where}: is not an object")
        self._values: dict[str, Any] = dict(value)
        self._where = where

    def _take(self, name: str, *types: type) -> Any:
        if name not in self._values:
            raise BadDocument(f"{self._where}: {name} is missing")
        value = self._values.pop(name)
        if type(value) not in types:
            raise BadDocument(f"{self._where}: {name} has the wrong type")
        return value

    def finish(self) -> None:
        if self._values:
            raise BadDocument(f"{self._where}: unknown key {min(self._values)}")

    def text(self, name: str) -> str:
        return str(self._take(name, str))

    def text_or(self, name: str, default: str) -> str:
        return self.text(name) if name in self._values else default

    def text_or_none(self, name: str) -> str | None:
        value: str | None = self._take(name, str, type(None))
        return value

    def integer(self, name: str) -> int:
        return int(self._take(name, int))

    def truth(self, name: str) -> bool:
        return bool(self._take(name, bool))

    def fraction(self, name: str) -> Fraction:
        text = self.text(name)
        try:
            if _FRACTION.fullmatch(text):
                return Fraction(text)
        except ZeroDivisionError:
            pass  # refused below, as any other text that is no number
        raise BadDocument(f"{self._where}: {name} is no fraction")

    def part(self, name: str, read: Callable[[_Reader], _Part]) -> _Part:
        return _read_part(self._take(name, dict), f"{self._where}.{name}", read)

    def part_or_none(self, name: str, read: Callable[[_Reader], _Part]) -> _Part | None:
        value = self._take(name, dict, type(None))
        return None if value is None else _read_part(value, f"{self._where}.{name}", read)

    def parts(self, name: str, read: Callable[[_Reader], _Part]) -> tuple[_Part, ...]:
        values = self._take(name, list)
        return tuple(_read_part(v, f"{self._where}.{name}[{i}]", read) for i, v in enumerate(values))

    def parts_if_any(self, name: str, read: Callable[[_Reader], _Part]) -> tuple[_Part, ...]:
        return self.parts(name, read) if name in self._values else ()

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._take(name, list)
        if any(type(value) is not str for value in values):
            raise BadDocument(f"{self._where}: {name} has the wrong type")
        return tuple(values)


def _read_part(value: object, where: str, read: Callable[[_Reader], _Part]) -> _Part:
    part = _Reader(value, where)
    result = read(part)
    part.finish()
    return result


def _read_term(part: _Reader) -> Term:
    return Term(
        id=part.text("id"),
        term=part.text("term"),
        definition=part.text("definition"),
        source=part.text("source"),
        forms=part.texts("forms"),
        avoid=part.texts("avoid"),
        note_for_translators=part.text("note_for_translators"),
    )


def _read_dimension(part: _Reader) -> Dimension:
    return Dimension(
        kind=part.text("kind"),
        id=part.text("id"),
        title=part.text("title"),
        weight=part.fraction("weight"),
        letter=part.text("letter"),
    )


def _read_band(part: _Reader) -> Band:
    return Band(
        level=part.integer("level"),
        starts_at=part.fraction("from"),
        title=part.text("title"),
        colour=part.text("colour"),
    )


def _read_levels(part: _Reader) -> tuple[Level, ...]:
    return part.parts("levels", lambda p: Level(p.text("code"), p.fraction("points"), p.text("text")))


def _read_objective(part: _Reader) -> Objective:
    return Objective(
        number=part.integer("number"),
        id=part.text("id"),
        title=part.text("title"),
        weight=part.fraction("weight"),
        items=MappingProxyType(dict(part.parts("items", lambda p: (p.text("code"), p.text("text"))))),
    )


def _read_questionnaire(part: _Reader) -> Questionnaire:
    return Questionnaire(
        id=part.text("id"),
        objective=part.integer("objective"),
        title=part.text("title"),
        short=part.text("short"),
        introduction=part.text("introduction"),
        questions=part.parts("questions", _read_question),
    )


def _read_question(part: _Reader) -> Question:
    return Question(
        id=part.text("id"),
        kind=part.text("kind"),
        source=part.text("source"),
        text=part.text("text"),
        help=part.text("help"),
        levels=_read_levels(part),
        ladder=part.text_or_none("ladder"),
        weight=part.fraction("weight"),
        may_be_not_applicable=part.truth("may_be_not_applicable"),
        evidence_from=part.text_or_none("evidence_from"),
        measure=part.part_or_none("measure", lambda p: Measure(p.text("unit"))),
        same_as=part.text_or_none("same_as"),
        is_sensitive=part.truth("is_sensitive"),
        note_for_translators=part.text("note_for_translators"),
        note_on_points=part.text_or("note_on_points", ""),
        replaces=part.text_or("replaces", "") or None,
    )
