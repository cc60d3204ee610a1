"""A handler of `dossier.state.v1` under the inherited suite: a state leaves no other trace than the last one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from loketbus_contracts import REPLY, DossierState, Event, Reply, ReplyOutcome
from sqlalchemy import Connection, select

from loketbus.following import DossierFollowing
from loketbus.ledger.tables import outbox
from loketbus.ledger.tx import Tx
from loketbus.service import Wiring


class Telling:
    """Says on `reply.v1` that its handler was there."""

    def __init__(self, inner: DossierFollowing[Any]) -> None:
        self.forget = inner.forget
        self._inner = inner

    def apply(self, tx: Tx, event: Event[DossierState], prepared: None) -> None:
        """As the handler does, and say so."""
        self._inner.apply(tx, event, prepared)
        data = Reply(
            request=event.id,
            request_type=event.type,
            request_key=event.key,
            outcome=ReplyOutcome.DONE,
            code="handled",
            message="",
            revision=event.data.revision,
            occurred_at=tx.at,
        )
        tx.emit(REPLY, event.id, data)


def tells(wire: Callable[[Wiring[Any]], None]) -> Callable[[Wiring[Any]], None]:
    """The same service, whose handler of dossiers tells."""

    def wired(bus: Wiring[Any]) -> None:
        wire(bus)
        bus.subscriptions = [
            replace(one, handler=Telling(one.handler)) if isinstance(one.handler, DossierFollowing) else one
            for one in bus.subscriptions
        ]

    return wired


def state(key: str, number: int, at: datetime) -> DossierState:
    """Letter `number` about dossier `key`."""
    values = {"klantenreis": "KR", "nummer": "KR", "actief": True, "occurred_at": at}
    return DossierState.model_validate({"dossier": key, "revision": number + 1} | values)


def handled(connection: Connection) -> Mapping[str, Sequence[int]]:
    """Numbers of the letters that were handled, by dossier, in order."""
    rows = connection.execute(select(outbox.c.topic, outbox.c.record_value).order_by(outbox.c.id))
    found = defaultdict[str, list[int]](list)
    for topic, value in rows:
        if topic.endswith(REPLY.name):
            reply = Reply.model_validate_json(value)
            assert reply.revision is not None
            found[reply.request_key].append(reply.revision - 1)
    return found
