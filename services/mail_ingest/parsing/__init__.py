"""The mail parser: no Kafka, no SQL; `parse` is pure and never raises, whatever the bytes."""

from services.mail_ingest.parsing.headers import normalise_message_id
from services.mail_ingest.parsing.mail import parse
from services.mail_ingest.parsing.model import Address, Attachment, Automatic, Limits, Oddity, ParsedMail
from services.mail_ingest.parsing.storing import (
    HEADERS_ONLY,
    TEXT_ONLY,
    StoredAttachment,
    StoredMail,
    parse_to_blobs,
)

__all__ = [
    "HEADERS_ONLY",
    "TEXT_ONLY",
    "Address",
    "Attachment",
    "Automatic",
    "Limits",
    "Oddity",
    "ParsedMail",
    "StoredAttachment",
    "StoredMail",
    "normalise_message_id",
    "parse",
    "parse_to_blobs",
]
