"""The floor: a bare aiokafka loop that reads a batch, validates, publishes, and commits once per batch. No ledger."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from prometheus_client import CollectorRegistry, Counter

from benchmarks.payloads import Question
from benchmarks.process import Spec, contend

BATCH = 500


async def main(spec: Spec) -> dict[str, Any]:
    """Handle `spec["events"]` events and publish as many."""
    handled = Counter("handled", "Events handled", ["topic"], registry=CollectorRegistry())
    producer = AIOKafkaProducer(bootstrap_servers=spec["bootstrap"], acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(
        spec["source"],
        bootstrap_servers=spec["bootstrap"],
        group_id=spec["group"],
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    async with producer, consumer:
        done = 0
        while done < spec["events"]:
            batches = await consumer.getmany(timeout_ms=200, max_records=BATCH)
            sent = []
            for record in (record for batch in batches.values() for record in batch):
                headers = {name: text.decode() for name, text in record.headers}
                value = Question.model_validate_json(record.value).model_dump_json().encode()
                outgoing = [(name, text.encode()) for name, text in headers.items()]
                sent.append(await producer.send(spec["to"], value, key=record.key, headers=outgoing))
                handled.labels(spec["source"]).inc()
            if sent:
                await asyncio.gather(*sent)
                await consumer.commit()
            done += len(sent)
    return {"handled": done}


if __name__ == "__main__":
    contend(main)
