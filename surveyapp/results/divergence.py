"""The map of divergence: what NGOs see of a country beside what its government declares; never a mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from surveyapp.accounts.models import User
from surveyapp.assessments.frozen import frozen_answers, frozen_scores
from surveyapp.assessments.parallel_models import ParallelSubmission
from surveyapp.assessments.parallel_shown import is_own, is_public, list_shown
from surveyapp.framework.model import Objective, Question
from surveyapp.language.content import Content, QuestionText, Text
from surveyapp.refusals import NotFound
from surveyapp.results.cells import Cell, cell_of
from surveyapp.results.service import CountryResult, get_result, hidden_dimensions
from surveyapp.results.withheld import is_withheld
from surveyapp.scoring.answers import Answer, Answers, AnswerState, Evidence, MeasuredValue
from surveyapp.scoring.method1 import Score, Scores
from surveyapp.web.numbers import half_up
from surveyapp.web.time_zones import day_in

SHADES = (5, 15, 30)  # points from which a difference has another shade; below the first it is none


class Grasp(StrEnum):
    """What an NGO's score of one objective can say."""

    SCORE = "score"
    LOW_COVERAGE = "low-coverage"  # a value, and too little answered for a level
    UNKNOWN = "unknown"  # it says that it cannot say
    NOT_APPLICABLE = "not-applicable"
    NOT_ANSWERED = "not-asked"


@dataclass(frozen=True, slots=True)
class Column:
    """One NGO's view, as it was frozen."""

    submission: ParallelSubmission
    scores: Scores
    answers: Answers
    is_own: bool  # of whoever reads
    is_public: bool

    @property
    def organisation(self) -> str:
        return self.submission.view.organisation

    @property
    def awaits_decision(self) -> bool:
        """Whether it is for the regional body to say if everybody sees it."""
        return self.submission.view.awaits_decision

    @property
    def handed_in_on(self) -> date:
        """The day by the country's own clock."""
        return day_in(self.submission.view.zone, self.submission.handed_in_at)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one NGO sees of one objective; `difference` is its score less the government's, in points, None
    where one of them has none or the reader may not see the government's. It counts where both know enough
    for a level.
    """

    grasp: Grasp
    score: Score
    difference: Fraction | None
    counts: bool

    @property
    def points(self) -> int:
        """The difference as it is shown, without its sign; half a point is a whole one, lower and higher."""
        return int(half_up(abs(self.difference or Fraction(0))))

    @property
    def rounded(self) -> Fraction:
        """The difference as it is shown."""
        return Fraction(-self.points if (self.difference or 0) < 0 else self.points)

    @property
    def shade(self) -> str:
        """The class of its colour: `lower-3` the darkest below, `alike`, `higher-3`."""
        steps = sum(self.points >= limit for limit in SHADES)
        return f"{'lower' if (self.difference or 0) < 0 else 'higher'}-{steps}" if steps else "alike"


@dataclass(frozen=True, slots=True)
class Row:
    """One objective: the government's score, and each NGO's."""

    id: str
    number: int
    title: Text
    government: Cell
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One side's answer to a question; all but the level stays empty for who may not read it.

    `steps` is how many levels it is above the government's; None for the government's own, or where one of
    the two is no level.
    """

    state: AnswerState
    level: str | None
    reason: str = ""
    comment: str = ""
    figure: MeasuredValue | None = None
    documents: tuple[Evidence, ...] = ()
    steps: int | None = None

    def says_same_as(self, other: Said) -> bool:
        return (self.state, self.level) == (other.state, other.level)


@dataclass(frozen=True, slots=True)
class Contrast:
    """A question that the government and at least one NGO answer differently. `said` is by column, None
    where the NGO has no answer or says that it cannot say. `size` is the largest difference in points, 0
    where one side says that the question does not apply, or where it is never scored.
    """

    question: Question
    text: QuestionText
    government: Said
    said: tuple[Said | None, ...]
    size: Fraction


@dataclass(frozen=True, slots=True)
class Divergence:
    """All of the page; `contrasts` by objective, the largest first. `shared` is by column, how many questions
    both sides answer, of those whose answers this reader sees.
    """

    result: CountryResult
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    contrasts: Mapping[str, tuple[Contrast, ...]]
    shared: tuple[int, ...]
    may_decide: bool
    hides_answers: bool  # some single answers are not for this reader


def has_views(year: int, country: str, *, by: User | None) -> bool:
    """Whether `by` (None: a visitor) may open the map of divergence."""
    return bool(list_shown(year, country, by=by).submissions)


def get_views(year: int, country: str, *, by: User | None) -> tuple[CountryResult, tuple[Column, ...], bool]:
    """What the government submitted, the views beside it that `by` may see, and whether they may decide on
    those. Drafts are never compared.

    :raises NotFound: nothing was submitted, or there is no view that this person may see.
    """
    shown = list_shown(year, country, by=by, with_bodies=True)
    if not shown.submissions:
        raise NotFound
    result = get_result(year, country, by=by, is_frozen=True)
    columns = tuple(
        Column(
            submission,
            frozen_scores(submission),
            frozen_answers(submission, result.framework),
            is_own(submission.view, by),
            is_public(submission.view),
        )
        for submission in shown.submissions
    )
    return result, columns, shown.may_decide


