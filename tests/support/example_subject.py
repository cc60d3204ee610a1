"""The example service as the inherited suite sees it: a topic with commands, and a compacted topic with states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loketbus_contracts.topics import Message, Topic
from sqlalchemy import Connection

from loketbus.service import Service
from tests.support import example


class Commands:
    """`example.told.v1`: with `prepare`, and a dead letter holds its key."""

    topic: Topic[Any] = example.TOLD
    outgoing: tuple[Topic[Any], ...] = (example.HEARD,)

    def service(self) -> Service[Any]:
        """The example."""
        return example.example_service()

    def settings(self) -> Mapping[str, Any]:
        """None of its own."""
        return {}

    def data(self, key: str, number: int) -> Message:
        """A command."""
        return example.Told(number=number)

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        """What was heard."""
        return example.numbers(connection)


class States(Commands):
    """`example.state.v1`: compacted, no `prepare`, and a key goes on after a dead letter."""

    topic: Topic[Any] = example.STATE
    outgoing: tuple[Topic[Any], ...] = ()

    def data(self, key: str, number: int) -> Message:
        """A state."""
        return example.Wiped(number=number)

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        """What was remembered, without the wipings."""
        found = {key.removeprefix("state:"): told for key, told in example.numbers(connection).items()}
        kept = {key: [number for number in told if number != example.WIPING] for key, told in found.items()}
        return {key: told for key, told in kept.items() if told}
