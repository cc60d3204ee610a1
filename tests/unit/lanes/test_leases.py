"""One owner at a time: by the ledger always, by the clock as long as clocks go on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import create_engine, select, update

from loketbus import leases
from loketbus.errors import LostOwnership
from loketbus.leases import Lease, Leases
from loketbus.ledger import Ledger, LedgerUnavailable
from loketbus.ledger.tables import lease, metadata
from tests.support.polling import wait_until

TTL = 10.0
HOLDERS = st.sampled_from(["a", "b", "c"])


class Owners(RuleBasedStateMachine):
    """Three processes take, renew, freeze, forget and give back one lease, in any order, as time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(leases, "time", SimpleNamespace(monotonic=lambda: self.seconds))
        self.engine = create_engine("sqlite://")
        metadata.create_all(self.engine, tables=[lease])
        self.connection = self.engine.connect()
        self.sides = {name: Leases(None, name, self.now) for name in "abc"}  # type: ignore[arg-type]
        self.held: dict[str, Lease] = {}
        self.fences: list[int] = []

    def teardown(self) -> None:
        self.patch.undo()
        self.connection.close()
        self.engine.dispose()

    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=self.seconds)

    @rule(holder=HOLDERS)
    def take(self, holder: str) -> None:
        fence = self.sides[holder]._take(self.connection, "it", TTL)
        if fence is not None:
            self.held[holder] = Lease("it", fence, TTL, self.seconds)
            self.fences.append(fence)

    @rule(holder=HOLDERS)
    def renew(self, holder: str) -> None:
        if (mine := self.held.get(holder)) is not None:
            try:
                self.sides[holder]._extend(self.connection, mine)
            except LostOwnership:
                assert not mine.valid
            else:
                mine._renewed_at = self.seconds

    @rule(holder=HOLDERS)
    def give_back(self, holder: str) -> None:
        if (mine := self.held.pop(holder, None)) is not None:
            try:
                self.sides[holder]._expire(self.connection, mine)
            except LostOwnership:
                assert not mine.valid

    @rule(seconds=st.floats(0.0, 2 * TTL))
    def pass_time(self, seconds: float) -> None:
        self.seconds += seconds

    @invariant()
    def one_may_write(self) -> None:
        owners = []
        for holder, mine in self.held.items():
            seen = Lease("it", mine.fence, TTL)
            try:
                seen.verify(self.connection)
            except LostOwnership:
                continue
            owners.append(holder)
        assert len(owners) <= 1
        assert {holder for holder, mine in self.held.items() if mine.valid} <= set(owners)

    @invariant()
    def fences_only_grow(self) -> None:
        assert self.fences == sorted(set(self.fences))


TestOwners = Owners.TestCase
TestOwners.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


async def test_a_lease_is_renewed_while_it_is_held_and_given_back_after(ledger: Ledger) -> None:
    sides = Leases(ledger, "a"), Leases(ledger, "b")
    waiting = asyncio.Event()
    async with sides[0].hold("it", ttl_seconds=0.3) as mine:
        first = await ledger.read(_expiry)
        other = asyncio.create_task(_hold_once(sides[1], waiting))
        await waiting.wait()

        async def renewed() -> bool:
            return bool(await ledger.read(_expiry) > first)

        await wait_until(renewed)
        assert mine.valid
        assert not other.done()
    assert await other == mine.fence + 1


async def _hold_once(side: Leases, waiting: asyncio.Event) -> int:
    async with side.hold("it", ttl_seconds=0.3, waiting=waiting.set) as mine:
        return mine.fence


def _expiry(connection: Any) -> Any:
    return connection.execute(select(lease.c.expires_at)).scalar_one()


async def test_a_lease_that_was_taken_over_is_noticed_at_the_renewal(ledger: Ledger) -> None:
    async with Leases(ledger, "a").hold("it", ttl_seconds=0.3) as mine:
        await ledger.write(lambda c: c.execute(update(lease).values(fence=9)))
        await wait_until(lambda: not mine.valid)
        with pytest.raises(LostOwnership):
            mine.check()
        with pytest.raises(LostOwnership):
            await ledger.read(mine.confirm)
        with pytest.raises(LostOwnership):
            await ledger.write(mine.verify)
    assert await ledger.read(lambda c: c.execute(select(lease.c.fence)).scalar_one()) == 9


async def test_a_lease_that_cannot_be_renewed_runs_out(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(work: Any) -> Any:
        raise LedgerUnavailable("disk full")

    async with Leases(ledger, "a").hold("it", ttl_seconds=0.3) as mine:
        monkeypatch.setattr(ledger, "write", full)
        await wait_until(lambda: not mine.valid)
        monkeypatch.undo()


async def test_whoever_finds_the_ledger_away_waits_for_it(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    read, away = ledger.read, 3

    async def now_and_then(work: Any) -> Any:
        nonlocal away
        if away:
            away -= 1
            raise LedgerUnavailable("away")
        return await read(work)

    monkeypatch.setattr(ledger, "read", now_and_then)
    async with Leases(ledger, "a").hold("it", ttl_seconds=0.06) as mine:
        assert mine.fence == 1
    assert away == 0


def test_a_lease_lasts_as_long_as_it_was_not_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "time", SimpleNamespace(monotonic=lambda: 106.0))
    mine = Lease("it", 1, 10.0, 100.0)
    assert mine.lasts(3.9)
    assert not mine.lasts(4.0)


async def test_all_are_forgotten_by_who_is_alone(ledger: Ledger) -> None:
    await ledger.write(lambda c: Leases(ledger, "before")._take(c, "it", 3_600))
    await Leases(ledger, "after").forget_all()
    async with Leases(ledger, "after").hold("it", ttl_seconds=60) as mine:
        assert mine.fence == 2
