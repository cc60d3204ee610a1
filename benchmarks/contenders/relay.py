"""Our relay alone: an outbox that is full at the start, published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.contenders.bus import published
from benchmarks.payloads import SINCE, event, topic
from benchmarks.process import Spec, contend
from loketbus.ledger.tx import Cause, Tx
from loketbus.runtime import Runtime
from loketbus.service import Service, Wiring
from loketbus.settings import BusSettings

ROWS_AT_ONCE = 500


def _wire(bus: Wiring[BusSettings]) -> None:
    """Nothing but the relay that every service has."""


async def main(spec: Spec) -> dict[str, Any]:
    """Publish `spec["events"]` rows."""
    settings = BusSettings(kafka=spec["bootstrap"], var=Path(spec["folder"]))
    runtime = Runtime(Service("relay", "Meting", _wire, BusSettings), settings)
    to, rows = topic(spec["to"]), spec["events"]
    for start in range(0, rows, ROWS_AT_ONCE):
        cause = Cause(consumer="bench", source="bench", id=f"{start}", at=SINCE, correlation_id="bench")

        def emit(tx: Tx, numbers: range = range(start, min(start + ROWS_AT_ONCE, rows))) -> None:
            for wanted in (event(to.name, number) for number in numbers):
                tx.emit(to, wanted.key, wanted.data)

        await runtime.write(cause, emit)
    async with runtime:
        await published(runtime, rows)
    return {"published": rows}


if __name__ == "__main__":
    contend(main)
