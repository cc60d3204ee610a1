"""The relay's floor: a bare idempotent aiokafka producer that sends the same records in batches, with no ledger."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer
from loketbus_contracts.envelope import encode

from benchmarks.payloads import event
from benchmarks.process import Spec, contend

BATCH = 500


async def main(spec: Spec) -> dict[str, Any]:
    """Publish `spec["events"]` records."""
    records = [encode(event(spec["to"], number)) for number in range(spec["events"])]
    async with AIOKafkaProducer(bootstrap_servers=spec["bootstrap"], acks="all", enable_idempotence=True) as producer:
        for start in range(0, len(records), BATCH):
            sent = [
                await producer.send(spec["to"], value, key=key, headers=headers)
                for key, value, headers in records[start : start + BATCH]
            ]
            await asyncio.gather(*sent)
    return {"published": len(records)}


if __name__ == "__main__":
    contend(main)
