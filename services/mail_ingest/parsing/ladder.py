"""How a mail that hangs or crashes the parser is read all the same: in a killable process, with less and less."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from loketbus.errors import Outcome
from loketbus.workers import WorkerDied, WorkerError, WorkerPool, WorkerTimeout
from services.mail_ingest.parsing.model import HEADERS_ONLY, TEXT_ONLY, Limits

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

STEPS = (None, TEXT_ONLY, HEADERS_ONLY)
"""Everything; no HTML parser and nothing unpacked (the identity stays the same); the headers and the start, as text."""


async def parse_with_less(
    pool: WorkerPool, parse: Callable[[*Ts, Limits | None], T], *args: *Ts, timeout_seconds: float
) -> T:
    """`parse(*args, limits)` in a process of `pool`, for each step of the ladder until one ends well.

    Raises:
        WorkerTimeout, WorkerDied: it hangs or crashes it every time.
        WorkerError: no process can be had.
        Exception: whatever `parse` raises.
    """
    problem: WorkerTimeout | WorkerDied | None = None
    for limits in STEPS:
        try:
            return await pool.run(parse, *args, limits, timeout_seconds=timeout_seconds)
        except (WorkerTimeout, WorkerDied) as error:
            problem = error
    assert problem is not None
    raise problem


def reason(error: Exception) -> str:
    """A stable code for why a mail could not be read, for the quarantine."""
    if isinstance(error, WorkerTimeout):
        return "parse_timeout"
    if isinstance(error, WorkerDied):
        return f"parser_died_{error.reason}"
    if isinstance(error, WorkerError):
        return "parser_unavailable"
    return error.code if isinstance(error, Outcome) else f"defect_{type(error).__name__}"
