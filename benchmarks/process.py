"""A contender runs in a process of its own, so that its memory and its interpreter are its own."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import uvloop

from benchmarks.tree import Tree

DEADLINE_SECONDS = 600.0
ANSWER_MAX = 64 << 20
"""Bytes. Below it the pipe is never paused: behind a pause, uvloop lost what a process wrote before its end."""
_MEGABYTE = 2**20

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contender's process says about itself."""

    rss_mb: float
    """Its peak; of all its processes together where `run` was asked to watch them."""
    cpu_seconds: float
    """Of the processes too that it started and waited for."""
    answer: dict[str, Any]


async def run(
    contender: str,
    spec: Spec,
    *,
    whole_tree: bool = False,
    deadline_seconds: float = DEADLINE_SECONDS,
    python: str | Path = sys.executable,
) -> Outcome:
    """Run `benchmarks.contenders.<contender>` to its end.

    Args:
        whole_tree: it starts processes of its own, whose memory counts too.
        python: of another environment, for a peer that cannot live in ours.

    Raises:
        RuntimeError: it failed; with the end of what it said.
        TimeoutError: it did not end in time (and was killed).
    """
    process = await asyncio.create_subprocess_exec(
        *(str(python), "-m", f"benchmarks.contenders.{contender}", json.dumps(spec)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=ANSWER_MAX,
    )
    tree = Tree(process.pid)
    watching = asyncio.create_task(tree.watch()) if whole_tree else None
    try:
        async with asyncio.timeout(deadline_seconds):
            out, err = await process.communicate()
    finally:
        if watching is not None:
            watching.cancel()
        if process.returncode is None:
            tree.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"{contender} failed:\n{err.decode(errors='replace')[-3000:]}")
    said = Outcome(**json.loads(out.splitlines()[-1]))
    return replace(said, rss_mb=max(said.rss_mb, tree.peak_mb))


def contend(work: Callable[[Spec], Coroutine[Any, Any, dict[str, Any]]]) -> None:
    """The main of a contender: do `work` on the event loop that services use, and report."""
    imported = _cpu_seconds()
    answer = uvloop.run(work(json.loads(sys.argv[1])))
    used = _cpu_seconds() - imported
    print(json.dumps({"rss_mb": peak_rss_mb(), "cpu_seconds": used, "answer": answer}))


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_rss_mb() -> float:
    """The most resident memory this process had, in MB (2**20 bytes)."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss: on Linux that starts at what the parent had when it forked.
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS
    return max(peak, int(psutil.Process().memory_info().rss)) / _MEGABYTE
