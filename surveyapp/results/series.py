"""One country over the years: which scores a person may see, where they break off, what can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload, undefer

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import relations
from surveyapp.assessments.models import Assessment, Cycle, Submission
from surveyapp.database import db
from surveyapp.refusals import NotFound
from surveyapp.results.service import (
    CountryResult,
    Seen,
    Standing,
    find_standing,
    hidden_dimensions,
    latest_submissions,
    make_result,
    published,
    require_country,
)
from surveyapp.results.withheld import withhold_changes
from surveyapp.scoring.like_for_like import Change, LikeForLike, Year, like_for_like


class Break(StrEnum):
    """What makes the scores of two years different things."""

    VERSION = "version"  # of the framework
    FRAMEWORK = "framework"  # another one altogether
    METHOD = "method"  # of scoring


@dataclass(frozen=True, slots=True)
class Step:
    """From one year to the next that is there.

    `compared` is the change on the questions that both have, None where the version is the same (the
    scores themselves can be compared) and where nothing can.
    """

    earlier: CountryResult
    later: CountryResult
    breaks: tuple[Break, ...]
    compared: LikeForLike | None

    @property
    def withheld(self) -> frozenset[str]:
        """The objectives whose change would tell what one of the years does not show."""
        return self.earlier.withheld | self.later.withheld

    def find_change(self, objective_id: str) -> Fraction | None:
        """The change of an objective's declared score in points, None where none can be given."""
        if self.compared is not None:
            compared = self.find_compared(objective_id)
            return compared.change if compared else None
        if self.breaks:
            return None
        found = (year.scores.find_objective(objective_id) for year in (self.earlier, self.later))
        before, after = (one.score.value if one else None for one in found)
        return None if before is None or after is None else after - before

    def find_compared(self, objective_id: str) -> Change | None:
        """An objective's change on shared questions."""
        found = self.compared.find_objective(objective_id) if self.compared else None
        return found.whole if found else None


def list_country_years(country: str, *, by: User | None) -> list[CountryResult]:
    """The cycles of a country whose scores `by` (None: a visitor) may see, oldest first.

    :raises NotFound: there are none, or this person may not know of them.
    """
    require_country(country)
    held = relations(by, country)
    standings = {a: find_standing(a, held) for a in _list_assessments(country)}
    frozen = [a.id for a, standing in standings.items() if standing not in (None, Standing.DRAFT)]
    query = latest_submissions().where(Submission.assessment_id.in_(frozen))
    submissions = {s.assessment_id: s for s in db.session.scalars(query.options(undefer(Submission.body)))}
    years = []
    for assessment, standing in standings.items():
        submission = submissions.get(assessment.id)
        if standing is Standing.DRAFT or (standing is not None and submission is not None):
            years.append(make_result(assessment.cycle, assessment, submission, standing, held))
    if not years:
        raise NotFound
    return years


def _list_assessments(country: str) -> Iterable[Assessment]:
    to_cycle = contains_eager(Assessment.cycle)
    query = (
        select(Assessment)
        .join(Assessment.cycle)
        .where(Assessment.country_code == country)
        .options(
            to_cycle.joinedload(Cycle.framework_version),
            to_cycle.selectinload(Cycle.wordings),
            selectinload(Assessment.consents),
        )
        .order_by(Cycle.year)
    )
    return db.session.scalars(query)


def list_steps(years: Sequence[CountryResult]) -> list[Step]:
    """From each year to the next, oldest first."""
    return [_make_step(*pair) for pair in pairwise(years)]


def find_step_before(result: CountryResult, *, by: User | None) -> Step | None:
    """From the country's last published year before this result to the result; None where it is the first.

    `by` is who the result was made for.
    """
    to_assessment = contains_eager(Submission.assessment)
    to_cycle = to_assessment.contains_eager(Assessment.cycle)
    query = (
        published()
        .join(Assessment.cycle)
        .options(
            undefer(Submission.body),
            to_cycle.joinedload(Cycle.framework_version),
            to_assessment.selectinload(Assessment.consents),
        )
        .where(Assessment.country_code == result.country, Cycle.year < result.cycle.year)
        .order_by(Cycle.year.desc())
    )
    submission = db.session.scalars(query.limit(1)).one_or_none()
    if submission is None:
        return None
    held = relations(None if result.is_preview else by, result.country)
    assessment = submission.assessment
    before = make_result(assessment.cycle, assessment, submission, Standing.PUBLISHED, held)
    return _make_step(before, result)


def _find_breaks(earlier: CountryResult, later: CountryResult) -> tuple[Break, ...]:
    found = []
    if earlier.framework.id != later.framework.id:
        found.append(Break.FRAMEWORK)
    elif earlier.cycle.framework_version.sha256 != later.cycle.framework_version.sha256:
        found.append(Break.VERSION)
    if earlier.method != later.method:
        found.append(Break.METHOD)
    return tuple(found)


def _make_step(earlier: CountryResult, later: CountryResult) -> Step:
    breaks = _find_breaks(earlier, later)
    compared = compare_shared(earlier, later) if breaks == (Break.VERSION,) else None
    return Step(earlier, later, breaks, compared)


def compare_shared(earlier: CountryResult, later: CountryResult) -> LikeForLike:
    """The change on the questions that two versions have, without what one of the years does not show."""
    compared = like_for_like(side_of(earlier), side_of(later))
    return withhold_changes(compared, earlier.withheld | later.withheld)


def side_of(result: CountryResult) -> Year:
    """A result as one side of a comparison on shared questions."""
    hidden = frozenset[str]() if result.sees_all else hidden_questions(result)
    return Year(result.framework, result.answers, hidden)


def hidden_questions(seen: Seen) -> frozenset[str]:
    """The questions of all dimensions that show the public their score and no single answer."""
    framework = seen.framework
    return frozenset(
        question.id
        for objective, sheet in framework.pairs()
        for hidden in [hidden_dimensions(seen, objective.id)]
        for question in sheet.questions
        if framework.dimension_of(question.kind).id in hidden
    )
