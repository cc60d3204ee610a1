"""What a consumer must survive: restarts, restores, gaps, resets, dead tasks, pressure. Each case has its own house."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from loketbus_contracts import DEADLETTER
from loketbus_contracts.envelope import Event
from pydantic import model_validator

from loketbus.consume.session import Session
from tests.bus_suite.databases import Base
from tests.bus_suite.gaps import GapCases
from tests.bus_suite.house import LIMITS
from tests.bus_suite.letters import POISONS, Letter, letter, newer, poison
from tests.bus_suite.opening import OpenHouse
from tests.support.polling import wait_until

KEYS = 1_000
PER_KEY = 10
POISON_SHARE = 0.01
# A busy machine of two cores may let the event loop stand still for seconds; that is not what these cases are about.
STALLED_SECONDS = 8.0


class LifeSuite(GapCases):
    """Inherit it and set `subject`. Every test ends with a reconcile of all that was sent."""

    # --- stop and start -------------------------------------------------------------------------------------------

    async def test_what_waits_for_an_upgrade_is_applied_after_it(self, open_house: OpenHouse) -> None:
        topic = self.subject.topic
        async with open_house() as house:
            key = house.key()
            tomorrow = letter(self.subject, key, 0, version=newer(topic))
            wrapped = tomorrow.value(b'{"renamed": %s}' % (tomorrow.raw.value or b""))
            sent = await house.yard.send(wrapped, *house.letters(key, 3, first=1))
            await house.yard.row_is(sent[0], "pending")
            await house.settled()
            await house.stop()
            house.read_as = _upgraded(topic)
            house.ahead = timedelta(minutes=10)  # the upgrade takes a while
            await house.start()
            await house.yard.applied(sent)
            assert (await house.settled()).applied[key] == [0, 1, 2, 3]

    async def test_a_handler_that_outlives_the_shutdown_is_done_again(self, open_house: OpenHouse) -> None:
        async with open_house(limits=dataclasses.replace(LIMITS, graceful_seconds=0.2)) as house:
            if not house.prepares:
                pytest.skip("this handler has no prepare")
            letters = self.many(house, 40, keys=12)
            begun: list[str] = []

            async def never_ends(event: Event[Any]) -> None:
                begun.append(event.id)
                await asyncio.Event().wait()

            house.faults.preparing[letters[3].event_id] = never_ends
            sent = await house.yard.send(*letters)
            # Later records of its partition are done meanwhile: the cursor may not pass it for all that.
            await house.yard.applied(one for one in sent if one.key != letters[3].key)
            await house.stop()
            assert begun
            assert letters[3].key not in house.yard.account().applied
            house.faults.preparing.clear()
            await house.start()
            await house.yard.applied(sent)
            await house.settled()

    async def test_a_ledger_from_a_backup_skips_nothing_and_gives_the_same_ids(
        self, open_house: OpenHouse, base: Base, tmp_path: Path
    ) -> None:
        async with open_house() as house:
            letters = self.many(house, 60)
            await house.yard.applied(await house.yard.send(*letters[:20]))
            await house.settled()
            await house.stop()
            house.yard.let_go()
            backup = base.copy(tmp_path / "backup")
            await house.start()
            bad = poison("bad-json", self.subject, house.key(), 0)
            await house.yard.applied((await house.yard.send(*letters[20:], bad))[:-1])
            before = await house.settled()
            # Kafka's own offsets are now ahead of the ledger that is put back.
            await house.stop()
            house.yard.restore(backup.var, backup.url)
            await house.start()
            await house.yard.applied(house.yard.sent[:-1])
            after = await house.settled()
        assert len(after.held) == 1
        # What is said about a dead letter is said anew: it died at another time.
        refs = {row["ref"] for one in (before, after) for row in one.held.values()}
        decided = [
            {row["event_id"] for row in one.outbox if row["causation_id"].partition("@")[0] not in refs}
            for one in (before, after)
        ]
        assert decided[0] == decided[1]

    # --- a consumer that stopped moving ---------------------------------------------------------------------------

    @pytest.mark.parametrize("which", ["_fetcher._fetch_task", "_coordinator._coordination_task"])
    async def test_a_dead_task_of_kafkas_client_is_noticed_and_replaced(
        self, open_house: OpenHouse, which: str
    ) -> None:
        async with open_house() as house:
            await house.yard.applied(await house.yard.send(*self.many(house, 10)))
            owner, task = which.split(".")
            kafka = house.consumer.session.kafka  # type: ignore[union-attr]
            getattr(getattr(kafka, owner), task).cancel()
            await wait_until(lambda: not house.run.health.ready()[0], what="/ready says that the consumer is not well")
            assert house.problem() == task.removeprefix("_").replace("coordination", "coordinator") + "_ended"
            after = await house.yard.send(*self.many(house, 10))
            await house.healthy()
            await house.yard.applied(after)
            await house.settled()
            assert house.run.health.alive

    async def test_a_dead_task_of_our_own_is_noticed_and_replaced(self, open_house: OpenHouse) -> None:
        async with open_house() as house:
            for name in ("fetch", "apply", "watch"):
                session = house.consumer.session
                [task] = [one for one in asyncio.all_tasks() if one.get_name() == f"{house.run.service.name}-{name}"]
                task.cancel()
                await wait_until(lambda: house.problem() is not None, what=f"the end of {name} is noticed")
                sent = await house.yard.send(*self.many(house, 5))
                await house.yard.applied(sent)
                await house.healthy()
                assert house.consumer.session is not session
            await house.settled()

    async def test_a_paused_topic_is_not_taken_for_a_dead_consumer(self, open_house: OpenHouse) -> None:
        async with open_house(limits=dataclasses.replace(LIMITS, stalled_seconds=STALLED_SECONDS)) as house:
            session = house.consumer.session
            assert session is not None
            gate = house.run.gates[f"events:{self.subject.topic.name}"]
            await gate.pause("test")
            sent = await house.yard.send(*self.many(house, 20))
            paused_at = time.monotonic()
            # Longer than a consumer may stand still with work in front of it.
            await wait_until(lambda: session.polled_at > paused_at + STALLED_SECONDS + 0.5, what="it polls on")
            assert house.problem() is None
            await gate.resume()
            await house.yard.applied(sent)
            await house.settled()
            assert house.consumer.session is session

    async def test_a_consumer_that_gets_nothing_although_it_is_behind_is_replaced(self, open_house: OpenHouse) -> None:
        async with open_house(limits=dataclasses.replace(LIMITS, stalled_seconds=STALLED_SECONDS)) as house:
            session = house.consumer.session
            assert session is not None
            # As if aiokafka had lost these partitions out of sight: they look fine and yield nothing.
            session.kafka.resume = lambda *tps: None
            session.kafka.pause(*session.kafka.assignment())
            sent = await house.yard.send(*self.many(house, 20))
            await wait_until(lambda: house.problem() == "no_progress", what="it is noticed")
            await house.yard.applied(sent)
            await house.settled()
            await house.healthy()

    async def test_back_pressure_keeps_polling_and_the_membership(self, open_house: OpenHouse) -> None:
        patience = {"session_timeout_seconds": STALLED_SECONDS, "poll_interval_max_seconds": STALLED_SECONDS}
        async with open_house(
            limits=dataclasses.replace(LIMITS, in_hand_max=20, fetch_records=10, **patience)
        ) as house:
            go_on = asyncio.Event()

            async def slow(event: Event[Any]) -> None:
                await go_on.wait()

            house.faults.prepare_all = slow
            sent = await house.yard.send(*self.many(house, 200))

            def full() -> Session | None:
                session = house.consumer.session
                return session if session is not None and session.hand.count >= 20 else None

            session = await wait_until(full, 90.0, what="the hand is full")
            generation = session.kafka._coordinator.generation
            full_at = time.monotonic()
            # Longer than the group keeps a member that does not poll or does not answer.
            await wait_until(lambda: session.polled_at > full_at + STALLED_SECONDS + 0.5, what="it polls on")
            assert session.hand.count < 20 + 10
            assert house.problem() is None
            assert session.kafka._coordinator.generation == generation
            go_on.set()
            await house.yard.applied(sent)
            await house.settled()
            assert house.consumer.session is session

    # --- what goes out --------------------------------------------------------------------------------------------

    async def test_without_a_dead_letter_topic_all_else_goes_on(self, open_house: OpenHouse) -> None:
        async with open_house(missing=(DEADLETTER.name,)) as house:
            dead = house.yard.prefix + DEADLETTER.name
            bad, *sent = await house.yard.send(poison("bad-json", self.subject, house.key(), 0), *self.many(house, 20))
            await house.yard.row_is(bad, "dead")
            await house.yard.applied(sent)
            await house.settled()
            part = house.run.relay.part
            await wait_until(lambda: part in house.run.health.problems, what="the relay says what it cannot publish")
            assert dead in house.run.health.ready()[1][part]
            await house.yard.open_missing()
            await house.settled()
            assert len((await house.yard.wire())[dead]) == 1

    # --- much -----------------------------------------------------------------------------------------------------

    @pytest.mark.timeout(300)
    async def test_ten_thousand_events_with_one_percent_poison(self, open_house: OpenHouse) -> None:
        dice = random.Random(20261121)
        async with open_house() as house:
            keys = [house.key() for _ in range(KEYS)]
            letters = [self._one_of_many(keys, number, dice) for number in range(KEYS * PER_KEY)]
            sent = await house.yard.send(*letters)
            account = await house.settled()
        dead = [row for row in account.held.values() if row["state"] == "dead"]
        poisoned = sum(one.kind.name == "POISON" for one in sent)
        assert poisoned == len(dead) > 50
        assert sum(map(len, account.applied.values())) > KEYS * PER_KEY * 0.8

    def _one_of_many(self, keys: list[str], number: int, dice: random.Random) -> Letter:
        key = keys[number % len(keys)]
        if dice.random() < POISON_SHARE:
            return poison(dice.choice(list(POISONS)), self.subject, key, number)
        return letter(self.subject, key, number)


def _upgraded(topic: Any) -> Any:
    """The topic as the next release knows it: it reads a field under its new name."""

    def unwrap(value: Any) -> Any:
        return value["renamed"] if isinstance(value, dict) and "renamed" in value else value

    validators = {"unwrap": model_validator(mode="before")(unwrap)}
    model = type(topic.model.__name__, (topic.model,), {"__doc__": "The next release's.", **validators})
    return dataclasses.replace(topic, model=model, minor=topic.minor + 1)
