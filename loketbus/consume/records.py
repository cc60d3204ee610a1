"""From bytes on a topic to work: never raises, whatever the bytes. What cannot be read becomes work with an error."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from loketbus_contracts.envelope import Attributes, EnvelopeError, Event, Headers, complete, read_attributes
from loketbus_contracts.topics import Cleanup, Topic
from pydantic import ValidationError

from loketbus.errors import NotYet, Outcome, Rejected
from loketbus.ledger.texts import fit_id

NEVER = datetime(9999, 1, 1, tzinfo=UTC)

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""W3C Trace Context, version 00."""

_SENTENCES = {
    "header_null": "Het bericht mist een waarde in zijn kop.",
    "header_not_utf8": "De kop van het bericht bevat onleesbare tekens.",
    "header_missing": "Het bericht mist een verplicht veld in zijn kop.",
    "header_malformed": "Een veld in de kop van het bericht is niet juist gevormd.",
    "key_missing": "Het bericht heeft geen sleutel.",
    "key_mismatch": "De sleutel van het bericht hoort niet bij de inhoud.",
    "key_not_utf8": "De sleutel van het bericht bevat onleesbare tekens.",
    "type_unexpected": "Dit soort bericht hoort niet op dit kanaal.",
    "tombstone": "Het bericht is leeg (een wissing) op een kanaal waar niets gewist kan worden.",
}


class Record(Protocol):
    """What we use of an aiokafka ConsumerRecord."""

    @property
    def topic(self) -> str:
        """Its topic on the cluster."""

    @property
    def partition(self) -> int:
        """Its partition."""

    @property
    def offset(self) -> int:
        """Its place in the partition."""

    @property
    def key(self) -> bytes | None:
        """The key as sent."""

    @property
    def value(self) -> bytes | None:
        """The value as sent; None is a tombstone."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        """The headers as sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One record, read as far as it could be read."""

    source: str
    id: str
    type: str
    key: str
    at: datetime
    correlation_id: str
    traceparent: str | None
    payload_hash: bytes
    event: Event[Any] | None = None
    error: Outcome | None = None

    @property
    def is_tombstone(self) -> bool:
        """A wanted tombstone (of a compacted topic): neither an event nor an error."""
        return self.event is None and self.error is None


def receive(topic: Topic[Any], record: Record, *, at: datetime) -> Received:
    """Read a record. An unreadable envelope gets its place on the topic as identity, so that it is counted once too.

    `at` is when it was written, for a record that does not say itself when it happened.
    """
    if record.value is None and topic.cleanup is Cleanup.COMPACT and record.key is not None:
        return _anonymous(topic, record, at, None)
    try:
        return _read(topic, record)
    except EnvelopeError as error:
        return _anonymous(topic, record, at, _rejected(error))
    except Exception as error:
        # Whatever a stranger sends: a mistake of ours in reading it must not stop the partition.
        sentence = "Het bericht kan niet gelezen worden."
        return _anonymous(
            topic, record, at, Rejected("unreadable", sentence, detail=type(error).__name__, audience="ict")
        )


def payload_hash(key: bytes | None, value: bytes | None) -> bytes:
    """SHA-256 over key and value: same id with another hash is another event that stole an id."""
    digest = hashlib.sha256(b"\x00" if key is None else b"\x01" + key)
    digest.update(b"\x00" if value is None else b"\x01" + value)
    return digest.digest()


def pack_headers(headers: Headers) -> bytes:
    """Headers exactly as received, in a form the ledger can keep."""
    return json.dumps(
        [[name, None if raw is None else base64.b64encode(raw).decode()] for name, raw in headers]
    ).encode()


def unpack_headers(packed: bytes) -> list[tuple[str, bytes | None]]:
    """The inverse of `pack_headers`."""
    return [(name, None if text is None else base64.b64decode(text)) for name, text in json.loads(packed)]


def _read(topic: Topic[Any], record: Record) -> Received:
    attributes = read_attributes(record.headers)
    event, problem = _read_event(topic, record, attributes)
    trace = attributes.traceparent
    return Received(
        source=fit_id(attributes.source),
        id=fit_id(attributes.id),
        type=fit_id(attributes.type),
        key=_key(record),
        at=attributes.time,
        correlation_id=fit_id(attributes.correlation_id),
        # A strange trace is no reason to refuse the event, nor to send the stranger's bytes on.
        traceparent=trace if trace is not None and _TRACEPARENT.fullmatch(trace) else None,
        payload_hash=payload_hash(record.key, record.value),
        event=event,
        error=problem,
    )


def _read_event(topic: Topic[Any], record: Record, attributes: Attributes) -> tuple[Event[Any] | None, Outcome | None]:
    newer = attributes.version > (topic.major, topic.minor)
    if attributes.version[0] > topic.major:
        return None, _newer(topic, attributes)
    try:
        return complete(topic, attributes, record.key, record.value), None
    except EnvelopeError as error:
        return None, _rejected(error)
    except ValidationError as error:
        # A reader ignores what it does not know; what it cannot read from a newer writer may be right tomorrow.
        return None, _newer(topic, attributes) if newer else _invalid(error)


def _newer(topic: Topic[Any], attributes: Attributes) -> NotYet:
    what = f"upgrade:{topic.name}:{'.'.join(map(str, attributes.version))}"
    return NotYet(
        what, deadline=NEVER, message="Dit bericht is van een nieuwere versie; het wacht tot Loketbus bijgewerkt is."
    )


def _invalid(error: ValidationError) -> Rejected:
    # Places and kinds of the mistakes only: the values may be personal data.
    places = "; ".join(f"{'.'.join(map(str, e['loc'])) or '(document)'}: {e['type']}" for e in error.errors()[:5])
    if any(e["type"] == "json_invalid" for e in error.errors()):
        return Rejected("json_invalid", "Het bericht is geen geldige JSON.", detail=places, audience="ict")
    return Rejected(
        "schema_invalid",
        "Het bericht mist velden of heeft velden met een verkeerde inhoud.",
        detail=places,
        audience="ict",
    )


def _rejected(error: EnvelopeError) -> Rejected:
    return Rejected(
        error.code,
        _SENTENCES.get(error.code, "Het bericht kan niet gelezen worden."),
        detail=error.detail,
        audience="ict",
    )


def _anonymous(topic: Topic[Any], record: Record, at: datetime, error: Outcome | None) -> Received:
    place = f"{record.partition}:{record.offset}"
    return Received(
        source=f"kafka:{topic.name}",
        id=place,
        type=topic.name,
        key=_key(record),
        at=at,
        correlation_id=f"{topic.name}:{place}",
        traceparent=None,
        payload_hash=payload_hash(record.key, record.value),
        error=error,
    )


def _key(record: Record) -> str:
    """The key as text; a record without one is on its own."""
    return f"{record.partition}:{record.offset}" if record.key is None else fit_id(record.key.decode(errors="replace"))
