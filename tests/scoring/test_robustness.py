from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.scoring import robustness as module
from surveyapp.scoring.comparison import ComparedTwice, comparison_document
from surveyapp.scoring.method1 import in_json, score, scores_document
from surveyapp.scoring.reader import AnswersFile
from surveyapp.scoring.robustness import (
    Draws,
    Robustness,
    band_of,
    is_distinguishable,
    pairs_above,
    probability_above,
)
from tests.scoring.builders import (
    NOT_APPLICABLE,
    UNKNOWN,
    answered_frameworks,
    framework,
    level,
    question,
    two_objectives,
)

MIXED = {"o01.a1": level(3), "o01.a2": level(1), "o01.i1": UNKNOWN, "o01.p1": level(4), "o02.a1": level(2)}

FIXED = {"overall": [41.6205, 72.6676], "o01": [37.1712, 76.5214], "o02 results": [4.9225, 94.2357]}
EXACT = "87284435/2097152"


def drawn_scores(asked, answers, *, draws=2000, seed=1, country="AL", cycle=2026):
    return Robustness(asked, draws, seed).draw(answers, country=country, cycle=cycle)


def intervals_of(asked, answers, **more):
    drawn = drawn_scores(asked, answers, **more)
    return Robustness(asked).intervals(drawn, score(asked, answers))


def test_the_draws_of_a_seed_never_change():
    """Fixed on purpose: a band that was published must come out again."""
    bands = intervals_of(two_objectives(), MIXED)
    assert str(bands.overall[0]) == EXACT
    assert [in_json(end) for end in bands.overall] == FIXED["overall"]
    assert [in_json(end) for end in bands.objectives["o01"]] == FIXED["o01"]
    assert [in_json(end) for end in bands.dimensions["o02", "results"]] == FIXED["o02 results"]


def plain_draw(asked, answers, random):
    """One draw of the overall score, as the rules say it, with other random numbers."""

    def vary(weights):
        return [random.gammavariate(10 * float(w) * len(weights) / float(sum(weights)), 1) for w in weights]

    def mean(pairs):
        return sum(w * x for w, x in pairs) / sum(w for w, _ in pairs)

    points = {}
    for item in asked.questions.values():
        answer = answers.get(item.id)
        if item.same_as or (answer and answer.not_applicable):
            continue
        ladder = [float(option.points) for option in item.levels]
        slip = random.random()
        if answer is None or answer.level is None:
            points[item.id] = slip
        else:
            place = int(answer.level) + (slip < 0.1) - (slip > 0.9)
            points[item.id] = ladder[min(max(place, 0), len(ladder) - 1)]
    kinds = dict(zip(asked.dimensions, vary([d.weight for d in asked.dimensions]), strict=True))
    objectives = []
    for weight, sheet in zip(vary([o.weight for o in asked.objectives]), asked.questionnaires, strict=True):
        parts = []
        for dimension, share in kinds.items():
            scored = [q for q in sheet.of_kind(dimension.kind) if q.is_scored]
            weights = vary([q.weight for q in scored])
            pairs = [
                (w, points[q.answer_id])
                for q, w in zip(scored, weights, strict=True)
                if q.answer_id in points
            ]
            if pairs:
                parts.append((share, mean(pairs)))
        if parts:
            objectives.append((weight, mean(parts)))
    return 100 * mean(objectives)


def test_the_draws_agree_with_the_plain_reading_of_their_rules():
    asked = two_objectives()
    answers = MIXED | {"o01.a2": NOT_APPLICABLE}
    random = Random(5)
    plain = [plain_draw(asked, answers, random) for _ in range(6_000)]
    drawn = drawn_scores(asked, answers, draws=20_000).find("")
    ends = [0.05, 0.25, 0.5, 0.75, 0.95]
    assert list(np.quantile(drawn, ends)) == pytest.approx(list(np.quantile(plain, ends)), abs=1)


def test_another_seed_is_another_draw():
    first, other = (intervals_of(two_objectives(), MIXED, seed=seed) for seed in (1, 2))
    assert first.overall != other.overall


def test_the_size_of_the_blocks_changes_no_number(monkeypatch):
    whole = drawn_scores(two_objectives(), MIXED, draws=500)
    monkeypatch.setattr(module, "_BLOCK", 128)
    in_blocks = drawn_scores(two_objectives(), MIXED, draws=500)
    assert whole.rows == in_blocks.rows
    assert np.array_equal(whole.table, in_blocks.table)


