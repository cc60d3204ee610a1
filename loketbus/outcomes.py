"""From an error to what happens next: one table, one pure function. Nobody else decides about retries.

| error | held event or effect | lane |
|---|---|---|
| Rejected | dead at once | up |
| NotYet | pending until it arrives or its deadline, then dead | up |
| Unavailable | pending, later | the runner probes: outage, or only this item is slow, and after a while stuck |
| Denied | pending | denied |
| anything else (a defect) | pending a few times, then dead with its stack | up |
"""

from __future__ import annotations

import hashlib
import random
import sysconfig
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from loketbus.errors import Denied, NotYet, Outcome, Rejected, Unavailable

RECHECK_NOT_YET = timedelta(seconds=60)
"""`arrived` wakes a NotYet at once; this is the net under it, for an arrival that was recorded in between."""

_LIBRARIES = ("site-packages", sysconfig.get_path("stdlib"))

DEFECT_MESSAGE = "Dit bericht kon niet verwerkt worden door een fout in Loketbus; ICT is op de hoogte."


class State(StrEnum):
    """State of a row in `effect`."""

    PENDING = "pending"
    RUNNING = "running"
    UNCERTAIN = "uncertain"
    STUCK = "stuck"
    DONE = "done"
    DEAD = "dead"
    DROPPED = "dropped"


class LaneState(StrEnum):
    """State of a lane; being paused is an operator's wish beside it."""

    UP = "up"
    OUTAGE = "outage"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient the bus is with one item."""

    base_seconds: float = 1.0
    cap_seconds: float = 300.0
    defect_attempts: int = 4
    stuck_after_attempts: int = 6
    """Attempts that failed while the lane itself was fine."""

    def delay(self, attempts: int) -> timedelta:
        """Exponential back-off with jitter (half to full), so that replicas and items do not march in step."""
        ceiling = min(self.cap_seconds, self.base_seconds * 2 ** min(attempts, 30))
        return timedelta(seconds=ceiling * random.uniform(0.5, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to write about an item that failed, and what it says about its lane."""

    state: State
    code: str
    message: str
    next_at: datetime
    detail: str | None = None
    stack: str | None = None
    audience: str = "ict"
    waits_for: str | None = None
    deadline: datetime | None = None
    ask_first: bool = False
    lane: LaneState | None = None
    """None: the item says nothing about the lane. OUTAGE is a suspicion that the runner checks with a probe."""


def judge(error: BaseException, *, attempts: int, now: datetime, policy: RetryPolicy) -> Verdict:
    """Decide about one failed attempt; `attempts` counts it (1 = the first)."""
    match error:
        case Rejected():
            return Verdict(
                state=State.DEAD,
                code=error.code,
                message=error.message,
                detail=error.detail,
                audience=error.audience,
                next_at=now,
            )
        case NotYet() if error.deadline <= now:
            message = "Waarnaar dit bericht verwijst is niet op tijd aangekomen."
            return Verdict(
                state=State.DEAD,
                code="not_yet_expired",
                message=message,
                detail=error.what,
                audience="loket",
                next_at=now,
            )
        case NotYet():
            return Verdict(
                state=State.PENDING,
                code=error.code,
                message=error.message,
                detail=error.what,
                audience="loket",
                waits_for=error.what,
                deadline=error.deadline,
                next_at=min(error.deadline, now + RECHECK_NOT_YET),
            )
        case Unavailable():
            asked = timedelta(seconds=error.retry_after_seconds or 0)
            return Verdict(
                state=State.PENDING,
                code=error.code,
                message=error.message,
                detail=error.detail,
                next_at=now + max(asked, policy.delay(attempts)),
                ask_first=error.maybe_done,
                lane=LaneState.OUTAGE,
            )
        case Denied():
            return Verdict(
                state=State.PENDING,
                code=error.code,
                message=error.message,
                detail=error.detail,
                next_at=now,
                lane=LaneState.DENIED,
            )
        case _:
            return _defect(error, attempts, now, policy)


def fingerprint(kind: str, code: str, stack: str | None) -> str:
    """Groups failures with the same cause: kind, code and the innermost frame that is not a library's."""
    frames = [line.strip() for line in (stack or "").splitlines() if line.strip().startswith("File ")]
    ours = [frame for frame in frames if not any(library in frame for library in _LIBRARIES)]
    frame = (ours or frames or [""])[-1]
    return hashlib.sha256("|".join((kind, code, frame)).encode()).hexdigest()[:12]


def _defect(error: BaseException, attempts: int, now: datetime, policy: RetryPolicy) -> Verdict:
    stack = _stack_without_values(error)
    code = f"defect_{type(error).__name__}"
    last = attempts >= policy.defect_attempts
    return Verdict(
        state=State.DEAD if last else State.PENDING,
        code=code,
        message=DEFECT_MESSAGE,
        detail=error.detail if isinstance(error, Outcome) else None,
        stack=stack,
        next_at=now if last else now + policy.delay(attempts),
    )


def _stack_without_values(error: BaseException) -> str:
    # The text of a foreign exception may quote a citizen's data (a SQL parameter, a JSON value): keep frames and names.
    lines = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__), type(error).__name__]
    cause = error.__cause__ or error.__context__
    if cause is not None:
        lines.append(f" <- {type(cause).__name__}")
    return "".join(lines)
