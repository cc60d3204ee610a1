"""Figure `backlog_memory`: peak memory of a service with a large backlog beside the same service with a small one."""

from __future__ import annotations

from benchmarks import kafka, process
from benchmarks.figure import Figure
from benchmarks.payloads import event
from benchmarks.run import Run


async def measure(run: Run) -> list[Figure]:
    """The whole backlog is handled, so memory that grows with what was handled shows too."""
    small = await _peak_mb(run, "small", run.sizes.backlog_small)
    large = await _peak_mb(run, "large", run.sizes.backlog_large)
    what = f"{run.sizes.backlog_small:,} events of backlog instead of {run.sizes.backlog_large:,}"
    return [Figure("backlog_memory", large, "MB", small, large, what)]


async def _peak_mb(run: Run, name: str, events: int) -> float:
    source, to = run.topic(f"backlog-{name}"), run.topic(f"handled-{name}")
    await kafka.make_topics(run.bootstrap, [source, to])
    await kafka.fill(run.bootstrap, source, (event(source, number) for number in range(events)))
    outcome = await process.run("bus", run.spec(source=source, to=to, events=events))
    run.say(f"backlog of {events:,}: peak {outcome.rss_mb:.0f} MB")
    return outcome.rss_mb
