"""A topic is declared once, beside its model: name, key, cleanup, retention, who writes and who reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

PARTITIONS = 12
"""Fixed for every topic: another number would move keys and break order (growing = next topic version)."""

PERSONAL_DATA_RETENTION_MAX = timedelta(days=30)


class Message(BaseModel):
    """Base of everything that travels: frozen, and a reader ignores fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


M = TypeVar("M", bound=Message)


class Cleanup(StrEnum):
    """Kafka's cleanup.policy."""

    DELETE = "delete"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class Topic(Generic[M]):
    """One Kafka topic and the one event type that travels on it; `ce_type` equals `name`.

    `minor` grows with every backward compatible change of the model and travels as `ce_dataversion` ("1.<minor>"),
    so that a reader can tell "newer than I am" from "broken".
    """

    name: str
    model: type[M]
    key: str
    """What the key is, in words (always an opaque id)."""
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    summary: str
    cleanup: Cleanup = Cleanup.DELETE
    retention: timedelta = timedelta(days=14)
    personal_data: bool = True
    minor: int = 0
    partitions: int = field(default=PARTITIONS)

    def __post_init__(self) -> None:
        """Refuse a declaration that breaks a house rule (a `ValueError` at import)."""
        if self.partitions != PARTITIONS:
            raise ValueError(f"{self.name}: every topic has {PARTITIONS} partitions")
        if self.personal_data and self.cleanup is Cleanup.DELETE and self.retention > PERSONAL_DATA_RETENTION_MAX:
            raise ValueError(f"{self.name}: personal data is kept at most {PERSONAL_DATA_RETENTION_MAX.days} days")

    @property
    def major(self) -> int:
        """The version in the topic's name (`mail.received.v1` -> 1)."""
        return int(self.name.rsplit(".v", 1)[1])

    @property
    def data_version(self) -> str:
        """`<major>.<minor>`, the value of the `ce_dataversion` header."""
        return f"{self.major}.{self.minor}"

    def config(self) -> dict[str, str]:
        """The topic-level Kafka configuration that `loketbus topics apply` makes true."""
        day_ms = str(int(timedelta(days=1).total_seconds() * 1000))
        if self.cleanup is Cleanup.COMPACT:
            # Compaction within a day is what lets an owner erase a person: see DESIGN.md, "What travels".
            return {
                "cleanup.policy": "compact",
                "max.compaction.lag.ms": day_ms,
                "segment.ms": day_ms,
                "delete.retention.ms": day_ms,
            }
        return {"cleanup.policy": "delete", "retention.ms": str(int(self.retention.total_seconds() * 1000)), "segment.ms": day_ms}
