"""`queue.command.v1`: what people do with items. Every command that can be read gets one `reply.v1`."""

from __future__ import annotations

from loketbus_contracts import Event, QueueCommand

from loketbus.ledger.tx import Tx
from loketbus.requests import check_answerable
from services.mail_ingest import commands, replies


class QueueCommandHandler:
    """`queue.command.v1`."""

    def apply(self, tx: Tx, event: Event[QueueCommand], prepared: None) -> None:
        """Carry it out, or refuse it with a sentence for whoever asked.

        Raises:
            Rejected: `request_id_not_opaque`: nobody could be answered, so nothing is done either.
        """
        check_answerable(event, "opdracht", "de opdracht is niet uitgevoerd")
        replies.send(tx, event, commands.carry_out(tx, event.data))
