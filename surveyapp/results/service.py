"""What may be seen of a cycle: the one query for published data, and one country's result for one person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload, selectinload, undefer

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, Relation, allows, relations
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.frozen import frozen_answers, frozen_scores, to_scoring
from surveyapp.assessments.models import Assessment, AssessmentState, Cycle, Submission
from surveyapp.assessments.service import WRITABLE, find_delegated, get_cycle, list_answers
from surveyapp.database import db
from surveyapp.framework.model import Framework, Question
from surveyapp.refusals import NotFound
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.countries import COUNTRY_CODES
from surveyapp.scoring.method1 import Scores
from surveyapp.scoring.methods import current_method


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
    later = aliased(Submission)
    latest = select(func.max(later.revision)).where(later.assessment_id == Submission.assessment_id)
    return select(Submission).where(Submission.revision == latest.scalar_subquery())


def list_published(cycle: Cycle) -> list[CountryScores]:
    """The published scores of a cycle, countries by code; one query, however many there are."""
    query = (
        published()
        .where(Assessment.cycle_id == cycle.id)
        .options(contains_eager(Submission.assessment))
        .order_by(Assessment.country_code)
    )
    return [
        CountryScores(submission.assessment.country_code, submission, frozen_scores(submission))
        for submission in db.session.scalars(query)
    ]


def get_published(cycle: Cycle, country: str) -> Submission:
    """One country's published submission with its body.

    :raises NotFound: nothing of that country is published in that cycle.
    """
    require_country(country)
    query = published().where(Assessment.cycle_id == cycle.id, Assessment.country_code == country)
    submission = db.session.scalar(query.options(undefer(Submission.body)))
    if submission is None:
        raise NotFound
    return submission


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
    return [(cycle, countries) for cycle, countries in list_published_cycles() if cycle.closes_on < on]


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


def get_result(year: int, country: str, *, by: User | None, objective: str | None = None) -> CountryResult:
    """One country's scores in one cycle, as `by` (None: a visitor) may see them.

    `objective` is the one at hand: what was delegated to a contributor is shown whole to them.

    :raises NotFound: there is none, or this person may not know of it.
    """
    cycle = get_cycle(year)
    assessment = _get_assessment(cycle, country)
    framework = get_framework(cycle.framework_version)
    is_delegated = by is not None and objective in find_delegated(assessment, by)
    held = relations(by, country, is_delegated=is_delegated)
    views = {
        "sees_all": allows(Action.VIEW_COMMENTS, held, assessment.state),
        "opens_assessment": allows(Action.SEE_OVERVIEW, held, assessment.state),
    }
    standing = find_standing(assessment, held)
    if standing is None:
        raise NotFound
    if standing is Standing.DRAFT:
        answers = to_scoring(list_answers(assessment), framework)
        scores = current_method().score(framework, answers)
        return CountryResult(cycle, country, framework, Standing.DRAFT, None, scores, answers, **views)
    submission = _get_submission(assessment)
    return CountryResult(
        cycle=cycle,
        country=country,
        framework=framework,
        standing=standing,
        submission=submission,
        scores=frozen_scores(submission),
        answers=frozen_answers(submission, framework),
        **views,
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
    assessment = db.session.scalar(query)
    if assessment is None:
        raise NotFound
    return assessment


def _get_submission(assessment: Assessment) -> Submission:
    query = (
        select(Submission)
        .where(Submission.assessment_id == assessment.id)
        .order_by(Submission.revision.desc())
        .options(undefer(Submission.body))
    )
    submission = db.session.scalars(query.limit(1)).one_or_none()
    if submission is None:
        raise NotFound
    return submission


def hidden_dimensions(framework: Framework, objective_id: str) -> frozenset[str]:
    """The dimensions of an objective that hold a sensitive question: the public sees their score and no
    single answer, since one could subtract.
    """
    found = framework.find_objective(objective_id)
    questions: Sequence[Question] = found[1].questions if found else ()
    return frozenset(
        framework.dimension_of(question.kind).id
        for question in questions
        if question.is_sensitive or framework.questions[question.answer_id].is_sensitive
    )


def list_hidden(framework: Framework) -> frozenset[tuple[str, str]]:
    """All hidden dimensions of a framework, each by the ids of its objective and itself."""
    return frozenset(
        (objective.id, dimension_id)
        for objective in framework.objectives
        for dimension_id in hidden_dimensions(framework, objective.id)
    )
