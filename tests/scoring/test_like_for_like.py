"""Two years over two versions of a framework: compared on what both ask, by one rule, and on nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.framework.model import Framework, Question
from surveyapp.scoring.answers import Answer, Answers
from surveyapp.scoring.like_for_like import Change, LikeForLike, Year, like_for_like
from surveyapp.scoring.method1 import score
from surveyapp.scoring.shared_questions import Cause, NotComparable, Version, find_overlap
from tests.scoring.builders import (
    NOT_APPLICABLE,
    UNKNOWN,
    answered_frameworks,
    any_answers,
    framework,
    frameworks,
    level,
    question,
)

EARLIER = framework(
    [question("o01.a1"), question("o01.a2"), question("o01.i1", "indicator")],
    [question("o02.a1"), question("o02.a2", same_as="o01.a1")],
)


def version(*objectives: list[Question], **more: object) -> Framework:
    return replace(framework(*objectives, **more), version="2")


def changed(change: Callable[[Question], Question | None], asked: Framework = EARLIER) -> Framework:
    """The framework with each question as `change` gives it; None drops it."""
    sheets = (
        replace(sheet, questions=tuple(new for q in sheet.questions if (new := change(q))))
        for sheet in asked.questionnaires
    )
    return replace(asked, version="2", questionnaires=tuple(sheets))


def without(*ids: str) -> Framework:
    return changed(lambda q: None if q.id in ids else q)


def compare(later: Framework, before: Answers, after: Answers, earlier: Framework = EARLIER) -> LikeForLike:
    return like_for_like(Year(earlier, before), Year(later, after))


def causes(result: LikeForLike) -> dict[str, Cause]:
    return {one.question.id: one.cause for one in result.left_out}


def values(change: Change) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    return change.earlier.value, change.later.value, change.change


BEFORE = {"o01.a1": level(1), "o01.a2": level(4), "o01.i1": level(2), "o02.a1": level(0)}
AFTER = {"o01.a1": level(2), "o01.a2": level(4), "o01.i1": level(2), "o02.a1": level(0)}


def test_a_question_that_is_gone_leaves_both_years() -> None:
    result = compare(without("o01.a2"), BEFORE, {k: v for k, v in AFTER.items() if k != "o01.a2"})
    first = result.objectives[0]
    assert values(first.dimensions["implementation"]) == (25, 50, 25)
    assert (first.whole.shared, first.whole.earlier_questions, first.whole.later_questions) == (2, 3, 2)
    assert (result.overall.shared, result.overall.earlier_questions, result.overall.later_questions) == (
        4,
        5,
        4,
    )
    assert causes(result) == {"o01.a2": Cause.GONE}


def test_a_new_question_leaves_both_years() -> None:
    later = version(
        [*EARLIER.questionnaires[0].questions, question("o01.a3")], list(EARLIER.questionnaires[1].questions)
    )
    result = compare(later, BEFORE, AFTER | {"o01.a3": level(0)})
    assert values(result.objectives[0].dimensions["implementation"]) == (
        Fraction(125, 2),
        75,
        Fraction(25, 2),
    )
    assert causes(result) == {"o01.a3": Cause.NEW}


def test_a_question_that_replaces_another_is_compared_with_it() -> None:
    later = changed(lambda q: replace(q, id="o01.a9", replaces="o01.a2") if q.id == "o01.a2" else q)
    result = compare(later, BEFORE, AFTER | {"o01.a9": level(0)})
    assert values(result.objectives[0].dimensions["implementation"]) == (
        Fraction(125, 2),
        25,
        Fraction(-75, 2),
    )
    assert causes(result) == {}


def test_the_same_id_goes_on_before_what_replaces_it_says() -> None:
    """Two questions are made one: it goes on with its own answers, the other is gone."""
    later = changed(
        lambda q: None if q.id == "o01.a2" else replace(q, replaces="o01.a2") if q.id == "o01.a1" else q
    )
    result = compare(later, BEFORE, AFTER)
    assert values(result.objectives[0].dimensions["implementation"]) == (25, 50, 25)
    assert causes(result) == {"o01.a2": Cause.GONE}


def test_levels_are_mapped_by_code_and_have_the_points_of_the_later_version() -> None:
    steeper = question("o01.a1", "activity", "0", "1/10", "2/10", "3/10", "1").levels
    later = changed(lambda q: replace(q, levels=steeper) if q.answer_id == "o01.a1" else q)
    result = compare(later, BEFORE, AFTER)
    assert values(result.objectives[0].dimensions["implementation"]) == (55, 60, 5)


@pytest.mark.parametrize("points", [("0", "1/2", "3/4", "1"), ("0", "1/8", "1/4", "1/2", "3/4", "1")])
def test_a_ladder_with_a_level_that_the_other_lacks_is_not_compared(points: tuple[str, ...]) -> None:
    other = question("o01.a2", "activity", *points).levels
    later = changed(lambda q: replace(q, levels=other) if q.id == "o01.a2" else q)
    result = compare(later, BEFORE, AFTER | {"o01.a2": level(3)})
    [left_out] = result.left_out
    assert (left_out.question.id, left_out.objective_id, left_out.cause) == ("o01.a2", "o01", Cause.LEVELS)
    assert left_out.codes == (("4",) if len(points) == 4 else ("5",))


def test_the_weights_of_the_later_version_hold_for_both_years() -> None:
    later = changed(lambda q: replace(q, weight=Fraction(3)) if q.id == "o01.a1" else q)
    result = compare(later, BEFORE, BEFORE)
    assert values(result.objectives[0].dimensions["implementation"]) == (
        Fraction(175, 4),
        Fraction(175, 4),
        0,
    )


def test_a_question_that_one_version_only_records_is_not_compared() -> None:
    later = changed(lambda q: replace(q, weight=Fraction(0)) if q.id == "o01.a2" else q)
    result = compare(later, BEFORE, AFTER)
    assert causes(result) == {"o01.a2": Cause.NOT_SCORED}
    assert values(result.objectives[0].dimensions["implementation"]) == (25, 50, 25)
    assert causes(like_for_like(Year(later, AFTER), Year(later, AFTER))) == {}


def test_a_question_that_repeats_another_follows_it() -> None:
    """o02.a2 shows the answer of o01.a1, which another question continues; then one that is another's."""
    continued = {"o01.a1": "o01.a9"}

    def renamed(q: Question) -> Question:
        if q.id in continued:
            return replace(q, id="o01.a9", replaces="o01.a1")
        return replace(q, same_as="o01.a9") if q.same_as else q

    result = compare(changed(renamed), BEFORE, {"o01.a9": level(3)})
    second = result.objectives[1].dimensions["implementation"]
    assert second.earlier.value == Fraction(25, 2) and second.later.value == 75
    other = changed(lambda q: replace(q, same_as="o01.a2") if q.same_as else q)
    assert causes(compare(other, BEFORE, AFTER)) == {"o02.a2": Cause.ASKED_ELSEWHERE}
    asked = changed(lambda q: replace(q, same_as=None) if q.same_as else q)
    assert causes(compare(asked, BEFORE, AFTER)) == {"o02.a2": Cause.ASKED_ELSEWHERE}
    dropped = without("o01.a1")
    result = compare(changed(lambda q: replace(q, same_as=None), dropped), BEFORE, {})
    assert causes(result) == {"o02.a2": Cause.ASKED_ELSEWHERE, "o01.a1": Cause.GONE}


