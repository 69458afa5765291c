"""A folder becomes a framework whole, or all its faults are told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from surveyapp.framework.faults import FrameworkFaults
from surveyapp.framework.loader import check_framework, load_framework
from surveyapp.framework.model import Measure
from surveyapp.framework.shipped import shipped_folder
from tests.framework.sample import FRAMEWORK, LIGHT, SAMPLE, WATER, write_files, write_sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_sample(tmp_path)
    return tmp_path


def lines_of(folder: Path) -> list[str]:
    return [str(fault) for fault in check_framework(folder).faults]


def test_the_sample_loads_with_everything_it_holds(folder):
    framework = load_framework(folder)
    assert (framework.id, framework.version, framework.source.year) == ("harbour-rules", "3", 1998)
    assert [dimension.letter for dimension in framework.dimensions] == ["A", "I", "P", "M"]
    assert [band.starts_at for band in framework.bands] == [0, Fraction(333, 10), Fraction(200, 3)]
    assert framework.minimum_coverage == Fraction(2, 3)
    assert list(framework.objectives[0].items) == ["A1", "A2", "P1", "I1", "M1"]
    assert [sheet.label for sheet in framework.questionnaires] == ["Light", "Water"]
    trained = framework.questions["o01.a2"]
    assert (trained.weight, trained.may_be_not_applicable, trained.is_sensitive) == (2, True, True)
    assert [level.code for level in trained.levels] == ["no", "yes"]
    assert framework.questions["o01.i1"].measure == Measure("falls")


def test_numbers_are_exact(folder):
    framework = load_framework(folder)
    assert framework.questions["o01.a1"].levels[1].points == Fraction(3, 5)
    assert framework.questions["o01.p1"].levels[1].points == Fraction(1, 3)


def test_a_same_as_question_carries_what_its_target_has_and_keeps_its_own_place(folder):
    questions = load_framework(folder).questions
    same, target = questions["o02.i1"], questions["o01.a1"]
    assert (same.text, same.help, same.levels) == (target.text, target.help, target.levels)
    assert (same.kind, same.source, same.weight) == ("indicator", "2.I1", Fraction(1, 2))
    assert (same.same_as, same.answer_id, same.evidence_from) == ("o01.a1", "o01.a1", "1")


def test_codes_may_be_written_without_quotes(folder):
    (folder / "o01.yaml").write_text(LIGHT.replace('"0"', "0").replace('"no"', "no").replace('"1"', "1"))
    questions = load_framework(folder).questions
    assert [level.code for level in questions["o01.a1"].levels] == ["0", "1", "2"]
    assert questions["o01.a2"].levels[0].code == "no"


def test_all_faults_of_all_files_are_listed_at_once_by_file_and_line(folder):
    write_files(
        folder,
        {
            "framework.yaml": FRAMEWORK.replace("weight: 0.3", "weight: x"),
            "o01.yaml": LIGHT.replace("0.6", "6")
            .replace("source: 1.A2", "source: 1.A7")
            .replace("unit: lamps", ""),
            "o02.yaml": WATER.replace("ladder: part", "ladder: parts").replace("title", "titel"),
        },
    )
    places = [fault.place.rsplit(":", 1)[0] for fault in check_framework(folder).faults]
    assert places == [
        *("framework.yaml:14", "o01.yaml:14", "o01.yaml:19", "o01.yaml:50"),
        *("o02.yaml:1", "o02.yaml:3", "o02.yaml:18", "o02.yaml:19", "o02.yaml:20"),
    ]


def test_nothing_is_loaded_in_part(folder):
    (folder / "o02.yaml").write_text(WATER.replace("points: 1,", "points: 2,"))
    assert check_framework(folder).framework is None
    with pytest.raises(FrameworkFaults) as refusal:
        load_framework(folder)
    assert [str(fault) for fault in refusal.value.faults] == lines_of(folder)


def test_an_objective_without_a_file_is_a_fault(folder):
    (folder / "o02.yaml").unlink()
    assert lines_of(folder) == [
        "framework.yaml:33:5: objective 2 has no questionnaire file; add one with `objective: 2`"
    ]


def test_an_objective_with_two_files_is_a_fault(folder):
    second = "id: o03\nobjective: 2\ntitle: W\nquestions:\n"
    second += "  - {id: o03.a1, kind: activity, source: 2.A1, same_as: o02.a1}\n"
    (folder / "o03.yaml").write_text(second)
    assert lines_of(folder) == ["o03.yaml:2:12: objective 2 has the file o02.yaml already; keep one"]


def test_a_file_that_is_no_yaml_is_one_fault_and_no_missing_objective(folder):
    (folder / "o01.yaml").write_text(LIGHT + "  - {")
    faults = lines_of(folder)
    assert len(faults) == 1 and faults[0].startswith("o01.yaml:") and "not valid YAML" in faults[0]


def test_a_missing_objective_is_told_beside_a_file_that_is_no_yaml(folder):
    (folder / "o01.yaml").write_text(LIGHT + "  - {")
    (folder / "o02.yaml").unlink()
    assert [line.split(":")[0] for line in lines_of(folder)] == ["framework.yaml", "o01.yaml"]


def test_a_missing_framework_file_is_a_fault(folder):
    (folder / "framework.yaml").unlink()
    assert lines_of(folder) == [f"framework.yaml: is missing in {folder}; add it"]


@pytest.mark.parametrize("name", ["nowhere", "framework.yaml"])
def test_what_is_no_folder_is_a_fault(folder, name):
    (fault,) = lines_of(folder / name)
    assert fault.startswith(f"{folder / name}: ") and "name a folder with framework.yaml" in fault


@pytest.mark.parametrize("name", ["o03.yml", "o03.YAML"])
def test_a_questionnaire_under_another_ending_is_not_passed_over(folder, name):
    (folder / name).write_text("")
    assert lines_of(folder) == [f"{name}: is not read under this name; name it o03.yaml"]


def test_a_folder_with_the_name_of_a_questionnaire_is_a_fault(folder):
    (folder / "o03.yaml").mkdir()
    assert lines_of(folder) == ["o03.yaml: is not a file; remove it or give it another name"]


@pytest.mark.parametrize("name", ["README.md", ".o01.yaml", "o01.yaml~"])
def test_other_files_are_passed_over(folder, name):
    (folder / name).write_text("]")
    assert check_framework(folder).framework is not None


@pytest.mark.parametrize("root", ["[]", "words", "- a", "~"])
@pytest.mark.parametrize("file", SAMPLE)
def test_a_file_whose_whole_is_no_mapping_is_a_fault(folder, file, root):
    (folder / file).write_text(root)
    assert any(
        fault.startswith(f"{file}:1:1: the ") and "must be a mapping" in fault for fault in lines_of(folder)
    )


@pytest.mark.parametrize("file", SAMPLE)
def test_no_single_value_replaced_by_nonsense_ends_in_a_traceback(folder, file):
    """Every value of the sample in turn becomes a list, a mapping, nothing, and a long word."""
    lines = SAMPLE[file].splitlines()
    for number, line in enumerate(lines):
        key = line.split(": ")[0] if ": " in line else line.rstrip(":")
        for nonsense in ("[[x]]", "{x: {y: z}}", "", "x" * 200, "!t x"):
            changed = [*lines[:number], f"{key}: {nonsense}", *lines[number + 1 :]]
            (folder / file).write_text("\n".join(changed))
            report = check_framework(folder)
            assert (report.framework is None) == bool(report.faults)


def test_the_shipped_framework_has_no_fault():
    report = check_framework(shipped_folder())
    assert report.faults == () and report.framework is not None
