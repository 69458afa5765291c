"""What may be seen of a cycle: the one query for published data, and one country's result for one person."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload, undefer

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, Relation, allows, relations
from surveyapp.assessments.access import WRITABLE, find_delegated
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.frozen import frozen_answers, frozen_scores, to_scoring
from surveyapp.assessments.models import Assessment, AssessmentState, Cycle, Submission
from surveyapp.assessments.service import get_cycle, list_answers
from surveyapp.assessments.submission import find_submission, latest_revision
from surveyapp.database import db
from surveyapp.framework.model import Framework, Question
from surveyapp.refusals import NotFound
from surveyapp.results.withheld import (
    asked_in,
    find_withheld,
    withhold,
    withhold_document,
    without_answers,
)
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.countries import COUNTRY_CODES
from surveyapp.scoring.method1 import Scores
from surveyapp.scoring.methods import current_method
from surveyapp.web.time_zones import day_in


class Standing(StrEnum):
    """Which of a country's numbers a page shows."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"  # submitted, seen by the country and those who review
    DRAFT = "draft"  # scored live, seen by the country alone


@dataclass(frozen=True, slots=True)
class CountryScores:
    """One country's frozen scores, with the submission that they come from."""

    country: str
    submission: Submission
    scores: Scores


@dataclass(frozen=True, slots=True)
class CountryResult:
    """One country's scores in one cycle, as one person may see them.

    `answers` are those that the scores come from. With `sees_all` the sensitive ones, comments and
    reasons are for this person too; with `opens_assessment` the questionnaires themselves.
    """

    cycle: Cycle
    country: str
    framework: Framework
    standing: Standing
    submission: Submission | None  # None: a draft
    scores: Scores
    answers: Answers
    sees_all: bool
    opens_assessment: bool
    withheld: frozenset[str] = frozenset()  # objectives that this person may not see
    shows_sensitive: bool = False  # the country lets sensitive answers be seen
    statement: str = ""  # the country's own words
    is_preview: bool = False  # shown to somebody of the country or of the region as everybody will see it
    submitted_on: date | None = None  # the day by the country's own clock, where one result is asked for

    @property
    def year(self) -> int:
        return self.cycle.year

    @property
    def method(self) -> str:
        """The version that the scores were made by."""
        return self.submission.method if self.submission else current_method().version


def published() -> Select[Submission]:
    """The latest submission of each published assessment: all that the public ever reads."""
    return (
        latest_submissions().join(Submission.assessment).where(Assessment.state == AssessmentState.PUBLISHED)
    )


def latest_submissions() -> Select[Submission]:
    """The latest submission of each assessment."""
    return select(Submission).where(Submission.revision == latest_revision(Submission.assessment_id))


def list_published(cycle: Cycle, *, by: User | None = None) -> list[CountryScores]:
    """The published scores of a cycle as `by` (None: a visitor) may see them, countries by code; two
    queries, however many there are.
    """
    query = (
        published()
        .where(Assessment.cycle_id == cycle.id)
        .options(contains_eager(Submission.assessment).selectinload(Assessment.consents))
        .order_by(Assessment.country_code)
    )
    return [
        CountryScores(submission.assessment.country_code, submission, _shown_scores(submission, by))
        for submission in db.session.scalars(query)
    ]


def list_published_results(cycle: Cycle, *, by: User | None = None) -> list[CountryResult]:
    """The same with the answers that the scores come from, as far as `by` may know them: for draws."""
    query = (
        published()
        .where(Assessment.cycle_id == cycle.id)
        .options(
            contains_eager(Submission.assessment).selectinload(Assessment.consents),
            undefer(Submission.body),
        )
        .order_by(Assessment.country_code)
    )
    return [
        make_result(
            cycle,
            submission.assessment,
            submission,
            Standing.PUBLISHED,
            relations(by, submission.assessment.country_code),
        )
        for submission in db.session.scalars(query)
    ]


def _shown_scores(submission: Submission, by: User | None) -> Scores:
    """A published submission's scores, without what its country does not let this person see."""
    assessment = submission.assessment
    held = relations(by, assessment.country_code)
    return withhold(frozen_scores(submission), find_withheld(assessment, held))


