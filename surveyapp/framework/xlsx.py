"""Reads the first sheet of an XLSX workbook, after making sure that it cannot swell."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook

from surveyapp.framework.faults import Fault, FrameworkFaults

MAX_UNPACKED_BYTES = 50_000_000
MAX_PARTS = 200
MAX_CELLS = 250_000

_CHUNK = 1 << 16
_LOCAL_HEADER_SIZE = 30
_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")


# All that zipfile and calamine raise for what is damaged.
_UNREADABLE = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    OSError,
    EOFError,
    IndexError,
    ValueError,
)


class _Refused(Exception):
    """The workbook is not opened; the text says why and how to mend it."""


def read_xlsx(raw: bytes, file: str) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet as texts, each with its number in the sheet.

    :raises FrameworkFaults: no workbook, encrypted, or beyond 50 MB unpacked, 200 parts or 250,000 cells.
    """
    try:
        _guard(raw)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheet = workbook.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except _Refused as error:
        raise FrameworkFaults([Fault(file, 0, 0, str(error))]) from None
    except _UNREADABLE as error:
        message = f"not readable as an XLSX workbook ({error}); save it again as XLSX"
        raise FrameworkFaults([Fault(file, 0, 0, message)]) from None
    return [(number, [_as_text(cell) for cell in row]) for number, row in enumerate(rows, 1)]


def _as_text(cell: object) -> str:
    """12.0, as a sheet keeps every number, is 12 for those who typed it."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _guard(raw: bytes) -> None:
    """Unpack every part in small steps and count: what a part declares of its own size is not believed."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise _Refused(f"the workbook has more than {MAX_PARTS} parts; keep the one sheet with the table")
    total = 0
    for part in parts:
        widest = tallest = 1
        tail = b""
        for chunk in _unpack(raw, part):
            total += len(chunk)
            if total > MAX_UNPACKED_BYTES:
                raise _Refused(
                    "the workbook is larger than 50 MB unpacked; keep the one sheet with the table"
                )
            if part.filename.startswith("xl/worksheets/"):
                for letters, digits in _CELL.findall(tail + chunk):
                    widest, tallest = max(widest, _column(letters)), max(tallest, int(digits))
                if widest * tallest > MAX_CELLS:
                    message = (
                        f"a sheet spans more than {MAX_CELLS:,} cells; delete what stands far from the table"
                    )
                    raise _Refused(message)
                tail = chunk[-20:]


def _column(letters: bytes) -> int:
    """27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _unpack(raw: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The true content of a part in chunks of at most 64 kB."""
    if part.flag_bits & 1:
        raise _Refused("the workbook is encrypted; save it without a password")
    header = raw[part.header_offset : part.header_offset + _LOCAL_HEADER_SIZE]
    if len(header) < _LOCAL_HEADER_SIZE:
        raise zipfile.BadZipFile("a part lies outside the file")
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = part.header_offset + _LOCAL_HEADER_SIZE + names
    packed = raw[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (packed[i : i + _CHUNK] for i in range(0, len(packed), _CHUNK))
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise _Refused("the workbook is packed in an unusual way; save it again as XLSX")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not inflater.eof:
        yield inflater.decompress(packed, _CHUNK)
        packed = inflater.unconsumed_tail
