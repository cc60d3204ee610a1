"""Many browsers: so many questions a second at fixed moments, whether the last one is answered or not.

How long an answer took counts from the moment at which it should have been asked, so that a service that falls behind
cannot hide it.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx

from benchmarks.process import Spec, contend

CONNECTIONS = 50
DEADLINE_SECONDS = 30.0


async def main(spec: Spec) -> dict[str, Any]:
    """Ask each of `spec["paths"]` once, `spec["per_second"]` of them a second; seconds that each took.

    Raises:
        httpx.HTTPStatusError: one was refused: then nothing was measured.
    """
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    headers = {"authorization": f"Bearer {spec['token']}"}
    options = {"base_url": spec["url"], "headers": headers, "limits": limits, "timeout": DEADLINE_SECONDS}
    async with httpx.AsyncClient(**options, trust_env=False) as client:
        await asyncio.gather(*(_ask(client, path) for path in spec["paths"][:CONNECTIONS]))  # connects
        start = time.perf_counter() + 0.1
        moments = (start + nth / spec["per_second"] for nth in range(len(spec["paths"])))
        asking = [_at(client, path, at) for path, at in zip(spec["paths"], moments, strict=True)]
        return {"seconds": await asyncio.gather(*asking)}


async def _at(client: httpx.AsyncClient, path: str, moment: float) -> float:
    """Seconds from the moment to the whole answer."""
    await asyncio.sleep(moment - time.perf_counter())
    await _ask(client, path)
    return time.perf_counter() - moment


async def _ask(client: httpx.AsyncClient, path: str) -> None:
    (await client.get(path)).raise_for_status()


if __name__ == "__main__":
    contend(main)