def test_an_unknown_answer_is_drawn_evenly_from_0_to_100():
    drawn = drawn_scores(framework([question("o01.a1")]), {}, draws=20_000).find("")
    assert abs(drawn.mean() - 50) < 1
    assert [round(end) for end in np.quantile(drawn, [0.05, 0.5, 0.95])] == pytest.approx([5, 50, 95], abs=1)


def test_a_level_slips_one_step_down_or_up_in_a_tenth_of_the_draws_each():
    drawn = drawn_scores(framework([question("o01.a1")]), {"o01.a1": level(2)}, draws=20_000).find("")
    values, counts = np.unique(drawn, return_counts=True)
    assert list(values) == [25, 50, 75]
    assert list(counts / 20_000) == pytest.approx([0.1, 0.8, 0.1], abs=0.01)


@pytest.mark.parametrize(("code", "values"), [(0, [0, 25]), (4, [75, 100])])
def test_a_level_stays_inside_its_ladder(code, values):
    drawn = drawn_scores(framework([question("o01.a1")]), {"o01.a1": level(code)}).find("")
    assert list(np.unique(drawn)) == values


def test_the_drawn_weights_lie_around_the_given_ones():
    """One question of three quarters of the weight at 100, one at 0; both stay inside their ladders."""
    asked = framework(
        [question("o01.a1", "activity", "0", "1", weight=3), question("o01.a2", "activity", "0", "1")]
    )
    drawn = drawn_scores(asked, {"o01.a1": level(1), "o01.a2": level(0)}, draws=50_000)
    kept = drawn.find("")[(drawn.find("") > 0) & (drawn.find("") < 100)]
    expected = 0.81 * 75 + 0.01 * 25  # neither slips, or both do
    assert kept.mean() == pytest.approx(expected / 0.82, abs=0.3)
    assert 5 < kept.std() < 15


def test_an_answer_that_counts_in_two_places_is_drawn_once():
    asked = framework([question("o01.a1")], [question("o02.a1", same_as="o01.a1")])
    drawn = drawn_scores(asked, {})
    assert np.array_equal(drawn.find("o01"), drawn.find("o02"))


def test_what_does_not_apply_has_no_band_and_what_is_not_known_has_one():
    asked = framework([question("o01.a1")], [question("o02.a1")])
    bands = intervals_of(asked, {"o01.a1": NOT_APPLICABLE})
    assert bands.objectives["o01"] is None
    assert bands.dimensions["o01", "implementation"] is None
    assert bands.objectives["o02"] is not None
    assert intervals_of(asked, {"o01.a1": NOT_APPLICABLE, "o02.a1": NOT_APPLICABLE}).overall is None


@settings(max_examples=20, deadline=None)
@given(answered_frameworks())
def test_a_band_holds_its_value_and_stays_from_0_to_100(case):
    asked, answers = case
    scores = score(asked, answers)
    bands = Robustness(asked, 50).intervals(drawn_scores(asked, answers, draws=50), scores)
    for part, band in [
        (scores.overall, bands.overall),
        *((o.score, bands.objectives[o.id]) for o in scores.objectives),
        *((p, bands.dimensions[o.id, name]) for o in scores.objectives for name, p in o.dimensions.items()),
    ]:
        assert (band is None) == (part.low is None)
        if band is not None:
            assert 0 <= band[0] <= band[1] <= 100
            assert part.value is None or band[0] <= part.value <= band[1]


def test_a_band_is_widened_to_hold_the_value():
    assert band_of(np.array([10.0, 10.0]), Fraction(30)) == (10, 30)
    assert band_of(np.array([10.0, 10.0]), None) == (10, 10)
    assert band_of(None, Fraction(30)) is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=90))
def test_a_band_is_the_quantiles_of_the_draws(numbers):
    drawn = np.array(numbers, dtype=float)
    assert [float(end) for end in band_of(drawn, None)] == pytest.approx(
        list(np.quantile(drawn, [0.05, 0.95]))
    )


def test_the_band_of_drawn_scores_is_the_one_of_the_intervals():
    asked = two_objectives()
    scores, drawn = score(asked, MIXED), drawn_scores(asked, MIXED)
    for part, band in [
        (o.score, Robustness(asked).intervals(drawn, scores).objectives[o.id]) for o in scores.objectives
    ]:
        key = next(o.id for o in scores.objectives if o.score is part)
        assert [in_json(end) for end in band_of(drawn.find(key), part.value)] == list(map(in_json, band))


def test_one_draw_is_enough_for_a_band():
    assert intervals_of(two_objectives(), MIXED, draws=1).overall is not None


