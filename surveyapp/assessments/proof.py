"""Prove that what countries handed in is still what is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import rfc8785
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, undefer

from surveyapp.assessments.models import Assessment, FrameworkVersion, Submission, Wording
from surveyapp.audit.models import AuditEntry
from surveyapp.bundle.differences import Differences, compare, read_object
from surveyapp.bundle.reading import read_document
from surveyapp.bundle.submission import OPTIONAL, SUBMISSION, read_framework, verify_submission
from surveyapp.framework.model import Framework
from surveyapp.scoring.exact import exact_document

AT_ONCE = 50  # submissions in memory; each has some 100 KB


@dataclass(frozen=True, slots=True)
class _Pin:
    """A pinned framework as it is kept now: its own hash, and what can be scored with."""

    sha256: str
    framework: Framework | None


def verify_kept(session: Session) -> Iterator[str]:
    """One line for each thing that was changed in, put between or taken from what was submitted.

    The texts against their hashes, each score against its answers, each submission against the country's
    one before it and against the record of who did what. Nothing when all of it holds.
    """
    pins: dict[int, _Pin] = {}
    yield from _verify_frameworks(session, pins)
    yield from _verify_wordings(session)
    recorded = _recorded(session)
    latest: dict[str, str] = {}
    for submission in session.scalars(_all_submissions()):
        assessment = submission.assessment
        found = Differences("the row")
        _verify_row(submission, pins[assessment.cycle.framework_version_id], found)
        _verify_place(submission, latest.get(assessment.country_code), recorded, found)
        which = _which(assessment.country_code, assessment.cycle.year, submission.revision)
        yield from (f"{which}: {difference}" for difference in found.listed())
        latest[assessment.country_code] = submission.sha256
    for (country, year, revision), sha256 in recorded.items():
        yield f"{_which(country, year, revision)}: it is missing; the record says that {sha256} was submitted"


def _which(country: str, year: int, revision: int) -> str:
    return f"{country} {year}, revision {revision}"


def _all_submissions() -> Select[Submission]:
    return (
        select(Submission)
        .join(Submission.assessment)
        .join(Assessment.cycle)
        .options(
            contains_eager(Submission.assessment).contains_eager(Assessment.cycle), undefer(Submission.body)
        )
        .order_by(Submission.id)
        .execution_options(yield_per=AT_ONCE)
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _verify_frameworks(session: Session, pins: dict[int, _Pin]) -> Iterator[str]:
    """Also fills `pins`."""
    for version in session.scalars(select(FrameworkVersion).options(undefer(FrameworkVersion.body))):
        found = Differences("the row")
        actual = _sha256(version.body)
        compare("sha256", version.sha256, actual, found)
        document = read_document(version.body.encode(), found)
        pins[version.id] = _Pin(actual, read_framework(document, found))
        yield from (f"framework {version.framework_id} {version.version}: {d}" for d in found.listed())


def _verify_wordings(session: Session) -> Iterator[str]:
    for wording in session.scalars(select(Wording).options(undefer(Wording.body))):
        if _sha256(wording.body) != wording.sha256:
            yield f"wording {wording.locale}: it was changed; its hash was {wording.sha256}"


def _recorded(session: Session) -> dict[tuple[str, int, int], str]:
    """What the record says was submitted: country, year and revision → hash."""
    query = select(AuditEntry.subject, AuditEntry.facts).where(AuditEntry.action == "assessment.submit")
    recorded: dict[tuple[str, int, int], str] = {}
    for subject, text in session.execute(query):
        _, year, country = subject.split("/")
        facts = json.loads(text)
        if "sha256" in facts:
            recorded[country, int(year), facts["revision"]] = facts["sha256"]
    return recorded


def _verify_row(submission: Submission, pin: _Pin, found: Differences) -> None:
    """What a row holds against its hash, its columns and the scores that its answers give."""
    compare("sha256", submission.sha256, _sha256(submission.body), found)
    document = read_document(submission.body.encode(), found)
    body = read_object("submission", document, SUBMISSION, found, optional=OPTIONAL)
    if body is None:
        return
    _, scores = verify_submission(body, pin.framework, pin.sha256, found)
    if scores is not None and submission.scores != rfc8785.dumps(exact_document(scores)).decode():
        found.add("scores", "those that pages show are not those that the answers give")
    columns = {
        "country": submission.assessment.country_code,
        "cycle": submission.assessment.cycle.year,
        "revision": submission.revision,
        "method": submission.method,
        "submitted_at": submission.submitted_at.isoformat(timespec="seconds"),
    }
    for name, kept in columns.items():
        compare(f"submission.{name}", body[name], kept, found)


def _verify_place(
    submission: Submission,
    previous: str | None,
    recorded: dict[tuple[str, int, int], str],
    found: Differences,
) -> None:
    """Whether it follows the country's submission before it, and is the one that the record tells of."""
    try:
        stated = json.loads(submission.body)["previous"]
    except (ValueError, TypeError, KeyError):
        stated = None  # that it cannot be read is told already
    if stated != previous:
        found.add(
            "submission.previous",
            f"it follows {stated or 'none'}, and the country's submission before it is {previous or 'none'}",
        )
    assessment = submission.assessment
    key = assessment.country_code, assessment.cycle.year, submission.revision
    told = recorded.pop(key, None)
    if told not in (None, submission.sha256):
        found.add("sha256", f"it is {submission.sha256}, and the record says that {told} was submitted")
