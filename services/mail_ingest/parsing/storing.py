"""Entry point of the worker process: raw mail in, big bytes to the blob store, small facts back.

Memory does not follow the size of the mail: the raw mail and its attachments are read and written piece by piece.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from loketbus.blobs import BlobInfo, BlobStore
from services.mail_ingest.parsing.mail import parse
from services.mail_ingest.parsing.model import Address, Attachment, Automatic, Limits, MessageFacts, Original
from services.mail_ingest.parsing.source import Source

NEW_TEXT_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAttachment:
    """An attachment whose bytes are blob `sha256`."""

    name: str
    type: str
    size: int
    sha256: str
    inline: bool
    content_id: str | None
    message: MessageFacts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """A `ParsedMail` whose big parts are blobs; the fields mean the same."""

    raw: BlobInfo
    message_id: str | None
    date: datetime | None
    from_: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: BlobInfo
    """Whole plain text, UTF-8."""
    new_text: str
    """The sender's own words, at most 16 kB of UTF-8."""
    new_text_cut: bool
    html: BlobInfo | None
    """Safe HTML, UTF-8."""
    attachments: tuple[StoredAttachment, ...]
    automatic: Automatic | None
    in_reply_to: str | None
    references: tuple[str, ...]
    thread_index: str | None
    content_hash: str
    warnings: tuple[str, ...]
    original: Original | None
    """Its text at most 16 kB of UTF-8, as `new_text`."""


def parse_to_blobs(source: bytes | Path, store: BlobStore, limits: Limits | None = None) -> StoredMail:
    """Parse a raw mail and store it with its bodies and attachments; every blob is durable on return.

    Raises:
        Unavailable: the blob store is away or full.
        OSError: `source` cannot be read.
    """
    if isinstance(source, bytes):
        return _store_all(Source.of(source), store, limits)
    with source.open("rb") as file:
        return _store_all(Source(file), store, limits)


def _store_all(raw: Source, store: BlobStore, limits: Limits | None) -> StoredMail:
    mail = parse(raw, limits)
    new_text = cut(mail.new_text)
    return StoredMail(
        raw=store.put_chunks_sync(raw.chunks()),
        message_id=mail.message_id,
        date=mail.date,
        from_=mail.from_,
        reply_to=mail.reply_to,
        to=mail.to,
        cc=mail.cc,
        subject=mail.subject,
        text=store.put_bytes_sync(mail.text.encode()),
        new_text=new_text,
        new_text_cut=len(new_text) < len(mail.new_text),
        html=store.put_bytes_sync(mail.html.encode()) if mail.html is not None else None,
        attachments=tuple(_store(attachment, store) for attachment in mail.attachments),
        automatic=mail.automatic,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        thread_index=mail.thread_index,
        content_hash=mail.content_hash,
        warnings=mail.warnings,
        original=_cut_original(mail.original),
    )


def _store(attachment: Attachment, store: BlobStore) -> StoredAttachment:
    blob = store.put_chunks_sync(attachment.chunks())
    return StoredAttachment(
        name=attachment.name,
        type=attachment.type,
        size=blob.size,
        sha256=blob.sha256,
        inline=attachment.inline,
        content_id=attachment.content_id,
        message=attachment.message,
    )


def _cut_original(original: Original | None) -> Original | None:
    if original is None:
        return None
    return replace(original, text=cut(original.text), behind=_cut_original(original.behind))


def cut(text: str) -> str:
    """At most 16 kB of UTF-8, whole characters."""
    return text.encode()[:NEW_TEXT_BYTES].decode("utf-8", "ignore")
