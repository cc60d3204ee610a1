"""Feeds the metric families from what the parts of a service report, and from the ledger every few seconds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from loketbus import __version__
from loketbus.health import Health
from loketbus.lanes.gate import Gate
from loketbus.ledger import Ledger, LedgerUnavailable
from loketbus.ledger.tables import effect
from loketbus.outcomes import State
from loketbus.relay import Relay
from loketbus.telemetry.metrics import Metrics

MEASURE_SECONDS = 5.0

_OPEN = (State.PENDING, State.RUNNING, State.UNCERTAIN, State.STUCK, State.DEAD)


class ServiceMeter:
    """The metrics of one service."""

    def __init__(self, service: str) -> None:
        self.metrics = Metrics(service, __version__)
        self._service = service
        self._measured: set[tuple[str, str]] = set()
        self._published: Counter[str] = Counter()

    def handled(self, topic: str, outcome: str) -> None:
        """One record reached an outcome; a duplicate or a stale one was handled by somebody before."""
        if outcome == "dead":
            self.metrics.rejected.at(self._service, topic).inc()
        elif outcome == "held":
            self.metrics.retried.at(self._service, topic).inc()
        elif outcome == "applied":
            self.metrics.handled.at(self._service, topic).inc()

    def lag(self, topic: str, partition: int, records: int) -> None:
        """Records behind on a partition."""
        self.metrics.consumer_lag.at(self._service, topic, partition).set(records)

    async def run(self, ledger: Ledger, relay: Relay, gates: Mapping[str, Gate], health: Health) -> None:
        """Measure until cancelled."""
        while True:
            try:
                await self._measure(ledger, relay, gates, health)
            except LedgerUnavailable:
                health.problem(
                    "grootboek",
                    "ledger_unavailable",
                    "Het grootboek kan niet gelezen worden (schijf vol of databank onbereikbaar).",
                )
            else:
                health.ok("grootboek")
            await asyncio.sleep(MEASURE_SECONDS)

    async def _measure(self, ledger: Ledger, relay: Relay, gates: Mapping[str, Gate], health: Health) -> None:
        depth = await relay.depth()
        self.metrics.outbox_depth.at().set(depth.rows)
        self.metrics.outbox_oldest.since(depth.oldest)
        for topic, number in (relay.published - self._published).items():
            self.metrics.published.at(topic).inc(number)
        self._published = relay.published.copy()
        self.metrics.consumer_healthy.at(self._service).set(0 if "verbruiker" in health.problems else 1)
        for name, gate in gates.items():
            status = await gate.refresh()
            self.metrics.lane_state(name, "paused" if status.paused_by else str(status.state))
        counts = await ledger.read(self._count)
        self._show_lanes(counts)
        self._report_strays({lane for lane, _ in counts} - gates.keys(), health)

    @staticmethod
    def _report_strays(lanes: set[str], health: Health) -> None:
        """Work for a lane that nobody serves (a misspelt name, a connection taken away) would wait for ever."""
        part = "werk zonder verbinding"
        if not lanes:
            health.ok(part)
            return
        reason = f"Er wacht werk voor verbindingen die er niet zijn: {', '.join(sorted(lanes))}."
        health.problem(part, "lane_missing", reason, blocks=False)

    def _show_lanes(self, counts: Mapping[tuple[str, str], tuple[int, datetime]]) -> None:
        for gone in self._measured - counts.keys():
            self.metrics.lane_effects.at(*gone).set(0)
        self._measured |= counts.keys()
        oldest: dict[str, datetime | None] = dict.fromkeys({lane for lane, _ in self._measured})
        for (lane, state), (number, since) in counts.items():
            self.metrics.lane_effects.at(lane, state).set(number)
            oldest[lane] = min(since, oldest[lane] or since)
        for lane, moment in oldest.items():
            self.metrics.lane_oldest.since(moment, lane)

    @staticmethod
    def _count(connection: Connection) -> dict[tuple[str, str], tuple[int, datetime]]:
        """How many rows are not done, and since when the oldest waits, by lane and state."""
        query = (
            select(effect.c.lane, effect.c.state, func.count(), func.min(effect.c.created_at))
            .where(effect.c.state.in_(_OPEN))
            .group_by(effect.c.lane, effect.c.state)
        )
        return {(lane, state): (number, since) for lane, state, number, since in connection.execute(query)}
