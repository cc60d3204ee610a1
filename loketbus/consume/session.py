"""One life of one Kafka consumer: fetch, prepare side by side over keys, apply in groups, watch that it moves.

A session ends with an exception that says why (the log of reasons is `Consumer`'s business); the next one starts clean
from the ledger's cursors. Nothing here acknowledges to Kafka: its committed offsets only show lag to Kafka's own tools.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError

from loketbus.consume import cursors
from loketbus.consume.apply import Group, GroupResult, Handled, Work
from loketbus.consume.cursors import Place
from loketbus.consume.host import ConsumerHost
from loketbus.consume.partitions import InHand, PartitionRun
from loketbus.consume.records import receive
from loketbus.consume.stalled import ConsumerStalled, LedgerEmpty, epoch_lost
from loketbus.consume.watch import Watch, check_tasks
from loketbus.errors import Unavailable
from loketbus.ledger import LedgerUnavailable
from loketbus.outcomes import LaneState
from loketbus.telemetry import continued, span

log = structlog.get_logger(__name__)


class Session(ConsumerRebalanceListener):  # type: ignore[misc]
    """See the module. Run it once."""

    def __init__(self, host: ConsumerHost, kafka: AIOKafkaConsumer) -> None:
        self.host = host
        self.kafka = kafka
        self.hand = InHand()
        self.stopping = asyncio.Event()
        self.moved_at = time.monotonic()
        """When something was last fetched, finished or assigned."""
        self._ready = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._trouble: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._preparing: set[asyncio.Task[None]] = set()
        self._prepare_slots = asyncio.Semaphore(host.limits.prepare_at_once)
        self.polled_at = time.monotonic()
        """When Kafka was last asked for records."""
        self.gapped: set[Place] = set()
        """Partitions that wait for a person, because the log no longer holds the cursor."""

    async def run(self) -> None:
        """Work until `stopping` is set; raises when the consumer has to be made anew."""
        self.kafka.subscribe(topics=[self.host.kafka_topic(name) for name in self.host.by_topic], listener=self)
        tasks = [
            asyncio.create_task(work, name=f"{self.host.service}-{name}")
            for name, work in (("fetch", self._fetch()), ("apply", self._apply()), ("watch", Watch(self).run()))
        ]
        stop = asyncio.create_task(self.stopping.wait())
        try:
            watched: list[asyncio.Future[Any]] = [*tasks, stop, self._trouble]
            done, _ = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
            for ended in done - {stop}:
                check_tasks(self.kafka)
                if not ended.cancelled():  # else its result is a cancellation, which would end us without a word
                    ended.result()
                raise ConsumerStalled("task_ended", "Een taak van de verbruiker is gestopt.")
            await self._drain(tasks[0])
        finally:
            for task in (*tasks, stop, *self._preparing):
                task.cancel()
            self._trouble.cancel()
            await asyncio.gather(*tasks, stop, *self._preparing, return_exceptions=True)

    async def _drain(self, fetching: asyncio.Task[None]) -> None:
        """Let what is in hand finish; what outlives the grace period is cancelled and comes again."""
        fetching.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), self.host.limits.graceful_seconds)

    # --- assignment -----------------------------------------------------------------------------------------------

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Drop what is in hand: the epoch would refuse it anyway once somebody takes over."""
        for tp in revoked:
            self.hand.drop(self.host.place(tp))
            self.gapped.discard(self.host.place(tp))
        self._note_idle()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Take the partitions over in the ledger and seek to its cursors."""
        try:
            await self.take_over(list(assigned))
        except LedgerEmpty as error:
            self._end(error)
        except Exception as error:
            # Whatever it is: aiokafka would log it and go on with partitions that nobody serves.
            self._end(ConsumerStalled("assignment_failed", f"Partities overnemen lukte niet ({type(error).__name__})."))

    async def take_over(self, tps: list[TopicPartition]) -> None:
        """Make these partitions ours in the ledger and go on from its cursors, or wait where the log lost them."""
        if not tps:
            return
        for tp in tps:
            self.hand.drop(self.host.place(tp))
        first = await self.kafka.beginning_offsets(tps)
        end = await self.kafka.end_offsets(tps)
        bounds = {self.host.place(tp): (first[tp], end[tp]) for tp in tps}
        await self._refuse_empty_ledger(tps)
        taken = await self.host.ledger.write(
            lambda connection: cursors.take_over(connection, self.host.service, bounds, self.host.clock())
        )
        for place, mine in taken.items():
            tp = self.host.partition(place)
            if mine.gap is not None:
                self.gapped.add(place)
                self.kafka.pause(tp)
                # Read nothing, but have a position: aiokafka fetches nothing at all from a broker while one is missing.
                self.kafka.seek(tp, mine.gap[1])
                continue
            self.gapped.discard(place)
            self.hand.runs[place] = PartitionRun(place, mine, mine.next_offset)
            self.kafka.seek(tp, mine.next_offset)
        self.moved_at = time.monotonic()
        self.host.note_gaps(self.gapped)

    async def _refuse_empty_ledger(self, tps: list[TopicPartition]) -> None:
        """A ledger that does not know partitions which this service has read is the wrong one, or a lost one."""
        if self.host.settings.profile != "live" or self.host.settings.new_ledger:
            return
        known = await self.host.ledger.read(lambda connection: cursors.positions(connection, self.host.service))
        strange = [tp for tp in tps if self.host.place(tp) not in known]
        committed = await asyncio.gather(*(self.kafka.committed(tp) for tp in strange))
        if any(offset is not None for offset in committed):
            raise LedgerEmpty

    # --- fetch ----------------------------------------------------------------------------------------------------

    async def _fetch(self) -> None:
        while True:
            self._regulate()
            try:
                batches = await self.kafka.getmany(timeout_ms=200, max_records=self.host.limits.fetch_records)
            except NoOffsetForPartitionError:
                # Between assignment and our seek aiokafka asks Kafka's own offsets, which we do not keep.
                await asyncio.sleep(0.02)
                continue
            except OffsetOutOfRangeError as error:
                await self.take_over(list(error.args[0]))
                continue
            self.polled_at = time.monotonic()
            for tp, records in batches.items():
                self._take_in(tp, records)
            await asyncio.sleep(0)

    def _take_in(self, tp: TopicPartition, records: list[ConsumerRecord]) -> None:
        run = self.hand.runs.get(self.host.place(tp))
        if run is None:
            return  # not ours yet: the seek after the take-over brings these records again
        subscription = self.host.by_topic[run.place.topic]
        for record in records:
            if record.offset < run.fetched_to:
                continue
            received = receive(subscription.topic, record, at=self._written_at(record))
            work = Work(
                subscription,
                run.place,
                record.offset,
                record,
                received,
                run.taken.replay_of(record.offset),
                error=received.error,
            )
            if self.hand.add(run, work):
                self._prepare(work)
        if records:
            self.moved_at = time.monotonic()
            self._idle.clear()
            self._ready.set()

    def _written_at(self, record: ConsumerRecord) -> datetime:
        """The record's own time, so that handling it again after a restore writes the same."""
        return datetime.fromtimestamp(record.timestamp / 1000, UTC) if record.timestamp > 0 else self.host.clock()

    def _regulate(self) -> None:
        """Back-pressure and closed lanes: pause partitions but keep polling, so that the group keeps us."""
        limits, hand = self.host.limits, self.hand
        full = hand.count >= limits.in_hand_max or hand.size >= limits.in_hand_bytes
        relaxed = hand.count <= limits.in_hand_max // 2 and hand.size <= limits.in_hand_bytes // 2
        paused = self.kafka.paused()
        for place in self.hand.runs:
            tp = self.host.partition(place)
            closed = not self.host.gates[self.host.by_topic[place.topic].lane].status.open
            if tp not in paused and (full or closed):
                self.kafka.pause(tp)
            elif tp in paused and relaxed and not closed:
                self.kafka.resume(tp)

    # --- prepare --------------------------------------------------------------------------------------------------

    def _prepare(self, work: Work) -> None:
        task = asyncio.create_task(self._prepare_one(work))
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)

    async def _prepare_one(self, work: Work) -> None:
        prepare = work.subscription.prepare
        event = work.received.event
        assert prepare is not None
        assert event is not None
        async with self._prepare_slots:
            try:
                with continued(event.traceparent), span(f"prepare {event.type}"):
                    async with asyncio.timeout(work.subscription.prepare_timeout_seconds):
                        work.prepared = await prepare(event)
            except TimeoutError:
                work.error = Unavailable("prepare_timeout", "Het opzoeken van gegevens duurde te lang.")
            except Exception as error:
                work.error = error
        if self.hand.holds(work):
            self.hand.ready.append(work)
            self._ready.set()

    # --- apply ----------------------------------------------------------------------------------------------------

    async def _apply(self) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            while group := self.hand.take_ready(self.host.limits.group_records):
                await self._apply_group(group)

    async def _apply_group(self, group: list[Work]) -> None:
        try:
            result = await self._write(group)
        except LedgerUnavailable:
            raise
        except Exception as error:
            if len(group) > 1:
                for work in group:
                    await self._apply_group([work])
                return
            if group[0].error is not None:
                raise  # not even its dead letter could be written: the ledger is not what we think it is
            group[0].error = error
            await self._apply_group(group)
            return
        if group:
            await self._after(group, result)

    async def _write(self, group: list[Work]) -> GroupResult:
        group[:] = [work for work in group if self.hand.holds(work)]
        epochs = {work.place: self.hand.runs[work.place].taken.epoch for work in group}
        offsets = self.hand.offsets_after(group)
        host = self.host

        def write(connection: Any) -> GroupResult:
            return Group(host.service, host.settings.topic_prefix, host.clock()).run(connection, group, epochs, offsets)

        return await host.ledger.write(write)

    async def _after(self, group: list[Work], result: GroupResult) -> None:
        self.moved_at = time.monotonic()
        # A partition that was revoked meanwhile is no news; one that we still think is ours was taken from us.
        lost = {work.place for work in group if work.place in result.stale and self.hand.holds(work)}
        for work, handled in zip(group, result.handled, strict=True):
            self.host.metrics.handled(work.subscription.topic.name, str(handled))
            following = self.hand.finish(work)
            if following is not None:
                self._prepare(following)
            if handled in (Handled.APPLIED, Handled.DUPLICATE):
                self.host.gates[work.subscription.lane].last_success_at = self.host.clock()
        for place in lost:
            self.hand.drop(place)
        if self.hand.ready:
            self._ready.set()
        if result.emitted:
            self.host.outbox_filled.set()
        for name in result.effect_lanes:
            self.host.wake_lane(name)
        for name, verdict in result.suspects:
            # One refusal of credentials is enough; an outage is for the lane's runner to establish.
            if verdict.lane is LaneState.DENIED:
                await self.host.gates[name].failed(verdict.lane, verdict.code, verdict.message)
        if lost:
            self._end(epoch_lost())
        self._note_idle()

    def _note_idle(self) -> None:
        if self.hand.count == 0:
            self._idle.set()

    def _end(self, error: Exception) -> None:
        if not self._trouble.done():
            self._trouble.set_exception(error)
