"""The peer: a plain FastStream subscriber and publisher with its own telemetry, acknowledging each message. No ledger.

Kind to the peer: no log line per message, OpenTelemetry without a provider (spans that record nothing), and the message
taken from the context instead of injected (FastDepends runs that in a thread, which halves the rate).
"""

from __future__ import annotations

import asyncio
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from prometheus_client import CollectorRegistry

from benchmarks.payloads import Question
from benchmarks.process import Spec, contend

_FRAMEWORKS = ("content-type", "correlation_id")


async def main(spec: Spec) -> dict[str, Any]:
    """Handle `spec["events"]` events and publish as many."""
    middlewares = (KafkaPrometheusMiddleware(registry=CollectorRegistry()), KafkaTelemetryMiddleware())
    broker = KafkaBroker(
        spec["bootstrap"],
        acks="all",
        enable_idempotence=True,
        allow_auto_create_topics=False,
        middlewares=middlewares,
        logger=None,
    )
    publisher = broker.publisher(spec["to"])
    left = spec["events"]
    finished = asyncio.Event()

    @broker.subscriber(
        spec["source"],
        group_id=spec["group"],
        ack_policy=AckPolicy.ACK,
        auto_offset_reset="earliest",
        no_reply=True,
    )
    async def handle(question: Question) -> None:
        nonlocal left
        message = broker.context.get_local("message")
        headers = {name: text for name, text in message.headers.items() if name not in _FRAMEWORKS}
        await publisher.publish(question, key=message.raw_message.key, headers=headers)
        left -= 1
        if left == 0:
            finished.set()

    async with broker:
        await broker.start()
        await finished.wait()
    return {"handled": spec["events"]}


if __name__ == "__main__":
    contend(main)
