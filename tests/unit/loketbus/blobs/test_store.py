"""The same behaviour on a local folder and on a remote (in-memory) fsspec store."""

import asyncio
import errno
import hashlib
import os
import pickle
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loketbus.blobs import BlobCorrupt, BlobInfo, BlobMissing, BlobStore, BlobTooLarge, open_store
from loketbus.blobs.places import layout
from loketbus.errors import ConfigurationError, Unavailable
from loketbus.settings import BusSettings

DATA = b"een mail over dakisolatie" * 1000
HASH = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "local":
        return BlobStore(str(tmp_path / "blobs"))
    return BlobStore(f"memory://{secrets.token_hex(8)}/blobs", scratch=tmp_path / "scratch")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def local(folder: Path) -> BlobStore:
    return BlobStore(str(folder))


async def stream(data: bytes, size: int = 7_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def collect(store: BlobStore, sha256: str) -> bytes:
    return b"".join([chunk async for chunk in store.chunks(sha256)])


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


async def test_bytes_a_file_and_a_stream_give_the_same_blob(store: BlobStore, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(DATA)
    wanted = BlobInfo(HASH, len(DATA))
    assert [await store.put(DATA), await store.put(file), await store.put(stream(DATA))] == [wanted] * 3
    chunks = (DATA[at : at + 3] for at in range(0, len(DATA), 3))
    assert [store.put_bytes_sync(DATA), store.put_file_sync(file), store.put_chunks_sync(chunks)] == [wanted] * 3
    assert await collect(store, HASH) == DATA
    assert await store.read(HASH, max_bytes=len(DATA)) == DATA


async def test_an_empty_blob_is_a_blob(store: BlobStore) -> None:
    info = await store.put(stream(b""))
    assert info == await store.put(b"") == BlobInfo(hashlib.sha256().hexdigest(), 0)
    assert await store.read(info.sha256, max_bytes=0) == b""


async def test_exists_and_delete(store: BlobStore) -> None:
    assert await store.exists(HASH) is False
    assert await store.delete(HASH) is False
    await store.put(DATA)
    assert await store.exists(HASH) is True
    assert await store.delete(HASH) is True
    assert await store.exists(HASH) is False


async def test_a_missing_blob_is_named(store: BlobStore) -> None:
    for call in (lambda: collect(store, HASH), lambda: store.read(HASH, max_bytes=1), lambda: store.age(HASH)):
        with pytest.raises(BlobMissing) as caught:
            await call()
        assert caught.value.sha256 == HASH


async def test_too_many_bytes_are_refused_and_nothing_stays(store: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(BlobTooLarge):
        await store.put(stream(DATA), max_bytes=len(DATA) - 1)
    with pytest.raises(BlobTooLarge):
        await store.put(DATA, max_bytes=10)
    assert await store.exists(HASH) is False
    assert leftovers(tmp_path) == []
    await store.put(DATA, max_bytes=len(DATA))
    with pytest.raises(BlobTooLarge):
        await store.read(HASH, max_bytes=len(DATA) - 1)


async def test_a_source_that_breaks_off_leaves_nothing(store: BlobStore, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield DATA
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.put(broken())
    assert leftovers(tmp_path) == []


async def test_a_cancelled_put_leaves_nothing(store: BlobStore, tmp_path: Path) -> None:
    reached = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield DATA * 20
        reached.set()
        await asyncio.Event().wait()

    putting = asyncio.create_task(store.put(endless()))
    await reached.wait()
    assert len(leftovers(tmp_path)) == 1
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert leftovers(tmp_path) == []


async def test_the_same_content_at_the_same_time_is_one_whole_blob(store: BlobStore, tmp_path: Path) -> None:
    infos = await asyncio.gather(*(store.put(stream(DATA, size)) for size in range(1_000, 9_000, 500)))
    assert set(infos) == {BlobInfo(HASH, len(DATA))}
    assert await collect(store, HASH) == DATA
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data + b"x", lambda data: b"X" + data[1:]])
async def test_damage_is_seen_at_reading_and_mended_by_putting_again(
    local: BlobStore, folder: Path, damage: Callable[[bytes], bytes]
) -> None:
    await local.put(DATA)
    path = folder / layout(HASH)
    path.write_bytes(damage(DATA))
    with pytest.raises(BlobCorrupt):
        await collect(local, HASH)
    with pytest.raises(BlobCorrupt):
        await local.read(HASH, max_bytes=10_000_000)
    await local.put(DATA)
    assert await collect(local, HASH) == DATA


async def test_only_the_owner_can_read_the_files(local: BlobStore, folder: Path) -> None:
    await local.put(DATA)
    path = folder / layout(HASH)
    assert path.relative_to(folder) == Path(HASH[:2], HASH[2:4], HASH)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@given(st.text(max_size=80))
def test_no_text_but_a_hash_makes_a_path(text: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        layout(text)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "a" * 65, HASH.upper(), HASH + "\n", f"/{HASH}", ""])
async def test_every_door_refuses_a_strange_name(store: BlobStore, name: str) -> None:
    for call in (lambda: collect(store, name), lambda: store.exists(name), lambda: store.delete(name)):
        with pytest.raises(ValueError, match="not a SHA-256"):
            await call()


async def test_bytes_are_durable_before_the_name_and_the_name_before_the_return(
    local: BlobStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    leaf = (folder / layout(HASH)).parent
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        steps.append("bytes" if path.suffix == ".part" else f"folder {path.name}")
        fsync(handle)

    def noted_replace(self: Path, target: Path) -> Path:
        steps.append("name")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    await local.put(stream(DATA))
    above = [f"folder {folder.name}", f"folder {leaf.parent.name}"]
    assert steps == ["bytes", *above, "name", f"folder {leaf.name}"]


async def test_a_full_disk_is_the_outside_world(local: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/secret/path")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="blob_store_unavailable") as caught:
        await local.put(DATA)
    assert "/secret/path" not in str(caught.value)
    monkeypatch.undo()
    assert await local.exists(HASH) is False


class Clock:
    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture(params=["local", "memory"])
def aged(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[BlobStore, Clock]:
    clock = Clock()
    url = str(tmp_path / "blobs") if request.param == "local" else f"memory://{secrets.token_hex(8)}/blobs"
    return BlobStore(url, scratch=tmp_path / "scratch", now=clock), clock


async def test_a_sweep_deletes_what_is_old_and_unreferenced(aged: tuple[BlobStore, Clock]) -> None:
    store, clock = aged
    used, unused = await store.put(b"used"), await store.put(b"unused")
    asked: list[str] = []

    def referenced(hashes: list[str]) -> set[str]:
        asked.extend(hashes)
        return {used.sha256} & set(hashes)

    swept = await store.sweep(referenced)
    assert (swept.deleted, swept.referenced, asked) == (0, 0, [])
    clock.moment += timedelta(days=7, seconds=5)
    swept = await store.sweep(referenced)
    assert (swept.deleted, swept.referenced) == (1, 1)
    assert sorted(asked) == sorted([used.sha256, unused.sha256])
    assert await store.exists(used.sha256)
    assert not await store.exists(unused.sha256)


async def test_a_blob_put_again_during_the_sweep_stays(local: BlobStore, folder: Path) -> None:
    info = await local.put(DATA)
    month_ago = (datetime.now(UTC) - timedelta(days=30)).timestamp()
    os.utime(folder / layout(HASH), (month_ago, month_ago))

    def referenced(_hashes: list[str]) -> set[str]:
        local.put_bytes_sync(DATA)
        return set()

    assert (await local.sweep(referenced)).deleted == 0
    assert await collect(local, info.sha256) == DATA


async def test_a_sweep_asks_in_batches(local: BlobStore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loketbus.blobs.store.SWEEP_BATCH", 4)
    for number in range(10):
        await local.put(str(number).encode())
    sizes: list[int] = []

    def referenced(hashes: list[str]) -> set[str]:
        sizes.append(len(hashes))
        return set()

    assert (await local.sweep(referenced, older_than=timedelta(0))).deleted == 10
    assert sizes == [4, 4, 2]


async def test_a_sweep_removes_half_written_files_of_the_dead_alone(local: BlobStore, folder: Path) -> None:
    old, young = folder / "tmp" / "1-a.part", folder / "tmp" / "2-b.part"
    for path in (old, young):
        path.write_bytes(b"half")
    two_days_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(old, (two_days_ago, two_days_ago))
    assert (await local.sweep(lambda hashes: set(hashes))).temporaries == 1
    assert leftovers(folder) == [young]


async def test_a_store_travels_by_pickle(local: BlobStore) -> None:
    twin: BlobStore = pickle.loads(pickle.dumps(local))
    info = twin.put_bytes_sync(DATA)
    assert local.read_sync(info.sha256, max_bytes=len(DATA)) == DATA


def test_the_store_of_the_settings(tmp_path: Path) -> None:
    store = open_store(BusSettings(var=tmp_path))
    info = store.put_bytes_sync(DATA)
    assert (tmp_path / "blobs" / layout(info.sha256)).read_bytes() == DATA


@pytest.mark.parametrize("blobs", [None, "memory://shared/"])
async def test_a_sweep_of_one_service_leaves_the_blobs_of_another(tmp_path: Path, blobs: str | None) -> None:
    settings = BusSettings(var=tmp_path, blobs=blobs)
    mail, documents = open_store(settings, "mail_ingest"), open_store(settings, "documents")
    for store in (mail, documents):
        await store.put(DATA)
    await mail.sweep(lambda _: set(), older_than=timedelta(0))
    assert (await mail.exists(HASH), await documents.exists(HASH)) == (False, True)


@pytest.mark.parametrize("url", ["nonsense://bucket", "hdfs://host/path"])
def test_a_wrong_address_is_one_clear_line(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="LOKETBUS_BLOBS"):
        open_store(BusSettings(var=tmp_path, blobs=url))


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="LOKETBUS_VAR"):
        open_store(BusSettings(var=tmp_path / "file"))
