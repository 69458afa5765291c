"""How long the worst file of each kind takes to be looked at, as a ratio to packing as many bytes by zlib.

An upload is checked while its sender waits; 2 seconds are promised for 20 MB, which is three times what
zlib takes to pack 20 MB of noise on the machine where that was promised.

Usage: .venv/bin/python benchmarks/uploads.py
"""

from __future__ import annotations

import random
import sys
import zlib
from collections.abc import Callable, Mapping
from functools import partial

from benchmarks._timing import seconds
from surveyapp.app import create_app
from surveyapp.assessments.errors import FileRefused
from surveyapp.assessments.file_types import check_file
from surveyapp.assessments.office_files import LARGEST_UNPACKED
from surveyapp.settings import Settings
from surveyapp.web.requests import LARGEST_FILE, MEGABYTE
from tests.assessments.files import JFIF, SCAN, chunk, jpeg, ooxml, png, segment

MOST = 3.0
ROOM = 10_000  # for what stands around the part that is repeated


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


# Each kind of file by its name, of about so many bytes.
WORST: Mapping[str, Callable[[int], bytes]] = {
    "data.jpg": lambda size: jpeg(JFIF, scans=SCAN + b"\xff\x00" * (size // 2)),
    "restarts.jpg": lambda size: jpeg(JFIF, scans=SCAN + b"\xff\xd0" * (size // 2)),
    "segments.jpg": lambda size: jpeg(segment(0xFE, b"") * (size // 4)),
    "chunks.png": lambda size: png(chunk(b"tEXt", b"") * (size // 12)),
    "text.txt": lambda size: "é ".encode() * (size // 3),
    "noise.docx": lambda size: ooxml("docx", {"word/media/a.png": noise(size)}),
    "dense.docx": lambda size: ooxml(
        "docx", {"word/a.xml": bytes(min(5 * size, LARGEST_UNPACKED) - 2 * MEGABYTE), "b": noise(MEGABYTE)}
    ),
    "text.pdf": lambda size: b"%PDF-%%EO" * (size // 9),
}


def look_at(name: str, content: bytes) -> str:
    try:
        check_file(name, content)
    except FileRefused as refused:
        return str(refused.status)
    return "taken"


def main() -> None:
    size = LARGEST_FILE - ROOM
    made = noise(size)
    reference = seconds(lambda: zlib.compress(made))
    print(f"zlib packs {size / 1e6:.0f} MB of noise in {reference:.2f} s")
    largest = 0.0
    app = create_app(Settings(database_url="sqlite://", secret_key="x" * 48))
    with app.test_request_context("/en/"):  # refusals speak the reader's language
        for name, make in WORST.items():
            content = make(size)
            taken = seconds(partial(look_at, name, content))
            ratio = taken / reference
            largest = max(largest, ratio)
            said = look_at(name, content)
            print(f"{name:14} {len(content) / 1e6:5.1f} MB  {said:6} {taken:5.2f} s  ratio {ratio:4.2f}")
    if largest > MOST:
        sys.exit(f"the largest ratio is {largest:.2f}, more than {MOST:g}")


if __name__ == "__main__":
    main()
