"""A parsed mail into the ledger and onto the bus: once, whatever adapter brings it and however often."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from loketbus_contracts import MAIL_RECEIVED, Attachment, BlobRef, MailAddress, MailReceived

from loketbus.blob_refs import release
from loketbus.blobs import BlobInfo
from loketbus.ledger.tx import Cause, Tx
from services.mail_ingest import domain, items
from services.mail_ingest.parsing import Address, StoredAttachment, StoredMail
from services.mail_ingest.store import mails as rows
from services.mail_ingest.store import places

SOURCE = "mail_ingest"


def cause_of(mailbox: str, mail: StoredMail, received_at: datetime) -> Cause:
    """The mail itself is the cause, so reading it again (after a crash or a restore) gives the same event ids."""
    identity = domain.mail_id(mailbox, mail.message_id, mail.content_hash)
    return Cause(consumer=SOURCE, source=f"mailbox/{mailbox}", id=identity, at=received_at, correlation_id=identity)


def record(tx: Tx, mailbox: str, provider_id: str, mail: StoredMail) -> bool:
    """Take a mail in; False when it was known or erased (only its place is new then)."""
    identity = domain.mail_id(mailbox, mail.message_id, mail.content_hash)
    known_already = places.was_taken_in(tx.connection, identity)
    places.add_place(tx, mailbox, provider_id, identity)
    release(tx, [domain.place_id(mailbox, provider_id)])
    if known_already:
        return False
    candidates = domain.parents(mail.in_reply_to, mail.references)
    known = rows.known_mails(tx.connection, [candidate.message_id for candidate in candidates])
    root = domain.root_of(mail.message_id, mail.in_reply_to, mail.references, identity)
    conversation = domain.conversation(candidates, known) or domain.conversation_id(mailbox, root)
    files = [_attachment(tx, identity, file) for file in mail.attachments]
    raw = _blob(tx, identity, mail.raw, "mail.eml", "message/rfc822")
    row = _row(mailbox, identity, conversation, mail, tx.at, files, raw.ref)
    rows.add_mail(tx, row, _addresses(mail), candidates)
    tx.emit(MAIL_RECEIVED, conversation, _event(tx, mailbox, identity, conversation, mail, files, raw))
    items.open_item(tx, row, domain.link(candidates, known))
    return True


def _addresses(mail: StoredMail) -> list[str]:
    people = (*((mail.from_,) if mail.from_ else ()), *mail.reply_to, *mail.to, *mail.cc)
    return [person.email.lower() for person in people if person.email]


def _row(
    mailbox: str,
    identity: str,
    conversation: str,
    mail: StoredMail,
    at: datetime,
    files: list[Attachment],
    raw_ref: str,
) -> dict[str, Any]:
    shown = [
        {"ref": f.ref, "name": f.name, "size": f.size, "media_type": f.media_type, "inline": f.inline} for f in files
    ]
    return {
        "mail": identity,
        "mailbox": mailbox,
        "message_id": mail.message_id,
        "content_hash": mail.content_hash,
        "conversation": conversation,
        "received_at": at,
        "sender": _shown(mail.from_) if mail.from_ else None,
        "subject": mail.subject,
        "automatic": mail.automatic,
        "new_text": mail.new_text,
        "attachments": json.dumps(shown, ensure_ascii=False),
        "raw_ref": raw_ref,
        "warnings": json.dumps(mail.warnings),
    }


def _event(
    tx: Tx, mailbox: str, identity: str, conversation: str, mail: StoredMail, files: list[Attachment], raw: BlobRef
) -> MailReceived:
    return MailReceived(
        mail=identity,
        conversation=conversation,
        mailbox=mailbox,
        received_at=tx.at,
        sent_at=mail.date,
        message_id=mail.message_id,
        in_reply_to=(mail.in_reply_to,) if mail.in_reply_to else (),
        references=mail.references,
        thread_index=mail.thread_index,
        from_=_person(mail.from_) if mail.from_ else None,
        to=tuple(_person(address) for address in mail.to),
        cc=tuple(_person(address) for address in mail.cc),
        reply_to=tuple(_person(address) for address in mail.reply_to),
        subject=mail.subject,
        new_text=mail.new_text,
        truncated=mail.new_text_cut,
        body=_blob(tx, identity, mail.text, "mail.txt", "text/plain; charset=utf-8"),
        html=None if mail.html is None else _blob(tx, identity, mail.html, "mail.html", "text/html; charset=utf-8"),
        raw=raw,
        attachments=tuple(files),
        automatic=mail.automatic,
        warnings=mail.warnings,
    )


def _shown(address: Address) -> str:
    """The address always too: a name alone may be a lie."""
    return f"{address.name} <{address.email}>" if address.name and address.email else address.email or address.name


def _person(address: Address) -> MailAddress:
    return MailAddress(address=address.email, name=address.name or None)


def _attachment(tx: Tx, identity: str, file: StoredAttachment) -> Attachment:
    ref = tx.keep_blob(identity, file.sha256, file.size, file.name, file.type)
    return Attachment(
        ref=ref, size=file.size, sha256=file.sha256, media_type=file.type, name=file.name, inline=file.inline
    )


def _blob(tx: Tx, identity: str, info: BlobInfo, name: str, media_type: str) -> BlobRef:
    ref = tx.keep_blob(identity, info.sha256, info.size, name, media_type)
    return BlobRef(ref=ref, size=info.size, sha256=info.sha256, media_type=media_type)
