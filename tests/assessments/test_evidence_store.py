"""Contents under their hash, in a folder and in an S3-compatible store; what a full disk leaves."""

from __future__ import annotations

import hashlib
import os
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from surveyapp.assessments.evidence_store import (
    BucketStore,
    ContentMissing,
    EvidenceStore,
    FolderStore,
    StoreFault,
    make_store,
)
from surveyapp.settings import Settings, SettingsFault

from .bucket import Bucket

CONTENT = b"A decree."
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    return FolderStore(tmp_path / "evidence") if request.param == "folder" else BucketStore(MemoryStore())


def test_a_content_is_found_again_under_its_hash_and_kept_once(store: EvidenceStore) -> None:
    assert list(store.list()) == []
    assert store.put(CONTENT) == store.put(CONTENT) == SHA256
    with store.open(SHA256) as file:
        assert file.read() == CONTENT
    assert list(store.list()) == [SHA256]
    store.delete(SHA256)
    store.delete(SHA256)
    assert list(store.list()) == []
    with pytest.raises(ContentMissing):
        store.open(SHA256)


def test_the_same_content_from_many_at_once_is_kept_once_and_whole(store: EvidenceStore) -> None:
    content = os.urandom(300_000)
    with ThreadPoolExecutor(8) as pool:
        [sha256] = set(pool.map(store.put, [content] * 16))
    assert list(store.list()) == [sha256]
    with store.open(sha256) as file:
        assert file.read() == content


def test_a_file_of_the_folder_is_named_by_its_hash_and_read_by_nobody_else(tmp_path: Path) -> None:
    FolderStore(tmp_path / "deep" / "evidence").put(CONTENT)
    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert path == tmp_path / "deep" / "evidence" / SHA256[:2] / SHA256[2:4] / SHA256
    assert path.stat().st_mode & 0o077 == 0


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file grows beyond 100 kB in this process, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_keeps_nothing_half_and_what_was_there_stays(tmp_path: Path, small_disk: None) -> None:
    store = FolderStore(tmp_path)
    store.put(CONTENT)
    with pytest.raises(StoreFault):
        store.put(bytes(200_000))
    assert list(store.list()) == [SHA256]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [SHA256]
    store.put(CONTENT)
    assert StoreFault.status == 503


def test_what_a_killed_write_left_is_listed_and_can_be_deleted(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put(CONTENT)
    (tmp_path / ".unfinished-abc").write_bytes(b"half")
    (tmp_path / "README").write_text("not ours")
    unfinished, whole = sorted(store.list())
    assert (unfinished, whole) == (".unfinished-abc", SHA256)
    store.delete(unfinished)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted(["README", SHA256])


def test_a_store_that_is_away_is_said_to_be_away(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file where the folder should be")
    with pytest.raises(StoreFault):
        FolderStore(tmp_path / "evidence").put(CONTENT)
    with pytest.raises(StoreFault):
        FolderStore(tmp_path / "evidence").open(SHA256)


def test_the_setting_says_which_store_it_is(tmp_path: Path) -> None:
    assert isinstance(make_store("s3://bucket/prefix"), BucketStore)
    assert make_store(str(tmp_path)).put(CONTENT) == SHA256
    assert Settings(database_url=f"sqlite:///{tmp_path}/a.db").evidence_place == str(tmp_path / "evidence")
    assert Settings(evidence="s3://bucket").evidence_place == "s3://bucket"


def test_without_the_client_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(SettingsFault, match=r"pip install 'surveyapp\[s3\]'"):
        make_store("s3://bucket")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A server of objects, with the environment that the S3 client reads."""
    with Bucket() as server:
        for name, value in {
            "AWS_ENDPOINT": server.address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "eu-central-1",
        }.items():
            monkeypatch.setenv(name, value)
        yield server
        server.shutdown()


def test_over_the_wire_contents_stand_below_the_prefix_and_are_created_once(bucket: Bucket) -> None:
    store = make_store("s3://bucket/survey/evidence")
    assert store.put(CONTENT) == store.put(CONTENT) == SHA256
    assert bucket.objects == {f"survey/evidence/{SHA256}": CONTENT}
    with store.open(SHA256) as file:
        assert file.read() == CONTENT
    assert list(store.list()) == [SHA256]
    store.delete(SHA256)
    assert bucket.objects == {}
    with pytest.raises(ContentMissing):
        store.open(SHA256)


def test_a_bucket_that_takes_nothing_is_a_fault_of_the_store(bucket: Bucket) -> None:
    bucket.is_full = True
    with pytest.raises(StoreFault):
        make_store("s3://bucket").put(CONTENT)
    assert bucket.objects == {}
