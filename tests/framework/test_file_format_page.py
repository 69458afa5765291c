"""The page for authors describes each key that the files may hold, and none other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from surveyapp.framework.framework_file import (
    BAND_KEYS,
    DIMENSION_KEYS,
    FRAMEWORK_KEYS,
    OBJECTIVE_KEYS,
    SOURCE_KEYS,
)
from surveyapp.framework.glossary_file import GLOSSARY_KEYS, TERM_KEYS
from surveyapp.framework.levels import LEVEL_KEYS
from surveyapp.framework.questionnaire_file import MEASURE_KEYS, QUESTION_KEYS, QUESTIONNAIRE_KEYS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "questionnaire-files.md"
ACCEPTED = {
    "framework.yaml": FRAMEWORK_KEYS,
    "Of the source": SOURCE_KEYS,
    "Of a dimension": DIMENSION_KEYS,
    "Of a band": BAND_KEYS,
    "Of an objective": OBJECTIVE_KEYS,
    "A questionnaire file": QUESTIONNAIRE_KEYS,
    "Of a question": QUESTION_KEYS,
    "Of a level": LEVEL_KEYS,
    "Of a measure": MEASURE_KEYS,
    "glossary.yaml": GLOSSARY_KEYS,
    "Of a term": TERM_KEYS,
}


def keys_by_heading() -> dict[str, list[str]]:
    """The keys of each table, under its heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif match := re.match(r"\| `(\w+)` \|", line):
            found.setdefault(heading, []).append(match[1])
    return found


@pytest.mark.parametrize("heading", ACCEPTED)
def test_the_page_describes_each_key_once_and_none_that_is_refused(heading: str) -> None:
    assert sorted(keys_by_heading()[heading]) == sorted(ACCEPTED[heading])


def test_every_table_of_the_page_is_held_to_the_code() -> None:
    assert set(keys_by_heading()) == set(ACCEPTED)


def test_every_key_that_the_code_knows_by_name_is_on_the_page() -> None:
    """A new kind of mapping in the files comes with keys of its own, and they are to be described too."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "surveyapp/framework").glob("*.py"))
    named = set(re.findall(r"^([A-Z_]+_KEYS) = ", code, re.MULTILINE)) - {"_SAME_AS_KEYS"}
    assert len(named) == len(ACCEPTED)
    literal = re.findall(r"Fields\([^()]*\(\s*\"", code)
    assert not literal, "keys are listed under a name"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_authors_are_led_to_the_page(page: str) -> None:
    assert "docs/questionnaire-files.md" in (ROOT / page).read_text(encoding="utf-8")
