"""Parsing in the killable process that the service uses."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from random import Random

import pytest

from loketbus.blobs import BlobStore
from loketbus.workers import WorkerPool, WorkerTimeout
from services.mail_ingest.parsing import HEADERS_ONLY, TEXT_ONLY, Oddity, parse, parse_to_blobs
from tests.support.ews import eml

GROWTH_MB = 60
DEADLINE_SECONDS = 30
HEAD = b"From: an@burger.example\r\nSubject: groot\r\nDate: Mon, 2 Nov 2026 10:15:00 +0100\r\nMessage-ID: <g@x>\r\n"
TEXT = b"Content-Type: text/%b; charset=utf-8\r\n\r\n"
FILE = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
SIZE = 50_000_000


async def test_a_mail_goes_in_and_blobs_and_facts_come_out(tmp_path: Path) -> None:
    store, raw = BlobStore(str(tmp_path / "blobs")), eml(1, attachments={"a.pdf": b"%PDF"})
    path = tmp_path / "mail.eml"
    path.write_bytes(raw)
    async with WorkerPool("parse") as pool:
        stored = await pool.run(parse_to_blobs, path, store, timeout_seconds=30)
    assert stored.content_hash == parse(raw).content_hash
    assert await store.read(stored.raw.sha256, max_bytes=stored.raw.size) == raw
    assert await store.read(stored.attachments[0].sha256, max_bytes=100) == b"%PDF"


async def test_a_second_and_third_try_still_say_who_the_mail_is_from(tmp_path: Path) -> None:
    store, raw = BlobStore(str(tmp_path / "blobs")), eml(1, attachments={"a.pdf": b"%PDF"})
    async with WorkerPool("parse") as pool:
        second = await pool.run(parse_to_blobs, raw, store, TEXT_ONLY, timeout_seconds=30)
        third = await pool.run(parse_to_blobs, raw, store, HEADERS_ONLY, timeout_seconds=30)
    assert second.content_hash == parse(raw).content_hash
    assert (third.message_id, third.subject, third.from_) == (second.message_id, second.subject, second.from_)
    assert Oddity.STRUCTURE_REFUSED in third.warnings


async def test_the_deadline_kills(tmp_path: Path) -> None:
    store = BlobStore(str(tmp_path / "blobs"))
    async with WorkerPool("parse") as pool:
        await pool.run(parse_to_blobs, eml(1), store, timeout_seconds=30)
        with pytest.raises(WorkerTimeout):
            await pool.run(parse_to_blobs, b"Subject: x\n\n" + b"Van: a\n" * 2_000_000, store, timeout_seconds=0.001)
        assert (await pool.run(parse_to_blobs, eml(2), store, timeout_seconds=30)).subject == "Vraag 2 over isolatie"


def peak_mb() -> float:
    """The most memory that this process had since `forget_peak`; runs in the worker."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def forget_peak() -> float:
    """Returns what it has now, in MB; runs in the worker."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_mb()


def two_files(size: int) -> bytes:
    """A mail of `size` bytes: a short text and two equally large attachments in base64."""
    lines = base64.encodebytes(Random(1).randbytes(57_000)).replace(b"\n", b"\r\n")
    content = FILE + lines * (size // 2 // len(lines)) + b"\r\n"
    body = b"".join(b"--g\r\n" + part for part in (TEXT % b"plain" + b"Zie bijlage.\r\n", content, content))
    return HEAD + b"Content-Type: multipart/mixed; boundary=g\r\n\r\n" + body + b"--g--\r\n"


def long_text(kind: bytes, line: bytes, size: int, encoding: bytes = b"8bit") -> bytes:
    """A mail that is one text of `size` bytes."""
    return HEAD + b"Content-Transfer-Encoding: " + encoding + b"\r\n" + TEXT % kind + line * (size // len(line))


LARGE = {
    "attachments": lambda: two_files(SIZE),
    "an attached mail": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: message/rfc822\r\n\r\n"
        + two_files(SIZE) + b"--m--\r\n"
    ),
    "text": lambda: long_text(b"plain", "Dag één twee drie vier vijf\r\n".encode(), SIZE),
    "quoted-printable": lambda: long_text(b"plain", b"Dag =C3=A9=C3=A9n twee drie=\r\n", SIZE, b"quoted-printable"),
    "html": lambda: long_text(b"html", b"<p>Dag een <b>twee</b></p>\r\n", SIZE),
}  # fmt: skip


@pytest.mark.skipif(not os.path.exists("/proc/self/clear_refs"), reason="Linux only: the peak of a process is read")
@pytest.mark.parametrize("kind", LARGE)
async def test_memory_does_not_follow_the_size_of_a_mail(kind: str, tmp_path: Path) -> None:
    store, path = BlobStore(str(tmp_path / "blobs")), tmp_path / "mail.eml"
    path.write_bytes(LARGE[kind]())
    async with WorkerPool("parse") as pool:
        await pool.run(parse_to_blobs, eml(1, attachments={"a.pdf": b"%PDF"}), store, timeout_seconds=DEADLINE_SECONDS)
        before = await pool.run(forget_peak, timeout_seconds=DEADLINE_SECONDS)
        stored = await pool.run(parse_to_blobs, path, store, timeout_seconds=DEADLINE_SECONDS)
        growth = await pool.run(peak_mb, timeout_seconds=DEADLINE_SECONDS) - before
    assert growth <= GROWTH_MB
    assert stored.raw.size == path.stat().st_size
    assert sum(attachment.size for attachment in stored.attachments) > SIZE // 2


SLOW = {
    "one line": long_text(b"plain", b"x", 1_000_000),
    "words in one line": long_text(b"plain", b"Op dinsdag schreef ", 1_000_000),
    "elements that never end": long_text(b"html", b"<div>", 1_000_000),
    "ends of elements": long_text(b"html", b"</div>", 1_200_000),
    "quoted lines": long_text(b"plain", b"> a\r\n", 1_000_000),
    "lines with two hyphens": long_text(b"plain", b"--\r\n", 1_000_000),
}


@pytest.mark.parametrize("kind", SLOW)
async def test_what_is_slow_for_others_ends_in_the_first_try(kind: str, tmp_path: Path) -> None:
    async with WorkerPool("parse") as pool:
        stored = await pool.run(parse_to_blobs, SLOW[kind], BlobStore(str(tmp_path)), timeout_seconds=DEADLINE_SECONDS)
    assert stored.subject == "groot"
