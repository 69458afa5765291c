"""A framework as a document: nothing is lost, and the hash follows the content alone."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from surveyapp.framework.document import (
    BadDocument,
    canonical_bytes,
    framework_sha256,
    from_document,
    to_document,
)
from surveyapp.framework.loader import check_framework, load_framework
from surveyapp.framework.model import Framework
from tests.framework.sample import FRAMEWORK, LIGHT, SAMPLE, WATER, write_files
from tests.framework.strategies import framework_files


def load_files(files: dict[str, str]) -> Framework:
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        return load_framework(Path(folder))


@pytest.fixture
def sample() -> Framework:
    return load_files(SAMPLE)


def test_the_sample_comes_back_equal_from_its_document(sample):
    document = json.loads(json.dumps(to_document(sample)))
    assert from_document(document) == sample
    assert framework_sha256(from_document(document)) == framework_sha256(sample)


def test_fractions_are_written_as_texts(sample):
    document = to_document(sample)
    assert document["minimum_coverage"] == "2/3"
    assert document["questionnaires"][0]["questions"][0]["levels"][1]["points"] == "3/5"


def test_items_keep_their_order_when_a_database_sorts_the_keys(sample):
    stored = json.loads(json.dumps(to_document(sample), sort_keys=True))
    assert list(from_document(stored).objectives[0].items) == ["A1", "A2", "P1", "I1", "M1"]


def test_the_canonical_bytes_do_not_depend_on_the_order_of_keys(sample):
    document = to_document(sample)
    assert canonical_bytes(dict(reversed(document.items()))) == canonical_bytes(document)


def test_comments_and_formatting_do_not_change_the_hash(sample):
    pretty = yaml.safe_dump(yaml.safe_load(LIGHT), width=20, indent=7, sort_keys=True, default_style='"')
    files = {
        "framework.yaml": "# Rules\n"
        + FRAMEWORK.replace("0.50", ".5").replace("weight: 0.5\n", "weight: 1/2\n"),
        "o01.yaml": pretty,
        "z.yaml": WATER.replace("title: Water", "title: >\n  Water\n"),
    }
    assert framework_sha256(load_files(files)) == framework_sha256(sample)


def test_a_language_and_a_note_on_points_are_kept():
    files = {
        "framework.yaml": "language: de\nnote_on_points: {part: Half is little.}\n" + FRAMEWORK,
        "o01.yaml": LIGHT.replace('evidence_from: "1"', "note_on_points: Most quays are dark."),
    }
    framework = load_files({**SAMPLE, **files})
    notes = {question.id: question.note_on_points for question in framework.questions.values()}
    assert (notes["o01.a1"], notes["o02.i1"]) == ("Most quays are dark.",) * 2
    assert (notes["o01.p1"], notes["o01.a2"]) == ("Half is little.", "")
    assert framework.language == "de"
    assert from_document(json.loads(canonical_bytes(to_document(framework)))) == framework


def test_documents_from_before_there_were_languages_are_read_and_keep_their_hash(sample):
    document = to_document(sample)
    assert "language" not in document
    assert not any("note_on_points" in q for sheet in document["questionnaires"] for q in sheet["questions"])
    assert from_document(document).language == "en"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("framework.yaml", 'version: "3"', 'version: "3"\nlanguage: de'),
        ("o01.yaml", "help: Count", "note_on_points: Why\n    help: Count"),
        ("o01.yaml", "No quay is lit.", "No quay is lit!"),
        ("o01.yaml", "Count public quays only.", "Count every quay."),
        ("o01.yaml", "0.6", "0.61"),
        ("o02.yaml", "same_as: o01.a1", "same_as: o01.a2"),
        ("framework.yaml", "Light every quay", "Light each quay"),
        ("framework.yaml", "weight: 0.3", "weight: 0.4"),
    ],
)
def test_each_change_of_content_changes_the_hash(sample, file, old, new):
    assert framework_sha256(load_files({**SAMPLE, file: SAMPLE[file].replace(old, new)})) != framework_sha256(
        sample
    )


@given(framework_files())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_random_framework_survives_its_files_and_its_document(files):
    texts = {
        name: yaml.safe_dump(content, allow_unicode=True, sort_keys=False) for name, content in files.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), texts)
        report = check_framework(Path(folder))
    assert report.faults == () and report.framework is not None
    framework = report.framework
    assert from_document(json.loads(canonical_bytes(to_document(framework)))) == framework
    assert framework.title == files["framework.yaml"]["title"]
    asked = [
        question["id"]
        for sheet in sorted(files)
        if sheet != "framework.yaml"
        for question in files[sheet]["questions"]
    ]
    assert list(framework.questions) == asked


def _walk(document, path=()):
    yield path
    entries = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in entries:
        if isinstance(value, dict | list):
            yield from _walk(value, (*path, key))
        else:
            yield (*path, key)


@pytest.mark.parametrize("nonsense", [None, 1.5, [], {}, "x" * 9, True])
def test_a_document_of_another_shape_is_refused_and_never_a_traceback(sample, nonsense):
    original = to_document(sample)
    for path in list(_walk(original)):
        document = copy.deepcopy(original)
        place = document
        for key in path[:-1]:
            place = place[key]
        if path:
            place[path[-1]] = nonsense
        try:
            from_document(document if path else nonsense)
        except BadDocument as refusal:
            assert str(refusal).startswith("framework")


def test_a_key_too_many_or_too_few_is_refused(sample):
    document = to_document(sample)
    with pytest.raises(BadDocument, match="unknown key extra"):
        from_document({**document, "extra": 1})
    del document["bands"][0]["title"]
    with pytest.raises(BadDocument, match=r"framework.bands\[0\]: title is missing"):
        from_document(document)
