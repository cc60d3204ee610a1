"""CloudEvents 1.0 in Kafka binary mode: context attributes as `ce_` headers, data as the value.

Source: CloudEvents Kafka protocol binding 1.0.2, section 3.2. The value is the JSON of one `Message`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from loketbus_contracts.topics import Message, Topic

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
KEY_MAX_CHARACTERS = 200

_OPAQUE = re.compile(r"[^\s@\x00-\x1f\x7f]+")

Headers = Sequence[tuple[str, bytes | None]]
M = TypeVar("M", bound=Message)


class EnvelopeError(ValueError):
    """The record is not a CloudEvent we can read; `code` is stable, the text says what was wrong and where."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Generic[M]):
    """One event: the envelope's attributes and the typed data.

    `key` is the Kafka key and the CloudEvents subject: an opaque id, never an address, a name or a mail address.
    """

    id: str
    type: str
    source: str
    key: str
    time: datetime
    data: M
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    data_version: str = "1.0"


@dataclass(frozen=True, slots=True)
class Attributes:
    """The envelope of a record whose data was not read yet."""

    id: str
    type: str
    source: str
    subject: str | None
    time: datetime
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    data_version: str

    @property
    def version(self) -> tuple[int, int]:
        """(major, minor) of the contract that the writer used."""
        major, _, minor = self.data_version.partition(".")
        return int(major), int(minor or 0)


def is_opaque(key: str) -> bool:
    """Whether `key` may be a key: 1 to 200 characters, no space, control character or `@` (so no name or address)."""
    return len(key) <= KEY_MAX_CHARACTERS and _OPAQUE.fullmatch(key) is not None


def encode(event: Event[M]) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """Return (key, value, headers) ready for a Kafka producer.

    Raises:
        EnvelopeError: `key_not_opaque`; the text does not repeat the key, which may be personal data.
    """
    if not is_opaque(event.key):
        raise EnvelopeError("key_not_opaque", f"the key of a {event.type} is empty, too long, or not an opaque id")
    headers = [
        ("content-type", CONTENT_TYPE),
        ("ce_specversion", SPEC_VERSION),
        ("ce_id", event.id),
        ("ce_type", event.type),
        ("ce_source", event.source),
        ("ce_subject", event.key),
        ("ce_time", event.time.astimezone(UTC).isoformat().replace("+00:00", "Z")),
        ("ce_dataversion", event.data_version),
        ("ce_correlationid", event.correlation_id),
    ]
    if event.causation_id is not None:
        headers.append(("ce_causationid", event.causation_id))
    if event.traceparent is not None:
        headers.append(("traceparent", event.traceparent))
    value = event.data.model_dump_json(exclude_none=True).encode()
    return event.key.encode(), value, [(name, text.encode()) for name, text in headers]


def read_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Headers as text, the last of a name wins.

    Raises:
        EnvelopeError: `header_null` or `header_not_utf8` for a `ce_` header that cannot be read. Other headers are
            nobody's business here: a strange one is left out, never a reason to refuse the event.
    """
    texts: dict[str, str] = {}
    for name, raw in headers:
        ours = name.startswith("ce_")
        if raw is None:
            if ours:
                raise EnvelopeError("header_null", f"header {name} is null")
            continue
        try:
            texts[name] = raw.decode()
        except UnicodeDecodeError as error:
            if ours:
                raise EnvelopeError("header_not_utf8", f"header {name} is not UTF-8") from error
    return texts


def read_attributes(headers: Iterable[tuple[str, bytes | None]]) -> Attributes:
    """Read the CloudEvents attributes of a record.

    Raises:
        EnvelopeError: a required attribute is missing, unreadable or malformed.
    """
    texts = read_headers(headers)
    for name in ("ce_id", "ce_type", "ce_source"):
        if not texts.get(name):
            raise EnvelopeError("header_missing", f"header {name} is missing or empty")
    version = texts.get("ce_dataversion", "1.0")
    major, _, minor = version.partition(".")
    if not (major.isdecimal() and (minor or "0").isdecimal()):
        raise EnvelopeError("header_malformed", "header ce_dataversion is not <major>.<minor>")
    return Attributes(
        id=texts["ce_id"],
        type=texts["ce_type"],
        source=texts["ce_source"],
        subject=texts.get("ce_subject"),
        time=_read_time(texts.get("ce_time")),
        correlation_id=texts.get("ce_correlationid") or texts["ce_id"],
        causation_id=texts.get("ce_causationid"),
        traceparent=texts.get("traceparent"),
        data_version=version,
    )


def decode(topic: Topic[M], key: bytes | None, value: bytes | None, headers: Headers) -> Event[M]:
    """Read one record of `topic`.

    Raises:
        EnvelopeError: the envelope is broken, the event is of another type, the key is missing or not the one in the
            value, or the value is null (a tombstone).
        pydantic.ValidationError: the value is not JSON or does not fit the model.
    """
    return complete(topic, read_attributes(headers), key, value)


def complete(topic: Topic[M], attributes: Attributes, key: bytes | None, value: bytes | None) -> Event[M]:
    """Read the rest of a record whose attributes were read before; raises as `decode` does."""
    if attributes.type != topic.name:
        raise EnvelopeError("type_unexpected", f"header ce_type is not {topic.name}")
    if key is None:
        raise EnvelopeError("key_missing", "the record has no key")
    if value is None:
        raise EnvelopeError("tombstone", "the record has no value")
    try:
        text_key = key.decode()
    except UnicodeDecodeError as error:
        raise EnvelopeError("key_not_utf8", "the record's key is not UTF-8") from error
    data = topic.model.model_validate_json(value)
    if topic.key_field is not None and getattr(data, topic.key_field) != text_key:
        # It would be handled out of order: order is per key.
        raise EnvelopeError("key_mismatch", f"the key is not the value's {topic.key_field}")
    return Event(
        id=attributes.id,
        type=attributes.type,
        source=attributes.source,
        key=text_key,
        time=attributes.time,
        data=data,
        correlation_id=attributes.correlation_id,
        causation_id=attributes.causation_id,
        traceparent=attributes.traceparent,
        data_version=attributes.data_version,
    )


def _read_time(text: str | None) -> datetime:
    if text is None:
        raise EnvelopeError("header_missing", "header ce_time is missing or empty")
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise EnvelopeError("header_malformed", "header ce_time is not an RFC 3339 time") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)
