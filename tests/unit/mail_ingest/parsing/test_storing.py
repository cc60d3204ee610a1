from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest

from loketbus.blobs import BlobStore
from services.mail_ingest.parsing import parse, parse_to_blobs
from tests.unit.mail_ingest.parsing.mails import file, multipart, part, text

RAW = multipart(
    "mixed",
    part("<p>Dag één</p>", "Content-Type: text/html; charset=utf-8"),
    file(b"%PDF\xff", "Content-Type: application/pdf", 'Content-Disposition: attachment; filename="a.pdf"'),
)


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(str(tmp_path / "blobs"))


def test_everything_big_is_a_blob(store: BlobStore) -> None:
    stored = parse_to_blobs(RAW, store)
    assert stored.html is not None
    whole = [stored.raw, stored.text, stored.html]
    hashes = [(one.sha256, one.size) for one in whole] + [(one.sha256, one.size) for one in stored.attachments]
    read = [store.read_sync(sha256, max_bytes=size) for sha256, size in hashes]
    assert read == [RAW, "Dag één".encode(), "<p>Dag één</p>".encode(), b"%PDF\xff"]


def test_small_facts_are_those_of_parse(store: BlobStore, tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(RAW)
    stored, parsed = parse_to_blobs(path, store), parse(RAW)
    same = ("message_id", "date", "from_", "to", "subject", "references", "automatic", "content_hash", "warnings")
    assert all(getattr(stored, name) == getattr(parsed, name) for name in same)
    assert not stored.new_text_cut
    assert stored.attachments[0].sha256 == hashlib.sha256(b"%PDF\xff").hexdigest()


@pytest.mark.parametrize("letter", ["x", "é", "€", "𝄞"])
def test_own_words_are_cut_between_characters(store: BlobStore, letter: str) -> None:
    stored = parse_to_blobs(text("a" + letter * 16_384), store)
    assert stored.new_text_cut
    assert 16_384 - 4 < len(stored.new_text.encode()) <= 16_384
    assert set(stored.new_text) == {"a", letter}


def test_the_result_is_small(store: BlobStore) -> None:
    big = multipart("mixed", part("x" * 500_000, "Content-Type: text/plain"), file(b"y" * 500_000, "Content-Type: a/b"))
    assert len(pickle.dumps(parse_to_blobs(big, store))) < 20_000


def test_whose_mail_was_forwarded_and_what_is_attached_are_small_facts_too(store: BlobStore) -> None:
    block = "Van: An <an@x.example>\nVerzonden: maandag 2 november 2026 10:15\nAan: B\nOnderwerp: FW: Dak\n\n"
    attached = part("From: jan@x.example\r\nSubject: Oud\r\n\r\nx", "Content-Type: message/rfc822")
    words = part(f"{block * 2}{'x' * 30_000}", "Content-Type: text/plain")
    stored = parse_to_blobs(multipart("mixed", words, attached, head=("Subject: FW: Dak",)), store)
    assert stored.original is not None
    assert stored.original.behind is not None
    assert (stored.original.from_.email, len(stored.original.text)) == ("an@x.example", 16_384)
    assert len(stored.original.behind.text) == 16_384
    assert stored.attachments[0].message is not None
    assert stored.attachments[0].message.subject == "Oud"
