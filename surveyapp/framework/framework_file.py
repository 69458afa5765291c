"""Reads framework.yaml: everything but the questions."""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from babel import localedata

from surveyapp.framework.fields import Fields, Log, as_mapping, quote
from surveyapp.framework.levels import read_levels
from surveyapp.framework.model import Band, Dimension, Level, Objective, Source
from surveyapp.framework.yaml_reader import Mapping, Node

FRAMEWORK_FILE = "framework.yaml"

FRAMEWORK_KEYS = (
    "id",
    "version",
    "title",
    "source",
    "introduction",
    "ladders",
    "dimensions",
    "bands",
    "minimum_coverage",
    "objectives",
    "language",
    "known_terms",
    "note_on_points",
)
SOURCE_KEYS = ("title", "year")
DIMENSION_KEYS = ("kind", "id", "title", "weight", "letter")
BAND_KEYS = ("level", "from", "title", "colour")
OBJECTIVE_KEYS = ("number", "id", "title", "weight", "items")
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_(?:[A-Z]{2}|[0-9]{3}))?")
_ITEM = re.compile(r"([A-Z])[1-9][0-9]{0,3}")


@dataclass
class FrameworkDraft:
    """What could be read of framework.yaml. Whether it is whole, the log tells.

    `letters`, `ladders` and `objectives` are None where they are too faulty to hold questions against them.
    """

    id: str | None = None
    version: str | None = None
    title: str | None = None
    introduction: str = ""
    source: Source | None = None
    letters: ReadMapping[str, str] | None = None  # of each kind
    dimensions: Sequence[Dimension] = ()
    bands: Sequence[Band] = ()
    minimum_coverage: Fraction | None = None
    ladders: ReadMapping[str, tuple[Level, ...] | None] | None = None
    objectives: Sequence[Objective] = ()
    objective_places: ReadMapping[int, Node] | None = field(default=None)
    language: str = "en"
    known_terms: Sequence[str] = ()
    notes_on_points: ReadMapping[str, str] = field(default_factory=dict)  # of each ladder that has one
    root: Node = field(default_factory=lambda: Node(1, 1))


def read_framework_file(root: Node, log: Log) -> FrameworkDraft:
    mapping = as_mapping(root, log, "the framework")
    if mapping is None:
        return FrameworkDraft()
    fields = Fields(mapping, log, "framework", FRAMEWORK_KEYS)
    draft = FrameworkDraft(
        id=fields.id(),
        version=fields.text("version", 'write it between quotes, such as "1"'),
        title=fields.text("title"),
        introduction=fields.optional_text("introduction"),
        source=_read_source(fields),
        ladders=_read_ladders(fields),
        bands=_read_bands(fields),
        minimum_coverage=fields.number(
            "minimum_coverage", "give a number from 0 to 1, such as 2/3", low=0, high=1
        ),
        language=_read_language(fields),
        known_terms=[term.text for term in fields.optional_texts("known_terms")],
        root=root,
    )
    draft.notes_on_points = _read_notes_on_points(fields, draft)
    _read_dimensions(fields, draft)
    _read_objectives(fields, draft)
    return draft


def _read_source(fields: Fields) -> Source | None:
    mapping = fields.mapping("source")
    if mapping is None:
        return None
    inner = Fields(mapping, fields.log, "framework", SOURCE_KEYS, of=" of the source")
    title, year = inner.text("title"), inner.integer("year", "give the year, such as 2001", low=1, high=9999)
    return None if title is None or year is None else Source(title, year)


def _read_ladders(fields: Fields) -> dict[str, tuple[Level, ...] | None] | None:
    if "ladders" not in fields:
        return {}
    mapping = fields.mapping("ladders")
    if mapping is None:
        return None
    ladders: dict[str, tuple[Level, ...] | None] = {}
    for entry in mapping.entries:
        name = entry.key.text
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
            mend = "use a to z, 0 to 9, hyphens and underscores"
            fields.fault(entry.key, f"the name of a ladder is {quote(name)}; {mend}")
        ladders[name] = read_levels(entry.value, fields.log, f"ladder {name}")
    return ladders


