"""Why a score is what it is, as data: the terms of its sums down to the answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from surveyapp.framework.model import Dimension, Framework, Level, Objective, Question, Questionnaire
from surveyapp.scoring.answers import Answer, Answers, AnswerState
from surveyapp.scoring.method1 import Score, Sums, Term, score, score_objective, sum_terms, terms_of


@dataclass(frozen=True, slots=True)
class TermExplanation:
    """One question in a dimension's sums; points from 0 to 1, None unless it has a level.

    `counts` is whether it enters the sums: not with weight 0, not when *not applicable*.
    `asked_as` is the question whose answer counts: its own id, or the target of `same_as`.
    """

    question_id: str
    asked_as: str
    source: str
    state: AnswerState
    level_code: str | None
    points: Fraction | None
    evidenced_points: Fraction | None
    weight: Fraction
    lacks_evidence: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What a scored question without a level could still change in its objective; scores 0 to 100.

    `width` is its part of high - low: the widths of an objective's open questions add up to it.
    The other two are the objective's value if this one were answered with its lowest or highest level, None
    where that is not told.
    """

    question_id: str
    dimension_id: str
    state: AnswerState
    width: Fraction
    value_at_lowest: Fraction | None
    value_at_highest: Fraction | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """One part of a weighted mean, an objective of the whole or a dimension of an objective.

    The shares are its weight among the parts that count for the value and for the bounds of the mean, from
    0 to 1 and 0 where it does not count.
    """

    score: Score
    value_share: Fraction
    bounds_share: Fraction

    @property
    def part(self) -> Fraction | None:
        """What it gives to the value of the mean; None where nothing of it is known."""
        return None if self.score.value is None else self.score.value * self.value_share

    @property
    def cost(self) -> Fraction:
        """What missing evidence takes from the mean here: declared less evidenced, 0 to 100."""
        return (self.score.gap or Fraction(0)) * self.value_share

    @property
    def width(self) -> Fraction:
        """What is unknown here leaves open in the mean: its part of high - low."""
        if self.score.low is None or self.score.high is None:
            return Fraction(0)
        return (self.score.high - self.score.low) * self.bounds_share


@dataclass(frozen=True, slots=True)
class DimensionExplanation(Weighed):
    """A dimension's terms and sums: value = 100·Σwp ÷ K, low = 100·Σwp ÷ A."""

    dimension: Dimension
    terms: tuple[TermExplanation, ...]
    sums: Sums

    @property
    def unit(self) -> Fraction:
        """What one point of weight 1 is worth in the objective's value; 0 where nothing is known."""
        return 100 * self.value_share / self.sums.known if self.sums.known else Fraction(0)

    def worth_of(self, term: TermExplanation) -> Fraction | None:
        """What an answer gives to the objective's value: the worths of all answers add up to it.

        None where it gives nothing by being unknown, not applicable or not scored.
        """
        if not term.counts or term.points is None:
            return None
        return self.unit * term.weight * term.points

    def cost_of(self, term: TermExplanation) -> Fraction:
        """What an answer's missing evidence takes from the objective's value."""
        if not term.counts or term.points is None or term.evidenced_points is None:
            return Fraction(0)
        return self.unit * term.weight * (term.points - term.evidenced_points)


@dataclass(frozen=True, slots=True)
class ObjectiveExplanation:
    """An objective's score, the sum of its dimensions' scores times their shares."""

    objective: Objective
    score: Score
    dimensions: tuple[DimensionExplanation, ...]
    open_questions: tuple[OpenQuestion, ...]


@dataclass(frozen=True, slots=True)
class ObjectiveTerm(Weighed):
    """One objective in the overall score."""

    objective: Objective


@dataclass(frozen=True, slots=True)
class OverallExplanation:
    """The overall score, the sum of the objectives' scores times their shares."""

    score: Score
    objectives: tuple[ObjectiveTerm, ...]


