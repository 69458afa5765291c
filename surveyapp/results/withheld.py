"""What a country does not let everybody see of its published results."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from surveyapp.accounts.permissions import Relation
from surveyapp.assessments.models import Assessment, Reach
from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.like_for_like import Change, LikeForLike, ObjectiveChange
from surveyapp.scoring.method1 import Intervals, ObjectiveScore, Score, Scores, score_json

# In place of a score that the reader may not see. A score that was made has questions, so they differ.
WITHHELD = Score(None, None, None, None, None, None, answered=0, questions=0)

REGION = {Relation.FOCAL_OWN, Relation.FOCAL_OTHER, Relation.COORDINATOR, Relation.ANALYST}


def is_withheld(score: Score) -> bool:
    return score == WITHHELD


def find_withheld(assessment: Assessment, held: Collection[Relation]) -> frozenset[str]:
    """The objectives that somebody with these relations to the country may not see published.

    `assessment.consents` must be loaded.
    """
    hidden = {Reach.PRIVATE} if REGION & set(held) else {Reach.PRIVATE, Reach.REGION}
    return frozenset(row.objective_id for row in assessment.consents if row.reach in hidden)


def withhold(scores: Scores, withheld: frozenset[str]) -> Scores:
    """The scores without those objectives, and without the whole: one could subtract."""
    if not withheld:
        return scores
    objectives = tuple(
        ObjectiveScore(one.id, WITHHELD, dict.fromkeys(one.dimensions, WITHHELD))
        if one.id in withheld
        else one
        for one in scores.objectives
    )
    return Scores(WITHHELD, objectives)


def withhold_document(document: dict[str, Any], withheld: frozenset[str]) -> dict[str, Any]:
    """Scores JSON in the same way: nulls in place of what may not be seen."""
    if not withheld:
        return document
    nothing = score_json(WITHHELD)
    objectives = [
        {**one, "score": nothing, "dimensions": dict.fromkeys(one["dimensions"], nothing)}
        if one["id"] in withheld
        else one
        for one in document["objectives"]
    ]
    return {**document, "overall": nothing, "objectives": objectives}


def withhold_changes(compared: LikeForLike, withheld: frozenset[str]) -> LikeForLike:
    """The changes between two years without those objectives, and without the whole."""
    if not withheld:
        return compared
    objectives = tuple(
        ObjectiveChange(
            one.id, _without(one.whole), {name: _without(part) for name, part in one.dimensions.items()}
        )
        if one.id in withheld
        else one
        for one in compared.objectives
    )
    return replace(compared, overall=_without(compared.overall), objectives=objectives)


def _without(change: Change) -> Change:
    """How many questions are compared, without what came of it."""
    return replace(change, earlier=WITHHELD, later=WITHHELD)


def withhold_bands(bands: Intervals, withheld: frozenset[str]) -> Intervals:
    """The bands of the scores that `withhold` leaves."""
    if not withheld:
        return bands
    return Intervals(
        overall=None,
        objectives={id_: None if id_ in withheld else band for id_, band in bands.objectives.items()},
        dimensions={key: None if key[0] in withheld else band for key, band in bands.dimensions.items()},
    )


def without_answers(answers: Answers, framework: Framework, withheld: frozenset[str]) -> Answers:
    """The answers without those asked in these objectives, save where another one needs them."""
    if not withheld:
        return answers
    needed = {
        question.answer_id
        for sheet in framework.questionnaires
        if sheet.id not in withheld
        for question in sheet.questions
    }
    return {question_id: answer for question_id, answer in answers.items() if question_id in needed}


def asked_in(framework: Framework, withheld: Collection[str]) -> frozenset[str]:
    """The questions that are asked in these objectives."""
    return frozenset(
        question.id
        for sheet in framework.questionnaires
        if sheet.id in withheld
        for question in sheet.questions
    )