def test_an_objective_of_one_version_alone_has_no_change() -> None:
    later = version(list(EARLIER.questionnaires[0].questions))
    result = compare(later, BEFORE, AFTER)
    assert [objective.id for objective in result.objectives] == ["o01"]
    assert result.find_objective("o02") is None
    result = compare(EARLIER, AFTER, BEFORE, earlier=later)
    new = result.find_objective("o02")
    assert new and values(new.whole) == (None, None, None)
    assert (new.whole.shared, new.whole.earlier_questions, new.whole.later_questions) == (0, 0, 2)


def test_what_is_unknown_in_a_year_has_no_value_in_it_and_no_change() -> None:
    result = compare(without("o01.a2"), BEFORE | {"o01.a1": UNKNOWN}, AFTER)
    assert values(result.objectives[0].dimensions["implementation"]) == (None, 50, None)
    result = compare(without("o01.a2"), BEFORE | {"o01.a1": NOT_APPLICABLE}, AFTER)
    assert values(result.objectives[0].dimensions["implementation"]) == (None, 50, None)


def test_two_frameworks_are_not_two_versions() -> None:
    with pytest.raises(NotComparable, match="sample and harbours are two frameworks"):
        compare(replace(EARLIER, id="harbours"), BEFORE, AFTER)


@st.composite
def versions(draw: st.DrawFn) -> tuple[Framework, Framework]:
    """A framework, and the same after its authors worked on it."""
    earlier = draw(frameworks())
    random = draw(st.randoms(use_true_random=False))
    return earlier, reworked(earlier, random)


