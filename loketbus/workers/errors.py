"""What can go wrong with a worker; what that says about the item is for the caller to decide.

WorkerError
 +- WorkerTimeout      the call passed its deadline and its process was killed
 +- WorkerDied         the process ended in the middle of the call (crash, memory, kill)
 +- WorkerStartError   the process did not come up: a defect of ours or of the machine, never the item's fault
"""

from __future__ import annotations

import signal

from loketbus.errors import LoketbusError


class WorkerError(LoketbusError):
    """Root of the errors of a worker; `pool` is its name."""

    def __init__(self, pool: str, text: str) -> None:
        super().__init__(f"worker of pool {pool!r} {text}")
        self.pool = pool


class WorkerTimeout(WorkerError):
    """The call took longer than `timeout_seconds`."""

    def __init__(self, pool: str, timeout_seconds: float) -> None:
        super().__init__(pool, f"was killed after {timeout_seconds:g} s")
        self.timeout_seconds = timeout_seconds


class WorkerDied(WorkerError):
    """The process ended before it answered.

    One death can be the machine's (the kernel killing for memory): blame the item when it happens again.

    Args:
        pool: name of the pool.
        reason: `memory`, `reply_too_large`, `signal` or `exit`.
        code: exit code, negative for a signal, None when it was still alive.
    """

    def __init__(self, pool: str, reason: str, code: int | None = None) -> None:
        super().__init__(pool, f"died: {reason}{_described(code)}")
        self.reason = reason
        self.code = code


class WorkerStartError(WorkerError):
    """The process died or stayed silent before its first call."""


def _described(code: int | None) -> str:
    if code is None:
        return ""
    if code >= 0:
        return f" (exit code {code})"
    known = {int(sig): sig.name for sig in signal.Signals}
    return f" ({known.get(-code, f'signal {-code}')})"
