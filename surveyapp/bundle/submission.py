"""One submission: are its fields what they must be, and do its answers give its scores?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from surveyapp.bundle.differences import Differences, compare, describe, is_sha256
from surveyapp.bundle.document import sha256_of
from surveyapp.bundle.reading import LARGEST
from surveyapp.framework.document import BadDocument, from_document
from surveyapp.framework.model import Framework
from surveyapp.framework.soundness import list_unsound
from surveyapp.scoring.answers import Answer, Answers
from surveyapp.scoring.countries import COUNTRY_CODES
from surveyapp.scoring.method1 import Scores
from surveyapp.scoring.methods import METHODS, Method
from surveyapp.scoring.reader import FIRST_YEAR, LAST_YEAR, AnswersFaults, read_answers

FORMAT = "surveyapp-submission/1"
SUBMISSION = (
    "format", "country", "cycle", "revision", "previous", "submitted_at", "submitted_by", "framework",
    "wordings", "method", "answers", "scores",
)  # fmt: skip
OPTIONAL = ("signed_by_function", "since_last_cycle", "files")  # not in each submission
FILE = frozenset({"evidence", "id", "name", "sha256", "size", "type"})

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00")


@dataclass(frozen=True, slots=True)
class Identity:
    """Which submission it is; `sha256` is computed from what it holds, whatever is said of it."""

    country: str
    cycle: int
    revision: int
    submitted_at: str  # ISO 8601, UTC
    previous: str | None  # the hash of the country's submission before this one
    sha256: str

    def __str__(self) -> str:
        return f"{self.country} {self.cycle}, revision {self.revision}"


def read_framework(document: object, found: Differences) -> Framework | None:
    """The framework, or None and what keeps it from being scored."""
    try:
        framework = from_document(document)  # type: ignore[arg-type]
    except BadDocument as fault:
        found.add("framework", f"it cannot be read: {fault}")
        return None
    unsound = list_unsound(framework)
    for sentence in unsound:
        found.add("framework", sentence)
    return None if unsound else framework


def verify_submission(
    submission: Mapping[str, Any], framework: Framework | None, framework_sha256: str, found: Differences
) -> tuple[Identity | None, Scores | None]:
    """Which submission it is and its scores, recomputed by the method that it names.

    `framework_sha256` is computed from the framework that is given. Without a framework nothing is
    recomputed; the reason for that is among the differences already. None stands where a field is at
    fault or nothing could be recomputed.
    """
    identity = _read_identity(submission, found)
    _verify_framework(submission["framework"], framework, framework_sha256, found)
    method = METHODS.get(submission["method"]) if isinstance(submission["method"], str) else None
    if method is None:
        found.add(
            "submission.method",
            f"it is {describe(submission['method'])}, and this version knows {', '.join(METHODS)}; "
            "a later version of surveyapp may know it",
        )
    if method is None or framework is None or identity is None:
        found.add("submission.scores", "not recomputed, for the reasons given")
        return identity, None
    return identity, _recompute(submission, identity, framework, framework_sha256, method, found)


def _read_identity(submission: Mapping[str, Any], found: Differences) -> Identity | None:
    rules: Mapping[str, tuple[Callable[[Any], bool], str]] = {
        "format": (lambda value: value == FORMAT, f'"{FORMAT}"'),
        "country": (lambda value: isinstance(value, str) and value in COUNTRY_CODES, "an ISO 3166 code"),
        "cycle": (lambda value: _is_whole(value, FIRST_YEAR, LAST_YEAR), "a year"),
        "revision": (lambda value: _is_whole(value, 1, 10**9), "a whole number from 1 on"),
        "previous": (lambda value: value is None or is_sha256(value), "a SHA-256 or null"),
        "submitted_at": (_is_moment, "a time such as 2026-11-20T14:05:00+00:00"),
        "submitted_by": (lambda value: isinstance(value, str), "a text"),
    }
    wrong = [name for name, (is_right, _) in rules.items() if not is_right(submission[name])]
    for name in wrong:
        found.add(f"submission.{name}", f"it is {describe(submission[name])}, not {rules[name][1]}")
    for name, (is_right, words) in _OPTIONAL_RULES.items():
        if name in submission and not is_right(submission[name]):
            found.add(f"submission.{name}", f"it is {describe(submission[name])}, not {words}")
    if wrong:
        return None
    if submission["revision"] > 1 and submission["previous"] is None:
        found.add("submission.previous", "it is null, though a later revision follows an earlier one")
    names = ("country", "cycle", "revision", "submitted_at", "previous")
    return Identity(**{name: submission[name] for name in names}, sha256=sha256_of(submission))


def _is_since_last_cycle(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(one, dict)
        and one.keys() == {"is_confirmed", "changed_because"}
        and isinstance(one["is_confirmed"], bool)
        and isinstance(one["changed_because"], str)
        for one in value.values()
    )


def _are_files(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(files, list) and all(_is_file(file) for file in files) for files in value.values()
    )


def _is_file(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == FILE
        and is_sha256(value["sha256"])
        and all(isinstance(value[name], str) for name in ("name", "type"))
        and all(_is_whole(value[name], 0, LARGEST) for name in ("evidence", "id", "size"))
    )


_OPTIONAL_RULES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "signed_by_function": (
        lambda value: isinstance(value, str) and value != "",
        "a text that says something",
    ),
    "since_last_cycle": (_is_since_last_cycle, "an object from question to is_confirmed and changed_because"),
    "files": (_are_files, f"an object from question to a list of {', '.join(sorted(FILE))}"),
}


def _is_whole(value: object, first: int, last: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and first <= value <= last


def _is_moment(value: object) -> bool:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:  # such as 30 February
        return False
    return True


def _verify_framework(
    stated: object, framework: Framework | None, framework_sha256: str, found: Differences
) -> None:
    """Whether the submission was made from the framework that stands beside it."""
    actual: dict[str, object] = {"sha256": framework_sha256}
    if framework is not None:
        actual |= {"id": framework.id, "version": framework.version}
    elif isinstance(stated, dict):
        actual |= {name: stated[name] for name in ("id", "version") if name in stated}
    compare("submission.framework", stated, actual, found)


def _recompute(
    submission: Mapping[str, Any],
    identity: Identity,
    framework: Framework,
    framework_sha256: str,
    method: Method,
    found: Differences,
) -> Scores | None:
    try:
        given = read_answers(rfc8785.dumps(submission["answers"]), framework)
    except AnswersFaults as refused:
        for fault in refused.faults:
            found.add("submission.answers", str(fault))
        found.add("submission.scores", "not recomputed, since the answers cannot be read")
        return None
    for name, value in (("country", given.country), ("cycle", given.cycle)):
        compare(f"submission.answers.{name}", value, submission[name], found)
    _verify_named(submission, framework, given.answers, found)
    scores = method.score(framework, given.answers)
    document = method.scores_document(
        scores, framework, country=identity.country, cycle=identity.cycle, framework_sha256=framework_sha256
    )
    compare("submission.scores", submission["scores"], document, found)
    return scores


def _verify_named(
    submission: Mapping[str, Any], framework: Framework, answers: Answers, found: Differences
) -> None:
    """Whether what stands beside the answers names questions that are asked, and evidence that is there."""
    since, files = submission.get("since_last_cycle", {}), submission.get("files", {})
    told = {"since_last_cycle": _is_since_last_cycle(since), "files": _are_files(files)}
    for name, is_read in told.items():
        for question_id in submission.get(name, {}) if is_read else ():
            question = framework.questions.get(question_id)
            where = f"submission.{name}.{question_id}"
            if question is None:
                found.add(where, "the framework has no such question")
            elif question.same_as is not None:
                found.add(where, f"its answer is that of {question.same_as}, which has to be named instead")
            elif name == "files":
                _verify_places(where, files[question_id], answers.get(question_id), found)


def _verify_places(
    where: str, files: Sequence[Mapping[str, Any]], answer: Answer | None, found: Differences
) -> None:
    count = len(answer.evidence) if answer else 0
    seen: set[int] = set()
    for index, file in enumerate(files):
        place = file["evidence"]
        if place >= count:
            found.add(
                f"{where}[{index}].evidence",
                f"it is {place}, counted from 0; so many pieces there are: {count}",
            )
        elif place in seen:
            found.add(f"{where}[{index}].evidence", f"it is {place}, as of another file of this answer")
        seen.add(place)
