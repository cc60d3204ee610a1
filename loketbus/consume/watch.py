"""Alive means progress: looks every few seconds whether a session still moves, and ends it with the reason when not."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from loketbus.consume import cursors
from loketbus.consume.cursors import Place
from loketbus.consume.stalled import ConsumerStalled, epoch_lost

if TYPE_CHECKING:
    from loketbus.consume.session import Session


def check_tasks(kafka: AIOKafkaConsumer) -> None:
    """The tasks that aiokafka neither restarts nor reports (aiokafka #1154); names are private, so guarded.

    Raises:
        ConsumerStalled: one of them has ended.
    """
    for owner, attribute, what in (
        ("_fetcher", "_fetch_task", "fetch_task_ended"),
        ("_coordinator", "_coordination_task", "coordinator_task_ended"),
    ):
        task = getattr(getattr(kafka, owner, None), attribute, None)
        if isinstance(task, asyncio.Future) and task.done():
            raise ConsumerStalled(what, "Het lezen uit Kafka is gestopt; er wordt opnieuw begonnen.")


class Watch:
    """Watches one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._host = session.host
        self._kafka = session.kafka
        self._assigned_at = time.monotonic()
        self._busy_at = time.monotonic()
        """When there was last something in hand, or nothing to do."""
        self._shown: dict[TopicPartition, tuple[int, str]] = {}

    async def run(self) -> None:
        """Look until cancelled; raises when only a new consumer helps."""
        while True:
            await asyncio.sleep(self._host.limits.watch_seconds)
            check_tasks(self._kafka)
            self._check_assignment()
            await self._keep_cursors()
            self._check_progress(await self._measure())
            await self._reopen_gaps()

    def _check_assignment(self) -> None:
        now = time.monotonic()
        if self._session.hand.runs or self._session.gapped:
            self._assigned_at = now
        elif now - self._assigned_at > self._host.limits.unassigned_seconds and not self._kafka.assignment():
            raise ConsumerStalled("no_partitions", "De verbruiker kreeg al minuten geen partities toegewezen.")

    async def _keep_cursors(self) -> None:
        """Notice that a partition was taken over or reset, also where nothing comes in; step over Kafka's own markers.

        A topic written in transactions ends with a marker that no reader gets. A cursor that stayed before it would
        count as lag for ever, and as a gap once retention has emptied the topic.
        """
        host, hand = self._host, self._session.hand
        before = dict(hand.runs)
        known = await host.ledger.read(lambda connection: cursors.positions(connection, host.service))
        runs = {place: run for place, run in before.items() if hand.runs.get(place) is run}
        if any(known[place].epoch != run.taken.epoch for place, run in runs.items()):
            raise epoch_lost()
        passed: dict[Place, int] = {}
        for place, run in runs.items():
            tp = host.partition(place)
            if not run.unfinished and tp in self._kafka.assignment():
                run.fetched_to = max(run.fetched_to, await self._kafka.position(tp))
                if run.fetched_to > known[place].next_offset:
                    passed[place] = run.fetched_to
        if passed:
            epochs = {place: runs[place].taken.epoch for place in passed}
            await host.ledger.write(
                lambda connection: cursors.step_over(connection, host.service, epochs, passed, host.clock())
            )

    async def _measure(self) -> int:
        """Records behind on partitions that may be read; also the proof that Kafka answers."""
        host, runs = self._host, self._session.hand.runs
        tps = [host.partition(place) for place in runs]
        try:
            async with asyncio.timeout(host.limits.answer_seconds):
                ends = await self._kafka.end_offsets(tps) if tps else {}
                if not tps:
                    await self._kafka.topics()
                await self._show_lag()
        except (TimeoutError, KafkaError, OSError):
            reason = f"Kafka ({host.settings.kafka}) antwoordt niet; berichten wachten, niets gaat verloren."
            host.health.problem(host.part, "kafka_silent", reason)
            return 0
        if self._session.gapped:
            host.note_gaps(self._session.gapped)
        elif self._kafka.assignment():
            host.health.ok(host.part)
        behind = 0
        for place, run in runs.items():
            if (end := ends.get(host.partition(place))) is not None:
                lag = max(0, end - run.next_offset_after(set()))
                host.metrics.lag(place.topic, place.partition, lag)
                behind += lag if self._is_open(place) else 0
        return behind

    async def _show_lag(self) -> None:
        """Tell Kafka where we are, for its own tools; nothing depends on it."""
        runs = self._session.hand.runs
        offsets = {self._host.partition(place): (run.next_offset_after(set()), "") for place, run in runs.items()}
        changed = dict(offsets.items() - self._shown.items())
        if changed:
            with contextlib.suppress(KafkaError, IllegalStateError):
                await self._kafka.commit(changed)
                self._shown = offsets

    def _check_progress(self, lag: int) -> None:
        now, session = time.monotonic(), self._session
        if now - session.polled_at > self._host.limits.stalled_seconds:
            raise ConsumerStalled("not_polling", "De verbruiker leest niet meer uit Kafka.")
        if not lag or session.hand.count:
            self._busy_at = now
        if now - max(self._busy_at, session.moved_at) > self._host.limits.stalled_seconds:
            raise ConsumerStalled("no_progress", "Er staan berichten klaar maar er komt niets binnen.")

    def _is_open(self, place: Place) -> bool:
        return self._host.gates[self._host.by_topic[place.topic].lane].status.open

    async def _reopen_gaps(self) -> None:
        """Go on where a person accepted a gap."""
        gapped = self._session.gapped
        if not gapped:
            return
        still = await self._host.ledger.read(lambda connection: cursors.gaps(connection, self._host.service))
        if accepted := [place for place in gapped if place not in still]:
            await self._session.take_over([self._host.partition(place) for place in accepted])
