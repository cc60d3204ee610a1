"""Records to send: valid events, and every way to spoil one."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from loketbus_contracts.envelope import Event, encode
from loketbus_contracts.topics import Cleanup, Topic

from tests.bus_suite.subject import Subject
from tests.support.kafka_tools import Raw
from tests.support.reconcile import Kind

BROKER_LIMIT_BYTES = 1_048_588
"""Kafka's default message.max.bytes, of a batch as it lies in the log."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A record to send, and what it must come to."""

    raw: Raw
    key: str
    number: int
    event_id: str
    kind: Kind = Kind.EVENT

    def header(self, name: str, value: bytes | None) -> Letter:
        """The same with one header changed (absent before: added)."""
        others = tuple(pair for pair in self.raw.headers if pair[0] != name)
        return self._with(headers=(*others, (name, value)))

    def without_header(self, name: str) -> Letter:
        """The same without a header."""
        return self._with(headers=tuple(pair for pair in self.raw.headers if pair[0] != name))

    def value(self, value: bytes | None) -> Letter:
        """The same with another value."""
        return self._with(value=value)

    def raw_key(self, key: bytes | None) -> Letter:
        """The same with another key on the record."""
        return self._with(key=key, partition=0)

    def of(self, kind: Kind) -> Letter:
        """The same, meant to come to something else."""
        return dataclasses.replace(self, kind=kind)

    def _with(self, **changes: Any) -> Letter:
        return dataclasses.replace(self, raw=dataclasses.replace(self.raw, **changes))


def letter(
    subject: Subject, key: str, number: int, *, event_id: str | None = None, version: str | None = None
) -> Letter:
    """A valid event."""
    event = Event(
        id=event_id or str(uuid4()),
        type=subject.topic.name,
        source="suite",
        key=key,
        time=datetime(2026, 11, 20, 9, 0, tzinfo=UTC) + timedelta(seconds=number),
        data=subject.data(key, number),
        correlation_id=f"story-{key}",
        data_version=version or subject.topic.data_version,
    )
    raw_key, value, headers = encode(event)
    return Letter(Raw(value, raw_key, tuple(headers)), key, number, event.id)


def tombstone(subject: Subject, key: str) -> Letter:
    """No value: a wiping on a compacted topic, a mistake on any other."""
    kind = Kind.WIPE if subject.topic.cleanup is Cleanup.COMPACT else Kind.POISON
    made = letter(subject, key, 0)
    # A real tombstone carries no headers either.
    return dataclasses.replace(
        made, raw=Raw(None, made.raw.key, made.raw.headers if kind is Kind.POISON else ()), kind=kind
    )


def padded_to(size: int, made: Letter) -> Letter:
    """The same event (white space is no JSON) in a record whose batch is `size` bytes in the log."""
    assert made.raw.value is not None
    spare = size - len(_batch(made.raw))
    grown = made.value(made.raw.value + b" " * spare)
    # A longer value also has a longer length in front of it.
    excess = len(_batch(grown.raw)) - size
    assert grown.raw.value is not None
    return grown.value(grown.raw.value[:-excess] if excess else grown.raw.value)


def _batch(raw: Raw) -> bytearray:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=4 * BROKER_LIMIT_BYTES,
    )
    builder.append(0, timestamp=0, key=raw.key, value=raw.value, headers=list(raw.headers))
    return bytearray(builder.build())


def newer(topic: Topic[Any]) -> str:
    """A contract version that this reader does not have yet."""
    return f"{topic.major}.{topic.minor + 1}"


_CJK = "".join(map(chr, range(0x4E00, 0x4E00 + 2_000)))


def _unindexable(seed: int) -> bytes:
    """An id that fits no index and does not compress: text of three bytes a character."""
    return "".join(random.Random(seed).choices(_CJK, k=3_000)).encode()


POISONS = {
    "bad-json": ("json_invalid", lambda one: one.value(b'{"number": ')),
    "not-an-object": ("schema_invalid", lambda one: one.value(b"[]")),
    "not-utf8": ("json_invalid", lambda one: one.value(b'{"number": "\xff\xfe"}')),
    "empty": ("json_invalid", lambda one: one.value(b"")),
    "null-header": ("header_null", lambda one: one.header("ce_source", None)),
    "null-header-odd-name": ("header_null", lambda one: one.header("ce_\x00odd", None)),
    "non-utf8-header": ("header_not_utf8", lambda one: one.header("ce_id", b"\xff\xfe")),
    "no-id": ("header_missing", lambda one: one.without_header("ce_id")),
    "no-headers": ("header_missing", lambda one: one._with(headers=())),
    "bad-time": ("header_malformed", lambda one: one.header("ce_time", b"yesterday")),
    "bad-version": ("header_malformed", lambda one: one.header("ce_dataversion", b"one")),
    "endless-version": (None, lambda one: one.header("ce_dataversion", b"9" * 5_000)),
    "other-type": ("type_unexpected", lambda one: one.header("ce_type", b"something.else.v1")),
    "no-key": ("key_missing", lambda one: one.raw_key(None)),
    "non-utf8-key": ("key_not_utf8", lambda one: one.raw_key(b"\xff\xfe")),
    "huge-ids": (
        "json_invalid",
        lambda one: one.header("ce_id", _unindexable(1)).header("ce_source", _unindexable(2)).value(b"{"),
    ),
    "nul-in-ids": ("json_invalid", lambda one: one.header("ce_correlationid", b"a\x00b").value(b"{")),
}
"""Name -> (code of the dead letter, None: any; how to spoil a valid event)."""


def poison(name: str, subject: Subject, key: str, number: int) -> Letter:
    """A record that nobody can read."""
    return POISONS[name][1](letter(subject, key, number)).of(Kind.POISON)
