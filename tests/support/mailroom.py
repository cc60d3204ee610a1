"""A mailroom around a mailbox that is a test's own: real ledger, blob store and parser, no processes, no Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, select

from loketbus.lanes.gate import Gate
from loketbus.leases import Lease
from loketbus.ledger.tables import blob_ref
from loketbus.runtime import Runtime
from services.mail_ingest.app import service
from services.mail_ingest.domain import mailbox_id
from services.mail_ingest.intake import Intake
from services.mail_ingest.quarantine import Quarantine
from services.mail_ingest.reconcile import Reconciler
from services.mail_ingest.remote.protocol import Mailbox
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import items, tables
from services.mail_ingest.store.items import Filter
from services.mail_ingest.taking import Taker
from tests.support.letters import DESK

BOX = mailbox_id(DESK)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Parsers:
    """A pool without processes; `trouble` says by the first bytes of a mail what happens instead, per try."""

    def __init__(self) -> None:
        self.trouble: dict[bytes, list[Exception]] = {}
        self.slow: bytes | None = None
        """Mails that begin so let all others go first."""

    async def run(self, function: Callable[..., Any], path: Path, *rest: Any, timeout_seconds: float) -> Any:
        self._make_trouble(path)
        if self._is_slow(path):
            for _ in range(1000):
                await asyncio.sleep(0)
        return function(path, *rest)

    def _is_slow(self, path: Path) -> bool:
        return self.slow is not None and path.read_bytes().startswith(self.slow)

    def _make_trouble(self, path: Path) -> None:
        for start, problems in self.trouble.items():
            if problems and path.read_bytes().startswith(start):
                raise problems.pop(0)


@dataclass
class Clock:
    """Noon, and how far it is past that."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return NOON + self.ahead


@dataclass
class Room:
    """The parts of `services.mail_ingest.mailroom` around a mailbox of a test's own."""

    runtime: Runtime[MailSettings]
    mailbox: Any
    parsers: Parsers
    clock: Clock
    lease: Lease
    intake: Intake = field(init=False)
    reconciler: Reconciler = field(init=False)
    quarantine: Quarantine = field(init=False)

    def __post_init__(self) -> None:
        self.use(self.mailbox)

    def use(self, mailbox: Mailbox) -> None:
        """As after a start with these settings: nothing is remembered but what the ledger knows."""
        bus = self.runtime.wiring
        taker = Taker(bus, self.parsers, BOX)  # type: ignore[arg-type]
        self.mailbox = mailbox
        self.intake = Intake(bus, mailbox, taker, BOX)
        bus.registry = type(bus.registry)()
        gate = Gate(f"mailbox:{BOX}", bus.ledger, clock=bus.now)
        self.reconciler = Reconciler(bus, mailbox, self.intake, taker, BOX, gate)
        self.quarantine = Quarantine(bus, BOX, mailbox, taker)

    async def sync(self) -> None:
        """One round of the job."""
        await self.intake.sync(self.lease)

    async def rows(self, table: Table, *where: Any) -> list[Row[Any]]:
        """Of the ledger."""
        return await self.runtime.ledger.read(lambda connection: list(connection.execute(select(table).where(*where))))

    async def subjects(self) -> list[str]:
        """Of the open items."""
        found = await self.runtime.ledger.read(lambda connection: items.list_items(connection, Filter()))
        return sorted(item["subject"] for item in found)

    async def aside(self) -> dict[str, tuple[str, bool]]:
        """What stands in quarantine: why, and whether it is tried again."""
        rows = await self.rows(tables.place, tables.place.c.quarantine.is_not(None))
        return {row.provider_id: (row.quarantine, row.transient) for row in rows}

    async def kept(self, owner: str) -> list[str]:
        """Hashes of what is kept of it."""
        return [row.sha256 for row in await self.rows(blob_ref, blob_ref.c.owner == owner)]

    async def remarks(self) -> dict[str, str]:
        """By subject, as JSON."""
        return {row.subject: row.remarks for row in await self.rows(tables.item)}


@asynccontextmanager
async def open_room(folder: Path, mailbox: Any, **settings: Any) -> AsyncIterator[Room]:
    """A room with an empty ledger in `folder`."""
    clock = Clock()
    runtime = Runtime(service, MailSettings(var=folder / "var", **settings), clock=clock)
    try:
        async with runtime.leases.hold("test", ttl_seconds=60) as lease:
            yield Room(runtime, mailbox, Parsers(), clock, lease)
    finally:
        runtime.ledger.close()
