"""Why a score is what it is, as the page shows it: with nothing in it that its reader may not see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from surveyapp.framework.model import Band, Dimension, Framework, Question
from surveyapp.language.content import Content, QuestionText, Text
from surveyapp.results.cells import Cell, cell_of
from surveyapp.results.next_level import Step, find_band, make_step, next_band
from surveyapp.results.robust import Robust
from surveyapp.results.sentences import sentences_on
from surveyapp.results.service import CountryResult, hidden_dimensions
from surveyapp.results.sums import Addition, add, exact_sum
from surveyapp.scoring.answers import Answer
from surveyapp.scoring.explain import (
    DimensionExplanation,
    ObjectiveExplanation,
    OpenQuestion,
    TermExplanation,
    answers_for_a_level,
    explain_objective,
    tell_open,
)
from surveyapp.scoring.method1 import Interval, Score, Sums
from surveyapp.scoring.steps import smallest_steps


@dataclass(frozen=True, slots=True)
class TermRow:
    """One question with its answer; `product` is weight times points, `worth` what the answer gives to the
    objective's score, `cost` what its missing evidence takes from it. Comment and reason stay empty for
    those who may not read them.
    """

    term: TermExplanation
    question: Question
    text: QuestionText
    asked_in: str | None  # the source of the question that is the same, where it is asked once there
    sheet: str  # the objective in whose questionnaire it is asked
    product: Fraction | None
    worth: Fraction | None
    cost: Fraction
    comment: str
    reason: str

    @property
    def level_text(self) -> str:
        return self.text.levels[self.term.level_code] if self.term.level_code is not None else ""


@dataclass(frozen=True, slots=True)
class DimensionPart:
    """One dimension in the sum. Hidden: rows are empty, sums None and the unit 0, since single answers are
    not shown. Part, cost and width are of the objective: what the dimension gives to its value, what
    missing evidence takes from that, what the unknown leaves open between its bounds.
    """

    dimension: Dimension
    title: Text
    score: Score
    value_share: Fraction
    bounds_share: Fraction
    is_hidden: bool
    rows: tuple[TermRow, ...]
    sums: Sums | None
    unit: Fraction  # what one point of weight 1 is worth in the objective's score
    part: Fraction | None
    cost: Fraction
    width: Fraction
    band: Interval | None

    @property
    def has_weights(self) -> bool:
        """Whether some question counts more or less than once."""
        return any(row.term.weight not in (0, 1) for row in self.rows)

    @property
    def known(self) -> int:
        return sum(row.term.counts and row.term.points is not None for row in self.rows)

    @property
    def applicable(self) -> int:
        return sum(row.term.counts for row in self.rows)

    @property
    def lacking(self) -> list[TermRow]:
        """The questions whose missing evidence costs something."""
        return [row for row in self.rows if row.cost]

    @property
    def points_sum(self) -> Addition:
        return add(row.product for row in self.rows)

    @property
    def worth_sum(self) -> Addition:
        return add(row.worth for row in self.rows)

    @property
    def highest_points(self) -> Fraction:
        """Σwp if each open question were at its highest level."""
        assert self.sums is not None  # asked for shown dimensions alone
        return self.sums.points + self.sums.applicable - self.sums.known

    @property
    def not_applicable(self) -> list[str]:
        return [row.question.source for row in self.rows if row.term.state == "not_applicable"]


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that together reach the next level, how many steps they are, and the score then with what
    each dimension gives to it.
    """

    changes: tuple[Step, ...]
    steps: int
    total: Addition


@dataclass(frozen=True, slots=True)
class Why:
    """All that the page says about one objective's score."""

    id: str
    number: int
    title: Text
    score: Score
    cell: Cell
    robust: Robust
    band: Band | None
    band_title: Text | None
    dimensions: tuple[DimensionPart, ...]
    open_questions: tuple[tuple[str, OpenQuestion], ...]  # with the number in the guidelines
    next_band: Band | None
    ways: tuple[Way, ...]
    to_answer: tuple[str, ...]  # what to answer first to get a level

    @property
    def hides_something(self) -> bool:
        return any(part.is_hidden for part in self.dimensions)

    @property
    def interval(self) -> Interval | None:
        """The 5 to 95 % band of the score."""
        return self.robust.bands.objectives[self.id]

    @property
    def sentences(self) -> list[str]:
        return sentences_on(self)

    @property
    def parts_sum(self) -> Addition:
        return add(part.part for part in self.dimensions)

    @property
    def costs_sum(self) -> Addition:
        hidden = [part.cost for part in self.dimensions if part.is_hidden]
        return add([*hidden, *(row.cost for part in self.dimensions for row in part.lacking)])

    @property
    def widths_sum(self) -> Addition:
        hidden = [part.width for part in self.dimensions if part.is_hidden]
        return add([*hidden, *(item.width for _, item in self.open_questions)])

    @property
    def exact_value(self) -> str:
        return exact_sum([(part.score.value, part.value_share) for part in self.dimensions])

    @property
    def exact_low(self) -> str:
        return exact_sum([(part.score.low, part.bounds_share) for part in self.dimensions])

    @property
    def exact_high(self) -> str:
        return exact_sum([(part.score.high, part.bounds_share) for part in self.dimensions])

    @property
    def bounds_differ(self) -> bool:
        return self.score.low is not None and self.score.low != self.score.high

    @property
    def unknown_is_spread(self) -> bool:
        """Whether a dimension with nothing known leaves its weight to the others."""
        return any(part.value_share != part.bounds_share for part in self.dimensions)

    @property
    def missing(self) -> Fraction | None:
        """What the score lacks to the next level."""
        if self.next_band is None or self.score.value is None:
            return None
        return self.next_band.starts_at - self.score.value


