"""Bundles of what was submitted: made from what is kept, for those who may see all of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, undefer

from surveyapp.accounts.models import User
from surveyapp.assessments.errors import NotSubmitted, SubmissionDamaged
from surveyapp.assessments.models import Assessment, Cycle, FrameworkVersion, Submission, Wording
from surveyapp.audit.service import Fact, record
from surveyapp.bundle.document import Pinned, write_bundle
from surveyapp.database import db
from surveyapp.scoring.countries import COUNTRY_CODES
from surveyapp.scoring.fields import shown


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle's bytes, with which submission they hold."""

    country: str
    cycle: int
    revision: int
    sha256: str
    raw: bytes

    @property
    def name(self) -> str:
        """A file name without its ending, such as `AL-2026-revision-1`."""
        return f"{self.country}-{self.cycle}-revision-{self.revision}"


def export_bundle(country: str, year: int, revision: int | None, *, by: User | None) -> Bundle:
    """One country's submission, the latest or the revision named; that it was taken out is recorded.

    For the shell, whose user may read the database anyway: no right is asked here.

    :raises NotSubmitted: no such cycle, country or submission; says which there are.
    :raises SubmissionDamaged: what is kept cannot be read any more.
    """
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .where(Cycle.year == year, Assessment.country_code == country)
        .options(contains_eager(Assessment.cycle))
    )
    # What no country has as its code may be text that no database can have.
    assessment = db.session.scalar(query) if country in COUNTRY_CODES else None
    if assessment is None:
        raise NotSubmitted(_say_which(country, year))
    submission = _find(assessment, revision)
    if submission is None:
        latest = _find(assessment)
        there_is = (
            f"no revision {revision}; the latest is {latest.revision}" if latest else "submitted nothing"
        )
        raise NotSubmitted(f"{country} has {there_is} in the cycle of {year}.")
    facts: dict[str, Fact] = {"revision": submission.revision, "sha256": submission.sha256}
    record("submission.export", f"assessment/{year}/{country}", by=by.id if by else None, facts=facts)
    return _bundle_of(assessment, submission)


def get_bundle(assessment: Assessment) -> Bundle:
    """The bundle of an assessment's latest submission; its cycle must be loaded.

    :raises NotSubmitted: nothing was submitted yet.
    :raises SubmissionDamaged: what is kept cannot be read any more.
    """
    submission = _find(assessment)
    if submission is None:
        raise NotSubmitted
    return _bundle_of(assessment, submission)


def _find(assessment: Assessment, revision: int | None = None) -> Submission | None:
    """The latest submission, or the revision named, with its body."""
    query = select(Submission).where(Submission.assessment_id == assessment.id)
    if revision is not None:
        query = query.where(Submission.revision == revision)
    query = query.order_by(Submission.revision.desc()).limit(1)
    return db.session.scalars(query.options(undefer(Submission.body))).one_or_none()


def _bundle_of(assessment: Assessment, submission: Submission) -> Bundle:
    country, year = assessment.country_code, assessment.cycle.year
    pinned = Pinned(submission.body, submission.sha256)
    try:
        raw = write_bundle(pinned, _framework_of(assessment.cycle), _wordings_of(submission))
    except (ValueError, LookupError, TypeError, AttributeError) as fault:  # whatever was made of it
        raise SubmissionDamaged(f"{country} {year}, revision {submission.revision}") from fault
    return Bundle(country, year, submission.revision, submission.sha256, raw)


def _framework_of(cycle: Cycle) -> Pinned:
    query = select(FrameworkVersion).where(FrameworkVersion.id == cycle.framework_version_id)
    version = db.session.scalars(query.options(undefer(FrameworkVersion.body))).one()
    return Pinned(version.body, version.sha256)


def _wordings_of(submission: Submission) -> dict[str, Pinned]:
    """The wordings that the submission names, by locale."""
    hashes = json.loads(submission.body)["wordings"].values()
    query = select(Wording).where(Wording.sha256.in_([str(one) for one in hashes]))
    found = db.session.scalars(query.options(undefer(Wording.body)))
    return {wording.locale: Pinned(wording.body, wording.sha256) for wording in found}


def _say_which(country: str, year: int) -> str:
    """What there is in place of a country or a cycle that there is not."""
    years = sorted(db.session.scalars(select(Cycle.year)))
    if year not in years:
        there_are = ", ".join(map(str, years)) or "none"
        return f"There is no cycle of {year}; there are: {there_are}."
    query = select(Assessment.country_code).join(Assessment.cycle).where(Cycle.year == year)
    countries = ", ".join(sorted(db.session.scalars(query)))
    return f"{shown(country)} takes no part in the cycle of {year}; these do: {countries}."
