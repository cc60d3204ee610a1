"""Metric families on a registry of their own."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from loketbus.telemetry import LANE_STATES, Metrics
from loketbus.telemetry.metrics import MAX_SERIES


class Clock:
    now = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    return Metrics("mail_ingest", "0.1.0", now=clock)


def sample(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_each_service_has_its_own_numbers(metrics: Metrics) -> None:
    other = Metrics("kbo", "0.1.0")
    metrics.handled.at("queue", "mail.received.v1").inc()
    assert sample(metrics, "loketbus_handled_total", consumer="queue", topic="mail.received.v1") == 1
    assert sample(other, "loketbus_handled_total", consumer="queue", topic="mail.received.v1") is None
    assert sample(other, "loketbus_build", service="kbo", version="0.1.0") == 1


def test_the_page_is_what_prometheus_reads(metrics: Metrics) -> None:
    metrics.consumer_lag.at("queue", "mail.received.v1", 3).set(7)
    metrics.handle_seconds.at("queue", "mail.received.v1").observe(0.2)
    body, content_type = metrics.render()
    assert content_type.startswith("text/plain")
    families = {family.name: family for family in text_string_to_metric_families(body.decode())}
    assert families["loketbus_consumer_lag_events"].samples[0].labels == {
        "consumer": "queue",
        "topic": "mail.received.v1",
        "partition": "3",
    }
    assert families["loketbus_handle_seconds"].type == "histogram"
    assert all(name.startswith("loketbus_") for name in families)


def test_an_age_grows_while_nothing_happens(metrics: Metrics, clock: Clock) -> None:
    metrics.oldest_unhandled.since(clock.now - timedelta(seconds=5), "queue", "t")
    name = "loketbus_oldest_unhandled_seconds"
    assert sample(metrics, name, consumer="queue", topic="t") == 5
    clock.now += timedelta(minutes=1)
    assert sample(metrics, name, consumer="queue", topic="t") == 65
    metrics.oldest_unhandled.since(None, "queue", "t")
    assert sample(metrics, name, consumer="queue", topic="t") == 0
    metrics.oldest_unhandled.forget("queue", "t")
    assert sample(metrics, name, consumer="queue", topic="t") is None


def test_an_age_in_the_future_is_zero(metrics: Metrics, clock: Clock) -> None:
    metrics.outbox_oldest.since(clock.now + timedelta(seconds=5))
    assert sample(metrics, "loketbus_outbox_oldest_seconds") == 0


def test_a_lane_is_in_one_state(metrics: Metrics) -> None:
    metrics.lane_state("econobis", "outage")
    metrics.lane_state("econobis", "denied")
    values = {state: sample(metrics, "loketbus_lane_state", lane="econobis", state=state) for state in LANE_STATES}
    assert values == {"up": 0, "outage": 0, "denied": 1, "paused": 0}


def test_a_revoked_partition_is_forgotten(metrics: Metrics) -> None:
    metrics.consumer_lag.at("queue", "t", 3).set(7)
    metrics.consumer_lag.forget("queue", "t", 3)
    metrics.consumer_lag.forget("queue", "t", 4)
    assert sample(metrics, "loketbus_consumer_lag_events", consumer="queue", topic="t", partition="3") is None


def test_a_mistake_cannot_make_endless_series(metrics: Metrics, clock: Clock) -> None:
    for number in range(MAX_SERIES + 100):
        metrics.published.at(f"t{number}").inc()
        metrics.lane_oldest.since(clock.now, f"t{number}")
    assert sample(metrics, "loketbus_published_total", topic="other") == 100
    body = metrics.render()[0].decode()
    assert body.count("loketbus_published_total{") == MAX_SERIES + 1
    assert body.count("loketbus_lane_oldest_seconds{") == MAX_SERIES
