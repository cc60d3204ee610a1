"""A mail on its way in, and how it stands in the ledger and on the bus."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from loketbus_contracts import Attachment, BlobRef, MailAddress, MailReceived
from loketbus_contracts import Original as TheirMail

from loketbus.blobs import BlobInfo
from loketbus.ledger.tx import Tx
from services.mail_ingest import domain
from services.mail_ingest.domain import Parent
from services.mail_ingest.forwards import address_of, asker
from services.mail_ingest.parsing import Address, StoredAttachment, StoredMail
from services.mail_ingest.parsing.model import Original
from services.mail_ingest.parsing.storing import cut


@dataclass(frozen=True)
class Arrival:
    """One mail on its way in."""

    mailbox: str
    identity: str
    mail: StoredMail
    original: Original | None
    parents: list[Parent]
    warnings: tuple[str, ...]

    @property
    def item(self) -> str:
        """Its queue item."""
        return domain.item_id(self.identity)

    @property
    def asker(self) -> str | None:
        """Mail address of whose question it is, small letters."""
        return address_of(asker(self.mail, self.original))

    @cached_property
    def new_text(self) -> str:
        """What was written now, at most 16 kB of UTF-8: of a colleague's forward, what the citizen wrote too."""
        ours, theirs = self.mail.new_text, self.original.text.strip() if self.original is not None else ""
        return ours if theirs in ours else cut(f"{ours}\n\n{theirs}".strip())

    @property
    def own_words(self) -> str:
        """`new_text`, with the subject that the citizen gave it."""
        return self.new_text if self.original is None else f"{self.original.subject}\n{self.new_text}"


def addresses(one: Arrival) -> list[str]:
    """Everybody in it, by whom a person can find it; whom a forward names too."""
    mail, behind = one.mail, []
    original = mail.original
    while original is not None:
        behind.append(original.from_)
        original = original.behind
    people = (*((mail.from_,) if mail.from_ else ()), *mail.reply_to, *mail.to, *mail.cc, *behind)
    return [person.email.lower() for person in people if person.email]


def row_of(one: Arrival, event: MailReceived) -> dict[str, Any]:
    """A row of `mail`."""
    mail = one.mail
    people = {"to": mail.to, "cc": mail.cc, "reply_to": mail.reply_to}
    return {
        "mail": event.mail,
        "mailbox": event.mailbox,
        "message_id": mail.message_id,
        "content_hash": mail.content_hash,
        "conversation": event.conversation,
        "received_at": event.received_at,
        "sent_at": mail.date,
        "sender": shown(mail.from_),
        "recipients": json.dumps(
            [
                {"kind": kind, "name": person.name, "address": person.email}
                for kind, addresses in people.items()
                for person in addresses
            ],
            ensure_ascii=False,
        ),
        "original": event.original.model_dump_json(exclude_none=True) if event.original else None,
        "subject": mail.subject,
        "automatic": mail.automatic,
        "new_text": one.new_text,
        "attachments": json.dumps([file.model_dump() for file in event.attachments], ensure_ascii=False),
        "raw_ref": event.raw.ref,
        "text_ref": event.body.ref if event.body else None,
        "html_ref": event.html.ref if event.html else None,
        "warnings": json.dumps(event.warnings),
    }


def event_of(tx: Tx, one: Arrival, conversation: str, files: list[Attachment], raw: BlobRef) -> MailReceived:
    """`mail.received.v1`."""
    mail, identity = one.mail, one.identity
    return MailReceived(
        mail=identity,
        conversation=conversation,
        mailbox=one.mailbox,
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
        new_text=one.new_text,
        truncated=mail.new_text_cut,
        body=keep(tx, identity, mail.text, "mail.txt", "text/plain; charset=utf-8"),
        html=None if mail.html is None else keep(tx, identity, mail.html, "mail.html", "text/html; charset=utf-8"),
        raw=raw,
        attachments=tuple(files),
        original=_told(one.original) if one.original else None,
        automatic=mail.automatic,
        warnings=one.warnings,
    )


def _told(original: Original) -> TheirMail:
    return TheirMail(
        from_=_person(original.from_),
        sent_at=original.date,
        subject=original.subject or None,
        message_id=original.message_id,
    )


def shown(address: Address | None) -> str | None:
    """For people: name and address."""
    return None if address is None else _both(address)


def _both(address: Address) -> str:
    """The address always too: a name alone may be a lie."""
    return f"{address.name} <{address.email}>" if address.name and address.email else address.email or address.name


def _person(address: Address) -> MailAddress:
    return MailAddress(address=address.email, name=address.name or None)


def keep_file(tx: Tx, identity: str, file: StoredAttachment) -> Attachment:
    """An attachment, whose bytes the mail needs."""
    ref = tx.keep_blob(identity, file.sha256, file.size, file.name, file.type)
    return Attachment(
        ref=ref, size=file.size, sha256=file.sha256, media_type=file.type, name=file.name, inline=file.inline
    )


def keep(tx: Tx, identity: str, info: BlobInfo, name: str, media_type: str) -> BlobRef:
    """Bytes that the mail needs."""
    ref = tx.keep_blob(identity, info.sha256, info.size, name, media_type)
    return BlobRef(ref=ref, size=info.size, sha256=info.sha256, media_type=media_type)
