"""An adapter without an outside system: a test says what a call does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from loketbus.lanes.adapter import Effect
from loketbus.ledger.tx import Tx


class Fake:
    """`act` decides, `ran` is what was called, `recorded` is what `done` got."""

    def __init__(self, act: Callable[[Effect], Any] = lambda effect: {}) -> None:
        self.act = act
        self.ran: list[tuple[str, int]] = []
        self.recorded: list[tuple[str, Mapping[str, Any]]] = []

    async def run(self, effect: Effect) -> Mapping[str, Any]:
        self.ran.append((effect.key, effect.json()["number"]))
        answer = self.act(effect)
        result: Mapping[str, Any] = await answer if asyncio.iscoroutine(answer) else answer
        return result

    def done(self, tx: Tx, effect: Effect, result: Mapping[str, Any]) -> None:
        self.recorded.append((effect.key, result))


def fails(*errors: Exception) -> Callable[[Effect], Any]:
    """Raise these one after another, then succeed."""
    left = list(errors)

    def act(effect: Effect) -> Mapping[str, Any]:
        if left:
            raise left.pop(0)
        return {"ok": True}

    return act


class IdempotentFake(Fake):
    """Calling twice does what calling once does."""

    idempotent = True
