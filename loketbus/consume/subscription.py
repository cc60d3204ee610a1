"""What a service author declares: which topic, which handler, and what follows a dead letter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar, cast

from loketbus_contracts.envelope import Event
from loketbus_contracts.topics import Message, Topic

from loketbus.ledger.tx import Tx
from loketbus.outcomes import RetryPolicy

M = TypeVar("M", bound=Message)


class Handler(Protocol[M]):
    """Changes state and emits, in a transaction.

    A handler may also have `async prepare(event)` (look-ups and parsing, no transaction; what it returns is handed to
    `apply`), `forget(tx, key)` (a tombstone on a compacted topic) and `async probe()` (is what `prepare` needs there
    again?).
    """

    def apply(self, tx: Tx, event: Event[M], prepared: Any) -> None:
        """Change state and emit. No I/O but SQL, and short: everybody waits for the writer."""


class AfterDeath(StrEnum):
    """What a dead letter means for later events of the same key."""

    HOLD_KEY = "hold_key"
    """They wait: for commands and effects."""
    GO_ON = "go_on"
    """They go on: for state events with a revision."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One topic of one service."""

    topic: Topic[Any]
    handler: Handler[Any]
    after_death: AfterDeath
    prepare_timeout_seconds: float = 60.0
    policy: RetryPolicy = field(default_factory=RetryPolicy)

    @property
    def lane(self) -> str:
        """The lane where events wait that could not be handled at once."""
        return f"events:{self.topic.name}"

    @property
    def prepare(self) -> Callable[[Event[Any]], Awaitable[Any]] | None:
        """The handler's `prepare`, if it has one."""
        return cast("Callable[[Event[Any]], Awaitable[Any]] | None", getattr(self.handler, "prepare", None))

    @property
    def probe(self) -> Callable[[], Awaitable[None]] | None:
        """The handler's `probe`, if it has one."""
        return cast("Callable[[], Awaitable[None]] | None", getattr(self.handler, "probe", None))

    def forget(self, tx: Tx, key: str) -> None:
        """Hand a tombstone to the handler; one without `forget` keeps nothing by key."""
        forget = getattr(self.handler, "forget", None)
        if forget is not None:
            forget(tx, key)
