"""A register as each contender holds it, built in a process of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks import process
from benchmarks.kbo_data import Archives, archives, level, size_mb
from benchmarks.run import Run

OURS, DUCKDB, CBE = CONTENDERS = ("kbo_ours", "kbo_duckdb", "kbo_cbe")
DEADLINE_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Built:
    """How the import of a Full went."""

    seconds: float
    cpu_seconds: float
    rss_mb: float
    """Peak of all processes together."""
    disk_mb: float


async def build(run: Run, contender: str, source: Archives) -> Built:
    """Import the Full afresh; what the contender had is removed.

    Raises:
        AssertionError: the contender does not hold every row of the archive.
    """
    register = _folder(run, contender)
    shutil.rmtree(register, ignore_errors=True)
    register.mkdir(parents=True)
    level([source.full])
    spec = run.spec(register=str(register), archive=str(source.full), update=False)
    outcome = await process.run(contender, spec, whole_tree=True, deadline_seconds=DEADLINE_SECONDS)
    if outcome.answer["rows"] != source.rows:
        raise AssertionError(f"{contender} holds {outcome.answer['rows']} instead of {source.rows}")
    return Built(outcome.answer["seconds"], outcome.cpu_seconds, outcome.rss_mb, size_mb(register))


async def built(run: Run, contender: str) -> Path:
    """The folder of the contender's register; from an earlier figure of this run where there was one."""
    register = _folder(run, contender)
    if not register.exists():
        run.say(f"{contender}: importing the register that is asked")
        await build(run, contender, archives(run))
    return register


def _folder(run: Run, contender: str) -> Path:
    return run.folder / "registers" / contender
