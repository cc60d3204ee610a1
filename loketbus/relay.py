"""From the outbox to Kafka: everything that was decided is published, in order per key, by one relay per service.

Two things keep a relay that was stopped and wakes up (SIGSTOP, a long pause) from putting old state last:
- Kafka fences it: every relay of a service uses the same transactional id, so the start of the next relay aborts the
  transaction that the old one left open and refuses whatever it still sends;
- the ledger fences it: rows are marked as published only by the holder of the lease.
How that was shown, and what a reader sees meanwhile: docs/decisions/0002-relay-fencing.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from aiokafka.errors import ProducerFenced
from sqlalchemy import Connection, func, select, update

from loketbus.clock import Clock, utc_now
from loketbus.errors import LostOwnership
from loketbus.failpoints import reach
from loketbus.health import Health
from loketbus.leases import Lease, Leases
from loketbus.ledger import Ledger, LedgerUnavailable
from loketbus.ledger.tables import outbox
from loketbus.outcomes import RetryPolicy
from loketbus.publisher import Publisher, Row, open_publisher
from loketbus.settings import BusSettings

log = structlog.get_logger(__name__)

LEASE_SECONDS = 20.0
BATCH_ROWS = 2_000
BATCH_BYTES = 8 * 1024 * 1024
SLOW_SECONDS = 5.0
"""A batch that takes longer is a reason to say so."""
FINISH_SECONDS = 3.0
"""What a batch on its way gets when the service stops, so that it need not be published twice."""
MARK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Depth:
    """What waits to be published."""

    rows: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """A topic that may have spoiled a transaction: it gets transactions of its own until one of them succeeds."""

    failures: int = 0
    held_until: float = 0.0
    """Monotonic seconds."""


class KafkaTrouble(Exception):
    """Kafka is away, or somebody else publishes; the publisher is of no more use."""


class BatchRefused(KafkaTrouble):
    """Kafka did not take a batch: its topics are suspects now, and the others need not wait."""


class Relay:
    """See the module. `filled` is set whenever the outbox got new rows."""

    part = "doorgever"

    def __init__(
        self,
        service: str,
        settings: BusSettings,
        ledger: Ledger,
        leases: Leases,
        health: Health,
        *,
        filled: asyncio.Event,
        batch_rows: int = BATCH_ROWS,
        poll_seconds: float = 1.0,
        lease_seconds: float = LEASE_SECONDS,
        clock: Clock = utc_now,
    ) -> None:
        self.filled = filled
        self.published: Counter[str] = Counter()
        """Rows published by this process, by topic."""
        self._service = service
        self._settings = settings
        self._ledger = ledger
        self._leases = leases
        self._health = health
        self._batch_rows = batch_rows
        self._poll_seconds = poll_seconds
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._policy = RetryPolicy(base_seconds=0.5, cap_seconds=15)
        self._failures = 0
        self._suspects: dict[str, Suspect] = {}

    async def run(self) -> None:
        """Publish until cancelled; a broken producer or a lost lease is followed by a new one."""
        while True:
            try:
                async with self._leases.hold("relay", ttl_seconds=self._lease_seconds, waiting=self._stand_by) as lease:
                    await self._serve(lease)
            except LostOwnership:
                log.warning("relay_fenced", service=self._service, by="ledger")
            except LedgerUnavailable:
                await asyncio.sleep(self._poll_seconds)  # whoever measures the ledger says so

    async def depth(self) -> Depth:
        """What waits, and since when."""

        def read(connection: Connection) -> Depth:
            query = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.published_at.is_(None))
            return Depth(*connection.execute(query).one())

        return await self._ledger.read(read)

    def _stand_by(self) -> None:
        """Another replica publishes: there is nothing wrong here."""
        self._health.ok(self.part)

    async def _serve(self, lease: Lease) -> None:
        while True:
            lease.check()
            try:
                async with self._publisher() as publisher:
                    await self._publish_all(publisher, lease)
            except BatchRefused:
                continue
            except KafkaTrouble as trouble:
                self._failures += 1
                self._say_unreachable(trouble.__cause__)
                await asyncio.sleep(self._policy.delay(self._failures).total_seconds())

    @contextlib.asynccontextmanager
    async def _publisher(self) -> AsyncIterator[Publisher]:
        """A publisher whose every failure (aiokafka's own defects as well) is `KafkaTrouble`."""
        try:
            async with open_publisher(self._settings, self._service) as publisher:
                yield publisher
        except (KafkaTrouble, LostOwnership, LedgerUnavailable):
            raise
        except Exception as error:
            log.warning("relay_no_kafka", service=self._service, error=type(error).__name__)
            raise KafkaTrouble from error

    async def _publish_all(self, publisher: Publisher, lease: Lease) -> None:
        while True:
            self.filled.clear()
            lease.check()
            rows = await self._ledger.read(partial(self._next_rows, lease))
            for batch in await self._batches(publisher, rows):
                await _finishing(self._publish(publisher, lease, batch))
            self._failures = 0
            self._say_held()
            if not rows:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_seconds):
                        await self.filled.wait()

    def _next_rows(self, lease: Lease, connection: Connection) -> list[Row]:
        # Asked of the ledger, not of our clock (a suspended machine stops it), after the publisher took over: who is
        # the owner now knows that nobody else can mark any more what it is about to publish.
        lease.confirm(connection)
        query = (
            select(outbox.c.id, outbox.c.topic, outbox.c.key, outbox.c.record_value, outbox.c.headers)
            .where(outbox.c.published_at.is_(None), outbox.c.topic.not_in(self._held()))
            .order_by(outbox.c.id)
            .limit(self._batch_rows)
        )
        rows: list[Row] = []
        size = 0
        # In small portions: a few rows may be as large as a record can be.
        for found in connection.execute(query, execution_options={"yield_per": 100}):
            rows.append(Row(*found))
            size += len(found.headers) + len(found.record_value or b"")
            if size > BATCH_BYTES:
                break
        return rows

    async def _batches(self, publisher: Publisher, rows: Sequence[Row]) -> list[list[Row]]:
        """What goes into a transaction together: a topic that refuses may not hold up the others."""
        topics = {row.topic for row in rows}
        for topic, known in zip(topics, await asyncio.gather(*map(publisher.knows, topics)), strict=True):
            if not known:
                self._hold(topic)
        topics -= set(self._held())
        alone = sorted(topics & self._suspects.keys())
        groups = [topics - self._suspects.keys(), *({topic} for topic in alone)]
        return [[row for row in rows if row.topic in group] for group in groups if group]

    async def _publish(self, publisher: Publisher, lease: Lease, rows: list[Row]) -> None:
        topics = {row.topic for row in rows}
        slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._say_unreachable, None)
        try:
            await publisher.publish(rows)
        except ProducerFenced as error:
            log.warning("relay_fenced", service=self._service, by="kafka")
            raise KafkaTrouble from error
        except Exception as error:
            self._suspect(topics)
            log.warning("relay_refused", service=self._service, topics=len(topics), error=type(error).__name__)
            raise BatchRefused from error
        finally:
            slow.cancel()
        for topic in topics:
            self._suspects.pop(topic, None)
        reach("relay.acked")
        await self._mark(lease, rows)
        reach("relay.marked")
        self.published.update(row.topic for row in rows)

    async def _mark(self, lease: Lease, rows: Sequence[Row]) -> None:
        """Until it is written: publishing them again while the disk is full would fill the topic as well."""
        ids = [row.id for row in rows]

        def write(connection: Connection) -> None:
            lease.verify(connection)
            connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(published_at=self._clock()))

        while True:
            try:
                return await self._ledger.write(write)
            except LedgerUnavailable:
                lease.check()
                await asyncio.sleep(MARK_AGAIN_SECONDS)

    # --- topics that refuse ---------------------------------------------------------------------------------------

    def _suspect(self, topics: Iterable[str]) -> None:
        several = list(topics)
        if len(several) == 1:
            self._hold(several[0])
        for topic in several:
            self._suspects.setdefault(topic, Suspect())

    def _hold(self, topic: str) -> None:
        failures = self._suspects.get(topic, Suspect()).failures + 1
        self._suspects[topic] = Suspect(failures, time.monotonic() + self._policy.delay(failures).total_seconds())

    def _held(self) -> list[str]:
        now = time.monotonic()
        return [topic for topic, suspect in self._suspects.items() if suspect.held_until > now]

    # --- what people are told -------------------------------------------------------------------------------------

    def _say_unreachable(self, error: BaseException | None) -> None:
        why = "traag" if error is None else type(error).__name__
        reason = f"Kafka ({self._settings.kafka}) neemt geen berichten aan ({why}); ze wachten."
        self._health.problem(self.part, "kafka_unreachable", reason)

    def _say_held(self) -> None:
        refused = sorted(topic for topic, suspect in self._suspects.items() if suspect.failures)
        if not refused:
            self._health.ok(self.part)
            return
        reason = f"Kafka neemt niets aan voor {', '.join(refused)}; die berichten wachten."
        self._health.problem(self.part, "topic_refused", reason, blocks=False)


async def _finishing(work: Coroutine[Any, Any, None]) -> None:
    """Do `work`; when cancelled, let it end if it is nearly there."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=FINISH_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
