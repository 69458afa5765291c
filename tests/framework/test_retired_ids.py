"""An id that was asked once stays its question's: it is in use, or retired, and never comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveyapp.framework.loader import check_framework
from tests.framework.sample import LIGHT, SAMPLE, WATER, write_files

IDS = "# ids\n\no01.a1\no01.a2\no01.i1\no01.p1\no01.m1\no02.a1\n"


def faults_of(folder: Path, files: dict[str, str]) -> list[str]:
    write_files(folder, {**SAMPLE, **files})
    return [str(fault) for fault in check_framework(folder).faults]


def retire(text: str, ids: str) -> str:
    return text.replace("questions:", f"retired: [{ids}]\nquestions:", 1)


def test_a_removed_id_must_be_retired(tmp_path: Path) -> None:
    assert faults_of(tmp_path, {"ids.txt": IDS + "o01.a9\nold.a1\n"}) == [
        "ids.txt:9:1: o01.a9 was removed; list it under retired: in o01.yaml, an id never comes back",
        "ids.txt:10:1: old.a1 was removed; list it under retired: in its questionnaire file, "
        "an id never comes back",
    ]
    assert faults_of(tmp_path, {"o01.yaml": retire(LIGHT, "o01.a9, old.a1")}) == []


def test_the_retired_ids_are_told_by_questionnaire(tmp_path: Path) -> None:
    write_files(tmp_path, {**SAMPLE, "o01.yaml": retire(LIGHT, "o01.a9, old.a1")})
    assert check_framework(tmp_path).retired == {"o01": ("o01.a9", "old.a1"), "o02": ()}


def test_a_retired_id_that_is_asked_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, {"o01.yaml": retire(LIGHT, "o02.a1")}) == [
        "o02.yaml:5:9: question o02.a1: the id is retired in o01.yaml:6 and never comes back; "
        "choose a new one"
    ]


def test_an_id_is_retired_once(tmp_path: Path) -> None:
    files = {"o01.yaml": retire(LIGHT, "o01.a9"), "o02.yaml": retire(WATER, "o01.a9")}
    [fault] = faults_of(tmp_path, files)
    assert fault == "o02.yaml:4:11: the retired id o01.a9 is listed in o01.yaml:6 too; list it once"


def test_ids_that_are_new_and_a_folder_without_a_registry_are_no_faults(tmp_path: Path) -> None:
    assert faults_of(tmp_path, {}) == []
    assert faults_of(tmp_path, {"ids.txt": ""}) == []


def test_a_line_that_is_no_id_is_a_fault(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path, {"ids.txt": "<<<<<<< mine\n"})
    assert fault == 'ids.txt:1:1: "<<<<<<< mine" is no id; write one id on each line'


@pytest.mark.parametrize("raw", [b"\xff\n", b"o01.a1\n" * 200_000])
def test_a_registry_that_is_no_text_is_one_fault(tmp_path: Path, raw: bytes) -> None:
    write_files(tmp_path, SAMPLE)
    (tmp_path / "ids.txt").write_bytes(raw)
    assert len(check_framework(tmp_path).faults) == 1


@pytest.mark.parametrize("broken", [LIGHT + "  - {", LIGHT.replace("id: o01.a1", "id: O1"), "id: o01\n"])
def test_ids_in_a_file_that_cannot_be_read_do_not_seem_removed(tmp_path: Path, broken: str) -> None:
    faults = faults_of(tmp_path, {"ids.txt": IDS, "o01.yaml": broken})
    assert faults and not [fault for fault in faults if "was removed" in fault]
