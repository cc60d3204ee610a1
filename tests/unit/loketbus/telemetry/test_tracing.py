"""Traces that join hops, with and without an exporter."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import format_span_id, format_trace_id

from loketbus.telemetry import Tracing, continued, current_traceparent, inject, setup_tracing, span

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(exporter: InMemorySpanExporter) -> Iterator[Tracing]:
    made = setup_tracing("test", endpoint=None, exporter=exporter)
    yield made
    made.close()


def test_without_an_exporter_a_trace_passes_through_unchanged() -> None:
    assert setup_tracing("test", endpoint=None).active is False
    with continued(TRACEPARENT), span("handle", {"topic": "t"}) as current:
        assert current.is_recording() is False
        assert current_traceparent() == TRACEPARENT
        assert inject({"a": "b"}) == {"a": "b", "traceparent": TRACEPARENT}
    assert current_traceparent() is None


ALL_ZERO = f"00-{'0' * 32}-{'0' * 16}-01"


@pytest.mark.parametrize("broken", [None, "", "nonsense", "00-0-0-00", f"ff-{TRACEPARENT[3:]}", ALL_ZERO])
def test_a_missing_or_malformed_parent_is_ignored(broken: str | None) -> None:
    with continued(broken):
        assert current_traceparent() is None


def test_spans_join_the_trace_of_the_event(tracing: Tracing, exporter: InMemorySpanExporter) -> None:
    with continued(TRACEPARENT), span("outer"), span("inner"):
        going_out = current_traceparent()
    tracing.close()
    inner, outer = exporter.get_finished_spans()
    assert {format_trace_id(one.context.trace_id) for one in (inner, outer)} == {TRACE}
    assert outer.parent is not None
    assert format_span_id(outer.parent.span_id) == "b7ad6b7169203331"
    assert going_out == f"00-{TRACE}-{format_span_id(inner.context.span_id)}-01"
    assert outer.resource.attributes["service.name"] == "test"


def test_attributes_are_masked_and_an_error_is_only_its_class(tracing: Tracing, exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="jan"), span("handle", {"who": "jan@stad.example", "n": 3}):
        raise ValueError("jan@stad.example")
    tracing.close()
    (one,) = exporter.get_finished_spans()
    assert dict(one.attributes or {}) == {"who": "<mail>", "n": 3}
    assert one.status.description == "ValueError"
    assert one.events == ()


def test_after_closing_nothing_is_recorded(tracing: Tracing) -> None:
    tracing.close()
    tracing.close()
    with span("late") as current:
        assert current.is_recording() is False
