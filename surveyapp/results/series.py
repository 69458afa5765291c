"""One country over the years: which scores a person may see, where they break off, what can be compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload, undefer

from surveyapp.accounts.models import User
from surveyapp.accounts.permissions import Action, Relation, allows, relations
from surveyapp.assessments.frameworks import get_framework
from surveyapp.assessments.frozen import frozen_answers, frozen_scores, to_scoring
from surveyapp.assessments.models import Assessment, Cycle, Submission
from surveyapp.assessments.service import list_answers
from surveyapp.database import db
from surveyapp.framework.model import Framework
from surveyapp.refusals import NotFound
from surveyapp.results.service import (
    CountryResult,
    Seen,
    Standing,
    find_standing,
    hidden_dimensions,
    latest_submissions,
    published,
    require_country,
)
from surveyapp.results.withheld import find_withheld, withhold, withhold_changes
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.like_for_like import Change, LikeForLike, Year, like_for_like
from surveyapp.scoring.method1 import Scores
from surveyapp.scoring.methods import current_method


class Break(StrEnum):
    """What makes the scores of two years different things."""

    VERSION = "version"  # of the framework
    FRAMEWORK = "framework"  # another one altogether
    METHOD = "method"  # of scoring


@dataclass(frozen=True, slots=True)
class CountryYear:
    """One country's scores in one cycle, as one person may see them; `answers` are read when they are needed.

    With `sees_all` the sensitive answers are for this person too; else with `shows_sensitive`, where the
    country lets them be seen. The scores of what is `withheld` are blank.
    """

    cycle: Cycle
    framework: Framework
    standing: Standing
    submission: Submission | None  # None: a draft
    scores: Scores
    answers: Answers | None
    sees_all: bool
    withheld: frozenset[str] = frozenset()
    shows_sensitive: bool = False

    @property
    def year(self) -> int:
        return self.cycle.year

    @property
    def method(self) -> str:
        return self.submission.method if self.submission else current_method().version


@dataclass(frozen=True, slots=True)
class Step:
    """From one year to the next that is there.

    `compared` is the change on the questions that both have, None where the version is the same (the
    scores themselves can be compared) and where nothing can.
    """

    earlier: CountryYear
    later: CountryYear
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


def list_country_years(country: str, *, by: User | None) -> list[CountryYear]:
    """The cycles of a country whose scores `by` (None: a visitor) may see, oldest first.

    :raises NotFound: there are none, or this person may not know of them.
    """
    require_country(country)
    held = relations(by, country)
    standings = {a: find_standing(a, held) for a in _list_assessments(country)}
    frozen = [a.id for a, standing in standings.items() if standing not in (None, Standing.DRAFT)]
    query = latest_submissions().where(Submission.assessment_id.in_(frozen))
    submissions = {s.assessment_id: s for s in db.session.scalars(query)}
    years = []
    for assessment, standing in standings.items():
        submission = submissions.get(assessment.id)
        if standing is Standing.DRAFT or (standing is not None and submission is not None):
            years.append(_country_year(assessment, standing, submission, held))
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


def _country_year(
    assessment: Assessment, standing: Standing, submission: Submission | None, held: Collection[Relation]
) -> CountryYear:
    """As somebody of those relations may see it; `assessment.consents` must be loaded."""
    framework = get_framework(assessment.cycle.framework_version)
    sees_all = allows(Action.VIEW_COMMENTS, held, assessment.state)
    if submission is None:
        answers = to_scoring(list_answers(assessment), framework)
        scores = current_method().score(framework, answers)
        return CountryYear(assessment.cycle, framework, standing, None, scores, answers, sees_all)
    withheld = frozenset[str]() if sees_all else find_withheld(assessment, held)
    return CountryYear(
        cycle=assessment.cycle,
        framework=framework,
        standing=standing,
        submission=submission,
        scores=withhold(frozen_scores(submission), withheld),
        answers=None,
        sees_all=sees_all,
        withheld=withheld,
        shows_sensitive=assessment.shows_sensitive,
    )


def list_steps(years: Sequence[CountryYear]) -> list[Step]:
    """From each year to the next, oldest first."""
    pairs = list(pairwise(years))
    needed = {y.year: y for pair in pairs if _find_breaks(*pair) == (Break.VERSION,) for y in pair}
    read = _read_answers(needed.values())
    return [_make_step(read.get(a.year, a), read.get(b.year, b)) for a, b in pairs]


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
            to_cycle.joinedload(Cycle.framework_version), to_assessment.selectinload(Assessment.consents)
        )
        .where(Assessment.country_code == result.country, Cycle.year < result.cycle.year)
        .order_by(Cycle.year.desc())
    )
    submission = db.session.scalars(query.limit(1)).one_or_none()
    if submission is None:
        return None
    held = relations(None if result.is_preview else by, result.country)
    before = _country_year(submission.assessment, Standing.PUBLISHED, submission, held)
    now = CountryYear(
        cycle=result.cycle,
        framework=result.framework,
        standing=result.standing,
        submission=result.submission,
        scores=result.scores,
        answers=result.answers,
        sees_all=result.sees_all,
        withheld=result.withheld,
        shows_sensitive=result.shows_sensitive,
    )
    return list_steps([before, now])[0]


def _find_breaks(earlier: CountryYear, later: CountryYear) -> tuple[Break, ...]:
    found = []
    if earlier.framework.id != later.framework.id:
        found.append(Break.FRAMEWORK)
    elif earlier.cycle.framework_version.sha256 != later.cycle.framework_version.sha256:
        found.append(Break.VERSION)
    if earlier.method != later.method:
        found.append(Break.METHOD)
    return tuple(found)


def _read_answers(years: Collection[CountryYear]) -> dict[int, CountryYear]:
    """The same years with their answers, by year; one query for all that are frozen."""
    unread = [y.submission.id for y in years if y.submission and y.answers is None]
    if unread:
        query = select(Submission).where(Submission.id.in_(unread)).options(undefer(Submission.body))
        db.session.scalars(query).all()  # fills the bodies of the objects at hand
    return {
        y.year: replace(y, answers=frozen_answers(y.submission, y.framework))
        if y.submission and y.answers is None
        else y
        for y in years
    }


def _make_step(earlier: CountryYear, later: CountryYear) -> Step:
    breaks = _find_breaks(earlier, later)
    if breaks != (Break.VERSION,):
        return Step(earlier, later, breaks, None)
    compared = like_for_like(_side(earlier), _side(later))
    return Step(earlier, later, breaks, withhold_changes(compared, earlier.withheld | later.withheld))


def _side(year: CountryYear) -> Year:
    if year.answers is None:
        raise AssertionError("the answers on both sides of a break must have been read")
    return Year(year.framework, year.answers, frozenset() if year.sees_all else hidden_questions(year))


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
