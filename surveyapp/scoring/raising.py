"""What raising a question adds to a score: the ways to raise each, with the most that each can add.

A step is one level up on one question; a question without a level counts from below its lowest level,
since it must be answered first. Raising a question adds to a score at most a fixed gain, whatever else
changes, since further answers only make the divisors larger. Where the question has a level already the
gain is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from surveyapp.framework.model import Framework, Question, Questionnaire
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.method1 import Sums, sum_terms, terms_of


@dataclass(frozen=True, slots=True)
class Change:
    """One question raised; `from_level` is None where it has no level yet."""

    question_id: str
    from_level: str | None
    to_level: str
    to_place: int  # of that level in the ladder, from 0
    steps: int
    needs_evidence: bool  # the level counts as evidenced only with evidence


@dataclass(frozen=True, slots=True)
class Option:
    """One way to raise a question, with the most it can add to the value."""

    change: Change
    gain: Fraction


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer counts: a question's weight, its present points, the points of its levels."""

    weight: Fraction
    points: Fraction | None
    levels: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A dimension with something applicable: its weight and sums, and where each answer counts in it."""

    weight: Fraction
    sums: Sums
    places: Mapping[str, list[Place]]

    def value_with(self, targets: Mapping[str, int]) -> Fraction | None:
        """The dimension's value, 0 to 100, with these questions at those places of their ladders."""
        points, known = self.sums.points, self.sums.known
        for asked_as, index in targets.items():
            for place in self.places.get(asked_as, ()):
                points += place.weight * (place.levels[index] - (place.points or 0))
                known += place.weight if place.points is None else 0
        return 100 * points / known if known else None


@dataclass(frozen=True, slots=True)
class RaisedPart:
    """A dimension in the mean that is to be raised: the share that it has there at most, and the value of
    the mean that it joins where nothing of it is known yet.
    """

    part: Part
    share: Fraction
    value: Fraction


def share_in(known: Fraction, weight: Fraction, is_known: bool) -> Fraction:
    """The share of a part in a mean whose parts with something known weigh `known`, at most."""
    return weight / (known if is_known else known + weight)


def list_parts(framework: Framework, questionnaire: Questionnaire, answers: Answers) -> list[Part]:
    """The dimensions of an objective that have something applicable, in framework order."""
    parts = []
    for dimension in framework.dimensions:
        terms = terms_of(questionnaire.of_kind(dimension.kind), answers)
        places: dict[str, list[Place]] = {}
        for term in terms:
            question = term.question
            if question.is_scored and term.is_applicable:
                ladder = tuple(level.points for level in question.levels)
                places.setdefault(question.answer_id, []).append(Place(question.weight, term.points, ladder))
        if places:
            parts.append(Part(dimension.weight, sum_terms(terms), places))
    return parts


def list_options(framework: Framework, answers: Answers, raised: Iterable[RaisedPart]) -> list[list[Option]]:
    """For each question that can be raised, asked once however often it counts, its options."""
    gains: dict[str, list[Fraction]] = {}
    for one in raised:
        for asked_as, places in one.part.places.items():
            for place in places:
                most_gained = [one.share * gain for gain in _most_gained(one.part, place, one.value)]
                so_far = gains.get(asked_as, [Fraction(0)] * len(most_gained))
                gains[asked_as] = [a + b for a, b in zip(so_far, most_gained, strict=True)]
    options = [
        _options_of(framework.questions[asked_as], answers, most_gained)
        for asked_as, most_gained in gains.items()
    ]
    return [some for some in options if some]


def _most_gained(part: Part, place: Place, value: Fraction) -> list[Fraction]:
    """The most that each level of a question adds to its dimension's value.

    With known weight K and value v, the points p of questions not yet answered and the rises d of
    answered ones change v by (Σwd + Σw(p - v)) ÷ K', where K' is K and the weights of those not yet
    answered. Where nothing is known the dimension joins a mean and moves it by at most its best points
    above `value`.
    """
    known = part.sums.known
    start = place.points
    if start is None:
        start = part.sums.points / known if known else value / 100
        known += place.weight
    return [max(Fraction(0), 100 * place.weight / known * (points - start)) for points in place.levels]


def _options_of(question: Question, answers: Answers, most_gained: list[Fraction]) -> list[Option]:
    """The levels above the present one that can add to the value."""
    answer = answers.get(question.id)
    codes = [level.code for level in question.levels]
    from_level = answer.level if answer is not None else None
    start = codes.index(from_level) if from_level is not None else -1
    return [
        Option(
            Change(question.id, from_level, code, index, index - start, question.needs_evidence(code)), gain
        )
        for index, (code, gain) in enumerate(zip(codes, most_gained, strict=True))
        if index > start and gain > 0
    ]
