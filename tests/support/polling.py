"""Waiting in tests lives here: for a condition, with a deadline, never for a time."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

POLL_SECONDS = 0.02


@overload
async def wait_until(
    condition: Callable[[], Awaitable[T]], timeout_seconds: float = 30.0, *, what: str | None = None
) -> T: ...
@overload
async def wait_until(condition: Callable[[], T], timeout_seconds: float = 30.0, *, what: str | None = None) -> T: ...
async def wait_until(condition: Callable[[], Any], timeout_seconds: float = 30.0, *, what: str | None = None) -> Any:
    """Ask `condition` (plain or async) until its answer is truthy and return that; at the deadline the test fails.

    An exception of the condition fails the test at once.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_seconds
    while True:
        answer = condition()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        if loop.time() > deadline:
            wanted = what or getattr(condition, "__name__", repr(condition))
            raise AssertionError(f"after {timeout_seconds:.0f} s still not: {wanted} (last answer {answer!r})")
        await asyncio.sleep(POLL_SECONDS)
