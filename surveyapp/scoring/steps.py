"""The smallest changes that would lift an objective to its next maturity level.

A step is one level up on one question; a question without a level counts from below its lowest level,
since it must be answered first. Raising a question adds to the objective's value at most a fixed gain,
whatever else changes, since further answers only make the divisors larger. A table of the best total
gain for each number of questions and steps therefore tells exactly, where every question has its level
already, and never too little otherwise, which combinations can reach the limit. Only those are tried,
by their exact score, from the least steps on.

Bound: at most `MOST_TRIED` combinations are looked at; where that ends the search, the list is shorter
than asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import lcm

from surveyapp.framework.model import Framework, Objective, Question, Questionnaire
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.explain import get_objective, shares_of, with_level
from surveyapp.scoring.method1 import Sums, score_objective, sum_terms, terms_of, weighted_mean

MOST_TRIED = 500


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
class Combination:
    """Changes that together reach the next level; `value` is the objective's exact score then.

    `parts` are what its dimensions give to it, those with something known; they add up to it.
    """

    changes: tuple[Change, ...]
    steps: int
    value: Fraction
    parts: tuple[Fraction, ...]
    level: int


@dataclass(frozen=True, slots=True)
class _Option:
    """One way to raise a question, with the most it can add to the objective's value."""

    change: Change
    gain: Fraction


def smallest_steps(
    framework: Framework, answers: Answers, objective_id: str, most: int = 3
) -> list[Combination]:
    """Up to `most` combinations that reach the next maturity level, the least steps first, then the
    fewest questions, then in the order asked; none of them holds a step that could be left out.

    Empty in the highest level, and without a level: then `answers_for_a_level` says what to answer first.

    :raises KeyError: the framework has no objective of that id.
    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    objective, questionnaire = get_objective(framework, objective_id)
    now = score_objective(framework, objective, questionnaire, answers).score
    limits = [
        band.starts_at for band in framework.bands if now.value is not None and band.starts_at > now.value
    ]
    if now.level is None or now.value is None or not limits:
        return []
    parts = _list_parts(framework, questionnaire, answers)
    options = _list_options(framework, parts, answers, now.value)
    found: list[tuple[Change, ...]] = []
    for changes in islice(_candidates(options, min(limits) - now.value), MOST_TRIED):
        if not any(_holds(changes, smaller) for smaller in found) and _is_minimal(
            parts, changes, min(limits)
        ):
            found.append(changes)
        if len(found) == most:
            break
    return [_describe(framework, objective, questionnaire, answers, changes) for changes in found]


def _describe(
    framework: Framework,
    objective: Objective,
    questionnaire: Questionnaire,
    answers: Answers,
    changes: tuple[Change, ...],
) -> Combination:
    given = dict(answers)
    for change in changes:
        given[change.question_id] = with_level(answers.get(change.question_id), change.to_level)
    scored = score_objective(framework, objective, questionnaire, given)
    then = scored.score
    assert then.value is not None  # it had a level before, and answers only became more
    assert then.level is not None
    weighed = [
        (dimension.weight, scored.dimensions[dimension.id])
        for dimension in framework.dimensions
        if dimension.id in scored.dimensions
    ]
    parts = tuple(
        share * part.value
        for (_, part), (share, _) in zip(weighed, shares_of(weighed), strict=True)
        if part.value is not None
    )
    return Combination(changes, sum(change.steps for change in changes), then.value, parts, then.level)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an answer counts: a question's weight, its present points, the points of its levels."""

    weight: Fraction
    points: Fraction | None
    levels: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A dimension with something applicable: its weight and sums, and where each answer counts in it."""

    weight: Fraction
    sums: Sums
    places: Mapping[str, list[_Place]]

    def value_with(self, targets: Mapping[str, int]) -> Fraction | None:
        """The dimension's value, 0 to 100, with these questions at those places of their ladders."""
        points, known = self.sums.points, self.sums.known
        for asked_as, index in targets.items():
            for place in self.places.get(asked_as, ()):
                points += place.weight * (place.levels[index] - (place.points or 0))
                known += place.weight if place.points is None else 0
        return 100 * points / known if known else None


def _list_parts(framework: Framework, questionnaire: Questionnaire, answers: Answers) -> list[_Part]:
    parts = []
    for dimension in framework.dimensions:
        terms = terms_of(questionnaire.of_kind(dimension.kind), answers)
        places: dict[str, list[_Place]] = {}
        for term in terms:
            question = term.question
            if question.is_scored and term.is_applicable:
                ladder = tuple(level.points for level in question.levels)
                places.setdefault(question.answer_id, []).append(_Place(question.weight, term.points, ladder))
        if places:
            parts.append(_Part(dimension.weight, sum_terms(terms), places))
    return parts


def _reaches(parts: Sequence[_Part], targets: Mapping[str, int], limit: Fraction) -> bool:
    values = [(part.weight, part.value_with(targets)) for part in parts]
    value = weighted_mean(values)
    return value is not None and value >= limit


