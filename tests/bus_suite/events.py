"""What a consumer must do with single events, whatever they are: cases that share one running service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from loketbus_contracts import DEADLETTER
from loketbus_contracts.deadletter import DeadLetter
from loketbus_contracts.envelope import Event

from loketbus import deadletters
from loketbus.consume.records import unpack_headers
from loketbus.consume.subscription import AfterDeath
from loketbus.errors import NotYet, Rejected, Unavailable
from loketbus.ledger.tx import Tx
from tests.bus_suite.databases import make_base
from tests.bus_suite.house import House
from tests.bus_suite.letters import (
    BROKER_LIMIT_BYTES,
    POISONS,
    Letter,
    letter,
    newer,
    padded_to,
    poison,
    tombstone,
)
from tests.bus_suite.subject import Subject
from tests.support import postgres
from tests.support.reconcile import Kind, Sent

SECRET = "An Peeters, 0470 12 34 56"
"""Stands for personal data in the text of an exception: it may be in no row, nor on any topic."""


class EventSuite:
    """Inherit it and set `subject`. Every test ends with a reconcile of all that was sent to the house so far."""

    subject: Subject

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One house per class and database, all of its tests on one worker."""
        if "database" in metafunc.fixturenames:
            name = metafunc.cls.__name__ if metafunc.cls else ""
            kinds = [
                pytest.param("sqlite", marks=pytest.mark.xdist_group(f"{name}-sqlite")),
                pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.xdist_group(f"{name}-postgres")]),
            ]
            metafunc.parametrize("database", kinds, scope="class")

    @pytest_asyncio.fixture(scope="class", loop_scope="class")
    @classmethod
    async def house(
        cls, request: pytest.FixtureRequest, database: str, kafka: str, tmp_path_factory: pytest.TempPathFactory
    ) -> AsyncIterator[House]:
        folder = tmp_path_factory.mktemp("house")
        prefix = f"{folder.name}-{database}-{id(folder):x}.".lower()
        server = request.getfixturevalue("postgres_url") if database == "postgres" else ""
        with postgres.fresh_database(server) if server else nullcontext() as url:
            base = make_base(database, folder / "var", lambda: str(url))
            async with House(cls.subject, kafka, prefix, base.var, base.url) as house:
                yield house

    pytestmark = [pytest.mark.kafka, pytest.mark.asyncio(loop_scope="class")]  # noqa: RUF012 - pytest reads a list

    # --- what nobody can read -------------------------------------------------------------------------------------

    @pytest.mark.parametrize("name", POISONS)
    async def test_unreadable_is_dead_with_its_bytes_and_others_go_on(self, house: House, name: str) -> None:
        key, other = house.key(), house.key()
        bad = poison(name, self.subject, key, 0)
        sent, *_ = await house.yard.send(bad, *house.letters(key, 1, first=1), *house.letters(other, 2))
        row = await house.yard.row_is(sent, "dead")
        account = await house.settled()
        assert POISONS[name][0] in (row["code"], None)
        assert (row["record_key"], row["payload"]) == (bad.raw.key, bad.raw.value)
        assert tuple(unpack_headers(row["headers"])) == bad.raw.headers
        assert account.applied[other] == [0, 1]
        await self._announced(house, row)

    async def test_a_tombstone_wipes_or_is_dead(self, house: House) -> None:
        key = house.key()
        made = tombstone(self.subject, key)
        _, sent = await house.yard.send(*house.letters(key, 1), made)
        await house.settled()
        row = house.yard.row(sent)
        if made.kind is Kind.WIPE:
            assert row is None
        else:
            assert row is not None
            assert (row["state"], row["code"]) == ("dead", "tombstone")

    @pytest.mark.parametrize("version", ["minor", "major"])
    async def test_a_newer_version_waits_for_the_upgrade(self, house: House, version: str) -> None:
        key = house.key()
        topic = self.subject.topic
        told = newer(topic) if version == "minor" else f"{topic.major + 1}.0"
        later = letter(self.subject, key, 0, version=told).value(b'{"of": "tomorrow"}')
        sent, after = await house.yard.send(later, *house.letters(key, 1, first=1))
        row = await house.yard.row_is(sent, "pending")
        await house.settled()
        assert row["waits_for"] == f"upgrade:{topic.name}:{told}"
        behind = house.yard.row(after)
        assert behind is not None
        assert behind["code"] == "behind"

    async def test_a_newer_version_that_can_be_read_is_applied(self, house: House) -> None:
        key = house.key()
        await house.yard.send(letter(self.subject, key, 0, version=newer(self.subject.topic)))
        assert (await house.settled()).applied[key] == [0]

    # --- size -----------------------------------------------------------------------------------------------------

    async def test_the_largest_record_that_the_broker_takes_comes_in(self, house: House) -> None:
        key = house.key()
        largest = padded_to(BROKER_LIMIT_BYTES, letter(self.subject, key, 0))
        with pytest.raises(Exception, match="MessageSizeTooLarge"):
            await house.yard.send(padded_to(BROKER_LIMIT_BYTES + 1, letter(self.subject, key, 1)))
        await house.yard.send(largest)
        assert (await house.settled()).applied[key] == [0]

    async def test_an_emitted_event_that_is_too_large_is_rejected(self, house: House) -> None:
        def emit(tx: Tx, event: Event[Any]) -> None:
            now = house.now()
            letter_ = DeadLetter(
                reference="r",
                service="s",
                consumer="c",
                code="x",
                reason="x" * 1_000_001,
                audience="ict",
                fingerprint="f",
                first_failed_at=now,
                occurred_at=now,
            )
            tx.emit(DEADLETTER, "r", letter_)

        row, account, key = await self._fails(house, apply=emit)
        assert (row["state"], row["code"]) == ("dead", "too_large")
        assert key not in account.applied

    # --- handlers that fail ---------------------------------------------------------------------------------------

    async def test_a_defect_in_prepare_is_tried_again_and_then_dead(self, house: House) -> None:
        if not house.prepares:
            pytest.skip("this handler has no prepare")
        tried: list[str] = []

        async def fail(event: Event[Any]) -> None:
            tried.append(event.id)
            raise RuntimeError(SECRET)

        row, account, key = await self._fails(house, prepare=fail)
        self._is_defect(row, len(tried))
        assert key not in account.applied

    async def test_a_defect_in_apply_is_tried_again_and_then_dead_and_leaves_nothing(self, house: House) -> None:
        tried: list[str] = []

        def fail(tx: Tx, event: Event[Any]) -> None:
            tried.append(event.id)
            raise ZeroDivisionError(SECRET)

        row, account, key = await self._fails(house, apply=fail)
        self._is_defect(row, len(tried))
        assert key not in account.applied
        decided = [one for one in account.outbox if one["causation_id"] == row["event_id"]]
        assert not decided

    async def test_a_rejection_keeps_its_words_whatever_they_quote(self, house: House) -> None:
        def fail(tx: Tx, event: Event[Any]) -> None:
            raise Rejected("odd", "Dit kan niet.", detail="\x00\ud800" + "x" * 100_000)

        row, *_ = await self._fails(house, apply=fail)
        assert (row["state"], row["code"], row["message"]) == ("dead", "odd", "Dit kan niet.")

    async def test_an_event_that_failed_for_a_moment_is_applied_once_and_in_order(self, house: House) -> None:
        tried: list[str] = []

        def fail_twice(tx: Tx, event: Event[Any]) -> None:
            tried.append(event.id)
            if len(tried) < 3:
                raise KeyError(SECRET)

        key = house.key()
        letters = house.letters(key, 5)
        house.faults.applying[letters[1].event_id] = fail_twice
        await house.yard.applied(await house.yard.send(*letters))
        assert (await house.settled()).applied[key] == [0, 1, 2, 3, 4]
        assert len(tried) == 3

    async def _fails(self, house: House, *, prepare: Any = None, apply: Any = None) -> tuple[Any, Any, str]:
        """Send one event that fails: (its row, the account, its key)."""
        key = house.key()
        [made] = house.letters(key, 1)
        if prepare is not None:
            house.faults.preparing[made.event_id] = prepare
        if apply is not None:
            house.faults.applying[made.event_id] = apply
        [sent] = await house.yard.send(made)
        row = await house.yard.row_is(sent, "dead")
        account = await house.settled()
        await self._announced(house, row)
        return row, account, key

    def _is_defect(self, row: Any, tried: int) -> None:
        assert row["state"] == "dead"
        assert row["code"].startswith("defect_")
        assert "in fail" in row["stack"]
        assert row["attempts"] == tried > 1
        assert not [name for name, value in row.items() if SECRET in str(value)]

    async def _announced(self, house: House, row: Any) -> None:
        """Exactly one `deadletter.v1` refers to this row, with the same reason."""
        read = (await house.yard.wire())[house.yard.prefix + DEADLETTER.name]
        found = [json.loads(one.value or b"{}") for one in read]
        [mine] = [one for one in found if one["reference"] == row["ref"]]
        assert (mine["code"], mine["reason"]) == (row["code"], row["message"])
        assert SECRET not in str(mine)

    # --- identity -------------------------------------------------------------------------------------------------

    async def test_a_duplicate_is_applied_once(self, house: House) -> None:
        key = house.key()
        first, second, third = house.letters(key, 3)
        copy = first.of(Kind.COPY)
        await house.yard.send(first, copy, second, copy, third)
        await house.yard.applied(await house.yard.send(copy, *house.letters(key, 1, first=3)))
        assert (await house.settled()).applied[key] == [0, 1, 2, 3]

    async def test_an_id_with_other_content_is_rejected_and_never_skipped(self, house: House) -> None:
        key = house.key()
        first, second = house.letters(key, 2)
        thief = letter(self.subject, key, 7, event_id=first.event_id)
        again = letter(self.subject, key, 8, event_id=first.event_id)
        sent = await house.yard.send(first, second, thief, thief.of(Kind.COPY), again)
        rows = [await house.yard.row_is(sent[n], "dead") for n in (2, 4)]
        account = await house.settled()
        assert account.applied[key] == [0, 1]
        assert {row["code"] for row in rows} == {"id_reused"}

    async def test_a_reused_id_that_a_person_lets_through_emits_ids_of_its_own(self, house: House) -> None:
        key = house.key()
        [first] = house.letters(key, 1)
        thief = letter(self.subject, key, 7, event_id=first.event_id)
        _, sent = await house.yard.send(first, thief)
        row = await house.yard.row_is(sent, "dead")
        await house.by_hand(lambda connection, act: deadletters.replay(connection, row["id"], act))
        await house.yard.applied([sent])
        assert (await house.settled()).applied[key] == [0, 7]

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
        deadline = house.now() + timedelta(seconds=0.3)

        def wait(tx: Tx, event: Event[Any]) -> None:
            raise NotYet("nothing", deadline=deadline)

        house.faults.applying[made.event_id] = wait
        [sent] = await house.yard.send(made)
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
