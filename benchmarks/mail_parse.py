"""Figures of the mail parser: its time beside the standard library's bare parser, and the memory for one large mail."""

from __future__ import annotations

from random import Random

from benchmarks import mails, process
from benchmarks.figure import Figure, median
from benchmarks.run import Run

_MEGABYTE = 2**20
_LEAST_MB = 0.1
_SETS = {"mail_parse_small": "small", "mail_parse": "whole"}


async def measure(run: Run) -> list[Figure]:
    """The demo's small mails by themselves too: large attachments cost us less than they cost the standard library."""
    outcome = await process.run("mail_parse", run.spec(mails=run.sizes.mails, rounds=run.sizes.rounds))
    figures = []
    for (name, key), count, size in zip(_SETS.items(), outcome.answer["mails"], outcome.answer["bytes"], strict=True):
        ours, bare = (median(outcome.answer[key][who]) * 1000 for who in ("ours", "bare"))
        what = f"bare BytesParser, {count:,} mails, {size / 1e6:,.1f} MB"
        figures.append(Figure(name, ours, "ms", bare, outcome.rss_mb, what))
        run.say(f"{name}: {figures[-1].ratio:.2f} times the bare parser")
    return [*figures, await _memory(run)]


async def _memory(run: Run) -> Figure:
    size = run.sizes.mail_bytes
    raw = mails.with_attachments(Random(1), [size * 3 // 8] * 2)  # base64 makes 4 bytes of 3, and adds line ends
    path = run.folder / f"{run.prefix}-large.eml"
    path.write_bytes(raw)
    outcome = await process.run("mail_memory", run.spec(path=str(path)))
    growth, mail = max(outcome.answer["growth_mb"], _LEAST_MB), len(raw) / _MEGABYTE
    run.say(f"mail_memory: {growth:.1f} MB more for a mail of {mail:.0f} MB")
    return Figure("mail_memory", growth, "MB", mail, outcome.rss_mb, "size of the one mail that was stored")
