"""How far scores stand when weights and answers are a little other than given: seeded draws.

Each draw takes other weights and other answers, and scores by method 1. A draw's answers have no
unknowns left, so that everything applicable counts.

- Weights, at three levels (questions within a dimension, dimensions, objectives), come from a Dirichlet
  distribution around the given ones: its parameters are the given weights scaled to the mean
  `CONCENTRATION`, so that with equal weights one weight varies by about 30 % of itself. They are drawn
  as gamma variates and renormalised over what is applicable, which is again such a distribution.
- An unknown or missing answer has points uniform on [0, 1]; a given level is one step lower with
  probability 0.1 and one step higher with probability 0.1, staying inside the ladder. A question that
  counts in several places through `same_as` is drawn once.

Streams of PCG64 are named by their use: the weights' by the seed alone, so that all countries meet the
same weights; the answers' by seed, country and cycle, so that a country's band is the same whatever it
is compared with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from surveyapp.framework.model import Framework, Question
from surveyapp.scoring.answers import Answers, AnswerState
from surveyapp.scoring.method1 import DRAWS, MOST_DRAWS, SEED, Interval, Intervals, Scores, term_of

CONCENTRATION = 10.0
SLIP = 0.1  # the probability of one step lower, and of one step higher
TAILS = (0.05, 0.95)
DISTINGUISHABLE = (Fraction(1, 10), Fraction(9, 10))  # probabilities outside tell two countries apart

_BLOCK = 5_000  # draws at once: bounds the memory, changes no number
_SAME = 9  # decimals of a score from 0 to 100 up to which two draws tie

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """A country's scores in each draw, 0 to 100, by what is scored; left out where nothing is applicable.

    Keys: "" for the overall score, an objective's id, or (objective id, dimension id).
    """

    scores: Mapping[object, Array]

    def find(self, key: object) -> Array | None:
        return self.scores.get(key)


@dataclass(frozen=True, slots=True)
class _Dimension:
    objective_id: str
    dimension_id: str
    questions: tuple[Question, ...]  # the scored ones


@dataclass(frozen=True)
class Robustness:
    """The draws over one framework; `draws` from 1 to 100,000, `seed` 0 or more."""

    framework: Framework
    draws: int = DRAWS
    seed: int = SEED

    def __post_init__(self) -> None:
        if not 1 <= self.draws <= MOST_DRAWS:
            raise ValueError(f"draws is {self.draws}; give a number from 1 to {MOST_DRAWS}")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; give 0 or more")

    def draw(self, answers: Answers, *, country: str, cycle: int) -> Draws:
        """The scores of one country and cycle in each draw.

        :raises UnknownLevel: an answer's code is not a level of its question.
        """
        generator = self._stream(1, *country.encode(), cycle)
        ladders = [self._ladder(question, answers) for question in self._asked]
        blocks: list[dict[object, Array]] = []
        for weights in self._weight_blocks():
            chances = _in_rows(generator.random((weights.size, len(self._asked))))
            points = {
                question.id: ladder.points_at(chances[place])
                for place, (question, ladder) in enumerate(zip(self._asked, ladders, strict=True))
                if ladder is not None
            }
            blocks.append(self._score(points, weights))
        keys = blocks[0].keys()
        return Draws(
            MappingProxyType({key: np.concatenate([block[key] for block in blocks]) for key in keys})
        )

    def intervals(self, drawn: Draws, scores: Scores) -> Intervals:
        """The 5 to 95 % band of each score, widened where needed to hold its value."""
        return Intervals(
            overall=band_of(drawn.find(""), scores.overall.value),
            objectives={o.id: band_of(drawn.find(o.id), o.score.value) for o in scores.objectives},
            dimensions={
                (o.id, dimension_id): band_of(drawn.find((o.id, dimension_id)), part.value)
                for o in scores.objectives
                for dimension_id, part in o.dimensions.items()
            },
        )

    @cached_property
    def _asked(self) -> tuple[Question, ...]:
        """The questions with an answer of their own, in a fixed order, whatever was answered."""
        return tuple(question for question in self.framework.questions.values() if question.same_as is None)

    @cached_property
    def _dimensions(self) -> tuple[_Dimension, ...]:
        found = (
            _Dimension(
                objective.id,
                dimension.id,
                tuple(question for question in questionnaire.of_kind(dimension.kind) if question.is_scored),
            )
            for objective, questionnaire in self.framework.pairs()
            for dimension in self.framework.dimensions
        )
        return tuple(part for part in found if part.questions)

    def _stream(self, *names: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=names)))

    def _weight_blocks(self) -> Iterator[_Weights]:
        """Blocks of drawn weights, the same at each call; kept when they are one block."""
        if self.draws <= _BLOCK:
            yield self._only_weights
        else:
            yield from self._draw_weights()

    @cached_property
    def _only_weights(self) -> _Weights:
        return next(self._draw_weights())

    def _draw_weights(self) -> Iterator[_Weights]:
        generator = self._stream(0)
        shapes = [_shapes([q.weight for q in part.questions]) for part in self._dimensions]
        shapes.append(_shapes([dimension.weight for dimension in self.framework.dimensions]))
        shapes.append(_shapes([objective.weight for objective in self.framework.objectives]))
        ends = np.cumsum([len(some) for some in shapes])[:-1]
        for start in range(0, self.draws, _BLOCK):
            size = min(_BLOCK, self.draws - start)
            together = np.concatenate(shapes)
            drawn = _in_rows(generator.standard_gamma(together, (size, len(together))))
            *questions, dimensions, objectives = np.split(drawn, ends)
            by_dimension = dict(zip((d.id for d in self.framework.dimensions), dimensions, strict=True))
            by_objective = dict(zip((o.id for o in self.framework.objectives), objectives, strict=True))
            yield _Weights(size, questions, by_dimension, by_objective)

    def _score(self, points: Mapping[str, Array], weights: _Weights) -> dict[object, Array]:
        """Method 1 over arrays of draws, where nothing applicable is unknown."""
        scores: dict[object, Array] = {}
        parts: dict[str, list[tuple[Array, Array]]] = {o.id: [] for o in self.framework.objectives}
        for part, drawn in zip(self._dimensions, weights.questions, strict=True):
            terms = [
                (weight, points[question.answer_id])
                for question, weight in zip(part.questions, drawn, strict=True)
                if question.answer_id in points
            ]
            if terms:
                mean = _mean(terms)
                scores[part.objective_id, part.dimension_id] = 100 * mean
                parts[part.objective_id].append((weights.dimensions[part.dimension_id], mean))
        means = {objective_id: _mean(terms) for objective_id, terms in parts.items() if terms}
        scores |= {objective_id: 100 * mean for objective_id, mean in means.items()}
        if means:
            scores[""] = 100 * _mean([(weights.objectives[o], mean) for o, mean in means.items()])
        return {key: np.clip(np.round(drawn, _SAME), 0, 100) for key, drawn in scores.items()}

    def _ladder(self, question: Question, answers: Answers) -> _Ladder | None:
        """What a question's points are drawn from; None where it is not applicable."""
        term = term_of(question, answers.get(question.id))
        if term.state is AnswerState.NOT_APPLICABLE:
            return None
        if term.level is None:
            return _Ladder(None)
        place = question.levels.index(term.level)
        near = (max(place - 1, 0), place, min(place + 1, len(question.levels) - 1))
        lower, given, higher = (float(question.levels[index].points) for index in near)
        return _Ladder((lower, given, higher))


