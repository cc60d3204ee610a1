"""By number: an enterprise or a unit with everything that the register has about it."""

from __future__ import annotations

import sqlite3
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Literal

from services.kbo.domain.organisation import Activity, Contact, Name, Organisation, RegisterAddress, Unit
from services.kbo.questions.codes import day
from services.kbo.questions.reading import ADDRESS, Reading, ten
from services.kbo.register.schema import ROW_BITS
from services.kbo.register.search_schema import BRANCHES, UNITS

_ENTERPRISE = "SELECT status, situation, type, form, form_cac, start_date FROM enterprise WHERE number = ?"
_ALL = -1
Owned = Literal["establishment", "branch"]


def exists(db: sqlite3.Connection, number: int) -> bool:
    """Of any kind."""
    return db.execute(f"SELECT 1 FROM {_table(number)} WHERE number = ?", (number,)).fetchone() is not None  # noqa: S608


def organisation(reading: Reading, number: int, establishments: int) -> Organisation | None:
    """None when it is not in the register."""
    row = reading.one(_ENTERPRISE, number)
    if row is None:
        return None
    status, situation, kind, form, form_cac, start = row
    label = reading.codes.label
    return Organisation(
        number=ten(number),
        status=label("Status", status),
        situation=label("JuridicalSituation", situation),
        type=label("TypeOfEnterprise", kind),
        form=reading.codes.optional("JuridicalForm", form),
        form_cac=reading.codes.optional("JuridicalForm", form_cac),
        start=day(start),
        names=_names(reading, number),
        addresses=tuple(reading.addresses(number)),
        contacts=_contacts(reading, number),
        activities=_activities(reading, number),
        establishments=_owned(reading, "establishment", number, max(0, establishments)),
        establishment_count=reading.one("SELECT count(*) FROM establishment WHERE enterprise = ?", number)[0],
        branches=_owned(reading, "branch", number, _ALL),
    )


def unit(reading: Reading, number: int) -> Unit | None:
    """An establishment unit or branch; None for anything else."""
    if number < UNITS:
        return None
    query = f"SELECT start_date, enterprise FROM {_table(number)} WHERE number = ?"  # noqa: S608 - our own words
    row = reading.one(query, number)
    if row is None:
        return None
    return Unit(
        ten(number),
        ten(row[1]),
        day(row[0]),
        names=_names(reading, number),
        address=next(iter(reading.addresses(number)), None),
        contacts=_contacts(reading, number),
        activities=_activities(reading, number),
    )


def _table(number: int) -> str:
    return "enterprise" if number < UNITS else "establishment" if number < BRANCHES else "branch"


def _names(reading: Reading, entity: int) -> tuple[Name, ...]:
    return tuple(reading.codes.name(*row) for row in reading.rows("denomination", "language, kind, name", entity))


def _contacts(reading: Reading, entity: int) -> tuple[Contact, ...]:
    label = reading.codes.label
    return tuple(
        Contact(label("ContactType", kind), label("EntityContact", level), value or "")
        for level, kind, value in reading.rows("contact", "level, kind, value", entity)
    )


def _activities(reading: Reading, entity: int) -> tuple[Activity, ...]:
    row = reading.one("SELECT kinds FROM activity WHERE entity = ?", entity)
    if row is None:
        return ()
    kinds = array("I", row[0])
    if sys.byteorder == "big":
        kinds.byteswap()
    known = reading.replica.activities
    return tuple(known.get(kind) or _activity(reading, kind) for kind in kinds)


def _activity(reading: Reading, kind: int) -> Activity:
    query = "SELECT activity_group, nace_version, nace, classification FROM kind WHERE id = ?"
    group, version, nace, classification = reading.one(query, kind)
    label = reading.codes.label
    made = Activity(
        label("ActivityGroup", group),
        version or "",
        label(f"Nace{version}", nace),
        label("Classification", classification),
    )
    reading.replica.activities[kind] = made
    return made


def _owned(reading: Reading, table: Owned, enterprise: int, limit: int) -> tuple[Unit, ...]:
    """By number, with names and address; three queries however many there are."""
    units = list(reading.db.execute(_units(table), (enterprise, limit)))
    if not units:
        return ()
    names: dict[int, list[Name]] = defaultdict(list)
    for number, *name in _of_units(reading, table, enterprise, limit, "denomination", "language, kind, name"):
        names[number].append(reading.codes.name(*name))
    addresses: dict[int, RegisterAddress] = {}
    for number, *address in _of_units(reading, table, enterprise, limit, "address", ADDRESS):
        addresses.setdefault(number, reading.address(tuple(address)))
    return tuple(
        Unit(ten(number), ten(enterprise), day(start), tuple(names[number]), addresses.get(number))
        for number, start in units
    )


def _units(table: Owned) -> str:
    return f"SELECT number, start_date FROM {table} WHERE enterprise = ? ORDER BY number LIMIT ?"  # noqa: S608


def _of_units(reading: Reading, table: Owned, enterprise: int, limit: int, of: str, columns: str) -> Iterator[Any]:
    query = (
        f"SELECT u.number, {columns} FROM ({_units(table)}) u CROSS JOIN {of} "  # noqa: S608 - our own words
        f"ON id BETWEEN u.number << {ROW_BITS} AND (u.number << {ROW_BITS}) + {(1 << ROW_BITS) - 1} ORDER BY id"
    )
    return reading.db.execute(query, (enterprise, limit))
