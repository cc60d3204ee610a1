"""Followed addresses beside a register that changes: by its feed in place, and by imports."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from loketbus_contracts import ADDRESS_CHANGED
from sqlalchemy import select, update

from loketbus.following import of_dossier
from services.address.app import FOLLOWING
from services.address.domain.model import Status
from services.address.following import Following
from services.address.questions import Register
from services.address.settings import register_folder
from services.address.store import following as rows
from services.address.store.tables import followed
from tests.integration.address.followed import ALL, SINCE, VERSION, change, follow, retire, told, whats, without
from tests.support.address_service import (
    BOX,
    BUILDING,
    CHURCH,
    HEIR,
    HOUSE,
    LEOPOLD,
    NOBODY,
    OTHER_BOX,
    PROPOSED,
    REMOVED,
    RETIRED,
    SHOP,
    AddressHouse,
    town,
)


async def test_what_the_feed_changes_is_told_once_and_in_order(address_on_both: AddressHouse) -> None:
    house = address_on_both
    house.load()
    await follow(house, *ALL)
    await house.run(FOLLOWING)
    assert told(house) == []  # how it was when the following began is no news
    with house.feed(PROPOSED, SHOP) as db:
        db.execute("UPDATE address SET status = 2, version = ? WHERE id = ?", (VERSION, PROPOSED))
    await house.run(FOLLOWING)
    retire(house, SHOP, HEIR)
    await house.run(FOLLOWING)
    await house.run(FOLLOWING)
    assert told(house) == [(PROPOSED, ["status"]), (SHOP, ["retired", "replaced"])]


async def test_what_the_event_says(address: AddressHouse) -> None:
    address.load()
    await follow(address, SHOP)
    await follow(address, SHOP, dossier="d2", klantenreis="KR-2")
    await address.run(FOLLOWING)
    retire(address, SHOP, HEIR)
    await address.run(FOLLOWING)
    (one,) = address.told(ADDRESS_CHANGED)
    assert one["address"]["status"] == "gehistoreerd"
    assert [(each["address_id"], each["label"]) for each in one["successors"]] == [
        (str(HEIR), "Bruul 9, 2800 Mechelen")
    ]
    assert (one["dossiers"], one["klantenreizen"]) == (["d1", "d2"], ["KR-1", "KR-2"])
    assert one["occurred_at"] == "2026-08-02T07:30:00Z"  # its version in the register
    assert one["tijdlijn_tekst"] == (
        "Adresregister: Bruul 45, 2800 Mechelen: het adres is opgeheven (gehistoreerd); "
        "in de plaats kwam: Bruul 9, 2800 Mechelen."
    )
    assert one["source"]["attribution"].startswith("Bron: Gebouwen- en Adressenregister")


async def test_an_import_is_compared_as_a_whole(address: AddressHouse) -> None:
    address.load()
    await follow(address, *ALL)
    await address.run(FOLLOWING)
    made = town()
    change(made, HOUSE, house="12A")
    change(made, BOX, box="1.01")
    change(made, CHURCH, postcode=2800)
    change(made, OTHER_BOX, status=Status.AFGEKEURD)
    address.load(made, "2026-09-01")
    await address.run(FOLLOWING)
    assert sorted(told(address)) == [
        (HOUSE, ["house_number"]),
        (BOX, ["box"]),
        (OTHER_BOX, ["rejected"]),
        (CHURCH, ["postcode"]),
    ]
    await address.run(FOLLOWING)
    assert len(told(address)) == 4


async def test_a_street_that_was_renamed_changes_all_its_addresses(address: AddressHouse) -> None:
    address.load()
    await follow(address, *ALL)
    await address.run(FOLLOWING)
    with address.feed() as db:
        db.execute("UPDATE street SET name = 'Koningstraat' WHERE id = ?", (LEOPOLD,))
        db.execute("INSERT INTO change(at, address, street) VALUES(?, 0, ?)", (VERSION, LEOPOLD))
    await address.run(FOLLOWING)
    assert told(address) == [(HOUSE, ["street"]), (BOX, ["street"]), (OTHER_BOX, ["street"])]


async def test_a_municipality_that_was_renamed_is_seen_without_naming_its_addresses(address: AddressHouse) -> None:
    address.load()
    await follow(address, HOUSE)
    await address.run(FOLLOWING)
    with address.feed() as db:
        db.execute("UPDATE municipality SET name = 'Groot-Mechelen' WHERE nis = 12025")
        db.execute("INSERT INTO feed(register, page, event, at) VALUES('gemeenten', 1, 7, ?)", (VERSION,))
    await address.run(FOLLOWING)
    assert told(address) == [(HOUSE, ["municipality"])]


async def test_what_was_removed_and_what_came_back(address: AddressHouse) -> None:
    address.load()
    await follow(address, HOUSE)
    await address.run(FOLLOWING)
    with address.feed(HOUSE) as db:
        kept = db.execute("SELECT * FROM address WHERE id = ?", (HOUSE,)).fetchone()
        db.execute("DELETE FROM address WHERE id = ?", (HOUSE,))
        db.execute("INSERT INTO removed(kind, id, at) VALUES('address', ?, ?)", (HOUSE, VERSION))
    await address.run(FOLLOWING)
    (removed,) = address.told(ADDRESS_CHANGED)
    assert "address" not in removed
    assert removed["changes"] == [{"what": "removed", "before": "Leopoldstraat 12, 2800 Mechelen"}]
    assert removed["tijdlijn_tekst"].endswith("Zoek het adres opnieuw op.")
    with address.feed(HOUSE, at="2026-08-03T10:00:00+02:00") as db:
        db.execute(f"INSERT INTO address VALUES({','.join('?' * len(kept))})", kept)
        db.execute("DELETE FROM removed")
    await address.run(FOLLOWING)
    assert told(address) == [(HOUSE, ["removed"]), (HOUSE, ["restored"])]


async def test_who_is_missing_from_a_download_of_its_municipality_was_removed(address: AddressHouse) -> None:
    address.load()
    await follow(address, HOUSE, CHURCH)
    await address.run(FOLLOWING)
    elsewhere = without(without(town(), HOUSE), CHURCH)
    elsewhere.meta["nis"] = "12040"
    address.load(elsewhere, "2026-09-01")
    await address.run(FOLLOWING)
    assert told(address) == []  # this download is of another municipality
    undated = without(town(), HOUSE)
    address.load(undated, "onbekend")
    await address.run(FOLLOWING)
    assert told(address) == []  # it may be older than what was told
    address.load(without(town(), HOUSE), "2026-10-01")
    await address.run(FOLLOWING)
    assert told(address) == [(HOUSE, ["removed"])]


async def test_a_register_that_went_back_tells_nothing_and_forward_again_only_what_is_new(
    address: AddressHouse,
) -> None:
    address.load()
    await follow(address, *ALL)
    await address.run(FOLLOWING)
    retire(address, SHOP, HEIR)
    await address.run(FOLLOWING)
    before = told(address)
    address.load(without(town(), HOUSE), "2026-07-01")  # an older download, in which one of them is not there yet
    await address.run(FOLLOWING)
    assert told(address) == before
    address.load(town(), "2026-08-01")  # that of before; the feed reads on from there
    await address.run(FOLLOWING)
    retire(address, SHOP, HEIR)
    await address.run(FOLLOWING)
    assert told(address) == before
    retire(address, HOUSE, at="2026-08-04T10:00:00+02:00")
    await address.run(FOLLOWING)
    assert told(address)[len(before) :] == [(HOUSE, ["retired"])]


async def test_what_was_left_because_the_register_went_back_is_compared_when_it_caught_up(
    address: AddressHouse,
) -> None:
    made = town()
    address.load(made, "2026-08-10")
    await follow(address, HOUSE)
    await address.run(FOLLOWING)
    older = town()
    change(older, HOUSE, house="12A")  # nothing in the feed will name it again
    address.load(older, "2026-08-01")
    await address.run(FOLLOWING)
    assert told(address) == []
    with address.feed(CHURCH, at="2026-08-11T10:00:00+02:00"):
        pass
    await address.run(FOLLOWING)
    assert told(address) == [(HOUSE, ["house_number"])]


async def test_an_older_version_of_an_address_tells_nothing(address: AddressHouse) -> None:
    address.load()
    await follow(address, SHOP)
    await address.run(FOLLOWING)
    retire(address, SHOP)
    await address.run(FOLLOWING)
    address.load(town(), "2026-12-01")  # says that it is of later, and has the address as it was long before
    await address.run(FOLLOWING)
    assert told(address) == [(SHOP, ["retired"])]


async def test_an_address_that_cannot_be_used_is_news_at_the_first_look(address: AddressHouse) -> None:
    address.load()
    await follow(address, RETIRED, REMOVED, NOBODY, HOUSE)
    await address.run(FOLLOWING)
    await address.run(FOLLOWING)
    assert told(address) == [(RETIRED, ["retired", "replaced"]), (REMOVED, ["removed"])]


async def test_who_is_followed_later_is_looked_at_too(address: AddressHouse) -> None:
    address.load()
    await follow(address, HOUSE)
    await address.run(FOLLOWING)
    await follow(address, RETIRED, dossier="d2")
    await address.run(FOLLOWING)
    assert told(address) == [(RETIRED, ["retired", "replaced"])]


async def test_an_address_that_arrives_is_new(address: AddressHouse) -> None:
    address.load(without(town(), SHOP))
    await follow(address, SHOP)
    await address.run(FOLLOWING)
    address.load(town(), "2026-09-01")
    await address.run(FOLLOWING)
    assert told(address) == [(SHOP, ["new"])]


async def test_revisions_only_grow_also_when_it_is_followed_again(address: AddressHouse) -> None:
    address.load()
    await follow(address, RETIRED)
    await address.run(FOLLOWING)
    await address.transaction(lambda tx: rows.unfollow(tx, of_dossier("d1"), [RETIRED]), "unfollow")
    await follow(address, RETIRED, dossier="d2")
    await address.run(FOLLOWING)
    first, second = address.told(ADDRESS_CHANGED)
    assert first["revision"] < second["revision"]
    assert second["dossiers"] == ["d2"]
    assert len({row.event_id for row in address.sent(ADDRESS_CHANGED)}) == 2


async def test_handled_again_after_a_restore_the_ids_are_the_same(tmp_path: Path) -> None:
    ids = []
    for name, others in (("one", ()), ("two", (HOUSE, CHURCH))):
        async with AddressHouse(tmp_path / name, None) as house:
            house.load()
            await follow(house, SHOP, *others)  # with others in the batch, too
            await house.transaction(lambda tx: tx.execute(update(followed).values(since=SINCE)))
            await house.run(FOLLOWING)
            retire(house, SHOP, HEIR)
            with house.feed(HOUSE, CHURCH) as db:
                db.execute("UPDATE address SET postcode = 2801 WHERE id IN (?, ?)", (HOUSE, CHURCH))
            await house.run(FOLLOWING)
            ids.append([row.event_id for row in house.sent(ADDRESS_CHANGED) if row.key == str(SHOP)])
    assert len(ids[0]) == 1
    assert ids[0] == ids[1]


MORNING = "2026-08-02T07:00:00+00:00"
RENAMED = (
    "UPDATE street SET name = 'Korte Lei' WHERE id = 10",
    "INSERT INTO change(at, address, street) VALUES(?, 0, 10)",
)
GONE = ("DELETE FROM address WHERE id = 101", "INSERT INTO removed VALUES('address', 101, ?)")
RENUMBERED = ("UPDATE address SET house = '12A', version = ? WHERE id = 101",)
NAMED = "INSERT INTO change(at, address) VALUES('2026-08-02T10:00:00+02:00', 101)"


@pytest.mark.parametrize(
    ("act", "at", "what"),
    [
        (RENAMED, MORNING, "street"),
        ((*GONE, NAMED), "2026-08-02T08:00:00+00:00", "removed"),
        ((*RENUMBERED, NAMED), VERSION, "house_number"),
    ],
)
async def test_however_far_the_register_is_followed_a_change_keeps_its_id_and_revision(
    address: AddressHouse, act: tuple[str, ...], at: str, what: str
) -> None:
    address.load()
    await follow(address, HOUSE)
    await address.transaction(lambda tx: tx.execute(update(followed).values(since=SINCE)), "since")
    await address.run(FOLLOWING)
    backup = address.read(lambda connection: connection.execute(select(followed)).mappings().one())
    with address.feed(at="2026-08-02T10:00:00+02:00") as db:
        for query in act:
            db.execute(query, (at,) * query.count("?"))
    await address.run(FOLLOWING)
    (before,) = address.sent(ADDRESS_CHANGED)

    await address.transaction(lambda tx: tx.execute(update(followed).values(**backup)), "restore")
    await address.forget_told()
    with address.feed(at="2026-08-02T12:00:00+02:00"):  # asked again, with nothing new
        pass
    await run_anew(address)
    (again,) = address.sent(ADDRESS_CHANGED)
    first, second = (json.loads(row.record_value) for row in (before, again))
    assert whats(first) == whats(second) == [what]
    assert (before.event_id, first["revision"], first["occurred_at"]) == (
        again.event_id,
        second["revision"],
        second["occurred_at"],
    )
    assert first["revision"] == int(datetime.fromisoformat(at).timestamp() * 1000)


async def run_anew(house: AddressHouse) -> None:
    """As a service does that was just started."""
    job = Following(house.runtime.wiring, Register(register_folder(house.settings)))
    async with house.runtime.leases.hold("job:anew", ttl_seconds=60) as lease:
        await job.run(lease)


async def test_an_own_change_after_a_poll_is_never_lower(address: AddressHouse) -> None:
    address.load()
    await follow(address, BOX)
    await address.transaction(lambda tx: tx.execute(update(followed).values(since=SINCE)), "since")
    await address.run(FOLLOWING)
    backup = address.read(lambda connection: connection.execute(select(followed)).mappings().one())
    with address.feed(at="2026-08-02T12:00:00+02:00") as db:  # asked at noon, about this morning
        db.execute("UPDATE street SET name = 'Korte Lei' WHERE id = ?", (LEOPOLD,))
        db.execute("INSERT INTO change(at, address, street) VALUES('2026-08-02T09:00:00+02:00', 0, ?)", (LEOPOLD,))
    await address.run(FOLLOWING)
    await address.transaction(lambda tx: tx.execute(update(followed).values(**backup)), "restore")
    with address.feed(BOX, at="2026-08-02T12:10:00+02:00") as db:
        db.execute("UPDATE address SET box = '1', version = '2026-08-02T11:59:00+02:00' WHERE id = ?", (BOX,))
    await run_anew(address)
    first, second = address.told(ADDRESS_CHANGED)
    assert first["revision"] < second["revision"]


async def test_another_building_address_is_told(address: AddressHouse) -> None:
    address.load()
    await follow(address, BOX, HOUSE)
    await address.run(FOLLOWING)
    with address.feed(BOX) as db:
        db.execute("UPDATE address SET parent = NULL WHERE id = ?", (BOX,))
    await address.run(FOLLOWING)
    (one,) = address.told(ADDRESS_CHANGED)
    assert one["changes"] == [{"what": "building_address", "before": str(BUILDING)}]
    assert one["tijdlijn_tekst"].endswith(f"het adres van het hele gebouw is nu geen (was adres {BUILDING}).")
