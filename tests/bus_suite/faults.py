"""Faults put round a service's handler: what a test wants to go wrong, by event id."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from loketbus_contracts.envelope import Event
from loketbus_contracts.topics import Topic

from loketbus.consume.subscription import Subscription
from loketbus.ledger.tx import Tx
from loketbus.outcomes import RetryPolicy
from loketbus.service import Service, Wiring

IMPATIENT = RetryPolicy(base_seconds=0.02, cap_seconds=0.1)

Preparing = Callable[[Event[Any]], Awaitable[None]]
Applying = Callable[[Tx, Event[Any]], None]


class Faults:
    """What happens while an event is prepared, and after the handler applied it (in its transaction)."""

    def __init__(self) -> None:
        self.preparing: dict[str, Preparing] = {}
        self.applying: dict[str, Applying] = {}
        self.prepare_all: Preparing | None = None


class _Faulty:
    """A handler with faults; everything else is the service's own handler."""

    def __init__(self, inner: Any, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def apply(self, tx: Tx, event: Event[Any], prepared: Any) -> None:
        self._inner.apply(tx, event, prepared)
        if act := self._faults.applying.get(event.id):
            act(tx, event)


class _FaultyPreparing(_Faulty):
    async def prepare(self, event: Event[Any]) -> Any:
        if act := self._faults.preparing.get(event.id) or self._faults.prepare_all:
            await act(event)
        return await self._inner.prepare(event)


def with_faults(
    service: Service[Any], topic: Topic[Any], faults: Faults, *, read_as: Topic[Any] | None
) -> Service[Any]:
    """`service` with `faults` on `topic`, which it reads as `read_as` if given, and with an impatient retry policy."""

    def wire(bus: Wiring[Any]) -> None:
        service.wire(bus)
        bus.subscriptions = [changed(one) if one.topic.name == topic.name else one for one in bus.subscriptions]

    def changed(subscription: Subscription) -> Subscription:
        kind = _Faulty if subscription.prepare is None else _FaultyPreparing
        handler = kind(subscription.handler, faults)
        return dataclasses.replace(subscription, handler=handler, policy=IMPATIENT, topic=read_as or subscription.topic)

    return dataclasses.replace(service, wire=wire)
