"""What an attached mail says of itself, read from its headers alone."""

from __future__ import annotations

from collections.abc import Iterable

from services.mail_ingest.parsing.headers import (
    Headers,
    normalise_message_id,
    read_addresses,
    read_date,
    read_subject,
)
from services.mail_ingest.parsing.model import Limits, MessageFacts, Notes
from services.mail_ingest.parsing.tree import read_tree

HEAD_BYTES = 65_536


def first_bytes(chunks: Iterable[bytes]) -> bytes:
    """Enough of a mail for `read_facts`."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    return head


def read_facts(message: bytes | memoryview) -> MessageFacts | None:
    """Facts of a mail inside a mail; None when it names neither sender nor subject. What is odd in it is its own."""
    notes, limits = Notes(), Limits(parts=0)
    headers = Headers(read_tree(bytes(message[:HEAD_BYTES]), limits, notes))
    senders = read_addresses(headers.all("from"), limits, notes)
    subject = read_subject(headers, notes)
    if not senders and not subject:
        return None
    return MessageFacts(
        subject=subject,
        from_=senders[0] if senders else None,
        date=read_date(headers, notes),
        message_id=normalise_message_id(headers.first("message-id")),
    )
