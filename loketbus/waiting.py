"""`waiting` for whoever asks while what the answer needs is away. The final answer follows under the same request."""

from __future__ import annotations

from typing import Any

from loketbus_contracts import REPLY, Event, Reply, ReplyOutcome
from sqlalchemy import select

from loketbus.errors import Unavailable
from loketbus.ledger.tables import outbox
from loketbus.ledger.tx import Cause, Tx
from loketbus.service import Wiring


async def tell_waiting(bus: Wiring[Any], service: str, event: Event[Any], trouble: Unavailable) -> None:
    """Say once that this request waits; it is tried many times.

    Whoever asked over HTTP (`ce_source` `<service>/http/...`) is not told: that person heard it at once.
    """
    if event.source.startswith(f"{service}/http/"):
        return
    cause = Cause(
        consumer=f"{service}/waiting",
        source=event.source,
        id=event.id,
        at=event.time,
        correlation_id=event.correlation_id,
        traceparent=event.traceparent,
    )

    def write(tx: Tx) -> None:
        told = select(outbox.c.id).where(outbox.c.key == event.id, outbox.c.event_id == cause.derived_id("event", 1))
        if tx.execute(told).first() is None:
            tx.emit(REPLY, event.id, _waiting(event, trouble, tx))

    await bus.write(cause, write)


def _waiting(event: Event[Any], trouble: Unavailable, tx: Tx) -> Reply:
    return Reply(
        request=event.id,
        request_type=event.type,
        request_key=event.key,
        outcome=ReplyOutcome.WAITING,
        code=trouble.code,
        message=trouble.message,
        klantenreis=getattr(event.data, "klantenreis", None),
        occurred_at=tx.at,
    )
