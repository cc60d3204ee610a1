"""Traces and metrics that every service has: spans over HTTP and Kafka, Prometheus families of the bus."""

from loketbus.telemetry.metrics import LANE_STATES, Metrics
from loketbus.telemetry.tracing import Tracing, continued, current_traceparent, inject, setup_tracing, span

__all__ = [
    "LANE_STATES",
    "Metrics",
    "Tracing",
    "continued",
    "current_traceparent",
    "inject",
    "setup_tracing",
    "span",
]
