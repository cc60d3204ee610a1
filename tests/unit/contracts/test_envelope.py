import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loketbus_contracts import EnvelopeError, Event, Message, Topic, decode, encode, is_opaque, read_attributes
from pydantic import ValidationError


class Thing(Message):
    thing: str
    remark: str | None = None


TOPIC = Topic(
    name="thing.changed.v1",
    model=Thing,
    key="thing id",
    writers=("crm",),
    readers=("kbo",),
    summary="A thing changed.",
    minor=2,
)
AT = datetime(2026, 11, 3, 8, 14, 7, tzinfo=UTC)


def event(**changes: Any) -> Event[Thing]:
    attributes: dict[str, Any] = {
        "id": "id-1",
        "type": TOPIC.name,
        "source": "crm",
        "key": "thing-1",
        "time": AT,
        "data": Thing(thing="één"),
        "correlation_id": "c-1",
        "causation_id": "id-0",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data_version": TOPIC.data_version,
    }
    return Event(**{**attributes, **changes})


def headers(**changes: bytes | None) -> list[tuple[str, bytes | None]]:
    """Headers of a good event; `None` removes one."""
    good = dict(encode(event())[2])
    return [(name, value) for name, value in {**good, **changes}.items() if name not in changes or value is not None]


def test_encoded_as_cloudevents_binary_mode() -> None:
    key, value, found = encode(event())
    assert key == b"thing-1"
    assert json.loads(value) == {"thing": "één"}
    assert dict(found) == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_id": b"id-1",
        "ce_type": b"thing.changed.v1",
        "ce_source": b"crm",
        "ce_subject": b"thing-1",
        "ce_time": b"2026-11-03T08:14:07Z",
        "ce_dataversion": b"1.2",
        "ce_correlationid": b"c-1",
        "ce_causationid": b"id-0",
        "traceparent": b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }


def test_time_travels_in_utc() -> None:
    local = AT.astimezone(timezone(timedelta(hours=1)))
    assert encode(event(time=local)) == encode(event())


@given(
    text=st.text(),
    remark=st.none() | st.text(),
    key=st.text(min_size=1, max_size=200).filter(is_opaque),
    causation=st.none() | st.text(st.characters(codec="utf-8"), min_size=1),
)
def test_read_gives_what_was_written(text: str, remark: str | None, key: str, causation: str | None) -> None:
    written = event(data=Thing(thing=text, remark=remark), key=key, causation_id=causation)
    assert decode(TOPIC, *encode(written)) == written


@pytest.mark.parametrize(
    "key", ["", "lotte.verbeelde@example.org", "Lotte Verbeelde", "a\tb", "a\x00b", "a\x7f", "x" * 201]
)
def test_key_that_is_no_opaque_id_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        encode(event(key=key))
    assert refused.value.code == "key_not_opaque"
    assert not key or key not in str(refused.value)


@pytest.mark.parametrize("key", ["0403170701", "KR-2026-00412", "12002A0675/00H000", "ë", "x" * 200])
def test_opaque_key(key: str) -> None:
    assert encode(event(key=key))[0] == key.encode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ce_id": None}, "header_missing"),
        ({"ce_id": b""}, "header_missing"),
        ({"ce_type": None}, "header_missing"),
        ({"ce_source": None}, "header_missing"),
        ({"ce_time": None}, "header_missing"),
        ({"ce_time": b"gisteren"}, "header_malformed"),
        ({"ce_dataversion": b"twee"}, "header_malformed"),
        ({"ce_source": b"\xff"}, "header_not_utf8"),
        ({"ce_type": b"other.changed.v1"}, "type_unexpected"),
    ],
)
def test_broken_envelope(changes: dict[str, bytes | None], code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        decode(TOPIC, b"thing-1", b'{"thing":"x"}', headers(**changes))
    assert refused.value.code == code


def test_null_header_of_ours_is_refused() -> None:
    with pytest.raises(EnvelopeError, match="header_null"):
        read_attributes([*headers(), ("ce_subject", None)])


@pytest.mark.parametrize("raw", [None, b"\xff"])
def test_strange_header_of_somebody_else_is_nobodys_business(raw: bytes | None) -> None:
    assert read_attributes([*headers(), ("x-tool", raw)]) == read_attributes(headers())


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        (None, b'{"thing":"x"}', "key_missing"),
        (b"\xff", b'{"thing":"x"}', "key_not_utf8"),
        (b"thing-1", None, "tombstone"),
    ],
)
def test_broken_key_or_tombstone(key: bytes | None, value: bytes | None, code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        decode(TOPIC, key, value, headers())
    assert refused.value.code == code


def test_value_that_names_another_key_is_refused() -> None:
    keyed = replace(TOPIC, key_field="thing")
    assert decode(keyed, b"x", b'{"thing":"x"}', headers()).key == "x"
    with pytest.raises(EnvelopeError, match="key_mismatch"):
        decode(keyed, b"y", b'{"thing":"x"}', headers())


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"{}", b'{"thing":5}', b'\xff{"thing":"x"}'])
def test_value_that_does_not_fit(value: bytes) -> None:
    with pytest.raises(ValidationError):
        decode(TOPIC, b"thing-1", value, headers())


def test_unknown_field_is_ignored() -> None:
    assert decode(TOPIC, b"thing-1", b'{"thing":"x","new":1}', headers()).data == Thing(thing="x")


def test_writer_without_our_extensions_is_read() -> None:
    read = read_attributes(headers(ce_correlationid=None, ce_dataversion=None, ce_causationid=None, traceparent=None))
    assert (read.correlation_id, read.version, read.causation_id, read.traceparent) == ("id-1", (1, 0), None, None)


@pytest.mark.parametrize(("text", "version"), [(b"1.2", (1, 2)), (b"2", (2, 0)), (b"10.11", (10, 11))])
def test_version(text: bytes, version: tuple[int, int]) -> None:
    assert read_attributes(headers(ce_dataversion=text)).version == version


def test_time_without_zone_is_utc() -> None:
    assert read_attributes(headers(ce_time=b"2026-11-03T08:14:07")).time == AT