def reworked(asked: Framework, random: Random) -> Framework:
    """Some questions dropped, renamed, weighted anew; a question that repeats a dropped one goes with it."""
    fates = {
        q.id: random.choice(("keep", "keep", "drop", "rename", "weigh")) for q in asked.questions.values()
    }

    def fate(q: Question) -> Question | None:
        if "drop" in (fates[q.id], fates[q.answer_id]):
            return None
        weight = (
            random.choice((Fraction(0), Fraction(1), Fraction(7, 3))) if fates[q.id] == "weigh" else q.weight
        )
        if fates[q.id] == "rename":
            q = replace(q, id=f"{q.id}-new", replaces=q.id)
        if q.same_as and fates[q.same_as] == "rename":
            q = replace(q, same_as=f"{q.same_as}-new")
        return replace(q, weight=weight)

    return changed(fate, asked)


@settings(deadline=None)
@given(answered_frameworks(), st.data())
def test_over_one_framework_the_values_are_those_of_method_1(
    case: tuple[Framework, dict[str, Answer]], data: st.DataObject
) -> None:
    asked, before = case
    after = any_answers(data.draw(st.randoms(use_true_random=False)), asked)
    result = like_for_like(Year(asked, before), Year(asked, after))
    plain_before, plain_after = score(asked, before), score(asked, after)
    assert (result.overall.earlier, result.overall.later) == (plain_before.overall, plain_after.overall)
    assert result.left_out == ()
    for compared, one, other in zip(
        result.objectives, plain_before.objectives, plain_after.objectives, strict=True
    ):
        assert (compared.whole.earlier, compared.whole.later) == (one.score, other.score)
        assert {id_: part.earlier for id_, part in compared.dimensions.items()} == one.dimensions
        assert {id_: part.later for id_, part in compared.dimensions.items()} == other.dimensions
        counts = {(p.shared, p.earlier_questions, p.later_questions) for p in compared.dimensions.values()}
        assert all(len(set(count)) == 1 for count in counts)


@settings(deadline=None)
@given(versions(), st.data())
def test_each_scored_question_is_shared_or_left_out_and_none_is_both(
    both: tuple[Framework, Framework], data: st.DataObject
) -> None:
    earlier, later = both
    overlap = find_overlap(Version(earlier), Version(later))
    shared = {pair.later.id for pair in overlap.shared}
    out_of_later = {o.question.id for o in overlap.left_out if o.cause is not Cause.GONE}
    assert not shared & out_of_later
    assert {q.id for q in later.questions.values() if q.is_scored} <= shared | out_of_later
    before = {pair.earlier.id for pair in overlap.shared}
    gone = {o.question.id for o in overlap.left_out if o.cause is Cause.GONE}
    assert not before & gone and len(before) == len(shared)