@settings(max_examples=20, deadline=None)
@given(answered_frameworks(), st.integers(1, 130))
def test_fewer_draws_are_the_first_of_more(case, few):
    less, more = drawn_scores(*case, draws=few), drawn_scores(*case, draws=150)
    assert less.rows == more.rows
    assert np.array_equal(less.table, more.table[:, :few])


@settings(max_examples=20, deadline=None)
@given(answered_frameworks(), st.data())
def test_a_higher_answer_never_lowers_a_draw(case, data):
    asked, answers = case
    raisable = [
        (q, answers[q.id].level)
        for q in asked.questions.values()
        if q.id in answers and answers[q.id].level not in (None, q.levels[-1].code)
    ]
    if not raisable:
        return
    item, code = data.draw(st.sampled_from(raisable))
    codes = [option.code for option in item.levels]
    further = answers | {item.id: level(codes[codes.index(code) + 1])}
    before, after = (drawn_scores(asked, given, draws=100) for given in (answers, further))
    assert (after.table >= before.table).all()


@settings(max_examples=20, deadline=None)
@given(answered_frameworks(), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_changes_no_draw(case, random):
    asked, answers = case
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    first, second = (drawn_scores(asked, given, draws=70) for given in (answers, dict(shuffled)))
    assert first.rows == second.rows and np.array_equal(first.table, second.table)


def test_points_that_are_thirds_are_drawn_exactly():
    asked = framework([question("o01.a1", "activity", "0", "1/3", "1")])
    drawn = drawn_scores(asked, {"o01.a1": level(1)})
    assert list(np.unique(drawn.find(""))) == [0, 100 / 3, 100]
    assert Robustness(asked).intervals(drawn, score(asked, {"o01.a1": level(1)})).overall == (0, 100)


def test_points_of_many_decimals_are_drawn_to_the_nearest_of_32768_parts():
    asked = framework([question("o01.a1", "activity", "0", "0.1234567", "1")])
    drawn = drawn_scores(asked, {"o01.a1": level(1)})
    assert np.unique(drawn.find(""))[1] == pytest.approx(12.34567, abs=0.002)


def test_a_weight_that_is_next_to_nothing_still_counts_where_it_stands_alone():
    asked = framework(
        [question("o01.a1", weight="0.0001"), question("o01.a2", may_be_not_applicable=True, weight=5)]
    )
    answers = {"o01.a1": level(0), "o01.a2": level(4)}
    assert drawn_scores(asked, answers).find("").mean() > 97
    alone = drawn_scores(asked, answers | {"o01.a2": NOT_APPLICABLE})
    assert list(np.unique(alone.find(""))) == [0, 25]


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (100_001, 1), (10, -1)])
def test_draws_and_seeds_out_of_range_are_refused(draws, seed):
    with pytest.raises(ValueError, match="give"):
        Robustness(two_objectives(), draws, seed)


def test_ties_count_half():
    assert probability_above(np.array([1.0, 2, 3, 3]), np.array([1.0, 1, 4, 4])) == Fraction(3, 8)
    assert probability_above(None, np.array([1.0])) is None


SOME_DRAWS = st.lists(
    st.one_of(st.none(), st.lists(st.integers(0, 3), min_size=21, max_size=21)), min_size=1, max_size=6
)


@settings(deadline=None)
@given(SOME_DRAWS)
def test_all_pairs_at_once_are_each_pair_by_itself(columns):
    """Few values, so that many tie; None for a country without a score."""
    drawn = [
        Draws({} if column is None else {"": 0}, np.array([column or []], dtype=np.int32), 100)
        for column in columns
    ]
    counts = pairs_above(drawn, "")
    for a, one in enumerate(drawn):
        for b, other in enumerate(drawn):
            expected = probability_above(one.find(""), other.find(""))
            assert (counts[a, b] == -1) if expected is None else (Fraction(int(counts[a, b]), 42) == expected)
            if expected is not None:
                assert counts[a, b] + counts[b, a] == 42


def test_a_pair_has_the_same_probability_whatever_else_is_compared():
    asked = two_objectives()
    drawn = [
        drawn_scores(asked, answers, country=code, draws=200)
        for code, answers in [("AL", MIXED), ("RS", {}), ("ME", {"o01.a1": level(4)}), ("BA", MIXED)]
    ]
    for key in ("", "o01", "o02"):
        among_all, alone = pairs_above(drawn, key), pairs_above([drawn[3], drawn[0]], key)
        assert among_all[3, 0] == alone[0, 1] == 400 - among_all[0, 3]


