"""The Prometheus families of the bus, on a registry of their own.

Labels are names out of our own code and settings (consumer, topic, lane, code), never data; each family keeps at most
`MAX_SERIES` label sets and counts the rest under "other", so that a mistake cannot fill a Prometheus server.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from loketbus.clock import Clock, utc_now

F = TypeVar("F", bound=MetricWrapperBase)

MAX_SERIES = 500
OTHER = "other"
LANE_STATES = ("up", "outage", "denied", "paused")
EFFECT_STATES = ("pending", "running", "uncertain", "stuck", "dead")
SECONDS_BUCKETS = (0.005, 0.02, 0.1, 0.5, 1.0, 2.5, 10.0, 30.0, 120.0)


class Family(Generic[F]):
    """One metric family with a bounded number of label sets."""

    def __init__(self, metric: F, labels: int) -> None:
        self._metric = metric
        self._labels = labels
        self._seen: set[tuple[str, ...]] = set()

    def at(self, *values: str | int) -> F:
        """The child with these label values, in the order of the family's labels."""
        if self._labels == 0:
            return self._metric
        key = tuple(str(value) for value in values)
        if key not in self._seen:
            if len(self._seen) >= MAX_SERIES:
                key = (OTHER,) * self._labels
            self._seen.add(key)
        return self._metric.labels(*key)

    def forget(self, *values: str | int) -> None:
        """Drop a series that this process no longer owns (a revoked partition), so that it does not show old state."""
        key = tuple(str(value) for value in values)
        if key in self._seen:
            self._seen.discard(key)
            self._metric.remove(*key)


class Ages(Collector):
    """Gauges of "how old is the oldest", computed when read: they grow while nothing happens."""

    def __init__(self, name: str, text: str, labels: tuple[str, ...], now: Clock) -> None:
        self._name, self._text, self._labels, self._now = name, text, labels, now
        self._since: dict[tuple[str, ...], datetime | None] = {}

    def since(self, moment: datetime | None, *values: str) -> None:
        """Remember since when; None means there is nothing, shown as 0."""
        if values in self._since or len(self._since) < MAX_SERIES:
            self._since[values] = moment

    def forget(self, *values: str) -> None:
        """Drop one series."""
        self._since.pop(values, None)

    def collect(self) -> Iterable[Metric]:
        """Called by the registry at each read."""
        family = GaugeMetricFamily(self._name, self._text, labels=self._labels)
        now = self._now()
        for values, moment in list(self._since.items()):
            family.add_metric(values, 0.0 if moment is None else max(0.0, (now - moment).total_seconds()))
        yield family


class Metrics:
    """Every family of one service. Make one per service and hand it on; `render()` is the body of `/metrics`."""

    def __init__(self, service: str, version: str, *, now: Clock = utc_now) -> None:
        self.registry = CollectorRegistry()
        self._now = now
        build = self._gauge("build", "1, labelled with what runs", "service", "version")
        build.at(service, version).set(1)
        self.consumer_lag = self._gauge(
            "consumer_lag_events", "Events not handled yet", "consumer", "topic", "partition"
        )
        self.consumer_healthy = self._gauge("consumer_healthy", "1 while the consumer makes progress", "consumer")
        self.oldest_unhandled = self._ages(
            "oldest_unhandled_seconds", "Age of the oldest unhandled event", "consumer", "topic"
        )
        self.handled = self._counter("handled", "Events applied", "consumer", "topic")
        self.rejected = self._counter("rejected", "Events dead-lettered", "consumer", "topic")
        self.retried = self._counter("retried", "Attempts that will be repeated", "consumer", "topic")
        self.waiting = self._gauge("waiting_events", "Events that wait for something not seen yet", "consumer")
        self.handle_seconds = self._histogram("handle_seconds", "prepare and apply of one event", "consumer", "topic")
        self.outbox_depth = self._gauge("outbox_depth_events", "Events written and not published yet")
        self.outbox_oldest = self._ages("outbox_oldest_seconds", "Age of the oldest unpublished event")
        self.published = self._counter("published", "Events acknowledged by Kafka", "topic")
        self.lane = self._gauge("lane_state", "1 for the state that the lane is in", "lane", "state")
        self.lane_effects = self._gauge("lane_effects", "Effects by state", "lane", "state")
        self.lane_oldest = self._ages("lane_oldest_seconds", "Age of the oldest effect not done", "lane")
        self.dead_letters = self._gauge("dead_letters", "Open dead letters", "audience")
        self.outbox_depth.at().set(0)
        self.outbox_oldest.since(None)

    def lane_state(self, lane: str, state: str) -> None:
        """Show `lane` in exactly one of `LANE_STATES`."""
        for other in LANE_STATES:
            self.lane.at(lane, other).set(1 if other == state else 0)

    def render(self) -> tuple[bytes, str]:
        """Return (body, content type) of a scrape."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    def _gauge(self, name: str, text: str, *labels: str) -> Family[Gauge]:
        return _family(Gauge(f"loketbus_{name}", text, labels, registry=self.registry), labels)

    def _counter(self, name: str, text: str, *labels: str) -> Family[Counter]:
        return _family(Counter(f"loketbus_{name}", text, labels, registry=self.registry), labels)

    def _histogram(self, name: str, text: str, *labels: str) -> Family[Histogram]:
        return _family(
            Histogram(f"loketbus_{name}", text, labels, registry=self.registry, buckets=SECONDS_BUCKETS), labels
        )

    def _ages(self, name: str, text: str, *labels: str) -> Ages:
        ages = Ages(f"loketbus_{name}", text, labels, self._now)
        self.registry.register(ages)
        return ages


def _family(metric: F, labels: tuple[str, ...]) -> Family[F]:
    return Family(metric, len(labels))
