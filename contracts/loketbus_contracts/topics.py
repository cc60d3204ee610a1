"""A topic is declared once, beside its model: name, key, cleanup, retention, who writes and who reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, timedelta
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from loketbus_contracts.partitioning import PARTITIONS as PARTITIONS

PERSONAL_DATA_RETENTION_MAX = timedelta(days=30)
OUTSIDE_READERS = frozenset({"crm", "partner"})
"""Readers that do not run on the bus, and so do not hold an event that is newer than they are."""

_TOPIC_NAME = re.compile(r"[a-z0-9_.-]+\.v[1-9][0-9]*")


class Message(BaseModel):
    """Base of everything that travels: frozen, and a reader ignores fields it does not know."""

    # An input shown in an error would put personal data in a log.
    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, hide_input_in_errors=True)


Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
"""A moment with a time zone; travels as UTC."""

OpaqueId = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s@]+$")]
"""An id that says nothing about a person: no spaces, no `@`, so never a name or a mail address."""

Code = Annotated[str, Field(min_length=1, max_length=100)]
"""A code from a list that a beheerder can extend: an open string. Keep and show a code that you do not know."""


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
    key_field: str | None = None
    """The field of the model that repeats the key, if one does."""
    cleanup: Cleanup = Cleanup.DELETE
    retention: timedelta = timedelta(days=14)
    personal_data: bool = True
    answered: bool = False
    """Each of its events gets exactly one final `reply.v1`."""
    minor: int = 0
    partitions: int = PARTITIONS

    def __post_init__(self) -> None:
        """Refuse a declaration that breaks a house rule (a `ValueError` at import)."""
        if not _TOPIC_NAME.fullmatch(self.name):
            raise ValueError(f"{self.name}: a topic is named <domain>.<event>.v<major>")
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

    @property
    def read_outside(self) -> bool:
        """Whether somebody reads it who would choke on a code or variant that is newer than they are."""
        return not OUTSIDE_READERS.isdisjoint(self.readers)

    def config(self) -> dict[str, str]:
        """The topic-level Kafka configuration that `loketbus topics apply` makes true."""
        if self.cleanup is Cleanup.COMPACT:
            return {
                "cleanup.policy": "compact",
                # Compaction within a day is what lets an owner erase a person: see DESIGN.md, "What travels".
                "max.compaction.lag.ms": _DAY_MS,
                "segment.ms": _DAY_MS,
                # A tombstone holds a key only, and a reader that was away for a long weekend must still see it.
                "delete.retention.ms": _milliseconds(self.retention),
            }
        return {"cleanup.policy": "delete", "retention.ms": _milliseconds(self.retention), "segment.ms": _DAY_MS}


def _milliseconds(span: timedelta) -> str:
    return str(span // timedelta(milliseconds=1))


_DAY_MS = _milliseconds(timedelta(days=1))