@dataclass(frozen=True, slots=True)
class _Weights:
    """Drawn weights, unnormalised: an array of draws for each question, dimension and objective."""

    size: int
    questions: list[Array]  # one for each dimension of each objective, questions by draws
    dimensions: Mapping[str, Array]
    objectives: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class _Ladder:
    """The points one step lower, as given and one step higher; None for an unknown answer."""

    steps: tuple[float, float, float] | None

    def points_at(self, chances: Array) -> Array:
        """The points at numbers drawn from [0, 1)."""
        if self.steps is None:
            return chances
        lower, given, higher = self.steps
        return np.where(chances < SLIP, lower, np.where(chances >= 1 - SLIP, higher, given))


def _shapes(weights: Sequence[Fraction]) -> Array:
    """The parameters of the Dirichlet distribution around these weights."""
    mean = sum(weights, Fraction(0)) / len(weights)
    return np.array([CONCENTRATION * float(weight / mean) for weight in weights])


def _in_rows(draws_by_item: Array) -> Array:
    """Items by draws; drawn the other way round, so that the block size changes no number."""
    return np.ascontiguousarray(draws_by_item.T)


def _mean(terms: Sequence[tuple[Array, Array]]) -> Array:
    """The weighted mean, summed term by term: the same on every machine, unlike a matrix product."""
    total = np.zeros_like(terms[0][0])
    sum_of_weights = np.zeros_like(total)
    for weight, numbers in terms:
        total += weight * numbers
        sum_of_weights += weight
    result: Array = total / sum_of_weights
    return result


def band_of(drawn: Array | None, value: Fraction | None) -> Interval | None:
    """The 5 to 95 % band of drawn scores, widened to hold the value; None where nothing was drawn."""
    if drawn is None:
        return None
    low, high = (Fraction(float(end)) for end in np.quantile(drawn, TAILS))
    return (low, high) if value is None else (min(low, value), max(high, value))


def probability_above(a: Array | None, b: Array | None) -> Fraction | None:
    """How probable it is that a is above b, ties counted half; None where either has no score."""
    if a is None or b is None:
        return None
    above, ties = int(np.count_nonzero(a > b)), int(np.count_nonzero(a == b))
    return Fraction(2 * above + ties, 2 * len(a))


def is_distinguishable(probability: Fraction | None) -> bool | None:
    """Whether the probability tells two countries apart: below 0.1 or above 0.9."""
    if probability is None:
        return None
    least, most = DISTINGUISHABLE
    return not least <= probability <= most
