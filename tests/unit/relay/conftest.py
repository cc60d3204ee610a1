"""A relay on a real outbox whose Kafka is scripted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from loketbus import relay as module
from loketbus.ledger import Ledger
from loketbus.publisher import Row
from loketbus.relay import Relay
from loketbus.settings import BusSettings
from tests.support import outbox
from tests.support.polling import wait_until


@dataclass
class FakeKafka:
    """What was published, batch by batch; `refuse` may raise for a batch, `missing` topics are not there."""

    batches: list[list[tuple[str, str, int]]] = field(default_factory=list)
    """Each: (topic, key, row id)."""
    missing: set[str] = field(default_factory=set)
    opened: int = 0
    refuse: Callable[[Sequence[Row]], Any] = lambda rows: None
    on_open: Callable[[], Any] = lambda: None

    @contextlib.asynccontextmanager
    async def open_publisher(self, settings: BusSettings, service: str) -> AsyncIterator[FakeKafka]:
        self.opened += 1
        await _maybe(self.on_open())
        yield self

    async def knows(self, topic: str) -> bool:
        return topic not in self.missing

    async def publish(self, rows: Sequence[Row]) -> None:
        await _maybe(self.refuse(rows))
        self.batches.append([(row.topic, row.key, row.id) for row in rows])

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """All that was published, in order."""
        return [row for batch in self.batches for row in batch]


async def _maybe(answer: Any) -> None:
    if asyncio.iscoroutine(answer):
        await answer


@dataclass
class Desk:
    """An outbox and its relay."""

    ledger: Ledger
    kafka: FakeKafka
    var: Path

    def relay(self, holder: str = "here", **options: Any) -> Relay:
        return outbox.make_relay("nowhere:1", "", self.var, self.ledger, holder, **options)

    async def put(self, topic: str, *wanted: tuple[str, int], padding: int = 0) -> None:
        await outbox.put(self.ledger, topic, wanted, padding)

    async def marks(self) -> list[Any]:
        return await outbox.marks(self.ledger)

    async def all_published(self) -> None:
        async def so() -> bool:
            return None not in await self.marks()

        await wait_until(so, what="every row is marked as published")


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    kafka = FakeKafka()
    monkeypatch.setattr(module, "open_publisher", kafka.open_publisher)
    ledger = await asyncio.to_thread(outbox.open_outbox, f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Desk(ledger, kafka, tmp_path)
    await asyncio.to_thread(ledger.close)
