"""The register's own download: dBASE tables (reference 3.3). Adres, Straatnaam and Gemeente must be there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from loketbus.errors import Rejected
from services.address.register.addresses import FILE as ADDRESSES
from services.address.register.addresses import POSITIONS, load_addresses
from services.address.register.dbf import PADDING, Dbf, Raw
from services.address.register.job import Job
from services.address.register.loading import Loader
from services.address.register.objects import link_files, load_objects
from services.address.register.sources import Download, broken
from services.address.register.tally import BAD_NUMBER, NO_NAME, Tally
from services.address.register.values import (
    Oddities,
    OddValueError,
    Row,
    number,
    postcode,
    statuses,
    texts,
    version,
)

ATTRIBUTION = (
    "Bron: Gebouwen- en Adressenregister van Digitaal Vlaanderen, download van {extract} "
    "(Modellicentie Gratis Hergebruik v1.0)"
)
REQUIRED = (ADDRESSES, "straatnaam.dbf", "gemeente.dbf")
FEEDS = {
    "adres": "adressen", "straatnaam": "straatnamen", "gemeente": "gemeenten", "postinfo": "postinfo",
    "gebouw": "gebouwen", "gebouweenheid": "gebouweenheden", "perceel": "percelen",
}  # fmt: skip
"""Change feed by table of the download."""
LATEST_EVENT = "latest_event_id"
_LINKS = "postcodestraatnaamkoppelingen.dbf"


def is_extract(download: Download) -> bool:
    """This is the register's own download, or a part of it."""
    return any(file in download for file in REQUIRED)


def load_extract(job: Job) -> None:
    """Fill all tables that are not derived.

    Raises:
        Rejected: `address_archive_broken`.
    """
    for file in REQUIRED:
        if file not in job.download:
            text = f"{job.download.name}: {file} ontbreekt; zonder kan het adressenregister niet geladen worden."
            raise broken(text)
    _load_municipalities(job)
    streets, elsewhere = _load_streets(job)
    _load_postal_names(job)
    kept = load_addresses(job, streets, elsewhere)
    _load_street_postcodes(job, streets)
    load_objects(job, None if job.wanted is None else kept)


def day_of(download: Download) -> date | None:
    """When the download was made, as Adres.dbf says; None when it does not."""
    with download.open(ADDRESSES) as source:
        return Dbf(source).day or download.members[ADDRESSES].day


def sizes(download: Download, *, all: bool) -> dict[str, int]:
    """Bytes to read by file; `all` municipalities are wanted, else units are read twice (see `objects`)."""
    files = [f"{table}.dbf" for table in FEEDS] + [_LINKS, POSITIONS, *link_files(download)]
    found = {file: download.size(file) for file in files}
    return found if all else found | {"gebouweenheid.dbf": 2 * found["gebouweenheid.dbf"]}


def latest_events(download: Download) -> dict[str, int]:
    """The last event that each table of the download contains, by feed; where the change feed goes on."""
    found = {}
    for table, feed in FEEDS.items():
        try:
            if event := _latest_event(download, f"{table}_metadata.dbf"):
                found[feed] = event
        except Rejected:
            continue  # the addresses can be used without
    return found


def _latest_event(download: Download, file: str) -> int | None:
    if file not in download:
        return None
    with download.open(file) as source:
        table = Dbf(source)
        first, second = list(table.columns)[:2] if len(table.columns) > 1 else ("", "")
        for rows in table.rows(table.layout(first, second)):  # `metadata`, `waarde`; there was a `value` once
            for name, value in rows:
                if name.strip(PADDING).decode("ascii", "replace").lower() == LATEST_EVENT:
                    digits = value.strip(PADDING)
                    return int(digits) if digits.isdigit() else None
    return None


def _load_municipalities(job: Job) -> None:
    """All of them, to know a place that is elsewhere too."""
    with job.counted("municipality") as tally, job.dbf("gemeente.dbf", tally) as table:
        loader, oddities = Loader(job.db, "municipality", tally), Oddities(tally)
        status, text = statuses(oddities), texts(oddities, table)

        def convert(row: Raw) -> Row:
            return number(row[0]), _named(text[row[1]]), None, None, status[row[2]], version(row[3])

        names = ("gemeenteid", "gemeentenm", "status", "versieid")
        for raw in table.rows(table.layout(*names, required=names[:3])):
            loader.add(oddities.rows(raw, convert))
        loader.close()


def _load_streets(job: Job) -> tuple[set[int], set[int]]:
    """Those of the wanted municipalities; their ids, and those of all others."""
    mine: set[int] = set()
    others: set[int] = set()
    with job.counted("street") as tally, job.dbf("straatnaam.dbf", tally) as table:
        loader, oddities = Loader(job.db, "street", tally), Oddities(tally)
        status, text = statuses(oddities), texts(oddities, table)

        def convert(row: Raw) -> Row:
            id, nis, name = number(row[0]), number(row[1]), _named(text[row[2]])
            return id, nis, name, None, None, text[row[3]], status[row[4]], version(row[5])

        names = ("straatnmid", "gemeenteid", "straatnm", "homoniemtv", "status", "versieid")
        for raw in table.rows(table.layout(*names, required=(*names[:3], "status"))):
            rows = oddities.rows(raw, convert)
            wanted = rows if job.wanted is None else [row for row in rows if row[1] in job.wanted]
            mine.update(row[0] for row in wanted)
            others.update(row[0] for row in rows)
            tally.elsewhere += len(rows) - len(wanted)
            loader.add(wanted)
        loader.close()
    return mine, others - mine


def _load_postal_names(job: Job) -> None:
    """Several names of one postcode stand in one field: `Mechelen/Walem`."""
    if "postinfo.dbf" not in job.download:
        return
    insert = "INSERT OR IGNORE INTO postal_name VALUES(?,?,NULL)"
    with job.counted("postal_name") as tally, job.dbf("postinfo.dbf", tally) as table:
        oddities = Oddities(tally)
        text = texts(oddities, table)

        def convert(row: Raw) -> Row:
            code = postcode(row[0].strip(PADDING).decode("ascii"))
            if code is None:
                raise OddValueError(BAD_NUMBER)
            return tuple((code, name.strip()) for name in (text[row[1]] or "").split("/") if name.strip())

        names = ("postinfoid", "postnaam")
        for raw in table.rows(table.layout(*names, required=names)):
            rows = oddities.rows(raw, convert)
            job.db.executemany(insert, (named for row in rows for named in row))
            tally.kept += len(rows)


def _load_street_postcodes(job: Job, streets: set[int]) -> None:
    """A street can cross postcodes; the addresses that are kept say so too (`deriving`)."""
    if _LINKS not in job.download:
        return
    with job.counted("street_postcode") as tally:
        for rows in _street_postcodes(job, tally):
            mine = [row for row in rows if row[0] in streets]
            tally.elsewhere += len(rows) - len(mine)
            tally.kept += len(mine)
            job.db.executemany("INSERT OR IGNORE INTO street_postcode VALUES(?,?)", mine)


def _street_postcodes(job: Job, tally: Tally) -> Iterator[list[Row]]:
    oddities = Oddities(tally)
    names = ("straatnmid", "postcode")
    with job.dbf(_LINKS, tally) as table:
        for raw in table.rows(table.layout(*names, required=names)):
            yield oddities.rows(raw, lambda row: (number(row[0]), number(row[1])))


def _named(name: str | None) -> str:
    if name is None:
        raise OddValueError(NO_NAME)
    return name
