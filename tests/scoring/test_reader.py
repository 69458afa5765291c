from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.hostile import FILES as HOSTILE
from surveyapp.scoring.answers import Answer, Evidence, MeasuredValue
from surveyapp.scoring.countries import COUNTRY_CODES
from surveyapp.scoring.reader import AnswersFaults, AnswersFile, read_answers, write_answers
from tests.scoring.builders import two_objectives

ASKED = two_objectives()


def file_with(answers: str = "{}", **fields: str) -> bytes:
    """An answers file as text, each field as JSON; a field given as "" is left out."""
    given = {
        "format": '"surveyapp-answers/1"',
        "country": '"AL"',
        "cycle": "2026",
        "answers": answers,
    } | fields
    return ("{" + ", ".join(f'"{name}": {value}' for name, value in given.items() if value) + "}").encode()


def faults_of(raw: bytes) -> list[str]:
    with pytest.raises(AnswersFaults) as caught:
        read_answers(raw, ASKED)
    return [str(fault) for fault in caught.value.faults]


def test_a_file_is_read_with_all_that_it_says():
    raw = file_with(
        """{
        "o01.a1": {"level": "3", "comment": "Since May.", "evidence": [
            {"title": "Law 12", "url": "https://example.org/12", "reference": "OG 12/24",
             "date": "2026-03-01"},
            {"title": "Report"}]},
        "o01.a2": {"not_applicable": "No such case."},
        "o01.i1": {"unknown": "No register.", "measure":
            {"value": 12.50, "unit": "families", "year": 2025, "source": "Police"}},
        "o01.p1": {"comment": "Asked the union."}, "o02.a1": {}}"""
    )
    read = read_answers(raw, ASKED)
    assert (read.country, read.cycle) == ("AL", 2026)
    law = Evidence("Law 12", "https://example.org/12", "OG 12/24", date(2026, 3, 1))
    assert read.answers == {
        "o01.a1": Answer(level="3", comment="Since May.", evidence=(law, Evidence("Report"))),
        "o01.a2": Answer(not_applicable="No such case."),
        "o01.i1": Answer(
            unknown="No register.", measure=MeasuredValue(Decimal("12.5"), "families", 2025, "Police")
        ),
        "o01.p1": Answer(comment="Asked the union."),
        "o02.a1": Answer(),
    }


def test_a_measure_without_a_unit_has_that_of_the_question():
    read = read_answers(file_with('{"o01.i1": {"measure": {"value": 3}}}'), ASKED)
    assert read.answers["o01.i1"].measure == MeasuredValue(Decimal(3), "persons")


def test_a_byte_order_mark_is_no_fault():
    assert read_answers(b"\xef\xbb\xbf" + file_with(), ASKED).country == "AL"


