"""From a folder of KBO Open Data archives to rows of VKBO: who is in Flanders, also who disappeared by the updates.

All in memory: for registers of a demo or a test.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from simulators.kbo.portal.shelf import Published, Shelf
from simulators.vkbo.features import (
    EMPTY,
    LEGAL_PERSON,
    VME_ALSO,
    VME_LABEL,
    Place,
    address,
    dated,
    oddly,
    properties,
)

KEYS = {
    "enterprise": "EnterpriseNumber", "establishment": "EstablishmentNumber", "denomination": "EntityNumber",
    "address": "EntityNumber",
}  # fmt: skip
REASONS = ("Sluiting van vereffening", "Stopzetting in KBO", "Fusie door overneming", "Sluiting faillissement")
"""Chosen: no real row with a reason was seen."""
Row = dict[str, str]
Member = dict[str, list[Row]]


@dataclass(slots=True)
class _Register:
    tables: dict[str, Member] = field(default_factory=lambda: {table: {} for table in KEYS})
    stopped: dict[str, dict[str, Any]] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)

    def load(self, archive: Path) -> None:
        """A Full or an Update; what an Update takes away for good stopped on its day."""
        with ZipFile(archive) as file:
            meta = {row["Variable"]: row["Value"] for row in _rows(file, "meta")}
            codes = _rows(file, "code")
            self.labels = {(r["Category"], r["Code"]): r["Description"] for r in codes if r["Language"] == "NL"}
            if meta["ExtractType"] == "full":
                self.tables = {table: _grouped(file, table, key) for table, key in KEYS.items()}
            else:
                self._update(file, datetime.strptime(meta["SnapshotDate"], "%d-%m-%Y").date())

    def rows(self) -> Iterator[dict[str, Any]]:
        """Properties of everybody in Flanders."""
        for table in ("enterprise", "establishment"):
            for number in self.tables[table]:
                if (row := self._row(table, number)) is not None:
                    yield row
        yield from self.stopped.values()

    def _update(self, file: ZipFile, day: date) -> None:
        changes = {
            table: (
                [row[key] for row in _rows(file, f"{table}_delete")],
                _grouped(file, f"{table}_insert", key),
            )
            for table, key in KEYS.items()
        }
        for table in ("enterprise", "establishment"):
            deleted, inserted = changes[table]
            for number in set(deleted) - set(inserted):
                if (row := self._row(table, number, stopped_on=day)) is not None:
                    self.stopped[number] = row
            for number in inserted:
                self.stopped.pop(number, None)
        for table, (deleted, inserted) in changes.items():
            for number in deleted:
                self.tables[table].pop(number, None)
            self.tables[table].update(inserted)

    def _row(self, table: str, number: str, stopped_on: date | None = None) -> dict[str, Any] | None:
        place = self._place(number)
        if place is None or number not in self.tables[table]:
            return None
        own, digits = self.tables[table][number][-1], number.replace(".", "")
        owner = own["EnterpriseNumber"] if table == "establishment" else number
        kinds = self._enterprise(own, digits) if table == "enterprise" else {}
        return properties(
            {
                "Ondernemingsnr": digits,
                "Ondernemingsnr_maatsch_zetel": EMPTY if table == "enterprise" else owner.replace(".", ""),
                "Maatschappelijke_naam": self._name(owner, "001"),
                "Commerciele_naam": self._name(number, "003"),
                "Afgekorte_naam": self._name(number, "002"),
                "Zoeknaam": self._name(owner, "001").upper(),
                "Startdatum": dated(datetime.strptime(own["StartDate"], "%d-%m-%Y").date()),
                "Datum_stopzetting": dated(stopped_on),
                "Reden_stopzetting": EMPTY if stopped_on is None else REASONS[oddly(digits, len(REASONS))],
                **kinds,
                **address(place, digits),
            }
        )

    def _enterprise(self, own: Row, digits: str) -> Row:
        """Words instead of codes; a VME is now and then spelled another way."""
        form = self._label("JuridicalForm", own["JuridicalForm"])
        return {
            "Type_onderneming": LEGAL_PERSON if own["TypeOfEnterprise"] == "2" else "Natuurlijk persoon",
            "Rechtsvorm": VME_ALSO if form == VME_LABEL and oddly(digits, 7) == 2 else form,
            "Rechtstoestand": self._label("JuridicalSituation", own["JuridicalSituation"]),
        }

    def _label(self, category: str, code: str) -> str:
        return self.labels.get((category, code), code) or EMPTY

    def _name(self, number: str, kind: str) -> str:
        """In Dutch where there is Dutch."""
        found = [row for row in self.tables["denomination"].get(number, ()) if row["TypeOfDenomination"] == kind]
        found.sort(key=lambda row: row["Language"] != "2")
        return found[0]["Denomination"] if found else EMPTY

    def _place(self, number: str) -> Place | None:
        """In Flanders, or None."""
        for row in self.tables["address"].get(number, ()):
            if row["CountryNL"] == "" and _flemish(row["Zipcode"]):
                return Place(row["StreetNL"], row["HouseNumber"], row["Box"], row["Zipcode"], row["MunicipalityNL"])
        return None


def read(folder: Path) -> list[dict[str, Any]]:
    """Rows of the first Full of the folder and the Updates after it."""
    published = sorted(Shelf(folder, None, 1.0).archives(), key=lambda one: (one.extract, one.type))
    first = next((one for one in published if one.type == "Full"), None)
    register = _Register()
    if first is None:
        return []
    register.load(first.path)
    for one in _updates_after(published, first):
        register.load(one.path)
    return list(register.rows())


def _updates_after(published: list[Published], first: Published) -> Iterator[Published]:
    return (one for one in published if one.type == "Update" and one.extract > first.extract)


def _flemish(postcode: str) -> bool:
    return postcode.isdecimal() and (1500 <= int(postcode) <= 3999 or 8000 <= int(postcode) <= 9999)


def _grouped(file: ZipFile, member: str, key: str) -> Member:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _rows(file, member):
        grouped[row[key]].append(row)
    return dict(grouped)


def _rows(file: ZipFile, member: str) -> Iterator[Row]:
    with file.open(f"{member}.csv") as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig", newline=""))
