"""Each fault that a questionnaire file can have: what is said, and where."""

from __future__ import annotations

import pytest

from tests.framework.sample import WATER

A1 = "question o01.a1"
CASES = [
    # a piece of o01.yaml, what stands there instead, place, what is said
    ("id: o01\n", "", "1:1", "questionnaire without id: id is missing"),
    ("id: o01\n", "id: O 1\n", "1:5", 'id is "O 1"; use a to z'),
    ("id: o01\n", f"id: {'a' * 65}\n", "1:5", "at most 64"),
    ("id: o01\n", "id: o02\n", "1:5", "questionnaire o02: the id is that of objective 2"),
    ("objective: 1\n", "", "1:1", "objective is missing"),
    ("objective: 1\n", "objective: 9\n", "2:12", "framework.yaml has no objective 9; it has 1, 2"),
    ("objective: 1\n", "objective: one\n", "2:12", 'objective is "one"; give the number'),
    ("title: Light\n", "", "1:1", "title is missing; write the text"),
    ("title: Light\n", "title: ''\n", "3:8", "title is empty; write the text"),
    ("title: Light\n", "title: [a]\n", "3:8", "title must be one value"),
    ("short: Light\n", "retired: o01.a9\n", "4:10", "retired must be a list with at least one entry"),
    ("short: Light\n", "retired: [[o01.a9]]\n", "4:11", "an entry of retired is no text"),
    ("short: Light\n", "retired: ['']\n", "4:11", "an entry of retired is no text"),
    ("short: Light\n", "retired: [O1]\n", "4:11", 'an entry of retired is "O1"; use a to z'),
    ("short: Light\n", "shrot: Light\n", "4:1", 'unknown key "shrot"; did you mean "short"?'),
    ("short: Light\n", "short:\n", "4:7", "short is empty; write the text, or leave the key out"),
    ("id: o01.a1\n", "id: o01.a2\n", "17:9", "question o01.a2: the id is that of o01.yaml:7 too"),
    ("id: o01.a1\n", "id: o02.a1\n", "o02.yaml:5:9", "question o02.a1: the id is that of o01.yaml:7 too"),
    ("id: o01.a1\n", "id: o01_a1\n", "7:9", 'question o01_a1: id is "o01_a1"'),
    ("id: o01.a1\n    kind", "kind", "7:5", "question number 1: id is missing"),
    ("kind: activity", "kind: activty", "8:11", f'{A1}: unknown kind "activty"; did you mean "activity"?'),
    ("kind: activity", "kind: [activity]", "8:11", f"{A1}: kind must be one value"),
    ("source: 1.A1", "source: A1", "9:13", f'{A1}: source is "A1"; name objective and item, such as 1.A1'),
    (
        "source: 1.A1",
        "source: 2.A1",
        "9:13",
        "names objective 2 in the file of objective 1; begin it with 1.",
    ),
    ("source: 1.A1", "source: 1.I1", "9:13", "source 1.I1 is no activity; its letter is A"),
    ("source: 1.A1", "source: 1.A3", "9:13", "names no item of objective 1; its items are A1, A2, and 1.A+"),
    ("    text: Is every quay lit at night?\n", "", "7:5", f"{A1}: text is missing; write the text"),
    ("text: Is every quay lit at night?", "text: ' '", "10:11", f"{A1}: text is empty"),
    ("help: Count public quays only.", "hint: x", "11:5", 'unknown key "hint"'),
    (
        'evidence_from: "1"',
        'evidence_from: "0"',
        "16:20",
        'evidence_from "0" is the lowest level; choose of "1", "2"',
    ),
    (
        'evidence_from: "1"',
        'evidence_from: "7"',
        "16:20",
        'evidence_from "7" is no level; choose of "1", "2"',
    ),
    ('evidence_from: "1"', "ladder: part", "16:5", "levels and ladder both stand here"),
    ('evidence_from: "1"', "measure: {unit: m}", "16:5", "an activity has no measure"),
    ('evidence_from: "1"', "weight: -1", "16:13", "weight is -1; give 0 or a number above 0"),
    ('evidence_from: "1"', "weight: 1e3", "16:13", 'weight is "1e3"'),
    ('evidence_from: "1"', "weight: 1/0", "16:13", "weight is 1/0"),
    ('evidence_from: "1"', "note_on_points: ''", "16:21", "note_on_points is empty"),
    ('evidence_from: "1"', "sensitive: perhaps", "16:16", "write true or false"),
    ("points: 0.6", "points: 1.5", "14:29", f'{A1}: points of level "1" is 1.5; give a number from 0 to 1'),
    ("points: 0.6", "points: -0.1", "14:29", 'points of level "1" is -0.1; give a number from 0 to 1'),
    ("points: 0.6", "points: much", "14:29", 'points of level "1" is "much"; give a number from 0 to 1'),
    ("points: 0.6", "points: .nan", "14:29", 'points of level "1" is ".nan"'),
    ("points: 0.6", "points: ٠", "14:29", 'points of level "1" is "٠"'),
    ("points: 0.6", "points: 0", "14:29", 'points of level "1" is 0, not above level "0"'),
    ("points: 0.6", "points: 1", "15:29", 'points of level "2" is 1, not above level "1"'),
    ("points: 0,", "points: 1/3,", "13:29", 'points of level "0" is 1/3; give the first level 0'),
    (
        "points: 1, text: Every",
        "points: 0.9, text: Every",
        "15:29",
        'points of level "2" is 0.9; give the last',
    ),
    ("points: 0.6, ", "", "14:9", 'points of level "1" is missing'),
    ("text: Some quays are lit.", 'text: ""', "14:40", 'text of level "1" is empty'),
    ('code: "1", points: 0.6', "points: 0.6", "14:9", "code of level number 2 is missing"),
    ('code: "1", points: 0.6', 'code: "0", points: 0.6', "14:16", 'the code "0" stands twice'),
    ('code: "1", points: 0.6', 'code: "a b", points: 0.6', "14:16", 'code is "a b"; use letters'),
    ('code: "1", points: 0.6', "code: unknown, points: 0.6", "14:16", "kept for answers without a level"),
    (
        'code: "1", points: 0.6',
        'code: "1", point: 0.6',
        "14:21",
        'unknown key "point" of level "1"; did you mean',
    ),
    ("not_applicable: allowed", "not_applicable: maybe", "23:21", 'is "maybe"; write allowed or refused'),
    ("measure: {unit: falls}", "measure: {}", "34:14", "unit of the measure is missing"),
    (
        "measure: {unit: falls}",
        "measure: {unit: falls, year: 2}",
        "34:28",
        'unknown key "year" of the measure',
    ),
    ("measure: {unit: falls}", "measure: falls", "34:14", "measure must be a mapping"),
    ("ladder: part", "ladder: pat", "43:13", 'unknown ladder "pat"; did you mean "part"?'),
    ("    ladder: part\n", "", "38:5", "levels is missing; write levels, or ladder with a name"),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), CASES)
