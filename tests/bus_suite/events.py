"""What a consumer must do with single events, whatever they are: cases that share one running service."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Any

import pytest
import pytest_asyncio
from loketbus_contracts import DEADLETTER
from loketbus_contracts.deadletter import DeadLetter
from loketbus_contracts.envelope import Event

from loketbus import deadletters
from loketbus.consume.records import unpack_headers
from loketbus.errors import Rejected
from loketbus.ledger.tx import Tx
from tests.bus_suite.databases import DATABASES, MARKS, make_base
from tests.bus_suite.house import House
from tests.bus_suite.letters import (
    BROKER_LIMIT_BYTES,
    POISONS,
    letter,
    newer,
    padded_to,
    poison,
    tombstone,
)
from tests.bus_suite.subject import Subject
from tests.bus_suite.waiting import WaitingCases
from tests.support import postgres
from tests.support.reconcile import Kind

SECRET = "An Peeters, 0470 12 34 56"
"""Stands for personal data in the text of an exception: it may be in no row, nor on any topic."""


class EventSuite(WaitingCases):
    """Inherit it and set `subject`. Every test ends with a reconcile of all that was sent to the house so far."""

    subject: Subject
    databases: tuple[str, ...] = DATABASES

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One house per class and database, all of its tests on one worker."""
        if "database" in metafunc.fixturenames:
            suite: type[EventSuite] = metafunc.cls
            kinds = [
                pytest.param(kind, marks=[*MARKS[kind], pytest.mark.xdist_group(f"{suite.__name__}-{kind}")])
                for kind in suite.databases
            ]
            metafunc.parametrize("database", kinds, scope="class")

    @pytest_asyncio.fixture(scope="class", loop_scope="class")
    @classmethod
    async def house(
        cls, request: pytest.FixtureRequest, database: str, kafka: str, tmp_path_factory: pytest.TempPathFactory
    ) -> AsyncIterator[House]:
        folder = tmp_path_factory.mktemp("house")
        prefix = f"events-{secrets.token_hex(4)}."
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
