"""Each warning of the wording: it fires where it should, and stays quiet where it should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from surveyapp.framework.loader import check_framework
from surveyapp.framework.shipped import shipped_folder
from tests.framework.sample import write_files

FRAMEWORK = """\
id: harbour-rules
version: "1"
title: Safe harbours
source: {title: Rules for safe harbours, year: 1998}
ladders:
  part:
    - {code: "0", points: 0, text: They took no part.}
    - {code: "1", points: 0.5, text: A plan gives them a task.}
    - {code: "2", points: 1, text: They lead a task and have a budget.}
dimensions:
  - {kind: activity, id: implementation, title: Implementation, weight: 1}
bands:
  - {level: 1, from: 0, title: Little, colour: "#00224e"}
minimum_coverage: 2/3
objectives:
  - {number: 1, id: o01, title: GOOD LIGHT}
  - {number: 2, id: o02, title: WATER}
"""
LIGHT = """\
id: o01
objective: 1
title: Light
introduction: Ask the keepers first.
questions:
  - id: o01.a1
    kind: activity
    source: 1.A1
    text: Are the quays lit at night?
    help: Count public quays only.
    levels:
      - {code: "0", points: 0, text: No quay is lit.}
      - {code: "1", points: 0.5, text: "Lamps burn, but only where ships lie."}
      - {code: "2", points: 1, text: Every public quay is lit from dusk to dawn.}
  - {id: o01.a2, kind: activity, source: 1.A2, text: "Do the keepers help?", help: All of them., ladder: part}
"""
WATER = """\
id: o02
objective: 2
title: Water
questions:
  - id: o02.a1
    kind: activity
    source: 2.A1
    text: Is spilt oil collected?
    help: Within a day.
    levels:
      - {code: "0", points: 0, text: Oil is left where it is.}
      - {code: "1", points: 1, text: A crew collects it.}
  - {id: o02.a2, kind: activity, source: 2.A2, same_as: o01.a1}
