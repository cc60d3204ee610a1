"""address in this process without Kafka: its ledger, a small register of a test's own, its handlers and jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from loketbus.replicas import current
from services.address.app import service
from services.address.domain.model import Status
from services.address.register.schema import FILE
from services.address.settings import register_folder
from tests.support.address_register import MECHELEN, Town
from tests.support.service_house import ServiceHouse

LEOPOLD, BRUUL, KERK_MUIZEN, KERK_WILLEBROEK = 10, 11, 12, 13
"""Streets of `town`."""
HOUSE, BUILDING, BOX, OTHER_BOX, SHOP, CHURCH = 101, 102, 103, 104, 105, 106
"""Addresses: Leopoldstraat 12; Leopoldstraat 14 with its buses 0101 and 0102; Bruul 45; Kerkstraat 5 in Muizen."""
RETIRED, HEIR, PROPOSED, REMOVED, SPLIT = 201, 202, 203, 204, 205
"""Bruul 7, replaced by Bruul 9; Bruul 11; an id that was removed; Bruul 13, replaced by Bruul 45 and 9."""
NOBODY = 999


def town() -> Town:
    """Two streets of Mechelen, and a Kerkstraat in two municipalities."""
    made = Town()
    made.street("Leopoldstraat", id=LEOPOLD)
    made.street("Bruul", id=BRUUL)
    made.street("Kerkstraat", id=KERK_MUIZEN)
    made.street("Kerkstraat", 12040, id=KERK_WILLEBROEK)
    made.address(LEOPOLD, "12", id=HOUSE)
    made.address(LEOPOLD, "14", id=BUILDING)
    made.address(LEOPOLD, "14", "0101", id=BOX)
    made.address(LEOPOLD, "14", "0102", id=OTHER_BOX)
    made.address(BRUUL, "45", id=SHOP)
    made.address(KERK_MUIZEN, "5", None, 2812, id=CHURCH)
    made.address(KERK_WILLEBROEK, "5", None, 2830, id=107)
    made.address(BRUUL, "7", None, 2800, Status.GEHISTOREERD, id=RETIRED)
    made.address(BRUUL, "9", id=HEIR)
    made.address(BRUUL, "11", None, 2800, Status.VOORGESTELD, id=PROPOSED)
    made.address(BRUUL, "13", None, 2800, Status.GEHISTOREERD, id=SPLIT)
    made.replaced(RETIRED, HEIR)
    made.replaced(SPLIT, SHOP, HEIR)
    made.removed(REMOVED)
    return made


class AddressHouse(ServiceHouse):
    """`async with AddressHouse(...)`; there is no register until `load`."""

    def __init__(self, var: Path, database: str | None, **settings: Any) -> None:
        super().__init__(service, var, database, **settings)

    def load(self, made: Town | None = None, extract: str = "2026-08-01") -> None:
        """This register is the current one from now on, as if it were imported: a download of that day."""
        one = made or town()
        one.meta["extract"] = extract
        one.save(register_folder(self.settings))

    @contextmanager
    def feed(self, *touched: int, at: str = "2026-08-02T10:00:00+02:00") -> Iterator[sqlite3.Connection]:
        """Change the current register as the change feed does: in place, in one transaction, naming the addresses."""
        folder = current(register_folder(self.settings))
        assert folder is not None
        with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.executemany("INSERT INTO change(at, address) VALUES(?, ?)", [(at, one) for one in touched])
            last = db.execute("SELECT COALESCE(MAX(event), 0) FROM change").fetchone()[0]
            db.execute("INSERT OR REPLACE INTO feed(register, page, event, at) VALUES('adressen', 1, ?, ?)", (last, at))
            db.execute("COMMIT")


__all__ = ["MECHELEN", "AddressHouse", "town"]
