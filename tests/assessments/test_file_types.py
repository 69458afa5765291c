"""Which files are taken: the content has to be what the name says, within limits; names become safe."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.uploads import WORST
from surveyapp.assessments.errors import FileRefused
from surveyapp.assessments.file_types import TYPES, check_file, safe_name
from surveyapp.assessments.office_files import HIGHEST_RATIO, LARGEST_UNPACKED, MOST_PARTS
from surveyapp.web.requests import LARGEST_FILE, MEGABYTE

from .files import HTML, PDF, RIGHT, SVG, archive, jpeg, odf, ooxml, png


@pytest.fixture(autouse=True)
def context(app: Flask) -> object:
    """Refusals speak the reader's language, so they need a request."""
    with app.test_request_context("/en/"):
        yield


def status_of(name: str, content: bytes) -> int:
    """200 when the file is taken, else the status of the refusal."""
    try:
        check_file(name, content)
    except FileRefused as refused:
        assert str(refused)
        return refused.status
    return 200


@pytest.mark.parametrize("name", RIGHT)
def test_each_kind_is_taken_with_the_type_that_its_name_says(name: str) -> None:
    checked = check_file(name, RIGHT[name])
    assert checked.content == RIGHT[name]
    assert checked.media_type == TYPES[PurePosixPath(name).suffix[1:].lower()].media_type


def test_no_content_is_taken_under_the_name_of_another_kind() -> None:
    for extension in TYPES:
        for name, content in RIGHT.items():
            own = PurePosixPath(name).suffix[1:].lower()
            same = {own, extension} in ({"jpg", "jpeg"}, {"txt", "csv"}) or own == extension
            is_pdf_as_text = own == "pdf" and extension in ("txt", "csv")  # this small one is readable text
            expected = 200 if same or is_pdf_as_text else 415
            assert status_of(f"file.{extension}", content) == expected, (name, extension)


