"""Figures of `kbo_lookup`: everything about one enterprise by its number, in process, beside `search()` of PyPI `cbe`.

One process asks both about the same enterprises, in turns; each opens and answers its own register. What they say is
compared field by field.
"""

from __future__ import annotations

import random
from zipfile import ZipFile

from benchmarks import process
from benchmarks.figure import Figure
from benchmarks.kbo_build import CBE, DEADLINE_SECONDS, OURS, built
from benchmarks.kbo_data import Archives, archives
from benchmarks.run import Run
from benchmarks.stopwatch import told

SEED = 4
SHARES = {"kbo_lookup": 0.5, "kbo_lookup_p99": 0.99}


async def measure(run: Run) -> list[Figure]:
    """Returns p50 and p99.

    Raises:
        AssertionError: the two say different things about an enterprise.
    """
    source = archives(run)
    numbers = _numbers(source, 2 * run.sizes.kbo_lookups)
    ours, cbe = await built(run, OURS), await built(run, CBE)
    spec = run.spec(archive=str(source.full), ours=str(ours), cbe=str(cbe), numbers=numbers)
    outcome = await process.run("kbo_lookup", spec, deadline_seconds=DEADLINE_SECONDS)
    answer, times = outcome.answer, told(outcome.answer["times"])
    if answer["different"]:
        raise AssertionError(f"ours and cbe differ: {answer['different']}")
    run.say(f"kbo_lookup: the same answers about {answer['compared']:,} enterprises")
    run.say(f"kbo_lookup: {'; '.join(f'{who} {one}' for who, one in times.items())}")
    what = f"cbe search(), {len(times['ours'].wall):,} enterprises"
    return [
        Figure(name, times["ours"].ms(share), "ms", times["cbe"].ms(share), answer["rss_mb"], what)
        for name, share in SHARES.items()
    ]


def _numbers(source: Archives, most: int) -> list[str]:
    """Distinct enterprise numbers from all over the register, as it writes them."""
    with ZipFile(source.full) as packed, packed.open("enterprise.csv") as rows:
        next(rows)
        every = [row[1:13].decode() for row in rows]
    return random.Random(SEED).sample(every, min(most, len(every)))
