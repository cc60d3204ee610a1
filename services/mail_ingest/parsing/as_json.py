"""A mail as `loketbus mail parse` prints it: plain values only."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from services.mail_ingest.parsing.mail import parse
from services.mail_ingest.parsing.model import Address, Attachment, Limits, MessageFacts, Original, ParsedMail
from services.mail_ingest.parsing.source import Source

Fields = dict[str, Any]


def read_as_json(source: Path | bytes, name: str, max_bytes: int, limits: Limits | None) -> Fields:
    """Parse a file, or bytes that were read already; entry point of the worker process.

    A file that is no mail at all still gives an object; one that cannot be read gives `file` and `quarantined`.
    """
    if isinstance(source, bytes):
        return _parsed(Source.of(source), name, max_bytes, limits)
    try:
        with source.open("rb") as file:
            return _parsed(Source(file), name, max_bytes, limits)
    except OSError as error:
        return quarantined(name, why_not(error))


def quarantined(name: str, reason: str) -> Fields:
    """What stands for a mail that cannot be read."""
    return {"file": name, "quarantined": reason}


def why_not(error: OSError) -> str:
    """The reason of a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return "file_missing"
    return "not_a_file" if isinstance(error, IsADirectoryError) else "file_unreadable"


def why_not_read(mode: int) -> str | None:
    """The reason of something that is no file, by its `st_mode`; a pipe may be read."""
    return "not_a_file" if stat.S_ISDIR(mode) or stat.S_ISSOCK(mode) or stat.S_ISBLK(mode) else None


def _parsed(source: Source, name: str, max_bytes: int, limits: Limits | None) -> Fields:
    return quarantined(name, "too_large") if source.size > max_bytes else as_json(name, parse(source, limits))


def as_json(name: str, mail: ParsedMail) -> Fields:
    """The fields of a parsed mail."""
    return {
        "file": name,
        "message_id": mail.message_id,
        "date": mail.date and mail.date.isoformat(),
        "from": _address(mail.from_),
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "reply_to": [_address(one) for one in mail.reply_to],
        "subject": mail.subject,
        "text": mail.text,
        "new_text": mail.new_text,
        "html": mail.html,
        "attachments": [_attachment(one) for one in mail.attachments],
        "automatic": mail.automatic,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "thread_index": mail.thread_index,
        "original": _original(mail.original),
        "content_hash": mail.content_hash,
        "warnings": list(mail.warnings),
    }


def _address(address: Address | None) -> Fields | None:
    return None if address is None else {"name": address.name, "email": address.email}


def _attachment(attachment: Attachment) -> Fields:
    return {
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "inline": attachment.inline,
        "message": _facts(attachment.message),
    }


def _facts(facts: MessageFacts | Original | None) -> Fields | None:
    if facts is None:
        return None
    return {
        "subject": facts.subject,
        "from": _address(facts.from_),
        "date": facts.date and facts.date.isoformat(),
        "message_id": facts.message_id,
    }


def _original(original: Original | None) -> Fields | None:
    facts = _facts(original)
    if original is None or facts is None:
        return None
    return facts | {"evidence": original.evidence, "text": original.text, "behind": _original(original.behind)}
