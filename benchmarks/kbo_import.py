"""Figures of `kbo_import`: a Full from its zip file to a register that answers, beside DuckDB and PyPI `cbe`.

Seconds count from the zip file to everything in its files, without the start of Python and its imports. Memory is the
peak of all processes together (see `tree`), disk what is left behind.
"""

from __future__ import annotations

from collections import defaultdict

from benchmarks.figure import Figure, median
from benchmarks.kbo_build import CBE, CONTENDERS, DUCKDB, OURS, Built, build
from benchmarks.kbo_data import archives
from benchmarks.run import Run


async def measure(run: Run) -> list[Figure]:
    """Three contenders on the same archive, in turns that rotate from round to round."""
    source = archives(run)
    outcomes: dict[str, list[Built]] = defaultdict(list)
    for number in range(run.sizes.rounds):
        for contender in rotated(number):
            one = await build(run, contender, source)
            outcomes[contender].append(one)
            took = f"{one.seconds:,.2f} s ({one.cpu_seconds:,.1f} s CPU)"
            run.say(f"{contender} {number + 1}: {took}, {one.rss_mb:,.0f} MB of memory, {one.disk_mb:,.0f} MB on disk")
    return _figures(outcomes, f"{sum(source.rows.values()):,} rows")


def rotated(number: int) -> tuple[str, ...]:
    """The order of the contenders in a round."""
    shift = number % len(CONTENDERS)
    return CONTENDERS[shift:] + CONTENDERS[:shift]


def _figures(outcomes: dict[str, list[Built]], what: str) -> list[Figure]:
    seconds = {name: median([one.seconds for one in found]) for name, found in outcomes.items()}
    memory = {name: max(one.rss_mb for one in found) for name, found in outcomes.items()}
    disk = {name: outcomes[name][-1].disk_mb for name in CONTENDERS}
    ours, peak = seconds[OURS], memory[OURS]
    return [
        Figure("kbo_import_vs_duckdb", ours, "s", seconds[DUCKDB], peak, f"DuckDB, unzip + load, no indexes; {what}"),
        Figure("kbo_import_vs_cbe", ours, "s", seconds[CBE], peak, f"cbe, zip to SQLite; {what}"),
        Figure("kbo_import_memory", peak, "MB", memory[DUCKDB], peak, f"DuckDB; cbe {memory[CBE]:,.0f} MB"),
        Figure("kbo_import_disk", disk[OURS], "MB", disk[CBE], peak, f"cbe; DuckDB {disk[DUCKDB]:,.0f} MB"),
    ]
