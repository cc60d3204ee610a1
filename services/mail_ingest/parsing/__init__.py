"""The mail parser: no Kafka, no SQL; `parse` is pure and never raises, whatever the bytes."""

from typing import TYPE_CHECKING, Any

from services.mail_ingest.parsing.headers import normalise_message_id
from services.mail_ingest.parsing.mail import parse
from services.mail_ingest.parsing.model import (
    HEADERS_ONLY,
    TEXT_ONLY,
    Address,
    Attachment,
    Automatic,
    Limits,
    MessageFacts,
    Oddity,
    Original,
    ParsedMail,
)

if TYPE_CHECKING:
    from services.mail_ingest.parsing.storing import StoredAttachment, StoredMail, parse_to_blobs

__all__ = [
    "HEADERS_ONLY",
    "TEXT_ONLY",
    "Address",
    "Attachment",
    "Automatic",
    "Limits",
    "MessageFacts",
    "Oddity",
    "Original",
    "ParsedMail",
    "StoredAttachment",
    "StoredMail",
    "normalise_message_id",
    "parse",
    "parse_to_blobs",
]


def __getattr__(name: str) -> Any:
    # The blob store takes longer to load than the whole parser, and `loketbus mail parse` stores nothing.
    if name in ("StoredAttachment", "StoredMail", "parse_to_blobs"):
        from services.mail_ingest.parsing import storing

        return getattr(storing, name)
    raise AttributeError(name)
