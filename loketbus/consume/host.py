"""What a consumer session needs from the service around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from aiokafka import TopicPartition

from loketbus.clock import Clock, utc_now
from loketbus.consume.cursors import Place
from loketbus.consume.subscription import Subscription
from loketbus.health import Health
from loketbus.lanes.gate import Gate
from loketbus.ledger import Ledger
from loketbus.settings import BusSettings


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes and patience of a consumer."""

    fetch_records: int = 500
    group_records: int = 500
    in_hand_max: int = 2_000
    in_hand_bytes: int = 64 * 1024 * 1024
    prepare_at_once: int = 64
    graceful_seconds: float = 15.0
    session_timeout_seconds: float = 30.0
    poll_interval_max_seconds: float = 600.0
    """A member that does not poll for so long leaves the group."""
    watch_seconds: float = 2.0
    answer_seconds: float = 5.0
    stalled_seconds: float = 60.0
    unassigned_seconds: float = 180.0
    restart_base_seconds: float = 0.5
    restart_cap_seconds: float = 30.0
    hopeless_after_seconds: float = 600.0
    """Without progress for so long, although Kafka answers: the process exits for its supervisor."""


class Meter(Protocol):
    """The figures a consumer reports."""

    def handled(self, topic: str, outcome: str) -> None:
        """One record reached an outcome."""

    def lag(self, topic: str, partition: int, records: int) -> None:
        """Records behind on a partition."""


@dataclass(slots=True)
class ConsumerHost:
    """The service around a consumer."""

    service: str
    settings: BusSettings
    subscriptions: list[Subscription]
    ledger: Ledger
    gates: dict[str, Gate]
    health: Health
    metrics: Meter
    outbox_filled: asyncio.Event
    wake_lane: Callable[[str], None]
    limits: Limits = Limits()
    clock: Clock = utc_now
    part: str = "verbruiker"

    by_topic: dict[str, Subscription] = field(init=False)
    """Subscriptions by contract name; looked at for every partition at every poll."""

    def __post_init__(self) -> None:
        """Index what was declared: it does not change while the service runs."""
        self.by_topic = {subscription.topic.name: subscription for subscription in self.subscriptions}

    @property
    def group(self) -> str:
        """The Kafka consumer group."""
        return f"{self.settings.topic_prefix}loketbus.{self.service}"

    def kafka_topic(self, name: str) -> str:
        """A contract name as it is called on this cluster."""
        return self.settings.topic_prefix + name

    def place(self, tp: TopicPartition) -> Place:
        """A partition of the cluster under its contract name."""
        return Place(tp.topic.removeprefix(self.settings.topic_prefix), tp.partition)

    def note_gaps(self, gapped: Iterable[Place]) -> None:
        """Say which partitions wait for a person, if any."""
        if names := ", ".join(f"{place.topic}/{place.partition}" for place in sorted(gapped)):
            reason = (
                f"Kafka bewaart niet meer alles wat nog gelezen moest worden ({names}); vergelijk en aanvaard het gat."
            )
            self.health.problem(self.part, "gap", reason)

    def partition(self, place: Place) -> TopicPartition:
        """A place as the cluster calls it."""
        return TopicPartition(self.kafka_topic(place.topic), place.partition)
