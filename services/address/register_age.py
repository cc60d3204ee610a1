"""How fresh the replica is, for Prometheus: read when asked, so that an import by hand shows as well."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from loketbus.clock import Clock, utc_now
from loketbus.errors import Unavailable
from services.address.questions import Register
from services.address.register.feed_standing import FeedStanding, feed_standing
from services.address.register.state import replica_state
from services.address.standing import TROUBLES_MAX, troubles


@dataclass(frozen=True, slots=True)
class _Known:
    as_of: datetime | None
    feed: FeedStanding


class RegisterAge(Collector):
    """`loketbus_address_register_age_seconds` since the moment up to which the replica follows the register; how many
    messages of the change feed do not count (`_feed_troubles`, by code), and how many wait (`_feed_waiting`).

    Without a replica that can be read there is none of these: alert on `absent()` too.
    """

    def __init__(self, register: Register, folder: Path, now: Clock = utc_now) -> None:
        self._register, self._folder, self._now = register, folder, now

    def collect(self) -> Iterable[Metric]:
        """Called by the registry at each read."""
        age = GaugeMetricFamily("loketbus_address_register_age_seconds", "Time since the moment that is followed")
        trouble = GaugeMetricFamily(
            "loketbus_address_feed_troubles", "Messages of the change feed that do not count", labels=["code"]
        )
        waiting = GaugeMetricFamily("loketbus_address_feed_waiting", "Messages that wait for their street")
        known = self._known()
        if known is not None:
            if known.as_of is not None:
                age.add_metric((), max(0.0, (self._now() - known.as_of).total_seconds()))
            for code, times in troubles(known.feed):
                trouble.add_metric((code,), times)
            waiting.add_metric((), known.feed.waiting)
        return (age, trouble, waiting)

    def _known(self) -> _Known | None:
        try:
            with self._register.open() as view:
                as_of = view.source.as_of
            state = replica_state(self._folder)
            return None if state is None else _Known(as_of, feed_standing(state.file, TROUBLES_MAX))
        except (Unavailable, sqlite3.Error):  # `/register` and `loketbus doctor` say what is wrong
            return None