A1 = "question o01.a1: "
ONE_FAULT = [
    (file_with('{"o99.a1": {}}'), 'answers: there is no question "o99.a1"; take it out or mend its id'),
    (file_with('{"O1-A1": {}}'), 'answers: there is no question "O1-A1"; write "o01.a1"'),
    (file_with('{"o01.a1": {"level": "9"}}'), A1 + '"level" is "9"; give one of "0", "1", "2", "3", "4"'),
    (file_with('{"o01.a1": {"level": 3}}'), A1 + '"level" is 3; its code is text: write "3"'),
    (file_with('{"o01.a1": {"level": true}}'), A1 + '"level" is true; give one of "0"'),
    (file_with('{"o01.a1": {"level": null}}'), A1 + '"level" is null; give one of "0"'),
    (file_with('{"o01.a1": {"level": ["3"]}}'), A1 + '"level" is a list; give one of "0"'),
    (file_with('{"o01.a1": {"leve1": "3"}}'), A1 + 'there is no field "leve1"; write "level" or take it out'),
    (file_with('{"o01.a1": {"zzz": 1}}'), A1 + 'there is no field "zzz"; the fields are "level", "not_appl'),
    (file_with('{"o01.a1": "3"}'), A1 + 'it is "3"; give an object with "level", '),
    (file_with('{"o01.a1": {}, "o01.a1": {}}'), A1 + "it is answered twice; keep one answer"),
    (file_with('{"o01.a1": {"level": "1", "level": "2"}}'), A1 + '"level" is given twice; keep one'),
    (
        file_with('{"o01.a1": {"level": "1", "unknown": "No."}}'),
        A1 + '"level" and "unknown" are given together; keep one',
    ),
    (file_with('{"o01.a1": {"unknown": " "}}'), A1 + '"unknown" has no reason; write why'),
    (
        file_with('{"o01.a2": {"not_applicable": ""}}'),
        'question o01.a2: "not_applicable" has no reason; write',
    ),
    (
        file_with('{"o01.a1": {"not_applicable": "No."}}'),
        A1 + 'it cannot be "not_applicable"; give a "level"',
    ),
    (file_with('{"o01.a1": {"unknown": 5}}'), A1 + '"unknown" is 5; write it as text: "5"'),
    (
        file_with('{"o02.a2": {"level": "1"}}'),
        'question o02.a2: it is asked as "o01.a1"; answer that one and take this out',
    ),
    (
        file_with('{"o01.a1": {"measure": {"value": 1}}}'),
        "question o01.a1, measure: the question has no measure; take it out",
    ),
    (file_with('{"o01.a1": {"comment": 12.5}}'), A1 + '"comment" is 12.5; write it as text: "12.5"'),
    (file_with('{"o01.a1": {"comment": null}}'), A1 + '"comment" is null; give text, in quotes'),
    (
        file_with('{"o01.a1": {"comment": "' + "x" * 4001 + '"}}'),
        A1 + '"comment" has 4,001 characters; shorten it to 4,000',
    ),
    (
        file_with(r'{"o01.a1": {"comment": "\ud800"}}'),
        A1 + r'"comment" holds "\ud800", which is no character',
    ),
    (file_with(r'{"o01.a1": {"comment": "\u0000"}}'), A1 + r'"comment" holds "\x00", which is no character'),
    (file_with(r'{"\ud800\n": {}}'), r'answers: there is no question "\ud800\n"; take it out'),
    (file_with('{"o01.a1": {"evidence": {}}}'), A1 + '"evidence" is an object; give a list'),
    (file_with(country='"XX"'), '"country" is "XX", no ISO 3166 code; give two capital letters'),
    (file_with(country='"al"'), '"country" is "al", no ISO 3166 code; write "AL"'),
    (file_with(country='"ALB"'), '"country" is "ALB", no ISO 3166 code'),
    (file_with(country="8"), '"country" is 8, no ISO 3166 code'),
    (file_with(country=""), '"country" is missing; add it'),
    (file_with(cycle='"2026"'), '"cycle" is "2026"; give a whole number from 1900 to 2999, without quotes'),
    (file_with(cycle="2026.5"), '"cycle" is 2026.5; give a whole number'),
    (file_with(cycle="26"), '"cycle" is 26; give a whole number from 1900'),
    (file_with(cycle="true"), '"cycle" is true; give a whole number'),
    (file_with(cycle="NaN"), '"cycle" is NaN; give a whole number'),
    (file_with(cycle="9" * 5000), '"cycle" is ' + "9" * 60 + "…; give a whole number"),
    (
        file_with(format='"surveyapp-answers/2"'),
        '"format" is "surveyapp-answers/2"; write "surveyapp-answers/1"',
    ),
    (
        b'{"format": "surveyapp-bundle/1", "submission": {}, "hashes": {}}',
        '"format" is "surveyapp-bundle/1", a bundle: check it with `surveyapp submission verify`',
    ),
    (file_with(format=""), '"format" is missing; add it'),
    (file_with("[]"), '"answers" is a list; give an object'),
    (file_with(""), '"answers" is missing; add it'),
    (file_with(extra="1"), 'there is no field "extra"; the fields are "format"'),
    (file_with(country='"AL", "country": "AL"'), '"country" is given twice; keep one'),
    (b"[1]", 'it is a list; give an object with "format", "country", "cycle", "answers"'),
    (b"", "1:1: not JSON: Expecting value"),
    (b'{"a": 1,\n "b": }', "2:7: not JSON: Expecting value; mend the text there"),
    (b'{"a": 1}\n{}', "2:1: not JSON: Extra data"),
    (b'{"a": "\t"}', "1:8: not JSON: Invalid control character; mend the text there"),
    (b'{"a": "b', "1:7: not JSON: Unterminated string; mend the text there"),
    (b'{"a":\n "\xc3\xa9\xff"}', "2:4: not UTF-8 text; save the file as UTF-8"),
    (b'\xef\xbb\xbf{"a":\n "\xff"}', "2:3: not UTF-8 text"),
    (b"\xef\xbb\xbf{\xff", "1:2: not UTF-8 text"),
    ('{"a": 1}'.encode("utf-16"), "1:1: not UTF-8 text"),
    ('{"a": 1}'.encode("utf-16-le"), "1:1: not UTF-8 text; save the file as UTF-8"),
    ('{"a": 1}'.encode("utf-16-be"), "1:1: not UTF-8 text"),
    ('{"a": 1}'.encode("utf-32"), "1:1: not UTF-8 text"),
    ('{"a": "Šibenik"}'.encode("cp1250"), "1:8: not UTF-8 text"),
    ('{"a": "é"}'.encode("latin-1"), "1:8: not UTF-8 text"),
    (b"\xef\xbb\xbf\xef\xbb\xbf{}", "1:1: not JSON: Unexpected UTF-8 BOM"),
    (b"[" * 100_000, "1:21: nested deeper than 20 levels"),
    (b'{"a":\n' + b'{"a":' * 30, "2:96: nested deeper than 20 levels"),
    (b"[" + b"1," * 600_000 + b"1]", "1:500000: over 250,000 values"),
    (b" " * 50_000_001, "the file has over 50 MB"),
]