def get_published_scores(cycle: Cycle, country: str) -> dict[str, Any]:
    """One country's published scores as Scores JSON, as a visitor may see them.

    :raises NotFound: nothing of that country is published in that cycle.
    """
    require_country(country)
    query = published().where(Assessment.cycle_id == cycle.id, Assessment.country_code == country)
    to_consents = contains_eager(Submission.assessment).selectinload(Assessment.consents)
    submission = db.session.scalar(query.options(undefer(Submission.body), to_consents))
    if submission is None:
        raise NotFound
    withheld = find_withheld(submission.assessment, relations(None, country))
    return withhold_document(json.loads(submission.body)["scores"], withheld)


def list_published_cycles() -> list[tuple[Cycle, list[str]]]:
    """The cycles with something published, newest first, each with its published countries by code."""
    to_cycle = contains_eager(Submission.assessment).contains_eager(Assessment.cycle)
    query = (
        published()
        .join(Assessment.cycle)
        .options(to_cycle.joinedload(Cycle.framework_version), defer(Submission.scores))
        .order_by(Cycle.year.desc(), Assessment.country_code)
    )
    found: dict[int, tuple[Cycle, list[str]]] = {}
    for submission in db.session.scalars(query):
        assessment = submission.assessment
        found.setdefault(assessment.cycle_id, (assessment.cycle, []))[1].append(assessment.country_code)
    return list(found.values())


def list_closed_cycles(on: date) -> list[tuple[Cycle, list[str]]]:
    """As `list_published_cycles`, without the cycles that have not closed before `on`."""
    return [
        (cycle, countries)
        for cycle, countries in list_published_cycles()
        if cycle.closed_at or cycle.closes_on < on
    ]


def list_years() -> list[int]:
    """The years that have something published, newest first."""
    query = published().join(Assessment.cycle).with_only_columns(Cycle.year).distinct()
    return sorted(db.session.scalars(query), reverse=True)


def list_participants(cycle: Cycle) -> list[str]:
    """The countries that take part in a cycle, by code."""
    query = select(Assessment.country_code).where(Assessment.cycle_id == cycle.id)
    return sorted(db.session.scalars(query))


def find_newest_cycle() -> Cycle | None:
    """The cycle of the latest year, with its framework version and wordings."""
    query = (
        select(Cycle)
        .order_by(Cycle.year.desc())
        .options(joinedload(Cycle.framework_version), selectinload(Cycle.wordings))
    )
    return db.session.scalars(query.limit(1)).one_or_none()


def get_result(
    year: int,
    country: str,
    *,
    by: User | None,
    objective: str | None = None,
    as_public: bool = False,
    is_frozen: bool = False,
) -> CountryResult:
    """One country's scores in one cycle, as `by` (None: a visitor) may see them.

    `objective` is the one at hand: what was delegated to a contributor is shown whole to them. With
    `as_public` what was submitted is shown as everybody will see it once it is published; with `is_frozen`
    what was submitted, also to those who mend it now.

    :raises NotFound: there is none, or this person may not know of it.
    """
    cycle = get_cycle(year)
    assessment = _get_assessment(cycle, country)
    is_delegated = by is not None and objective in find_delegated(assessment, by)
    held = relations(by, country, is_delegated=is_delegated)
    standing = find_standing(assessment, held)
    if standing is None:
        raise NotFound
    if standing is Standing.DRAFT and (as_public or is_frozen):
        standing = Standing.UNPUBLISHED  # what is shown is the submission, not what is being mended
    submission = None if standing is Standing.DRAFT else _get_submission(assessment)
    result = make_result(cycle, assessment, submission, standing, held, as_public=as_public)
    if submission is None:
        return result
    return replace(result, submitted_on=day_in(assessment.zone, submission.submitted_at))


