"""Figures of `address_import`: a download from its zip file to a replica that answers, beside a bare load.

The floor unzips the same bytes and puts them as text into SQLite tables without an index (`address_bare`). Seconds
count without the start of Python and its imports. Memory is the peak of all processes together (see `tree`), disk what
is left behind. Mechelen and its neighbours come out of the same download of Flanders, as a city imports it.
"""

from __future__ import annotations

from collections import defaultdict

from benchmarks.address_build import BARE, CONTENDERS, OURS, Kind, build
from benchmarks.address_data import downloads
from benchmarks.figure import Figure, median
from benchmarks.kbo_build import Built
from benchmarks.run import Run

KINDS: tuple[Kind, ...] = ("flanders", "neighbours", "best")
Outcomes = dict[tuple[str, Kind], list[Built]]


async def measure(run: Run) -> list[Figure]:
    """Two contenders on the same files, in turns.

    Raises:
        AssertionError: they do not hold the same number of addresses.
    """
    source, outcomes, held = downloads(run), defaultdict[tuple[str, Kind], list[Built]](list), dict[Kind, int]()
    for number in range(run.sizes.rounds):
        for kind in KINDS:
            for contender in CONTENDERS[:: -1 if number % 2 else 1]:
                one, addresses = await build(run, contender, kind, source)
                outcomes[contender, kind].append(one)
                run.say(f"address_import, {kind}: {contender} {number + 1}: {_line(one)}, {addresses:,} addresses")
                if held.setdefault(kind, addresses) != addresses:
                    raise AssertionError(f"{kind}: {contender} holds {addresses} addresses, another {held[kind]}")
    return _figures(outcomes, held)


def _line(one: Built) -> str:
    took = f"{one.seconds:,.2f} s ({one.cpu_seconds:,.1f} s CPU)"
    return f"{took}, {one.rss_mb:,.0f} MB of memory, {one.disk_mb:,.0f} MB on disk"


def _figures(outcomes: Outcomes, held: dict[Kind, int]) -> list[Figure]:
    ours, bare = outcomes[OURS, "flanders"], outcomes[BARE, "flanders"]
    peak, floor = (max(one.rss_mb for one in found) for found in (ours, bare))
    names: tuple[tuple[str, Kind, str], ...] = (
        ("address_import", "flanders", "DBF tables into SQLite, no indexes"),
        ("address_import_neighbours", "neighbours", "unzip the same, keep only these addresses"),
        ("address_import_best", "best", "BeSt's CSV into SQLite, no indexes"),
    )
    return [
        *(_seconds(name, outcomes, kind, f"{what}; {held[kind]:,} addresses") for name, kind, what in names),
        Figure("address_import_memory", peak, "MB", floor, peak, "the bare load"),
        Figure("address_import_disk", ours[-1].disk_mb, "MB", bare[-1].disk_mb, peak, "the bare load, all columns"),
    ]


def _seconds(name: str, outcomes: Outcomes, kind: Kind, what: str) -> Figure:
    ours, bare = outcomes[OURS, kind], outcomes[BARE, kind]
    seconds, floor = (median([one.seconds for one in found]) for found in (ours, bare))
    return Figure(name, seconds, "s", floor, max(one.rss_mb for one in ours), what)
