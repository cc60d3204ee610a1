"""A register as each contender holds it, built in a process of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from benchmarks import process
from benchmarks.address_data import Downloads, downloads
from benchmarks.kbo_build import DEADLINE_SECONDS, Built
from benchmarks.kbo_data import level, size_mb
from benchmarks.run import Run
from services.address.settings import MECHELEN

OURS, BARE = CONTENDERS = ("address_ours", "address_bare")
Kind = Literal["flanders", "neighbours", "best"]
"""All of the extract; the municipalities that the settings keep, out of the same file; all of BeSt."""


async def build(run: Run, contender: str, kind: Kind, source: Downloads) -> tuple[Built, int]:
    """Import afresh, and how many addresses there are then; what the contender had is removed.

    Raises:
        AssertionError: the contender does not hold every address of the download.
    """
    register = _folder(run, contender, kind)
    shutil.rmtree(register, ignore_errors=True)
    register.mkdir(parents=True)
    archive = source.best if kind == "best" else source.extract
    level([archive])
    nis = MECHELEN if kind == "neighbours" else None
    spec = run.spec(register=str(register), archive=str(archive), kind=kind, nis=nis)
    outcome = await process.run(contender, spec, whole_tree=True, deadline_seconds=DEADLINE_SECONDS)
    answer = outcome.answer
    _complete(answer, _wanted(kind, source), contender)
    built = Built(answer["seconds"], outcome.cpu_seconds, outcome.rss_mb, size_mb(register))
    return built, answer["addresses"]


async def built(run: Run, contender: str) -> Path:
    """The folder of the contender's Flanders; from an earlier figure of this run where there was one."""
    register = _folder(run, contender, "flanders")
    if not register.exists():
        run.say(f"{contender}: importing the register that is asked")
        await build(run, contender, "flanders", downloads(run))
    return register


def _folder(run: Run, contender: str, kind: Kind) -> Path:
    return run.folder / "registers" / f"{contender}-{kind}"


def _wanted(kind: Kind, source: Downloads) -> int | None:
    """How many addresses; None: fewer than all."""
    return {"flanders": source.addresses, "best": source.best_addresses, "neighbours": None}[kind]


def _complete(answer: Mapping[str, Any], wanted: int | None, contender: str) -> None:
    if wanted is not None and answer["addresses"] != wanted:
        raise AssertionError(f"{contender} holds {answer['addresses']} addresses instead of {wanted}")
