"""A parsed mail into the ledger and onto the bus: once, whatever adapter brings it and however often."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from loketbus_contracts import MAIL_RECEIVED

from loketbus.blob_refs import release
from loketbus.erasures import erased_since
from loketbus.ledger.tx import Cause, Tx
from services.mail_ingest import domain, items, links, sent, suggestions
from services.mail_ingest.domain.clues import Found, of_thread, of_tokens, of_words
from services.mail_ingest.domain.remarks import RemarkCode, column
from services.mail_ingest.forwards import asker, original_of
from services.mail_ingest.mail_forms import Arrival, addresses, event_of, keep, keep_file, row_of, shown
from services.mail_ingest.parsing import StoredMail
from services.mail_ingest.parsing.model import Oddity
from services.mail_ingest.policy import Policy
from services.mail_ingest.rebuilt import twin_of
from services.mail_ingest.store import clues, places, reach
from services.mail_ingest.store import mails as rows
from services.mail_ingest.store.places import Place

SOURCE = "mail_ingest"
BRON = "mail"
REPEATED = "message_id_repeated"
"""Warning on the event: another mail carries the same Message-ID."""
_UNPACKED = frozenset(
    {
        Oddity.CALENDAR,
        Oddity.ENCRYPTED,
        Oddity.MIME_BROKEN,
        Oddity.NOT_UNPACKED,
        Oddity.PART_FAILED,
        Oddity.SIGNED,
        Oddity.SMIME_BROKEN,
        Oddity.STRUCTURE_REFUSED,
        Oddity.TNEF,
        Oddity.TNEF_BROKEN,
        Oddity.UNPARSABLE,
    }
)
"""Where the server counts an attachment, and we may see none, or what was in it."""


def cause_of(mailbox: str, mail: StoredMail, received_at: datetime) -> Cause:
    """The mail itself is the cause, so reading it again (after a crash or a restore) gives the same event ids."""
    identity = domain.mail_id(mailbox, mail.message_id, mail.content_hash)
    return Cause(consumer=SOURCE, source=f"mailbox/{mailbox}", id=identity, at=received_at, correlation_id=identity)


def record(
    tx: Tx,
    mailbox: str,
    place: Place,
    mail: StoredMail,
    queue_from: datetime | None = None,
    *,
    policy: Policy | None = None,
    has_attachments: bool | None = None,
    text: str | None = None,
) -> bool:
    """Take a mail in; False when it was known or erased (only its place is new then).

    Args:
        tx: the mail is its cause (`cause_of`).
        mailbox: opaque id.
        place: where it stands.
        mail: its blobs are in the store.
        queue_from: items of older mail start closed.
        policy: None for none.
        has_attachments: as the server counts them; None when it did not say.
        text: the whole text, for tokens in quoted history; without it only the own words are searched.
    """
    identity = domain.mail_id(mailbox, mail.message_id, mail.content_hash)
    known_already = places.was_taken_in(tx.connection, identity)
    namesakes = [] if known_already else _namesakes(tx, mail)
    twin = twin_of(tx.connection, mailbox, mail) if namesakes else None
    places.add_place(tx, mailbox, place, twin or identity)
    release(tx, [places.public_id(mailbox, place)])
    if known_already or twin is not None:
        return False
    policy = policy or Policy()
    one = _arrival(mailbox, identity, mail, policy, [*([REPEATED] if namesakes else [])])
    if erased_since(tx.connection, addresses(one), tx.at):
        return False  # the ledger came from a backup of before the erasure, and the mailbox still has the mail
    row = _keep(tx, one)
    clues.add(tx, one.item, _clues(one, policy, text))
    remarks = _remarks(tx, one, policy, bool(namesakes), has_attachments)
    item = _open_item(tx, row, one, remarks, queue_from)
    for namesake in namesakes:
        both = column([*json.loads(namesake["remarks"]), RemarkCode.SAME_MESSAGE_ID])
        answered = sent.answer_to(tx, mail.message_id, namesake["first_contact_at"])
        items.save(tx, namesake, {"remarks": both} | answered, act="namesake")
    links.arrived(tx, item, mail.message_id)
    tx.arrived(f"mail:{identity}")
    return True


def _arrival(mailbox: str, identity: str, mail: StoredMail, policy: Policy, warnings: list[str]) -> Arrival:
    original = original_of(mail, policy.own_domains)
    # What a colleague forwards is the same question as the citizen's own mail, when that came too.
    references = (
        mail.references if original is None or original.message_id is None else (original.message_id, *mail.references)
    )
    parents = domain.parents(mail.in_reply_to, references)
    return Arrival(mailbox, identity, mail, original, parents, (*mail.warnings, *warnings))


def _namesakes(tx: Tx, mail: StoredMail) -> list[items.Row]:
    """Items of other mails with the same Message-ID."""
    return [] if mail.message_id is None else rows.with_message_id(tx.connection, mail.message_id)


def _keep(tx: Tx, one: Arrival) -> dict[str, Any]:
    """Write the mail down and tell it."""
    mail, parents = one.mail, one.parents
    known = rows.conversations(tx.connection, [parent.message_id for parent in parents])
    root = domain.root_of(mail.message_id, mail.in_reply_to, mail.references, one.identity)
    conversation = domain.conversation(parents, known) or domain.conversation_id(one.mailbox, root)
    files = [keep_file(tx, one.identity, file) for file in mail.attachments]
    raw = keep(tx, one.identity, mail.raw, "mail.eml", "message/rfc822")
    event = event_of(tx, one, conversation, files, raw)
    row = row_of(one, event)
    rows.add_mail(tx, row, addresses(one), parents)
    tx.emit(MAIL_RECEIVED, conversation, event)
    return row


def _clues(one: Arrival, policy: Policy, text: str | None) -> list[Found]:
    mail, own = one.mail, one.own_words
    names = [file.name for file in mail.attachments]
    recipients = [person.email for person in (*mail.to, *mail.cc)]
    return [
        *of_words(one.asker, mail.subject, own, names),
        *of_tokens(policy.tokens, (mail.subject, own if text is None else text), recipients),
        *of_thread(mail.thread_index),
    ]


def _remarks(tx: Tx, one: Arrival, policy: Policy, repeated: bool, has_attachments: bool | None) -> list[RemarkCode]:
    """What people should see about the mail itself."""
    asked = {"item": one.item, "sender_address": one.asker, "first_contact_at": tx.at}
    many = one.asker is not None and reach.of_sender_on(tx.connection, asked, policy.sender_cap) >= policy.sender_cap
    files = [file for file in one.mail.attachments if not file.inline]
    only_a_link = has_attachments is True and not files and not _UNPACKED & set(one.mail.warnings)
    found = {
        RemarkCode.FORWARDED: one.original is not None,
        RemarkCode.SAME_MESSAGE_ID: repeated,
        RemarkCode.MANY_FROM_SENDER: many,
        RemarkCode.CLOUD_ATTACHMENT: only_a_link,
    }
    return [code for code, holds in found.items() if holds]


def _open_item(
    tx: Tx, row: dict[str, Any], one: Arrival, remarks: list[RemarkCode], queue_from: datetime | None
) -> items.Row:
    about = {
        "item": one.item,
        "mail": one.identity,
        "conversation": row["conversation"],
        "subject": row["subject"],
        "afzender": shown(asker(one.mail, one.original)),
        "sender_address": one.asker,
        "automatic": row["automatic"],
        "attachments": row["attachments"],
        "first_contact_at": row["received_at"],
    }
    decision = links.decide(tx, about | {"message_id": one.mail.message_id})
    values = domain.new_item(
        bron=BRON,
        decision=decision,
        queue_from=queue_from,
        **about,
        **sent.answer_to(tx, one.mail.message_id, row["received_at"]),
        remarks=column([*remarks, *decision.remarks]),
    )
    values["suggestion"] = suggestions.for_item(tx, values, one.own_words)
    return items.add(tx, values, act="received")
