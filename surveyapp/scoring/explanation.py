"""Explanation JSON: why a score is what it is, for programs and for those who add it up themselves.

Each number is rounded once from its exact value to 4 decimals, so rounded terms may add up to a sum
that differs in its last decimals. Each score has its 5-95 % band, from draws made before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveyapp.framework.model import Framework, Question
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.explain import (
    DimensionExplanation,
    ObjectiveExplanation,
    OpenQuestion,
    TermExplanation,
    Weighed,
    answers_for_a_level,
    answers_for_an_overall_level,
    explain_objective,
    explain_overall,
    open_in_overall,
    tell_open,
)
from surveyapp.scoring.method1 import (
    METHOD,
    Interval,
    Intervals,
    Score,
    in_json,
    interval_json,
    score_json,
)
from surveyapp.scoring.overall_steps import OverallWay, fewest_steps
from surveyapp.scoring.raising import Change
from surveyapp.scoring.steps import Combination, smallest_steps

EXPLANATION_FORMAT = "surveyapp-explanation/1"
OVERALL = "overall"  # stands for an objective's id where the whole is meant


@dataclass(frozen=True, slots=True)
class DrawnBands:
    """The 5 to 95 % bands of a country's scores, and the draws that they were made of."""

    intervals: Intervals
    draws: int
    seed: int


