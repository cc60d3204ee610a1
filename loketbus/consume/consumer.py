"""Keeps a consumer alive: sessions one after the other, with back-off, until told to stop or hopeless."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from loketbus.consume.host import ConsumerHost
from loketbus.consume.session import Session
from loketbus.consume.stalled import ConsumerStalled
from loketbus.errors import LoketbusError
from loketbus.kafka_client import connection_options
from loketbus.ledger import LedgerUnavailable
from loketbus.outcomes import RetryPolicy

log = structlog.get_logger(__name__)

_CLOSE_SECONDS = 10
"""aiokafka waits for the group coordinator when it closes; a broker that is gone must not hold us up for ever."""


class Consumer:
    """One service's consumer group member."""

    def __init__(self, host: ConsumerHost) -> None:
        self.host = host
        self.session: Session | None = None
        self._stopping = asyncio.Event()
        self._moved_at = time.monotonic()
        self._policy = RetryPolicy(host.limits.restart_base_seconds, host.limits.restart_cap_seconds)

    async def run(self) -> None:
        """Consume until `stop`; a session that fails is followed by another."""
        failures = 0
        while not self._stopping.is_set():
            started_at = time.monotonic()
            try:
                await self._run_session()
            except (TimeoutError, KafkaError, LoketbusError, OSError) as error:
                failures = 0 if self._moved_at > started_at + self.host.limits.restart_cap_seconds else failures + 1
                self._report(error)
            except Exception as error:
                failures += 1
                log.exception("consumer_defect", service=self.host.service, error=type(error).__name__)
                self.host.health.problem(
                    self.host.part, "defect", "De verbruiker stopte door een fout in Loketbus en begint opnieuw."
                )
            if not self._stopping.is_set():
                await self._pause(self._policy.delay(failures).total_seconds())

    async def stop(self) -> None:
        """Finish what is in hand (within the grace period) and leave the group."""
        self._stopping.set()
        if self.session is not None:
            self.session.stopping.set()

    async def _run_session(self) -> None:
        kafka = self._connect()
        try:
            await kafka.start()
            self.session = Session(self.host, kafka)
            if self._stopping.is_set():
                return
            await self.session.run()
        finally:
            if self.session is not None:
                self._moved_at = max(self._moved_at, self.session.moved_at)
            self.session = None
            await _close(kafka)

    def _connect(self) -> AIOKafkaConsumer:
        limits = self.host.limits
        options: dict[str, Any] = connection_options(self.host.settings, f"loketbus-{self.host.service}")
        return AIOKafkaConsumer(
            group_id=self.host.group,
            # A static member that was killed gets its partitions back at once, not after its session. On SQLite alone:
            # there a service is one process, by its lock.
            group_instance_id=self.host.service if self.host.ledger.is_sqlite else None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            session_timeout_ms=int(limits.session_timeout_seconds * 1000),
            heartbeat_interval_ms=int(limits.session_timeout_seconds * 1000 / 6),
            max_poll_interval_ms=int(limits.poll_interval_max_seconds * 1000),
            fetch_max_bytes=8 * 1024 * 1024,
            # More than the largest record that a broker takes by default, so that it need not wait for all others.
            max_partition_fetch_bytes=2 * 1024 * 1024,
            fetch_max_wait_ms=200,
            **options,
        )

    def _report(self, error: BaseException) -> None:
        health, part, kafka = self.host.health, self.host.part, self.host.settings.kafka
        code = getattr(error, "code", None)
        log.warning("consumer_restarts", service=self.host.service, error=type(error).__name__, code=code)
        if isinstance(error, ConsumerStalled):
            stuck = time.monotonic() - self._moved_at > self.host.limits.hopeless_after_seconds
            health.problem(part, error.code, error.reason, fatal=error.fatal or stuck)
        elif isinstance(error, LedgerUnavailable):
            health.problem(
                part,
                "ledger_unavailable",
                "Het grootboek kan niet geschreven worden (schijf vol of databank onbereikbaar).",
            )
        else:
            health.problem(
                part,
                "kafka_unreachable",
                f"Kafka ({kafka}) is niet bereikbaar; Loketbus blijft proberen, niets gaat verloren.",
            )

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


async def _close(kafka: AIOKafkaConsumer) -> None:
    """Leave the group and hang up, whatever state it is in: one of its own tasks may have been cancelled."""
    closing = asyncio.ensure_future(kafka.stop())
    try:
        await asyncio.wait({closing}, timeout=_CLOSE_SECONDS)
    finally:
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
