"""What `derive` writes: whole or not at all, fit to be edited, without a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.framework import skeleton
from surveyapp.framework.coverage import uncovered_items
from surveyapp.framework.derive import derive
from surveyapp.framework.derived import Derived, DerivedObjective
from surveyapp.framework.faults import FrameworkFaults
from surveyapp.framework.loader import check_framework, load_framework
from surveyapp.framework.skeleton import write_skeleton
from tests.framework.guidelines import TEXT, synthetic_text


@pytest.fixture
def derived() -> Derived:
    return derive(TEXT, "harbour-rules.txt")


def test_the_skeleton_passes_the_check_without_fault_or_warning(derived, tmp_path):
    assert write_skeleton(derived, tmp_path / "out") == []
    report = check_framework(tmp_path / "out")
    assert (report.faults, report.warnings) == ((), ())


def test_the_skeleton_asks_one_question_for_each_item(derived, tmp_path):
    write_skeleton(derived, tmp_path / "out")
    framework = load_framework(tmp_path / "out")
    assert (framework.id, framework.version, framework.source.year) == ("harbour-rules", "1", 1998)
    assert [objective.id for objective in framework.objectives] == ["o01", "o02", "o03"]
    assert list(framework.questions)[:7] == [
        f"o01.{code}" for code in ("a1", "a2", "a3", "i1", "i2", "p1", "p2")
    ]
    asked = framework.questions["o01.a1"]
    assert (asked.source, asked.text) == ("1.A1", "How far is this in place: Light every quay?")
    assert {question.ladder for question in framework.questions.values()} == {"general", "involvement"}
    assert uncovered_items(framework, derived) == []


def test_the_files_read_as_people_write_them(derived, tmp_path):
    write_skeleton(derived, tmp_path / "out")
    text = (tmp_path / "out" / "o01.yaml").read_text()
    assert text.startswith(
        "id: o01\nobjective: 1\ntitle: To keep every quay lit\nquestions:\n  - id: o01.a1\n"
    )
    assert max(len(line) for line in text.splitlines()) <= 110


def test_missing_folders_on_the_way_are_made(derived, tmp_path):
    write_skeleton(derived, tmp_path / "a" / "b")
    assert check_framework(tmp_path / "a" / "b").faults == ()


def test_an_empty_folder_is_taken_and_the_one_in_use_too(derived, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    write_skeleton(derived, Path("."))
    assert check_framework(tmp_path / "out").faults == ()


@pytest.mark.parametrize("name", ["file", "folder", "link"])
def test_what_is_in_use_is_refused_and_left_alone(derived, tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "absent")
    with pytest.raises(FrameworkFaults, match="is not an empty folder; choose another with --out"):
        write_skeleton(derived, tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "link"]
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["mine.txt"]


def test_a_write_that_fails_halfway_leaves_nothing_behind(derived, tmp_path, monkeypatch):
    dump = skeleton._dump

    def dump_until_full(path: Path, content: dict) -> None:
        if path.name == "o02.yaml":
            raise OSError(28, "No space left on device")
        dump(path, content)

    monkeypatch.setattr(skeleton, "_dump", dump_until_full)
    with pytest.raises(
        FrameworkFaults, match="out: cannot be written: No space left on device; choose another"
    ):
        write_skeleton(derived, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_skeleton_that_would_not_pass_the_check_is_not_written(tmp_path):
    huge = derive(
        "Aim\n" + "".join(f"- {'x' * 9_900}\n" for _ in range(104)) + "Body\n- sign\n", "g-2001.txt"
    )
    with pytest.raises(FrameworkFaults, match="larger than 1 MB"):
        write_skeleton(huge, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_year_that_is_nowhere_told_is_a_notice(tmp_path):
    derived = derive(synthetic_text([(1, 1, 1)]), "g.txt")
    (notice,) = write_skeleton(derived, tmp_path / "out")
    assert "the guidelines name no year" in str(notice)


def test_more_than_99_objectives_have_ids_of_one_length(tmp_path):
    write_skeleton(derive(synthetic_text([(1, 1, 1)] * 100), "g.txt"), tmp_path / "out")
    assert [o.id for o in load_framework(tmp_path / "out").objectives][::99] == ["o001", "o100"]


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=40)


@settings(max_examples=30, deadline=None)
@given(st.lists(_TEXTS.map(lambda text: " ".join(text.split())).filter(bool), min_size=4, max_size=12))
def test_whatever_the_items_say_the_skeleton_passes_the_check(tmp_path_factory, texts):
    title, *items = texts
    objective = DerivedObjective(title)
    for place, text in enumerate(items):
        objective.by_kind[("activity", "actor", "indicator")[place % 3]].append(text)
    out = tmp_path_factory.mktemp("skeleton") / "out"
    write_skeleton(Derived("g", title, 2001, (objective,)), out)
    assert sorted(load_framework(out).objectives[0].items.values()) == sorted(items)
