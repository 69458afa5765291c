"""Two years of one country compared on the questions that both have, whatever changed between them.

One rule: the weights, the points, the dimensions and the objectives of the later version hold for both
years, and each year's answers are scored with method 1 over the shared questions alone. So a change comes
from answers, never from questions. Levels are mapped by their codes. The result is for a comparison; what a
country submitted keeps the scores that it was frozen with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.method1 import METHOD, ObjectiveScore, Score, Scores, in_json, score
from surveyapp.scoring.reader import AnswersFile
from surveyapp.scoring.shared_questions import (
    LeftOut,
    NotComparable,
    SharedQuestion,
    Version,
    find_overlap,
)

LIKE_FOR_LIKE_FORMAT = "surveyapp-like-for-like/1"

_NOTHING = Score(None, None, None, None, None, None, 0, 0)


@dataclass(frozen=True, slots=True)
class Year:
    """One year's answers and the framework that they are to.

    `hidden` are the questions whose single answers the reader of the result may not work out.
    """

    framework: Framework
    answers: Answers
    hidden: frozenset[str] = frozenset()

    @property
    def version(self) -> Version:
        return Version(self.framework, self.hidden)


@dataclass(frozen=True, slots=True)
class Side:
    """An answers file with the framework that it answers, for a comparison on files."""

    given: AnswersFile
    framework: Framework
    framework_sha256: str

    @property
    def year(self) -> Year:
        return Year(self.framework, self.given.answers)

    @property
    def name(self) -> dict[str, object]:
        framework = self.framework
        pinned = {"id": framework.id, "version": framework.version, "sha256": self.framework_sha256}
        return {"cycle": self.given.cycle, "framework": pinned}


@dataclass(frozen=True, slots=True)
class Change:
    """Both years' scores over the shared questions; how many these are, and how many each version scores."""

    earlier: Score
    later: Score
    shared: int
    earlier_questions: int
    later_questions: int

    @property
    def change(self) -> Fraction | None:
        """In points, later less earlier; None where nothing is known in one of the years."""
        if self.earlier.value is None or self.later.value is None:
            return None
        return self.later.value - self.earlier.value


@dataclass(frozen=True, slots=True)
class ObjectiveChange:
    """An objective of the later version, and those of its dimensions that either version scores."""

    id: str
    whole: Change
    dimensions: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class LikeForLike:
    """All changes between two years, objectives in the later version's order."""

    overall: Change
    objectives: tuple[ObjectiveChange, ...]
    left_out: tuple[LeftOut, ...]

    def find_objective(self, objective_id: str) -> ObjectiveChange | None:
        return next((objective for objective in self.objectives if objective.id == objective_id), None)


@dataclass(frozen=True, slots=True)
class OnShared:
    """Two years as answers to one framework: the later version with nothing but the shared questions.

    In the `hidden` dimensions, each by the ids of its objective and itself, a single answer of either year
    could be worked out.
    """

    framework: Framework
    earlier: Answers
    later: Answers
    left_out: tuple[LeftOut, ...]
    hidden: frozenset[tuple[str, str]]


def on_shared(earlier: Year, later: Year) -> OnShared:
    """Both years' answers to the questions that both versions have, each under the later version's id.

    :raises NotComparable: the two are not versions of one framework.
    """
    overlap = find_overlap(earlier.version, later.version)
    hidden = {
        p.later.id for p in overlap.shared if p.earlier.id in earlier.hidden or p.later.id in later.hidden
    }
    return OnShared(
        framework=_framework_of(later.framework, overlap.shared),
        earlier=_pick(earlier.answers, {p.later.id: p.earlier.answer_id for p in overlap.shared}),
        later=_pick(later.answers, {p.later.id: p.later.answer_id for p in overlap.shared}),
        left_out=overlap.left_out,
        hidden=frozenset(
            (objective.id, later.framework.dimension_of(question.kind).id)
            for objective, sheet in later.framework.pairs()
            for question in sheet.questions
            if question.id in hidden
        ),
    )


