"""The frozen copy of an assessment: what a submission holds, and how it is read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import rfc8785

from surveyapp.assessments.models import Answer, AnswerState, Cycle, Evidence, EvidenceFile, Submission
from surveyapp.assessments.parallel_models import ParallelSubmission
from surveyapp.bundle.submission import FORMAT
from surveyapp.framework.model import Framework
from surveyapp.scoring import answers as given
from surveyapp.scoring.exact import exact_document, scores_from_exact
from surveyapp.scoring.method1 import Scores
from surveyapp.scoring.methods import current_method
from surveyapp.scoring.reader import AnswersFile, read_answers, write_answers


@dataclass(frozen=True, slots=True)
class Frozen:
    """The canonical bytes of a submission as text, their hash, and apart the exact scores and the
    version of the method that made them."""

    body: str
    sha256: str
    method: str
    scores: str


def to_scoring(answers: Mapping[str, Answer], framework: Framework) -> given.Answers:
    """The kept answers as the scoring takes them; all evidence must be loaded."""
    return {question_id: _to_scoring(answer, framework) for question_id, answer in answers.items()}


def _to_scoring(answer: Answer, framework: Framework) -> given.Answer:
    return given.Answer(
        level=answer.level,
        not_applicable=answer.reason if answer.state is AnswerState.NOT_APPLICABLE else None,
        unknown=answer.reason if answer.state is AnswerState.UNKNOWN else None,
        comment=answer.comment,
        evidence=tuple(given.Evidence(row.title, url=row.url, date=row.dated_on) for row in answer.evidence),
        measure=_measured_value(answer, framework),
    )


def _measured_value(answer: Answer, framework: Framework) -> given.MeasuredValue | None:
    measure = framework.questions[answer.question_id].measure
    if measure is None or answer.measure_value is None:
        return None
    return given.MeasuredValue(
        Decimal(answer.measure_value), measure.unit, answer.measure_year, answer.measure_source or ""
    )


def freeze(
    framework: Framework,
    answers: given.Answers,
    *,
    cycle: Cycle,
    country: str,
    revision: int,
    previous: str | None,
    submitted_at: datetime,
    office: str,
    signed_by_function: str | None = None,
    since_last_cycle: Mapping[str, Mapping[str, object]] | None = None,
    files: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
) -> Frozen:
    """Score the answers and put all that the country sees into one hashed text.

    `signed_by_function` is the office or function that declares them, by default the office that submits.
    `previous` is the hash of the country's submission before this one, so that a changed past is seen;
    `since_last_cycle` says of some answers how they stand to the last cycle's (`list_since_last_cycle`),
    `files` which evidence is a file (`list_files`).
    """
    method, sha256 = current_method(), cycle.framework_version.sha256
    scores = method.score(framework, answers)
    document: dict[str, Any] = {
        "format": FORMAT,
        "country": country,
        "cycle": cycle.year,
        "revision": revision,
        "previous": previous,
        "submitted_at": submitted_at.isoformat(timespec="seconds"),
        "submitted_by": office,
        "signed_by_function": signed_by_function or office,
        **_pins(framework, cycle),
        "method": method.version,
        "answers": write_answers(AnswersFile(country, cycle.year, answers)),
        "scores": method.scores_document(
            scores, framework, country=country, cycle=cycle.year, framework_sha256=sha256
        ),
    }
    optional = {"since_last_cycle": since_last_cycle, "files": files}
    document |= {name: value for name, value in optional.items() if value}
    return _as_bytes(document, scores, method.version)


def _as_bytes(document: dict[str, Any], scores: Scores, method: str) -> Frozen:
    body = rfc8785.dumps(document)
    exact = rfc8785.dumps(exact_document(scores))
    return Frozen(body.decode(), hashlib.sha256(body).hexdigest(), method, exact.decode())


def _pins(framework: Framework, cycle: Cycle) -> dict[str, object]:
    """What was asked, and in which words, by hash."""
    sha256 = cycle.framework_version.sha256
    return {
        "framework": {"id": framework.id, "version": framework.version, "sha256": sha256},
        "wordings": {wording.locale: wording.sha256 for wording in cycle.wordings},
    }


def list_since_last_cycle(answers: Mapping[str, Answer]) -> dict[str, dict[str, object]]:
    """Which answers were confirmed as unchanged, and what changed in others, by question."""
    return {
        question_id: {"is_confirmed": answer.is_confirmed, "changed_because": answer.changed_because}
        for question_id, answer in answers.items()
        if answer.is_confirmed or answer.changed_because
    }


def list_files(answers: Mapping[str, Answer]) -> dict[str, list[dict[str, object]]]:
    """The files among the evidence, by question: `evidence` is the place in the answer's list, from 0.

    They stand beside the answers, whose format knows a title, a link and a date.
    """
    found = {
        question_id: [
            {
                "evidence": place,
                "id": row.file.id,
                "name": row.file.name,
                "sha256": row.file.sha256,
                "size": row.file.size,
                "type": row.file.media_type,
            }
            for place, row in enumerate(answer.evidence)
            if row.file
        ]
        for question_id, answer in answers.items()
    }
    return {question_id: files for question_id, files in found.items() if files}


def frozen_scores(submission: Submission | ParallelSubmission) -> Scores:
    """The exact scores as they were frozen."""
    return scores_from_exact(json.loads(submission.scores))


def frozen_answers(submission: Submission | ParallelSubmission, framework: Framework) -> given.Answers:
    """The answers as they were frozen; the submission's body must be loaded."""
    answers = json.loads(submission.body)["answers"]
    return read_answers(json.dumps(answers).encode(), framework).answers


def thaw(submission: Submission | ParallelSubmission, framework: Framework) -> dict[str, Answer]:
    """The frozen answers as pages show answers, as rows of no session. Who wrote which is not frozen."""
    answers = frozen_answers(submission, framework)
    body = json.loads(submission.body)
    since, files = body.get("since_last_cycle", {}), body.get("files", {})
    return {
        question_id: _thaw(question_id, answer, since.get(question_id, {}), files.get(question_id, []))
        for question_id, answer in answers.items()
    }


def _thaw(
    question_id: str, frozen: given.Answer, since: Mapping[str, Any], files: Sequence[Mapping[str, Any]]
) -> Answer:
    measure = frozen.measure
    file_at = {file["evidence"]: _thaw_file(file) for file in files}
    return Answer(
        question_id=question_id,
        state=_state_of(frozen),
        level=frozen.level,
        reason=frozen.not_applicable or frozen.unknown,
        comment=frozen.comment,
        measure_value=str(measure.value) if measure else None,
        measure_year=measure.year if measure else None,
        measure_source=measure.source if measure else None,
        is_confirmed=since.get("is_confirmed", False),
        changed_because=since.get("changed_because", ""),
        evidence=[
            Evidence(title=row.title, url=row.url, dated_on=row.date, file=file_at.get(place))
            for place, row in enumerate(frozen.evidence)
        ],
        changed_by=None,
    )


def _thaw_file(frozen: Mapping[str, Any]) -> EvidenceFile:
    return EvidenceFile(
        id=frozen["id"],
        name=frozen["name"],
        media_type=frozen["type"],
        sha256=frozen["sha256"],
        size=frozen["size"],
    )


def _state_of(frozen: given.Answer) -> AnswerState:
    if frozen.level is not None:
        return AnswerState.LEVEL
    if frozen.not_applicable is not None:
        return AnswerState.NOT_APPLICABLE
    return AnswerState.NONE_YET if frozen.unknown is None else AnswerState.UNKNOWN
