"""Parsed mails for tests of mail_ingest, without parsing and without a blob store."""

from __future__ import annotations

import hashlib
from typing import Any

from loketbus.blobs import BlobInfo
from services.mail_ingest.parsing import Address, StoredAttachment, StoredMail

CITIZEN, DESK = "jan.peeters@burger.example", "energieloket@stad.example"


def blob(text: str) -> BlobInfo:
    """What a put of this text would have returned."""
    return BlobInfo(hashlib.sha256(text.encode()).hexdigest(), len(text.encode()))


def stored(name: str, *, replies_to: str | None = None, references: tuple[str, ...] = (), **changes: Any) -> StoredMail:
    """The mail `<name>`; its content follows from the name."""
    values: dict[str, Any] = {
        "raw": blob(f"raw {name}"),
        "message_id": f"<{name}>",
        "date": None,
        "from_": Address("Jan Peeters", CITIZEN),
        "reply_to": (),
        "to": (Address("", DESK),),
        "cc": (),
        "subject": f"Vraag {name}",
        "text": blob(f"text {name}"),
        "new_text": f"Dit is vraag {name}.",
        "new_text_cut": False,
        "html": None,
        "attachments": (),
        "automatic": None,
        "in_reply_to": replies_to,
        "references": references,
        "thread_index": None,
        "content_hash": blob(f"content {name}").sha256,
        "warnings": (),
        "original": None,
    }
    return StoredMail(**values | changes)


def attachment(name: str, *, inline: bool = False) -> StoredAttachment:
    """A PDF whose content follows from its name."""
    info = blob(f"attachment {name}")
    return StoredAttachment(
        name=name,
        type="application/pdf",
        size=info.size,
        sha256=info.sha256,
        inline=inline,
        content_id=None,
        message=None,
    )