def test_a_fault_of_a_questionnaire_is_said_with_its_place(check_changed, old, new, place, said):
    report = check_changed("o01.yaml", old, new)
    place = place if ".yaml" in place else f"o01.yaml:{place}"
    lines = [str(fault) for fault in report.faults]
    assert report.framework is None
    assert any(line.startswith(f"{place}: ") and said in line for line in lines), lines


@pytest.mark.parametrize(
    ("new", "place", "said"),
    [
        ("same_as: o01.a9", "16:14", 'question o02.i1: same_as names no question "o01.a9"'),
        ("same_as: o02.i1", "16:14", "which is itself the same as"),
        ("same_as: ''", "16:14", "same_as is empty; name the question"),
        ("same_as: o01.a1\n    text: No?", "17:5", "text stands beside same_as, whose target gives it"),
        ("same_as: o01.a1\n    ladder: part", "17:5", "ladder stands beside same_as"),
    ],
)
def test_a_fault_of_same_as_is_said_with_its_place(check_changed, new, place, said):
    report = check_changed("o02.yaml", "same_as: o01.a1", new)
    assert [
        str(fault) for fault in report.faults if fault.place == f"o02.yaml:{place}" and said in fault.message
    ]
    assert len(report.faults) == 1


def test_a_question_that_names_a_same_as_question_is_a_fault(check_changed):
    same = "  - {id: o02.a2, kind: activity, source: 2.A+, same_as: o02.i1}\n"
    report = check_changed("o02.yaml", "  - id: o02.i1", same + "  - id: o02.i1")
    assert [str(f) for f in report.faults] == [
        'o02.yaml:13:57: question o02.a2: same_as names "o02.i1", which is itself the same as "o01.a1"; '
        "name a question that is asked itself"
    ]


@pytest.mark.parametrize("levels", [1, 11])
def test_a_question_has_two_to_ten_levels(check_changed, levels):
    old = '      - {code: "0", points: 0, text: Nobody counts.}\n'
    listed = (
        f"      - {{code: c{number}, points: {number}/{levels}, text: T.}}\n" for number in range(1, levels)
    )
    report = check_changed("o01.yaml", old, "".join(listed))
    assert any("give 2 to 10 levels" in fault.message for fault in report.faults)


def test_a_list_without_questions_is_a_fault(check_changed):
    report = check_changed("o02.yaml", WATER[WATER.index("questions:") :], "questions: []\n")
    assert [str(f) for f in report.faults] == [
        "o02.yaml:4:12: questionnaire o02: questions must be a list with at least one entry; "
        "begin each entry with `- `"
    ]


def test_a_missing_help_is_a_warning_and_no_fault(check_changed):
    report = check_changed("o01.yaml", "    help: Count public quays only.\n", "")
    assert report.framework is not None
    assert [str(warning) for warning in report.warnings if "missing" in warning.message] == [
        "o01.yaml:7:5: warning: question o01.a1: help is missing; say what counts and what does not"
    ]


def test_a_fault_is_one_line_whatever_the_value_holds(check_changed):
    report = check_changed("o01.yaml", "kind: activity", 'kind: "act\\n\\u2028ivity"')
    (fault,) = report.faults
    assert len(str(fault).splitlines()) == 1
