"""Events in: mails that the desk sent, so that replies to them find their klantenreis, also when these came first."""

from __future__ import annotations

from typing import Any

from loketbus_contracts import Event, MailSent

from loketbus.ledger.tx import Tx
from services.mail_ingest import items
from services.mail_ingest.store import mails


class MailSentHandler:
    """`mail.sent.v1`."""

    def apply(self, tx: Tx, event: Event[MailSent], prepared: None) -> None:
        """Remember the mail; decide again about the replies to it."""
        data = event.data
        values: dict[str, Any] = {
            "message_id": data.message_id,
            "conversation": data.conversation,
            "klantenreis": data.klantenreis,
            "dossier": data.dossier,
            "sent_at": data.sent_at,
        }
        mails.put_sent(tx, values)
        items.relink_replies(tx, data.message_id)
