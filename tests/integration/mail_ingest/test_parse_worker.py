"""Parsing in the killable process that the service uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from loketbus.blobs import BlobStore
from loketbus.workers import WorkerPool, WorkerTimeout
from services.mail_ingest.parsing import HEADERS_ONLY, TEXT_ONLY, Oddity, parse, parse_to_blobs
from tests.support.ews import eml


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
