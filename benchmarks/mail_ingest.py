"""Figures of `mail_ingest`: mails/s from a mailbox to their events on Kafka, beside a bare exchangelib loop.

Both read the same mails from the same Exchange simulator, in turns. The loop fetches and throws away; ours parses,
stores, links, writes its ledger and publishes.
"""

from __future__ import annotations

from collections import defaultdict
from email import message_from_bytes
from email.policy import compat32

from benchmarks import kafka, mails, process
from benchmarks.figure import Figure, median, steady_rate
from benchmarks.run import Run
from loketbus import topics
from loketbus.settings import BusSettings
from simulators.ews import EwsSimulator

OURS, FLOOR = CONTENDERS = ("mail_ingest", "exchangelib_loop")
PAGE = 50
AT_ONCE = 50
"""Mails that go into the simulator in one request."""


async def measure(run: Run) -> list[Figure]:
    """The demo's small mails by themselves, and with larger ones in the mix that a desk gets."""
    small, whole = mails.make(run.folder / f"{run.prefix}-mails", run.sizes.mailbox_mails)
    return [await _measure(run, "mail_ingest_small", small), await _measure(run, "mail_ingest", whole)]


async def _measure(run: Run, name: str, raws: list[bytes]) -> Figure:
    """Two contenders in turns, each from an empty start."""
    chosen = _told_apart(raws)
    rates: dict[str, list[float]] = defaultdict(list)
    memory: list[float] = []
    with EwsSimulator(run_as="process") as simulator:
        for start in range(0, len(chosen), AT_ONCE):
            simulator.control.add_mails(chosen[start : start + AT_ONCE])
        for number in range(run.sizes.rounds):
            for contender in CONTENDERS if number % 2 else CONTENDERS[::-1]:
                outcome, moments = await _one(run, contender, simulator, len(chosen), f"{run.prefix}-{name}-{number}.")
                rates[contender].append(steady_rate(moments))
                run.say(f"{name}: {contender} {number + 1}: {rates[contender][-1]:,.1f} mails/s")
                if contender == OURS:
                    memory.append(outcome.rss_mb)
    size = sum(map(len, chosen)) / 1e6
    what = f"bare exchangelib loop, {len(chosen)} mails, {size:,.1f} MB"
    return Figure(name, median(rates[OURS]), "mails/s", median(rates[FLOOR]), max(memory), what)


def _told_apart(raws: list[bytes]) -> list[bytes]:
    """Each with a Message-ID of its own, so that mails and events can be counted against each other."""
    by_id = {message_from_bytes(raw, policy=compat32)["Message-ID"]: raw for raw in reversed(raws)}
    return [raw for name, raw in by_id.items() if name]


async def _one(
    run: Run, contender: str, simulator: EwsSimulator, expected: int, prefix: str
) -> tuple[process.Outcome, list[int]]:
    """How it went, and when (ms) each mail was through."""
    options = simulator.options
    reach = {"url": simulator.url, "mailbox": options.mailbox, "user": options.user, "password": options.password}
    spec = run.spec(**reach, mails=expected, page=PAGE, prefix=prefix.replace("_", "-"))
    if contender == FLOOR:
        outcome = await process.run(contender, spec)
        return outcome, outcome.answer["moments"]
    await topics.apply(BusSettings(kafka=run.bootstrap, topic_prefix=spec["prefix"]))
    outcome = await process.run(contender, spec)
    records = [record async for record in kafka.read_all(run.bootstrap, f"{spec['prefix']}mail.received.v1")]
    if len(records) != expected:
        raise AssertionError(f"{len(records)} events instead of {expected}")
    return outcome, [record.timestamp for record in records]
