"""Images without what cameras and programs write into them: where, when, with what, by whom.

The picture itself stays bit for bit; only segments and chunks beside it go. What follows its end goes too.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

JPEG_START, PNG_START = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
EXIF = b"Exif\x00\x00"

SOI, EOI, SOS, COM, TEM = 0xD8, 0xD9, 0xDA, 0xFE, 0x01
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
RESTARTS = range(0xD0, 0xD8)
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)  # the other ones belong to the data
MOST_PARTS = 50_000  # segments or chunks; pictures of 20 MB have some thousand
# What a JPEG needs to be shown right: its density, its colour profile, its colour transform.
NEEDED_SEGMENTS = {APP0: b"JFIF\x00", APP2: b"ICC_PROFILE\x00", APP14: b"Adobe"}
JFIF_WITHOUT_THUMBNAIL = 14  # bytes of the segment before the small picture that it may hold

ORIENTATION_TAG, SHORT = 0x0112, 3
TURNED = range(2, 9)  # 1 is upright

# What a PNG needs to be shown right. No text, no time, no EXIF.
NEEDED_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"iCCP", b"pHYs"}
)


class NotAnImage(Exception):
    """The bytes are not what a file of this kind holds, or end too early."""


def strip_jpeg(content: bytes) -> bytes:
    """The picture with its density, colour profile and orientation, and nothing else beside it.

    :raises NotAnImage: no whole JPEG.
    """
    if not content.startswith(JPEG_START):
        raise NotAnImage
    kept, orientation = [], 1
    for marker, segment in _segments(content):
        if marker == APP1 and segment[4:].startswith(EXIF):
            orientation = _orientation(segment[4 + len(EXIF) :])
        if _is_needed(marker, segment):
            kept.append(_without_thumbnail(segment) if marker == APP0 else segment)
    place = 1 if kept and kept[0][1] == APP0 else 0
    if orientation in TURNED:
        kept.insert(place, _orientation_alone(orientation))
    return b"\xff\xd8" + b"".join(kept) + b"\xff\xd9"


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment between start and end; a scan comes with the data after it."""
    place, has_scan = 2, False
    for _ in range(MOST_PARTS):
        if content[place : place + 1] != b"\xff":
            raise NotAnImage
        while content[place + 1 : place + 2] == b"\xff":  # filling
            place += 1
        if place + 2 > len(content):
            raise NotAnImage
        marker = content[place + 1]
        if marker == EOI:
            if not has_scan:
                raise NotAnImage
            return
        if marker in (0, SOI, TEM) or marker in RESTARTS or place + 4 > len(content):
            raise NotAnImage
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        if end < place + 4 or end > len(content):
            raise NotAnImage
        if marker == SOS:
            has_scan, end = True, _end_of_scan(content, end)
        yield marker, content[place:end]
        place = end
    raise NotAnImage


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the marker after a scan's data stands."""
    found = AFTER_SCAN.search(content, place)
    if found is None:
        raise NotAnImage
    return found.start()


def _is_needed(marker: int, segment: bytes) -> bool:
    if marker == COM:
        return False
    if APP0 <= marker <= APP15:
        return marker in NEEDED_SEGMENTS and segment[4:].startswith(NEEDED_SEGMENTS[marker])
    return True


def _without_thumbnail(segment: bytes) -> bytes:
    """The JFIF segment without the small picture, which may show what the large one no longer does."""
    if len(segment) < 4 + JFIF_WITHOUT_THUMBNAIL:
        raise NotAnImage
    head = segment[4 : 2 + JFIF_WITHOUT_THUMBNAIL]
    return b"\xff\xe0" + (JFIF_WITHOUT_THUMBNAIL + 2).to_bytes(2, "big") + head + b"\x00\x00"


def _orientation(tiff: bytes) -> int:
    """How the picture is to be turned, 1 to 8, from the EXIF data; 1 where that cannot be read."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    try:
        if order is None:
            return 1
        (place,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, place)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place + 2 + 12 * number)
            if (tag, kind) == (ORIENTATION_TAG, SHORT):
                return int(value)
    except struct.error:
        return 1
    return 1


def _orientation_alone(orientation: int) -> bytes:
    """An EXIF segment that says how to turn the picture, and nothing else."""
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION_TAG, SHORT, 1, orientation, 0, 0)
    return b"\xff\xe1" + (2 + len(EXIF) + len(tiff)).to_bytes(2, "big") + EXIF + tiff


def strip_png(content: bytes) -> bytes:
    """The picture with its colours and density, and nothing else beside it.

    :raises NotAnImage: no whole PNG, or one that holds what a reader must know and this does not.
    """
    if not content.startswith(PNG_START):
        raise NotAnImage
    kept, kinds = [PNG_START], []
    for kind, chunk in _chunks(content):
        is_critical = kind[:1].isupper()
        if is_critical and kind not in NEEDED_CHUNKS:
            raise NotAnImage
        if kind in NEEDED_CHUNKS:
            kept.append(chunk)
            kinds.append(kind)
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds or kinds.count(b"IHDR") > 1:
        raise NotAnImage
    return b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and bytes of each chunk up to the end of the picture."""
    place = len(PNG_START)
    for _ in range(MOST_PARTS):
        length = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        end = place + 12 + length
        if len(kind) < 4 or not kind.isalpha() or end > len(content):
            raise NotAnImage
        if zlib.crc32(content[place + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            raise NotAnImage
        yield kind, content[place:end]
        if kind == b"IEND":
            return
        place = end
    raise NotAnImage
