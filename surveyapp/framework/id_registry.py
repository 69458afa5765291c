"""Ids that were ever asked: a removed one is listed under `retired:` and never comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from surveyapp.framework.faults import Fault
from surveyapp.framework.fields import is_id, quote
from surveyapp.framework.model import Framework
from surveyapp.framework.questionnaire_file import QuestionnaireDraft
from surveyapp.framework.yaml_reader import MAX_BYTES

REGISTRY_FILE = "ids.txt"

_HEADING = (
    "# The id of every question ever asked, retired ones too; `surveyapp framework docs` adds new ones."
)


def registry_text(framework: Framework, retired: Mapping[str, Sequence[str]]) -> str:
    """What the registry must hold: one id per line, as asked, those retired after their questionnaire's."""
    lines = [_HEADING]
    for sheet in framework.questionnaires:
        lines += [question.id for question in sheet.questions]
        lines += retired.get(sheet.id, ())
    return "\n".join(lines) + "\n"


def check_retired_ids(sheets: Sequence[QuestionnaireDraft]) -> Iterator[Fault]:
    """Retired ids that are listed twice, or are those of questions."""
    retired: dict[str, str] = {}
    for sheet in sheets:
        for node in sheet.retired:
            if node.text in retired:
                message = f"the retired id {node.text} is listed in {retired[node.text]} too; list it once"
                yield Fault(sheet.log.file, node.line, node.column, message)
            retired.setdefault(node.text, f"{sheet.log.file}:{node.line}")
    for sheet in sheets:
        for question in sheet.questions:
            if question.id in retired:
                message = (
                    f"the id is retired in {retired[question.id]} and never comes back; choose a new one"
                )
                place = question.place
                yield Fault(sheet.log.file, place.line, place.column, f"question {question.id}: {message}")


def check_replaced_ids(sheets: Sequence[QuestionnaireDraft]) -> Iterator[Fault]:
    """Ids in `replaces` that are still asked, the question's own among them, or replaced twice."""
    asked = {q.id: f"{sheet.log.file}:{q.place.line}" for sheet in sheets for q in sheet.questions if q.id}
    replaced: dict[str, str] = {}
    for sheet in sheets:
        for question in sheet.questions:
            old, place = question.replaces, question.replaces_place
            if old is None:
                continue
            message = None
            if old == question.id:
                message = "is the question's own id, which goes on by itself; remove replaces"
            elif old in asked:
                message = f"is asked in this version too ({asked[old]}); name a question that is retired"
            elif old in replaced:
                message = f"is replaced in {replaced[old]} already; let one question continue it"
            if message:
                where = f"question {question.id or ''}".rstrip()
                yield Fault(
                    sheet.log.file, place.line, place.column, f"{where}: replaces {old}, which {message}"
                )
            replaced.setdefault(old, f"{sheet.log.file}:{place.line}")


def check_registry(folder: Path, sheets: Sequence[QuestionnaireDraft]) -> Iterator[Fault]:
    """Ids of the registry that are neither asked nor retired. A folder need not keep a registry.

    Where a question's id could not be read nothing is said, since that one would seem to be removed.
    """
    if any(not sheet.questions or None in [q.id for q in sheet.questions] for sheet in sheets):
        return
    known = {question.id for sheet in sheets for question in sheet.questions}
    known |= {node.text for sheet in sheets for node in sheet.retired}
    try:
        lines = _read_lines(folder / REGISTRY_FILE)
    except OSError as error:
        yield Fault(REGISTRY_FILE, 0, 0, f"cannot be read: {error.strerror}; allow reading it")
        return
    except ValueError as error:
        yield Fault(REGISTRY_FILE, 0, 0, str(error))
        return
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#") or text in known:
            continue
        if is_id(text):
            where = _file_of(text, sheets)
            message = f"{text} was removed; list it under retired: in {where}, an id never comes back"
        else:
            message = f"{quote(text)} is no id; write one id on each line"
        yield Fault(REGISTRY_FILE, number, 1, message)


def _read_lines(path: Path) -> list[str]:
    """The lines of the registry, none where there is no such file.

    :raises ValueError: the file is too large or no UTF-8 text.
    """
    if not path.is_file():
        return []
    with path.open("rb") as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ValueError("the file is larger than 1 MB; keep one id on each line")
    try:
        return raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text; save it as UTF-8") from None


def _file_of(id_: str, sheets: Sequence[QuestionnaireDraft]) -> str:
    """The file whose questionnaire's id begins this id, else any."""
    of = [sheet.log.file for sheet in sheets if sheet.id and id_.startswith(f"{sheet.id}.")]
    return of[0] if of else "its questionnaire file"
