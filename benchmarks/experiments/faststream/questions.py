"""The questions about behaviour; each returns what was seen."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Iterable
from typing import Any

from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.message import StreamMessage

from benchmarks.experiments.faststream.bench import OURS_AT, RECORDS, Bench, Seen, Taking
from loketbus.consume.consumer import Consumer
from loketbus.consume.session import Session
from loketbus.kafka_node._config import pick_port

LAST = RECORDS - 1
FETCH_WAIT_SECONDS = 0.5
"""aiokafka's default `fetch_max_wait_ms`: a request that was under way when its task ended answers within this."""
QUIET_SECONDS = 4.0
"""Nothing came for so long: nothing comes."""

Answer = dict[str, Any]


async def seek_before_first(bench: Bench) -> Answer:
    """(a) Can its rebalance listener seek to our cursor before any record reaches the handler?"""
    warm = Seen()
    async with bench.subscribed(warm, "warm"):
        await warm.reaches(LAST)  # at its first group Kafka makes its own topic for offsets, which takes a while
    answers: Answer = {}
    for pausing, reset in ((False, "earliest"), (False, "none"), (True, "earliest")):
        seen, start = Seen(), time.monotonic()
        options = {"listener": Taking(pausing=pausing), "auto_offset_reset": reset}
        async with bench.subscribed(seen, f"{reset}-{pausing}", options):
            reached = await seen.reaches(LAST)
            seconds = round(time.monotonic() - start, 1)
        steps = "pause, write, seek, resume" if pausing else "write, seek"
        answers[f"auto_offset_reset={reset}; {steps}"] = {
            "handled before our cursor": sorted({offset for offset in seen.offsets if offset < OURS_AT}),
            "seconds to the last record": seconds if reached else None,
        }
    return answers


async def pause_while_polling(bench: Bench) -> Answer:
    """(b) Back-pressure: can partitions be paused while polling goes on?"""
    impatient = {"session_timeout_ms": 6000, "heartbeat_interval_ms": 500, "max_poll_interval_ms": 2000}
    seen, release = Seen(), asyncio.Event()
    async with bench.subscribed(seen, "held", impatient, hold=release.wait) as held:
        await seen.reaches(LAST)
        own = [name for name in dir(held.subscriber) if "pause" in name or "resume" in name]
        await asyncio.sleep(QUIET_SECONDS)
        while_waiting = await bench.members(held.group)
        release.set()
    seen = Seen()
    async with bench.subscribed(seen, "paused", impatient) as paused:
        await seen.reaches(LAST)
        paused.consumer.pause(bench.partition)
        offset = await bench.write()
        came = await seen.reaches(offset, QUIET_SECONDS)
        while_paused = await bench.members(paused.group)
        paused.consumer.resume(bench.partition)
        went_on = await seen.reaches(offset)
    return {
        "pause or resume in FastStream's own API": own,
        "members while a handler outlasts max_poll_interval_ms": while_waiting,
        "subscriber.consumer.pause() holds records back": not came,
        "members while paused": while_paused,
        "goes on after resume": went_on,
    }


async def odd_headers(bench: Bench) -> Answer:
    """(c) A null and a non-UTF-8 header among good records of one batch."""
    await bench.write(headers=[("ce_id", None)])
    await bench.write(headers=[("ce_id", b"\xff")])
    last = await bench.write()
    variants: dict[str, Answer] = {
        "its own parser": {},
        "our parser, its decoder": {"parser": _tolerant},
        "our parser, our decoder": {"parser": _tolerant, "decoder": _raw},
    }
    answers: Answer = {}
    for number, (name, options) in enumerate(variants.items()):
        seen = Seen()
        async with bench.subscribed(seen, f"odd{number}", options) as subscribed:
            await seen.reaches(last, QUIET_SECONDS)
            position = await subscribed.consumer.position(bench.partition)
        answers[name] = {"records": last + 1, "handled": len(seen.offsets), "position": position}
    return answers


class _Nobody:
    """Acknowledges nothing: our ledger owns the offsets."""

    async def commit(self) -> None:
        """Nothing."""

    def seek(self, partition: Any, offset: int) -> None:
        """Nothing."""


async def _tolerant(records: tuple[Any, ...]) -> StreamMessage[Any]:
    return KafkaMessage(body=[], raw_message=records, consumer=_Nobody())


async def _raw(message: StreamMessage[Any]) -> list[bytes]:
    return [record.value for record in message.raw_message]


async def dead_tasks(bench: Bench) -> Answer:
    """(d) aiokafka's fetch or coordinator task ends: noticed, recovered?"""
    answers: Answer = {}
    for owner, attribute in (("_fetcher", "_fetch_task"), ("_coordinator", "_coordination_task")):
        seen = Seen()
        async with bench.subscribed(seen, attribute) as subscribed:
            await seen.reaches(LAST)
            getattr(getattr(subscribed.consumer, owner), attribute).cancel()
            await asyncio.sleep(2 * FETCH_WAIT_SECONDS)
            offset = await bench.write()
            answers[attribute] = {
                "records still arrive": await seen.reaches(offset),
                "subscriber.running": subscribed.subscriber.running,
                "broker.ping()": await subscribed.broker.ping(5),
                "FastStream's consume task alive": any(not task.done() for task in subscribed.subscriber.tasks),
            }
    return answers


async def kafka_down(_: Bench) -> Answer:
    """(e) Kafka is not there at start."""
    broker = KafkaBroker(f"127.0.0.1:{pick_port()}", logger=None)
    start, kind = time.monotonic(), "started"
    try:
        async with asyncio.timeout(30):
            await broker.start()
    except Exception as error:
        kind = type(error).__name__
    seconds = round(time.monotonic() - start, 1)
    await broker.stop()
    return {"broker.start()": kind, "after seconds": seconds}


async def lines(_: Bench) -> Answer:
    """(g) Lines of our consumer that it would take over, and lines it would need."""
    goes = (Session._fetch, Consumer._connect)
    comes = (Bench.subscribed, Taking.on_partitions_assigned, _tolerant, _raw, _Nobody)
    return {"would go": _lines(goes), "would come": _lines(comes)}


def _lines(things: Iterable[Any]) -> int:
    return sum(len([line for line in inspect.getsource(thing).splitlines() if line.strip()]) for thing in things)
