"""The peer addok with redis: which of the register it holds, and where it answers.

It gets every street of BeSt's download with its postcodes and municipality, and every house number in use or proposed
with its position: all that its model has a place for. It has none for boxes, units and parcels. Its settings are its
own (reference, section 7); `addok batch` and `addok ngrams` load it.

It lives in `.venv-peers` (`make bench-address-full` makes it, from `requirements/peers.lock`): it brings a pytest
plugin that would disturb our tests. Without that folder the figures go without it, and say so.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from benchmarks.address_data import downloads
from benchmarks.address_redis import DUMP, Redis, find_program, running
from benchmarks.kbo_build import DEADLINE_SECONDS
from benchmarks.run import Run

VALID = frozenset({"current", "proposed"})
MESSAGE = "addok is left out: {}"


@dataclass(frozen=True, slots=True)
class Addok:
    """Where it answers, and the interpreter that can ask it."""

    python: Path
    port: int


@asynccontextmanager
async def serving(run: Run) -> AsyncIterator[Addok | None]:
    """With the register of the run in it, loaded by an earlier figure where there was one; None: it is not here."""
    python = run.peers / "bin" / "python"
    if not python.exists():
        run.say(MESSAGE.format(f"no {run.peers} (make bench-address-full makes it)"))
        yield None
        return
    try:
        program = find_program(run.data)
    except FileNotFoundError as error:
        run.say(MESSAGE.format(error))
        yield None
        return
    folder = run.folder / "addok"
    folder.mkdir(exist_ok=True)
    with running(program, folder) as redis:
        if not (folder / DUMP).exists():
            await _load(run, python, redis, folder)
        yield Addok(python, redis.port)


async def _load(run: Run, python: Path, redis: Redis, folder: Path) -> None:
    documents = folder / "streets.jsonl"
    streets, numbers = await asyncio.to_thread(write_documents, downloads(run).best, documents)
    start = time.perf_counter()
    for command in (("batch", str(documents)), ("ngrams",)):
        await _addok(python, redis.port, command)
    seconds = time.perf_counter() - start
    run.say(f"addok holds {streets:,} streets with {numbers:,} house numbers: {seconds:,.0f} s, {redis.rss_mb:,.0f} MB")
    documents.unlink()
    if redis.say("SAVE") != "+OK":
        raise RuntimeError("redis did not save the index")


async def _addok(python: Path, port: int, command: tuple[str, ...]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(str(python.with_name("addok")), *command),
        env=os.environ | {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(port)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"addok {command[0]} failed:\n{out.decode(errors='replace')[-3000:]}")


@dataclass(slots=True)
class _Street:
    """A document under way."""

    id: str
    name: str
    city: str
    position: dict[str, str]
    postcodes: set[str] = field(default_factory=set)
    numbers: dict[str, dict[str, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As addok reads it."""
        return {
            "_id": self.id,
            "type": "street",
            "name": self.name,
            "postcode": sorted(self.postcodes),
            "city": self.city,
            **self.position,
            "housenumbers": self.numbers,
        }


def write_documents(best: Path, target: Path) -> tuple[int, int]:
    """BeSt's download as addok's documents, one line per street; how many streets and house numbers."""
    streets = numbers = 0
    with target.open("w", encoding="utf-8") as file:
        for street in _streets(best):
            file.write(json.dumps(street.as_json()) + "\n")
            streets, numbers = streets + 1, numbers + len(street.numbers)
    return streets, numbers


def _streets(best: Path) -> Iterator[_Street]:
    """One municipality in memory at a time: the download is in that order."""
    with ZipFile(best) as packed, packed.open(packed.namelist()[0]) as raw:
        rows = csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline=""))
        for _, some in groupby(rows, itemgetter("municipality_id")):
            found: dict[str, _Street] = {}
            for row in some:
                if row["status"] in VALID:
                    _add(found, row)
            yield from found.values()


def _add(found: dict[str, _Street], row: dict[str, str]) -> None:
    position = {"lat": row["EPSG:4326_lat"], "lon": row["EPSG:4326_lon"]}
    name, city = row["streetname_nl"], row["municipality_name_nl"]
    street = found.setdefault(row["street_id"], _Street(row["street_id"], name, city, position))
    street.postcodes.add(row["postcode"])
    street.numbers.setdefault(row["house_number"], position)
