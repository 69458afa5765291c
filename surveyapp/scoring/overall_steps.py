"""The fewest steps that would lift the overall score to its next maturity level, all objectives together.

There are far too many combinations to try them all. A table of the best total gain for each number of steps
(see `raising`) stands for them. Over the questions that have a level it is exact, and raising all of them far
enough always reaches the limit; over all questions it is never too little, so that no fewer steps than it
asks for can be enough. Where both tables name the same number, that is the proven least. Between them, which
happens only where answering a question for the first time might help most, the best combination of each
number of steps is tried by its exact score.

Bound: at most `MOST_TRIED` of those are tried. The least that is proven stands beside what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.explain import with_level
from surveyapp.scoring.method1 import Score, Scores, score
from surveyapp.scoring.raising import Change, Option, RaisedPart, list_options, list_parts, share_in

MOST_TRIED = 200
_FIRST_WIDTH = 16  # steps that the first table goes to; the next goes twice as far


@dataclass(frozen=True, slots=True)
class OverallWay:
    """Changes that together lift the overall score to the next level, in the order asked.

    No fewer than `at_least` steps can do so; `scores` are all scores then, exact.
    """

    changes: tuple[Change, ...]
    steps: int
    at_least: int
    scores: Scores

    @property
    def is_least(self) -> bool:
        """Whether it is proven that no fewer steps would do."""
        return self.steps == self.at_least


def fewest_steps(framework: Framework, answers: Answers) -> OverallWay | None:
    """The fewest steps that lift the overall score to its next level; among as few, those that lift it most,
    then the fewest questions, then the first in the order asked. None in the highest level and without one.

    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    scores = score(framework, answers)
    value = scores.overall.value
    above = [band.starts_at for band in framework.bands if value is not None and band.starts_at > value]
    if scores.overall.level is None or value is None or not above:
        return None
    limit = min(above)
    raised = _list_raised(framework, answers, scores, value)
    options = _take_one_of_each(list_options(framework, answers, [one for _, one in raised]), raised)
    answered = [some for some in options if some[0].change.from_level is not None]
    bound, exact = _Best(options, limit - value), _Best(answered, limit - value)
    changes = exact.choose(exact.fewest)
    for steps in range(bound.fewest, min(exact.fewest, bound.fewest + MOST_TRIED)):
        tried = bound.choose(steps)
        if _reaches(framework, answers, tried, limit):
            changes = _leave_out(framework, answers, tried, limit)
            break
    taken = sum(change.steps for change in changes)
    return OverallWay(changes, taken, bound.fewest, score(framework, _with(answers, changes)))


def _list_raised(
    framework: Framework, answers: Answers, scores: Scores, value: Fraction
) -> list[tuple[str, RaisedPart]]:
    """Every dimension with the share of the overall score that it has at most; before it the name of what
    it is in of which nothing is known, the objective or itself, empty where something is known.
    """
    pairs = list(zip(framework.pairs(), scores.objectives, strict=True))
    known = sum((o.weight for (o, _), scored in pairs if scored.score.value is not None), Fraction(0))
    raised = []
    for (objective, questionnaire), scored in pairs:
        parts = list_parts(framework, questionnaire, answers)
        joined = scored.score.value
        share = share_in(known, objective.weight, joined is not None)
        weight = sum((part.weight for part in parts if part.sums.known), Fraction(0))
        for place, part in enumerate(parts):
            if joined is None:
                raised.append((objective.id, RaisedPart(part, share, value)))
            else:
                is_known = bool(part.sums.known)
                of_it = share * share_in(weight, part.weight, is_known)
                name = "" if is_known else f"{objective.id} {place}"
                raised.append((name, RaisedPart(part, of_it, joined)))
    return raised


def _take_one_of_each(
    options: Sequence[Sequence[Option]], raised: Sequence[tuple[str, RaisedPart]]
) -> list[list[Option]]:
    """The options, those of all questions that count nowhere but in one unknown mean put together.

    A mean is never above the best of its points, so that one question does as much there as several.
    """
    counted: dict[str, list[str]] = {}
    for name, one in raised:
        for asked_as in one.part.places:
            counted.setdefault(asked_as, []).append(name)
    taken: dict[str, list[Option]] = {}
    for some in options:
        asked_as = some[0].change.question_id
        names = set(counted[asked_as])
        taken.setdefault(names.pop() if len(names) == 1 and "" not in names else f"? {asked_as}", []).extend(
            some
        )
    return list(taken.values())


def _with(answers: Answers, changes: Sequence[Change]) -> Answers:
    raised = {one.question_id: with_level(answers.get(one.question_id), one.to_level) for one in changes}
    return {**answers, **raised}


def _reaches(framework: Framework, answers: Answers, changes: Sequence[Change], limit: Fraction) -> bool:
    overall: Score = score(framework, _with(answers, changes)).overall
    return overall.value is not None and overall.value >= limit


def _leave_out(
    framework: Framework, answers: Answers, changes: tuple[Change, ...], limit: Fraction
) -> tuple[Change, ...]:
    """The changes without those that are not needed."""
    for change in changes:
        others = tuple(one for one in changes if one != change)
        if _reaches(framework, answers, others, limit):
            return _leave_out(framework, answers, others, limit)
    return changes


class _Best:
    """The best total gain of exactly so many steps, and what gives it; `fewest` reach what is missing.

    :raises ValueError: no combination of the options does.
    """

    def __init__(self, options: Sequence[Sequence[Option]], missing: Fraction) -> None:
        self.options = options
        denominators = (option.gain.denominator for some in options for option in some)
        self._scale = lcm(missing.denominator, *denominators) * (len(options) + 1)
        self._needed = int(missing * self._scale) - len(options)
        self._most = sum(max(option.change.steps for option in some) for some in options)
        self._tables: list[list[int | None]] = []
        self.fewest = self._find()

    def _find(self) -> int:
        width = _FIRST_WIDTH
        while True:
            self._fill(min(width, self._most))
            for steps, gain in enumerate(self._tables[0]):
                if gain is not None and gain >= self._needed:
                    return steps
            if width >= self._most:
                raise ValueError("no combination of the options reaches what is missing")
            width *= 2

    def _fill(self, width: int) -> None:
        """For the questions from each place on, the best gain of each number of steps up to `width`.

        A question costs one part of the scale, which decides between equal gains alone.
        """
        below: list[int | None] = [0] + [None] * width
        tables = [below]
        for some in reversed(self.options):
            best = list(below)
            for option in some:
                gain, cost = int(option.gain * self._scale) - 1, option.change.steps
                for steps in range(cost, width + 1):
                    rest, so_far = below[steps - cost], best[steps]
                    if rest is not None and (so_far is None or rest + gain > so_far):
                        best[steps] = rest + gain
            tables.append(best)
            below = best
        self._tables = tables[::-1]

    def choose(self, steps: int) -> tuple[Change, ...]:
        """What gives the best gain of exactly so many steps."""
        if steps >= len(self._tables[0]):
            self._fill(min(2 * steps, self._most))
        changes = []
        for place, some in enumerate(self.options):
            best, below = self._tables[place][steps], self._tables[place + 1]
            for option in some:
                rest = below[steps - option.change.steps] if option.change.steps <= steps else None
                if rest is not None and rest + int(option.gain * self._scale) - 1 == best:
                    changes.append(option.change)
                    steps -= option.change.steps
                    break
        return tuple(changes)
