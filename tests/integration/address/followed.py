"""What tests of followed addresses do: follow, change the register, hear what was told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from loketbus_contracts import ADDRESS_CHANGED

from loketbus.following import of_dossier
from loketbus.ledger.tx import Tx
from services.address.domain.model import Status
from services.address.store import following as rows
from tests.support.address_register import Town
from tests.support.address_service import (
    BOX,
    CHURCH,
    HOUSE,
    OTHER_BOX,
    PROPOSED,
    SHOP,
    AddressHouse,
)

ALL = (HOUSE, BOX, OTHER_BOX, SHOP, CHURCH, PROPOSED)
VERSION = "2026-08-02T09:30:00+02:00"
"""Of what changes in a test: later than all of `town`."""
SINCE = datetime(2026, 8, 1, 12, tzinfo=UTC)


async def follow(house: AddressHouse, *addresses: int, dossier: str = "d1", klantenreis: str = "KR-1") -> None:
    def work(tx: Tx) -> None:
        for address in addresses:
            rows.follow(tx, address, of_dossier(dossier), klantenreis)

    await house.transaction(work, f"follow {dossier} {addresses}")


def told(house: AddressHouse) -> list[tuple[int, list[str]]]:
    return [(int(one["address_id"]), whats(one)) for one in house.told(ADDRESS_CHANGED)]


def whats(told: dict[str, Any]) -> list[str]:
    return [change["what"] for change in told["changes"]]


def retire(house: AddressHouse, address: int, *successors: int, at: str = "2026-08-02T10:00:00+02:00") -> None:
    with house.feed(address, at=at) as db:
        db.execute("UPDATE address SET status = 3, version = ? WHERE id = ?", (VERSION, address))
        for one in successors:
            db.execute("INSERT INTO replaced(kind, old, new, at) VALUES('address', ?, ?, ?)", (address, one, at))


def change(made: Town, address: int, **columns: Any) -> None:
    names = ["id", "street", "house", "box", "postcode", "status"]
    values = made.rows["address"]
    for at, row in enumerate(values):
        if row[0] == address:
            new = list(row)
            for name, value in columns.items():
                new[names.index(name)] = int(value) if isinstance(value, Status) else value
            values[at] = tuple(new)


def without(made: Town, address: int) -> Town:
    made.rows["address"] = [row for row in made.rows["address"] if row[0] != address]
    return made