def _read_language(fields: Fields) -> str:
    if "language" not in fields:
        return "en"
    mend = "name it as CLDR does: en, fr, sr_Latn"
    language = _read_pattern(fields, "language", _LANGUAGE, mend)
    if language and _LANGUAGE.fullmatch(language) and not localedata.exists(language):
        fields.fault(
            fields.place("language"), f"language is {quote(language)}, which CLDR does not know; {mend}"
        )
    return language or "en"


def _read_notes_on_points(fields: Fields, draft: FrameworkDraft) -> dict[str, str]:
    """Ladder → why its points are not evenly spaced."""
    mapping = fields.mapping("note_on_points") if "note_on_points" in fields else None
    if mapping is None or draft.ladders is None:
        return {}
    inner = Fields(mapping, fields.log, "framework", tuple(draft.ladders), of=" of note_on_points")
    return {name: inner.optional_text(name) for name in draft.ladders if name in inner}


def _read_dimensions(fields: Fields, draft: FrameworkDraft) -> None:
    nodes = fields.sequence("dimensions")
    if nodes is None:
        return
    seen = _Seen(fields.log)
    read = [_read_dimension(node, fields.log, seen, number) for number, node in enumerate(nodes, 1)]
    draft.dimensions = [dimension for dimension, _, _ in read if dimension is not None]
    if all(kind is not None and letter is not None for _, kind, letter in read):
        draft.letters = {kind: letter for _, kind, letter in read if kind is not None and letter is not None}


def _read_dimension(
    node: Node, log: Log, seen: _Seen, number: int
) -> tuple[Dimension | None, str | None, str | None]:
    mapping = as_mapping(node, log, f"dimension {number} of the list")
    if mapping is None:
        return None, None, None
    kind_node = next((entry.value for entry in mapping.entries if entry.key.text == "kind"), None)
    where = f"dimension {getattr(kind_node, 'text', '') or f'number {number}'}"
    fields = Fields(mapping, log, where, DIMENSION_KEYS)
    kind = _read_pattern(fields, "kind", _KIND, "use a word of a to z, such as activity")
    dimension_id, title = fields.id(), fields.text("title")
    if dimension_id == "all":
        fields.fault(fields.place("id"), 'the id "all" is kept for the whole objective; choose another')
    weight = fields.number("weight", "give a number above 0", above=0)
    letter = _read_letter(fields, kind)
    seen.once(fields, "kind", kind)
    seen.once(fields, "id", dimension_id)
    seen.once(fields, "letter", letter, "write `letter:` with another letter for one of them")
    if kind is None or dimension_id is None or title is None or weight is None or letter is None:
        return None, kind, letter
    return Dimension(kind, dimension_id, title, weight, letter), kind, letter


def default_letter(kind: str) -> str:
    """The letter of a kind in a `source` where the dimension names none: A for activity, P for actor."""
    return "P" if kind == "actor" else kind[0].upper()


def _read_letter(fields: Fields, kind: str | None) -> str | None:
    if "letter" in fields:
        return _read_pattern(fields, "letter", re.compile("[A-Z]"), "give one letter from A to Z")
    return None if kind is None else default_letter(kind)


def _read_pattern(fields: Fields, name: str, pattern: re.Pattern[str], mend: str) -> str | None:
    text = fields.text(name, mend)
    if text is None or pattern.fullmatch(text):
        return text
    fields.fault(fields.place(name), f"{name} is {quote(text)}; {mend}")
    return None


def _read_bands(fields: Fields) -> list[Band]:
    nodes = fields.sequence("bands")
    if nodes is None:
        return []
    read = [_read_band(node, fields.log, number) for number, node in enumerate(nodes, 1)]
    bands = [band for band in read if band is not None]
    if len(bands) == len(nodes):
        _check_band_limits(bands, nodes, fields.log)
    return bands