def make_divergence(
    result: CountryResult, columns: tuple[Column, ...], content: Content, *, may_decide: bool = False
) -> Divergence:
    """The comparison for the person that `get_views` was asked for."""
    pairs = list(result.framework.pairs())
    rows = tuple(
        Row(
            objective.id,
            objective.number,
            content.title(sheet),
            cell_of(result.framework, score := _find(result.scores, objective.id)),
            tuple(opinion_of(score, _find(column.scores, objective.id)) for column in columns),
        )
        for objective, sheet in pairs
    )
    seen = {objective.id: _list_seen(result, objective) for objective, _ in pairs}
    contrasts = {
        objective_id: tuple(_list_contrasts(result, columns, content, questions))
        for objective_id, questions in seen.items()
    }
    everything = [question for questions in seen.values() for question in questions]
    shared = tuple(_count_shared(result, column, everything) for column in columns)
    hides = not result.sees_all and any(list_hidden(result, objective.id) for objective, _ in pairs)
    return Divergence(result, columns, rows, contrasts, shared, may_decide, hides)


def _find(scores: Scores, objective_id: str) -> Score:
    return scores.get_objective(objective_id).score


def opinion_of(government: Score, score: Score) -> Opinion:
    """What an NGO's score says beside the government's of the same objective."""
    known = government.value is not None and score.value is not None and not is_withheld(government)
    difference = score.value - government.value if known else None  # type: ignore[operator]
    counts = known and government.level is not None and score.level is not None
    return Opinion(_grasp(score), score, difference, counts)


def _grasp(score: Score) -> Grasp:
    if not score.answered:
        return Grasp.NOT_ANSWERED
    if score.low is None:
        return Grasp.NOT_APPLICABLE
    if score.value is None:
        return Grasp.UNKNOWN
    return Grasp.LOW_COVERAGE if score.level is None else Grasp.SCORE


def list_hidden(result: CountryResult, objective_id: str) -> frozenset[str]:
    """The dimensions of an objective of which this person sees no single answer, of neither side.

    A sensitive answer of an NGO stays hidden where the government's consent lifts its own: the consent is
    about other words.
    """
    if result.sees_all:
        return frozenset()
    return hidden_dimensions(replace(result, shows_sensitive=False), objective_id)


def _list_seen(result: CountryResult, objective: Objective) -> list[Question]:
    """The questions asked in one objective whose single answers this person sees."""
    if objective.id in result.withheld:
        return []
    framework, hidden = result.framework, list_hidden(result, objective.id)
    found = framework.find_objective(objective.id)
    assert found is not None  # it is the framework's own
    return [
        question
        for question in found[1].questions
        if question.same_as is None and framework.dimension_of(question.kind).id not in hidden
    ]


def _count_shared(result: CountryResult, column: Column, questions: Sequence[Question]) -> int:
    return sum(
        has_view(result.answers.get(question.id, Answer()))
        and has_view(column.answers.get(question.id, Answer()))
        for question in questions
    )


def _list_contrasts(
    result: CountryResult, columns: tuple[Column, ...], content: Content, questions: Sequence[Question]
) -> list[Contrast]:
    """Those of the questions whose answers differ, the largest difference first."""
    found = (_contrast(result, columns, content, question) for question in questions)
    return sorted((one for one in found if one), key=lambda one: -one.size)


def _contrast(
    result: CountryResult, columns: tuple[Column, ...], content: Content, question: Question
) -> Contrast | None:
    """None: nobody sees it otherwise than the government, or the government has no view."""
    answer = result.answers.get(question.id, Answer())
    answers = [column.answers.get(question.id, Answer()) for column in columns]
    if not any(differ(answer, other) for other in answers):
        return None
    said = tuple(
        _said(question, other, answer, is_whole=result.sees_all or column.is_own) if has_view(other) else None
        for column, other in zip(columns, answers, strict=True)
    )
    return Contrast(
        question,
        content.question(question),
        replace(_said(question, answer, answer, is_whole=result.sees_all), steps=None),
        said,
        max(_size(question, answer, other) for other in answers if differ(answer, other)),
    )


def has_view(answer: Answer) -> bool:
    """Whether it says how things are: a level, or that the question does not apply."""
    return answer.state in (AnswerState.LEVEL, AnswerState.NOT_APPLICABLE)


def differ(one: Answer, other: Answer) -> bool:
    return has_view(one) and has_view(other) and (one.state, one.level) != (other.state, other.level)


def _size(question: Question, one: Answer, other: Answer) -> Fraction:
    """How far apart the two are, in points; 0 where one is no level, or the question is never scored."""
    if one.level is None or other.level is None or not question.weight:
        return Fraction(0)
    points = {level.code: level.points for level in question.levels}
    return abs(points[one.level] - points[other.level])


def _said(question: Question, answer: Answer, government: Answer, *, is_whole: bool) -> Said:
    codes = [level.code for level in question.levels]
    both = answer.level is not None and government.level is not None
    steps = codes.index(answer.level) - codes.index(government.level) if both else None  # type: ignore[arg-type]
    if not is_whole:
        return Said(answer.state, answer.level, steps=steps)
    reason, figure, documents = answer.reason or "", answer.measure, answer.evidence
    return Said(answer.state, answer.level, reason, answer.comment, figure, documents, steps)
