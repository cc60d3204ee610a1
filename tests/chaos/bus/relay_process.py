"""`python -m tests.chaos.bus.relay_process JSON`: a relay that freezes itself (SIGSTOP) at a named point, once.

The points: `init` before it takes over as producer, `send` before it adds partitions to its transaction, `produce`
before the first record after that, `commit` after the last record was acknowledged, `mark` after the commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.producer import sender

from loketbus import publisher, relay
from loketbus.settings import BusSettings
from tests.support import outbox

POINTS: dict[str, tuple[Any, str]] = {
    "init": (AIOKafkaProducer, "start"),
    "send": (AIOKafkaProducer, "send"),
    "produce": (sender.SendProduceReqHandler, "do"),
    "commit": (AIOKafkaProducer, "commit_transaction"),
    "mark": (relay.Relay, "_mark"),
}


def freeze_at(point: str) -> None:
    """Freeze before the first call of what the point names."""
    owner, name = POINTS[point]
    original: Callable[..., Awaitable[Any]] = getattr(owner, name)
    reached = False

    async def frozen(*args: Any, **options: Any) -> Any:
        nonlocal reached
        if not reached:
            reached = True
            os.kill(os.getpid(), signal.SIGSTOP)
        return await original(*args, **options)

    setattr(owner, name, frozen)


@contextlib.asynccontextmanager
async def _plain_publisher(settings: BusSettings, service: str) -> AsyncIterator[Any]:
    """What a relay would use that relies on an idempotent producer alone."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, enable_idempotence=True, acks="all")
    await producer.start()

    class Plain(publisher.Publisher):
        async def publish(self, rows: Any) -> None:
            for row in rows:
                await producer.send_and_wait(row.topic, row.value, key=row.key.encode())

    try:
        yield Plain(producer)
    finally:
        await producer.stop()


async def main(given: dict[str, Any]) -> None:
    """Run until killed."""
    if given["plain"]:
        vars(relay)["open_publisher"] = _plain_publisher
    freeze_at(given["point"])
    ledger = outbox.open_outbox(given["database"])
    made = outbox.make_relay(
        given["kafka"], given["prefix"], Path(given["var"]), ledger, "A", lease_seconds=given["lease_seconds"]
    )
    await made.run()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
