"""Whether a framework that came as a document can be scored: the rules that the loader holds for files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from surveyapp.framework.model import Framework, Level, Question


def list_unsound(framework: Framework) -> list[str]:
    """One sentence for each rule that the framework breaks, with its place; nothing for a loaded one."""
    return [
        *_check_dimensions(framework),
        *_check_bands(framework),
        *_check_objectives(framework),
        *_check_questions(framework),
    ]


def _repeated(names: Iterable[Hashable]) -> list[Hashable]:
    return [name for name, times in Counter(names).items() if times > 1]


def _check_dimensions(framework: Framework) -> Iterator[str]:
    if not framework.dimensions:
        yield "dimensions: there is none"
    if _repeated(d.kind for d in framework.dimensions) or _repeated(d.id for d in framework.dimensions):
        yield "dimensions: a kind or an id stands twice"
    for dimension in framework.dimensions:
        if dimension.weight <= 0:
            yield f"dimensions: the weight of {dimension.id} is not above 0"


def _check_bands(framework: Framework) -> Iterator[str]:
    starts = [band.starts_at for band in framework.bands]
    if not starts or starts[0] != 0 or not _rises(starts):
        yield "bands: they do not begin at 0 and rise"
    if framework.minimum_coverage > 1:
        yield "minimum_coverage: it is above 1"


def _rises(numbers: Sequence[Fraction]) -> bool:
    return all(lower < higher for lower, higher in pairwise(numbers))


def _check_objectives(framework: Framework) -> Iterator[str]:
    if not framework.objectives:
        yield "objectives: there is none"
    if _repeated(o.id for o in framework.objectives) or _repeated(o.number for o in framework.objectives):
        yield "objectives: an id or a number stands twice"
    numbers = [objective.number for objective in framework.objectives]
    if [sheet.objective for sheet in framework.questionnaires] != numbers:
        yield "questionnaires: they are not one for each objective, in the same order"
    for objective in framework.objectives:
        if objective.weight <= 0:
            yield f"objectives: the weight of {objective.id} is not above 0"


def _check_questions(framework: Framework) -> Iterator[str]:
    kinds = {dimension.kind for dimension in framework.dimensions}
    questions = [question for sheet in framework.questionnaires for question in sheet.questions]
    for question_id in _repeated(question.id for question in questions):
        yield f"question {question_id}: it stands twice"
    for question in questions:
        if question.kind not in kinds:
            yield f"question {question.id}: no dimension has its kind"
        if not _is_ladder(question.levels):
            yield f"question {question.id}: its levels are not from 0 to 1, rising, each code once"
        if question.evidence_from not in (None, *(level.code for level in question.levels[1:])):
            yield f"question {question.id}: evidence_from is none of its higher levels"
        if question.same_as is not None and not _repeats(question, framework.questions.get(question.same_as)):
            yield f"question {question.id}: it is not the same as {question.same_as}"


def _is_ladder(levels: Sequence[Level]) -> bool:
    points = [level.points for level in levels]
    is_whole = len(levels) >= 2 and points[0] == 0 and points[-1] == 1
    return is_whole and _rises(points) and not _repeated(level.code for level in levels)


def _repeats(question: Question, target: Question | None) -> bool:
    """Whether the answer to `target` can be scored at `question` too."""
    if target is None or target.same_as is not None:
        return False
    return (question.levels, question.evidence_from) == (target.levels, target.evidence_from)
