"""docs/method.md says what the program does: its examples are run by the engine and by a second program."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from surveyapp.bundle.submission import OPTIONAL, SUBMISSION
from surveyapp.framework.document import from_document, to_document
from surveyapp.framework.soundness import list_unsound
from surveyapp.scoring.method1 import score, scores_document
from surveyapp.scoring.reader import read_answers
from tests.scoring.builders import framework, question

from . import independent

PAGE = Path(__file__).parents[2].joinpath("docs", "method.md").read_text("utf-8")
BLOCK = re.compile(r"^```json (framework|answers|scores) (\d+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES: dict[str, dict[str, Any]] = {}
for part, number, text in BLOCK.findall(PAGE):
    EXAMPLES.setdefault(number, {})[part] = json.loads(text)


def complete(given: dict[str, Any]) -> dict[str, Any]:
    """The framework of an example with what the page leaves out: texts, and the values that it names."""
    whole = to_document(framework([question("o01.a1")]))
    objectives = [{"title": "", "items": [], "weight": "1"} | objective for objective in given["objectives"]]
    sheets = [
        {"id": f"o{sheet['objective']:02}", "title": "", "short": "", "introduction": ""}
        | {"objective": sheet["objective"], "questions": [complete_question(q) for q in sheet["questions"]]}
        for sheet in given["questionnaires"]
    ]
    return whole | {
        "minimum_coverage": given["minimum_coverage"],
        "dimensions": [{"title": "", "letter": "X"} | dimension for dimension in given["dimensions"]],
        "bands": [{"title": "", "colour": "#000000"} | band for band in given["bands"]],
        "objectives": objectives,
        "questionnaires": sheets,
    }


def complete_question(given: dict[str, Any]) -> dict[str, Any]:
    left_out = to_document(framework([question("o01.a1")]))["questionnaires"][0]["questions"][0]
    levels = [{"code": code, "points": points, "text": ""} for code, points in given["levels"]]
    return left_out | given | {"levels": levels}


def read(document: dict[str, Any], answers: dict[str, Any]) -> Any:
    file = {"format": "surveyapp-answers/1", "country": "AL", "cycle": 2026, "answers": answers}
    return read_answers(json.dumps(file).encode(), from_document(document)).answers


def test_the_page_holds_two_examples_with_all_their_parts() -> None:
    assert {number: sorted(parts) for number, parts in EXAMPLES.items()} == {
        "1": ["answers", "framework", "scores"],
        "2": ["answers", "framework", "scores"],
    }


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_engine_gives_the_scores_of_each_example(number: str) -> None:
    example = EXAMPLES[number]
    document = complete(example["framework"])
    asked = from_document(document)
    assert list_unsound(asked) == []
    scores = score(asked, read(document, example["answers"]))
    whole = scores_document(scores, asked, country="AL", cycle=2026, framework_sha256="")
    assert {"overall": whole["overall"], "objectives": whole["objectives"]} == example["scores"]


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_second_program_gives_the_scores_of_each_example(number: str) -> None:
    example = EXAMPLES[number]
    assert independent.score(complete(example["framework"]), example["answers"]) == example["scores"]


@pytest.mark.parametrize("number", EXAMPLES)
def test_each_number_of_an_example_is_worked_out_in_its_text(number: str) -> None:
    text = PAGE.split(f"```json answers {number}")[1].split(f"```json scores {number}")[0]
    overall = EXAMPLES[number]["scores"]["overall"]
    for name in ("value", "evidenced", "low", "high", "coverage"):
        assert f"{name} = " in text, name
        assert re.search(rf"= {re.escape(str(overall[name]))}\b|the same", text), name
    assert f"{overall['answered']} of " in text


def test_the_hash_on_the_page_is_that_of_the_text_above_it() -> None:
    text, sha256 = PAGE.split("```canonical\n")[1].split("\n```")[0].split("\n")
    value = json.loads(text)
    assert rfc8785.dumps(value).decode() == independent.write_canonical(value) == text
    assert hashlib.sha256(text.encode()).hexdigest() == independent.hash_of(value) == sha256


def test_the_page_names_each_field_of_a_bundle() -> None:
    bundle = PAGE.split("## 9.")[1].split("## 10.")[0]
    fields = (
        *SUBMISSION,
        *OPTIONAL,
        "hashes",
        "wordings",
        "framework",
        "evidence_from",
        "same_as",
        "may_be_not_applicable",
    )
    assert [name for name in fields if f"`{name}`" not in bundle] == []
