"""Rows in an outbox, and a relay on them, for tests that need no service around it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import insert, make_url, select

from loketbus.clock import utc_now
from loketbus.health import Health
from loketbus.leases import Leases
from loketbus.ledger import Ledger, migrate, open_ledger
from loketbus.ledger.tables import outbox
from loketbus.relay import Relay
from loketbus.settings import BusSettings
from tests.support.kafka_tools import Read

SERVICE = "example"


def open_outbox(database_url: str) -> Ledger:
    """A ledger with an outbox."""
    ledger = open_ledger(make_url(database_url), SERVICE)
    migrate(ledger)
    return ledger


def make_relay(kafka: str, prefix: str, var: Path, ledger: Ledger, holder: str, **options: Any) -> Relay:
    """A relay that is not running yet."""
    settings = BusSettings(kafka=kafka, topic_prefix=prefix, var=var)
    options = {"poll_seconds": 0.05, **options}
    return Relay(SERVICE, settings, ledger, Leases(ledger, holder), Health(), filled=asyncio.Event(), **options)


@contextlib.asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[Relay]:
    """The relay runs while the block runs."""
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def put(ledger: Ledger, topic: str, wanted: Iterable[tuple[str, int]], padding: int = 0) -> None:
    """One row for each (key, number)."""
    rows = [_row(topic, key, number, padding) for key, number in wanted]
    await ledger.write(lambda connection: connection.execute(insert(outbox), rows))


async def marks(ledger: Ledger) -> list[Any]:
    """When each row was published, in order; None for what was not."""
    query = select(outbox.c.published_at).order_by(outbox.c.id)
    return await ledger.read(lambda connection: list(connection.execute(query).scalars()))


def by_key(records: Iterable[Read]) -> dict[str, list[int]]:
    """The numbers in the log, per key, in order."""
    found: dict[str, list[int]] = {}
    for record in records:
        assert record.key is not None
        assert record.value is not None
        found.setdefault(record.key.decode(), []).append(json.loads(record.value)["number"])
    return found


def _row(topic: str, key: str, number: int, padding: int) -> dict[str, Any]:
    event_id = str(uuid.uuid4())
    return {
        "event_id": event_id,
        "topic": topic,
        "key": key,
        "record_value": json.dumps({"number": number, "padding": "x" * padding}).encode(),
        "headers": json.dumps([["ce_id", event_id]]).encode(),
        "correlation_id": "c",
        "causation_id": "c",
        "created_at": utc_now(),
    }
