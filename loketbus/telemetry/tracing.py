"""OpenTelemetry traces: exported when `otlp_endpoint` is set, passed on unchanged when it is not.

A trace enters with `continued(event.traceparent)` and leaves with `current_traceparent()` (Kafka) or `inject(headers)`
(HTTP), so that the hops join even through a service that exports nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from loketbus.logs.redact import redact

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

Attribute = str | bool | int | float

EXPORT_TIMEOUT_SECONDS = 5.0
CLOSE_TIMEOUT_SECONDS = 5.0
"""A collector that is away may not hold up the stop of a service."""

_propagator = TraceContextTextMapPropagator()
_tracer: trace.Tracer | None = None


class Tracing:
    """What `setup_tracing` started; `close()` sends what is left and stops."""

    def __init__(self, provider: TracerProvider | None) -> None:
        self._provider = provider

    @property
    def active(self) -> bool:
        """Whether spans are recorded and exported."""
        return self._provider is not None

    def close(self) -> None:
        """Flush and stop, within `CLOSE_TIMEOUT_SECONDS`."""
        global _tracer
        provider, self._provider = self._provider, None
        if provider is None:
            return
        _tracer = None
        # In a thread of its own: the exporter's own shutdown has no bound when the collector hangs.
        closing = threading.Thread(target=provider.shutdown, name="loketbus-tracing-close", daemon=True)
        closing.start()
        closing.join(CLOSE_TIMEOUT_SECONDS)


def setup_tracing(service: str, *, endpoint: str | None, exporter: SpanExporter | None = None) -> Tracing:
    """Start recording when `endpoint` (OTLP/HTTP, the full address ending in /v1/traces) or `exporter` is given.

    The provider is ours and not OpenTelemetry's global one, which can be set only once in a process.
    """
    global _tracer
    if exporter is None and endpoint is None:
        _tracer = None
        return Tracing(None)
    # Imported only here: the exporter's protobuf and requests would cost every other process its start time.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = exporter or OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_TIMEOUT_SECONDS)
    provider = TracerProvider(resource=Resource.create({"service.name": service}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = provider.get_tracer("loketbus")
    return Tracing(provider)


@contextmanager
def span(
    name: str, attributes: Mapping[str, Attribute] | None = None, *, kind: SpanKind = SpanKind.INTERNAL
) -> Iterator[Span]:
    """Record the block as a span. Attributes are masked, and of an error only the class is kept (no personal data)."""
    if _tracer is None:
        yield trace.INVALID_SPAN
        return
    safe = {key: redact(value) if isinstance(value, str) else value for key, value in (attributes or {}).items()}
    with _tracer.start_as_current_span(
        name, kind=kind, attributes=safe, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


@contextmanager
def continued(traceparent: str | None) -> Iterator[None]:
    """Run the block as part of the trace that a caller or an event carried; a missing or malformed one is ignored."""
    if traceparent is None:
        yield
        return
    token = otel_context.attach(_propagator.extract({"traceparent": traceparent}))
    try:
        yield
    finally:
        otel_context.detach(token)


def current_traceparent() -> str | None:
    """The W3C traceparent of the running block, for an outgoing event's header; None outside any trace."""
    return inject({}).get("traceparent")


def inject(headers: MutableMapping[str, str]) -> MutableMapping[str, str]:
    """Add `traceparent` (and `tracestate`) of the running block to `headers`, and return them."""
    _propagator.inject(headers)
    return headers