@pytest.mark.parametrize(
    ("probability", "expected"),
    [("0.1", False), ("0.9", False), ("0.5", False), ("0.0999", True), ("0.9001", True)],
)
def test_from_a_tenth_to_nine_tenths_two_countries_are_not_distinguishable(probability, expected):
    assert is_distinguishable(Fraction(probability)) is expected


def country(code, answers, cycle=2026):
    return AnswersFile(code, cycle, answers)


def test_the_comparison_has_the_fields_of_the_contract_and_each_pair_once():
    files = [country("RS", MIXED), country("AL", {}), country("RS", MIXED, 2025)]
    document = comparison_document(two_objectives(), files, draws=100, seed=7)
    assert list(document) == ["format", "draws", "seed", "method", "countries", "pairs"]
    assert (document["format"], document["draws"], document["seed"]) == ("surveyapp-comparison/1", 100, 7)
    assert [(c["country"], c["cycle"]) for c in document["countries"]] == [
        ("RS", 2026),
        ("AL", 2026),
        ("RS", 2025),
    ]
    assert list(document["countries"][0]) == ["country", "cycle", "overall", "objectives"]
    assert list(document["countries"][0]["objectives"]["o02"]) == ["value", "band"]
    pairs = [
        (p["a"]["country"], p["a"]["cycle"], p["b"]["country"], p["b"]["cycle"]) for p in document["pairs"]
    ]
    assert pairs == [("RS", 2026, "AL", 2026), ("RS", 2026, "RS", 2025), ("AL", 2026, "RS", 2025)]
    assert list(document["pairs"][0]) == ["a", "b", "overall", "objectives"]
    assert list(document["pairs"][0]["objectives"]) == ["o01", "o02"]
    assert list(document["pairs"][0]["overall"]) == ["p_a_above_b", "distinguishable"]


def test_a_country_far_above_another_is_distinguishable_and_an_equal_one_is_not():
    asked = two_objectives()
    best, worst = ({q.id: level(code) for q in asked.questions.values() if not q.same_as} for code in (4, 0))
    files = [country("AL", best), country("RS", worst), country("ME", best)]
    above, equal, below = (p["overall"] for p in comparison_document(asked, files)["pairs"])
    assert above == {"p_a_above_b": 1, "distinguishable": True}
    assert 0.4 < equal["p_a_above_b"] < 0.6
    assert equal["distinguishable"] is False
    assert below == {"p_a_above_b": 0, "distinguishable": True}


def test_a_country_keeps_its_band_whatever_it_is_compared_with_and_in_any_order():
    asked = two_objectives()
    files = [country("AL", MIXED), country("RS", {}), country("ME", MIXED)]
    forth = comparison_document(asked, files, draws=300)
    back = comparison_document(asked, files[1::-1], draws=300)
    assert forth["countries"][:2] == back["countries"][::-1]
    there, and_back = forth["pairs"][0]["overall"], back["pairs"][0]["overall"]
    assert there["p_a_above_b"] == pytest.approx(1 - and_back["p_a_above_b"], abs=1e-9)
    scores = score(asked, MIXED)
    bands = Robustness(asked, 300).intervals(drawn_scores(asked, MIXED, draws=300), scores)
    alone = scores_document(scores, asked, country="AL", cycle=2026, framework_sha256="0", intervals=bands)
    assert alone["overall"]["band"] == forth["countries"][0]["overall"]["band"]


def test_where_nothing_applies_two_countries_cannot_be_told_apart_or_alike():
    asked = framework([question("o01.a1")])
    files = [country("AL", {"o01.a1": NOT_APPLICABLE}), country("RS", {"o01.a1": level(1)})]
    document = comparison_document(asked, files, draws=10)
    assert document["countries"][0]["overall"] == {"value": None, "band": None}
    assert document["pairs"][0]["overall"] == {"p_a_above_b": None, "distinguishable": None}


def test_a_country_given_twice_for_a_cycle_is_refused():
    files = [country("AL", {}), country("AL", MIXED)]
    with pytest.raises(ComparedTwice, match="AL 2026 is given twice"):
        comparison_document(two_objectives(), files)


def test_one_further_answer_leaves_the_other_draws_as_they_are():
    asked = two_objectives()
    before = drawn_scores(asked, MIXED)
    after = drawn_scores(asked, MIXED | {"o02.i1": replace(level(1), comment="New")})
    assert np.array_equal(before.find("o01"), after.find("o01"))
    assert not np.array_equal(before.find("o02"), after.find("o02"))
