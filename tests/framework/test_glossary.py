"""The glossary: what its file may hold, which terms stand in a question, and that it is pinned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.framework.document import (
    BadDocument,
    canonical_bytes,
    framework_sha256,
    from_document,
    to_document,
)
from surveyapp.framework.glossary import Term, Vocabulary
from surveyapp.framework.loader import Report, check_framework, load_framework
from surveyapp.framework.model import Framework
from surveyapp.framework.shipped import shipped_folder
from tests.framework.sample import GLOSSARY, SAMPLE, write_files


def check(folder: Path, glossary: str = GLOSSARY, **files: str) -> Report:
    changed = {f"{name}.yaml": text for name, text in files.items()}
    write_files(folder, {**SAMPLE, "glossary.yaml": glossary, **changed})
    return check_framework(folder)


@pytest.fixture
def sample(tmp_path: Path) -> Framework:
    framework = check(tmp_path).framework
    assert framework
    return framework


def words(*terms: str) -> Vocabulary:
    return Vocabulary([Term(term, term, "…", "…") for term in terms])


def found(vocabulary: Vocabulary, *texts: str) -> list[str]:
    return [term.id for term in vocabulary.terms_in(*texts)]


def test_a_glossary_is_read_whole(sample: Framework) -> None:
    quay, office = sample.glossary
    assert quay == Term(
        id="quay",
        term="quay",
        definition="A wall at which ships lie.",
        source="Rules for safe harbours, article 2",
        forms=("quays",),
        avoid=("wharf",),
        note_for_translators="Not a pier.",
    )
    assert (office.forms, office.avoid, office.note_for_translators) == ((), (), "")


CASES = [
    (GLOSSARY, "[]", "1:1", "the glossary must be a mapping"),
    (GLOSSARY, "terms: []", "1:8", "terms must be a list with at least one entry"),
    ("terms:\n", "term: x\nterms:\n", "1:1", 'glossary: unknown key "term"; did you mean "terms"?'),
    ("id: quay", "id: the.quay", "2:9", 'id is "the.quay"; use a to z, 0 to 9 and hyphens'),
    ("id: quay", f"id: {'q' * 65}", "2:9", "at most 64"),
    ("  - id: quay\n    term", "  - term", "2:5", "term number 1: id is missing"),
    ("    term: quay\n", "", "2:5", "term quay: term is missing"),
    ("    definition: Whoever runs the harbour.\n", "", "9:5", "term harbour-office: definition is missing"),
    ("    source: No law defines it\n", "", "9:5", "source is missing; name the law"),
    ("forms: [quays]", "forms: quays", "6:12", "forms must be a list with at least one entry"),
    ("forms: [quays]", "form: [quays]", "6:5", 'unknown key "form"; did you mean "forms"?'),
    ("id: harbour-office", "id: quay", "9:9", 'id "quay" is that of line 2 too; give each its own'),
    ("term: harbour office", "term: QUAYS", "10:11", '"QUAYS" stands on line 6 too'),
    ("forms: [quays]", "forms: [quay]", "6:13", '"quay" stands on line 3 too'),
    ("avoid: [wharf]", "avoid: [Harbour  office]", "7:13", "which line 10 explains; keep one of them"),
    ("  - id: harbour", "  - words\n  - id: harbour", "9:5", "term 2 of the list must be a mapping"),
]


@pytest.mark.parametrize(("old", "new", "place", "message"), CASES)
def test_a_fault_of_the_glossary_is_said_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, message: str
) -> None:
    assert old in GLOSSARY
    report = check(tmp_path, GLOSSARY.replace(old, new, 1))
    lines = [str(fault) for fault in report.faults]
    assert report.framework is None
    assert any(line.startswith(f"glossary.yaml:{place}: ") and message in line for line in lines), lines


def test_no_single_value_replaced_by_nonsense_ends_in_a_traceback(tmp_path: Path) -> None:
    lines = GLOSSARY.splitlines()
    for number, line in enumerate(lines):
        key = line.split(": ")[0] if ": " in line else line.rstrip(":")
        for nonsense in ("[[x]]", "{x: {y: z}}", "", "x" * 200, "!t x"):
            report = check(tmp_path, "\n".join([*lines[:number], f"{key}: {nonsense}", *lines[number + 1 :]]))
            assert (report.framework is None) == bool(report.faults)


def test_faults_of_the_glossary_and_of_a_questionnaire_are_listed_together(tmp_path: Path) -> None:
    report = check(tmp_path, "]", o01=SAMPLE["o01.yaml"].replace("points: 0.6", "points: 6"))
    assert {fault.file for fault in report.faults} == {"glossary.yaml", "o01.yaml"}


def test_a_term_is_found_by_its_forms_as_a_whole_word_in_any_capitals() -> None:
    vocabulary = Vocabulary([Term("child", "child", "…", "…", forms=("children",))])
    for text in ("A Child?", "for children", "CHILD", "the child's", "a (child)"):
        assert found(vocabulary, text) == ["child"], text
    for text in ("childhood", "grandchild", "child-sensitive", "chil", ""):
        assert not found(vocabulary, text), text


def test_a_term_inside_a_longer_one_is_not_meant_and_one_that_overlaps_is() -> None:
    vocabulary = words("exploitation", "sexual exploitation", "identified victim", "victim of trafficking")
    assert found(vocabulary, "sexual exploitation of girls") == ["sexual exploitation"]
    assert found(vocabulary, "sexual exploitation and other exploitation") == [
        "sexual exploitation",
        "exploitation",
    ]
    assert found(vocabulary, "every identified\nvictim of trafficking") == [
        "identified victim",
        "victim of trafficking",
    ]


def test_terms_come_in_the_order_of_the_text_each_once() -> None:
    assert found(words("a", "b"), "b a", "a b c") == ["b", "a"]
    assert found(words(), "b a") == []


@given(st.lists(st.text(min_size=1, max_size=8), max_size=6), st.text(max_size=60))
def test_whatever_the_words_each_term_is_found_in_itself(terms: list[str], around: str) -> None:
    vocabulary = words(*terms)
    for term in vocabulary.terms_in(around):
        assert term.id in terms
    for term in terms:
        if term[:1].isalnum() and term[-1:].isalnum():
            assert vocabulary.terms_in(term)


def test_a_question_uses_the_terms_of_its_text_help_and_levels(sample: Framework) -> None:
    used = {question: [term.id for term in terms] for question, terms in sample.terms.items()}
    assert used["o01.a1"] == ["quay"]
    assert used["o01.p1"] == ["harbour-office"]
    assert used["o01.i1"] == []
    assert used["o02.i1"] == ["quay"], "it shows the text of o01.a1"


def test_a_term_in_no_question_a_long_definition_and_an_avoided_word_are_warned_of(tmp_path: Path) -> None:
    longer = GLOSSARY.replace("Whoever runs the harbour.", "word " * 59 + "EU").replace("r office", "r firm")
    light = SAMPLE["o01.yaml"].replace("Some quays are lit.", "One wharf is lit.")
    warnings = [str(warning) for warning in check(tmp_path, longer, o01=light).warnings]
    for warning in (
        'glossary.yaml:10:11: warning: term harbour-office: "harbour firm" stands in no question',
        "glossary.yaml:11:17: warning: term harbour-office: definition has 60 words; say it in fewer than 60",
        'glossary.yaml:11:17: warning: term harbour-office: definition says "EU", which is no known term',
        'o01.yaml:14:40: warning: question o01.a1: text of level "1" says "wharf", which the glossary '
        'avoids; write "quay"',
    ):
        assert any(line.startswith(warning) for line in warnings), warnings


def test_a_glossary_is_pinned_with_what_is_asked(sample: Framework, tmp_path: Path) -> None:
    document = json.loads(canonical_bytes(to_document(sample)))
    assert from_document(document) == sample
    other = check(tmp_path, GLOSSARY.replace("A wall", "A long wall")).framework
    assert other and framework_sha256(other) != framework_sha256(sample)
    (tmp_path / "glossary.yaml").unlink()
    assert framework_sha256(load_framework(tmp_path)) != framework_sha256(sample)


def test_a_framework_without_a_glossary_keeps_the_hash_that_it_had_before_there_were_any(
    tmp_path: Path,
) -> None:
    write_files(tmp_path, SAMPLE)
    framework = load_framework(tmp_path)
    assert "glossary" not in to_document(framework)
    assert from_document(to_document(framework)).glossary == ()
    assert framework_sha256(framework) == "a3361f1180afd04ecbe13ac9b21ee8bb826340953f5aa44d57290ff8c7c08df0"


@pytest.mark.parametrize("nonsense", [None, 1, "x", {}, [1], ["x"], [{}]])
def test_a_glossary_of_another_shape_is_refused(sample: Framework, nonsense: object) -> None:
    document = to_document(sample)
    with pytest.raises(BadDocument, match="framework"):
        from_document({**document, "glossary": nonsense})
    with pytest.raises(BadDocument, match=r"framework.glossary\[0\]: forms has the wrong type"):
        from_document({**document, "glossary": [{**document["glossary"][0], "forms": [1]}]})


def test_every_shipped_term_names_its_law_and_is_worded_once() -> None:
    glossary = load_framework(shipped_folder()).glossary
    assert len(glossary) >= 40
    definitions = [term.definition for term in glossary]
    assert len(set(definitions)) == len(definitions)
    assert all(term.definition.endswith(".") and not term.source.endswith(".") for term in glossary)
