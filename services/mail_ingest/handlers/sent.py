"""`mail.sent.v1`: mails that the desk sent, so that replies to them are linked, also when these came first."""

from __future__ import annotations

from typing import Any

from loketbus_contracts import Event, MailSent

from loketbus.ledger.tx import Tx
from services.mail_ingest import domain
from services.mail_ingest.domain.clues import thread_key
from services.mail_ingest.mails import SOURCE
from services.mail_ingest.sent import CRM, record_sent


class MailSentHandler:
    """`mail.sent.v1`."""

    def apply(self, tx: Tx, event: Event[MailSent], prepared: None) -> None:
        """Remember the mail; decide again about the replies to it. Our own word about Sent items is no news to us."""
        data = event.data
        if event.source == SOURCE:
            return
        values: dict[str, Any] = {
            "message_id": data.message_id,
            "conversation": data.conversation,
            "klantenreis": data.klantenreis,
            "dossier": data.dossier,
            "sent_at": data.sent_at,
            "thread": thread_key(data.thread_index),
        }
        parents = domain.parents(next(iter(data.in_reply_to), None), data.references)
        record_sent(tx, values, parents, CRM)
