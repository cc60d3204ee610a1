"""What an outside system looks like to a lane."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from loketbus.ledger.tx import Tx
from loketbus.outcomes import RetryPolicy


@dataclass(frozen=True, slots=True)
class Effect:
    """One wanted effect, as an adapter gets it."""

    id: int
    ref: str
    """Send it as idempotency key where the outside system knows one."""
    lane: str
    key: str
    kind: str
    payload: bytes
    attempts: int
    created_at: datetime

    def json(self) -> Any:
        """The payload as JSON."""
        return json.loads(self.payload)


class Answer(Enum):
    """What the outside system says about a call whose end we did not see, where it does not say 'done'."""

    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Done:
    """The outside system has it; with the result as if we had seen it."""

    result: Mapping[str, Any] = field(default_factory=dict)


class Adapter(Protocol):
    """Carries out effects of one outside system. Raises our errors; knows nothing of Kafka or the ledger.

    An adapter may also have:
    - `async ask(effect) -> Done | Answer`: what happened to a call whose end we did not see. Without it such an effect
      becomes `uncertain`, for a person, unless the adapter says `idempotent = True`;
    - `async probe()`: is the system there, and do our credentials work; raises Unavailable or Denied.
    """

    async def run(self, effect: Effect) -> Mapping[str, Any]:
        """Do it; what it returns is kept (as JSON) and handed to `done`."""

    def done(self, tx: Tx, effect: Effect, result: Mapping[str, Any]) -> None:
        """Record the result and emit, in the transaction that finishes the effect.

        `result` is empty when it was a person who saw that the effect took place.
        """


@dataclass(frozen=True, slots=True)
class Lane:
    """One outside system and one tenant, with its budget."""

    name: str
    adapter: Adapter
    concurrency: int = 16
    rate_per_second: float | None = None
    call_timeout_seconds: float = 30.0
    policy: RetryPolicy = field(default_factory=RetryPolicy)
