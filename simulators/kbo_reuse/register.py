"""The VMEs and the professional syndics in the archives that simulators.kbo wrote, day by day."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

VME_FORM, LEGAL_PERSON, PERSON = "070", "2", "1"
SYNDIC_NACE = "68321"
OTHERS_MAX = 50

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Vme:
    """A VME as the register has it on a day."""

    number: str
    start: date
    name: str = ""
    street: str = ""
    house: str = ""
    postcode: str = ""
    town: str = ""


@dataclass(slots=True)
class Day:
    """A snapshot: every VME, and those that are not what they were the day before, or gone."""

    extract: int
    snapshot: date
    vmes: dict[str, Vme]
    changed: set[str]
    gone: set[str]


@dataclass(slots=True)
class Register:
    """All days, and who can be a syndic by profession (numbers without dots)."""

    days: list[Day]
    companies: list[str]
    persons: list[str]
    others: list[str]
    """Some enterprises that are no VME."""


def read(folder: Path) -> Register:
    """From the first Full in the folder and the Updates after it.

    Raises:
        ValueError: there is no Full.
    """
    fulls = sorted(folder.glob("KboOpenData_*_Full.zip"))
    if not fulls:
        raise ValueError(f"no Full of simulators.kbo in {folder}")
    days = [_first(fulls[0])]
    for path in sorted(folder.glob("KboOpenData_*_Update.zip")):
        days.append(_next(path, days[-1]))
    return Register(days, *_others(fulls[0]))


def _first(path: Path) -> Day:
    with ZipFile(path) as archive:
        vmes = dict(_vmes(_rows(archive, "enterprise")))
        _describe(vmes, _rows(archive, "denomination"), _rows(archive, "address"))
        return Day(*_meta(archive), vmes, set(vmes), set())


def _next(path: Path, before: Day) -> Day:
    with ZipFile(path) as archive:
        new = dict(_vmes(_rows(archive, "enterprise_insert")))
        left = {_bare(row["EnterpriseNumber"]) for row in _rows(archive, "enterprise_delete")} - set(new)
        gone = left & set(before.vmes)
        vmes = {number: vme for number, vme in before.vmes.items() if number not in gone}
        for number, vme in new.items():
            vmes[number] = replace(vmes.get(number, vme), start=vme.start)
        known = dict(vmes)
        _describe(vmes, _rows(archive, "denomination_insert"), _rows(archive, "address_insert"))
        changed = set(new) | {number for number, vme in vmes.items() if known[number] != vme}
        return Day(*_meta(archive), vmes, changed, gone)


def _others(path: Path) -> tuple[list[str], list[str], list[str]]:
    with ZipFile(path) as archive:
        rows = _rows(archive, "activity")
        found = {
            row["EntityNumber"] for row in rows if row["NaceVersion"] == "2025" and row["NaceCode"][:5] == SYNDIC_NACE
        }
        kinds = {row["EnterpriseNumber"]: row["TypeOfEnterprise"] for row in _rows(archive, "enterprise")}
        others = [
            _bare(row["EnterpriseNumber"]) for row in _rows(archive, "enterprise") if row["JuridicalForm"] == "610"
        ]
    companies = [_bare(number) for number in sorted(found) if kinds.get(number) == LEGAL_PERSON]
    persons = [_bare(number) for number, kind in sorted(kinds.items()) if kind == PERSON]
    return companies, persons[:: max(1, len(persons) // OTHERS_MAX)], others[:: max(1, len(others) // OTHERS_MAX)]


def _vmes(rows: Iterable[Row]) -> Iterator[tuple[str, Vme]]:
    for row in rows:
        if row["JuridicalForm"] == VME_FORM:
            number = _bare(row["EnterpriseNumber"])
            yield number, Vme(number, datetime.strptime(row["StartDate"], "%d-%m-%Y").date())


def _describe(vmes: dict[str, Vme], names: Iterable[Row], addresses: Iterable[Row]) -> None:
    for row in names:
        number = _bare(row["EntityNumber"])
        if number in vmes and row["TypeOfDenomination"] == "001":
            vmes[number] = replace(vmes[number], name=row["Denomination"])
    for row in addresses:
        number = _bare(row["EntityNumber"])
        if number in vmes:
            vmes[number] = replace(
                vmes[number],
                street=row["StreetNL"],
                house=row["HouseNumber"],
                postcode=row["Zipcode"],
                town=row["MunicipalityNL"],
            )


def _meta(archive: ZipFile) -> tuple[int, date]:
    values = {row["Variable"]: row["Value"] for row in _rows(archive, "meta")}
    return int(values["ExtractNumber"]), datetime.strptime(values["SnapshotDate"], "%d-%m-%Y").date()


def _rows(archive: ZipFile, table: str) -> Iterator[Row]:
    with archive.open(f"{table}.csv") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8-sig", newline=""))


def _bare(number: str) -> str:
    return number.replace(".", "")
