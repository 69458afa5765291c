from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

import pytest
from click.testing import CliRunner

from surveyapp.scoring import methods
from surveyapp.scoring.alternatives import ALTERNATIVES
from surveyapp.scoring.cli import score as score_command
from surveyapp.scoring.method1 import Scores, score
from surveyapp.scoring.methods import METHODS, Method, current_method
from tests.scoring.builders import framework, level, question, two_objectives


def half_marks(asked, answers) -> Scores:
    """A method for these tests: as method 1, with half the value for the whole."""
    scores = score(asked, answers)
    return replace(scores, overall=replace(scores.overall, value=scores.overall.value / 2))


@pytest.fixture
def half_marks_entered(monkeypatch):
    """All that a new method takes: its entry."""
    entered = {**METHODS, "half": Method("half", half_marks)}
    monkeypatch.setattr(methods, "METHODS", MappingProxyType(entered))


def test_method_1_is_the_method_of_record():
    asked, answers = two_objectives(), {"o01.a1": level(3)}
    assert list(METHODS) == ["1"]
    assert current_method() is METHODS["1"]
    assert current_method().score(asked, answers) == score(asked, answers)


@pytest.mark.usefixtures("half_marks_entered")
def test_a_new_method_needs_its_entry_alone_to_be_what_the_command_scores_by(tmp_path):
    file = tmp_path / "al.json"
    fields = {"format": "surveyapp-answers/1", "country": "AL", "cycle": 2026}
    file.write_text(json.dumps(fields | {"answers": {"o07.a1": {"level": "3"}}}))
    document = json.loads(CliRunner().invoke(score_command, [str(file)]).stdout)
    assert (document["method"], document["overall"]["value"]) == ("half", 37.5)


@pytest.mark.usefixtures("half_marks_entered")
def test_an_older_method_still_scores_as_it_did():
    asked = framework([question("o01.a1")])
    older = methods.METHODS["1"]
    scores = older.score(asked, {"o01.a1": level(3)})
    document = older.scores_document(scores, asked, country="AL", cycle=2026, framework_sha256="0")
    assert (scores.overall.value, document["method"]) == (Fraction(75), "1")


def test_no_way_of_scoring_that_is_for_comparison_is_a_method_of_record():
    assert not set(ALTERNATIVES) & set(METHODS)
