"""Scoring method 1: answers and framework give scores from 0 to 100, exact in fractions.

A change of rule is a new module with a new version beside this one, entered in `methods`; submissions
keep the version they were scored with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from types import MappingProxyType

import rfc8785

from surveyapp.framework.model import Framework, Level, Objective, Question, Questionnaire
from surveyapp.scoring.answers import Answer, Answers, AnswerState
from surveyapp.scoring.plan import (
    Plan,
    Tally,
    UnknownLevel,
    plan_of,
    unproven_points,
    whole_numbers,
)

METHOD = "1"
SCORES_FORMAT = "surveyapp-scores/1"
IN_JSON = 10_000  # one over the last decimal that JSON shows; people are shown whole numbers
DRAWS, MOST_DRAWS, SEED = 2_000, 100_000, 1  # of the bands: how many by default and at most

Interval = tuple[Fraction, Fraction]

_NONE, _ALL, _HIGHEST = Fraction(0), Fraction(1), Fraction(100)
_fraction = lru_cache(maxsize=10_000)(Fraction)  # the same few come again in every country


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100 with its bounds, all exact; counts are of scored questions.

    `value` and `evidenced` are None where nothing is known; `low`, `high` and `coverage` (0 to 1)
    where nothing is applicable; `level` where there is no value or coverage is below the minimum.
    """

    value: Fraction | None
    evidenced: Fraction | None
    low: Fraction | None
    high: Fraction | None
    level: int | None
    coverage: Fraction | None
    answered: int
    questions: int

    @property
    def gap(self) -> Fraction | None:
        """What rests on levels without their evidence: declared less evidenced, 0 to 100."""
        return None if self.value is None or self.evidenced is None else self.value - self.evidenced


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """An objective's score and those of its dimensions, by dimension id, in framework order."""

    id: str
    score: Score
    dimensions: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Scores:
    """All scores of one set of answers; objectives in framework order."""

    overall: Score
    objectives: tuple[ObjectiveScore, ...]

    def find_objective(self, objective_id: str) -> ObjectiveScore | None:
        return next((objective for objective in self.objectives if objective.id == objective_id), None)

    def get_objective(self, objective_id: str) -> ObjectiveScore:
        """:raises KeyError: the framework has no objective of that id."""
        found = self.find_objective(objective_id)
        if found is None:
            raise KeyError(objective_id)
        return found


@dataclass(frozen=True, slots=True)
class Intervals:
    """The 5 to 95 % band of each score; None where nothing is applicable.

    `dimensions` is by objective id and dimension id.
    """

    overall: Interval | None
    objectives: Mapping[str, Interval | None]
    dimensions: Mapping[tuple[str, str], Interval | None]


@dataclass(frozen=True, slots=True)
class Term:
    """One question with what its answer brings; points from 0 to 1, None unless a level is given."""

    question: Question
    answer: Answer | None
    level: Level | None
    evidenced_points: Fraction | None

    @property
    def state(self) -> AnswerState:
        return self.answer.state if self.answer else AnswerState.NONE

    @property
    def points(self) -> Fraction | None:
        return self.level.points if self.level else None

    @property
    def is_applicable(self) -> bool:
        return self.state is not AnswerState.NOT_APPLICABLE

    @property
    def lacks_evidence(self) -> bool:
        """Whether its level needs evidence and has none."""
        if self.level is None or (self.answer and self.answer.evidence):
            return False
        return self.question.needs_evidence(self.level.code)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a dimension's score is made of; over scored questions only."""

    applicable: Fraction  # A, the weights of applicable questions
    known: Fraction  # K, the weights of questions with a level
    points: Fraction  # Σwp
    evidenced_points: Fraction  # Σwp with evidenced points


def score(framework: Framework, answers: Answers) -> Scores:
    """Score one set of answers, 0 to 100, exact. An answer counts also where `same_as` points to it.

    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    plan = plan_of(framework)
    scored = [
        _score_sheet(plan, objective, questionnaire, answers)
        for objective, questionnaire in framework.pairs()
    ]
    overall = _mean(plan.weights, [tally for _, tally in scored])
    return Scores(_as_score(plan, overall), tuple(objective for objective, _ in scored))


def score_objective(
    framework: Framework, objective: Objective, questionnaire: Questionnaire, answers: Answers
) -> ObjectiveScore:
    """Score one objective: the weighted mean of its dimensions that have a scored question.

    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    return _score_sheet(plan_of(framework), objective, questionnaire, answers)[0]


