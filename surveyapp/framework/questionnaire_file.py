"""Reads one questionnaire file and holds it against framework.yaml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from surveyapp.framework.fields import Fields, Log, as_mapping, quote, suggest
from surveyapp.framework.framework_file import FRAMEWORK_FILE, FrameworkDraft
from surveyapp.framework.levels import read_levels
from surveyapp.framework.model import Level, Measure, Question
from surveyapp.framework.yaml_reader import Mapping, Node, Scalar

QUESTIONNAIRE_KEYS = ("id", "objective", "title", "short", "introduction", "questions", "retired")
QUESTION_KEYS = (
    "id",
    "kind",
    "source",
    "text",
    "help",
    "levels",
    "ladder",
    "weight",
    "not_applicable",
    "evidence_from",
    "measure",
    "same_as",
    "sensitive",
    "note_for_translators",
    "note_on_points",
    "replaces",
)
MEASURE_KEYS = ("unit",)
_SAME_AS_KEYS = ("id", "kind", "source", "same_as", "weight", "replaces")
_BLANK = Question(id="", kind="", source="", text="", levels=())  # for a target's content
_KINDS_WITHOUT_MEASURE = ("activity", "actor")
_SOURCE = re.compile(r"([1-9][0-9]{0,3})\.([A-Z])([1-9][0-9]{0,3}|\+)")


@dataclass
class QuestionDraft:
    """A question as far as it could be read. A `same_as` one still lacks what its target carries."""

    id: str | None
    place: Node
    same_as: str | None
    same_as_place: Node
    question: Question | None
    mapping: Mapping
    replaces: str | None
    replaces_place: Node


@dataclass
class QuestionnaireDraft:
    """A questionnaire as far as it could be read; `objective` is None where it is faulty or unknown."""

    log: Log
    place: Node
    id: str | None = None
    id_place: Node | None = None
    objective: int | None = None
    objective_place: Node | None = None
    title: str | None = None
    short: str = ""
    introduction: str = ""
    questions: list[QuestionDraft] = field(default_factory=list)
    retired: Sequence[Scalar] = ()


def read_questionnaire_file(root: Node, log: Log, framework: FrameworkDraft) -> QuestionnaireDraft:
    draft = QuestionnaireDraft(log, root)
    mapping = as_mapping(root, log, "the questionnaire")
    if mapping is None:
        return draft
    id_node = next((entry.value for entry in mapping.entries if entry.key.text == "id"), None)
    fields = Fields(
        mapping, log, f"questionnaire {getattr(id_node, 'text', '') or 'without id'}", QUESTIONNAIRE_KEYS
    )
    draft.id, draft.id_place = fields.id(), fields.place("id")
    draft.objective = _read_objective_number(fields, framework)
    draft.objective_place = fields.place("objective")
    draft.title = fields.text("title")
    draft.short = fields.optional_text("short")
    draft.introduction = fields.optional_text("introduction")
    draft.retired = fields.optional_ids("retired")
    for number, node in enumerate(fields.sequence("questions") or (), 1):
        inner = as_mapping(node, log, f"question {number} of the list")
        if inner is not None:
            draft.questions.append(_QuestionReader(inner, log, framework, draft.objective, number).read())
    return draft


def _read_objective_number(fields: Fields, framework: FrameworkDraft) -> int | None:
    number = fields.integer(
        "objective", f"give the number of an objective of {FRAMEWORK_FILE}", low=1, high=9999
    )
    places = framework.objective_places
    if number is None or places is None or number in places:
        return number
    known = ", ".join(str(known) for known in places)
    fields.fault(fields.place("objective"), f"{FRAMEWORK_FILE} has no objective {number}; it has {known}")
    return None


class _QuestionReader:
    """Reads one question of a questionnaire."""

    def __init__(
        self, mapping: Mapping, log: Log, framework: FrameworkDraft, objective: int | None, number: int
    ) -> None:
        id_node = next((entry.value for entry in mapping.entries if entry.key.text == "id"), None)
        where = f"question {getattr(id_node, 'text', '') or f'number {number}'}"
        self._fields = Fields(mapping, log, where, QUESTION_KEYS)
        self._log, self._framework, self._objective = log, framework, objective

    def read(self) -> QuestionDraft:
        fields, before = self._fields, len(self._log.faults)
        question_id, kind = fields.id(), self._read_kind()
        source = self._read_source(kind)
        weight = fields.optional_weight(may_be_zero=True)
        is_same_as = "same_as" in fields
        same_as = fields.text("same_as", "name the question that is asked") if is_same_as else None
        replaces = fields.id("replaces") if "replaces" in fields else None
        own = self._read_nothing_more() if is_same_as else self._read_own(kind)
        question = None
        if question_id and kind and source and weight is not None and len(self._log.faults) == before:
            question = own and replace(
                own,
                id=question_id,
                kind=kind,
                source=source,
                weight=weight,
                same_as=same_as,
                replaces=replaces,
            )
        return QuestionDraft(
            id=question_id,
            place=fields.place("id"),
            same_as=same_as,
            same_as_place=fields.place("same_as"),
            question=question,
            mapping=fields.node,
            replaces=replaces,
            replaces_place=fields.place("replaces"),
        )

    def _read_kind(self) -> str | None:
        letters = self._framework.letters
        kind = self._fields.text("kind", f"name a kind of {FRAMEWORK_FILE}")
        if kind is None or letters is None or kind in letters:
            return kind
        self._fields.fault(
            self._fields.place("kind"), f"unknown kind {quote(kind)}; {suggest(kind, list(letters))}"
        )
        return None

    def _read_source(self, kind: str | None) -> str | None:
        letter = (self._framework.letters or {}).get(kind or "", "A")
        example = f"{self._objective or 1}.{letter}1"
        mend = f"name objective and item, such as {example}"
        text = self._fields.text("source", mend)
        if text is None:
            return None
        place = self._fields.place("source")
        match = _SOURCE.fullmatch(text)
        if match is None:
            self._fields.fault(place, f"source is {quote(text)}; {mend}")
        elif self._objective is not None and int(match.group(1)) != self._objective:
            message = (
                f"source {text} names objective {match.group(1)} in the file of objective {self._objective}"
            )
            self._fields.fault(place, f"{message}; begin it with {self._objective}.")
        elif kind and self._framework.letters and match.group(2) != letter:
            self._fields.fault(
                place, f"source {text} is no {kind}; its letter is {letter}, such as {example}"
            )
        else:
            self._check_item(place, text, match)
        return text

    def _check_item(self, place: Node, source: str, match: re.Match[str]) -> None:
        """An objective without items is not held against them; `+` marks an addition of the editors."""
        objective = next((o for o in self._framework.objectives if o.number == self._objective), None)
        if objective is None or not objective.items or match.group(3) == "+":
            return
        letter, code = match.group(2), match.group(2) + match.group(3)
        if code not in objective.items:
            known = ", ".join(item for item in objective.items if item.startswith(letter)) or "none"
            message = f"source {source} names no item of objective {objective.number}"
            self._fields.fault(
                place, f"{message}; its items are {known}, and {objective.number}.{letter}+ an addition"
            )

    def _read_nothing_more(self) -> Question:
        """Refuse what a `same_as` question takes from its target."""
        for entry in self._fields.node.entries:
            if entry.key.text in QUESTION_KEYS and entry.key.text not in _SAME_AS_KEYS:
                message = f"{entry.key.text} stands beside same_as, whose target gives it; remove one of them"
                self._fields.fault(entry.key, message)
        return _BLANK

    def _read_own(self, kind: str | None) -> Question | None:
        """All but what `same_as` questions have too; None where text or levels could not be read."""
        fields = self._fields
        text, help_text = fields.text("text"), self._read_help()
        levels, ladder = self._read_answer_options()
        not_applicable = fields.choice("not_applicable", ("allowed", "refused"), "refused")
        evidence_from = self._read_evidence_from(levels)
        measure = self._read_measure(kind)
        is_sensitive, note = fields.truth("sensitive"), fields.optional_text("note_for_translators")
        note_on_points = fields.optional_text("note_on_points")
        if text is None or levels is None:
            return None
        return replace(
            _BLANK,
            text=text,
            help=help_text,
            levels=tuple(levels),
            ladder=ladder,
            may_be_not_applicable=not_applicable == "allowed",
            evidence_from=evidence_from,
            measure=measure,
            is_sensitive=is_sensitive,
            note_for_translators=note,
            note_on_points=note_on_points or self._framework.notes_on_points.get(ladder or "", ""),
        )

    def _read_help(self) -> str:
        node = self._fields.place("help")
        if "help" not in self._fields or getattr(node, "is_empty", False):
            message = f"{self._fields.where}: help is missing; say what counts and what does not"
            self._log.warn(node, message)
            return ""
        return self._fields.text("help") or ""

    def _read_answer_options(self) -> tuple[Sequence[Level] | None, str | None]:
        fields = self._fields
        if "levels" in fields and "ladder" in fields:
            fields.fault(fields.key_place("ladder"), "levels and ladder both stand here; keep one of them")
            return None, None
        if "ladder" in fields:
            return self._read_ladder()
        node = fields.require("levels", f"write levels, or ladder with a name of {FRAMEWORK_FILE}")
        return (None if node is None else read_levels(node, self._log, fields.where)), None

    def _read_ladder(self) -> tuple[Sequence[Level] | None, str | None]:
        fields, ladders = self._fields, self._framework.ladders
        name = fields.text("ladder", f"name a ladder of {FRAMEWORK_FILE}")
        if name is None or ladders is None:
            return None, None
        if name not in ladders:
            fields.fault(
                fields.place("ladder"), f"unknown ladder {quote(name)}; {suggest(name, list(ladders))}"
            )
        return ladders.get(name), name

    def _read_evidence_from(self, levels: Sequence[Level] | None) -> str | None:
        fields = self._fields
        if "evidence_from" not in fields:
            return None
        codes = [level.code for level in levels or ()]
        choices = ", ".join(f'"{code}"' for code in codes[1:])
        code = fields.text("evidence_from", "name a level that is not the lowest")
        if code is not None and codes and code not in codes:
            fields.fault(
                fields.place("evidence_from"), f'evidence_from "{code}" is no level; choose of {choices}'
            )
        elif code is not None and codes and code == codes[0]:
            message = f'evidence_from "{code}" is the lowest level; choose of {choices}'
            fields.fault(fields.place("evidence_from"), message)
        return code

    def _read_measure(self, kind: str | None) -> Measure | None:
        fields = self._fields
        if "measure" not in fields:
            return None
        if kind in _KINDS_WITHOUT_MEASURE:
            fields.fault(
                fields.key_place("measure"), f"an {kind} has no measure; remove it, or ask for an indicator"
            )
        mapping = fields.mapping("measure")
        if mapping is None:
            return None
        inner = Fields(mapping, self._log, fields.where, MEASURE_KEYS, of=" of the measure")
        unit = inner.text("unit", "write the unit, such as persons")
        return None if unit is None else Measure(unit)
