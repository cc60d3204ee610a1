"""BeSt's download: one CSV file with all addresses of Flanders (reference section 4). No units or parcels."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import IO

from services.address.domain.model import Status
from services.address.register.dbf import NotDbfError
from services.address.register.job import Job
from services.address.register.loading import Loader
from services.address.register.sources import Download
from services.address.register.tally import (
    BAD_POSTCODE,
    BAD_TEXT,
    NO_HOUSE_NUMBER,
    NO_NAME,
    UNKNOWN_CODE,
    UNKNOWN_STATUS,
    WRONG_COLUMNS,
    Tally,
)
from services.address.register.values import Oddities, OddValueError, Row, Values, postcode

ATTRIBUTION = "Bron: BeSt-Add, FOD BOSA, gewest Vlaanderen, bestand van {extract} (CC-BY 4.0)"
COLUMNS = (
    "address_id", "house_number", "box_number", "status", "postcode", "street_id", "EPSG:31370_x", "EPSG:31370_y",
    "streetname_nl", "streetname_fr", "streetname_de",
    "municipality_id", "municipality_name_nl", "municipality_name_fr", "municipality_name_de", "postcode",
    "postname_nl", "postname_fr",
)  # fmt: skip
OPTIONAL = {
    "EPSG:31370_x", "EPSG:31370_y", "streetname_fr", "streetname_de", "municipality_name_fr", "municipality_name_de",
    "postname_nl", "postname_fr",
}  # fmt: skip
STATUSES = {
    "current": Status.IN_GEBRUIK, "proposed": Status.VOORGESTELD, "reserved": Status.VOORGESTELD,
    "retired": Status.GEHISTOREERD,
}  # fmt: skip
PIECE = 1 << 20
LONGEST_LINE = 1 << 16
_ID = re.compile(r"(?:https?://\S+/)?([0-9]{1,18})(?:/([0-9]{4}-[0-9T:.+Z-]+))?")
"""`https://data.vlaanderen.be/id/adres/3201926/2018-12-05T10:25:12+01:00`, or the number alone."""
_RETIRED_STREETS = f"""
UPDATE street SET status = {int(Status.GEHISTOREERD)} WHERE id NOT IN
(SELECT street FROM address WHERE status <> {int(Status.GEHISTOREERD)})
"""  # noqa: S608 - numbers of our own


def best_file(download: Download) -> str | None:
    """The CSV file of BeSt; None when there is none."""
    named = download.like("openaddress", ending=".csv") or download.like("", ending=".csv")
    return named[0] if named else None


def day_of(download: Download) -> date | None:
    """When the file was written, as the zip says; None when it does not."""
    return download.members[best_file(download) or ""].day


class Beside:
    """What stands in the rows beside the addresses: streets, municipalities, postcodes and their names, each once."""

    def __init__(self) -> None:
        self.municipalities: dict[int, Row] = {}
        self.streets: dict[int, Row] = {}
        self.postal_names: set[tuple[int, str, str]] = set()
        """(postcode, name, language)."""
        self.postcodes: set[tuple[int, int]] = set()
        """(postcode, NIS code) of valid addresses."""

    def municipality(self, code: str, *names: str) -> int:
        """Its NIS code; `names` in Dutch, French, German."""
        nis, version = identifier(code)
        self.municipalities.setdefault(nis, (nis, *_named(names), int(Status.IN_GEBRUIK), version))
        return nis

    def street(self, code: str, nis: int, *names: str) -> int:
        """Its id."""
        id, version = identifier(code)
        self.streets.setdefault(id, (id, nis, *_named(names), None, int(Status.IN_GEBRUIK), version))
        return id

    def save(self, job: Job) -> None:
        """Fill their tables. BeSt gives streets no status: one without addresses in use is retired."""
        tables: dict[str, Collection[Row]] = {
            "municipality": self.municipalities.values(),
            "street": self.streets.values(),
            "postal_name": {
                (code, name): (code, name, language) for code, name, language in self.postal_names
            }.values(),
            "postcode": self.postcodes,
        }
        for table, rows in tables.items():
            with job.counted(table) as tally:
                tally.read = tally.kept = len(rows)
                if rows:
                    places = ",".join("?" * len(next(iter(rows))))
                    job.db.executemany(f"INSERT INTO {table} VALUES({places})", rows)
        job.db.execute(_RETIRED_STREETS)


class Reading:
    """Lines of the file in, rows of `address` out; the rest of what they say goes to `beside`."""

    def __init__(self, header: str, tally: Tally, beside: Beside, wanted: frozenset[int] | None) -> None:
        found = next(csv.reader([header]), [])
        for column in COLUMNS:
            if column not in found and column not in OPTIONAL:
                raise NotDbfError(f"de kolom {column} ontbreekt; dit is geen bestand van BeSt")
        self._width = len(found)
        self._pick = itemgetter(*(found.index(name) if name in found else self._width for name in COLUMNS))
        self._tally, self._beside, self._wanted = tally, beside, wanted
        self._oddities = Oddities(tally)
        self._status = Values[str, int](self._oddities, _status, UNKNOWN_STATUS)
        self._postcode = Values[str, int | None](self._oddities, postcode, BAD_POSTCODE, lambda text: None)
        self._areas: dict[tuple[str, ...], int] = {}
        """NIS code by all columns that say where it is."""
        self._streets: dict[tuple[str, ...], int] = {}

    def addresses(self, lines: list[str]) -> list[Row]:
        """Of the wanted municipalities."""
        self._tally.read += len(lines)
        made = self._oddities.rows(list(self._split(lines)), self._convert)
        kept = [row for row in made if row]
        self._tally.elsewhere += len(made) - len(kept)
        return kept

    def _split(self, lines: list[str]) -> Iterator[Sequence[str]]:
        """The columns that are used; "" for one that is not there."""
        rows = list(csv.reader(lines))
        if len(rows) != len(lines):  # a quote that does not close takes the lines after it along
            rows = [next(csv.reader([line]), []) for line in lines]
        for row in rows:
            if len(row) == self._width:
                row.append("")
                yield self._pick(row)
            else:
                self._tally.note(WRONG_COLUMNS, row[0] if row else "")

    def _convert(self, row: Sequence[str]) -> Row:
        """A row of `address`, or () for one of elsewhere. A box has its own id as parent (see `addresses`)."""
        address, house, box, status, post, street, x, y, names, area = *row[:8], row[8:11], tuple(row[11:])
        state, code = self._status[status], self._postcode[post]
        nis = self._areas.get(area) or self._learn(area, code)
        if code and state != Status.GEHISTOREERD:
            self._beside.postcodes.add((code, nis))
        if self._wanted is not None and nis not in self._wanted:
            return ()
        if not house.strip():
            raise OddValueError(NO_HOUSE_NUMBER)
        id, version = identifier(address)
        key = (street, *names)
        at = self._streets.get(key)
        if at is None:
            at = self._streets[key] = self._beside.street(street, nis, *names)
        bus = box.strip() or None
        place = self._metres(x), self._metres(y)
        return id, at, house.strip(), bus, code, state, id if bus else None, version, None, None, 1, *place

    def _learn(self, area: tuple[str, ...], code: int | None) -> int:
        """Names of a municipality and of a postcode."""
        nis = self._areas[area] = self._beside.municipality(*area[:4])
        for name, language in zip(area[5:], ("nl", "fr"), strict=True):
            if code and name.strip():
                self._beside.postal_names.add((code, name.strip(), language))
        return nis

    def _metres(self, text: str) -> float | None:
        try:
            return float(text) if text else None
        except ValueError:
            self._oddities.let(UNKNOWN_CODE)
            return None


def load_best(job: Job) -> None:
    """Fill all tables that the file has something for.

    Raises:
        Rejected: `address_archive_broken`.
    """
    file, beside = best_file(job.download) or "", Beside()
    with job.counted("address") as tally, job.download.open(file) as source:
        job.note_file(file)
        loader = Loader(job.db, "address", tally)
        pieces = _pieces(source, tally, lambda read: job.tell("address", read))
        header, *first = next(pieces, [""])
        reading = Reading(header, tally, beside, job.wanted)
        for lines in chain([first], pieces):
            loader.add(reading.addresses(lines))
        loader.close()
    beside.save(job)


def identifier(text: str) -> tuple[int, str | None]:
    """Object id and version.

    Raises:
        ValueError: it is neither a URI of the register nor a number.
    """
    match = _ID.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise ValueError("no id")
    return int(match[1]), match[2]


def _named(names: Sequence[str]) -> tuple[str | None, ...]:
    """Dutch, French, German; the first that there is where there is no Dutch."""
    given = [name.strip() or None for name in names]
    first = given[0] or given[1] or given[2]
    if first is None:
        raise OddValueError(NO_NAME)
    return first, given[1], given[2]


def _status(word: str) -> int:
    if word not in STATUSES:
        raise ValueError("unknown status")
    return int(STATUSES[word])


def _pieces(source: IO[bytes], tally: Tally, tick: Callable[[int], None]) -> Iterator[list[str]]:
    """Whole lines, about a megabyte at a time."""
    rest = source.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
    while piece := source.read(PIECE):
        tick(len(piece))
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise NotDbfError("een regel van meer dan 64 kB; dit is geen bestand van BeSt")
        if lines:
            yield _decoded(lines, tally)
    if rest:
        yield _decoded([rest], tally)


def _decoded(lines: list[bytes], tally: Tally) -> list[str]:
    try:
        texts = b"\n".join(lines).decode()
    except UnicodeDecodeError:
        texts = b"\n".join(lines).decode(errors="replace")
        tally.note(BAD_TEXT, count=sum("\ufffd" in line for line in texts.split("\n")))
    return [line.rstrip("\r") for line in texts.split("\n") if line and line != "\r"]