@pytest.mark.parametrize(("raw", "said"), ONE_FAULT, ids=[said[:60] for _, said in ONE_FAULT])
def test_a_fault_is_said_with_its_place_and_its_mend(raw, said):
    (fault,) = faults_of(raw)
    assert fault.startswith(said)
    assert fault.isprintable()


EVIDENCE_FAULTS = [
    ("{}", '"title" is missing; add it'),
    ('{"title": ""}', '"title" is empty; fill it in'),
    ('{"title": "' + "x" * 201 + '"}', '"title" has 201 characters; shorten it to 200'),
    (
        '{"title": "Law", "url": "javascript:alert(1)"}',
        '"url" is "javascript:alert(1)"; give an address that',
    ),
    ('{"title": "Law", "url": "ftp://example.org"}', '"url" is "ftp://example.org"; give an address that'),
    ('{"title": "Law", "url": "https://"}', '"url" is "https://"; give an address that'),
    ('{"title": "Law", "url": "https://[x"}', '"url" is "https://[x"; give an address that'),
    ('{"title": "Law", "url": "https://a b.org"}', '"url" is "https://a b.org"; give an address that'),
    ('{"title": "Law", "url": ""}', '"url" is empty'),
    (
        '{"title": "Law", "url": "https://' + "x" * 2000 + '"}',
        '"url" has 2,008 characters; shorten it to 2,000',
    ),
    ('{"title": "Law", "date": "2026-02-30"}', '"date" is "2026-02-30", a date that does not exist'),
    ('{"title": "Law", "date": "1.3.2026"}', '"date" is "1.3.2026"; write the date as "2026-03-01"'),
    ('{"title": "Law", "date": "20260301"}', '"date" is "20260301"; write the date as'),
    ('{"title": "Law", "date": 2026}', '"date" is 2026; write the date as'),
    ('{"title": "Law", "file": "x"}', 'there is no field "file"; '),
    ('{"title": "Law", "title": "Law"}', '"title" is given twice; keep one'),
    ('"Law"', 'it is "Law"; give an object with "title"'),
]


@pytest.mark.parametrize(("item", "said"), EVIDENCE_FAULTS)
def test_a_fault_of_evidence_names_which_one(item, said):
    (fault,) = faults_of(
        file_with('{"o01.a1": {"level": "3", "evidence": [{"title": "Fine"}, ' + item + "]}}")
    )
    assert fault.startswith("question o01.a1, evidence 2: " + said)


MEASURE_FAULTS = [
    ("{}", '"value" is missing; add it'),
    ('{"value": "12"}', '"value" is "12"; give a number, without quotes'),
    ('{"value": true}', '"value" is true; give a number'),
    ('{"value": NaN}', '"value" is NaN; give a number of at most 15 digits'),
    ('{"value": -Infinity}', '"value" is -Infinity; give a number of at most 15 digits'),
    ('{"value": 1e400}', '"value" is 1E+400; give a number of at most 15 digits'),
    ('{"value": 1e1000000}', '"value" is 1E+1000000; give a number of at most 15 digits'),
    ('{"value": -1e-1000000}', '"value" is -1E-1000000; give a number of at most 15 digits'),
    ('{"value": 1e999999999999999999}', '"value" is 1E+999999999999999999; give a number of at most'),
    ('{"value": 1e9999999999999999999999}', '"value" is 1e9999999999999999999999; give a number'),
    ('{"value": 1234567890.1234567}', '"value" is 1234567890.1234567; give a number of at most 15'),
    (
        '{"value": 1, "year": "2025"}',
        '"year" is "2025"; give a whole number from 1900 to 2999, without quotes',
    ),
    ('{"value": 1, "unit": 5}', '"unit" is 5; write it as text: "5"'),
    ('{"value": 1, "when": 5}', 'there is no field "when"; '),
    ("12", 'it is 12; give an object with "value"'),
]


@pytest.mark.parametrize(("measure", "said"), MEASURE_FAULTS)
def test_a_fault_of_a_measure_is_said(measure, said):
    (fault,) = faults_of(file_with('{"o01.i1": {"measure": ' + measure + "}}"))
    assert fault.startswith("question o01.i1, measure: " + said)


