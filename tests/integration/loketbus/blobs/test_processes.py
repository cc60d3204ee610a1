"""Blobs under SIGKILL, in bounded memory, and from a worker process."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from loketbus.blobs import BlobStore
from loketbus.blobs.places import layout
from loketbus.workers import WorkerPool

MEGABYTE = 1024 * 1024

DIES_HALFWAY = """
import asyncio, os, signal, sys
from loketbus.blobs import BlobStore, files, places

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def halves():
    yield b"x" * 1_000_000
    if sys.argv[2] == "streaming":
        die()
    yield b"y" * 1_000_000

if sys.argv[2] == "before fsync":
    files.os.fsync = die
if sys.argv[2] == "before rename":
    places.LocalPlace.publish = die
if sys.argv[2] == "after rename":
    places._sync_folder = lambda folder: die() if len(folder.name) == 2 and any(folder.glob("?" * 64)) else None

asyncio.run(BlobStore(sys.argv[1]).put(halves()))
"""
WHOLE = b"x" * 1_000_000 + b"y" * 1_000_000


@pytest.mark.parametrize(
    ("point", "visible"),
    [("streaming", False), ("before fsync", False), ("before rename", False), ("after rename", True)],
)
def test_a_writer_that_is_killed_shows_all_or_nothing(tmp_path: Path, point: str, visible: bool) -> None:
    done = subprocess.run([sys.executable, "-c", DIES_HALFWAY, str(tmp_path), point], check=False)
    assert done.returncode == -signal.SIGKILL
    named = [path for path in tmp_path.rglob("*") if len(path.name) == 64]
    assert named == ([tmp_path / layout(hashlib.sha256(WHOLE).hexdigest())] if visible else [])
    assert all(path.read_bytes() == WHOLE for path in named)
    assert BlobStore(str(tmp_path)).put_bytes_sync(WHOLE).size == len(WHOLE)


STREAMS = """
import asyncio, resource, sys
from loketbus.blobs import BlobStore

def rss():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

async def stream(megabytes):
    for number in range(megabytes):
        yield number.to_bytes(4, "big") * (1024 * 256)

async def main():
    store = BlobStore(sys.argv[1])
    await store.put(stream(1))
    before = rss()
    info = await store.put(stream(100))
    size = 0
    async for chunk in store.chunks(info.sha256):
        size += len(chunk)
    print(info.size, size, rss() - before)

asyncio.run(main())
"""


def test_a_hundred_megabytes_stream_in_bounded_memory(tmp_path: Path) -> None:
    out = subprocess.run([sys.executable, "-c", STREAMS, str(tmp_path)], check=True, capture_output=True, text=True)
    put, read, grown = (int(number) for number in out.stdout.split())
    assert (put, read) == (100 * MEGABYTE, 100 * MEGABYTE)
    assert grown < 16 * MEGABYTE


def store_in_worker(store: BlobStore, data: bytes) -> str:
    return store.put_bytes_sync(data).sha256


async def test_a_worker_writes_a_blob_that_its_parent_reads(tmp_path: Path) -> None:
    store = BlobStore(str(tmp_path))
    async with WorkerPool("parse") as pool:
        sha256 = await pool.run(store_in_worker, store, b"from a child", timeout_seconds=30)
    assert await store.read(sha256, max_bytes=100) == b"from a child"
