"""A small replica of the address register in a folder, in milliseconds: a test writes every row.

town = Town()                       # Mechelen with a neighbour, postcodes and names of places; no streets
street = town.street("Grote Markt")
house = town.address(street, "21")
town.address(street, "21", "0101")  # its parent is found as in an import
town.save(folder)                   # the same derived tables as an import makes
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from loketbus.replicas import fresh_folder, import_lock, swap
from services.address.domain.model import Status
from services.address.register import schema
from services.address.register.making import complete, new_register
from services.address.register.parcels import capakey, parcel_id
from services.address.register.state import busy

MECHELEN, WILLEBROEK = 12025, 12040
VERSION = "2023-11-02T07:37:34+01:00"
POSTAL_NAMES = {
    2800: ("Mechelen", "Walem"),
    2801: ("Heffen",),
    2811: ("Hombeek", "Leest"),
    2812: ("Muizen (Mechelen)",),
    2830: ("Willebroek", "Tisselt", "Blaasveld", "Heindonk"),
}
POSTCODES = {2800: MECHELEN, 2801: MECHELEN, 2811: MECHELEN, 2812: MECHELEN, 2830: WILLEBROEK}
META = {
    "extract": "2026-08-01",
    "imported_at": datetime(2026, 8, 2, 3, 4, 5, tzinfo=UTC).isoformat(),
    "nis": f"{MECHELEN},{WILLEBROEK}",
    "source": "extract",
    "attribution": "Bron: Gebouwen- en Adressenregister (verzonnen gegevens van een test)",
}

Row = tuple[Any, ...]


@dataclass
class Town:
    """Rows of a replica. Each method gives the id of what it adds: from 1001 on where a test names none."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=lambda: dict(META))
    postal_names: Mapping[int, Sequence[str]] = field(default_factory=lambda: POSTAL_NAMES)
    postcodes: Mapping[int, int] = field(default_factory=lambda: POSTCODES)
    """NIS code by postcode."""
    _last: int = 1000
    _replaced: int = 0

    def __post_init__(self) -> None:
        self.municipality(MECHELEN, "Mechelen", name_fr="Malines")
        self.municipality(WILLEBROEK, "Willebroek")
        for postcode, names in self.postal_names.items():
            for name in names:
                self.add("postal_name", postcode, name, "nl")
        for postcode, nis in self.postcodes.items():
            self.add("postcode", postcode, nis)

    def add(self, table: str, *row: Any) -> None:
        """A row of any table, as in `schema.TABLES`."""
        self.rows.setdefault(table, []).append(row)

    def municipality(
        self,
        nis: int,
        name: str,
        status: Status = Status.IN_GEBRUIK,
        *,
        name_fr: str | None = None,
        name_de: str | None = None,
    ) -> int:
        """A municipality."""
        self.add("municipality", nis, name, name_fr, name_de, int(status), VERSION)
        return nis

    def street(
        self,
        name: str,
        nis: int = MECHELEN,
        status: Status = Status.IN_GEBRUIK,
        *,
        id: int | None = None,
        homonym: str | None = None,
        name_fr: str | None = None,
    ) -> int:
        """A street; found by its names, and in the postcodes of its addresses."""
        made = self._id(id)
        self.add("street", made, nis, name, name_fr, None, homonym, int(status), VERSION)
        return made

    def address(
        self,
        street: int,
        house: str,
        box: str | None = None,
        postcode: int | None = 2800,
        status: Status = Status.IN_GEBRUIK,
        *,
        id: int | None = None,
        method: str = "aangeduidDoorBeheerder",
        specification: str = "gebouweenheid",
        official: bool = True,
        x: float | None = 157_000.0,
        y: float | None = 190_000.0,
        version: str = VERSION,
    ) -> int:
        """An address; the parent of a box address is the building address of the same street and number."""
        made = self._id(id)
        codes = schema.METHODS.index(method), schema.SPECIFICATIONS.index(specification)
        self.add("address", made, street, house, box, postcode, int(status), None, version, *codes, int(official), x, y)
        return made

    def unit(
        self,
        building: int,
        addresses: Sequence[int] = (),
        status: Status = Status.GEREALISEERD,
        *,
        id: int | None = None,
        function: str = "nietGekend",
    ) -> int:
        """A gebouweenheid with its addresses."""
        made = self._id(id)
        self.add("unit", made, building, function, int(status), VERSION)
        for address in addresses:
            self.add("unit_address", address, made)
        return made

    def building(self, status: Status = Status.GEREALISEERD, *, id: int | None = None) -> int:
        """A building."""
        made = self._id(id)
        self.add("building", made, int(status), "ingemetenGRB", VERSION)
        return made

    def parcel(self, key: str, addresses: Sequence[int] = (), status: Status = Status.GEREALISEERD) -> int:
        """A parcel by its caPaKey, with its addresses."""
        made = parcel_id(key)
        self.add("parcel", made, capakey(key), int(status), VERSION)
        for address in addresses:
            self.add("parcel_address", address, made)
        return made

    def replaced(self, old: int, *new: int, kind: str = "address") -> None:
        """What came in the place of something; each call a day later than the one before."""
        self._replaced += 1
        at = (datetime.fromisoformat(VERSION) + timedelta(days=self._replaced)).isoformat()
        for one in new:
            self.add("replaced", kind, old, one, at)

    def removed(self, id: int, kind: str = "address") -> None:
        """Taken out of the register (410)."""
        self.add("removed", kind, id, VERSION)

    def save(self, folder: Path) -> Path:
        """Make it the current replica of a folder (as `settings.register_folder` gives); its `register.db`."""
        with import_lock(folder, busy), fresh_folder(folder, "test") as made:
            with new_register(made) as db:
                self._fill(db)
                complete(db, self.meta)
            swap(folder, made, "address")
        return made / schema.FILE

    def _fill(self, db: sqlite3.Connection) -> None:
        for table, rows in self.rows.items():
            places = ",".join("?" * len(rows[0]))
            db.executemany(f"INSERT INTO {table} VALUES({places})", rows)

    def _id(self, given: int | None) -> int:
        if given is None:
            self._last += 1
            return self._last
        self._last = max(self._last, given)
        return given
