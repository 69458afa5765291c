"""Pictures lose what stands beside them and keep themselves, bit for bit."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.assessments.image_metadata import NotAnImage, strip_jpeg, strip_png

from .files import FRAME, JFIF, SCAN, SECRET, chunk, exif, jpeg, png, segment

PROFILE = segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + bytes(20))
ADOBE = segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01")
THUMBNAIL = segment(0xE0, b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01" + SECRET[:3])


def test_a_photograph_loses_place_comment_and_thumbnail_and_keeps_colour_and_picture() -> None:
    beside = (
        THUMBNAIL,
        segment(0xE0, b"JFXX\x00\x10" + SECRET),
        exif(1),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SECRET),
        PROFILE,
        segment(0xE2, b"MPF\x00" + SECRET),
        segment(0xED, b"Photoshop 3.0\x00" + SECRET),
        ADOBE,
        segment(0xFE, SECRET),
    )
    stripped = strip_jpeg(jpeg(*beside, after=SECRET + b"<html>"))
    assert stripped == b"\xff\xd8" + JFIF + PROFILE + ADOBE + FRAME + SCAN + b"\xff\xd9"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_that_is_to_be_turned_stays_so_and_says_nothing_else(
    orientation: int, order: str
) -> None:
    stripped = strip_jpeg(jpeg(JFIF, exif(orientation, order)))
    assert SECRET not in stripped
    assert (b"Exif" in stripped) == (orientation > 1)
    again = strip_jpeg(stripped)
    assert again == stripped
    if orientation > 1:
        assert stripped.startswith(b"\xff\xd8" + JFIF + b"\xff\xe1")
        assert stripped[len(JFIF) + 2 :].count(bytes((1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0))) == 1


def test_a_photograph_in_several_scans_keeps_all_of_them() -> None:
    scans = SCAN + segment(0xC4, bytes(20)) + SCAN
    stripped = strip_jpeg(jpeg(exif(None), scans=scans))
    assert stripped == b"\xff\xd8" + FRAME + SCAN + segment(0xC4, bytes(20)) + SCAN + b"\xff\xd9"


def test_a_picture_loses_texts_times_and_what_follows_it() -> None:
    colours = chunk(b"gAMA", b"\x00\x00\xb1\x8f")
    beside = (
        chunk(b"tEXt", b"Author\x00" + SECRET),
        chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(SECRET)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + SECRET),
        chunk(b"eXIf", SECRET),
        chunk(b"tIME", bytes(7)),
        chunk(b"prVt", SECRET),
        colours,
    )
    assert strip_png(png(*beside, after=SECRET)) == png(colours)


WRONG = {
    "nothing": b"",
    "only a start": b"\xff\xd8\xff",
    "no scan": b"\xff\xd8" + JFIF + FRAME + b"\xff\xd9",
    "a segment that is too long": b"\xff\xd8" + JFIF + b"\xff\xdb\xff\xff",
    "a segment shorter than itself": b"\xff\xd8\xff\xdb\x00\x01" + SCAN + b"\xff\xd9",
    "a JFIF segment that is cut": jpeg(segment(0xE0, b"JFIF\x00")),
    "no end": jpeg()[:-2],
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_whole_photograph_is_refused(what: str) -> None:
    with pytest.raises(NotAnImage):
        strip_jpeg(WRONG[what])


WRONG_PNG = {
    "nothing": b"",
    "only a start": png()[:8],
    "no end": png()[:-12],
    "a wrong sum": png().replace(b"IDAT", b"IDAU"),
    "an unknown part that readers must know": png(chunk(b"ABCD", b"")),
    "no picture": png()[:33] + chunk(b"IEND", b""),
    "two heads": png(png()[8:33]),
}


@pytest.mark.parametrize("what", WRONG_PNG)
def test_what_is_no_whole_picture_is_refused(what: str) -> None:
    with pytest.raises(NotAnImage):
        strip_png(WRONG_PNG[what])


@given(st.binary(max_size=300), st.sampled_from([jpeg(JFIF, exif(6)), png(chunk(b"tEXt", SECRET))]))
def test_no_bytes_make_a_fault_of_ours(noise: bytes, start: bytes) -> None:
    for content in (noise, start[:20] + noise, start[: len(noise)] + noise, noise[:2] + start):
        for strip in (strip_jpeg, strip_png):
            try:
                stripped = strip(content)
            except NotAnImage:
                continue
            assert strip(stripped) == stripped
