"""One running service: ledger, consumer, relay, lanes, jobs, and the order in which they start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog
from loketbus_contracts.envelope import Event
from loketbus_contracts.topics import Message, Topic
from sqlalchemy import Connection

from loketbus import subjects
from loketbus.blobs import open_store
from loketbus.clock import Clock, utc_now
from loketbus.consume.apply import Group, Work
from loketbus.consume.consumer import Consumer
from loketbus.consume.cursors import Place
from loketbus.consume.host import ConsumerHost, Limits
from loketbus.consume.records import Received, payload_hash
from loketbus.erasures import ErasureFile, level
from loketbus.errors import ConfigurationError
from loketbus.health import Health
from loketbus.housekeeping import Housekeeping
from loketbus.jobs import Job, JobRunner
from loketbus.lanes.execution import EffectExecution, EventExecution
from loketbus.lanes.gate import Gate
from loketbus.lanes.runner import LaneRunner
from loketbus.leases import Leases
from loketbus.ledger import Ledger, database_url, migrate, open_ledger
from loketbus.ledger.tx import Cause, Tx, flush
from loketbus.metering import ServiceMeter
from loketbus.relay import LEASE_SECONDS, Relay
from loketbus.service import Service, Wiring
from loketbus.settings import BusSettings

log = structlog.get_logger(__name__)

S = TypeVar("S", bound=BusSettings)
R = TypeVar("R")

OWN_LANE_GRACE_SECONDS = 10.0


class Runtime(Generic[S]):
    """A service while it runs. `start`, then `wait`, then `stop`; or `async with`."""

    def __init__(
        self,
        service: Service[S],
        settings: S,
        *,
        limits: Limits | None = None,
        relay_lease_seconds: float = LEASE_SECONDS,
        clock: Clock = utc_now,
    ) -> None:
        self.service = service
        self.settings = settings
        self.clock = clock
        self.health = Health(clock)
        self.ledger = open_ledger(database_url(settings, service.name), service.name)
        self.meter = ServiceMeter(service.name)
        self.erasures = ErasureFile(settings.var / service.name / "erasures.jsonl")
        self.outbox_filled = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        try:
            migrate(self.ledger, service.migrations)
            self.blobs = open_store(settings, service.name)
            self.wiring = Wiring(
                settings=settings,
                ledger=self.ledger,
                blobs=self.blobs,
                write=self.write,
                now=clock,
                submit=self.submit,
                registry=self.meter.metrics.registry,
            )
            service.wire(self.wiring)
        except BaseException:
            self.ledger.close()
            raise
        self.leases = Leases(self.ledger, f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}", clock)
        self.gates = {name: Gate(name, self.ledger, clock=clock) for name in self._lane_names()}
        self.consumer = self._consumer(limits or Limits())
        self.relay = Relay(
            service.name,
            settings,
            self.ledger,
            self.leases,
            self.health,
            filled=self.outbox_filled,
            lease_seconds=relay_lease_seconds,
            clock=clock,
        )
        self.lanes = [*self._event_lanes(), *self._effect_lanes()]
        self.housekeeping = Housekeeping(self.ledger, self.blobs, clock)
        own = Job("opkuis", 3600.0, self.housekeeping.run)
        self.jobs = [
            JobRunner(job, self.ledger, self.leases, self.health, self.gates.get(job.lane or ""), clock=clock)
            for job in (*self.wiring.jobs, own)
        ]

    async def __aenter__(self) -> Runtime[S]:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Start every part; Kafka need not be there yet (`/ready` says so)."""
        if self.ledger.is_sqlite:
            await self.leases.forget_all()
        await self.level_erasures()
        for gate in self.gates.values():
            await gate.refresh()
        self.health.expect(self.relay.part)
        if self.consumer is not None:
            self.health.expect(self.consumer.host.part)
            self._spawn("consumer", self.consumer.run())
        self._spawn("relay", self.relay.run())
        self._spawn("meter", self.meter.run(self.ledger, self.relay, self.gates, self.health))
        for lane in self.lanes:
            self._spawn(f"lane-{lane.name}", lane.run())
        for job in self.jobs:
            self._spawn(f"job-{job.job.name}", job.run())

    async def stop(self) -> None:
        """Finish what is in hand, let go of partitions and leases, close the ledger."""
        self._stopping = True
        if self.consumer is not None:
            await self.consumer.stop()
        await asyncio.gather(*(lane.drain(OWN_LANE_GRACE_SECONDS) for lane in self.lanes))
        first = [task for task in self._tasks if task.get_name() == "consumer"]
        if first and self.consumer is not None:
            await asyncio.wait(first, timeout=self.consumer.host.limits.graceful_seconds + 10)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for close in reversed(self.wiring.closers):
            await close()
        await asyncio.to_thread(self.ledger.close)

    def _spawn(self, name: str, work: Any) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if self._stopping and error is None:
            return
        name = "cancelled" if task.cancelled() else type(error).__name__ if error else "returned"
        log.error("part_ended", part=task.get_name(), error=name, exc_info=error)
        reason = f"Onderdeel {task.get_name()} is gestopt door een fout in Loketbus; de dienst moet herstarten."
        self.health.problem(task.get_name(), "part_ended", reason, fatal=True)

    async def level_erasures(self) -> None:
        """Make ledger and file of erasures equal; erase again who was erased after the backup that was put back."""
        now = self.clock()
        who = f"erasures:{now.isoformat()}"
        cause = Cause(consumer=self.service.name, source=f"{self.service.name}/ops", id=who, at=now, correlation_id=who)

        def again(tx: Tx) -> int:
            forgotten = level(tx.connection, self.erasures)
            return subjects.erase_again(tx, self.wiring.subjects, forgotten) if forgotten else 0

        if number := await self.write(cause, again):
            log.warning("erased_again_after_restore", service=self.service.name, subjects=number)

    # --- transactions that do not come from Kafka -----------------------------------------------------------------

    async def write(self, cause: Cause, work: Callable[[Tx], R]) -> R:
        """Run `work` in a transaction of its own; what it emits and asks for goes on its way with the commit."""

        def run(connection: Connection) -> tuple[R, Tx]:
            tx = Tx(connection, cause, self.clock(), self.service.name, self.settings.topic_prefix)
            result = work(tx)
            flush(connection, [tx])
            return result, tx

        result, tx = await self.ledger.write(run)
        self._after(bool(tx.emitted), {row["lane"] for row in tx.effects})
        return result

    async def submit(
        self,
        topic: Topic[Any],
        key: str,
        data: Message,
        *,
        idempotency_key: str,
        requester: str,
        check: Callable[[], Awaitable[None]] | None = None,
        also: Callable[[Tx], None] | None = None,
    ) -> bool:
        """Handle a command now, for a person who waits: same handler, same inbox, same order per key.

        Returns False when this very command was handled before: then nothing is judged again.

        Args:
            topic, key, data: the command, as it would come from Kafka.
            idempotency_key: the person's own id of it.
            requester: who may use the same ids for other commands.
            check: raises why a command that is new cannot be done.
            also: written in the transaction of one that is new (an audit).

        Raises:
            Rejected: the command cannot be done; nothing changed.
            Outcome: as `prepare` or `apply` raised it; nothing changed, so the person may try again.
        """
        subscription = next((s for s in self.wiring.subscriptions if s.topic.name == topic.name), None)
        if subscription is None:
            raise ConfigurationError(f"{self.service.name} verwerkt {topic.name} niet")
        source = f"{self.service.name}/http/{requester}"
        event = Event(
            id=idempotency_key,
            type=topic.name,
            source=source,
            key=key,
            time=self.clock(),
            data=data,
            correlation_id=idempotency_key,
        )
        received = Received(
            source=source,
            id=idempotency_key,
            type=topic.name,
            key=key,
            at=event.time,
            correlation_id=idempotency_key,
            traceparent=None,
            payload_hash=payload_hash(key.encode(), data.model_dump_json(exclude_none=True).encode()),
            event=event,
        )
        work = Work(subscription, Place(topic.name, -1), -1, _NoRecord(), received, 0)
        if await self.ledger.read(lambda c: self._group().was_handled(c, work)):
            return False
        if check is not None:
            await check()
        if subscription.prepare is not None:
            async with asyncio.timeout(subscription.prepare_timeout_seconds):
                work.prepared = await subscription.prepare(event)
        fresh, emitted, lanes = await self.ledger.write(lambda c: self._group().run_for_person(c, work, also))
        self._after(emitted, lanes)
        return fresh

    def _group(self) -> Group:
        return Group(self.service.name, self.settings.topic_prefix, self.clock())

    def wake_lane(self, name: str) -> None:
        """Tell a lane of ours that it got work."""
        gate = self.gates.get(name)
        if gate is not None:
            gate.changed.set()

    def _after(self, emitted: bool, lanes: set[str]) -> None:
        if emitted:
            self.outbox_filled.set()
        for name in lanes:
            self.wake_lane(name)

    # --- parts ----------------------------------------------------------------------------------------------------

    def _lane_names(self) -> list[str]:
        events = [subscription.lane for subscription in self.wiring.subscriptions]
        return [*events, *(lane.name for lane in self.wiring.lanes), *self.wiring.extra_gates]

    def _consumer(self, limits: Limits) -> Consumer | None:
        if not self.wiring.subscriptions:
            return None
        return Consumer(
            ConsumerHost(
                service=self.service.name,
                settings=self.settings,
                subscriptions=self.wiring.subscriptions,
                ledger=self.ledger,
                gates=self.gates,
                health=self.health,
                metrics=self.meter,
                outbox_filled=self.outbox_filled,
                wake_lane=self.wake_lane,
                limits=limits,
                clock=self.clock,
            )
        )

    def _event_lanes(self) -> list[LaneRunner]:
        return [
            self._runner(
                subscription.lane,
                EventExecution(self.service.name, subscription, self.clock),
                call_timeout_seconds=subscription.prepare_timeout_seconds,
                policy=subscription.policy,
            )
            for subscription in self.wiring.subscriptions
        ]

    def _effect_lanes(self) -> list[LaneRunner]:
        return [
            self._runner(
                lane.name,
                EffectExecution(self.service.name, lane.adapter, self.clock),
                concurrency=lane.concurrency,
                rate_per_second=lane.rate_per_second,
                call_timeout_seconds=lane.call_timeout_seconds,
                policy=lane.policy,
            )
            for lane in self.wiring.lanes
        ]

    def _runner(self, name: str, execution: Any, **options: Any) -> LaneRunner:
        return LaneRunner(
            self.service.name,
            self.gates[name],
            execution,
            self.ledger,
            self.leases,
            self.health,
            outbox_filled=self.outbox_filled,
            topic_prefix=self.settings.topic_prefix,
            clock=self.clock,
            **options,
        )


class _NoRecord:
    """A command over HTTP has no Kafka record."""

    topic = ""
    partition = -1
    offset = -1
    key: bytes | None = None
    value: bytes | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()


async def run_until(runtime: Runtime[Any], stop: asyncio.Event) -> None:
    """Run a started service until `stop` is set or it reports that only a restart helps."""
    while not stop.is_set() and runtime.health.alive:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1.0)


__all__ = ["Ledger", "Runtime", "run_until"]
