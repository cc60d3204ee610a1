"""Following while something is amiss: what cannot be told, no register, a lost lease, streets that come and go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from loketbus_contracts import AddressChange
from sqlalchemy import Connection, event, text

from loketbus.errors import LostOwnership, Unavailable
from services.address.app import FOLLOWING
from services.address.domain import changes
from services.address.following import Following
from services.address.following import job as module
from services.address.questions import Register
from services.address.settings import register_folder
from tests.integration.address.followed import ALL, VERSION, follow, retire, told
from tests.support.address_service import (
    BUILDING,
    CHURCH,
    HEIR,
    HOUSE,
    KERK_MUIZEN,
    SHOP,
    AddressHouse,
)

NOWHERE = 120250
"""No NIS code has six digits."""


async def untold(house: AddressHouse) -> Unavailable:
    with pytest.raises(Unavailable, match="untold") as caught:
        await house.run(FOLLOWING)
    return caught.value


async def test_one_that_cannot_be_told_stops_nobody_and_is_tried_again(address: AddressHouse) -> None:
    address.load()
    await follow(address, *ALL)
    await address.run(FOLLOWING)
    with address.feed(HOUSE, SHOP) as db:
        db.execute(
            "INSERT INTO municipality SELECT ?, 'x', NULL, NULL, status, version FROM municipality LIMIT 1", (NOWHERE,)
        )
        db.execute("INSERT INTO street SELECT 14, ?, 'x', NULL, NULL, NULL, 2, version FROM street LIMIT 1", (NOWHERE,))
        db.execute("UPDATE address SET street = 14, version = ? WHERE id = ?", (VERSION, HOUSE))
        db.execute("UPDATE address SET status = 3, version = ? WHERE id = ?", (VERSION, SHOP))
    said = await untold(address)
    assert (told(address), str(HOUSE) in said.message) == ([(SHOP, ["retired"])], True)
    assert address.runtime.wiring.registry.get_sample_value("loketbus_address_untold") == 1
    await untold(address)  # nothing changed meanwhile
    with address.feed() as db:
        db.execute("UPDATE street SET nis = 12025 WHERE id = 14")
    await address.run(FOLLOWING)
    assert told(address)[1:] == [(HOUSE, ["street"])]
    assert address.runtime.wiring.registry.get_sample_value("loketbus_address_untold") == 0


async def test_one_that_fails_as_it_is_written_leaves_the_rest_of_its_batch(
    address: AddressHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    address.load()
    await follow(address, *ALL)
    await address.run(FOLLOWING)
    with address.feed(*ALL) as db:
        db.execute("UPDATE address SET postcode = 2801")
    whole = changes.line

    def line(address_id: str, label: str | None, found: Sequence[AddressChange]) -> str:
        if address_id == str(SHOP):
            raise ValueError("cannot be said")
        return whole(address_id, label, found)

    with monkeypatch.context() as patched:
        patched.setattr(changes, "line", line)
        await untold(address)
    assert sorted(told(address)) == [(one, ["postcode"]) for one in sorted(ALL) if one != SHOP]
    await address.run(FOLLOWING)
    assert told(address)[-1] == (SHOP, ["postcode"])
    assert len(told(address)) == len(ALL)


async def test_while_what_replaces_it_is_not_read_yet_nothing_is_told(address: AddressHouse) -> None:
    address.load()
    await follow(address, SHOP, HOUSE)
    await address.run(FOLLOWING)
    retire(address, SHOP)
    with address.feed(HOUSE) as db:
        db.execute("INSERT INTO pending_transform VALUES(?, ?, '2026-08-02T10:00:00+02:00')", (SHOP, HEIR))
        db.execute("UPDATE address SET house = '12A' WHERE id = ?", (HOUSE,))
    await address.run(FOLLOWING)
    assert told(address) == [(HOUSE, ["house_number"])]
    with address.feed(SHOP) as db:
        db.execute("DELETE FROM pending_transform")
        db.execute("INSERT INTO replaced VALUES('address', ?, ?, '2026-08-02T10:00:00+02:00')", (SHOP, HEIR))
    await address.run(FOLLOWING)
    assert told(address)[1:] == [(SHOP, ["retired", "replaced"])]


async def test_without_a_register_it_says_so_only_when_something_is_followed(address: AddressHouse) -> None:
    await address.run(FOLLOWING)
    await follow(address, HOUSE)
    with pytest.raises(Unavailable, match="register_missing"):
        await address.run(FOLLOWING)


async def test_small_batches_tell_the_same(address: AddressHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(module, "TOUCHED_MAX", 3)
    address.load()
    await follow(address, *ALL)
    await address.run(FOLLOWING)
    with address.feed(*ALL, BUILDING) as db:
        db.execute("UPDATE address SET postcode = 2801")
    await address.run(FOLLOWING)
    assert sorted(told(address)) == [(one, ["postcode"]) for one in sorted(ALL)]


async def test_who_lost_the_lease_writes_nothing(address: AddressHouse) -> None:
    address.load()
    await follow(address, *ALL)
    await address.run(FOLLOWING)
    retire(address, SHOP)
    job = Following(address.runtime.wiring, Register(register_folder(address.settings)))
    async with address.runtime.leases.hold("job:test", ttl_seconds=60) as mine:
        await address.runtime.leases.forget_all()
        async with address.runtime.leases.hold("job:test", ttl_seconds=60):
            with pytest.raises(LostOwnership):
                await job.run(mine)
    assert told(address) == []


async def test_a_street_that_is_gone_before_its_addresses_removes_nothing(address: AddressHouse) -> None:
    address.load()
    await follow(address, CHURCH)
    await address.run(FOLLOWING)
    with address.feed(CHURCH) as db:
        row = db.execute("SELECT * FROM street WHERE id = ?", (KERK_MUIZEN,)).fetchone()
        db.execute("DELETE FROM street WHERE id = ?", (KERK_MUIZEN,))
    await address.run(FOLLOWING)
    assert told(address) == []
    with address.feed(CHURCH) as db:
        db.execute(f"INSERT INTO street VALUES({','.join('?' * len(row))})", row)
    await address.run(FOLLOWING)
    assert told(address) == []


async def test_who_has_no_street_for_a_moment_is_looked_at_later(address: AddressHouse) -> None:
    address.load()
    await follow(address, HOUSE)
    await address.run(FOLLOWING)
    with address.feed(CHURCH) as db:
        row = db.execute("SELECT * FROM street WHERE id = ?", (KERK_MUIZEN,)).fetchone()
        db.execute("DELETE FROM street WHERE id = ?", (KERK_MUIZEN,))
        db.execute("UPDATE address SET status = 3 WHERE id = ?", (CHURCH,))
    await follow(address, CHURCH)
    await address.run(FOLLOWING)
    assert told(address) == []
    with address.feed(CHURCH) as db:
        db.execute(f"INSERT INTO street VALUES({','.join('?' * len(row))})", row)
    await address.run(FOLLOWING)
    assert told(address) == [(CHURCH, ["retired"])]


async def test_without_changes_the_ledger_is_not_written_and_the_addresses_are_not_read(
    address: AddressHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    address.load()
    await follow(address, *ALL)
    await address.run(FOLLOWING)
    with address.feed(BUILDING):  # nobody follows it
        pass
    counts = defaultdict[str, int](int)

    def count(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        counts[statement.split()[0]] += "followed" in statement

    monkeypatch.setattr(module, "look", None)
    event.listen(address.runtime.ledger.engine, "before_cursor_execute", count)
    await address.run(FOLLOWING)
    event.remove(address.runtime.ledger.engine, "before_cursor_execute", count)
    assert counts["UPDATE"] + counts["INSERT"] == 0


async def test_what_was_never_looked_at_is_found_by_the_index(address: AddressHouse) -> None:
    def plan(connection: Connection) -> str:
        query = "SELECT address FROM followed WHERE taken_at IS NULL AND address > 0 ORDER BY address LIMIT 500"
        return " ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))

    assert address.read(plan) == "SEARCH followed USING COVERING INDEX followed_taken_at (taken_at=? AND address>?)"
