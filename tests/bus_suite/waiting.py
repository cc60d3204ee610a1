"""Events that wait, and what an operator does with those that died: part of `EventSuite`."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from loketbus_contracts import DEADLETTER
from loketbus_contracts.envelope import Event

from loketbus import deadletters
from loketbus.consume.subscription import AfterDeath
from loketbus.errors import NotYet, Rejected, Unavailable
from loketbus.ledger.tx import Tx
from tests.bus_suite.house import House
from tests.bus_suite.letters import Letter, letter, poison
from tests.bus_suite.subject import Subject
from tests.support.reconcile import Kind, Sent


class WaitingCases:
    """See the module."""

    subject: Subject

    # --- waiting for something else -------------------------------------------------------------------------------

    async def test_what_came_too_early_runs_when_it_arrives(self, house: House) -> None:
        key, other = house.key(), house.key()
        early, arrival = self._early(house, key, other)
        sent, after = await house.yard.send(early, *house.letters(key, 1, first=1))
        row = await house.yard.row_is(sent, "pending")
        assert row["waits_for"] == f"thing-{key}"
        assert row["message"]
        await house.yard.applied(await house.yard.send(arrival))
        await house.yard.applied([sent, after])
        assert (await house.settled()).applied[key] == [0, 1]

    async def test_what_arrives_in_the_same_batch_is_not_missed(self, house: House) -> None:
        key, other = house.key(), house.key()
        early, arrival = self._early(house, key, other)
        doors = {one.event_id: asyncio.Event() for one in (early, arrival)}
        inside: list[str] = []

        async def wait(event: Event[Any]) -> None:
            inside.append(event.id)
            await doors[event.id].wait()

        house.faults.preparing |= dict.fromkeys(doors, wait)
        sent = await house.yard.send(early, arrival, *house.letters(key, 1, first=1))
        if house.prepares:
            await house.yard.until(lambda: len(inside) == len(doors), "both are being prepared")
        for door in doors.values():
            door.set()  # both at once, so both in one transaction, and the early one first
        await house.yard.applied(sent)
        assert (await house.settled()).applied[key] == [0, 1]

    async def test_what_never_arrives_is_dead_at_its_deadline(self, house: House) -> None:
        key = house.key()
        [made] = house.letters(key, 1)
        deadline = house.now() + timedelta(hours=1)

        def wait(tx: Tx, event: Event[Any]) -> None:
            raise NotYet("nothing", deadline=deadline)

        house.faults.applying[made.event_id] = wait
        [sent] = await house.yard.send(made)
        await house.yard.row_is(sent, "pending")
        house.ahead = timedelta(hours=2)
        await house.run.gates[f"events:{self.subject.topic.name}"].retry_now()
        row = await house.yard.row_is(sent, "dead")
        await house.settled()
        assert row["code"] == "not_yet_expired"
        assert row["attempts"] > 1

    def _early(self, house: House, key: str, other: str) -> tuple[Letter, Letter]:
        """An event that needs what the other brings."""
        [early], [arrival] = house.letters(key, 1), house.letters(other, 1)
        there: list[str] = []

        def need(tx: Tx, event: Event[Any]) -> None:
            if not there:
                raise NotYet(f"thing-{key}", deadline=house.now() + timedelta(hours=1))

        def bring(tx: Tx, event: Event[Any]) -> None:
            there.append(event.id)
            tx.arrived(f"thing-{key}")

        house.faults.applying |= {early.event_id: need, arrival.event_id: bring}
        return early, arrival

    async def _in_one_batch(self, house: House, letters: list[Letter]) -> list[Sent]:
        """Hold the lane while sending, so that everything is fetched at once when it opens again."""
        gate = house.run.gates[f"events:{self.subject.topic.name}"]
        await gate.pause("test")
        sent = await house.yard.send(*letters)
        await gate.resume()
        await house.yard.applied(one for one in sent if one.kind is Kind.EVENT)
        return sent

    # --- an operator ----------------------------------------------------------------------------------------------

    async def test_a_paused_topic_waits_and_goes_on(self, house: House) -> None:
        key = house.key()
        await self._in_one_batch(house, house.letters(key, 20))
        assert (await house.settled()).applied[key] == list(range(20))

    async def test_after_a_dead_letter_the_key_waits_or_goes_on_as_declared(self, house: House) -> None:
        key = house.key()
        bad = poison("bad-json", self.subject, key, 0)
        sent, *after = await house.yard.send(bad, *house.letters(key, 3, first=1))
        await house.yard.row_is(sent, "dead")
        account = await house.settled()
        if house.after_death is AfterDeath.HOLD_KEY:
            assert key not in account.applied
            assert [account.held[one.place, one.offset]["code"] for one in after] == ["behind"] * 3
        else:
            assert account.applied[key] == [1, 2, 3]

    async def test_a_dead_letter_is_replayed_once_it_can_be_handled(self, house: House) -> None:
        row, sent, key = await self._dead_first_of_three(house)
        house.faults.applying.clear()
        await house.by_hand(lambda connection, act: deadletters.replay(connection, row["id"], act))
        await house.yard.applied(sent)
        account = await house.settled()
        expected = [0, 1, 2] if house.after_death is AfterDeath.HOLD_KEY else [1, 2, 0]
        assert account.applied[key] == expected

    async def test_a_dead_letter_that_dies_again_is_announced_again(self, house: House) -> None:
        row, sent, _ = await self._dead_first_of_three(house)
        await house.by_hand(lambda connection, act: deadletters.replay(connection, row["id"], act))

        def again() -> bool:
            now = house.yard.row(sent[0])
            return now is not None and now["state"] == "dead" and now["replays"] == 1

        await house.yard.until(again, "it died again")
        await house.settled()
        read = (await house.yard.wire())[house.yard.prefix + DEADLETTER.name]
        assert sum(json.loads(one.value or b"{}")["reference"] == row["ref"] for one in read) == 2

    async def test_a_dropped_dead_letter_lets_its_key_go_on(self, house: House) -> None:
        row, sent, key = await self._dead_first_of_three(house)
        with pytest.raises(Rejected, match="reason_missing"):
            await house.by_hand(lambda connection, act: deadletters.drop(connection, row["id"], act), reason=None)
        await house.by_hand(lambda connection, act: deadletters.drop(connection, row["id"], act))
        await house.yard.applied(sent[1:])
        assert (await house.settled()).applied[key] == [1, 2]

    async def test_an_edited_dead_letter_is_applied_and_keeps_the_original(self, house: House) -> None:
        key = house.key()
        good = letter(self.subject, key, 0)
        bad = good.value(b"{broken").of(Kind.POISON)
        [sent] = await house.yard.send(bad)
        row = await house.yard.row_is(sent, "dead")
        edit = good.raw.value
        await house.by_hand(lambda connection, act: deadletters.replay(connection, row["id"], act, edited=edit))
        sent.kind = Kind.EVENT
        await house.yard.applied([sent])
        account = await house.settled()
        kept = account.held[sent.place, sent.offset]
        assert account.applied[key] == [0]
        assert kept["original"] == b"{broken"
        steps = [(step["what"], step.get("actor")) for step in deadletters.history_of(dict(kept))]
        assert ("edited", "operator") in steps

    async def _dead_first_of_three(self, house: House) -> tuple[Any, list[Sent], str]:
        """Three events of one key, the first of which dies as long as its fault is there."""
        key = house.key()
        letters = house.letters(key, 3)

        def fail(tx: Tx, event: Event[Any]) -> None:
            raise Rejected("unwanted", "Dit bericht is niet gewenst.")

        house.faults.applying[letters[0].event_id] = fail
        sent = await house.yard.send(*letters)
        row = await house.yard.row_is(sent[0], "dead")
        await house.settled()
        return row, sent, key

    async def test_an_outage_in_a_look_up_dead_letters_nothing(self, house: House) -> None:
        if not house.prepares:
            pytest.skip("this handler has no prepare")
        key = house.key()
        letters = house.letters(key, 3)
        down = [True]

        async def look_up(event: Event[Any]) -> None:
            if down:
                raise Unavailable("register_down", "Het register antwoordt niet.")

        house.faults.preparing = {one.event_id: look_up for one in letters}
        sent = await house.yard.send(*letters)
        row = await house.yard.row_is(sent[0], "pending")
        assert row["code"] == "register_down"
        down.clear()
        await house.run.gates[f"events:{self.subject.topic.name}"].retry_now()
        await house.yard.applied(sent)
        assert (await house.settled()).applied[key] == [0, 1, 2]
