"""Figure `effects`: effects/s with many calls side by side to a slow remote; the floor is the most the slots allow."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks import process
from benchmarks.figure import Figure
from benchmarks.run import Run


async def measure(run: Run) -> list[Figure]:
    """One lane, one remote in a process of its own; order per key is checked."""
    sizes = run.sizes
    async with _remote(sizes.remote_seconds) as port:
        spec = run.spec(effects=sizes.effects, slots=sizes.slots, port=port)
        outcome = await process.run("effects", spec)
    rate = sizes.effects / outcome.answer["seconds"]
    ideal = sizes.slots / sizes.remote_seconds
    run.say(f"effects: {rate:,.0f} of at most {ideal:,.0f} per second")
    what = f"{sizes.slots} slots / {sizes.remote_seconds} s, the most there can be"
    return [Figure("effects", rate, "effects/s", ideal, outcome.rss_mb, what)]


@asynccontextmanager
async def _remote(seconds: float) -> AsyncIterator[int]:
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.contenders.slow_remote", json.dumps({"seconds": seconds})),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    try:
        yield int(await server.stdout.readline())
    finally:
        server.kill()
        await server.wait()
