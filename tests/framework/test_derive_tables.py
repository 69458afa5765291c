"""Guidelines kept as CSV or XLSX."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from surveyapp.framework.derive import derive_file
from surveyapp.framework.derived import Derived
from surveyapp.framework.faults import FrameworkFaults
from tests.framework.guidelines import ROWS, pack_xlsx, xlsx

HEADER = ("objective", "kind", "text")


@pytest.fixture
def derive_bytes(tmp_path: Path):
    def derive(raw: bytes, name: str = "g.csv") -> Derived:
        (tmp_path / name).write_bytes(raw)
        return derive_file(tmp_path / name)

    return derive


@pytest.fixture
def faults_of(derive_bytes):
    def faults(raw: bytes, name: str = "g.csv") -> list[str]:
        with pytest.raises(FrameworkFaults) as refusal:
            derive_bytes(raw, name)
        return [str(fault) for fault in refusal.value.faults]

    return faults


def as_csv(rows, delimiter=",") -> bytes:
    quoted = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "\r\n".join(quoted).encode()


def assert_read(derived: Derived) -> None:
    assert derived.summary == "2 objectives, 2 activities, 1 actors, 2 indicators"
    assert [objective.title for objective in derived.objectives] == [
        "Keep the quays lit",
        "Keep the water clean",
    ]
    assert derived.objectives[0].by_kind["activity"] == ["Light every quay; all of it, always"]
    assert derived.objectives[1].by_kind["activity"] == ['Collect "oil"']


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_is_read_with_either_delimiter_and_with_a_byte_order_mark(derive_bytes, delimiter, mark):
    assert_read(derive_bytes(mark + as_csv([HEADER, *ROWS], delimiter)))


def test_columns_may_stand_in_any_order_and_case(derive_bytes):
    rows = [("Text", "note", "OBJECTIVE", " Kind"), *((c, "", a, b.upper()) for a, b, c in ROWS)]
    assert_read(derive_bytes(as_csv(rows)))
    assert_read(derive_bytes(xlsx(rows), "g.xlsx"))


def test_xlsx_is_read(derive_bytes):
    assert_read(derive_bytes(xlsx([HEADER, *ROWS]), "g.XLSX"))


def test_empty_rows_are_passed_over_and_counted(faults_of):
    rows = [HEADER, ("", "", ""), ROWS[0], (), ("Aim", "activty", "Deed")]
    said = ':5: kind is "activty"; write activity, actor or indicator'
    assert faults_of(b"objective,kind,text\n,,\nA,activity,b\n\nAim,activty,Deed\n") == ["g.csv" + said]
    assert faults_of(xlsx(rows), "g.xlsx") == ["g.xlsx" + said]


def test_every_faulty_row_is_listed_by_its_first_line(faults_of):
    text = 'objective,kind,text\n"A\nim",activity,\n,actor,x\nAim,what,\nAim,actor,one,two\n'
    assert faults_of(text.encode()) == [
        "g.csv:2: text is empty; fill it in on each row",
        "g.csv:4: objective is empty; fill it in on each row",
        'g.csv:5: kind is "what"; write activity, actor or indicator',
        "g.csv:5: text is empty; fill it in on each row",
        "g.csv:6: the row has 4 cells under 3 columns; quote a text with a comma",
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            b"",
            "g.csv:1: the header needs the columns objective, kind and text, each once; look at ",
        ),
        (b"objective,type,text\n", 'look at "kind"'),
        (b"objective,kind,text,kind\n", 'look at "kind"'),
        (b"objective,kind,text\n", "g.csv:1: no row follows the header"),
        (b'objective,kind,text\nA,actor,"b\nc\n', "g.csv:2: not readable as CSV"),
        (b'objective,kind,text\nA,actor,"b" c\n', "g.csv:2: not readable as CSV"),
        (b"objective,kind,text\nA,actor," + b"x" * 200_000, "g.csv:2: not readable as CSV"),
        (b"objective,kind,text\nA,actor,x\x07y\n", "is followed by a control character; remove it"),
        (b"objective,kind,text\nA,actor,\xff\n", "g.csv:2:9: byte 0xff is not UTF-8"),
    ],
)
def test_a_faulty_csv_is_refused(faults_of, raw, said):
    (fault,) = faults_of(raw)
    assert said in fault


def encrypted() -> bytes:
    raw = bytearray(xlsx([HEADER, *ROWS]))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        start = archive.start_dir
    raw[start + 8] |= 1
    return bytes(raw)


def swollen() -> bytes:
    return pack_xlsx("<sheetData/>", **{"xl/sharedStrings.xml": "x" * 50_000_001})


def lying() -> bytes:
    """A part that declares one byte and unpacks to more than 50 MB."""
    raw = bytearray(swollen())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        size_at, name_at = (22, 30) if mark[2] == 3 else (24, 46)
        at = (
            raw.find(b"xl/sharedStrings.xml", 0 if mark[2] == 3 else raw.rfind(b"PK\x01\x02", 0, -22))
            - name_at
        )
        assert raw[at : at + 4] == mark
        struct.pack_into("<I", raw, at + size_at, 1)
    return bytes(raw)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: b"", "not readable as an XLSX workbook"),
        (lambda: b"no workbook", "not readable as an XLSX workbook"),
        (lambda: xlsx([HEADER, *ROWS])[:-40], "not readable as an XLSX workbook"),
        (lambda: pack_xlsx("<sheetData><row"), "not readable as an XLSX workbook"),
        (encrypted, "the workbook is encrypted; save it without a password"),
        (swollen, "the workbook is larger than 50 MB unpacked"),
        (lying, "the workbook is larger than 50 MB unpacked"),
        (lambda: pack_xlsx("", **{f"xl/p{n}.xml": "" for n in range(200)}), "more than 200 parts"),
        (
            lambda: pack_xlsx('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
            "a sheet spans more than 250,000 cells",
        ),
        (lambda: xlsx([("a", "b", "c")]), "the header needs the columns"),
        (lambda: b"PK\x05\x06" + b"\x00" * 18, "not readable as an XLSX workbook"),
    ],
)
def test_a_faulty_or_hostile_workbook_is_refused(faults_of, make, said):
    (fault,) = faults_of(make(), "g.xlsx")
    assert fault.startswith("g.xlsx") and said in fault


def test_a_damaged_workbook_never_ends_in_a_traceback(derive_bytes):
    raw = xlsx([HEADER, *ROWS])
    for place in range(0, len(raw), 7):
        damaged = raw[:place] + bytes([raw[place] ^ 0x5A]) + raw[place + 1 :]
        try:
            derive_bytes(damaged, "g.xlsx")
        except FrameworkFaults as refusal:
            assert refusal.faults
