"""Loads a framework folder, or says everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from surveyapp.framework.faults import Fault, FrameworkFaults, Notice
from surveyapp.framework.fields import Log
from surveyapp.framework.framework_file import FRAMEWORK_FILE, FrameworkDraft, read_framework_file
from surveyapp.framework.glossary_file import GLOSSARY_FILE, GlossaryDraft, read_glossary_file
from surveyapp.framework.id_registry import check_registry, check_replaced_ids, check_retired_ids
from surveyapp.framework.lint import lint
from surveyapp.framework.model import Framework, Question, Questionnaire
from surveyapp.framework.questionnaire_file import QuestionDraft, QuestionnaireDraft, read_questionnaire_file
from surveyapp.framework.yaml_reader import MAX_BYTES, Node, read_yaml

_OTHERS = (FRAMEWORK_FILE, GLOSSARY_FILE)  # each other file is a questionnaire
_OBJECTIVE_LINE = re.compile(rb"^objective:[ ]*([1-9][0-9]{0,3})[ ]*(?:#.*)?\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, by file and line. `framework` is None exactly when there are faults."""

    framework: Framework | None
    faults: tuple[Fault, ...]
    warnings: tuple[Notice, ...]
    retired: Mapping[str, tuple[str, ...]]  # questionnaire id → the ids that never come back


def load_framework(folder: Path) -> Framework:
    """The framework of a folder: framework.yaml, one questionnaire file per objective, maybe a glossary.

    :raises FrameworkFaults: with every fault of every file.
    """
    check = _Check(folder)
    framework = check.run()
    if framework is None:
        raise FrameworkFaults(check.faults)
    return framework


def check_framework(folder: Path) -> Report:
    """Read a folder whole and report all faults and warnings; never raises for what is in the folder."""
    check = _Check(folder)
    framework = check.run()
    warnings = check.warnings
    if framework is not None:
        warnings += lint(check.draft, check.sheets, check.glossary)
    retired = {sheet.id: tuple(r.text for r in sheet.retired) for sheet in check.sheets if sheet.id}
    return Report(framework, tuple(sorted(check.faults)), tuple(sorted(warnings)), MappingProxyType(retired))


