"""Mails in Sent items: what somebody answered from Outlook, so that replies to it find their way."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from loketbus_contracts import MAIL_SENT, MailSent

from loketbus.blob_refs import release
from loketbus.ledger.tx import Cause, Tx
from services.mail_ingest import domain, mails
from services.mail_ingest.domain import Parent
from services.mail_ingest.domain.clues import thread_key
from services.mail_ingest.parsing import HEADERS_ONLY, parse
from services.mail_ingest.sent import OUTLOOK, record_sent
from services.mail_ingest.store import mails as rows
from services.mail_ingest.store import places
from services.mail_ingest.store import sent as went
from services.mail_ingest.store.places import Place

HEADER_BYTES_MAX = 1024 * 1024
"""More than that are no headers; the body of what the desk sent is not ours to keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentHeaders:
    """What the headers of a sent mail say; fields as in `ParsedMail`."""

    message_id: str | None
    date: datetime | None
    in_reply_to: str | None
    references: tuple[str, ...]
    thread_index: str | None
    automatic: str | None
    content_hash: str


def read_headers(path: Path) -> SentHeaders:
    """Entry point in the parser's process."""
    with path.open("rb") as file:
        mail = parse(file.read(HEADER_BYTES_MAX), HEADERS_ONLY)
    return SentHeaders(
        message_id=mail.message_id,
        date=mail.date,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        thread_index=mail.thread_index,
        automatic=mail.automatic,
        content_hash=mail.content_hash,
    )


def sent_id(mailbox: str, mail: SentHeaders) -> str:
    """Who a sent mail is: never the same as the copy of it that came in, and one per Message-ID."""
    who = mail.message_id or mail.content_hash
    return str(uuid.uuid5(domain.NAMESPACE, f"sent|{mailbox}|{who}"))


def cause_of(mailbox: str, mail: SentHeaders, received_at: datetime) -> Cause:
    """The mail itself, so that reading it again gives the same event ids."""
    identity = sent_id(mailbox, mail)
    return Cause(
        consumer=mails.SOURCE, source=f"mailbox/{mailbox}", id=identity, at=received_at, correlation_id=identity
    )


def record(tx: Tx, mailbox: str, where: Place, mail: SentHeaders) -> bool:
    """Remember a sent mail and tell it once; False when it was known, or nothing could ever refer to it."""
    identity = sent_id(mailbox, mail)
    known_already = places.was_taken_in(tx.connection, identity)
    places.add_place(tx, mailbox, where, identity)
    release(tx, [places.public_id(mailbox, where)])
    if known_already or mail.message_id is None:
        return False
    parents = domain.parents(mail.in_reply_to, mail.references)
    sent = _sent(tx, mailbox, mail, parents)
    told_already = went.get(tx.connection, mail.message_id) is not None
    record_sent(tx, _values(sent), () if mail.automatic else parents, OUTLOOK)
    if not told_already:  # else the CRM did, and knows more
        tx.emit(MAIL_SENT, sent.conversation, sent)
    return True


def _sent(tx: Tx, mailbox: str, mail: SentHeaders, parents: Sequence[Parent]) -> MailSent:
    assert mail.message_id is not None
    answered = [parent.message_id for parent in parents]
    known = rows.conversations(tx.connection, answered)
    nearest = [known[name] for name in answered if name in known]
    linked = next((item for name in answered if (item := _linked(tx, name)) is not None), None)
    root = domain.root_of(mail.message_id, mail.in_reply_to, mail.references, mail.message_id)
    return MailSent(
        conversation=nearest[0] if nearest else domain.conversation_id(mailbox, root),
        message_id=mail.message_id,
        in_reply_to=(mail.in_reply_to,) if mail.in_reply_to else (),
        references=mail.references,
        thread_index=mail.thread_index,
        mailbox=mailbox,
        klantenreis=linked["klantenreis"] if linked else None,
        dossier=linked["dossier"] if linked else None,
        sent_at=mail.date or tx.at,
    )


def _linked(tx: Tx, message_id: str) -> dict[str, Any] | None:
    """The linked item of the one mail with this Message-ID; of namesakes nobody knows which was answered."""
    items = rows.with_message_id(tx.connection, message_id)
    return items[0] if len(items) == 1 and items[0]["klantenreis"] is not None else None


def _values(sent: MailSent) -> dict[str, Any]:
    """As `record_sent` takes them."""
    names = ("message_id", "conversation", "klantenreis", "dossier", "sent_at")
    return {name: getattr(sent, name) for name in names} | {"thread": thread_key(sent.thread_index)}
