"""Small files of each kind that is taken, made byte by byte."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
SECRET = b"Shelter of the victim, 41.3275 N 19.8187 E"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*beside: bytes, after: bytes = b"") -> bytes:
    """One black pixel, with chunks between the head and the picture."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    picture = chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(beside) + picture + chunk(b"IEND", b"") + after


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


JFIF = segment(0xE0, b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00")
FRAME = segment(0xDB, bytes(65)) + segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(*beside: bytes, after: bytes = b"", scans: bytes = SCAN) -> bytes:
    """A picture that no reader would draw, with the segments of a real one."""
    return b"\xff\xd8" + b"".join(beside) + FRAME + scans + b"\xff\xd9" + after


def exif(orientation: int | None, order: str = "<") -> bytes:
    """EXIF with a place, and how the picture is to be turned."""
    entries = [struct.pack(f"{order}HHII", 0x010F, 2, len(SECRET), 200)]
    if orientation is not None:
        entries.append(struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0))
    head = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(f"{order}I", 8)
    body = struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4)
    return segment(0xE1, b"Exif\x00\x00" + head + body + SECRET)


def archive(parts: dict[str, bytes], *, packed: bool = True) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


MAIN = {"docx": "word/document", "xlsx": "xl/workbook", "pptx": "ppt/presentation"}
DECLARED = {
    "docx": "wordprocessingml.document",
    "xlsx": "spreadsheetml.sheet",
    "pptx": "presentationml.presentation",
}


def ooxml(kind: str, more: dict[str, bytes] | None = None, declared: str = "") -> bytes:
    declared = declared or f"application/vnd.openxmlformats-officedocument.{DECLARED[kind]}.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types><Override ContentType="{declared}"/></Types>'.encode(),
        f"{MAIN[kind]}.xml": b"<document/>",
    }
    return archive(parts | (more or {}))


def odf(kind: str, more: dict[str, bytes] | None = None) -> bytes:
    what = {"odt": b"text", "ods": b"spreadsheet"}[kind]
    parts = {"mimetype": b"application/vnd.oasis.opendocument." + what, "content.xml": b"<content/>"}
    return archive(parts | (more or {}))


RIGHT = {
    "report.pdf": PDF,
    "picture.png": png(),
    "photo.jpg": jpeg(JFIF),
    "photo.JPEG": jpeg(JFIF),
    "letter.docx": ooxml("docx"),
    "table.xlsx": ooxml("xlsx"),
    "talk.pptx": ooxml("pptx"),
    "letter.odt": odf("odt"),
    "table.ods": odf("ods"),
    "note.txt": "Përmbledhje – ملخص\n".encode(),
    "figures.csv": b"\xef\xbb\xbfyear,number\r\n2025,12\r\n",
}


def multipart(fields: dict[str, str], name: str, content: bytes) -> dict[str, Any]:
    """A form with one file, as a browser sends it, for a test client."""
    head = '--edge\r\nContent-Disposition: form-data; name="'
    parts = [f'{head}{field}"\r\n\r\n{value}\r\n'.encode() for field, value in fields.items()]
    parts.append(f'{head}file"; filename="{name}"\r\nContent-Type: a/b\r\n\r\n'.encode() + content)
    return {
        "data": b"".join([*parts, b"\r\n--edge--\r\n"]),
        "content_type": "multipart/form-data; boundary=edge",
    }
