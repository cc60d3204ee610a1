"""From an event to an effect outside to an event about it, in a whole service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from loketbus_contracts.deadletter import DEADLETTER
from loketbus_contracts.envelope import Event

from loketbus.consume.host import Limits
from loketbus.lanes.adapter import Effect, Lane
from loketbus.ledger.tx import Tx
from loketbus.runtime import Runtime
from loketbus.settings import BusSettings
from tests.support import example
from tests.support.kafka_tools import create_topic, produce, read_all
from tests.support.outside import AskingAdapter, Outside
from tests.support.polling import wait_until


class Asks:
    """Wants an effect for each event."""

    def apply(self, tx: Tx, event: Event[example.Told], prepared: None) -> None:
        tx.effect("remote", event.key, "do", {"number": event.data.number})


class Tells(AskingAdapter):
    """Says what was done."""

    def done(self, tx: Tx, effect: Effect, result: Mapping[str, Any]) -> None:
        tx.emit(example.HEARD, effect.key, example.Heard(number=effect.json()["number"], position=0))


@pytest.mark.kafka
async def test_what_an_event_asks_for_is_done_and_told(
    kafka: str, topic_prefix: str, tmp_path: Path, remote: Outside
) -> None:
    for topic in (example.TOLD, example.HEARD, example.STATE, DEADLETTER):
        await create_topic(kafka, topic_prefix + topic.name, 3)
    wanted = {f"k{key}": list(range(key, 30, 5)) for key in range(5)}
    await produce(kafka, topic_prefix + example.TOLD.name, [example.told(f"k{n % 5}", n) for n in range(30)])
    adapter = Tells(remote.base_url)
    lane = Lane("remote", adapter, rate_per_second=500)
    settings = BusSettings(kafka=kafka, topic_prefix=topic_prefix, var=tmp_path)
    service = example.example_service(Asks(), lanes=(lane,))
    async with Runtime(service, settings, limits=Limits(session_timeout_seconds=6, watch_seconds=0.2)) as runtime:
        await wait_until(lambda: runtime.relay.published.total() == 30, 60, what="everything is told")
    await adapter.close()
    done: dict[str, list[int]] = {}
    for key, number in remote.applied:
        done.setdefault(key, []).append(number)
    assert done == wanted
    assert example.read_heard(await read_all(kafka, topic_prefix + example.HEARD.name)) == wanted
