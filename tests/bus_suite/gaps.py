"""Cursors against the log: gaps, markers, resets. Part of `LifeSuite`."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from loketbus.consume import cursors
from loketbus.consume.cursors import Place
from loketbus.consume.watch import Watch
from tests.bus_suite.house import House
from tests.bus_suite.letters import Letter
from tests.bus_suite.opening import HouseCases, OpenHouse
from tests.bus_suite.yard import SOURCE_PARTITIONS
from tests.support.kafka_tools import delete_records
from tests.support.polling import wait_until


class GapCases(HouseCases):
    """See the module."""

    # --- the log lost what was not read yet -----------------------------------------------------------------------

    async def test_a_topic_truncated_past_the_cursor_waits_for_a_person(
        self, open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Kafka forgets a group's offsets after a week; nothing may depend on them.
        monkeypatch.setattr(Watch, "_show_lag", lambda _: asyncio.sleep(0))
        async with open_house() as house:
            letters = self.many(house, 40, keys=12)
            await house.yard.applied(await house.yard.send(*letters[:20]))
            await house.settled()
            await house.stop()
            lost = await house.yard.send(*letters[20:])
            place = lost[0].place
            end = max(one.offset for one in lost if one.place == place) + 1
            await delete_records(house.yard.kafka, house.yard.prefix + place.topic, {place.partition: end})
            gone = [one for one in lost if one.place == place]
            await house.start(expected=("gap",))
            await house.yard.applied(one for one in lost if one.place != place)
            after = await house.yard.send(*self.many(house, 12, keys=12))
            assert house.problem() == "gap"
            assert not house.run.health.ready()[0]
            assert f"{place.topic}/{place.partition}" in house.run.health.ready()[1][house.consumer.host.part]
            assert any(one.place == place for one in after)
            await self._accept(house, place, end)
            house.yard.forget(gone)
            await house.yard.applied(after)
            await house.settled()
            await house.healthy()

    async def test_a_topic_truncated_while_it_is_paused_waits_for_a_person(self, open_house: OpenHouse) -> None:
        async with open_house() as house:
            session = house.consumer.session
            assert session is not None
            gate = house.run.gates[f"events:{self.subject.topic.name}"]
            await gate.pause("test")
            await wait_until(lambda: len(session.kafka.paused()) == SOURCE_PARTITIONS, what="its partitions are paused")
            paused_at = time.monotonic()
            # What was asked of Kafka before the pause must have been answered: a fetch waits 0.2 s at most.
            await wait_until(lambda: session.polled_at > paused_at + 0.5, what="it polls on")
            sent = await house.yard.send(*self.many(house, 20, keys=12))
            place = sent[0].place
            gone = [one for one in sent if one.place == place]
            end = gone[-1].offset + 1
            await delete_records(house.yard.kafka, house.yard.prefix + place.topic, {place.partition: end})
            await gate.resume()
            await wait_until(lambda: house.problem() == "gap", what="the gap is noticed")
            await self._accept(house, place, end)
            house.yard.forget(gone)
            await house.yard.applied(house.yard.sent)
            await house.settled()
            await house.healthy()

    async def _accept(self, house: House, place: Place, end: int) -> None:
        service = house.run.service.name
        found = await house.run.ledger.read(lambda connection: cursors.gaps(connection, service))
        assert found[place][1] == end
        assert await house.by_hand(lambda connection, act: cursors.accept_gap(connection, service, place, act.now))

    async def test_markers_of_transactions_are_neither_lag_nor_gap(self, open_house: OpenHouse) -> None:
        async with open_house() as house:
            letters = self.many(house, 8, keys=4)
            sent = await self._send_in_transaction(house, letters)
            await house.yard.applied(sent)
            ends = {one.place: max(o.offset for o in sent if o.place == one.place) + 2 for one in sent}
            await wait_until(lambda: ends.items() <= house.yard.account().cursors.items(), what="markers are passed")
            # All that is left of the topic is now past every cursor: retention may take it.
            await house.stop()
            await delete_records(
                house.yard.kafka,
                house.yard.prefix + self.subject.topic.name,
                {place.partition: end for place, end in ends.items()},
            )
            await house.start()
            assert house.problem() is None
            await house.settled()

    async def _send_in_transaction(self, house: House, letters: list[Letter]) -> Any:
        producer = AIOKafkaProducer(
            bootstrap_servers=house.yard.kafka, transactional_id=house.yard.prefix + "writer", acks="all"
        )
        await producer.start()
        try:
            async with producer.transaction():
                name = house.yard.prefix + self.subject.topic.name
                raws = [one.raw for one in letters]
                sent = [await producer.send(name, raw.value, key=raw.key, headers=list(raw.headers)) for raw in raws]
                done = [await one for one in sent]
        finally:
            await producer.stop()
        return house.yard.note(letters, [(one.partition, one.offset) for one in done])

    # --- an operator ----------------------------------------------------------------------------------------------

    async def test_a_range_that_is_reset_is_handled_again_with_new_ids(self, open_house: OpenHouse) -> None:
        async with open_house() as house:
            key = house.key()
            sent = await house.yard.send(*house.letters(key, 5))
            await house.yard.applied(sent)
            before = await house.settled()
            place, service = sent[2].place, house.run.service.name
            # Nothing comes in: the consumer has to notice the reset by itself.
            number = await house.by_hand(
                lambda connection, act: cursors.reset(connection, service, place, sent[2].offset, act.now)
            )
            house.yard.sent += sent[2:]
            await house.yard.until(lambda: len(house.yard.account().applied[key]) == 8, "three are handled again")
            after = await house.settled()
        assert number == 1
        assert after.applied[key] == [0, 1, 2, 3, 4, 2, 3, 4]
        if self.subject.outgoing:
            ids = [{row["event_id"] for row in one.outbox} for one in (before, after)]
            assert ids[0] < ids[1]
