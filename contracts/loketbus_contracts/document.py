"""Files on their way to the klantenreis folder (`document.requested.v1`)."""

from __future__ import annotations

from pydantic import Field

from loketbus_contracts.mail import Attachment
from loketbus_contracts.topics import Code, Message, Moment, OpaqueId, Topic


class DocumentRequested(Message):
    """Keep this file with the klantenreis.

    The same `document` with a higher `revision` and another klantenreis means that it belongs there now.
    """

    klantenreis: OpaqueId
    """Where it belongs: the key."""
    dossier: OpaqueId | None = None
    document: OpaqueId
    """The file's id, the same each time that this file is asked for."""
    revision: int = Field(ge=1)
    file: Attachment
    """Its name as the sender gave it, and its bytes: `GET /blobs/{ref}` of `service`."""
    service: Code
    """Who holds the bytes: `mail_ingest`, or a later code."""
    soort: Code | None = None
    """The kind of document (`offerte`, `epc`, ...), when somebody said so."""
    mail: OpaqueId | None = None
    """The mail that it came with (`mail.received.v1`), or"""
    contact: OpaqueId | None = None
    """the contact that it came with (`contact.received.v1`)."""
    received_at: Moment
    actor: OpaqueId | None = None
    """Whose decision it was; absent when software linked the mail."""


DOCUMENT_REQUESTED = Topic(
    name="document.requested.v1",
    model=DocumentRequested,
    key="klantenreis id",
    key_field="klantenreis",
    writers=("crm", "mail_ingest", "econobis_bridge"),
    readers=("documents",),
    summary="Keep a file in the folder of a klantenreis.",
    answered=True,
)
