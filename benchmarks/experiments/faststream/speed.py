"""The question about speed."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aiokafka import AIOKafkaConsumer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from benchmarks import kafka
from benchmarks.experiments.faststream.bench import Bench
from benchmarks.figure import median
from benchmarks.payloads import Question, event

NAME = "bench.speed.v1"
EVENTS = 30_000
BATCH = 500
ROUNDS = 3


async def speed(bench: Bench) -> dict[str, Any]:
    """(f) events/s: batches of 500, validated, one commit per batch, beside the same on bare aiokafka."""
    await kafka.make_topics(bench.bootstrap, [NAME])
    await kafka.fill(bench.bootstrap, NAME, (event(NAME, number) for number in range(EVENTS)))
    theirs, bare = [], []
    for number in range(ROUNDS):
        theirs.append(await _faststream(bench.bootstrap, f"{NAME}.faststream{number}"))
        bare.append(await _aiokafka(bench.bootstrap, f"{NAME}.bare{number}"))
    ratio = round(median(theirs) / median(bare), 2)
    return {"FastStream batch": round(median(theirs)), "aiokafka getmany": round(median(bare)), "ratio": ratio}


async def _faststream(bootstrap: str, group: str) -> float:
    broker = KafkaBroker(bootstrap, logger=None, allow_auto_create_topics=False)
    started, left, done = 0.0, EVENTS, asyncio.Event()

    async def handle(questions: list[Question]) -> None:
        nonlocal started, left
        started = started or time.monotonic()
        await broker.context.get_local("message").ack()
        left -= len(questions)
        if left <= 0:
            done.set()

    broker.subscriber(
        NAME,
        group_id=group,
        batch=True,
        max_records=BATCH,
        batch_timeout_ms=100,
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
    )(handle)
    async with broker:
        await broker.start()
        await done.wait()
    return EVENTS / (time.monotonic() - started)


async def _aiokafka(bootstrap: str, group: str) -> float:
    options = {"auto_offset_reset": "earliest", "enable_auto_commit": False}
    started, left = 0.0, EVENTS
    async with AIOKafkaConsumer(NAME, bootstrap_servers=bootstrap, group_id=group, **options) as consumer:
        while left > 0:
            batches = await consumer.getmany(timeout_ms=100, max_records=BATCH)
            for batch in batches.values():
                started = started or time.monotonic()
                left -= len([Question.model_validate_json(record.value) for record in batch])
            if batches:
                await consumer.commit()
        return EVENTS / (time.monotonic() - started)
