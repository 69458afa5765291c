"""Which questions two versions of a framework have in common, and why the others are not among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from surveyapp.framework.model import Framework, Question


class NotComparable(ValueError):
    """The two sides are no two years of one thing; the message says what is different."""


class Cause(StrEnum):
    """Why a scored question is not compared."""

    NEW = "new"  # the earlier version does not have it
    GONE = "gone"  # the later version does not have it
    NOT_SCORED = "not_scored"  # one of the versions records it without scoring it
    ASKED_ELSEWHERE = "asked_elsewhere"  # its answer is that of another question than before
    LEVELS = "levels"  # one version has a level whose code the other lacks
    WITHHELD = "withheld"  # an answer that the reader may not see could be worked out


@dataclass(frozen=True, slots=True)
class SharedQuestion:
    """A question as each version has it."""

    earlier: Question
    later: Question


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A scored question that is not compared. `question` is the later version's where there is one.

    `codes` are the levels that one version alone has.
    """

    question: Question
    objective_id: str  # in the version that `question` is of
    cause: Cause
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A framework, and the questions whose single answers the reader may not work out."""

    framework: Framework
    hidden: frozenset[str] = frozenset()

    def places(self) -> dict[str, tuple[str, str]]:
        """The objective and kind of each scored question, by its id."""
        return {
            question.id: (objective.id, question.kind)
            for objective, sheet in self.framework.pairs()
            for question in sheet.questions
            if question.is_scored
        }


@dataclass(frozen=True, slots=True)
class Overlap:
    """The shared questions in the later version's order; then what is left out, that of the later first."""

    shared: tuple[SharedQuestion, ...]
    left_out: tuple[LeftOut, ...]


def find_overlap(earlier: Version, later: Version) -> Overlap:
    """The questions scored in both versions: the same id, or one that `replaces` the other, with levels of
    the same codes. A `same_as` question is shared where its target is.

    Where a question is hidden on either side, its dimension is shared only as a whole and unchanged: the
    score of a part would be a second sum over the same answers, and one could subtract.

    :raises NotComparable: the two are not versions of one framework.
    """
    if earlier.framework.id != later.framework.id:
        raise NotComparable(
            f"{earlier.framework.id} and {later.framework.id} are two frameworks, not versions of one"
        )
    before = _counterparts(earlier.framework, later.framework)
    shared: dict[str, SharedQuestion] = {}
    left_out: dict[str, tuple[Cause, tuple[str, ...]]] = {}
    for question in later.framework.questions.values():
        old = before.get(question.id)
        if not question.is_scored and (old is None or not old.is_scored):
            continue
        codes = () if old is None else _codes_of_one(old, question)
        cause = _cause(question, old, before, codes)
        if old is not None and cause is None:
            shared[question.id] = SharedQuestion(old, question)
        elif cause is not None:
            left_out[question.id] = cause, codes if cause is Cause.LEVELS else ()
    for question_id in _withheld(shared, earlier, later):
        left_out[question_id] = Cause.WITHHELD, ()
        del shared[question_id]
    continued = {old.id for old in before.values()}
    listed = [*_list_left_out(later.framework, left_out), *_list_gone(earlier.framework, continued)]
    return Overlap(tuple(shared.values()), tuple(listed))


def _counterparts(earlier: Framework, later: Framework) -> dict[str, Question]:
    """The earlier version's question for each of the later one's that has one, by the later id."""
    found = {}
    for question in later.questions.values():
        old = earlier.questions.get(question.id) or earlier.questions.get(question.replaces or "")
        if old is not None:
            found[question.id] = old
    return found


def _codes_of_one(old: Question, new: Question) -> tuple[str, ...]:
    """The codes of levels that only one of the two has, each version's in its order."""
    lists = [[level.code for level in question.levels] for question in (old, new)]
    return tuple(code for one, other in (lists, lists[::-1]) for code in one if code not in other)


def _cause(
    question: Question, old: Question | None, before: Mapping[str, Question], codes: tuple[str, ...]
) -> Cause | None:
    """Why a question is not shared, None where it is."""
    if old is None:
        return Cause.NEW
    if not (question.is_scored and old.is_scored):
        return Cause.NOT_SCORED
    answered_before = before.get(question.answer_id)
    if answered_before is None or answered_before.id != old.answer_id:
        return Cause.ASKED_ELSEWHERE
    return Cause.LEVELS if codes else None


def _withheld(shared: Mapping[str, SharedQuestion], earlier: Version, later: Version) -> list[str]:
    """The later ids of shared questions that are hidden on a side, but for dimensions that did not change."""
    places_before, places = earlier.places(), later.places()
    of_place: dict[tuple[str, str], list[SharedQuestion]] = {}
    for pair in shared.values():
        of_place.setdefault(places[pair.later.id], []).append(pair)
    withheld = []
    for place, pairs in of_place.items():
        hidden = [p for p in pairs if p.later.id in later.hidden or p.earlier.id in earlier.hidden]
        if hidden and not _is_unchanged(place, pairs, places_before, places):
            withheld += [pair.later.id for pair in hidden]
    return withheld


def _is_unchanged(
    place: tuple[str, str],
    pairs: list[SharedQuestion],
    places_before: Mapping[str, tuple[str, str]],
    places: Mapping[str, tuple[str, str]],
) -> bool:
    """Whether the dimension has the same questions, weights and points in both versions."""
    old_places = {places_before[pair.earlier.id] for pair in pairs}
    sizes = {list(places_before.values()).count(old) for old in old_places}
    is_whole = len(old_places) == 1 and {len(pairs), list(places.values()).count(place)} == sizes
    return is_whole and all(
        pair.earlier.weight == pair.later.weight and _points(pair.earlier) == _points(pair.later)
        for pair in pairs
    )


def _points(question: Question) -> dict[str, object]:
    return {level.code: level.points for level in question.levels}


def _list_left_out(
    later: Framework, causes: Mapping[str, tuple[Cause, tuple[str, ...]]]
) -> Iterator[LeftOut]:
    for objective, sheet in later.pairs():
        for question in sheet.questions:
            if question.id in causes:
                yield LeftOut(question, objective.id, *causes[question.id])


def _list_gone(earlier: Framework, continued: set[str]) -> Iterator[LeftOut]:
    for objective, sheet in earlier.pairs():
        for question in sheet.questions:
            if question.is_scored and question.id not in continued:
                yield LeftOut(question, objective.id, Cause.GONE)
