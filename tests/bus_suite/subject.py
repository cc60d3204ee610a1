"""What a service tells the suite about one of its topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from loketbus_contracts.topics import Message, Topic
from sqlalchemy import Connection

from loketbus.service import Service


class Subject(Protocol):
    """One consumed topic of one service."""

    topic: Topic[Any]
    outgoing: tuple[Topic[Any], ...]
    """What handling its events publishes (dead letters go without saying)."""

    def service(self) -> Service[Any]:
        """The service as it runs; the suite puts faults round the handler of `topic`."""

    def settings(self) -> Mapping[str, Any]:
        """Settings beyond those of the bus."""

    def data(self, key: str, number: int) -> Message:
        """A valid event for `key`; another `number` is another event."""

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        """Per key the numbers that were applied, in the order in which that happened."""
