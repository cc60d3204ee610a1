"""The figures of a service: from what its parts report and from the ledger."""

from __future__ import annotations

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import insert

from loketbus import metering
from loketbus.health import Health
from loketbus.lanes.gate import Gate
from loketbus.ledger import Ledger, LedgerUnavailable
from loketbus.ledger.tables import effect
from loketbus.metering import ServiceMeter
from loketbus.outcomes import LaneState
from loketbus.relay import Depth
from tests.support.polling import wait_until
from tests.unit.lanes.conftest import Time


class Relay:
    """The part of a relay that is measured."""

    def __init__(self, time: Time) -> None:
        self.published: Counter[str] = Counter()
        self.waiting = Depth(3, time())

    async def depth(self) -> Depth:
        return self.waiting


def figures(meter: ServiceMeter) -> dict[str, float]:
    body = meter.metrics.render()[0].decode()
    lines = [line.rsplit(" ", 1) for line in body.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


async def add(ledger: Ledger, time: Time, state: str) -> None:
    now = time()
    values = {"ref": "r", "key": "k", "kind": "do", "correlation_id": "c", "next_at": now, "updated_at": now}
    row = {"lane": "remote", "state": state, "blocks": True, "hold_key": True, "created_at": now, **values}
    await ledger.write(lambda connection: connection.execute(insert(effect).values(**row)))


async def test_what_is_measured(ledger: Ledger, time: Time) -> None:
    meter, relay, gate, health = ServiceMeter("example"), Relay(time), Gate("remote", ledger, clock=time), Health()
    relay.published["mail"] = 5
    await add(ledger, time, "pending")
    await add(ledger, time, "stuck")
    await add(ledger, time, "done")
    await Gate("remote", ledger, clock=time).failed(LaneState.OUTAGE, "away", "Weg.")

    async def measure() -> dict[str, float]:
        await meter._measure(ledger, cast("Any", relay), {"remote": gate}, health)
        return figures(meter)

    found = await measure()
    assert found["loketbus_outbox_depth_events"] == 3
    assert found['loketbus_published_total{topic="mail"}'] == 5
    assert found['loketbus_lane_effects{lane="remote",state="pending"}'] == 1
    assert found['loketbus_lane_effects{lane="remote",state="stuck"}'] == 1
    assert found['loketbus_lane_state{lane="remote",state="outage"}'] == 1
    assert found['loketbus_lane_oldest_seconds{lane="remote"}'] >= 0
    assert 'loketbus_lane_effects{lane="remote",state="done"}' not in found
    relay.published["mail"] = 7
    assert (await measure())['loketbus_published_total{topic="mail"}'] == 7


async def test_what_is_gone_is_zero(ledger: Ledger, time: Time) -> None:
    meter, relay = ServiceMeter("example"), cast("Any", Relay(time))
    await add(ledger, time, "pending")
    await meter._measure(ledger, relay, {}, Health())
    await ledger.write(lambda connection: connection.execute(effect.delete()))
    await meter._measure(ledger, relay, {}, Health())
    found = figures(meter)
    assert found['loketbus_lane_effects{lane="remote",state="pending"}'] == 0
    assert found['loketbus_lane_oldest_seconds{lane="remote"}'] == 0


async def test_a_ledger_that_cannot_be_read_is_said_and_unsaid(
    ledger: Ledger, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metering, "MEASURE_SECONDS", 0.01)
    meter, relay, health, away = ServiceMeter("example"), Relay(time), Health(), True

    async def depth() -> Depth:
        if away:
            raise LedgerUnavailable("away")
        return Depth(0, None)

    measured = SimpleNamespace(depth=depth, published=relay.published)
    task = asyncio.create_task(meter.run(ledger, cast("Any", measured), {}, health))
    await wait_until(lambda: not health.ready()[0])
    assert health.problems["grootboek"].code == "ledger_unavailable"
    away = False
    await wait_until(lambda: health.ready() == (True, {}))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_outcomes_are_counted_by_kind() -> None:
    meter = ServiceMeter("example")
    for outcome in ("applied", "duplicate", "held", "dead"):
        meter.handled("mail", outcome)
    meter.lag("mail", 3, 12)
    found = figures(meter)
    assert found['loketbus_handled_total{consumer="example",topic="mail"}'] == 1
    assert found['loketbus_retried_total{consumer="example",topic="mail"}'] == 1
    assert found['loketbus_rejected_total{consumer="example",topic="mail"}'] == 1
    assert found['loketbus_consumer_lag_events{consumer="example",partition="3",topic="mail"}'] == 12


async def test_work_for_a_lane_that_is_not_there_is_reported_until_it_is_gone(ledger: Ledger, time: Time) -> None:
    meter, relay, health = ServiceMeter("example"), cast("Any", Relay(time)), Health()
    await add(ledger, time, "pending")
    await meter._measure(ledger, relay, {}, health)
    ready, reasons = health.ready()
    assert ready
    assert "remote" in reasons["werk zonder verbinding"]
    await meter._measure(ledger, relay, {"remote": Gate("remote", ledger, clock=time)}, health)
    assert health.ready() == (True, {})
