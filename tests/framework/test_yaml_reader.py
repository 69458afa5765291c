"""YAML is read with its places, and nothing in it can do harm."""

from __future__ import annotations

import pytest

from surveyapp.framework.yaml_reader import MAX_BYTES, Mapping, Scalar, Sequence, read_yaml


def faults_of(raw: bytes) -> list[str]:
    return [str(fault) for fault in read_yaml(raw, "x.yaml")[1]]


def values_of(text: str) -> dict[str, str]:
    root, faults = read_yaml(text.encode(), "x.yaml")
    assert not faults and isinstance(root, Mapping)
    return {entry.key.text: entry.value.text for entry in root.entries if isinstance(entry.value, Scalar)}


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "1.10", "010", "1_000", "0x1F", "12:30:00", "2001-01-01", "~x"]
)
def test_a_value_is_taken_exactly_as_written(word):
    assert values_of(f"a: {word}") == {"a": word}


def test_values_know_their_line_and_column_from_one():
    root, _ = read_yaml("a: 1\nb:\n  - x\n  - ž: y\n".encode(), "x.yaml")
    assert isinstance(root, Mapping)
    sequence = root.entries[1].value
    assert isinstance(sequence, Sequence)
    inner = sequence.items[1]
    assert isinstance(inner, Mapping)
    value = inner.entries[0].value
    assert (sequence.items[0].line, sequence.items[0].column) == (3, 5)
    assert (value.line, value.column) == (4, 8)


def test_a_byte_order_mark_is_accepted():
    assert values_of("\ufeffa: b") == {"a": "b"}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"a: &x 1\nb: *x\n", "x.yaml:1:4: the anchor &x is not allowed; remove it"),
        (b"a: &x 1\nb: *x\n", "x.yaml:2:4: the alias *x is not allowed; write the value out"),
        (
            b"a: !!python/object/apply:os.system [ls]\n",
            "x.yaml:1:4: the tag !!python/object/apply:os.system is not",
        ),
        (b"a: !!python/name:os.system\n", "x.yaml:1:4: the tag !!python/name:os.system is not allowed"),
        (b"a: !secret x\n", "x.yaml:1:4: the tag !secret is not allowed; remove it"),
        (b"a: !!binary aGk=\n", "x.yaml:1:4: the tag !!binary is not allowed"),
        (b"!!set {a}\n", "x.yaml:1:1: the tag !!set is not allowed"),
        (b"a: 1\nb: 2\na: 3\n", 'x.yaml:3:1: key "a" stands twice, first on line 1; keep one of them'),
        (b"a: {b: 1, b: 2}\n", 'x.yaml:1:11: key "b" stands twice, first on line 1'),
        (b"? [a]\n: 1\n", "x.yaml:1:3: a key must be one plain word"),
        (b"a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document starts here; keep one document in each file"),
        (b"", "x.yaml:1:1: the file is empty"),
        (b"# only words\n", "x.yaml:1:1: the file is empty"),
        (b"a: b: c\n", "x.yaml:1:5: not valid YAML: "),
        (b"a: [1\n", "not valid YAML: "),
        (b"a:\n\t- x\n", "x.yaml:2:1: not valid YAML: "),
        (b"a: 1\nb: caf\xe9\n", "x.yaml:2:7: byte 0xe9 is not UTF-8 text; save the file as UTF-8"),
        ("a: 1\nž: \x07\n".encode(), "x.yaml:2:4: character U+0007 is not allowed here; remove it"),
        (b'a: "\\0"\n', "x.yaml:1:4: the text holds the character U+0000; remove it"),
        (b"%YAML 9.9\n---\na: 1\n", "not valid YAML: "),
    ],
)
def test_what_is_refused_is_said_with_its_place(raw, said):
    assert any(said in fault for fault in faults_of(raw)), faults_of(raw)


def test_an_escaped_half_character_is_refused():
    assert len(faults_of(b'a: "\\ud800"\n')) == 1


def test_every_refusal_of_a_file_is_listed():
    assert len(faults_of(b"a: &x 1\nb: *x\nc: !t 2\na: 3\n")) == 4


def test_an_alias_bomb_is_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert len(faults_of("\n".join(lines).encode())) == 30 + 29 * 9  # no machine could write it out


@pytest.mark.parametrize("pattern", [b"[", b"{a: ", b"- "])
def test_deep_nesting_is_refused(pattern):
    assert any(
        "more than 20 values stand inside each other" in fault for fault in faults_of(pattern * 100_000)
    )


def test_twenty_values_inside_each_other_are_accepted_and_one_more_is_not():
    assert faults_of(b"[" * 20 + b"]" * 20) == []
    assert len(faults_of(b"[" * 21 + b"]" * 21)) == 1


def test_a_file_over_one_megabyte_is_refused():
    head = b"a: "
    assert faults_of(head + b"x" * (MAX_BYTES - len(head))) == []
    assert faults_of(head + b"x" * (MAX_BYTES - len(head) + 1)) == [
        "x.yaml:1:1: the file is larger than 1 MB; split or shorten it"
    ]
