"""`queue.command.v1`: what people do with items. Every command that can be read gets one `reply.v1`."""

from __future__ import annotations

from loketbus_contracts import Event, QueueCommand, is_opaque

from loketbus.errors import Rejected
from loketbus.ledger.tx import Tx
from services.mail_ingest import commands, replies


class QueueCommandHandler:
    """`queue.command.v1`."""

    def apply(self, tx: Tx, event: Event[QueueCommand], prepared: None) -> None:
        """Carry it out, or refuse it with a sentence for whoever asked.

        Raises:
            Rejected: `request_id_not_opaque`: nobody could be answered, so nothing is done either.
        """
        if not is_opaque(event.id):
            raise Rejected(
                "request_id_not_opaque",
                "Het kenmerk van deze opdracht (ce_id) kan geen sleutel van een antwoord zijn; de opdracht is niet "
                "uitgevoerd. Vraag de afzender om een kenmerk zonder spaties of @, van hoogstens 200 tekens.",
                detail="ce_id is not an opaque id",
                audience="ict",
            )
        replies.send(tx, event, commands.carry_out(tx, event.data))
