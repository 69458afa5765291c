"""The commands: results on stdout, faults and warnings on stderr, exit status 0, 1 or 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveyapp.framework.cli import framework
from tests.framework.guidelines import SUMMARY, TEXT, synthetic_text
from tests.framework.sample import LIGHT, write_sample

# The counts of the guidelines of 2001, objective by objective, and nothing else of them.
COUNTS = [
    *((8, 3, 7), (4, 2, 5), (6, 2, 5), (5, 3, 5), (3, 3, 5), (7, 3, 5), (5, 2, 4)),
    *((2, 2, 2), (7, 1, 7), (7, 4, 7), (5, 3, 3), (6, 3, 7), (9, 2, 6)),
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(framework, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "rules.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_derive_ends_with_the_counts_and_check_finds_no_fault(source, tmp_path):
    derived = run("derive", source, "--out", tmp_path / "out")
    assert (derived.exit_code, derived.stdout, derived.stderr) == (0, SUMMARY + "\n", "")
    checked = run("check", tmp_path / "out", "--source", source)
    assert (checked.exit_code, checked.stdout) == (0, "3 objectives, 18 questions: no fault\n")


def test_a_text_with_the_counts_of_2001_is_counted_right(tmp_path):
    (tmp_path / "g.txt").write_text(synthetic_text(COUNTS), encoding="utf-8")
    result = run("derive", tmp_path / "g.txt", "--out", tmp_path / "out")
    assert result.stdout == "13 objectives, 74 activities, 33 actors, 68 indicators\n"
    assert "warning: the guidelines name no year" in result.stderr


def test_derive_into_a_folder_in_use_is_refused(source, tmp_path):
    result = run("derive", source, "--out", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        result.stderr
        == f"{tmp_path}: is not an empty folder; choose another with --out, nothing is written over\n"
    )


def test_derive_of_what_is_no_guidelines_is_refused(tmp_path):
    result = run("derive", tmp_path / "absent.txt", "--out", tmp_path / "out")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert not (tmp_path / "out").exists()


def test_derive_without_out_is_a_wrong_use(source):
    assert run("derive", source).exit_code == 2


def test_check_writes_one_line_per_fault_and_fails(tmp_path):
    write_sample(tmp_path)
    (tmp_path / "o01.yaml").write_text(LIGHT.replace("0.6", "1.5").replace("title: Light", "title: ''"))
    result = run("check", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "o01.yaml:3:8: questionnaire o01: title is empty; write the text",
        'o01.yaml:14:29: question o01.a1: points of level "1" is 1.5; give a number from 0 to 1',
    ]


def test_a_warning_goes_to_stderr_and_the_check_succeeds(tmp_path):
    write_sample(tmp_path)
    (tmp_path / "o01.yaml").write_text(LIGHT.replace("    help: Count public quays only.\n", ""))
    result = run("check", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "2 objectives, 10 questions: no fault\n")
    assert "\no01.yaml:7:5: warning: question o01.a1: help is missing" in result.stderr


def test_check_with_a_source_names_what_is_not_covered_and_fails(source, tmp_path):
    write_sample(tmp_path / "fw")
    result = run("check", tmp_path / "fw", "--source", source)
    assert (result.exit_code, result.stdout) == (1, "")
    assert '1.A3 "Buy lamps": no question covers it; add one with source: 1.A3' in result.stderr.splitlines()


def test_check_with_a_source_that_cannot_be_read_fails(tmp_path):
    write_sample(tmp_path / "fw")
    assert run("check", tmp_path / "fw", "--source", tmp_path / "absent.txt").exit_code == 1


def test_check_without_a_folder_checks_the_shipped_one():
    result = run("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("13 objectives, ")
