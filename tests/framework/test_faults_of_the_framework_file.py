"""Each fault that framework.yaml can have: what is said, and where."""

from __future__ import annotations

import pytest

from tests.framework.sample import FRAMEWORK

CASES = [
    ("id: harbour-rules\n", "", "1:1", "framework: id is missing"),
    ("id: harbour-rules\n", "id: Harbour\n", "1:5", 'id is "Harbour"'),
    ('version: "3"\n', "", "1:1", "version is missing"),
    ('version: "3"\n', "verson: 3\n", "2:1", 'unknown key "verson"; did you mean "version"?'),
    (
        'version: "3"\n',
        'version: "3"\nlanguage: english\n',
        "3:11",
        'language is "english"; name it as CLDR does',
    ),
    ('version: "3"\n', 'version: "3"\nlanguage: xx\n', "3:11", 'language is "xx", which CLDR does not know'),
    ('version: "3"\n', 'version: "3"\nknown_terms: EU\n', "3:14", "known_terms must be a list"),
    ('version: "3"\n', 'version: "3"\nknown_terms: [EU, ""]\n', "3:19", "an entry of known_terms is no text"),
    (
        'version: "3"\n',
        'version: "3"\nnote_on_points: {prat: Why}\n',
        "3:18",
        'unknown key "prat" of note_on_points; did you mean "part"?',
    ),
    ("title: Safe harbours\n", "title:\n", "3:7", "title is empty"),
    ("  year: 1998\n", "", "5:3", "year of the source is missing"),
    ("  year: 1998\n", "  year: MCMXCVIII\n", "6:9", "give the year, such as 2001"),
    (
        "source:\n  title: Rules for safe harbours\n  year: 1998\n",
        "source: Rules\n",
        "4:9",
        "must be a mapping",
    ),
    ("points: 1/3", "points: 2", "10:27", 'ladder part: points of level "1" is 2'),
    ("  part:\n", "  Part!:\n", "8:3", 'the name of a ladder is "Part!"'),
    ("kind: indicator, id: results", "kind: activity, id: results", "14:12", "that of line 13 too"),
    ("id: results", "id: implementation", "14:27", 'id "implementation" is that of line 13 too'),
    ("id: results", "id: all", "14:27", "kept for the whole objective"),
    ("kind: indicator", "kind: In dicator", "14:12", 'kind is "In dicator"'),
    (", letter: M", "", "16:5", 'letter "A" is that of line 13 too; write `letter:`'),
    ("letter: M", "letter: mm", "16:65", 'letter is "mm"; give one letter from A to Z'),
    ("weight: 0.3", "weight: 0", "14:60", "dimension indicator: weight is 0; give a number above 0"),
    (", weight: 0.3", "", "14:5", "weight is missing; give a number above 0"),
    ("{level: 1, from: 0", "{level: 1, from: 5", "18:22", "band 1: from is 5; the first band starts at 0"),
    ("from: 33.3", "from: 0", "19:22", "band 2: from is 0, not above that of band 1"),
    ("from: 33.3", "from: 101", "19:22", "from is 101; give a number from 0 to 100"),
    ("level: 2", "level: 3", "19:13", "level is 3; number the bands 1, 2, 3"),
    ('"#7d7c78"', "#7d7c78", "20:3", "not valid YAML"),
    ('"#7d7c78"', "grey", "19:49", 'colour is "grey"; write it between quotes'),
    (
        "minimum_coverage: 2/3",
        "minimum_coverage: 1.01",
        "21:19",
        "minimum_coverage is 1.01; give a number from 0 to 1",
    ),
    ("minimum_coverage: 2/3\n", "", "1:1", "minimum_coverage is missing"),
    ("number: 2", "number: 1", "33:13", "objective 1: number 1 is that of line 23 too"),
    ("number: 2", "number: 0", "33:13", "number is 0; give a whole number from 1 on"),
    ("    id: o02", "    id: o01", "34:9", 'id "o01" is that of line 24 too'),
    ("    id: o02", "    id: overall", "34:9", "kept for the whole framework"),
    (
        "weight: 0.5\n    items",
        "weight: -1\n    items",
        "36:13",
        "objective 2: weight is -1; give a number above 0",
    ),
    ("      A2: Train", "      X2: Train", "29:7", 'the item "X2" is not named by one of A, I, M, P'),
    ("      A2: Train", "      A0: Train", "29:7", 'the item "A0" is not named by'),
    ("A2: Train the keepers", "A2:", "29:10", "A2 of the items is empty"),
    ("title: Keep the water clean", "titel: Keep", "35:5", 'did you mean "title"?'),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), CASES)
def test_a_fault_of_the_framework_file_is_said_with_its_place(check_changed, old, new, place, said):
    report = check_changed("framework.yaml", old, new)
    lines = [str(fault) for fault in report.faults]
    assert report.framework is None
    assert any(line.startswith(f"framework.yaml:{place}: ") and said in line for line in lines), lines


def test_a_faulty_ladder_is_no_fault_of_the_questions_that_use_it(check_changed):
    report = check_changed("framework.yaml", "points: 1/3", "points: 2")
    assert {fault.file for fault in report.faults} == {"framework.yaml"}


def test_faulty_dimensions_are_no_fault_of_the_questions(check_changed):
    report = check_changed("framework.yaml", "kind: activity", "kind: '!'")
    assert {fault.file for fault in report.faults} == {"framework.yaml"}


def test_an_objective_without_items_takes_any_number_in_a_source(check_changed):
    items = FRAMEWORK[FRAMEWORK.rindex("    items:") :]
    assert check_changed("framework.yaml", items, "").framework is not None