def _is_minimal(parts: Sequence[_Part], changes: Sequence[Change], limit: Fraction) -> bool:
    """Whether the changes reach the limit, and do not with one left out or made a step smaller.

    Both, since a question answered with a poor level can lower the value that it leaves alone while
    it has none.
    """
    targets = {change.question_id: change.to_place for change in changes}
    if not _reaches(parts, targets, limit):
        return False
    for change in changes:
        others = {asked_as: place for asked_as, place in targets.items() if asked_as != change.question_id}
        if _reaches(parts, others, limit):
            return False
        if change.steps > 1 and _reaches(parts, others | {change.question_id: change.to_place - 1}, limit):
            return False
    return True


def _holds(changes: Sequence[Change], smaller: Sequence[Change]) -> bool:
    """Whether changes raise all that the smaller ones raise, as far or farther."""
    raised = {change.question_id: change.steps for change in changes}
    return all(raised.get(change.question_id, 0) >= change.steps for change in smaller)


def _list_options(
    framework: Framework, parts: Sequence[_Part], answers: Answers, value: Fraction
) -> list[list[_Option]]:
    """For each question that can be raised, asked once however often it counts here, its options."""
    known = sum((part.weight for part in parts if part.sums.known), Fraction(0))
    gains: dict[str, list[Fraction]] = {}
    for part in parts:
        for asked_as, places in part.places.items():
            for place in places:
                most_gained = [part.weight / known * gain for gain in _most_gained(part, place, value)]
                so_far = gains.get(asked_as, [Fraction(0)] * len(most_gained))
                gains[asked_as] = [a + b for a, b in zip(so_far, most_gained, strict=True)]
    options = [
        _options_of(framework.questions[asked_as], answers, most_gained)
        for asked_as, most_gained in gains.items()
    ]
    return [some for some in options if some]


def _most_gained(part: _Part, place: _Place, value: Fraction) -> list[Fraction]:
    """The most that each level of a question adds to its dimension's value.

    With known weight K and value v, the points p of questions not yet answered and the rises d of
    answered ones change v by (Σwd + Σw(p - v)) ÷ K', where K' is K or more. Where nothing is known
    the dimension joins the objective's mean and moves it by at most its best points above `value`.
    """
    sums = part.sums
    average = sums.points / sums.known if sums.known else value / 100
    start = average if place.points is None else place.points
    factor = 100 * place.weight / sums.known if sums.known else Fraction(100)
    return [max(Fraction(0), factor * (points - start)) for points in place.levels]


def _options_of(question: Question, answers: Answers, most_gained: list[Fraction]) -> list[_Option]:
    """The levels above the present one that can add to the value."""
    answer = answers.get(question.id)
    codes = [level.code for level in question.levels]
    from_level = answer.level if answer is not None else None
    start = codes.index(from_level) if from_level is not None else -1
    return [
        _Option(
            Change(question.id, from_level, code, index, index - start, question.needs_evidence(code)), gain
        )
        for index, (code, gain) in enumerate(zip(codes, most_gained, strict=True))
        if index > start and gain > 0
    ]


def _candidates(options: list[list[_Option]], missing: Fraction) -> Iterator[tuple[Change, ...]]:
    """Every combination whose gains could add up to what is missing: by steps, then by questions."""
    scale = lcm(missing.denominator, *(option.gain.denominator for some in options for option in some))
    table = _BestGains([[(o.change.steps, int(o.gain * scale)) for o in some] for some in options])
    most_steps = sum(some[-1].change.steps for some in options)
    for steps in range(1, most_steps + 1):
        for questions in range(1, min(steps, len(options)) + 1):
            for picks in _pick(table, 0, questions, steps, int(missing * scale)):
                yield tuple(options[question][index].change for question, index in picks)


class _BestGains:
    """The best total gain of exactly so many questions and steps among the questions from one on."""

    def __init__(self, options: list[list[tuple[int, int]]]) -> None:
        self.options = options
        self._known: dict[tuple[int, int, int], int] = {}

    def best(self, start: int, questions: int, steps: int) -> int:
        """-1 where no combination has exactly so many."""
        if questions == 0:
            return 0 if steps == 0 else -1
        if questions > steps or questions > len(self.options) - start:
            return -1
        key = start, questions, steps
        if key not in self._known:
            best = self.best(start + 1, questions, steps)
            for cost, gain in self.options[start]:
                rest = self.best(start + 1, questions - 1, steps - cost)
                if rest >= 0:
                    best = max(best, rest + gain)
            self._known[key] = best
        return self._known[key]


def _pick(
    table: _BestGains, start: int, questions: int, steps: int, missing: int
) -> Iterator[list[tuple[int, int]]]:
    """Every choice of exactly so many questions and steps with the gain that is missing, in order.

    Yields pairs of the question's and the option's place.
    """
    if questions == 0:
        if steps == 0 and missing <= 0:
            yield []
        return
    best = table.best(start, questions, steps)
    if best < 0 or best < missing:
        return
    for index, (cost, gain) in enumerate(table.options[start]):
        for rest in _pick(table, start + 1, questions - 1, steps - cost, missing - gain):
            yield [(start, index), *rest]
    yield from _pick(table, start + 1, questions, steps, missing)