def explain_overall(framework: Framework, answers: Answers) -> OverallExplanation:
    """The terms of the overall score, in framework order.

    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    scores = score(framework, answers)
    parts = [
        (objective.weight, scored.score)
        for objective, scored in zip(framework.objectives, scores.objectives, strict=True)
    ]
    terms = tuple(
        ObjectiveTerm(part, *shares, objective)
        for objective, (_, part), shares in zip(framework.objectives, parts, shares_of(parts), strict=True)
    )
    return OverallExplanation(scores.overall, terms)


def explain_objective(framework: Framework, answers: Answers, objective_id: str) -> ObjectiveExplanation:
    """The terms of one objective's score: its dimensions, their questions, what is still open.

    :raises KeyError: the framework has no objective of that id.
    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    objective, questionnaire = get_objective(framework, objective_id)
    scored = score_objective(framework, objective, questionnaire, answers)
    dimensions = [d for d in framework.dimensions if d.id in scored.dimensions]
    shares = shares_of([(dimension.weight, scored.dimensions[dimension.id]) for dimension in dimensions])
    explained = tuple(
        _explain_dimension(dimension, questionnaire, answers, scored.dimensions[dimension.id], share)
        for dimension, share in zip(dimensions, shares, strict=True)
    )
    open_questions = tuple(
        _explain_open(framework, objective, questionnaire, answers, part, term)
        for part in explained
        for term in part.terms
        if term.counts and term.level_code is None
    )
    return ObjectiveExplanation(objective, scored.score, explained, open_questions)


def get_objective(framework: Framework, objective_id: str) -> tuple[Objective, Questionnaire]:
    """:raises KeyError: the framework has no objective of that id."""
    found = framework.find_objective(objective_id)
    if found is None:
        raise KeyError(objective_id)
    return found


def shares_of(parts: Sequence[tuple[Fraction, Score]]) -> list[tuple[Fraction, Fraction]]:
    """For each part, given with its weight, its share of the value and of the bounds, 0 to 1."""
    known = sum((weight for weight, part in parts if part.value is not None), Fraction(0))
    applicable = sum((weight for weight, part in parts if part.low is not None), Fraction(0))
    return [
        (
            weight / known if part.value is not None else Fraction(0),
            weight / applicable if part.low is not None else Fraction(0),
        )
        for weight, part in parts
    ]


def _explain_dimension(
    dimension: Dimension,
    questionnaire: Questionnaire,
    answers: Answers,
    part: Score,
    shares: tuple[Fraction, Fraction],
) -> DimensionExplanation:
    terms = terms_of(questionnaire.of_kind(dimension.kind), answers)
    sums = sum_terms(terms)
    return DimensionExplanation(part, *shares, dimension, tuple(map(_explain_term, terms)), sums)


def _explain_term(term: Term) -> TermExplanation:
    question = term.question
    return TermExplanation(
        question_id=question.id,
        asked_as=question.answer_id,
        source=question.source,
        state=term.state,
        level_code=term.level.code if term.level else None,
        points=term.points,
        evidenced_points=term.evidenced_points,
        weight=question.weight,
        lacks_evidence=term.lacks_evidence,
        counts=question.is_scored and term.is_applicable,
    )


def _explain_open(
    framework: Framework,
    objective: Objective,
    questionnaire: Questionnaire,
    answers: Answers,
    part: DimensionExplanation,
    term: TermExplanation,
) -> OpenQuestion:
    question = framework.questions[term.question_id]

    def value_at(code: str) -> Fraction:
        given = {**answers, question.answer_id: with_level(answers.get(question.answer_id), code)}
        value = score_objective(framework, objective, questionnaire, given).score.value
        assert value is not None  # the answer just given is known
        return value

    return OpenQuestion(
        question_id=question.id,
        dimension_id=part.dimension.id,
        state=term.state,
        width=100 * part.bounds_share * term.weight / part.sums.applicable,
        value_at_lowest=value_at(question.levels[0].code),
        value_at_highest=value_at(question.levels[-1].code),
    )


