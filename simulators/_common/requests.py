"""What was asked of a simulator, so that a test can read it back or wait for it."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from simulators._common.pulse import Pulse

KEPT = 20_000
"""Requests remembered; older ones are forgotten so that a long demo does not grow."""


@dataclass(slots=True)
class Request:
    """One request: its operation, the ids it named, and what became of it."""

    n: int
    operation: str
    user: str | None
    ids: list[str]
    detail: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    status: int | None = None
    """HTTP status; None while it runs, or when the connection was cut instead of answered."""

    def as_json(self) -> dict[str, Any]:
        """For the control API."""
        return {**asdict(self), "count": len(self.ids)}


class RequestLog:
    """The last `KEPT` requests, oldest first."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque(maxlen=KEPT)
        self._seen = 0
        self._pulse = Pulse()

    def open(self, operation: str, user: str | None, ids: list[str], detail: dict[str, Any]) -> Request:
        """Note a request when it arrives."""
        self._seen += 1
        request = Request(self._seen, operation, user, ids, detail)
        self._requests.append(request)
        self._pulse.fire()
        return request

    def clear(self) -> None:
        """Forget all."""
        self._requests.clear()

    def of(self, operation: str | None) -> list[Request]:
        """Requests of one operation, or all."""
        return [request for request in self._requests if operation in (None, request.operation)]

    async def wait(self, operation: str | None, count: int, timeout_seconds: float) -> bool:
        """Wait until at least `count` such requests were noted since the last `clear`."""
        while len(self.of(operation)) < count:
            if not await self._pulse.wait(timeout_seconds):
                return False
        return True
