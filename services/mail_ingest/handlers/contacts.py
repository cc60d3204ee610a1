"""`contact.received.v1`: a question that did not come by mail becomes a W&E item like a mail does.

An event with a contact that is known already corrects what was taken down: text, name, attachments. Queue, behandelaar
and state stay, and so does a link that a person made.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from loketbus_contracts import ContactReceived, Event

from loketbus.erasures import erased_since
from loketbus.ledger.tx import Tx
from services.mail_ingest import items, links, suggestions
from services.mail_ingest.domain import contact_item_id, new_item
from services.mail_ingest.domain.clues import of_words
from services.mail_ingest.domain.linking import Candidate, Clue, Decision, Method
from services.mail_ingest.domain.remarks import after_decision
from services.mail_ingest.domain.rules import followed
from services.mail_ingest.store import clues, contacts, dossiers
from services.mail_ingest.store import items as rows

_BY_HAND = (Method.PERSON, Method.CRM)


class ContactReceivedHandler:
    """`contact.received.v1`; items of before `queue_from` start closed."""

    def __init__(self, queue_from: datetime | None = None) -> None:
        self._queue_from = queue_from

    def apply(self, tx: Tx, event: Event[ContactReceived], prepared: None) -> None:
        """Open an item, or correct the one that there is; what is from before an erasure stays out, also replayed."""
        data = event.data
        if erased_since(tx.connection, [who for who in (data.email, data.contactpersoon) if who], data.received_at):
            return
        differs = contacts.put(tx, data)
        item = contact_item_id(data.contact)
        _remember_clues(tx, item, data)
        known = rows.get_item(tx.connection, item)
        if known is None:
            self._open(tx, item, event)
        else:
            _correct(tx, known, event, always=differs)

    def _open(self, tx: Tx, item: str, event: Event[ContactReceived]) -> None:
        data = event.data
        row = new_item(
            item=item,
            bron=data.bron,
            first_contact_at=data.received_at,
            decision=Decision(),
            queue_from=self._queue_from,
            contact=data.contact,
            **_shown(event),
        )
        row |= _linked(tx, row, data)
        row["suggestion"] = suggestions.for_item(tx, row, data.text)
        links.arrived(tx, items.add(tx, row, act="received", actor=data.actor), None)


def _correct(tx: Tx, row: items.Row, event: Event[ContactReceived], *, always: bool) -> None:
    """Other words are a revision too (`always`), for who read the former."""
    data = event.data
    after = row | _shown(event) | {"bron": data.bron, "first_contact_at": data.received_at}
    if row["link_method"] not in _BY_HAND:
        after |= _linked(tx, after, data)
    after["suggestion"] = suggestions.for_item(tx, after, data.text)
    items.save(tx, row, after, act="corrected", actor=data.actor, always=always)


def _linked(tx: Tx, row: items.Row, data: ContactReceived) -> dict[str, Any]:
    """Columns of the link: what whoever took it down said, else what our rules find."""
    decision = links.decide(tx, row) if data.klantenreis is None else _said(tx, data, data.klantenreis)
    return decision.columns() | {"remarks": after_decision(row["remarks"], decision.remarks)}


def _said(tx: Tx, data: ContactReceived, klantenreis: str) -> Decision:
    named = set() if data.dossier is None else {data.dossier}
    register = dossiers.register(tx.connection, named, {klantenreis})
    return followed(Candidate(klantenreis, data.dossier, Method.CONTACT, ()), register)


def _remember_clues(tx: Tx, item: str, data: ContactReceived) -> None:
    names = [file.name for file in data.attachments]
    found = of_words(_address(data), data.subject or "", data.text, names)
    clues.replace(tx, item, (Clue.SENDER, Clue.NUMBER), found)


def _shown(event: Event[ContactReceived]) -> dict[str, Any]:
    data = event.data
    return {
        "subject": data.subject,
        "afzender": _afzender(data),
        "sender_address": _address(data),
        "attachments": json.dumps(_attachments(event), ensure_ascii=False),
    }


def _afzender(data: ContactReceived) -> str | None:
    """The address too, as for a mail; the telephone number of who left no address."""
    if not data.name:
        return data.email or data.phone
    if data.email:
        return f"{data.name} <{data.email}>"
    return f"{data.name} ({data.phone})" if data.phone else data.name


def _address(data: ContactReceived) -> str | None:
    return data.email.strip().lower() or None if data.email else None


def _attachments(event: Event[ContactReceived]) -> list[dict[str, Any]]:
    """With who holds the bytes: the service that took the question down, not this one."""
    return [file.model_dump() | {"service": event.source} for file in event.data.attachments]
