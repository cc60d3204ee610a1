"""Figures `bus_vs_aiokafka` and `bus_vs_faststream`: events/s through consume -> ledger write -> publish."""

from __future__ import annotations

from collections import defaultdict

from benchmarks import kafka, process
from benchmarks.figure import Figure, median, steady_rate
from benchmarks.payloads import event
from benchmarks.run import Run

OURS, FLOOR, PEER = CONTENDERS = ("bus", "aiokafka_loop", "faststream_plain")


async def measure(run: Run) -> list[Figure]:
    """Three contenders on the same records, in turns that rotate from round to round."""
    events, source = run.sizes.bus_events, run.topic("question")
    await kafka.make_topics(run.bootstrap, [source])
    await kafka.fill(run.bootstrap, source, (event(source, number) for number in range(events)))
    rates: dict[str, list[float]] = defaultdict(list)
    memory: list[float] = []
    for number in range(run.sizes.rounds):
        for contender in rotated(number):
            outcome, rate = await _one(run, contender, source, run.topic(f"{contender}-{number}"))
            rates[contender].append(rate)
            cpu = outcome.cpu_seconds / events * 1e6
            run.say(f"{contender} {number + 1}: {rate:,.0f} events/s, {cpu:.0f} us CPU per event")
            if contender == OURS:
                memory.append(outcome.rss_mb)
    ours = median(rates[OURS])
    return [
        Figure("bus_vs_aiokafka", ours, "events/s", median(rates[FLOOR]), max(memory), "bare aiokafka loop, no ledger"),
        Figure("bus_vs_faststream", ours, "events/s", median(rates[PEER]), max(memory), "plain FastStream, no ledger"),
    ]


def rotated(number: int) -> tuple[str, ...]:
    """The order of the contenders in a round: nobody always goes first."""
    shift = number % len(CONTENDERS)
    return CONTENDERS[shift:] + CONTENDERS[:shift]


async def _one(run: Run, contender: str, source: str, to: str) -> tuple[process.Outcome, float]:
    events = run.sizes.bus_events
    await kafka.make_topics(run.bootstrap, [to])
    outcome = await process.run(contender, run.spec(source=source, to=to, events=events))
    return outcome, steady_rate(await kafka.appended(run.bootstrap, to, events))