def like_for_like(earlier: Year, later: Year) -> LikeForLike:
    """Compare two years on the questions that both have; exact.

    :raises NotComparable: the two are not versions of one framework.
    :raises UnknownLevel: an answer's code is not a level of its question.
    """
    shared = on_shared(earlier, later)
    scored = score(shared.framework, shared.earlier), score(shared.framework, shared.later)
    counts = [Counter(year.version.places().values()) for year in (earlier, later)]
    return LikeForLike(
        _change([one.overall for one in scored], [count.total() for count in counts]),
        tuple(_objective_change(later.framework, o.id, scored, counts) for o in later.framework.objectives),
        shared.left_out,
    )


def _framework_of(later: Framework, shared: Sequence[SharedQuestion]) -> Framework:
    """The later version with nothing but the shared questions, each asked by itself."""
    kept = {pair.later.id for pair in shared}
    sheets = (
        replace(sheet, questions=tuple(replace(q, same_as=None) for q in sheet.questions if q.id in kept))
        for sheet in later.questionnaires
    )
    return replace(later, questionnaires=tuple(sheets))


def _pick(answers: Answers, asked_as: Mapping[str, str]) -> Answers:
    """The answers by the later version's ids."""
    return {id_: answers[asked] for id_, asked in asked_as.items() if asked in answers}


def _objective_change(
    later: Framework, objective_id: str, scored: Sequence[Scores], counts: Sequence[Counter[tuple[str, str]]]
) -> ObjectiveChange:
    """`counts` are the numbers of scored questions by objective and kind, the earlier version's first."""
    found = [_find_objective(scores, objective_id) for scores in scored]
    dimensions = {}
    for dimension in later.dimensions:
        sizes = [count[objective_id, dimension.kind] for count in counts]
        if any(sizes):
            scores = [one.dimensions.get(dimension.id, _NOTHING) for one in found]
            dimensions[dimension.id] = _change(scores, sizes)
    totals = [sum(size for (id_, _), size in count.items() if id_ == objective_id) for count in counts]
    whole = _change([one.score for one in found], totals)
    return ObjectiveChange(objective_id, whole, MappingProxyType(dimensions))


def _find_objective(scores: Scores, objective_id: str) -> ObjectiveScore:
    """An objective that a version does not have is one without questions."""
    nothing = ObjectiveScore(objective_id, _NOTHING, MappingProxyType({}))
    return scores.find_objective(objective_id) or nothing


def _change(scores: Sequence[Score], sizes: Sequence[int]) -> Change:
    (before, after), (size_before, size_after) = scores, sizes
    return Change(before, after, after.questions, size_before, size_after)


def like_for_like_document(earlier: Side, later: Side) -> dict[str, object]:
    """The comparison as JSON; numbers have 4 decimals, rounded half up, and None where nothing is known.

    :raises NotComparable: not one country, not a later year, or not versions of one framework.
    """
    if earlier.given.country != later.given.country:
        raise NotComparable(
            f"the answers are of {earlier.given.country} and of {later.given.country}; give one country's"
        )
    if earlier.given.cycle >= later.given.cycle:
        raise NotComparable(
            f"{later.given.cycle} is not later than {earlier.given.cycle}; give the earlier year first"
        )
    result = like_for_like(earlier.year, later.year)
    return {
        "format": LIKE_FOR_LIKE_FORMAT,
        "country": later.given.country,
        "method": METHOD,
        "earlier": earlier.name,
        "later": later.name,
        "overall": _change_json(result.overall),
        "objectives": [
            {
                "id": objective.id,
                "change": _change_json(objective.whole),
                "dimensions": {name: _change_json(part) for name, part in objective.dimensions.items()},
            }
            for objective in result.objectives
        ],
        "left_out": [
            {"question": one.question.id, "objective": one.objective_id, "cause": one.cause.value}
            | ({"levels": list(one.codes)} if one.codes else {})
            for one in result.left_out
        ],
    }


def _change_json(change: Change) -> dict[str, object]:
    return {
        "earlier": in_json(change.earlier.value),
        "later": in_json(change.later.value),
        "change": in_json(change.change),
        "evidenced": {"earlier": in_json(change.earlier.evidenced), "later": in_json(change.later.evidenced)},
        "shared": change.shared,
        "earlier_questions": change.earlier_questions,
        "later_questions": change.later_questions,
    }
