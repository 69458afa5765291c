"""What is told of a dimension with a sensitive question is the same for all answers that give its score."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from surveyapp.scoring.answers import Answer, Evidence
from surveyapp.scoring.explain import tell_open
from surveyapp.scoring.explanation import DrawnBands, explain_objective, explanation_document
from surveyapp.scoring.like_for_like import Year, like_for_like, on_shared
from surveyapp.scoring.method1 import score, score_json
from surveyapp.scoring.robustness import Robustness
from surveyapp.scoring.sensitivity import measure_sensitivity, sensitivity_document
from tests.scoring.builders import NOT_APPLICABLE, UNKNOWN, framework, level, question

CLOSED = ("o02", "implementation")
HIDDEN = frozenset([CLOSED])
PUBLIC = {
    "o01.a1": level(3),
    "o01.i1": UNKNOWN,
    "o02.i1": level(1),
    "o02.p1": UNKNOWN,
}
STATES = [
    *(level(code) for code in range(5)),
    *(Answer(level=code, evidence=(Evidence("Law 12"),)) for code in ("3", "4")),
    NOT_APPLICABLE,
    UNKNOWN,
    Answer(),
]


def asked():
    """Objective 2's activities are closed: one is sensitive; one repeats what objective 2 asks openly."""
    return framework(
        [question("o01.a1"), question("o01.i1", "indicator")],
        [
            question("o02.a1", evidence_from="3", is_sensitive=True),
            question("o02.a2", evidence_from="4"),
            question("o02.a3", same_as="o02.p1"),
            question("o02.a4", same_as="o01.a1", weight=Fraction(2)),
            question("o02.i1", "indicator"),
            question("o02.p1", "actor"),
        ],
    )


def vectors(repeated):
    """All answers to the two questions that are asked in the closed dimension alone."""
    public = PUBLIC | {"o02.p1": repeated}
    return [public | {"o02.a1": first, "o02.a2": second} for first, second in product(STATES, STATES)]


def published(answers):
    """The score of the closed dimension as everybody reads it."""
    return json.dumps(score_json(score(asked(), answers).get_objective("o02").dimensions["implementation"]))


def groups(repeated=UNKNOWN):
    """The vectors that have the same published score, where there is more than one."""
    found = {}
    for answers in vectors(repeated):
        found.setdefault(published(answers), []).append(answers)
    return {key: some for key, some in found.items() if len(some) > 1}


@pytest.fixture(scope="module")
def robustness():
    return Robustness(asked(), 400)


def drawn(robustness, answers):
    """All draws and bands, the closed dimension drawn from its score."""
    scores = score(asked(), answers)
    part = scores.get_objective("o02").dimensions["implementation"]
    draws = robustness.draw(answers, country="AL", cycle=2026, closed={CLOSED: part})
    return draws.rows, draws.table.tolist(), robustness.intervals(draws, scores)


def told(answers):
    """The explanations and the sensitivity that everybody may read."""
    place = {"country": "AL", "cycle": 2026, "framework_sha256": "0" * 64}
    _, _, intervals = drawn(Robustness(asked(), draws=50), answers)
    explained = [
        explanation_document(asked(), answers, name, DrawnBands(intervals, 50, 1), **place, hidden=HIDDEN)
        for name in ("o01", "o02", "overall")
    ]
    measured = measure_sensitivity(asked(), answers, HIDDEN)
    document = sensitivity_document(asked(), score(asked(), answers), measured, **place, hidden=HIDDEN)
    opened = tell_open(asked(), explain_objective(asked(), answers, "o02"), {"implementation"})
    return json.dumps([*explained, document]), opened


def test_there_are_many_answers_behind_one_score():
    assert len(groups()) > 15
    assert max(map(len, groups().values())) > 3


def test_equal_scores_of_a_closed_dimension_have_equal_draws_and_bands(robustness):
    for answers in groups().values():
        first, *others = (drawn(robustness, one) for one in answers)
        assert all(other == first for other in others)


def test_the_answers_themselves_would_have_told_them_apart(robustness):
    """What the test before this one is for."""
    bands = [
        {
            robustness.intervals(robustness.draw(one, country="AL", cycle=2026), score(asked(), one)).overall
            for one in answers
        }
        for answers in groups().values()
    ]
    assert any(len(some) > 1 for some in bands)


@pytest.mark.parametrize("repeated", [UNKNOWN, level(2)], ids=["open", "known"])
def test_equal_scores_of_a_closed_dimension_have_equal_explanations_and_sensitivities(repeated):
    """Also where an answer that everybody sees counts in the closed dimension too."""
    for answers in groups(repeated).values():
        first, *others = map(told, answers)
        assert all(other == first for other in others)


def test_a_change_on_shared_questions_is_the_same_for_equal_scores(robustness):
    """The year before, with the same dimension in another version: it is compared as a whole."""
    before = replace(asked(), version="0")
    hidden = frozenset(f"o02.a{n}" for n in range(1, 5))
    earlier = Year(before, PUBLIC | {"o02.a1": level(2), "o02.a2": level(2)}, hidden)
    for answers in groups().values():
        later = [Year(asked(), one, hidden) for one in answers]
        assert len({repr(like_for_like(earlier, year)) for year in later}) == 1
        assert on_shared(earlier, later[0]).hidden == HIDDEN


def test_a_closed_dimension_at_one_level_is_drawn_as_its_answers_are(robustness):
    """So that the two ways agree wherever there is nothing to hide."""
    for first in (level(0), level(2), level(4), UNKNOWN):
        same = {"o02.a1": first, "o02.a2": first, "o02.p1": first, "o01.a1": first}
        assert drawn(robustness, PUBLIC | same)[1] == (
            robustness.draw(PUBLIC | same, country="AL", cycle=2026).table.tolist()
        )


def test_what_is_not_closed_is_drawn_as_before(robustness):
    answers = PUBLIC | {"o02.a1": level(0), "o02.a2": level(4)}
    rows, table, _ = drawn(robustness, answers)
    whole = robustness.draw(answers, country="AL", cycle=2026)
    assert rows == whole.rows
    for key in ("o01", ("o01", "implementation"), ("o02", "results")):
        assert table[rows[key]] == whole.table[rows[key]].tolist()
    for key in (CLOSED, "o02", ""):
        assert table[rows[key]] != whole.table[rows[key]].tolist()
