"""What a score hangs on, as the page shows it: with nothing in it that its reader may not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from surveyapp.framework.model import Framework, Objective
from surveyapp.language.content import Content, QuestionText, Text
from surveyapp.results.cells import Cell, cell_of
from surveyapp.results.robust import hash_of
from surveyapp.results.service import CountryResult, list_hidden
from surveyapp.scoring.alternatives import ALTERNATIVES, WhatIf, what_if
from surveyapp.scoring.answers import Answers
from surveyapp.scoring.method1 import Interval, Score
from surveyapp.scoring.sensitivity import (
    AnswerMove,
    Sensitivities,
    Sensitivity,
    WeightMove,
    WeightOf,
    measure_sensitivity,
    objective_sensitivity,
)
from surveyapp.web.numbers import half_up, show

Hidden = frozenset[tuple[str, str]]  # ids of objectives and their dimensions

KEPT = 32  # results whose sensitivities are kept, about 0.5 megabytes each
SHOWN = 10  # weights and answers of the overall score; those of an objective are all shown


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A weight moved alone. `sign` is an objective's number or a question's source, empty of a dimension."""

    move: WeightMove
    sign: str
    title: Text | QuestionText


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer moved alone, with the question as it is asked."""

    move: AnswerMove
    source: str
    text: QuestionText


@dataclass(frozen=True, slots=True)
class Other:
    """What a value would be if dimensions were combined otherwise; never a score."""

    name: str  # of the alternative
    value: Fraction | None
    difference: Fraction | None  # to the score, in points


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective in the table of the whole."""

    id: str
    number: int
    title: Text
    score: Score
    cell: Cell
    range: Interval | None
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class Hanging:
    """All that the page says of one score; of the overall one `objective` and `title` are None and there
    are `rows`, of an objective's there are none.
    """

    objective: Objective | None
    title: Text | None
    score: Score
    cell: Cell
    measured: Sensitivity
    levels: tuple[int, ...]  # those that the range lies in; none where the score has no level
    others: tuple[Other, ...]
    weights: tuple[WeightRow, ...]
    answers: tuple[AnswerRow, ...]
    rows: tuple[ObjectiveRow, ...]
    hides_something: bool

    @property
    def range(self) -> Interval | None:
        """Of the value, when every weight may move by half."""
        return self.measured.range

    @property
    def range_is_seen(self) -> bool:
        """Whether its ends differ once they are rounded for people."""
        return self.range is not None and half_up(self.range[0]) != half_up(self.range[1])

    @property
    def is_complete(self) -> bool:
        """Whether all weights and answers that may be told are listed."""
        return (len(self.weights), len(self.answers)) == (
            len(self.measured.weights),
            len(self.measured.answers),
        )


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose sensitivities they are; equal where the hashes and what is hidden are."""

    framework_sha256: str
    sha256: str
    hidden: Hidden
    framework: Framework = field(compare=False)
    answers: Answers = field(compare=False)


@lru_cache(maxsize=KEPT)
def _measure(subject: _Subject) -> Sensitivities:
    """Kept in memory, since it takes half a second."""
    return measure_sensitivity(subject.framework, subject.answers, subject.hidden)


def make_hanging(result: CountryResult, content: Content, objective_id: str | None) -> Hanging:
    """What a score hangs on, for the person that `result` was made for; with None the overall score.

    :raises KeyError: the framework has no objective of that id.
    """
    framework = result.framework
    hidden = frozenset() if result.sees_all else list_hidden(result)
    what_ifs = [what_if(framework, result.scores, name) for name in ALTERNATIVES]
    rows: tuple[ObjectiveRow, ...] = ()
    shown: int | None = None
    if objective_id is None:
        sensitivities = _measure(_subject_of(result, hidden))
        measured, score, found = sensitivities.overall, result.scores.overall, None
        rows, shown = _list_rows(result, content, sensitivities, what_ifs), SHOWN
    else:
        score, found = result.scores.get_objective(objective_id).score, framework.find_objective(objective_id)
        measured = objective_sensitivity(framework, result.answers, objective_id, hidden)
        hidden = frozenset(pair for pair in hidden if pair[0] == objective_id)
    return Hanging(
        objective=found[0] if found else None,
        title=content.title(found[1]) if found else None,
        score=score,
        cell=cell_of(framework, score),
        measured=measured,
        levels=_list_levels(framework, score, measured.range),
        others=_others(score, what_ifs, objective_id),
        weights=tuple(_weight_row(framework, content, move) for move in measured.weights[:shown]),
        answers=tuple(_answer_row(framework, content, move) for move in measured.answers[:shown]),
        rows=rows,
        hides_something=bool(hidden),
    )


def _subject_of(result: CountryResult, hidden: Hidden) -> _Subject:
    pinned = result.cycle.framework_version.sha256
    return _Subject(pinned, hash_of(result), hidden, result.framework, result.answers)


def _list_rows(
    result: CountryResult, content: Content, measured: Sensitivities, what_ifs: Sequence[WhatIf]
) -> tuple[ObjectiveRow, ...]:
    return tuple(
        ObjectiveRow(
            id=objective.id,
            number=objective.number,
            title=content.title(questionnaire),
            score=(score := result.scores.get_objective(objective.id).score),
            cell=cell_of(result.framework, score),
            range=measured.objectives[objective.id].range,
            others=_others(score, what_ifs, objective.id),
        )
        for objective, questionnaire in result.framework.pairs()
    )


def _others(score: Score, what_ifs: Iterable[WhatIf], objective_id: str | None) -> tuple[Other, ...]:
    return tuple(
        Other(
            one.alternative,
            value := one.overall if objective_id is None else one.objectives[objective_id],
            None if value is None or score.value is None else value - score.value,
        )
        for one in what_ifs
    )


def _list_levels(framework: Framework, score: Score, range_: Interval | None) -> tuple[int, ...]:
    if score.level is None or range_ is None:
        return ()
    lowest, highest = (framework.band_of(end).level for end in range_)
    return tuple(band.level for band in framework.bands if lowest <= band.level <= highest)


def _weight_row(framework: Framework, content: Content, move: WeightMove) -> WeightRow:
    if move.of is WeightOf.QUESTION:
        question = framework.questions[move.id]
        return WeightRow(move, question.source, content.question(question))
    if move.of is WeightOf.DIMENSION:
        dimension = next(one for one in framework.dimensions if one.id == move.id)
        return WeightRow(move, "", content.dimension(dimension))
    found = framework.find_objective(move.id)
    assert found is not None  # it was measured
    return WeightRow(move, show(found[0].number), content.title(found[1]))


def _answer_row(framework: Framework, content: Content, move: AnswerMove) -> AnswerRow:
    question = framework.questions[move.question_id]
    return AnswerRow(move, question.source, content.question(question))


def measure_public(result: CountryResult) -> Sensitivities:
    """What everybody may know that published scores hang on; `result` is what a visitor sees."""
    return _measure(_subject_of(result, list_hidden(result)))