def tell_open(
    framework: Framework, explained: ObjectiveExplanation, hidden: Collection[str]
) -> tuple[OpenQuestion, ...]:
    """The open questions of the dimensions that are not hidden.

    What an answer would change is not told where it counts in a hidden dimension too: the change follows
    from how much is known there.
    """
    asked = framework.questions
    parts = [part for part in explained.dimensions if part.dimension.id in hidden]
    counted = {term.asked_as for part in parts for term in part.terms}
    return tuple(
        replace(item, value_at_lowest=None, value_at_highest=None)
        if asked[item.question_id].answer_id in counted
        else item
        for item in explained.open_questions
        if item.dimension_id not in hidden
    )


def with_level(answer: Answer | None, code: str) -> Answer:
    """The answer with that level, its comment, evidence and measure kept."""
    return replace(answer or Answer(), level=code, not_applicable=None, unknown=None)


def open_in_overall(
    framework: Framework, answers: Answers, hidden: Collection[tuple[str, str]] = ()
) -> list[tuple[str, OpenQuestion]]:
    """Each objective's open questions with what they could still change in the overall score.

    Left out are those of hidden dimensions, given by objective and dimension. What an answer would change is
    not told where it counts in one of these too. The widths of all add up to high - low of the whole.
    """
    closed = {
        question.answer_id
        for objective, questionnaire in framework.pairs()
        for question in questionnaire.questions
        if (objective.id, framework.dimension_of(question.kind).id) in hidden
    }

    def value_with(question: Question, level: Level) -> Fraction | None:
        if question.answer_id in closed:
            return None
        given = {**answers, question.answer_id: with_level(answers.get(question.answer_id), level.code)}
        return score(framework, given).overall.value

    found = []
    for objective_id, item in _open_by_width(framework, answers):
        if (objective_id, item.dimension_id) not in hidden:
            question = framework.questions[item.question_id]
            ends = value_with(question, question.levels[0]), value_with(question, question.levels[-1])
            found.append((objective_id, replace(item, value_at_lowest=ends[0], value_at_highest=ends[1])))
    return found


def _open_by_width(framework: Framework, answers: Answers) -> list[tuple[str, OpenQuestion]]:
    """The open questions of all objectives with their widths in the overall score."""
    return [
        (term.objective.id, replace(item, width=item.width * term.bounds_share))
        for term in explain_overall(framework, answers).objectives
        for item in explain_objective(framework, answers, term.objective.id).open_questions
    ]


def answers_for_a_level(framework: Framework, answers: Answers, objective_id: str) -> tuple[Question, ...]:
    """The fewest questions whose answers would lift coverage to the minimum; empty when it is there.

    An answer adds the same coverage whatever the others are, so taking the largest first is exact.

    :raises KeyError: the framework has no objective of that id.
    """
    explained = explain_objective(framework, answers, objective_id)
    return _answer_first(framework, explained.score, explained.open_questions)


def answers_for_an_overall_level(framework: Framework, answers: Answers) -> tuple[Question, ...]:
    """As `answers_for_a_level`, for the overall score: questions of all objectives."""
    overall = score(framework, answers).overall
    return _answer_first(framework, overall, [item for _, item in _open_by_width(framework, answers)])


def _answer_first(
    framework: Framework, now: Score, open_questions: Sequence[OpenQuestion]
) -> tuple[Question, ...]:
    coverage = now.coverage
    if coverage is None:
        return ()
    widths: dict[str, Fraction] = {}
    for item in open_questions:
        asked_as = framework.questions[item.question_id].answer_id
        widths[asked_as] = widths.get(asked_as, Fraction(0)) + item.width
    chosen: list[Question] = []
    for asked_as, width in sorted(widths.items(), key=lambda item: -item[1]):
        if coverage >= framework.minimum_coverage:
            break
        coverage += width / 100
        chosen.append(framework.questions[asked_as])
    return tuple(chosen)
