"""Another guidelines document is another folder: other kinds, levels and weights, in another language."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveyapp.framework.cli import framework as commands
from surveyapp.framework.document import canonical_bytes, framework_sha256, from_document, to_document
from surveyapp.framework.loader import check_framework, load_framework
from surveyapp.framework.model import Framework
from surveyapp.scoring.answers import Answer, Evidence
from surveyapp.scoring.method1 import Scores, score

FOLDER = Path(__file__).with_name("trinkwasser")
GUIDELINES = """\
Leitlinien für sicheres Trinkwasser (1995)


Brunnen schützen

· Schutzgebiete um jeden Brunnen festsetzen
· Brunnen jedes Jahr
  prüfen

Wasserbehörden der Länder

· Weniger belastete Proben

Leitungen erneuern
· Alte Bleileitungen ersetzen

Städtische Versorger

· Weniger belastete Proben
"""
ANSWERS = {
    "brunnen.a1": Answer(level="c"),
    "brunnen.a2": Answer(level="manche"),
    "brunnen.i1": Answer(unknown="Die Proben werden noch gezählt."),
    "brunnen.p1": Answer(level="ja"),
    "leitungen.a1": Answer(level="ja"),
    "leitungen.p1": Answer(not_applicable="Es gibt keine Städte."),
    "leitungen.m1": Answer(level="halb"),
}


@pytest.fixture(scope="module")
def water() -> Framework:
    return load_framework(FOLDER)


@pytest.fixture
def scores(water: Framework) -> Scores:
    return score(water, ANSWERS)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def guidelines(tmp_path: Path) -> Path:
    path = tmp_path / "trinkwasser-1995.txt"
    path.write_text(GUIDELINES, encoding="utf-8")
    return path


def test_its_guidelines_are_derived_and_the_skeleton_passes_the_check(
    guidelines: Path, tmp_path: Path
) -> None:
    derived = run("derive", guidelines, "--out", tmp_path / "out")
    assert (derived.exit_code, derived.stdout) == (0, "2 objectives, 3 activities, 2 actors, 2 indicators\n")
    checked = run("check", tmp_path / "out", "--source", guidelines)
    assert (checked.exit_code, checked.stdout) == (0, "2 objectives, 7 questions: no fault\n")
    skeleton = load_framework(tmp_path / "out")
    assert [objective.title for objective in skeleton.objectives] == [
        "Brunnen schützen",
        "Leitungen erneuern",
    ]
    assert skeleton.objectives[0].items["A2"] == "Brunnen jedes Jahr prüfen"


def test_it_has_no_fault_no_warning_and_covers_its_guidelines(guidelines: Path) -> None:
    result = run("check", FOLDER, "--source", guidelines)
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "2 objectives, 8 questions: no fault\n",
        "",
    )


def test_an_item_without_a_question_is_named_by_its_own_letter(guidelines: Path) -> None:
    guidelines.write_text(GUIDELINES + "· Mehr bleifreie Häuser\n")
    result = run("check", FOLDER, "--source", guidelines)
    assert result.exit_code == 1
    assert '2.I2 "Mehr bleifreie Häuser": no question covers it; add one with source: 2.I2' in result.stderr


def test_its_document_gives_it_back(water: Framework) -> None:
    document = json.loads(canonical_bytes(to_document(water)))
    assert from_document(document) == water
    assert framework_sha256(from_document(document)) == framework_sha256(water)
    assert document["language"] == water.language == "de"


def test_its_pages_are_in_its_own_language(tmp_path: Path) -> None:
    assert run("docs", FOLDER, "--out", tmp_path).exit_code == 0
    page = (tmp_path / "objective-2.html").read_text(encoding="utf-8")
    assert '<h2 lang="de" dir="auto">Sind die alten Bleileitungen ersetzt?</h2>' in page
    assert "leitungen.a2" in page and "Schon die Hälfte der Kosten" in page
    assert run("docs", FOLDER, "--out", tmp_path, "--check").exit_code == 0


def test_its_first_objective_is_scored_by_its_own_weights(scores: Scores) -> None:
    wells = scores.objectives[0]
    assert list(wells.dimensions) == ["umsetzung", "ergebnisse", "mitwirkung"]
    # (2/3 + 2·1/2) ÷ 3; without evidence the first counts as b, 1/3
    assert wells.dimensions["umsetzung"].value == Fraction(500, 9)
    assert wells.dimensions["umsetzung"].evidenced == Fraction(400, 9)
    assert (wells.dimensions["ergebnisse"].value, wells.dimensions["ergebnisse"].high) == (None, 100)
    assert wells.dimensions["mitwirkung"].value == 100
    # (2·500/9 + 1·100) ÷ 3, for bounds with the unknown results at 0 and at 100, ÷ 4
    assert wells.score.value == Fraction(1900, 27)
    assert wells.score.evidenced == Fraction(1700, 27)
    assert (wells.score.low, wells.score.high) == (Fraction(475, 9), Fraction(700, 9))
    assert (wells.score.coverage, wells.score.level) == (Fraction(3, 4), 3)
    assert (wells.score.answered, wells.score.questions) == (4, 4)  # unknown is an answer


def test_its_second_objective_counts_an_answer_of_the_first_and_leaves_out_what_does_not_apply(
    scores: Scores,
) -> None:
    pipes = scores.objectives[1]
    assert list(pipes.dimensions) == ["umsetzung", "ergebnisse", "mitwirkung", "mittel"]
    assert pipes.dimensions["ergebnisse"].value is None
    assert pipes.dimensions["mitwirkung"].coverage is None
    assert pipes.dimensions["mittel"].value == 75
    # (2·100 + 1/2·75) ÷ 5/2; bounds with the results at 0 and at 100, ÷ 7/2
    assert pipes.score.value == 95
    assert (pipes.score.low, pipes.score.high) == (Fraction(475, 7), Fraction(675, 7))
    assert (pipes.score.coverage, pipes.score.level) == (Fraction(5, 7), 4)


def test_its_whole_is_the_mean_of_its_objectives_by_their_weights(scores: Scores) -> None:
    # (1·1900/27 + 3·95) ÷ 4
    assert scores.overall.value == Fraction(9595, 108)
    assert scores.overall.evidenced == Fraction(9395, 108)
    assert (scores.overall.low, scores.overall.high) == (Fraction(8075, 126), Fraction(23125, 252))
    assert (scores.overall.coverage, scores.overall.level) == (Fraction(81, 112), 4)
    assert scores.overall.questions == 8


def test_evidence_lifts_what_is_evidenced(water: Framework) -> None:
    proven = Answer(level="c", evidence=(Evidence("Verordnung 12"),))
    scores = score(water, ANSWERS | {"brunnen.a1": proven})
    assert scores.overall.evidenced == scores.overall.value == Fraction(9595, 108)


def test_below_half_of_the_weight_known_there_is_no_level(water: Framework) -> None:
    only_one = score(water, {"leitungen.m1": Answer(level="voll")})
    assert (only_one.objectives[1].score.value, only_one.objectives[1].score.level) == (100, None)


def test_the_check_reports_its_registry_of_ids() -> None:
    assert check_framework(FOLDER).retired == {"brunnen": (), "leitungen": ("leitungen.a2",)}