def make_result(
    cycle: Cycle,
    assessment: Assessment,
    submission: Submission | None,
    standing: Standing,
    held: Collection[Relation],
    *,
    as_public: bool = False,
) -> CountryResult:
    """An assessment's scores as somebody with these relations may see them; without a submission its draft's.

    `assessment.consents`, the submission's body and the cycle's framework version must be loaded.
    """
    framework = get_framework(cycle.framework_version)
    sees_all = allows(Action.VIEW_COMMENTS, held, assessment.state) and not as_public
    withheld = frozenset[str]()
    if submission is None:
        answers = to_scoring(list_answers(assessment), framework)
        scores = current_method().score(framework, answers)
    else:
        if not sees_all:
            withheld = find_withheld(assessment, relations(None) if as_public else held)
        answers = without_answers(frozen_answers(submission, framework), framework, withheld)
        scores = withhold(frozen_scores(submission), withheld)
    return CountryResult(
        cycle=cycle,
        country=assessment.country_code,
        framework=framework,
        standing=standing,
        submission=submission,
        scores=scores,
        answers=answers,
        sees_all=sees_all,
        opens_assessment=allows(Action.SEE_OVERVIEW, held, assessment.state) and not as_public,
        withheld=withheld,
        shows_sensitive=submission is not None and assessment.shows_sensitive,
        statement="" if submission is None else assessment.statement or "",
        is_preview=as_public,
    )


def find_standing(assessment: Assessment, held: Collection[Relation]) -> Standing | None:
    """Which of the numbers somebody with these relations sees; None: they may not know of any."""
    if not _may_open(assessment.state, held):
        return None
    if assessment.state is AssessmentState.PUBLISHED:
        return Standing.PUBLISHED
    writes = not {Relation.FOCAL_OWN, Relation.CONTRIBUTOR_DELEGATED}.isdisjoint(held)
    return Standing.DRAFT if writes and assessment.state in WRITABLE else Standing.UNPUBLISHED


def list_open_to(by: User | None) -> list[tuple[int, str]]:
    """The year and country of each result that `by` (None: a visitor) may open, newest year first."""
    query = (
        select(Cycle.year, Assessment.country_code, Assessment.state)
        .join(Assessment.cycle)
        .order_by(Cycle.year.desc(), Assessment.country_code)
    )
    return [
        (year, country)
        for year, country, state in db.session.execute(query)
        if _may_open(state, relations(by, country))
    ]


def _may_open(state: AssessmentState, held: Collection[Relation]) -> bool:
    """Whether somebody of those relations may see the scores of an assessment in that state."""
    return state is AssessmentState.PUBLISHED or allows(Action.VIEW_UNPUBLISHED_RESULTS, held, state)


def require_country(code: str) -> None:
    """Keep text that no country has as its code away from the database.

    :raises NotFound: no country has that code.
    """
    if code not in COUNTRY_CODES:
        raise NotFound


def _get_assessment(cycle: Cycle, country: str) -> Assessment:
    require_country(country)
    query = select(Assessment).where(Assessment.cycle_id == cycle.id, Assessment.country_code == country)
    options = (selectinload(Assessment.consents), joinedload(Assessment.country))
    assessment = db.session.scalar(query.options(*options))
    if assessment is None:
        raise NotFound
    return assessment


def _get_submission(assessment: Assessment) -> Submission:
    submission = find_submission(assessment, with_body=True)
    if submission is None:
        raise NotFound
    return submission


class Seen(Protocol):
    """Somebody's view of one country's year."""

    @property
    def framework(self) -> Framework: ...

    @property
    def withheld(self) -> frozenset[str]: ...

    @property
    def shows_sensitive(self) -> bool: ...


def hidden_dimensions(seen: Seen, objective_id: str) -> frozenset[str]:
    """The dimensions of an objective that hold a sensitive question, or one that is asked in an objective
    that is withheld: the public sees their score and no single answer, since one could subtract.

    What is sensitive is seen with the country's consent.
    """
    framework = seen.framework
    withheld = asked_in(framework, seen.withheld)
    found = framework.find_objective(objective_id)
    questions: Sequence[Question] = found[1].questions if found else ()
    return frozenset(
        framework.dimension_of(question.kind).id
        for question in questions
        if question.answer_id in withheld or (not seen.shows_sensitive and is_sensitive(framework, question))
    )


def list_hidden(seen: Seen) -> frozenset[tuple[str, str]]:
    """All hidden dimensions, each by the ids of its objective and itself."""
    return frozenset(
        (objective.id, dimension_id)
        for objective in seen.framework.objectives
        for dimension_id in hidden_dimensions(seen, objective.id)
    )


def is_sensitive(framework: Framework, question: Question) -> bool:
    """Whether the question, or the one that it repeats, is sensitive."""
    return question.is_sensitive or framework.questions[question.answer_id].is_sensitive