class _Check:
    """One run over a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._logs: list[Log] = []
        self._stray: list[Fault] = []  # of the folder, not of a line
        self._lost: list[
            int | None
        ] = []  # the objectives of files that are no YAML, as far as they can be told
        self.draft = FrameworkDraft()
        self.sheets: list[QuestionnaireDraft] = []
        self.glossary = GlossaryDraft()

    @property
    def faults(self) -> list[Fault]:
        return self._stray + [fault for log in self._logs for fault in log.faults]

    @property
    def warnings(self) -> list[Notice]:
        return [notice for log in self._logs for notice in log.notices]

    def run(self) -> Framework | None:
        names = self._list_files()
        if names is None:
            return None
        draft, framework_log = self._read_framework(names)
        sheets = [sheet for name in names if name not in _OTHERS and (sheet := self._read_sheet(name, draft))]
        self.draft, self.sheets, self.glossary = draft, sheets, self._read_glossary(names)
        self._check_one_file_each(draft, framework_log, sheets)
        self._check_ids(draft, sheets)
        self._stray.extend(check_retired_ids(sheets))
        self._stray.extend(check_replaced_ids(sheets))
        if not self._lost:  # else the ids in the files that are no YAML would seem removed
            self._stray.extend(check_registry(self._folder, sheets))
        self._join_same_as(sheets)
        return None if self.faults else _assemble(draft, sheets, self.glossary)

    def _list_files(self) -> list[str] | None:
        """The names of the YAML files, sorted; None where the folder cannot be read."""
        try:
            paths = sorted(self._folder.iterdir())
        except OSError as error:
            reason = error.strerror or "cannot be read"
            message = f"{reason}; name a folder with {FRAMEWORK_FILE} and the questionnaires"
            self._stray.append(Fault(str(self._folder), 0, 0, message))
            return None
        for path in paths:
            right_name = path.stem + ".yaml"
            if path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml" and path.name[0] != ".":
                self._stray.append(
                    Fault(path.name, 0, 0, f"is not read under this name; name it {right_name}")
                )
        names = [path.name for path in paths if path.suffix == ".yaml" and path.name[0] != "."]
        if FRAMEWORK_FILE not in names:
            self._stray.append(Fault(FRAMEWORK_FILE, 0, 0, f"is missing in {self._folder}; add it"))
        return names

    def _read_framework(self, names: Sequence[str]) -> tuple[FrameworkDraft, Log]:
        log = Log(FRAMEWORK_FILE)
        self._logs.append(log)
        root = self._read_tree(FRAMEWORK_FILE, log)[0] if FRAMEWORK_FILE in names else None
        return (FrameworkDraft() if root is None else read_framework_file(root, log)), log

    def _read_glossary(self, names: Sequence[str]) -> GlossaryDraft:
        log = Log(GLOSSARY_FILE)
        self._logs.append(log)
        root = self._read_tree(GLOSSARY_FILE, log)[0] if GLOSSARY_FILE in names else None
        return GlossaryDraft() if root is None else read_glossary_file(root, log)

    def _read_sheet(self, name: str, draft: FrameworkDraft) -> QuestionnaireDraft | None:
        log = Log(name)
        self._logs.append(log)
        root, raw = self._read_tree(name, log)
        if root is None:
            found = _OBJECTIVE_LINE.search(raw)
            self._lost.append(int(found.group(1)) if found else None)
            return None
        return read_questionnaire_file(root, log, draft)

    def _read_tree(self, name: str, log: Log) -> tuple[Node | None, bytes]:
        path = self._folder / name
        if not path.is_file():  # a folder, or a pipe that would never end
            log.faults.append(Fault(name, 0, 0, "is not a file; remove it or give it another name"))
            return None, b""
        try:
            with path.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        except OSError as error:
            log.faults.append(Fault(name, 0, 0, f"cannot be read: {error.strerror}; allow reading it"))
            return None, b""
        root, faults = read_yaml(raw, name)
        log.faults.extend(faults)
        return root, raw

    def _check_one_file_each(
        self, draft: FrameworkDraft, log: Log, sheets: Sequence[QuestionnaireDraft]
    ) -> None:
        first: dict[int, str] = {}
        for sheet in sheets:
            if sheet.objective is None:
                self._lost.append(None)
                continue
            if sheet.objective in first:
                message = (
                    f"objective {sheet.objective} has the file {first[sheet.objective]} already; keep one"
                )
                sheet.log.fault(sheet.objective_place or sheet.place, message)
            first.setdefault(sheet.objective, sheet.log.file)
        missing = [number for number in draft.objective_places or {} if number not in {*first, *self._lost}]
        if len(missing) <= self._lost.count(None):
            return  # the files at fault may well be theirs
        for number in missing:
            place = (draft.objective_places or {})[number]
            log.fault(
                place, f"objective {number} has no questionnaire file; add one with `objective: {number}`"
            )

    def _check_ids(self, draft: FrameworkDraft, sheets: Sequence[QuestionnaireDraft]) -> None:
        """Ids of questionnaires and questions are unique over all files."""
        owner = {objective.id: objective.number for objective in draft.objectives}
        seen: dict[str, str] = {}

        def once(what: str, id_: str | None, place: Node, log: Log) -> None:
            if id_ is not None and id_ in seen:
                log.fault(place, f"{what} {id_}: the id is that of {seen[id_]} too; give each its own")
            elif id_ is not None:
                seen[id_] = f"{log.file}:{place.line}"

        for sheet in sheets:
            place = sheet.id_place or sheet.place
            once("questionnaire", sheet.id, place, sheet.log)
            if sheet.id in owner and sheet.objective is not None and owner[sheet.id] != sheet.objective:
                message = f"questionnaire {sheet.id}: the id is that of objective {owner[sheet.id]}"
                sheet.log.fault(
                    place, f"{message}, and the file says objective {sheet.objective}; mend one of them"
                )
        for sheet in sheets:
            for question in sheet.questions:
                once("question", question.id, question.place, sheet.log)

    def _join_same_as(self, sheets: Sequence[QuestionnaireDraft]) -> None:
        """Give each `same_as` question what its target carries."""
        by_id = {
            draft.id: draft for sheet in reversed(sheets) for draft in reversed(sheet.questions) if draft.id
        }
        for sheet in sheets:
            for draft in sheet.questions:
                if draft.same_as is not None:
                    self._join(draft, by_id.get(draft.same_as), sheet.log)

    def _join(self, draft: QuestionDraft, target: QuestionDraft | None, log: Log) -> None:
        where = f"question {draft.id or ''}".rstrip()
        if target is None:
            if not self._lost:
                message = f'{where}: same_as names no question "{draft.same_as}"; name one that is asked'
                log.fault(draft.same_as_place, message)
        elif target.same_as is not None:
            message = f'{where}: same_as names "{target.id}", which is itself the same as "{target.same_as}"'
            mend = "name a question that is asked itself"
            log.fault(draft.same_as_place, f"{message}; {mend}")
        elif draft.question and target.question:
            draft.question = _carry(draft.question, target.question)


def _carry(question: Question, target: Question) -> Question:
    return replace(
        target,
        id=question.id,
        kind=question.kind,
        source=question.source,
        weight=question.weight,
        same_as=target.id,
        replaces=question.replaces,
    )


def _assemble(
    draft: FrameworkDraft, sheets: Sequence[QuestionnaireDraft], glossary: GlossaryDraft
) -> Framework:
    """The framework of drafts without a fault, in the order of framework.yaml."""
    by_objective = {sheet.objective: sheet for sheet in sheets}
    if not (draft.id and draft.version and draft.title and draft.source) or draft.minimum_coverage is None:
        raise AssertionError("a draft that lacks a value must have noted a fault")
    return Framework(
        id=draft.id,
        version=draft.version,
        title=draft.title,
        introduction=draft.introduction,
        language=draft.language,
        source=draft.source,
        dimensions=tuple(draft.dimensions),
        bands=tuple(draft.bands),
        minimum_coverage=draft.minimum_coverage,
        objectives=tuple(draft.objectives),
        questionnaires=tuple(_finish(by_objective[objective.number]) for objective in draft.objectives),
        ladders=MappingProxyType({name: levels for name, levels in (draft.ladders or {}).items() if levels}),
        glossary=tuple(glossary.terms),
    )


def _finish(sheet: QuestionnaireDraft) -> Questionnaire:
    return Questionnaire(
        id=sheet.id or "",
        objective=sheet.objective or 0,
        title=sheet.title or "",
        questions=tuple(draft.question for draft in sheet.questions if draft.question),
        short=sheet.short,
        introduction=sheet.introduction,
    )