def _read_band(node: Node, log: Log, number: int) -> Band | None:
    mapping = as_mapping(node, log, f"band {number} of the list")
    if mapping is None:
        return None
    fields = Fields(mapping, log, f"band {number}", BAND_KEYS)
    mend = f"number the bands 1, 2, 3 in their order; this one is {number}"
    level = fields.integer("level", mend, low=number, high=number)
    starts_at = fields.number("from", "give a number from 0 to 100", low=0, high=100)
    title = fields.text("title")
    colour = _read_pattern(fields, "colour", _COLOUR, 'write it between quotes, such as "#00224e"')
    if level is None or starts_at is None or title is None or colour is None:
        return None
    return Band(level, starts_at, title, colour)


def _check_band_limits(bands: Sequence[Band], nodes: Sequence[Node], log: Log) -> None:
    def place(index: int) -> Node:
        node = nodes[index]
        entries = node.entries if isinstance(node, Mapping) else ()
        return next((entry.value for entry in entries if entry.key.text == "from"), node)

    if bands[0].starts_at != 0:
        log.fault(place(0), f"band 1: from is {bands[0].starts_at}; the first band starts at 0")
    for index in range(1, len(bands)):
        if bands[index].starts_at <= bands[index - 1].starts_at:
            message = f"band {index + 1}: from is {bands[index].starts_at}, not above that of band {index}"
            log.fault(place(index), f"{message}; let the bands rise")


def _read_objectives(fields: Fields, draft: FrameworkDraft) -> None:
    nodes = fields.sequence("objectives")
    if nodes is None:
        return
    letters = draft.letters
    seen = _Seen(fields.log)
    objectives: list[Objective] = []
    places: dict[int, Node] = {}
    is_readable = True
    for position, node in enumerate(nodes, 1):
        mapping = as_mapping(node, fields.log, f"objective number {position} of the list")
        number, objective = (
            _read_objective(mapping, fields.log, seen, letters, position) if mapping else (None, None)
        )
        if number is None:
            is_readable = False
        else:
            places.setdefault(number, node)
        if objective is not None:
            objectives.append(objective)
    draft.objectives = objectives
    draft.objective_places = places if is_readable else None


def _read_objective(
    mapping: Mapping, log: Log, seen: _Seen, letters: ReadMapping[str, str] | None, position: int
) -> tuple[int | None, Objective | None]:
    number_node = next((entry.value for entry in mapping.entries if entry.key.text == "number"), None)
    where = f"objective {getattr(number_node, 'text', '') or f'at place {position} of the list'}"
    fields = Fields(mapping, log, where, OBJECTIVE_KEYS)
    number = fields.integer("number", "give a whole number from 1 on", low=1, high=9999)
    objective_id, title = fields.id(), fields.text("title")
    if objective_id == "overall":
        fields.fault(fields.place("id"), 'the id "overall" is kept for the whole framework; choose another')
    weight = fields.optional_weight(may_be_zero=False)
    items = _read_items(fields, letters)
    seen.once(fields, "number", None if number is None else str(number))
    seen.once(fields, "id", objective_id)
    if number is None or objective_id is None or title is None or weight is None:
        return number, None
    return number, Objective(number, objective_id, title, weight, MappingProxyType(items))


def _read_items(fields: Fields, letters: ReadMapping[str, str] | None) -> dict[str, str]:
    mapping = fields.mapping("items") if "items" in fields else None
    if mapping is None:
        return {}
    names = tuple(entry.key.text for entry in mapping.entries)
    inner = Fields(mapping, fields.log, fields.where, names, of=" of the items")
    known = None if letters is None else sorted(letters.values())
    for entry in mapping.entries:
        match = _ITEM.fullmatch(entry.key.text)
        if match is None or (known is not None and match.group(1) not in known):
            among = "a letter of a dimension" if known is None else f"one of {', '.join(known)}"
            fields.fault(
                entry.key, f"the item {quote(entry.key.text)} is not named by {among} and a number from 1 on"
            )
    return {name: inner.text(name) or "" for name in names}


class _Seen:
    """What must stand once only in a list."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lines: dict[tuple[str, str], int] = {}

    def once(self, fields: Fields, name: str, value: str | None, mend: str = "give each its own") -> None:
        if value is None:
            return
        place = fields.place(name)
        if (name, value) in self._lines:
            first = self._lines[(name, value)]
            fields.fault(place, f"{name} {quote(value)} is that of line {first} too; {mend}")
        self._lines.setdefault((name, value), place.line)
