"""How old the register is, for Prometheus: read when asked, so that an import by hand shows as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Protocol

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from loketbus.clock import Clock, utc_now


class Known(Protocol):
    """What is read of the state of a register."""

    @property
    def extract(self) -> int:
        """Its number."""

    @property
    def snapshot(self) -> date:
        """Its day."""


State = Callable[[], Known | None]
"""Of the register in use; None when there is none that can be read."""


class RegisterAge(Collector):
    """`loketbus_kbo_register_age_seconds` since the start of the snapshot's day, and the number of the extract.

    Without a register that can be read there is no age at all: alert on `absent()` too.
    """

    def __init__(self, state: State, now: Clock = utc_now) -> None:
        self._state, self._now = state, now

    def collect(self) -> Iterable[Metric]:
        """Called by the registry at each read."""
        age = GaugeMetricFamily("loketbus_kbo_register_age_seconds", "Time since the day of the register's snapshot")
        extract = GaugeMetricFamily("loketbus_kbo_register_extract", "Number of the extract that is in use")
        known = self._state()
        if known is not None:
            since = datetime.combine(known.snapshot, time(), UTC)
            age.add_metric((), max(0.0, (self._now() - since).total_seconds()))
            extract.add_metric((), known.extract)
        return (age, extract)
