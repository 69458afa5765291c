"""The way to the next maturity level, as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveyapp.framework.model import Band, Framework
from surveyapp.results.service import CountryResult
from surveyapp.results.sums import Addition, add
from surveyapp.scoring.explain import answers_for_an_overall_level
from surveyapp.scoring.method1 import Score
from surveyapp.scoring.overall_steps import fewest_steps
from surveyapp.scoring.raising import Change


def find_band(framework: Framework, score: Score) -> Band | None:
    """The band of a score that has a level."""
    return None if score.level is None or score.value is None else framework.band_of(score.value)


def next_band(framework: Framework, band: Band | None) -> Band | None:
    """The band above; None above the highest and without a band."""
    if band is None:
        return None
    return next((each for each in framework.bands if each.starts_at > band.starts_at), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One question raised by some steps: its number in the guidelines, and the levels' codes."""

    source: str
    from_level: str | None
    to_level: str
    needs_evidence: bool


def make_step(framework: Framework, change: Change) -> Step:
    """A change as a page words it."""
    source = framework.questions[change.question_id].source
    return Step(source, change.from_level, change.to_level, change.needs_evidence)


@dataclass(frozen=True, slots=True)
class RaisedObjective:
    """What is raised in one objective's questionnaire, and the objective's score when all is raised."""

    steps: tuple[Step, ...]
    now: Fraction | None
    then: Fraction | None
    part: Fraction | None  # that score times the weight of the objective


@dataclass(frozen=True, slots=True)
class OverallWayShown:
    """One way to the next level of the overall score, by objective, in framework order; the parts divided by
    `weight` are the score then. No fewer than `at_least` steps are enough.
    """

    objectives: tuple[RaisedObjective, ...]
    steps: int
    at_least: int
    sum: Addition
    weight: Fraction

    @property
    def result(self) -> Fraction:
        return self.sum.total / self.weight

    @property
    def lifts_elsewhere(self) -> bool:
        """Whether an objective rises in which nothing is raised: an answer counts there too."""
        return any(one.then != one.now and not one.steps for one in self.objectives)


@dataclass(frozen=True, slots=True)
class OverallNext:
    """How the overall score gets to its next level, or to one at all by what is to be answered first.

    `band` is None in the highest level and without one. Both others are empty for whoever may not see all
    answers (`is_hidden`): what lifts a score tells what holds it down.
    """

    band: Band | None
    missing: Fraction | None
    is_hidden: bool
    way: OverallWayShown | None
    to_answer: tuple[str, ...]


def make_overall_next(result: CountryResult, score: Score, *, is_hidden: bool) -> OverallNext:
    """The way to the next level of the overall score."""
    band = next_band(result.framework, find_band(result.framework, score))
    missing = band.starts_at - score.value if band is not None and score.value is not None else None
    if is_hidden:
        return OverallNext(band, missing, True, None, ())
    to_answer: Sequence[str] = ()
    if score.level is None:
        asked_first = answers_for_an_overall_level(result.framework, result.answers)
        to_answer = [question.source for question in asked_first]
    return OverallNext(band, missing, False, _show_way(result) if band else None, tuple(to_answer))


def _show_way(result: CountryResult) -> OverallWayShown | None:
    framework = result.framework
    way = fewest_steps(framework, result.answers)
    if way is None:
        return None
    steps = {change.question_id: make_step(framework, change) for change in way.changes}
    shown = []
    weight = Fraction(0)
    for (objective, sheet), before in zip(framework.pairs(), result.scores.objectives, strict=True):
        then = way.scores.get_objective(objective.id).score.value
        raised = tuple(steps[question.id] for question in sheet.questions if question.id in steps)
        part = None if then is None else objective.weight * then
        shown.append(RaisedObjective(raised, before.score.value, then, part))
        weight += 0 if then is None else objective.weight
    return OverallWayShown(tuple(shown), way.steps, way.at_least, add(one.part for one in shown), weight)
