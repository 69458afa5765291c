"""Which files are taken as evidence: the kind that the name says, the content that this kind has.

A file is never opened by a program here; it is looked at as bytes, within limits, before it is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from surveyapp.assessments.errors import wrong_content, wrong_kind
from surveyapp.assessments.image_metadata import NotAnImage, strip_jpeg, strip_png
from surveyapp.assessments.office_files import check_office_file

LONGEST_NAME = 120  # bytes of UTF-8 without the extension; with it, what every file system takes
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)  # no file names on Windows
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # control characters but tab, line and page ends
UNFIT_IN_NAMES = re.compile(r'[<>:"|?*]')

Check = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file; `check` gives the content to keep.

    `check` raises FileRefused or NotAnImage where the content is not of this kind.
    """

    media_type: str
    check: Check


def check_pdf(content: bytes) -> bytes:
    """From its first byte on, so that no browser takes it for another kind."""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content:
        raise wrong_content("pdf")
    return content


def check_text(content: bytes) -> bytes:
    """Text in UTF-8 that no program takes for a page or a picture."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise wrong_content("txt") from fault
    if NO_TEXT.search(text):
        raise wrong_content("txt")
    if text.lstrip().startswith("<"):
        raise wrong_content("txt")
    return content


def office(kind: str) -> Check:
    """The check of a document that is a ZIP archive."""

    def check(content: bytes) -> bytes:
        check_office_file(content, kind)
        return content

    return check


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
JPEG = FileType("image/jpeg", strip_jpeg)
TYPES: Mapping[str, FileType] = {
    "pdf": FileType("application/pdf", check_pdf),
    "png": FileType("image/png", strip_png),
    "jpg": JPEG,
    "jpeg": JPEG,
    "docx": FileType(f"{_OOXML}.wordprocessingml.document", office("docx")),
    "xlsx": FileType(f"{_OOXML}.spreadsheetml.sheet", office("xlsx")),
    "pptx": FileType(f"{_OOXML}.presentationml.presentation", office("pptx")),
    "odt": FileType(f"{_ODF}.text", office("odt")),
    "ods": FileType(f"{_ODF}.spreadsheet", office("ods")),
    "txt": FileType("text/plain", check_text),
    "csv": FileType("text/csv", check_text),
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file as it is kept: a safe name, its type, its content without what stands beside a picture."""

    name: str
    media_type: str
    content: bytes


def check_file(name: str, content: bytes) -> CheckedFile:
    """What is kept of a file that somebody sent.

    :raises FileRefused: no kind that is taken, or not the content of its kind, with status 415; too large
        once it is unpacked, with status 413.
    """
    safe = safe_name(name)
    extension = PurePosixPath(safe).suffix.removeprefix(".")
    if extension not in TYPES:
        raise wrong_kind()
    kind = TYPES[extension]
    try:
        return CheckedFile(safe, kind.media_type, kind.check(content))
    except NotAnImage as fault:
        raise wrong_content(extension) from fault


def safe_name(name: str) -> str:
    """A name that every system can keep, made of what the person called the file.

    Without folders, without characters that are not seen or that turn the direction of what follows; the
    extension in small letters.
    """
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    seen = re.sub(r"\s+", " ", UNFIT_IN_NAMES.sub("_", seen)).rstrip(" .")
    stem, dot, extension = seen.rpartition(".")
    if not dot:
        stem, extension = seen, ""
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .") or "document"
    if RESERVED.fullmatch(stem.split(".", 1)[0]):
        stem = f"_{stem}"
    return f"{stem}.{extension.lower()}" if extension else stem
