"""`parse`: any bytes in, a `ParsedMail` out; what could not be read becomes a warning, never an exception."""

from __future__ import annotations

import hashlib

from services.mail_ingest.parsing import quotes
from services.mail_ingest.parsing.automatic import classify
from services.mail_ingest.parsing.body import Block, Body, cited_content_ids
from services.mail_ingest.parsing.charset import clean, decode
from services.mail_ingest.parsing.headers import (
    Headers,
    normalise_message_id,
    read_addresses,
    read_date,
    read_references,
    read_subject,
    read_thread_index,
)
from services.mail_ingest.parsing.identity import content_hash
from services.mail_ingest.parsing.model import Limits, Notes, Oddity, ParsedMail
from services.mail_ingest.parsing.safe_html import from_text, tidy, to_safe
from services.mail_ingest.parsing.tree import read_tree

_LAST_RESORT_BYTES = 65_536


def parse(raw: bytes, limits: Limits | None = None) -> ParsedMail:
    """Parse one mail. Pure; runs in a worker process because hostile HTML can still cost seconds."""
    notes = Notes()
    limits = limits or Limits()
    try:
        return _parse(raw, limits, notes)
    except Exception:  # the promise to the mailbox: no bytes stop it; the warning makes the defect visible
        notes.add(Oddity.UNPARSABLE)
        return _last_resort(raw, notes)


def _parse(raw: bytes, limits: Limits, notes: Notes) -> ParsedMail:
    root = read_tree(raw, limits, notes)
    headers = Headers(root)
    body = Body(notes).walk(root)
    text, html = _render(body.blocks, limits, notes)
    senders, to, cc = (read_addresses(headers.all(name), limits, notes) for name in ("from", "to", "cc"))
    message_id = normalise_message_id(headers.first("message-id"))
    date, subject = read_date(headers, notes), read_subject(headers, notes)
    cited = cited_content_ids("".join(block.html or "" for block in body.blocks))
    sender = senders[0] if senders else None
    automatic = classify(root, headers, sender, notes)
    _note_absences(headers, notes, message_id=message_id, sender=sender is not None)
    return ParsedMail(
        message_id=message_id,
        date=date,
        from_=sender,
        reply_to=read_addresses(headers.all("reply-to"), limits, notes),
        to=to,
        cc=cc,
        subject=subject,
        text=text,
        new_text=quotes.own_words(text),
        html=html,
        attachments=tuple(leaf.attachment(cited) for leaf in body.leaves),
        automatic=automatic,
        in_reply_to=normalise_message_id(headers.first("in-reply-to")),
        references=read_references(headers, limits, notes),
        thread_index=read_thread_index(headers),
        content_hash=content_hash(
            message_id=message_id,
            date=date,
            people=(senders, to, cc),
            subject=subject,
            bodies=(b"\n".join(source) for source in body.sources.values()),
            attachments=(leaf.digest for leaf in body.leaves),
        ),
        warnings=notes.codes(),
    )


def _note_absences(headers: Headers, notes: Notes, *, message_id: str | None, sender: bool) -> None:
    if message_id is None:
        notes.add(Oddity.MESSAGE_ID_MISSING)
    if not sender:
        notes.add(Oddity.FROM_MISSING)
    if headers.repeated():
        notes.add(Oddity.HEADER_REPEATED)


def _render(blocks: list[Block], limits: Limits, notes: Notes) -> tuple[str, str | None]:
    """Plain text and safe HTML of all blocks, in order."""
    texts, pages, has_html = [], [], any(block.html for block in blocks)
    for block in blocks:
        safe, from_html = to_safe(block.html, limits, notes) if block.html else (None, "")
        plain = tidy(clean((block.plain or "")[: 2 * limits.text_chars], notes))
        texts.append(plain if plain.strip() else tidy(clean(from_html)))
        pages.append(safe if safe is not None else from_text(texts[-1][: limits.text_chars]))
    text = "\n\n".join(text for text in texts if text)
    if len(text) > limits.text_chars:
        notes.add(Oddity.TEXT_CUT)
        text = text[: limits.text_chars]
    return text, "\n".join(pages) if has_html else None


def _last_resort(raw: bytes, notes: Notes) -> ParsedMail:
    """What is left when our own code failed: the bytes as text, and an identity of exactly these bytes."""
    text = tidy(clean(decode(raw[:_LAST_RESORT_BYTES], None, notes).text))
    return ParsedMail(
        message_id=None,
        date=None,
        from_=None,
        reply_to=(),
        to=(),
        cc=(),
        subject="",
        text=text,
        new_text=text,
        html=None,
        attachments=(),
        automatic=None,
        in_reply_to=None,
        references=(),
        thread_index=None,
        content_hash=hashlib.sha256(raw).hexdigest(),
        warnings=notes.codes(),
    )
