"""Who a mail, an item, a place, a document is: ids that come out the same whatever adapter brought it, and when."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

NAMESPACE = uuid.UUID("5f1e7f9e-6d1b-4d0f-9a30-0f1f1c6b3c11")


def mailbox_id(address: str) -> str:
    """The opaque id of a mailbox: its address must not stand in keys and subjects."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:16]


def mail_id(mailbox: str, message_id: str | None, content_hash: str) -> str:
    """Who this mail is, whatever adapter brought it: same Message-ID with other content is another mail.

    `mailbox` is an opaque id; `content_hash` as in `parsing.identity`.
    """
    return str(uuid.uuid5(NAMESPACE, "|".join(("mail", mailbox, message_id or "", content_hash))))


def place_id(mailbox: str, provider_id: str) -> str:
    """A place in the mailbox, as an id that may stand in keys."""
    return str(uuid.uuid5(NAMESPACE, f"place|{mailbox}|{provider_id}"))


def item_id(mail: str) -> str:
    """The queue item of a mail."""
    return str(uuid.uuid5(NAMESPACE, f"item|{mail}"))


def contact_item_id(contact: str) -> str:
    """The queue item of a question that did not come by mail."""
    return str(uuid.uuid5(NAMESPACE, f"contact-item|{contact}"))


def document_id(owner: str, ref: str) -> str:
    """A file of a mail or a contact (`owner`), whatever klantenreis it belongs to."""
    return str(uuid.uuid5(NAMESPACE, f"document|{owner}|{ref}"))


def conversation_id(mailbox: str, root: str) -> str:
    """The conversation that starts at the mail with this Message-ID (or, without one, this mail id)."""
    return str(uuid.uuid5(NAMESPACE, f"conversation|{mailbox}|{root}"))


def root_of(message_id: str | None, in_reply_to: str | None, references: Sequence[str], mail: str) -> str:
    """The mail that a conversation hangs on when none of its mails is known yet.

    References list the thread oldest first (RFC 5322, 3.6.4), so every mail of a thread names the same root, in
    whatever order they arrive.
    """
    return next(iter(references), None) or in_reply_to or message_id or mail
