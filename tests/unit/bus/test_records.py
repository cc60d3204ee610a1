"""Reading records: whatever the bytes are, work comes out that the ledger can keep."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loketbus.consume.records import Received, pack_headers, payload_hash, receive, unpack_headers
from loketbus.errors import NotYet, Rejected
from loketbus.ledger.texts import ID_CHARACTERS, fit_id, fit_prose
from tests.support import example
from tests.unit.bus.works import AT, Bytes

pytestmark = pytest.mark.unit

raw = st.binary(max_size=40) | st.none()
names = st.sampled_from(
    ["ce_id", "ce_type", "ce_source", "ce_time", "ce_dataversion", "ce_correlationid", "traceparent"]
)
texts = st.text(max_size=30).map(lambda text: text.encode(errors="replace")) | st.binary(max_size=8)
digits = st.integers(1, 6_000).map(lambda count: b"9" * count)


def good(**changes: object) -> Bytes:
    """A valid record of `example.told.v1`."""
    told = example.told("k", 1, event_id="e1")
    return dataclasses.replace(Bytes(told.value, told.key, told.headers), **changes)  # type: ignore[arg-type]


def with_header(record: Bytes, name: str, value: bytes | None) -> Bytes:
    others = tuple(pair for pair in record.headers if pair[0] != name)
    return dataclasses.replace(record, headers=(*others, (name, value)))


def is_storable(received: Received) -> bool:
    """PostgreSQL takes every text of it, also in an index."""
    texts = [received.source, received.id, received.type, received.key, received.correlation_id]
    return all(len(text) <= ID_CHARACTERS and "\x00" not in text and _encodes(text) for text in texts)


def _encodes(text: str) -> bool:
    return text.encode(errors="replace").decode() == text


@given(key=raw, value=raw, headers=st.lists(st.tuples(st.text(max_size=12) | names, raw), max_size=8))
def test_any_bytes_become_work(key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]) -> None:
    for topic in (example.TOLD, example.STATE):
        received = receive(topic, Bytes(value, key, tuple(headers)), at=AT)
        assert is_storable(received)
        assert received.event is None
        assert received.error is not None or received.is_tombstone


@given(name=names, value=texts | digits)
def test_any_header_in_a_good_record_becomes_work(name: str, value: bytes) -> None:
    received = receive(example.TOLD, with_header(good(), name, value), at=AT)
    assert is_storable(received)
    assert (received.event is None) != (received.error is None)


@given(st.binary(max_size=200) | st.text(max_size=60).map(lambda text: text.encode(errors="replace")))
def test_any_value_in_a_good_record_becomes_work(value: bytes) -> None:
    received = receive(example.TOLD, good(value=value), at=AT)
    assert is_storable(received)
    assert (received.event is None) != (received.error is None)


def test_a_good_record_is_read() -> None:
    received = receive(example.TOLD, good(), at=AT)
    assert received.error is None
    assert received.event is not None
    assert (received.event.data.number, received.key, received.id) == (1, "k", "e1")
    assert received.at == received.event.time != AT


@pytest.mark.parametrize(
    ("version", "value", "outcome"),
    [
        ("1.0", b'{"number": 1}', None),
        ("1.1", b'{"number": 1, "more": true}', None),
        ("1.1", b"[]", NotYet),
        ("2.0", b'{"number": 1}', NotYet),
        ("1.0", b"[]", Rejected),
        ("0.9", b"[]", Rejected),
    ],
)
def test_newer_waits_and_older_is_refused(version: str, value: bytes, outcome: type | None) -> None:
    record = with_header(good(value=value), "ce_dataversion", version.encode())
    received = receive(example.TOLD, record, at=AT)
    assert received.error is None if outcome is None else isinstance(received.error, outcome)


def test_a_refusal_quotes_no_value() -> None:
    secret = "0470 12 34 56"
    received = receive(example.TOLD, good(value=b'{"number": "%s"}' % secret.encode()), at=AT)
    assert isinstance(received.error, Rejected)
    assert "number: int_parsing" in (received.error.detail or "")
    assert secret not in f"{received.error} {received.error.detail}"


def test_what_has_no_identity_gets_its_place_and_the_time_it_was_written() -> None:
    received = receive(example.TOLD, Bytes(b"x", None, (), partition=3, offset=17), at=AT)
    assert (received.source, received.id, received.key, received.at) == ("kafka:example.told.v1", "3:17", "3:17", AT)


def test_a_tombstone_is_wanted_on_a_compacted_topic_only() -> None:
    record = Bytes(None, b"k", ())
    assert receive(example.STATE, record, at=AT).is_tombstone
    assert not receive(example.TOLD, record, at=AT).is_tombstone
    assert not receive(example.STATE, dataclasses.replace(record, key=None), at=AT).is_tombstone


@pytest.mark.parametrize(
    ("trace", "kept"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", True),
        ("00-short-01", False),
        ("x" * 100_000, False),
    ],
)
def test_only_a_real_trace_is_passed_on(trace: str, kept: bool) -> None:
    received = receive(example.TOLD, with_header(good(), "traceparent", trace.encode()), at=AT)
    assert received.error is None
    assert received.traceparent == (trace if kept else None)


def test_the_hash_tells_nothing_from_empty_and_key_from_value() -> None:
    pairs = [(None, None), (b"", None), (None, b""), (b"", b""), (b"a", b""), (b"", b"a"), (b"a", b"b"), (b"ab", b"")]
    assert len({payload_hash(key, value) for key, value in pairs}) == len(pairs)


@given(st.lists(st.tuples(st.text(), raw), max_size=6))
def test_headers_are_kept_exactly(headers: list[tuple[str, bytes | None]]) -> None:
    assert unpack_headers(pack_headers(headers)) == headers


@given(st.text(), st.text())
def test_ids_that_differ_still_differ_when_cut(one: str, other: str) -> None:
    long = "x" * ID_CHARACTERS
    assert fit_id(one) == fit_id(one)
    clean = [text.replace("\x00", "\ufffd") for text in (one, other)]
    assert (fit_id(long + one) == fit_id(long + other)) == (clean[0] == clean[1])


def test_prose_is_cut_and_storable() -> None:
    assert fit_prose("a\x00b\ud800" + "c" * 5_000) == ("a\ufffdb?" + "c" * 5_000)[:2_000]


def test_the_time_of_an_event_is_its_own() -> None:
    received = receive(example.TOLD, with_header(good(), "ce_time", b"2026-01-02T03:04:05Z"), at=AT)
    assert received.at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
