"""Pure rules of the inbox: who a mail is, which conversation it belongs to, what it replies to. No I/O."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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


def conversation_id(mailbox: str, root: str) -> str:
    """The conversation that starts at the mail with this Message-ID (or, without one, this mail id)."""
    return str(uuid.uuid5(NAMESPACE, f"conversation|{mailbox}|{root}"))


def root_of(message_id: str | None, in_reply_to: str | None, references: Sequence[str], mail: str) -> str:
    """The mail that a conversation hangs on when none of its mails is known yet.

    References list the thread oldest first (RFC 5322, 3.6.4), so every mail of a thread names the same root, in
    whatever order they arrive.
    """
    return next(iter(references), None) or in_reply_to or message_id or mail


@dataclass(frozen=True, slots=True)
class Parent:
    """A mail that another may reply to, and which rule says so."""

    message_id: str
    method: str


@dataclass(frozen=True, slots=True)
class Known:
    """A mail that we know by its Message-ID: one of ours in the ledger, or one that went out."""

    message_id: str
    conversation: str
    klantenreis: str | None
    dossier: str | None


@dataclass(frozen=True, slots=True)
class Linked:
    """A decision that a mail belongs to a klantenreis, with its grounds."""

    klantenreis: str
    dossier: str | None
    method: str
    evidence: str


def parents(in_reply_to: str | None, references: Sequence[str]) -> list[Parent]:
    """What a mail may reply to, in the order of the linking rules: In-Reply-To, then References from new to old."""
    ordered = [(in_reply_to, "in_reply_to")] if in_reply_to else []
    ordered += [(reference, "references") for reference in reversed(references)]
    first: dict[str, str] = {}
    for message_id, method in ordered:
        first.setdefault(message_id, method)
    return [Parent(message_id, method) for message_id, method in first.items()]


def link(candidates: Iterable[Parent], known: Mapping[str, Known]) -> Linked | None:
    """Rules 1 and 2 of linking: the first candidate with a klantenreis decides."""
    for candidate in candidates:
        parent = known.get(candidate.message_id)
        if parent is not None and parent.klantenreis is not None:
            return Linked(parent.klantenreis, parent.dossier, candidate.method, candidate.message_id)
    return None


def conversation(candidates: Iterable[Parent], known: Mapping[str, Known]) -> str | None:
    """The conversation of the nearest mail that we know, or None."""
    return next((known[one.message_id].conversation for one in candidates if one.message_id in known), None)
