"""Explanation JSON: why a score is what it is, for programs and for those who add it up themselves.

Each number is rounded once from its exact value to 4 decimals, so rounded terms may add up to a sum
that differs in its last decimals.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.explain import (
    DimensionExplanation,
    ObjectiveExplanation,
    OpenQuestion,
    TermExplanation,
    Weighed,
    answers_for_a_level,
    explain_objective,
    explain_overall,
    tell_open,
)
from surveyapp.scoring.method1 import METHOD, in_json, score_json
from surveyapp.scoring.steps import Change, Combination, smallest_steps

EXPLANATION_FORMAT = "surveyapp-explanation/1"
OVERALL = "overall"  # stands for an objective's id where the whole is meant


def explanation_document(
    framework: Framework,
    answers: Answers,
    objective_id: str,
    *,
    country: str,
    cycle: int,
    framework_sha256: str,
    hidden: Collection[str] = (),
) -> dict[str, object]:
    """Why one objective's score, or with `overall` the whole country's, is what it is.

    Of the dimensions in `hidden` only their scores are told: no single answer, and no steps, which would
    tell what holds the score down.

    :raises KeyError: the framework has no objective of that id.
    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    document: dict[str, object] = {
        "format": EXPLANATION_FORMAT,
        "country": country,
        "cycle": cycle,
        "framework": {"id": framework.id, "version": framework.version, "sha256": framework_sha256},
        "method": METHOD,
        "objective": objective_id,
    }
    if objective_id == OVERALL:
        return document | _overall_json(framework, answers)
    explained = explain_objective(framework, answers, objective_id)
    shown = [part for part in explained.dimensions if part.dimension.id not in hidden]
    is_whole = len(shown) == len(explained.dimensions)
    return document | {
        "score": score_json(explained.score),
        "dimensions": [_dimension_json(part, part in shown) for part in explained.dimensions],
        "unknown": [_open_json(framework, item) for item in tell_open(framework, explained, hidden)],
        "lacks_evidence": [
            _missing_evidence_json(part, term) for part in shown for term in part.terms if part.cost_of(term)
        ],
        "next_level": _next_level_json(framework, answers, explained) if is_whole else None,
    }


def _overall_json(framework: Framework, answers: Answers) -> dict[str, object]:
    explained = explain_overall(framework, answers)
    return {
        "score": score_json(explained.score),
        "objectives": [
            _weighed_json(term.objective.id, term.objective.weight, term) for term in explained.objectives
        ],
    }


def _weighed_json(part_id: str, weight: Fraction, part: Weighed) -> dict[str, object]:
    return {
        "id": part_id,
        "score": score_json(part.score),
        "weight": in_json(weight),
        "share": in_json(part.value_share),
        "bounds_share": in_json(part.bounds_share),
        "part": in_json(part.part),
        "without_evidence": in_json(part.cost),
        "width": in_json(part.width),
    }


def _dimension_json(part: DimensionExplanation, is_shown: bool) -> dict[str, object]:
    """Sums and terms are None for a dimension that is hidden."""
    sums = {
        "applicable": in_json(part.sums.applicable),
        "known": in_json(part.sums.known),
        "points": in_json(part.sums.points),
        "evidenced_points": in_json(part.sums.evidenced_points),
    }
    return _weighed_json(part.dimension.id, part.dimension.weight, part) | {
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
    """The smallest ways to the next maturity level; None in the highest.

    Without a level, for too little is known, `answer_first` says what to answer to get one.
    """
    objective_id, now = explained.objective.id, explained.score
    if now.level is None:
        first = answers_for_a_level(framework, answers, objective_id)
        return {
            "level": None,
            "from": None,
            "missing": None,
            "ways": [],
            "answer_first": [q.id for q in first],
        }
    assert now.value is not None  # it has a level
    value: Fraction = now.value
    above = next((band for band in framework.bands if band.starts_at > value), None)
    if above is None:
        return None
    return {
        "level": above.level,
        "from": in_json(above.starts_at),
        "missing": in_json(above.starts_at - value),
        "ways": [_way_json(framework, way) for way in smallest_steps(framework, answers, objective_id)],
        "answer_first": [],
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