@settings(deadline=None)
@given(versions(), st.data())
def test_the_same_answers_are_no_change(both: tuple[Framework, Framework], data: st.DataObject) -> None:
    """Whatever the authors changed, a country that changed nothing changed by 0."""
    earlier, later = both
    before = any_answers(data.draw(st.randoms(use_true_random=False)), earlier)
    after = {
        q.id: before[q.replaces or q.id]
        for q in later.questions.values()
        if q.same_as is None and (q.replaces or q.id) in before
    }
    result = like_for_like(Year(earlier, before), Year(later, after))
    assert result.overall.change in (0, None)
    for objective in result.objectives:
        assert all(part.change in (0, None) for part in (objective.whole, *objective.dimensions.values()))
        assert objective.whole.earlier == objective.whole.later


@settings(deadline=None)
@given(answered_frameworks(), st.data())
def test_dropping_a_question_changes_nothing_of_the_others(
    case: tuple[Framework, dict[str, Answer]], data: st.DataObject
) -> None:
    asked, before = case
    if not asked.questions:
        return
    dropped = data.draw(st.sampled_from(sorted(asked.questions)))
    gone = {q.id for q in asked.questions.values() if dropped in (q.id, q.same_as)}
    after = any_answers(data.draw(st.randoms(use_true_random=False)), asked)
    later = changed(lambda q: None if q.id in gone else q, asked)
    whole = like_for_like(Year(asked, before), Year(asked, after))
    part = like_for_like(Year(asked, before), Year(later, after))
    places = Version(asked).places()
    touched = {places[id_] for id_ in gone if id_ in places}
    assert set(causes(part)) == {id_ for id_ in gone if id_ in places}
    for one, other in zip(whole.objectives, part.objectives, strict=True):
        for dimension in asked.dimensions:
            if (one.id, dimension.kind) not in touched and dimension.id in one.dimensions:
                assert values(one.dimensions[dimension.id]) == values(other.dimensions[dimension.id])


HIDDEN = frozenset({"o01.a1", "o01.a2"})  # the implementation of objective 1


def public(later: Framework, before: Answers, after: Answers, hidden: frozenset[str] = HIDDEN) -> LikeForLike:
    return like_for_like(Year(EARLIER, before, HIDDEN), Year(later, after, hidden))


def test_a_hidden_dimension_that_did_not_change_is_compared_as_a_whole() -> None:
    later = without("o01.i1")
    result = public(later, BEFORE, AFTER)
    assert values(result.objectives[0].dimensions["implementation"]) == (
        Fraction(125, 2),
        75,
        Fraction(25, 2),
    )
    assert causes(result) == {"o01.i1": Cause.GONE}


STEEP = question("q", "activity", "0", "1/9", "1/8", "1/7", "1").levels
CHANGES: dict[str, Callable[[Question], Question | None]] = {
    "a question is gone": lambda q: None if q.id == "o01.a2" else q,
    "a weight is another": lambda q: replace(q, weight=Fraction(2)) if q.id == "o01.a2" else q,
    "points are others": lambda q: replace(q, levels=STEEP) if q.id == "o01.a2" else q,
    "a question counts elsewhere": lambda q: replace(q, kind="indicator") if q.id == "o01.a2" else q,
    "a question came": lambda q: replace(q, kind="activity") if q.id == "o01.i1" else q,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("is_hidden_later", [True, False])
def test_a_hidden_dimension_that_changed_says_nothing_of_its_answers(
    change: Callable[[Question], Question | None], is_hidden_later: bool
) -> None:
    """Its own score is public: the score of another sum over the same answers would tell single ones."""
    later = changed(change)
    hidden = HIDDEN if is_hidden_later else frozenset()
    results = {
        str([values(o.whole) for o in result.objectives] + [values(result.overall)])
        for code in range(5)
        for result in [
            public(later, BEFORE | {"o01.a2": level(code)}, AFTER | {"o01.a2": level(code)}, hidden)
        ]
    }
    assert len(results) == 1
    assert Cause.WITHHELD in causes(public(later, BEFORE, AFTER, hidden)).values()
