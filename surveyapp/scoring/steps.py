"""The smallest changes that would lift an objective to its next maturity level.

A table of the best total gain for each number of questions and steps (see `raising`) tells exactly, where
every question has its level already, and never too little otherwise, which combinations can reach the
limit. Only those are tried, by their exact score, from the least steps on.

Bound: at most `MOST_TRIED` combinations are looked at; where that ends the search, the list is shorter
than asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import lcm

from surveyapp.framework.model import Framework, Objective, Questionnaire
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.explain import get_objective, shares_of, with_level
from surveyapp.scoring.method1 import score_objective, weighted_mean
from surveyapp.scoring.raising import Change, Option, Part, RaisedPart, list_options, list_parts, share_in

MOST_TRIED = 500


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
    parts = list_parts(framework, questionnaire, answers)
    known = sum((part.weight for part in parts if part.sums.known), Fraction(0))
    raised = [
        RaisedPart(part, share_in(known, part.weight, bool(part.sums.known)), now.value) for part in parts
    ]
    options = list_options(framework, answers, raised)
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


def _reaches(parts: Sequence[Part], targets: Mapping[str, int], limit: Fraction) -> bool:
    values = [(part.weight, part.value_with(targets)) for part in parts]
    value = weighted_mean(values)
    return value is not None and value >= limit


def _is_minimal(parts: Sequence[Part], changes: Sequence[Change], limit: Fraction) -> bool:
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


def _candidates(options: list[list[Option]], missing: Fraction) -> Iterator[tuple[Change, ...]]:
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