def test_all_faults_are_told_at_once_in_the_order_of_the_file():
    raw = file_with(
        '{"o01.a1": {"level": "9", "comment": 1}, "o77": {}, "o01.i1": {"unknown": ""}}', country='"XX"'
    )
    assert [fault.split(";")[0] for fault in faults_of(raw)] == [
        '"country" is "XX", no ISO 3166 code',
        'question o01.a1: "level" is "9"',
        'question o01.a1: "comment" is 1',
        'answers: there is no question "o77"',
        'question o01.i1: "unknown" has no reason',
    ]


SPOILT = st.sampled_from(
    [
        b"1e1000000",
        b"NaN",
        b"null",
        b'"',
        b"\\ud800",
        b"\xff",
        b"\0",
        b"{",
        b"]",
        b",",
        b"9" * 50,
        b'"level": "1", ',
    ]
)


@given(st.data())
def test_a_file_spoilt_anywhere_is_read_or_refused_by_name(data):
    raw = file_with(
        '{"o01.a1": {"level": "3", "evidence": [{"title": "A", "url": "http://a.b", "date": "2026-03-01"}]},'
        ' "o01.i1": {"unknown": "No.", "measure": {"value": 12.5, "unit": "p", "year": 2025, "source": "s"}}}'
    )
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(raw)))
        end = start + data.draw(st.integers(0, 8))
        raw = raw[:start] + data.draw(SPOILT) + raw[end:]
    try:
        read_answers(raw, ASKED)
    except AnswersFaults as error:
        assert error.faults
        assert all(str(fault).isprintable() for fault in error.faults)


def test_a_fault_is_shown_with_its_file():
    with pytest.raises(AnswersFaults) as caught:
        read_answers(b"{", ASKED)
    assert caught.value.faults[0].in_file("al.json").startswith("al.json:1:2: not JSON: ")
    with pytest.raises(AnswersFaults) as caught:
        read_answers(file_with(country='"XX"'), ASKED)
    assert caught.value.faults[0].in_file("al.json").startswith('al.json: "country" is "XX"')


def test_of_very_many_faults_the_first_thousand_are_listed():
    faults = faults_of(file_with("{" + ", ".join(f'"x{n}": {{}}' for n in range(1500)) + "}"))
    assert len(faults) == 1001
    assert faults[-1] == "500 more faults are not listed; mend these first"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_of_any_kind_is_refused_with_a_list_that_can_be_read(name: str) -> None:
    faults = faults_of(HOSTILE[name](1_000_000))
    assert 1 <= len(faults) <= 1001
    assert all(len(fault) < 300 for fault in faults)


def test_every_country_of_iso_3166_is_known():
    assert len(COUNTRY_CODES) == 250
    assert {"AL", "GB", "GR", "SS", "XK"} <= COUNTRY_CODES
    assert not {"UK", "EL", "AN", "YU", "EU"} & COUNTRY_CODES


storable = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
filled = storable.filter(lambda text: text.strip())
evidence = st.builds(
    Evidence,
    title=filled,
    url=st.none() | st.just("http://example.org/a?b#c"),
    reference=st.none() | filled,
    date=st.none() | st.dates(),
)
numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=3) | st.integers(0, 10**14).map(Decimal)
measures = st.builds(MeasuredValue, numbers, filled, st.none() | st.integers(1900, 2999), storable)


@st.composite
def answers_files(draw: st.DrawFn) -> AnswersFile:
    answers = {}
    for question_id in draw(st.sets(st.sampled_from(["o01.a1", "o01.a2", "o01.i1", "o02.a1"]))):
        states = [{}, {"level": "2"}, {"unknown": draw(filled)}]
        state = draw(
            st.sampled_from([*states, {"not_applicable": "No."}] if question_id == "o01.a2" else states)
        )
        measure = draw(st.none() | measures) if question_id == "o01.i1" else None
        proofs = tuple(draw(st.lists(evidence, max_size=2)))
        answers[question_id] = Answer(**state, comment=draw(storable), evidence=proofs, measure=measure)
    return AnswersFile(draw(st.sampled_from(sorted(COUNTRY_CODES))), draw(st.integers(1900, 2999)), answers)


@given(answers_files())
def test_what_is_written_is_read_back_equal(given_file):
    assert read_answers(json.dumps(write_answers(given_file)).encode(), ASKED) == given_file


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["level", "url", "a"]), inner)
    ),
    max_leaves=5,
)
field_names = st.sampled_from(["level", "unknown", "comment", "evidence", "measure", "title", "value", "x"])


@given(
    st.dictionaries(st.sampled_from(["o01.a1", "o01.i1", "zz"]), st.dictionaries(field_names, json_values))
)
def test_whatever_stands_in_the_answers_is_read_or_refused_by_name(answers):
    try:
        read_answers(file_with(json.dumps(answers)), ASKED)
    except AnswersFaults as error:
        assert error.faults
        assert all(str(fault).isprintable() for fault in error.faults)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_by_name(raw):
    assert all(fault.isprintable() for fault in faults_of(raw))
