"""A lane of ours with `slots` calls side by side to a remote over HTTP that takes its time, and order per key.

The client is a few lines over asyncio's streams, not httpx: one httpx call costs 1 to 2 ms of CPU by itself, and a pool
of 200 connections ten times that (httpcore 1.0.9 compares every pair of them at every request). The lane is measured.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.payloads import SINCE
from benchmarks.process import Spec, contend
from loketbus.lanes.adapter import Effect, Lane
from loketbus.ledger.tx import Cause, Tx
from loketbus.runtime import Runtime
from loketbus.service import Service, Wiring
from loketbus.settings import BusSettings

LANE = "remote:gent"
KEYS_PER_SLOT = 2
REQUESTS_AT_ONCE = 500

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class KeptAlive:
    """Posts over connections that are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Connection] = []

    async def post(self, path: str, body: bytes) -> None:
        """One request; anything but 200 is a mistake in the benchmark."""
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"POST %b HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (path.encode(), len(body), body))
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(2)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        self._idle.append((reader, writer))

    def close(self) -> None:
        """Close what is kept."""
        for _, writer in self._idle:
            writer.close()


class SlowRemote:
    """Calls the remote once per effect and remembers in which order the calls of a key began and ended."""

    def __init__(self, client: KeptAlive, expected: int) -> None:
        self._client = client
        self._left = expected
        self.calls: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.all_done = asyncio.Event()
        self.first_call_at = 0.0
        self.last_done_at = 0.0
        self._loop = asyncio.get_running_loop()

    async def run(self, effect: Effect) -> Mapping[str, Any]:
        """One call."""
        self.first_call_at = self.first_call_at or time.monotonic()
        number = effect.json()["number"]
        self.calls[effect.key].append(("begin", number))
        await self._client.post(f"/effects/{effect.key}", effect.payload)
        self.calls[effect.key].append(("end", number))
        return {}

    def done(self, tx: Tx, effect: Effect, result: Mapping[str, Any]) -> None:
        """Count; called in the transaction that finishes the effect."""
        self._left -= 1
        self.last_done_at = time.monotonic()
        if self._left == 0:
            self._loop.call_soon_threadsafe(self.all_done.set)

    def assert_order(self) -> None:
        """Every key's calls came one after the other, in the order in which they were asked for."""
        for key, calls in self.calls.items():
            numbers = [number for _, number in calls]
            if numbers != sorted(numbers) or [what for what, _ in calls] != ["begin", "end"] * (len(calls) // 2):
                raise AssertionError(f"{key}: out of order: {calls}")


async def main(spec: Spec) -> dict[str, Any]:
    """Carry out `spec["effects"]` effects."""
    slots, effects = spec["slots"], spec["effects"]
    client = KeptAlive(spec["port"])
    adapter = SlowRemote(client, effects)

    def wire(bus: Wiring[BusSettings]) -> None:
        bus.lane(Lane(LANE, adapter, concurrency=slots))

    settings = BusSettings(kafka=spec["bootstrap"], var=Path(spec["folder"]))
    runtime = Runtime(Service("effects", "Meting", wire, BusSettings), settings)
    for start in range(0, effects, REQUESTS_AT_ONCE):
        await _request(runtime, range(start, min(start + REQUESTS_AT_ONCE, effects)), slots * KEYS_PER_SLOT)
    async with runtime:
        await adapter.all_done.wait()
    client.close()
    adapter.assert_order()
    return {"seconds": adapter.last_done_at - adapter.first_call_at}


async def _request(runtime: Runtime[Any], numbers: range, keys: int) -> None:
    cause = Cause(consumer="bench", source="bench", id=f"{numbers.start}", at=SINCE, correlation_id="bench")

    def ask(tx: Tx) -> None:
        for number in numbers:
            tx.effect(LANE, f"key-{number % keys}", "post", {"number": number})

    await runtime.write(cause, ask)


if __name__ == "__main__":
    contend(main)