def make_explanation(result: CountryResult, content: Content, objective_id: str, robust: Robust) -> Why:
    """The explanation of one objective's score for the person that `result` was made for.

    :raises KeyError: the framework has no objective of that id.
    """
    framework = result.framework
    explained = explain_objective(framework, result.answers, objective_id)
    hidden = frozenset() if result.sees_all else hidden_dimensions(result, objective_id)
    hidden &= frozenset(part.dimension.id for part in explained.dimensions)
    found = framework.find_objective(objective_id)
    assert found is not None  # explained above
    band, bands = find_band(framework, explained.score), robust.bands.dimensions
    return Why(
        id=objective_id,
        number=explained.objective.number,
        title=content.title(found[1]),
        score=explained.score,
        cell=cell_of(framework, explained.score),
        robust=robust,
        band=band,
        band_title=content.band(band) if band else None,
        dimensions=tuple(
            _make_part(result, content, part, hidden, bands[objective_id, part.dimension.id])
            for part in explained.dimensions
        ),
        open_questions=tuple(
            (framework.questions[one.question_id].source, one)
            for one in tell_open(framework, explained, hidden)
        ),
        next_band=next_band(framework, band),
        # What lifts the score tells what holds it down: no word of it where a single answer is hidden.
        ways=() if hidden else _list_ways(result, objective_id),
        to_answer=() if hidden else _list_to_answer(result, explained),
    )


def _make_part(
    result: CountryResult,
    content: Content,
    part: DimensionExplanation,
    hidden: Collection[str],
    band: Interval | None,
) -> DimensionPart:
    is_hidden = part.dimension.id in hidden
    return DimensionPart(
        dimension=part.dimension,
        title=content.dimension(part.dimension),
        score=part.score,
        value_share=part.value_share,
        bounds_share=part.bounds_share,
        is_hidden=is_hidden,
        rows=() if is_hidden else tuple(_make_row(result, content, part, term) for term in part.terms),
        sums=None if is_hidden else part.sums,
        unit=Fraction(0) if is_hidden else part.unit,
        part=part.part,
        cost=part.cost,
        width=part.width,
        band=band,
    )


def _make_row(
    result: CountryResult, content: Content, part: DimensionExplanation, term: TermExplanation
) -> TermRow:
    questions: Mapping[str, Question] = result.framework.questions
    question = questions[term.question_id]
    answer = (result.answers.get(term.asked_as) if result.sees_all else None) or Answer()
    return TermRow(
        term=term,
        question=question,
        text=content.question(question),
        asked_in=questions[term.asked_as].source if question.same_as else None,
        sheet=_find_sheet(result.framework, term.asked_as),
        product=None if term.points is None or not term.counts else term.weight * term.points,
        worth=part.worth_of(term),
        cost=part.cost_of(term),
        comment=answer.comment,
        reason=answer.reason or "",
    )


def _find_sheet(framework: Framework, question_id: str) -> str:
    """The objective whose questionnaire asks the question."""
    return next(s.id for s in framework.questionnaires if any(q.id == question_id for q in s.questions))


def _list_ways(result: CountryResult, objective_id: str) -> tuple[Way, ...]:
    found = smallest_steps(result.framework, result.answers, objective_id)
    return tuple(
        Way(tuple(make_step(result.framework, change) for change in one.changes), one.steps, add(one.parts))
        for one in found
    )


def _list_to_answer(result: CountryResult, explained: ObjectiveExplanation) -> tuple[str, ...]:
    if explained.score.level is not None:
        return ()
    questions = answers_for_a_level(result.framework, result.answers, explained.objective.id)
    return tuple(question.source for question in questions)
