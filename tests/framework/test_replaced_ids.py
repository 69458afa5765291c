"""A question may continue one of an earlier version: `replaces` names its retired id."""

from __future__ import annotations

import json
from pathlib import Path

from surveyapp.framework.document import framework_sha256, from_document, to_document
from surveyapp.framework.loader import Report, check_framework
from surveyapp.framework.pages import render_pages
from tests.framework.sample import LIGHT, SAMPLE, WATER, write_files

PINNED = "a3361f1180afd04ecbe13ac9b21ee8bb826340953f5aa44d57290ff8c7c08df0"
RETIRED = LIGHT.replace("questions:", "retired: [o01.a9]\nquestions:", 1)


def check(folder: Path, **files: str) -> Report:
    write_files(folder, SAMPLE | {f"{name}.yaml": text for name, text in files.items()})
    return check_framework(folder)


def replacing(text: str, question_id: str, old: str) -> str:
    return text.replace(f"- id: {question_id}\n", f"- id: {question_id}\n    replaces: {old}\n", 1)


def test_a_question_continues_a_retired_one(tmp_path: Path) -> None:
    report = check(tmp_path, o01=replacing(RETIRED, "o01.a1", "o01.a9"))
    assert report.framework and report.framework.questions["o01.a1"].replaces == "o01.a9"
    assert report.framework.questions["o01.a2"].replaces is None
    assert not [warning for warning in report.warnings if "replaces" in str(warning)]


def test_a_question_that_repeats_another_continues_what_it_says_and_not_what_its_target_does(
    tmp_path: Path,
) -> None:
    light = replacing(RETIRED, "o01.a1", "o01.a9")
    report = check(tmp_path / "target", o01=light)
    assert report.framework and report.framework.questions["o02.i1"].replaces is None
    report = check(tmp_path / "own", o01=light, o02=replacing(WATER, "o02.i1", "o02.i9"))
    assert report.framework and report.framework.questions["o02.i1"].replaces == "o02.i9"


def test_an_id_that_is_still_asked_cannot_be_replaced(tmp_path: Path) -> None:
    report = check(tmp_path, o02=replacing(WATER, "o02.a1", "o01.a2"))
    assert [str(fault) for fault in report.faults] == [
        "o02.yaml:6:15: question o02.a1: replaces o01.a2, which is asked in this version too "
        "(o01.yaml:17); name a question that is retired"
    ]


def test_a_question_does_not_replace_itself(tmp_path: Path) -> None:
    report = check(tmp_path, o01=replacing(LIGHT, "o01.a2", "o01.a2"))
    assert [str(fault) for fault in report.faults] == [
        "o01.yaml:18:15: question o01.a2: replaces o01.a2, which is the question's own id, "
        "which goes on by itself; remove replaces"
    ]


def test_an_id_is_replaced_once(tmp_path: Path) -> None:
    light = replacing(replacing(RETIRED, "o01.a1", "o01.a9"), "o01.a2", "o01.a9")
    report = check(tmp_path, o01=light, o02=replacing(WATER, "o02.a1", "o01.a9"))
    already = "replaces o01.a9, which is replaced in o01.yaml:9 already; let one question continue it"
    assert [str(fault) for fault in report.faults] == [
        f"o01.yaml:20:15: question o01.a2: {already}",
        f"o02.yaml:6:15: question o02.a1: {already}",
    ]


def test_what_is_no_id_cannot_be_replaced(tmp_path: Path) -> None:
    report = check(tmp_path, o01=replacing(LIGHT, "o01.a1", "Light 9"))
    [fault] = map(str, report.faults)
    assert fault.startswith('o01.yaml:8:15: question o01.a1: replaces is "Light 9"; use a to z')


def test_a_replaced_id_that_is_not_retired_is_pointed_out(tmp_path: Path) -> None:
    report = check(tmp_path, o01=replacing(LIGHT, "o01.a1", "o01.a9"))
    assert report.framework
    assert (
        "o01.yaml:8:15: warning: question o01.a1: replaces o01.a9, which is not retired; correct the id, "
        "or list it under retired: in o01.yaml"
    ) in map(str, report.warnings)


def test_what_is_replaced_is_part_of_the_document_and_of_its_hash(tmp_path: Path) -> None:
    plain = check(tmp_path / "plain", o01=RETIRED).framework
    continued = check(tmp_path / "continued", o01=replacing(RETIRED, "o01.a1", "o01.a9")).framework
    assert plain and continued
    assert framework_sha256(plain) != framework_sha256(continued)
    assert from_document(json.loads(json.dumps(to_document(continued)))) == continued
    assert "replaces" not in json.dumps(to_document(plain))


def test_a_framework_without_the_key_keeps_the_hash_that_it_had_before_there_was_one(tmp_path: Path) -> None:
    framework = check(tmp_path).framework
    assert framework and framework_sha256(framework) == PINNED


def test_the_pages_say_what_continues_what(tmp_path: Path) -> None:
    light = RETIRED.replace("[o01.a9]", "[o01.a8, o01.a9]")
    report = check(tmp_path, o01=replacing(light, "o01.a1", "o01.a9"))
    assert report.framework
    page = render_pages(report.framework, report.retired)["objective-1.html"]
    assert "<dt>Continues</dt><dd>o01.a9 of an earlier version" in page
    assert 'o01.a9 (continued by <a href="objective-1.html#o01.a1"' in page
    assert "<span>o01.a8</span>" in page
