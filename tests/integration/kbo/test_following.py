"""Followed organisations beside a register that changes as the script of simulators.kbo says."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from loketbus_contracts import ORGANISATION_CHANGED, OrganisationState
from sqlalchemy import Connection, event, select, text

from loketbus.errors import LostOwnership, Unavailable
from loketbus.following import asked_for, of_dossier
from loketbus.ledger.tx import Tx
from services.kbo import following as module
from services.kbo.app import FOLLOWING
from services.kbo.domain.meetings import BRUSSELS
from services.kbo.fetch_job import register_folder
from services.kbo.following import Following
from services.kbo.questions import Register
from services.kbo.store import following as rows
from services.kbo.store.tables import followed
from tests.support.kbo_service import FIRST, LAST, KboHouse

ROOFER, STRUCK, MOVED, LIQUIDATED, GONE = "0949001874", "0951447165", "0950374128", "0954175043", "0950221896"
NEIGHBOUR = "0953092603"
"""Only its contacts change, of which nothing is told."""
ALL = (ROOFER, STRUCK, MOVED, LIQUIDATED, GONE, NEIGHBOUR)
EXPECTED = [
    (ROOFER, FIRST + 1, ["name"]),
    (STRUCK, FIRST + 2, ["struck_off"]),
    (MOVED, FIRST + 2, ["address"]),
    (LIQUIDATED, FIRST + 3, ["situation"]),
    (GONE, FIRST + 4, ["gone"]),
]


async def follow(house: KboHouse, *numbers: str, month: int | None = None) -> None:
    def work(tx: Tx) -> None:
        for number in numbers:
            rows.follow(tx, number, of_dossier("d1"), "KR-1", month)

    await house.transaction(work)


def told(house: KboHouse) -> list[tuple[str, int, list[str]]]:
    return [(one["number"], one["extract"], whats(one)) for one in house.told(ORGANISATION_CHANGED)]


def whats(told: dict[str, Any]) -> list[str]:
    return [change["what"] for change in told["changes"]]


async def test_each_change_is_told_once_and_in_order(kbo_on_both: KboHouse) -> None:
    house = kbo_on_both
    house.load(FIRST)
    await follow(house, *ALL)
    await house.run(FOLLOWING)
    assert told(house) == []  # how it was when the following began is no news
    for extract in range(FIRST + 1, LAST + 1):
        house.load(extract)
        await house.run(FOLLOWING)
        await house.run(FOLLOWING)
    assert sorted(told(house)) == sorted(EXPECTED)
    assert [extract for _, extract, _ in told(house)] == sorted(extract for _, extract, _ in told(house))


async def test_several_updates_at_once_are_one_event_per_organisation(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await follow(kbo, *ALL)
    await kbo.run(FOLLOWING)
    kbo.load(LAST)
    await kbo.run(FOLLOWING)
    assert sorted(told(kbo)) == sorted((number, LAST, what) for number, _, what in EXPECTED)
    assert {one["previous_extract"] for one in kbo.told(ORGANISATION_CHANGED)} == {FIRST}


async def test_what_the_event_says(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await follow(kbo, STRUCK, GONE)
    await kbo.transaction(lambda tx: rows.follow(tx, STRUCK, asked_for("d2", "KR-2"), "KR-2"), "d2")
    await kbo.run(FOLLOWING)
    kbo.load(LAST)
    await kbo.run(FOLLOWING)
    events = {one["number"]: one for one in kbo.told(ORGANISATION_CHANGED)}
    struck, gone = events[STRUCK], events[GONE]
    assert struck["organisation"]["seat"]["struck_off_on"] == "2025-10-06"
    assert struck["changes"] == [{"what": "struck_off", "after": "06/10/2025"}]
    assert (struck["dossiers"], struck["klantenreizen"]) == (["d1", "d2"], ["KR-1", "KR-2"])
    assert "ambtshalve doorgehaald op 06/10/2025" in struck["tijdlijn_tekst"]
    assert struck["source"]["attribution"].startswith("Bron: Kruispuntbank van Ondernemingen")
    assert struck["occurred_at"] == "2025-10-07T22:00:00Z"  # the day of the snapshot begins in Brussels
    assert "organisation" not in gone
    assert gone["changes"] == [{"what": "gone", "before": "Atelier Halfvol"}]
    assert "Vraag" in gone["tijdlijn_tekst"] or "vraag" in gone["tijdlijn_tekst"]


async def test_handled_again_after_a_restore_the_ids_are_the_same(
    tmp_path: Path, made_registers: dict[int, Path]
) -> None:
    ids = []
    for name, others in (("one", ()), ("two", (NEIGHBOUR, ROOFER))):
        async with KboHouse(tmp_path / name, None, made_registers) as house:
            house.load(FIRST)
            await follow(house, GONE, *others)  # with others in the batch, too
            await house.run(FOLLOWING)
            house.load(LAST)
            await house.run(FOLLOWING)
            ids.append(
                [(row.event_id, row.record_value) for row in house.sent(ORGANISATION_CHANGED) if row.key == GONE]
            )
    assert len(ids[0]) == 1
    assert ids[0] == ids[1]


async def test_a_register_that_went_back_tells_nothing_and_forward_again_only_what_is_new(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await follow(kbo, *ALL)
    await kbo.run(FOLLOWING)
    kbo.load(FIRST + 3)
    await kbo.run(FOLLOWING)
    before = told(kbo)
    kbo.load(FIRST)
    await kbo.run(FOLLOWING)
    kbo.load(FIRST + 1)
    await kbo.run(FOLLOWING)
    assert told(kbo) == before
    kbo.load(LAST)
    await kbo.run(FOLLOWING)
    assert told(kbo)[len(before) :] == [(GONE, LAST, ["gone"])]


async def test_who_comes_back_is_new(kbo: KboHouse) -> None:
    kbo.load(LAST)
    await follow(kbo, GONE)
    await kbo.run(FOLLOWING)
    # The made-up register brings nobody back: the first one is read as if it were of a later day.
    kbo.load(FIRST)

    def back_then(tx: Tx) -> None:
        rows.compared(tx, FIRST - 1, [GONE])

    await kbo.transaction(back_then)
    await kbo.run(FOLLOWING)
    (one,) = kbo.told(ORGANISATION_CHANGED)
    assert one["changes"] == [{"what": "new", "after": "Atelier Halfvol"}]


async def test_a_natural_person_is_not_followed_any_more(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    person = a_person(kbo)
    await follow(kbo, person, ROOFER)
    await kbo.run(FOLLOWING)
    assert kbo.read(lambda connection: list(connection.execute(select(followed.c.number)).scalars())) == [ROOFER]
    assert kbo.read(lambda connection: rows.numbers_of(connection, of_dossier("d1"))) == {ROOFER: "KR-1"}


def a_person(house: KboHouse) -> str:
    # No question lists natural persons.
    file = register_folder(house.settings) / "current" / "entities.db"
    with sqlite3.connect(f"file:{file.resolve()}?mode=ro&immutable=1", uri=True) as database:
        (number,) = database.execute("SELECT min(number) FROM enterprise WHERE type = '1'").fetchone()
    return f"{number:010d}"


async def test_without_a_register_it_says_so_only_when_somebody_is_followed(kbo: KboHouse) -> None:
    await kbo.run(FOLLOWING)
    await follow(kbo, ROOFER)
    with pytest.raises(Unavailable):
        await kbo.run(FOLLOWING)


async def test_once_a_year_after_its_general_meeting_a_vme_is_due_for_a_look(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    now = kbo.now().astimezone(BRUSSELS)
    await follow(kbo, LIQUIDATED, month=now.month)
    await kbo.run(FOLLOWING)
    assert told(kbo) == []
    kbo.ahead = timedelta(days=32)
    await kbo.run(FOLLOWING)
    await kbo.run(FOLLOWING)
    (one,) = kbo.told(ORGANISATION_CHANGED)
    (change,) = one["changes"]
    assert change["what"] == "recheck"
    assert change["after"].endswith(LIQUIDATED)
    assert one["tijdlijn_tekst"].endswith(change["after"])
    assert one["organisation"]["number"] == LIQUIDATED
    kbo.ahead = timedelta(days=32 + 3 * 366)  # also when it stood still for years it asks once
    await kbo.run(FOLLOWING)
    await kbo.run(FOLLOWING)
    assert [whats(one) for one in kbo.told(ORGANISATION_CHANGED)] == [["recheck"], ["recheck"]]


async def test_who_is_no_vme_needs_no_look(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await follow(kbo, ROOFER, month=kbo.now().astimezone(BRUSSELS).month)
    kbo.ahead = timedelta(days=32)
    await kbo.run(FOLLOWING)
    assert told(kbo) == []


async def test_who_is_gone_needs_no_look(kbo: KboHouse) -> None:
    kbo.load(LAST)
    await follow(kbo, GONE, month=kbo.now().astimezone(BRUSSELS).month)
    kbo.ahead = timedelta(days=32)
    await kbo.run(FOLLOWING)
    assert told(kbo) == []


async def test_small_batches_tell_the_same(kbo: KboHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    kbo.load(FIRST)
    await follow(kbo, *ALL)
    await kbo.run(FOLLOWING)
    kbo.load(LAST)
    await kbo.run(FOLLOWING)
    assert sorted(told(kbo)) == sorted((number, LAST, what) for number, _, what in EXPECTED)


async def test_who_lost_the_lease_writes_nothing(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await follow(kbo, *ALL)
    await kbo.run(FOLLOWING)
    kbo.load(FIRST + 1)
    job = Following(kbo.runtime.wiring, Register(register_folder(kbo.settings)))
    async with kbo.runtime.leases.hold("job:test", ttl_seconds=60) as mine:
        await kbo.runtime.leases.forget_all()
        async with kbo.runtime.leases.hold("job:test", ttl_seconds=60):
            with pytest.raises(LostOwnership):
                await job.run(mine)
    assert told(kbo) == []


def test_the_snapshot_that_is_kept_is_the_state_that_was_told() -> None:
    state = OrganisationState(number=ROOFER, name="x", situation="000")
    assert OrganisationState.model_validate_json(state.model_dump_json(exclude_none=True)) == state


@pytest.mark.parametrize("extract", [FIRST, FIRST + 1])
async def test_who_is_behind_is_found_by_the_index(kbo: KboHouse, extract: int) -> None:
    def plan(connection: Connection) -> str:
        query = "SELECT number FROM followed WHERE extract < :extract ORDER BY extract, number LIMIT 500"
        return " ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}"), {"extract": extract}))

    assert kbo.read(plan) == "SEARCH followed USING COVERING INDEX followed_extract (extract<?)"


async def test_the_ledger_is_asked_little_per_organisation(kbo: KboHouse) -> None:
    """Nobody's state is written again when nothing differs."""
    kbo.load(FIRST)
    await follow(kbo, *ALL)
    await kbo.run(FOLLOWING)
    kbo.load(FIRST + 1)
    counts = defaultdict[str, int](int)

    def count(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        counts[statement.split()[0]] += "followed" in statement

    event.listen(kbo.runtime.ledger.engine, "before_cursor_execute", count)
    await kbo.run(FOLLOWING)
    event.remove(kbo.runtime.ledger.engine, "before_cursor_execute", count)
    assert counts["UPDATE"] == 2  # who changed, and all others at once
