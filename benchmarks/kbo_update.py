"""Figure `kbo_update`: from an Update's zip file to a reader that sees it, beside DuckDB applying the same Update.

The reader is a process of its own that asks, again and again, which extract answers. DuckDB changes its one file in
place until the commit is in it; ours builds the next register aside and swaps it in, so that readers never wait.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks import process
from benchmarks.figure import Figure, median
from benchmarks.kbo_build import DEADLINE_SECONDS, DUCKDB, OURS, built
from benchmarks.kbo_data import Archives, archives, files, level
from benchmarks.process import Outcome
from benchmarks.run import Run


async def measure(run: Run) -> list[Figure]:
    """Two contenders, in turns; each round begins with the Full.

    Raises:
        AssertionError: they do not end with the same number of rows.
    """
    source = archives(run)
    registers = {name: await built(run, name) for name in (OURS, DUCKDB)}
    seconds: dict[str, list[float]] = defaultdict(list)
    memory: list[float] = []
    for number in range(run.sizes.rounds):
        rows = {}
        for name in (OURS, DUCKDB)[:: 1 if number % 2 else -1]:
            took, outcome = await _one(run, name, registers[name], source)
            rows[name] = outcome.answer["rows"]
            seconds[name].append(took)
            run.say(f"kbo_update: {name} {number + 1}: {took:,.2f} s, {outcome.rss_mb:,.0f} MB of memory")
            if name == OURS:
                memory.append(outcome.rss_mb)
        if rows[OURS] != rows[DUCKDB]:
            raise AssertionError(f"{rows[OURS]} rows after the update instead of {rows[DUCKDB]}")
    what = f"DuckDB in place, no indexes; an update of {source.changed_rows:,} rows"
    return [Figure("kbo_update", median(seconds[OURS]), "s", median(seconds[DUCKDB]), max(memory), what)]


async def _one(run: Run, contender: str, register: Path, source: Archives) -> tuple[float, Outcome]:
    """Seconds until it was visible."""
    copy = run.folder / "updated"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(register, copy, symlinks=True)
    level([source.update, *files(copy)])
    spec = run.spec(register=str(copy), archive=str(source.update), update=True)
    if contender == DUCKDB:
        outcome = await process.run(contender, spec, deadline_seconds=DEADLINE_SECONDS)
        return outcome.answer["seconds"], outcome
    async with _reader(copy, source.extract + 1) as seen:
        outcome = await process.run(contender, spec, whole_tree=True, deadline_seconds=DEADLINE_SECONDS)
        return float(await seen.readline()) - outcome.answer["began"], outcome


@asynccontextmanager
async def _reader(register: Path, extract: int) -> AsyncIterator[asyncio.StreamReader]:
    """A process that says when (monotonic clock, one for all processes) it saw the extract; it reads already."""
    spec = json.dumps({"register": str(register), "extract": extract})
    reader = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.contenders.kbo_reader", spec), stdout=asyncio.subprocess.PIPE
    )
    assert reader.stdout is not None
    try:
        await reader.stdout.readline()
        yield reader.stdout
    finally:
        if reader.returncode is None:
            reader.kill()
        await reader.wait()