HOSTILE = {
    "picture.svg": SVG,
    "page.html": HTML,
    "page.pdf": HTML,
    "page.png": HTML,
    "page.txt": HTML,
    "page.csv": b"\xef\xbb\xbf \n<html>",
    "picture.txt": SVG,
    "both.pdf": HTML + PDF,
    "later.pdf": b"\n" + PDF,
    "cut.pdf": PDF[:9],
    "program.exe": b"MZ\x90",
    "letter.docm": ooxml("docx"),
    "letter.doc": b"\xd0\xcf\x11\xe0",
    "archive.zip": archive({"a": b"b"}),
    "no-extension": PDF,
    "macros.docx": ooxml("docx", {"word/vbaProject.bin": b"x"}),
    "MACROS.xlsx": ooxml("xlsx", {"xl/VBAPROJECT.BIN": b"x"}),
    "declared.docx": ooxml("docx", declared="application/vnd.ms-word.document.macroEnabled.main+xml"),
    "basic.odt": odf("odt", {"Basic/Standard/Module1.xml": b"x"}),
    "script.ods": odf("ods", {"Scripts/python/a.py": b"x"}),
    "other.xlsx": ooxml("docx"),
    "plain.docx": archive({"a": b"b"}),
    "nul.txt": b"a\x00b",
    "latin.txt": "é".encode("latin-1"),
    "wide.txt": "text".encode("utf-16"),
    "escape.csv": b"a\x1b[2Jb",
    "damaged.png": png()[:-3],
    "damaged.jpg": jpeg()[:-2],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_document_or_no_whole_one_is_refused(name: str) -> None:
    assert status_of(name, HOSTILE[name]) == 415


def with_directory(content: bytes, **changed: int) -> bytes:
    """The archive whose directory says something else of its first part."""
    at = {"flags": (8, "<H"), "method": (10, "<H"), "packed": (20, "<I"), "size": (24, "<I")}
    made, start = bytearray(content), content.index(b"PK\x01\x02")
    for name, value in changed.items():
        offset, form = at[name]
        struct.pack_into(form, made, start + offset, value)
    return bytes(made)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(zeros.compress(bytes(MEGABYTE)) for _ in range(120)) + zeros.flush()
    bomb = ooxml("docx", {"word/media/a.bin": b""})
    buffer = BytesIO(bomb)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as made:
        made.writestr("word/media/b.bin", packed)
    bomb = buffer.getvalue()
    start = bomb.rindex(b"PK\x01\x02")
    claims = {"ten gigabytes": 4_000_000_000, "less than it is": 90, "the truth": 120 * MEGABYTE}
    for what, size in claims.items():
        told = bytearray(bomb)
        struct.pack_into("<H", told, start + 10, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", told, start + 24, size)
        assert status_of("bomb.docx", bytes(told)) == 413, what


def test_a_document_may_have_so_many_parts_and_no_more() -> None:
    for more, expected in ((-1, 200), (0, 200), (1, 413)):
        parts = {f"word/p{number}.xml": b"" for number in range(MOST_PARTS - 2 + more)}
        assert status_of("many.docx", ooxml("docx", parts)) == expected


def test_a_document_that_packs_well_is_taken_up_to_the_ratio() -> None:
    dense = ooxml("docx", {"word/a.xml": bytes(2 * MEGABYTE)})
    assert HIGHEST_RATIO * len(dense) < 2 * MEGABYTE
    assert status_of("dense.docx", dense) == 413
    assert status_of("small.docx", ooxml("docx", {"word/a.xml": bytes(MEGABYTE // 2)})) == 200


def test_parts_that_lie_over_each_other_or_need_a_password_are_refused() -> None:
    assert status_of("over.docx", with_directory(ooxml("docx"), packed=LARGEST_FILE)) == 413
    assert status_of("locked.docx", with_directory(ooxml("docx"), flags=1)) == 415
    assert status_of("other.docx", with_directory(ooxml("docx"), method=14)) == 415
    assert status_of("short.docx", with_directory(ooxml("docx"), size=10**5)) == 415
    assert status_of("large.docx", with_directory(ooxml("docx"), size=LARGEST_UNPACKED)) == 413


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_document_is_taken_or_refused_and_never_a_fault(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(RIGHT)))
    content = bytearray(RIGHT[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    assert status_of(name, bytes(content)) in (200, 413, 415)
    assert status_of(name, bytes(content[:cut])) in (200, 413, 415)


NAMES = {
    "../../x.pdf": "x.pdf",
    "C:\\Users\\me\\Report.PDF": "Report.pdf",
    "CON.pdf": "_CON.pdf",
    "lpt1.final.pdf": "_lpt1.final.pdf",
    "a\x00b\n.pdf": "ab.pdf",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "تقرير 2026.pdf": "تقرير 2026.pdf",
    'a"b<c>|?*.pdf': "a_b_c____.pdf",
    "  spaced   out .pdf. ": "spaced out.pdf",
    "..": "document",
    "": "document",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_becomes_one_that_every_system_can_keep(name: str) -> None:
    assert safe_name(name) == NAMES[name]


@given(st.text(max_size=400))
def test_a_safe_name_has_no_folder_and_nothing_unseen_and_is_its_own_safe_name(name: str) -> None:
    safe = safe_name(f"{name}.pdf")
    assert safe.endswith(".pdf") and len(safe.encode()) <= 125
    assert not set(safe) & set('/\\\x00\u202e"') and not safe.startswith((".", " "))
    assert safe_name(safe) == safe


@pytest.mark.parametrize("name", WORST)
def test_the_worst_file_of_its_kind_is_taken_or_refused_as_what_it_is(name: str) -> None:
    is_whole = name not in ("segments.jpg", "chunks.png", "text.pdf")
    assert status_of(name, WORST[name](MEGABYTE)) == (200 if is_whole else 415)
