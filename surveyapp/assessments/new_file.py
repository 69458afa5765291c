"""A file that is there whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class FileFault(OSError):
    """A file cannot be written; the message says why and what to do."""


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes become the file `path` at the end; after a fault nothing of it stays.

    Readable by its owner alone, since what is written may be confidential.

    :raises FileFault: there is a file already, or the folder cannot be written.
    """
    if path.exists():
        raise FileFault(f"{path}: it is there already, and nothing is overwritten; give another name")
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as fault:
        raise FileFault(
            f"{path}: cannot be written: {fault.strerror}; give a folder that you may write"
        ) from fault
    try:
        with os.fdopen(number, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
