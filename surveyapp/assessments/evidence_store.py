"""Where the content of evidence files is kept: a folder or an S3-compatible store, each file under its hash.

What a person called a file never becomes a name here. A content that is there is never written over.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from flask import Flask, current_app
from flask_babel import lazy_gettext

from surveyapp.refusals import Refusal
from surveyapp.settings import Settings, SettingsFault

if TYPE_CHECKING:
    from obstore.store import ObjectStore

log = logging.getLogger(__name__)

UNFINISHED = ".unfinished-"  # the beginning of a name that is still being written
IS_HASH = re.compile(r"[0-9a-f]{64}")


class StoreFault(Refusal):
    """The store takes or gives nothing at present: full, read-only or away."""

    status = 503
    message = lazy_gettext(
        "The place where files are kept cannot be used just now. Nothing was saved. "
        "Wait a minute, then send it again."
    )


class ContentMissing(Exception):
    """A content that a row names is not in the store: an operator has to bring it back from a backup."""


class EvidenceStore(Protocol):
    """Contents by their SHA-256, in hexadecimal."""

    def put(self, content: bytes) -> str:
        """Keep a content for good before this returns; gives its hash. The same twice is kept once.

        :raises StoreFault: it could not be kept; nothing of it stays under a hash.
        """

    def open(self, sha256: str) -> BinaryIO:
        """:raises ContentMissing: there is no such content.
        :raises StoreFault: the store cannot be read.
        """

    def list(self) -> Iterator[str]:
        """The hash of each content, and the name of each write that was broken off."""

    def delete(self, name: str) -> None:
        """Remove what `list` gave; nothing happens when it is gone."""


class FolderStore:
    """Contents as files of a folder, two levels deep: `ab/cd/abcd…`; only the server's account reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._place(sha256)
        try:
            if not place.exists():
                self._write(place, content)
        except OSError as fault:
            log.error("evidence store: %s", fault)
            raise StoreFault from fault
        return sha256

    def _write(self, place: Path, content: bytes) -> None:
        """First under a name of its own, then under its hash: what has a hash is whole and on the disk."""
        made = [folder for folder in (place.parent, *place.parent.parents) if not folder.exists()]
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=self.folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(unfinished, place)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        for folder in (place.parent, *(folder.parent for folder in made)):
            sync_folder(folder)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError as fault:
            raise ContentMissing(sha256) from fault
        except OSError as fault:
            log.error("evidence store: %s", fault)
            raise StoreFault from fault

    def list(self) -> Iterator[str]:
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and (IS_HASH.fullmatch(path.name) or path.name.startswith(UNFINISHED)):
                yield path.name

    def delete(self, name: str) -> None:
        place = self._place(name) if IS_HASH.fullmatch(name) else self.folder / name
        place.unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256


class BucketStore:
    """Contents as objects of an S3-compatible store; a write is whole or not there at all."""

    def __init__(self, bucket: ObjectStore) -> None:
        self.bucket = bucket

    def put(self, content: bytes) -> str:
        from obstore.exceptions import AlreadyExistsError, BaseError

        sha256 = hashlib.sha256(content).hexdigest()
        try:
            self.bucket.put(sha256, content, mode="create")
        except AlreadyExistsError:
            pass  # the same content is there
        except (BaseError, OSError) as fault:
            log.error("evidence store: %s", fault)
            raise StoreFault from fault
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        from obstore.exceptions import BaseError

        try:
            return BytesIO(bytes(self.bucket.get(sha256).bytes()))
        except FileNotFoundError as fault:
            raise ContentMissing(sha256) from fault
        except (BaseError, OSError) as fault:
            log.error("evidence store: %s", fault)
            raise StoreFault from fault

    def list(self) -> Iterator[str]:
        for page in self.bucket.list():
            yield from (entry["path"] for entry in page if IS_HASH.fullmatch(entry["path"]))

    def delete(self, name: str) -> None:
        self.bucket.delete(name)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_store(place: str) -> EvidenceStore:
    """The store at a folder or an address `s3://bucket/prefix`; nothing is made before the first file.

    :raises SettingsFault: the address cannot be used, or what it needs is not installed.
    """
    if not place.startswith("s3://"):
        return FolderStore(Path(place))
    try:
        from obstore.exceptions import BaseError
        from obstore.store import S3Store
    except ModuleNotFoundError as fault:
        mend = "SURVEYAPP_EVIDENCE needs the S3 client; install it with: pip install 'surveyapp[s3]'"
        raise SettingsFault(mend) from fault
    try:
        return BucketStore(S3Store.from_url(place))
    except (BaseError, ValueError) as fault:
        raise SettingsFault(f"SURVEYAPP_EVIDENCE cannot be used: {fault}") from fault


def init_app(app: Flask, settings: Settings) -> None:
    """:raises SettingsFault: no store can be made of the setting."""
    app.extensions["evidence"] = make_store(settings.evidence_place)


def get_store() -> EvidenceStore:
    """The store of the running application."""
    store: EvidenceStore = current_app.extensions["evidence"]
    return store
