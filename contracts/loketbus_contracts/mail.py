"""Mail that came in (`mail.received.v1`) and mail that went out (`mail.sent.v1`)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from loketbus_contracts.topics import Code, Message, Moment, OpaqueId, Topic

OWN_TEXT_MAX_BYTES = 16 * 1024


def _within_own_text_limit(text: str) -> str:
    size = len(text.encode())
    if size > OWN_TEXT_MAX_BYTES:
        raise ValueError(f"{size} bytes of UTF-8, at most {OWN_TEXT_MAX_BYTES} travel inline")
    return text


OwnText = Annotated[str, Field(max_length=OWN_TEXT_MAX_BYTES), AfterValidator(_within_own_text_limit)]
"""What a person wrote, at most 16 kB of UTF-8; the whole is a blob."""


class Automatic(StrEnum):
    """Known values of the open code `automatic`; mail that a person wrote has none."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"


class MailAddress(Message):
    """One address as it stood in the header; `address` may be malformed, it is not checked."""

    address: str
    name: str | None = None


class BlobRef(Message):
    """Bytes that do not travel: `GET /blobs/{ref}` (your role is checked; knowing a hash is no permission)."""

    ref: OpaqueId
    size: int = Field(ge=0)
    """Bytes."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    media_type: str


class Attachment(BlobRef):
    """One attachment of a mail or a contact."""

    name: str
    """File name as the sender gave it: never use it as a path."""
    inline: bool = False
    """Shown inside the text (a logo, a pasted photo) rather than attached to it."""


class Original(Message):
    """The mail that a colleague forwarded to the shared mailbox, as its text or attachment shows it."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    from_: MailAddress | None = Field(default=None, alias="from")
    sent_at: Moment | None = None
    subject: str | None = None
    message_id: str | None = None


class MailReceived(Message):
    """One mail, parsed. Whether it belongs to a dossier stands in `queue.item.v1`: that can change, a mail cannot."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    mail: OpaqueId
    """The mail's id on the bus."""
    conversation: OpaqueId
    """The conversation that it belongs to, as far as the headers tell: the key."""
    mailbox: OpaqueId
    """Which mailbox it came from (an id, not its address)."""
    received_at: Moment
    """When the mailbox took it in."""
    sent_at: Moment | None = None
    """The sender's own claim (`Date`); absent when missing or unreadable."""
    message_id: str | None = None
    """RFC 5322 Message-ID with its angle brackets; absent when the mail has none."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Message-IDs, oldest first."""
    thread_index: str | None = None
    """Outlook's `Thread-Index` header as received (base64)."""
    from_: MailAddress | None = Field(default=None, alias="from")
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    reply_to: tuple[MailAddress, ...] = ()
    subject: str | None = None
    new_text: OwnText = ""
    """The sender's own new words: without quoted history, at most 16 kB. Of a colleague's forward (`original`), the
    citizen's words after the colleague's."""
    truncated: bool = False
    """`new_text` was cut at the limit; `body` has all of it."""
    body: BlobRef | None = None
    """The whole text as plain text."""
    html: BlobRef | None = None
    """The HTML, made safe to show (no script, no remote image); as received it stands in `raw`."""
    raw: BlobRef
    """The mail as received (message/rfc822)."""
    attachments: tuple[Attachment, ...] = ()
    original: Original | None = None
    """The citizen's mail behind a colleague's forward; absent for a mail that came directly."""
    automatic: Code | None = None
    """`auto_reply`, `bounce`, `list`, or a later code; absent for a person's mail. Automatic mail opens no work."""
    warnings: tuple[Code, ...] = ()
    """What was wrong with it and repaired or left out: `date_invalid`, `charset_repaired`, ..., or a later code."""


class MailSent(Message):
    """A mail that left, so that the replies to it find their dossier."""

    conversation: OpaqueId
    """The conversation of the mail that it answers; for a first mail a new id of the sender's own making: the key."""
    message_id: str
    """RFC 5322 Message-ID with its angle brackets, as it left."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    thread_index: str | None = None
    """Outlook's `Thread-Index` header as sent (base64)."""
    mailbox: OpaqueId | None = None
    """The mailbox whose Sent items held it, when mail_ingest found it there."""
    klantenreis: OpaqueId | None = None
    """Absent when somebody answered from Outlook before the question was linked."""
    dossier: OpaqueId | None = None
    actor: OpaqueId | None = None
    """Who sent it, when known."""
    sent_at: Moment


MAIL_RECEIVED = Topic(
    name="mail.received.v1",
    model=MailReceived,
    key="conversation id",
    key_field="conversation",
    writers=("mail_ingest",),
    readers=("crm", "kbo", "address"),
    summary="One mail from a shared mailbox, parsed; body and attachments by reference, the sender's own words inline.",
    minor=1,
)
MAIL_SENT = Topic(
    name="mail.sent.v1",
    model=MailSent,
    key="conversation id",
    key_field="conversation",
    writers=("crm", "mail_ingest"),
    readers=("mail_ingest",),
    summary="Message-ID and dossier of an outgoing mail, so that replies to it are linked.",
)
