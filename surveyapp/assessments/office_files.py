"""Documents that are ZIP archives, looked into within limits: what they say they are, and without macros."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from surveyapp.assessments.errors import has_macros, unpacks_too_large, wrong_content
from surveyapp.web.requests import MEGABYTE

LARGEST_UNPACKED = 100 * MEGABYTE
HIGHEST_RATIO = 100  # unpacked to packed, judged from a megabyte on: small sheets pack well
MOST_PARTS = 2000
PIECE = 64 * 1024  # bytes unpacked at a time
LOCAL_HEADER = 30  # bytes, before a part's name and its extra field
ENCRYPTED = 0x1

# What says which document it is, and where its macros would be.
CONTENT_TYPES, ODF_TYPE = "[Content_Types].xml", "mimetype"
MAIN_PARTS: Mapping[str, tuple[str, bytes]] = {
    "docx": ("word/document.xml", b"wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", b"presentationml.presentation.main+xml"),
}
ODF_TYPES: Mapping[str, bytes] = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
MACROS = re.compile(r"(^|/)vba(Project\w*\.bin|Data\.xml)$|^(Basic|Scripts)/.", re.IGNORECASE)


def check_office_file(content: bytes, kind: str) -> None:
    """Look whether the bytes are a document of this kind (`docx`, `xlsx`, `pptx`, `odt`, `ods`).

    :raises FileRefused: another content, a password, or macros (415); unpacks to too much, or to more than
        it says (413).
    """
    parts = _list_parts(content, kind)
    if any(MACROS.search(name) for name in parts):
        raise has_macros()
    for part in parts.values():
        size = sum(map(len, _unpack(content, part, kind)))
        if size != part.file_size:
            raise wrong_content(kind)
    if kind in ODF_TYPES:
        _check_odf(content, parts, kind)
    else:
        _check_ooxml(content, parts, kind)


def _list_parts(content: bytes, kind: str) -> dict[str, zipfile.ZipInfo]:
    """The parts by name, from the directory alone; nothing is unpacked before their sizes are looked at."""
    if not content.startswith(b"PK\x03\x04"):
        raise wrong_content(kind)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as fault:
        raise wrong_content(kind) from fault
    unpacked = sum(part.file_size for part in found)
    is_dense = unpacked > MEGABYTE and unpacked > HIGHEST_RATIO * len(content)
    is_overlapping = sum(part.compress_size for part in found) > len(content)
    if len(found) > MOST_PARTS or unpacked > LARGEST_UNPACKED or is_dense or is_overlapping:
        raise unpacks_too_large()
    parts = {part.filename: part for part in found}
    if len(parts) < len(found) or any(part.flag_bits & ENCRYPTED for part in found):
        raise wrong_content(kind)
    return parts


def _unpack(content: bytes, part: zipfile.ZipInfo, kind: str) -> Iterator[bytes]:
    """A part in pieces; stops at the first byte beyond the size that the directory states."""
    start = part.header_offset
    name, extra = (int.from_bytes(content[start + at : start + at + 2], "little") for at in (26, 28))
    start += LOCAL_HEADER + name + extra
    packed = content[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise wrong_content(kind)
    unpacker, size, place = zlib.decompressobj(-zlib.MAX_WBITS), 0, 0
    try:
        while not unpacker.eof:
            waiting = unpacker.unconsumed_tail or packed[place : place + PIECE]
            place += 0 if unpacker.unconsumed_tail else PIECE
            piece = unpacker.decompress(waiting, PIECE)
            size += len(piece)
            if size > part.file_size:
                raise unpacks_too_large()
            if not (waiting or piece or unpacker.eof):  # it breaks off
                raise wrong_content(kind)
            yield piece
    except zlib.error as fault:
        raise wrong_content(kind) from fault


def _read(content: bytes, part: zipfile.ZipInfo, kind: str) -> bytes:
    """A part that says what the document is; these are small."""
    if part.file_size > MEGABYTE:
        raise unpacks_too_large()
    return b"".join(_unpack(content, part, kind))


def _check_ooxml(content: bytes, parts: Mapping[str, zipfile.ZipInfo], kind: str) -> None:
    main, declared = MAIN_PARTS[kind]
    if CONTENT_TYPES not in parts or main not in parts:
        raise wrong_content(kind)
    types = _read(content, parts[CONTENT_TYPES], kind)
    if b"macroEnabled" in types:
        raise has_macros()
    if declared not in types:
        raise wrong_content(kind)


def _check_odf(content: bytes, parts: Mapping[str, zipfile.ZipInfo], kind: str) -> None:
    if ODF_TYPE not in parts or "content.xml" not in parts:
        raise wrong_content(kind)
    if _read(content, parts[ODF_TYPE], kind).strip() != ODF_TYPES[kind]:
        raise wrong_content(kind)
