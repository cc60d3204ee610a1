"""`waiting` for whoever asked while there is no register to ask. The final answer follows under the same request."""

from __future__ import annotations

from loketbus_contracts import REPLY, Event, OrganisationRequested, Reply, ReplyOutcome
from sqlalchemy import select

from loketbus.errors import Unavailable
from loketbus.ledger.tables import outbox
from loketbus.ledger.tx import Cause, Tx
from loketbus.service import Wiring
from services.kbo.settings import KboSettings

CONSUMER = "kbo/waiting"
_HTTP = "kbo/http/"
"""Source of what a person asks over HTTP, who hears at once that there is no register."""


async def tell_waiting(bus: Wiring[KboSettings], event: Event[OrganisationRequested], trouble: Unavailable) -> None:
    """Say once that this request waits; it is tried many times."""
    if event.source.startswith(_HTTP):
        return
    cause = Cause(
        consumer=CONSUMER,
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


def _waiting(event: Event[OrganisationRequested], trouble: Unavailable, tx: Tx) -> Reply:
    return Reply(
        request=event.id,
        request_type=event.type,
        request_key=event.key,
        outcome=ReplyOutcome.WAITING,
        code=trouble.code,
        message=trouble.message,
        klantenreis=event.data.klantenreis,
        occurred_at=tx.at,
    )
