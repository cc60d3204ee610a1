"""Figure `relay`: rows/s from a full outbox to Kafka, beside a bare producer with the same records."""

from __future__ import annotations

from collections import defaultdict

from benchmarks import kafka, process
from benchmarks.figure import Figure, median, steady_rate
from benchmarks.run import Run

OURS, FLOOR = CONTENDERS = ("relay", "aiokafka_producer")


async def measure(run: Run) -> list[Figure]:
    """Two contenders, in turns."""
    rows = run.sizes.relay_rows
    rates: dict[str, list[float]] = defaultdict(list)
    memory: list[float] = []
    for number in range(run.sizes.rounds):
        for contender in CONTENDERS if number % 2 else CONTENDERS[::-1]:
            to = run.topic(f"{contender}-{number}")
            await kafka.make_topics(run.bootstrap, [to])
            outcome = await process.run(contender, run.spec(to=to, events=rows))
            rates[contender].append(steady_rate(await kafka.appended(run.bootstrap, to, rows)))
            run.say(f"{contender} {number + 1}: {rates[contender][-1]:,.0f} rows/s")
            if contender == OURS:
                memory.append(outcome.rss_mb)
    what = "bare producer, no ledger"
    return [Figure("relay", median(rates[OURS]), "rows/s", median(rates[FLOOR]), max(memory), what)]
