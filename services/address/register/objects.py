"""What addresses are linked with: units with their buildings, and parcels.

Their versions are left out: nobody asks for them, and for 12 million objects they take 300 MB.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

from loketbus.bulk import Bulk
from services.address.register.dbf import PADDING, Choose, Raw
from services.address.register.job import Job
from services.address.register.loading import STAGING, Loader
from services.address.register.parcels import capakey, object_id, parcel_id
from services.address.register.sources import Download
from services.address.register.tally import BAD_PARCEL, DUPLICATE, UNKNOWN_TYPE, Tally
from services.address.register.values import (
    Oddities,
    OddValueError,
    Row,
    Values,
    among,
    codes,
    number,
    statuses,
)

LINKS, METADATA = "adreskoppelingen", "_metadata.dbf"
UNITS, BUILDINGS, PARCELS = "gebouweenheid.dbf", "gebouw.dbf", "perceel.dbf"
UNIT, PARCEL = 1, 2
SECTION = len("13013C")
"""Of a caPaKey: its division and section."""
_TYPES = {"gebouweenheid": UNIT, "perceel": PARCEL}
_LINK_TABLES = (("unit_address", UNIT), ("parcel_address", PARCEL))
_SAVE_LINKS = "INSERT OR IGNORE INTO {table} SELECT address, thing FROM {staging}.link WHERE kind = ? ORDER BY 1, 2"

Ids = set[int] | None
"""None: all."""


def load_objects(job: Job, addresses: Ids) -> None:
    """All tables of which the files are there; of these addresses."""
    linked = _load_links(job, addresses)
    if addresses is None:
        _load_units(job, None)
        _load_buildings(job, None)
        _load_parcels(job, None)
    else:
        buildings = _buildings_of(job, linked[UNIT])
        _load_units(job, buildings)
        _load_buildings(job, buildings)
        _load_parcels(job, linked[PARCEL])


def link_files(download: Download) -> list[str]:
    """`Adreskoppelingen.dbf` of the units, `Adreskoppelingen_1.dbf` of the parcels, or what they are called."""
    return [file for file in download.like(LINKS, ending=".dbf") if not file.endswith(METADATA)]


def _load_links(job: Job, addresses: Ids) -> dict[int, set[int]]:
    """`unit_address` and `parcel_address`; what was linked, by kind, when only some addresses are wanted.

    Sorted before they are written: the files go by unit and parcel, the tables by address.
    """
    linked: dict[int, set[int]] = {UNIT: set(), PARCEL: set()}
    job.db.execute(f"CREATE TABLE {STAGING}.link(kind, address, thing)")
    bulk = Bulk.into(job.db, f"{STAGING}.link", 3)
    with job.counted("link") as tally:
        for file in link_files(job.download):
            for rows in _links(job, file, tally, addresses):
                bulk.add(rows)
                tally.kept += len(rows)
                if addresses is not None:
                    for kind, _, thing in rows:
                        linked[kind].add(thing)
        _save_links(job.db, tally)
    return linked


def _save_links(db: sqlite3.Connection, tally: Tally) -> None:
    for table, kind in _LINK_TABLES:
        (given,) = db.execute(f"SELECT count(*) FROM {STAGING}.link WHERE kind = ?", (kind,)).fetchone()  # noqa: S608
        saved = db.execute(_SAVE_LINKS.format(table=table, staging=STAGING), (kind,)).rowcount
        if given > saved:
            tally.note(DUPLICATE, count=given - saved)
            tally.kept -= given - saved
    db.execute(f"DROP TABLE {STAGING}.link")


def _links(job: Job, file: str, tally: Tally, addresses: Ids) -> Iterable[list[Row]]:
    """(kind, address, unit or parcel)."""
    oddities = Oddities(tally)
    kinds = Values[bytes, int](oddities, _kind, UNKNOWN_TYPE)

    def convert(row: Raw) -> Row:
        kind, thing = kinds[row[0]], row[1]
        return kind, number(row[2]), number(thing) if kind == UNIT else _parcel(_text(thing))

    names = ("objecttype", "adresobjid", "adresid")
    with job.dbf(file, tally) as table:
        layout = table.layout(*names, required=names)
        where = None if addresses is None else (table.layout("adresid"), among(addresses))
        for raw in table.rows(layout, where):
            yield oddities.rows(raw, convert, itemgetter(2))


def _buildings_of(job: Job, units: set[int]) -> set[int]:
    """Buildings of these units, to keep their other units too: common parts have no address."""
    found: set[int] = set()
    if UNITS in job.download:
        tally = Tally("unit")
        oddities = Oddities(tally)
        with job.dbf(UNITS, tally) as table:
            layout = table.layout("gebouwid", required=("gebouwehid", "gebouwid"))
            for raw in table.rows(layout, (table.layout("gebouwehid"), among(units))):
                found.update(building for (building,) in oddities.rows(raw, lambda row: (number(row[0]),)))
    return found


def _load_units(job: Job, buildings: Ids) -> None:
    def converter(oddities: Oddities, code: Values[bytes, str | None]) -> Callable[[Raw], Row]:
        status = statuses(oddities)
        return lambda row: (number(row[0]), number(row[1]), code[row[2]], status[row[3]], None)

    names = ("gebouwehid", "gebouwid", "functie", "status")
    _load(job, "unit", UNITS, names, converter, None if buildings is None else ("gebouwid", among(buildings)))


def _load_buildings(job: Job, buildings: Ids) -> None:
    def converter(oddities: Oddities, code: Values[bytes, str | None]) -> Callable[[Raw], Row]:
        status = statuses(oddities)
        return lambda row: (number(row[0]), status[row[1]], code[row[2]], None)

    names = ("gebouwid", "status", "geommet")
    _load(job, "building", BUILDINGS, names, converter, None if buildings is None else ("gebouwid", among(buildings)))


def _load_parcels(job: Job, parcels: Ids) -> None:
    def converter(oddities: Oddities, code: Values[bytes, str | None]) -> Callable[[Raw], Row]:
        status = statuses(oddities)

        def convert(row: Raw) -> Row:
            key = _text(row[0])
            return _parcel(key), capakey(key), status[row[1]], None

        return convert

    names = ("perceelid", "status")
    _load(job, "parcel", PARCELS, names, converter, None if parcels is None else ("perceelid", _among_parcels(parcels)))


def _load(
    job: Job,
    table: str,
    file: str,
    names: tuple[str, ...],
    converter: Callable[[Oddities, Values[bytes, str | None]], Callable[[Raw], Row]],
    chosen: tuple[str, Choose] | None,
) -> None:
    """One table, if its file is there; `chosen` tells by one column which rows. The first two columns are needed."""
    if file not in job.download:
        return
    with job.counted(table) as tally:
        loader, oddities = Loader(job.db, table, tally), Oddities(tally)
        with job.dbf(file, tally) as source:
            layout = source.layout(*names, required=names[:2])
            convert = converter(oddities, codes(oddities, source))
            for raw in source.rows(layout, None if chosen is None else (source.layout(chosen[0]), chosen[1])):
                loader.add(oddities.rows(raw, convert))
        loader.close()


def _among_parcels(ids: set[int]) -> Choose:
    """Which keys, in either notation, are among these; also where it is none, to be told later."""
    keys = {form.encode() for key in map(object_id, ids) for form in (key, capakey(key))}
    length = len(object_id(0))
    sections = {key[:SECTION] for key in keys}  # some hundreds: most keys are seen to be of elsewhere at once

    def choose(column: Sequence[bytes]) -> list[bool]:
        stripped = map(bytes.strip, column)
        return [(key[:SECTION] in sections and key in keys) or len(key) != length for key in stripped]

    return choose


def _kind(raw: bytes) -> int:
    kind = _TYPES.get(raw.strip(PADDING).decode("ascii").lower())
    if kind is None:
        raise ValueError("unknown kind")
    return kind


def _parcel(key: str) -> int:
    try:
        return parcel_id(key)
    except ValueError:
        raise OddValueError(BAD_PARCEL) from None


def _text(raw: bytes) -> str:
    return raw.decode("ascii").strip()