def explanation_document(
    framework: Framework,
    answers: Answers,
    objective_id: str,
    bands: DrawnBands,
    *,
    country: str,
    cycle: int,
    framework_sha256: str,
    hidden: Collection[tuple[str, str]] = (),
) -> dict[str, object]:
    """Why one objective's score, or with `overall` the whole country's, is what it is.

    Of the dimensions in `hidden`, given by objective and dimension, only their scores are told: no single
    answer, and no steps where they count, which would tell what holds the score down.

    :raises KeyError: the framework has no objective of that id.
    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    document: dict[str, object] = {
        "format": EXPLANATION_FORMAT,
        "country": country,
        "cycle": cycle,
        "framework": {"id": framework.id, "version": framework.version, "sha256": framework_sha256},
        "method": METHOD,
        "draws": bands.draws,
        "seed": bands.seed,
        "objective": objective_id,
    }
    if objective_id == OVERALL:
        return document | _overall_json(framework, answers, bands.intervals, hidden)
    hidden_here = {dimension_id for whose, dimension_id in hidden if whose == objective_id}
    return document | _objective_json(framework, answers, objective_id, bands.intervals, hidden_here)


def _objective_json(
    framework: Framework,
    answers: Answers,
    objective_id: str,
    intervals: Intervals,
    hidden: Collection[str],
) -> dict[str, object]:
    explained = explain_objective(framework, answers, objective_id)
    shown = [part for part in explained.dimensions if part.dimension.id not in hidden]
    is_whole = len(shown) == len(explained.dimensions)
    return {
        "score": _score_json(explained.score, intervals.objectives[objective_id]),
        "dimensions": [
            _dimension_json(part, intervals.dimensions[objective_id, part.dimension.id], part in shown)
            for part in explained.dimensions
        ],
        "unknown": [_open_json(framework, item) for item in tell_open(framework, explained, hidden)],
        "lacks_evidence": [
            _missing_evidence_json(part, term) for part in shown for term in part.terms if part.cost_of(term)
        ],
        "next_level": _next_level_json(framework, answers, explained) if is_whole else None,
    }


def _overall_json(
    framework: Framework, answers: Answers, intervals: Intervals, hidden: Collection[tuple[str, str]]
) -> dict[str, object]:
    explained = explain_overall(framework, answers)
    return {
        "score": _score_json(explained.score, intervals.overall),
        "objectives": [
            _weighed_json(
                term.objective.id, term.objective.weight, term, intervals.objectives[term.objective.id]
            )
            for term in explained.objectives
        ],
        "unknown": [
            {"objective": whose, **_open_json(framework, item)}
            for whose, item in open_in_overall(framework, answers, hidden)
        ],
        "next_level": None if hidden else _next_overall_level_json(framework, answers, explained.score),
    }


def _score_json(score: Score, band: Interval | None) -> dict[str, object]:
    return score_json(score) | {"band": interval_json(band)}


def _weighed_json(part_id: str, weight: Fraction, part: Weighed, band: Interval | None) -> dict[str, object]:
    return {
        "id": part_id,
        "score": _score_json(part.score, band),
        "weight": in_json(weight),
        "share": in_json(part.value_share),
        "bounds_share": in_json(part.bounds_share),
        "part": in_json(part.part),
        "without_evidence": in_json(part.cost),
        "width": in_json(part.width),
    }


def _dimension_json(part: DimensionExplanation, band: Interval | None, is_shown: bool) -> dict[str, object]:
    """Sums and terms are None for a dimension that is hidden."""
    sums = {
        "applicable": in_json(part.sums.applicable),
        "known": in_json(part.sums.known),
        "points": in_json(part.sums.points),
        "evidenced_points": in_json(part.sums.evidenced_points),
    }
    return _weighed_json(part.dimension.id, part.dimension.weight, part, band) | {
        "hidden": not is_shown,
        "sums": sums if is_shown else None,
        "terms": [_term_json(part, term) for term in part.terms] if is_shown else None,
    }


def _term_json(part: DimensionExplanation, term: TermExplanation) -> dict[str, object]:
    return {
        "question": term.question_id,
        "source": term.source,
        "asked_as": term.asked_as,
        "state": term.state.value,
        "level": term.level_code,
        "weight": in_json(term.weight),
        "points": in_json(term.points),
        "evidenced_points": in_json(term.evidenced_points),
        "counts": term.counts,
        "worth": in_json(part.worth_of(term)),
    }


def _open_json(framework: Framework, item: OpenQuestion) -> dict[str, object]:
    return {
        "question": item.question_id,
        "source": framework.questions[item.question_id].source,
        "dimension": item.dimension_id,
        "state": item.state.value,
        "value_at_lowest": in_json(item.value_at_lowest),
        "value_at_highest": in_json(item.value_at_highest),
        "width": in_json(item.width),
    }


def _missing_evidence_json(part: DimensionExplanation, term: TermExplanation) -> dict[str, object]:
    return {
        "question": term.question_id,
        "source": term.source,
        "dimension": part.dimension.id,
        "level": term.level_code,
        "points": in_json(term.points),
        "evidenced_points": in_json(term.evidenced_points),
        "costs": in_json(part.cost_of(term)),
    }


def _next_level_json(
    framework: Framework, answers: Answers, explained: ObjectiveExplanation
) -> dict[str, object] | None:
    """The smallest ways to the next maturity level; None in the highest."""
    objective_id, now = explained.objective.id, explained.score
    if now.level is None:
        return _no_level_json(answers_for_a_level(framework, answers, objective_id))
    ways = [_way_json(framework, way) for way in smallest_steps(framework, answers, objective_id)]
    return _level_above_json(framework, now, ways)


def _next_overall_level_json(framework: Framework, answers: Answers, now: Score) -> dict[str, object] | None:
    """The one way found to the next maturity level; None in the highest.

    Its `at_least` is the least number of steps that is proven; where `steps` is the same, no fewer do.
    """
    if now.level is None:
        return _no_level_json(answers_for_an_overall_level(framework, answers))
    way = fewest_steps(framework, answers)
    return _level_above_json(framework, now, [_overall_way_json(framework, way)] if way else [])


def _no_level_json(first: Sequence[Question]) -> dict[str, object]:
    """Too little is known: `answer_first` says what to answer to get a level."""
    ids = [question.id for question in first]
    return {"level": None, "from": None, "missing": None, "ways": [], "answer_first": ids}


def _level_above_json(framework: Framework, now: Score, ways: Sequence[object]) -> dict[str, object] | None:
    assert now.value is not None  # it has a level
    value: Fraction = now.value
    above = next((band for band in framework.bands if band.starts_at > value), None)
    if above is None:
        return None
    return {
        "level": above.level,
        "from": in_json(above.starts_at),
        "missing": in_json(above.starts_at - value),
        "ways": ways,
        "answer_first": [],
    }


def _overall_way_json(framework: Framework, way: OverallWay) -> dict[str, object]:
    return {
        "steps": way.steps,
        "at_least": way.at_least,
        "changes": [_change_json(framework, change) for change in way.changes],
        "value": in_json(way.scores.overall.value),
        "level": way.scores.overall.level,
        "objectives": {one.id: in_json(one.score.value) for one in way.scores.objectives},
    }


def _way_json(framework: Framework, way: Combination) -> dict[str, object]:
    return {
        "steps": way.steps,
        "changes": [_change_json(framework, change) for change in way.changes],
        "value": in_json(way.value),
        "level": way.level,
    }


def _change_json(framework: Framework, change: Change) -> dict[str, object]:
    return {
        "question": change.question_id,
        "source": framework.questions[change.question_id].source,
        "from": change.from_level,
        "to": change.to_level,
        "steps": change.steps,
        "needs_evidence": change.needs_evidence,
    }