"""
FILES = {"framework.yaml": FRAMEWORK, "o01.yaml": LIGHT, "o02.yaml": WATER}
TEXT = "Are the quays lit at night?"
HELP = "Count public quays only."
LEVEL = "Every public quay is lit from dusk to dawn."

Warn = Callable[..., list[str]]


@pytest.fixture
def warn(tmp_path: Path) -> Warn:
    """The warnings after pieces of the files were replaced, each given as old text → new text."""

    def warn(changes: dict[str, str]) -> list[str]:
        files = dict(FILES)
        for old, new in changes.items():
            [name] = [name for name, text in files.items() if old in text]
            files[name] = files[name].replace(old, new, 1)
        write_files(tmp_path, files)
        report = check_framework(tmp_path)
        assert report.faults == ()
        return [str(warning) for warning in report.warnings]

    return warn


def test_the_folder_of_these_tests_has_no_warning(warn: Warn) -> None:
    assert warn({}) == []


def test_the_shipped_questionnaires_have_no_warning() -> None:
    assert check_framework(shipped_folder()).warnings == ()


LONG_TEXT = "Is " + "every " * 32 + "lit?"  # 199 characters
LONG_LEVEL = "All " + "of it " * 25 + "lit."  # 158 characters

FIRING = [
    (
        TEXT,
        LONG_TEXT + "??",
        "o01.yaml:9:11",
        "question o01.a1: text has 201 characters; say it in at most 200",
    ),
    (
        LEVEL,
        LONG_LEVEL + "...",
        "o01.yaml:14:38",
        'question o01.a1: text of level "2" has 161 characters; say it in at most 160',
    ),
    (
        "They took no part.",
        LONG_LEVEL + "...",
        "framework.yaml:7:36",
        'ladder part: text of level "0" has 161 characters; say it in at most 160',
    ),
    (HELP, "word " * 60, "o01.yaml:10:11", "question o01.a1: help has 60 words; say it in fewer than 60"),
    (
        TEXT,
        "Is light adequately spread?",
        "o01.yaml:9:11",
        'question o01.a1: text says "adequately", which no',
    ),
    (
        LEVEL,
        "Good light on all quays.",
        "o01.yaml:14:38",
        'text of level "2" says "good", which no two readers',
    ),
    (LEVEL, "All are lit to some extent.", "o01.yaml:14:38", 'says "to some extent"'),
    (LEVEL, "It is so To A Large Extent.", "o01.yaml:14:38", 'says "to a large extent"'),
    ("They took no part.", "No proper part.", "framework.yaml:7:36", 'level "0" says "proper"'),
    (
        TEXT,
        "Tell how quays are lit.",
        "o01.yaml:9:11",
        "text does not end with a question mark; ask a question",
    ),
    (
        LEVEL,
        "All quays lit",
        "o01.yaml:14:38",
        'text of level "2" does not end with a full stop; write a whole',
    ),
    (
        HELP,
        "Ask the ABCD.",
        "o01.yaml:10:11",
        'question o01.a1: help says "ABCD", which is no known term; write',
    ),
    (TEXT, "Does the ABCD help?", "o01.yaml:9:11", 'question o01.a1: text says "ABCD"'),
    (LEVEL, "All ABCDs help.", "o01.yaml:14:38", 'text of level "2" says "ABCDs"'),
    (
        "Ask the keepers first.",
        "Ask the ABCD.",
        "o01.yaml:4:15",
        'questionnaire o01: introduction says "ABCD", which',
    ),
    ("title: Water\nq", "title: EU water\nq", "o02.yaml:3:8", 'questionnaire o02: title says "EU"'),
    (
        'points: 0.5, text: "L',
        'points: 0.6, text: "L',
        "o01.yaml:12:7",
        "question o01.a1: points 0, 0.6, 1 are not evenly spaced; space them evenly, or say why in note_on_p",
    ),
    (
        "points: 0.5, text: A plan",
        "points: 0.25, text: A plan",
        "framework.yaml:7:5",
        "ladder part: points 0, 0.25, 1 are not evenly spaced; space them evenly, or say why in "
        "note_on_points: {part: …}",
    ),
    (
        "Is spilt oil collected?",
        "are the quays lit – at night?",
        "o02.yaml:8:11",
        "question o02.a1: text is that of question o01.a1 (o01.yaml:9) too; word one of them anew",
    ),
    (
        "Oil is left where it is.",
        "No quay is lit.",
        "o02.yaml:11:38",
        'question o02.a1: text of level "0" is that of question o01.a1 (o01.yaml:12) too',
    ),
    (
        LEVEL,
        "Every quay is lit.",
        "o01.yaml:14:38",
        'text of level "2" differs by one word only from that of line 12; say what sets',
    ),
    (
        LEVEL,
        "No single quay is lit.",
        "o01.yaml:14:38",
        "differs by one word only from that of line 12",
    ),
    (LEVEL, "No quay is.", "o01.yaml:14:38", "differs by one word only from that of line 12"),
    (LEVEL, "No quay is lit…", "o01.yaml:14:38", "says the same as that of line 12; say what sets"),
    (
        "They lead a task and have a budget.",
        "A law gives them a task.",
        "framework.yaml:9:36",
        'ladder part: text of level "2" differs by one word only from that of line 8',
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), FIRING)
def test_a_rule_fires_at_its_place(warn: Warn, old: str, new: str, place: str, said: str) -> None:
    found = warn({old: new})
    [warning] = [line for line in found if said in line]
    assert warning.startswith(f"{place}: warning: ")
    assert len(found) == (2 if new == "No quay is lit…" else 1), found


QUIET = [
    {TEXT: LONG_TEXT + "?"},
    {LEVEL: LONG_LEVEL + ".."},
    {HELP: "word " * 59},
    {HELP: "Adequate and effective help is good."},  # help may speak as people do
    {LEVEL: "Goods and funds are appropriated and strongholds are lit."},
    {TEXT: "Who asks “are the quays lit?”"},
    {LEVEL: "All are lit (at night.)"},
    {TEXT: "Are the quays of chapter IV lit?"},
    {HELP: "Ask the A-team, Mr T and a U.S. expert."},
    {HELP: "Ask the NGOs.", "minimum_coverage: 2/3": "minimum_coverage: 2/3\nknown_terms: [NGO]"},
    {HELP: "Ask the NGOs.", "minimum_coverage: 2/3": "minimum_coverage: 2/3\nknown_terms: [NGOs]"},
    {HELP: "Ask about COVID-19.", "minimum_coverage: 2/3": "minimum_coverage: 2/3\nknown_terms: [COVID-19]"},
    {'points: 0.5, text: "L': 'points: 0.6, text: "L', "kind: activity\n    source: 1.A1": ""
     "kind: activity\n    note_on_points: Lamps are most of the cost.\n    source: 1.A1"},
    {"points: 0.5, text: A plan": "points: 0.25, text: A plan",
     "minimum_coverage: 2/3": "minimum_coverage: 2/3\nnote_on_points: {part: A task is easily given.}"},
    {
        "- {code: \"1\", points: 1, text: A crew collects it.}":
        "- {code: \"1\", points: 0.33, text: Fishers collect oil now and then.}\n"
        "      - {code: \"2\", points: 0.67, text: A crew collects it by day.}\n"
        "      - {code: \"3\", points: 1, text: Crews and boats are ready at night too.}"
    },
    {"Lamps burn, but only where ships lie.": "At least 3 of the quays are lit.",
     LEVEL: "At least 12 of the quays are lit."},
    {LEVEL: "Each quay has been lit."},
    {"A crew collects it.": "They took no part."},  # a ladder may say what a question says
]  # fmt: skip


@pytest.mark.parametrize("changes", QUIET)
def test_a_rule_stays_quiet(warn: Warn, changes: dict[str, str]) -> None:
    assert warn(changes) == []


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        (
            {"help: Within a day.": "sensitive: true", "same_as: o01.a1": "same_as: o01.a1, weight: 0"},
            ["o02.a1"],
        ),
        ({HELP: f"{HELP}\n    sensitive: true", "help: Within a day.": "weight: 0"}, ["o02.a2"]),
        ({HELP: f"{HELP}\n    sensitive: true"}, []),  # two are scored in each objective
        (
            {HELP: f"{HELP}\n    sensitive: true\n    weight: 0", "help: Within a day.": "weight: 0"},
            ["o02.a2"],
        ),
        ({"same_as: o01.a1": "same_as: o01.a1, weight: 0"}, []),  # one is scored, which is not sensitive
    ],
)
def test_a_sensitive_question_that_is_scored_alone_is_warned_of(
    warn: Warn, changes: dict[str, str], places: list[str]
) -> None:
    told = [line for line in warn(changes) if "whose score tells its level" in line]
    assert [line.split("question ")[1].split(":")[0] for line in told] == places
    assert all(line.startswith("o02.yaml:") for line in told)


def test_banned_words_are_those_of_english_alone(warn: Warn) -> None:
    french = {
        "minimum_coverage: 2/3": "minimum_coverage: 2/3\nlanguage: fr",
        TEXT: "Le service est-il effective ?",
    }
    assert warn(french) == []
    assert len(warn(french | {"minimum_coverage: 2/3": "minimum_coverage: 2/3\nlanguage: en_GB"})) == 1


@pytest.mark.parametrize(
    ("language", "question", "level"),
    [("ar", "هل الأرصفة مضاءة؟", "كل الأرصفة مضاءة."), ("zh", "码头是否照明？", "所有码头都有照明。")],
)
def test_other_writings_end_their_sentences_with_their_own_signs(
    warn: Warn, language: str, question: str, level: str
) -> None:
    changes = {
        "minimum_coverage: 2/3": f"minimum_coverage: 2/3\nlanguage: {language}",
        TEXT: question,
        LEVEL: level,
    }
    assert warn(changes) == []


def test_a_question_with_faults_is_not_linted_yet(tmp_path: Path) -> None:
    write_files(
        tmp_path, {**FILES, "o01.yaml": LIGHT.replace("points: 0.5", "points: 5").replace(TEXT, "GOOD")}
    )
    report = check_framework(tmp_path)
    assert (len(report.faults), report.warnings) == (1, ())
