"""Figure `address_http`: streets while somebody types, over HTTP, beside `/health`, which does nothing.

The service runs as it does in a container (`loketbus run address`), with Kafka, on a replica of Flanders. Another
process asks at fixed moments, 100 times a second, and counts from those moments (`address_ours_client`).
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

import httpx
from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, stop_after_delay, wait_fixed

from benchmarks import process
from benchmarks.address_asking import streets
from benchmarks.address_build import BARE, OURS, built
from benchmarks.address_queries import Typed, typed
from benchmarks.figure import Figure, percentile
from benchmarks.run import Run
from benchmarks.tree import Tree
from loketbus import topics
from loketbus.discovery import address_file
from loketbus.security import TokenStore
from loketbus.settings import BusSettings

PER_SECOND = 100
CLIENT = "address_ours_client"
SUGGEST, FLOOR = "/streets", "/health"
READY_SECONDS = 60.0
_NOT_YET = (OSError, httpx.HTTPError)


async def measure(run: Run) -> list[Figure]:
    """p99 in milliseconds; the two endpoints in turns."""
    register, bare = await built(run, OURS), await built(run, BARE)
    asked = [one for one in typed(streets(bare), run.sizes.address_streets) if one.postcode]
    most = round(PER_SECOND * run.sizes.address_http_seconds)
    paths = {
        SUGGEST: [_path(one) for one in islice(cycle(asked), most)],
        FLOOR: [FLOOR] * most,
    }
    seconds: dict[str, list[float]] = defaultdict(list)
    async with _service(run, register) as (url, token, tree):
        for number in range(run.sizes.rounds):
            for name in list(paths)[:: -1 if number % 2 else 1]:
                spec = run.spec(url=url, token=token, paths=paths[name], per_second=PER_SECOND)
                took = (await process.run(CLIENT, spec)).answer["seconds"]
                seconds[name] += took
                run.say(f"address_http: {name} {number + 1}: {_line(took)}")
    p99, floor = (percentile(seconds[name], 0.99) * 1e3 for name in (SUGGEST, FLOOR))
    what = f"p99 of {FLOOR}; {PER_SECOND} a second, {len(seconds[SUGGEST]):,} questions"
    return [Figure("address_http", p99, "ms", floor, tree.peak_mb, what)]


def _path(one: Typed) -> str:
    return f"{SUGGEST}?{urlencode({'q': one.text, 'postcode': one.postcode})}"


def _line(seconds: list[float]) -> str:
    return ", ".join(f"p{share * 100:g} {percentile(seconds, share) * 1e3:.1f} ms" for share in (0.5, 0.99, 1))


@asynccontextmanager
async def _service(run: Run, var: Path) -> AsyncIterator[tuple[str, str, Tree]]:
    """Where it answers, a token for it, and its memory; it is ready."""
    settings = BusSettings(var=var, kafka=run.bootstrap, topic_prefix=f"{run.prefix}-http.")
    await topics.apply(settings)
    token = TokenStore(var / "tokens.json").create("benchmark", ["behandelaar"])
    log = var / "address.log"
    service = await _start(settings, log)
    tree = Tree(service.pid)
    watching = asyncio.create_task(tree.watch())
    try:
        yield await _ready(settings, service, log), token, tree
    finally:
        watching.cancel()
        tree.kill()
        await service.wait()


async def _start(settings: BusSettings, log: Path) -> asyncio.subprocess.Process:
    own = {"LOKETBUS_VAR": str(settings.var), "LOKETBUS_KAFKA": settings.kafka}
    own["LOKETBUS_TOPIC_PREFIX"] = settings.topic_prefix
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOKETBUS_")}
    with log.open("wb") as said:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "loketbus", "run", "address", "--port", "0"),
            env=inherited | own,
            stdout=said,
            stderr=said,
        )


async def _ready(settings: BusSettings, service: asyncio.subprocess.Process, log: Path) -> str:
    """Its URL, once it could handle an event.

    Raises:
        RuntimeError: it ended, or took too long; with the end of what it said.
    """
    try:
        async for attempt in AsyncRetrying(
            wait=wait_fixed(0.1), stop=stop_after_delay(READY_SECONDS), retry=retry_if_exception_type(_NOT_YET)
        ):
            with attempt:
                if service.returncode is None:
                    return await _url(settings)
    except RetryError:
        pass
    raise RuntimeError(f"the service is not ready:\n{_end(log)}")


def _end(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


async def _url(settings: BusSettings) -> str:
    known = json.loads(address_file(settings, "address").read_text(encoding="utf-8"))
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.get(f"{known['url']}/ready")).raise_for_status()
    return str(known["url"])
