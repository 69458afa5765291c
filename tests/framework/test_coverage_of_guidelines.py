"""Items of the guidelines that no question covers are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveyapp.framework.coverage import uncovered_items
from surveyapp.framework.derived import Derived, DerivedObjective
from surveyapp.framework.loader import load_framework
from surveyapp.framework.model import Framework
from tests.framework.sample import write_sample


@pytest.fixture
def framework(tmp_path: Path) -> Framework:
    write_sample(tmp_path)
    return load_framework(tmp_path)


def guidelines(*objectives: tuple[list[str], list[str], list[str]]) -> Derived:
    kinds = ("activity", "actor", "indicator")
    made = [DerivedObjective("Aim", dict(zip(kinds, lists, strict=True))) for lists in objectives]
    return Derived("g", "Guidelines", 1998, tuple(made))


def test_guidelines_that_are_covered_leave_nothing(framework):
    derived = guidelines((["a", "b"], ["c"], ["d"]), (["e"], ["f", "g"], ["h"]))
    assert uncovered_items(framework, derived) == []


def test_each_uncovered_item_is_named_with_the_source_to_write(framework):
    derived = guidelines(
        (["a", "b", "Paint " + "the quays " * 9], ["c", "Guild"], ["d"]), (["e"], [], []), (["z"], [], [])
    )
    assert [str(item) for item in uncovered_items(framework, derived)] == [
        '1.A3 "Paint the quays the quays the quays the quays the quays the…": no question covers it; '
        "add one with source: 1.A3",
        '1.P2 "Guild": no question covers it; add one with source: 1.P2',
        '3.A1 "z": no question covers it; add one with source: 3.A1',
    ]


def test_an_addition_of_the_editors_covers_no_item(framework):
    derived = guidelines((["a", "b"], ["c"], ["d"]), (["e"], ["f", "g", "Anglers"], ["h"]))
    assert [item.source for item in uncovered_items(framework, derived)] == ["2.P3"]