def _score_sheet(
    plan: Plan, objective: Objective, questionnaire: Questionnaire, answers: Answers
) -> tuple[ObjectiveScore, Tally]:
    sheet = plan.sheets[questionnaire.id]
    tallies = [part.score(answers) for part in sheet.parts]
    scores = {part.id: _as_score(plan, tally) for part, tally in zip(sheet.parts, tallies, strict=True)}
    whole = _mean(sheet.weights, tallies)
    return ObjectiveScore(objective.id, _as_score(plan, whole), MappingProxyType(scores)), whole


def _mean(weights: Sequence[int], parts: Sequence[Tally]) -> Tally:
    """The weighted mean: renormalised over the parts where something is applicable for low, high and
    coverage, over those where something is known for value and evidenced. Where a part is applicable but
    not known it adds 0 to low and 100 to high, so that low ≤ value ≤ high still holds.
    """
    value, evidenced, known = 0, 0, 0
    answered, questions = 0, 0
    scale = lcm(*[part.known for part in parts if part.known])
    for weight, part in zip(weights, parts, strict=True):
        answered += part.answered
        questions += part.questions
        if part.known:
            factor = weight * (scale // part.known)
            value += factor * part.value
            evidenced += factor * part.evidenced
            known += weight
    known *= scale
    if all(part.coverage == part.applicable for part in parts):  # then the bounds are the value
        return Tally(value, evidenced, known, value, value, known, known, answered, questions)
    low, high, coverage, applicable = 0, 0, 0, 0
    scale = lcm(*[part.applicable for part in parts if part.applicable])
    for weight, part in zip(weights, parts, strict=True):
        if part.applicable:
            factor = weight * (scale // part.applicable)
            low += factor * part.low
            high += factor * part.high
            coverage += factor * part.coverage
            applicable += weight
    applicable *= scale
    return Tally(value, evidenced, known, low, high, coverage, applicable, answered, questions)


def _as_score(plan: Plan, tally: Tally) -> Score:
    value, evidenced, known, low, high, coverage, applicable, answered, questions = tally
    if not applicable:
        return Score(None, None, None, None, None, None, answered, questions)
    if not known:
        return Score(None, None, _NONE, _HIGHEST, None, _NONE, answered, questions)
    level = plan.bands.find(value, known, coverage, applicable)
    declared = _fraction(value, known)
    proven = declared if evidenced == value else _fraction(evidenced, known)
    if coverage == applicable:
        return Score(declared, proven, declared, declared, level, _ALL, answered, questions)
    lowest, highest = _fraction(low, applicable), _fraction(high, applicable)
    share = _fraction(coverage, applicable)
    return Score(declared, proven, lowest, highest, level, share, answered, questions)


def terms_of(questions: Iterable[Question], answers: Answers) -> list[Term]:
    """Each question with its answer's points, in the order given; unscored questions included.

    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    return [term_of(question, answers.get(question.answer_id)) for question in questions]


def term_of(question: Question, answer: Answer | None) -> Term:
    """A question with its answer's points. Evidenced points are those of the level where it needs no
    evidence or has some, else those of the highest level that needs none.

    :raises UnknownLevel: the answer's code is not a level of the question.
    """
    if answer is None or answer.level is None:
        return Term(question, answer, None, None)
    level = question.find_level(answer.level)
    if level is None:
        raise UnknownLevel(question, answer.level)
    if answer.evidence:
        return Term(question, answer, level, level.points)
    return Term(question, answer, level, unproven_points(question, level))


def sum_terms(terms: Iterable[Term]) -> Sums:
    """The sums of a dimension over its scored questions; *not applicable* ones leave them."""
    applicable = known = points = evidenced = Fraction(0)
    for term in terms:
        weight = term.question.weight
        if not term.is_applicable:
            continue
        applicable += weight
        if term.level is not None and term.evidenced_points is not None:
            known += weight
            points += weight * term.level.points
            evidenced += weight * term.evidenced_points
    return Sums(applicable, known, points, evidenced)


def combine(framework: Framework, parts: Sequence[tuple[Fraction, Score]]) -> Score:
    """The weighted mean of scores, given as (weight, score), as method 1 takes it."""
    weights = whole_numbers([weight for weight, _ in parts])
    return _as_score(plan_of(framework), _mean(weights, [_as_tally(part) for _, part in parts]))


def _as_tally(score: Score) -> Tally:
    value, evidenced, known = _over_one(score.value, score.evidenced)
    low, high, coverage, applicable = _over_one(score.low, score.high, score.coverage)
    return Tally(value, evidenced, known, low, high, coverage, applicable, score.answered, score.questions)


def _over_one(*numbers: Fraction | None) -> list[int]:
    """The numerators over one common denominator, then that; all 0 where a number is None."""
    given = [number for number in numbers if number is not None]
    if len(given) < len(numbers):
        return [0] * (len(numbers) + 1)
    return whole_numbers([*given, Fraction(1)])


def weighted_mean(pairs: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """The mean over the pairs that have a number; None when none has."""
    numbers = [(weight, number) for weight, number in pairs if number is not None]
    if not numbers:
        return None
    return sum((weight * number for weight, number in numbers), Fraction(0)) / sum(
        (weight for weight, _ in numbers), Fraction(0)
    )


def find_level(framework: Framework, value: Fraction | None, coverage: Fraction | None) -> int | None:
    """The maturity level of the exact value; None without a value or below the minimum coverage."""
    if value is None or coverage is None:
        return None
    return plan_of(framework).bands.find(*value.as_integer_ratio(), *coverage.as_integer_ratio())


def level_range(score: Score, framework: Framework) -> tuple[int, int] | None:
    """The maturity levels of low and of high, for a score without a level; None where not applicable."""
    if score.low is None or score.high is None:
        return None
    return framework.band_of(score.low).level, framework.band_of(score.high).level


def rounded(number: Fraction) -> int:
    """A score from 0 to 100 as people are shown it: a whole number, half up."""
    return _half_up(number)


def in_json(number: Fraction | None) -> int | float | None:
    """A number as JSON shows it: rounded once from the exact value to 4 decimals, half up.

    Whole numbers are int, so that every JSON writer gives the same text (`50`, never `50.0`).
    """
    if number is None:
        return None
    scaled = _half_up(number * IN_JSON)
    whole, rest = divmod(scaled, IN_JSON)
    return scaled / IN_JSON if rest else whole


def _half_up(number: Fraction) -> int:
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def scores_document(
    scores: Scores,
    framework: Framework,
    *,
    country: str,
    cycle: int,
    framework_sha256: str,
    method: str = METHOD,
    intervals: Intervals | None = None,
) -> dict[str, object]:
    """Scores JSON, keys in their fixed order; each score has a `band` when intervals are given.

    `method` is the version that the scores were made by.
    """
    document: dict[str, object] = {
        "format": SCORES_FORMAT,
        "country": country,
        "cycle": cycle,
        "framework": {"id": framework.id, "version": framework.version, "sha256": framework_sha256},
        "method": method,
    }
    overall = score_json(scores.overall)
    objectives: list[dict[str, object]] = []
    if intervals:
        overall["band"] = interval_json(intervals.overall)
    for objective in scores.objectives:
        whole = score_json(objective.score)
        dimensions = {dimension_id: score_json(part) for dimension_id, part in objective.dimensions.items()}
        if intervals:
            whole["band"] = interval_json(intervals.objectives[objective.id])
            for dimension_id, fields in dimensions.items():
                fields["band"] = interval_json(intervals.dimensions[objective.id, dimension_id])
        objectives.append({"id": objective.id, "score": whole, "dimensions": dimensions})
    return document | {"overall": overall, "objectives": objectives}


def scores_bytes(document: Mapping[str, object]) -> bytes:
    """A document as RFC 8785 canonical JSON: equal inputs give equal bytes, fit to be hashed."""
    return rfc8785.dumps(dict(document))  # type: ignore[arg-type]


def score_json(score: Score) -> dict[str, object]:
    """The fields of one score as Scores JSON gives them."""
    return {
        "value": in_json(score.value),
        "evidenced": in_json(score.evidenced),
        "low": in_json(score.low),
        "high": in_json(score.high),
        "level": score.level,
        "coverage": in_json(score.coverage),
        "answered": score.answered,
        "questions": score.questions,
    }


def interval_json(interval: Interval | None) -> list[int | float | None] | None:
    """A band as `[p5, p95]`; None where nothing is applicable."""
    return None if interval is None else [in_json(end) for end in interval]
