"""Adres.dbf with the positions of Adres.shp: by far the largest table (3.7 million rows of 620 bytes)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import compress, repeat
from operator import itemgetter
from typing import IO

from services.address.domain.model import Status
from services.address.register.dbf import PADDING, Layout, Piece, Raw
from services.address.register.job import Job
from services.address.register.loading import Loader
from services.address.register.tally import BAD_NUMBER, NO_HOUSE_NUMBER, NO_POSITIONS, UNKNOWN_STREET, Tally
from services.address.register.values import (
    Oddities,
    OddValueError,
    Row,
    Values,
    methods,
    number,
    officials,
    postcode,
    postcodes,
    specifications,
    statuses,
    texts,
    version,
)

FILE, POSITIONS = "adres.dbf", "adres.shp"
COLUMNS = (
    "adresid", "versieid", "posspec", "posgeommet", "straatnmid", "huisnr", "busnr", "postcode", "status",
    "offtoegknd",
)  # fmt: skip
REQUIRED = ("adresid", "straatnmid", "huisnr", "busnr", "postcode", "gemeenteid", "status")
_VALID = {status.code.lower().encode() for status in Status if status.valid}

Point = tuple[float | None, float | None]
Placed = tuple[Raw, Point]
_NOWHERE: Point = (None, None)
_STREET = itemgetter(1)


class AddressLoader:
    """Use `load_addresses`.

    Args:
        streets: of the wanted municipalities.
        elsewhere: all others of the download.
    """

    def __init__(self, job: Job, tally: Tally, streets: set[int], elsewhere: set[int]) -> None:
        self._job, self._tally = job, tally
        self._streets, self._elsewhere = streets, elsewhere
        self._oddities = Oddities(tally)
        self._seen: set[Raw] = set()
        """What there is of postcode, municipality, status."""
        self._nis = {b"%05d" % nis for nis in job.wanted or ()} | {b""}
        """Wanted; where it is empty the street says it."""
        self.kept: set[int] = set()
        """Ids, when only some municipalities are wanted."""

    def load(self) -> None:
        """The whole file."""
        job = self._job
        loader = Loader(job.db, "address", self._tally)
        with ExitStack() as stack:
            table = stack.enter_context(job.dbf(FILE, self._tally))
            points = Points(job, stack, table.count, self._tally)
            layout = table.layout(*COLUMNS, required=REQUIRED)
            places = table.layout("postcode", "gemeenteid", "status")
            nis = table.layout("gemeenteid")
            convert = _converter(self._oddities, texts(self._oddities, table))
            for piece in table.pieces():
                self._seen.update(places(piece))
                at = points.take(piece.count)
                rows = self._oddities.rows(self._select(piece, layout, nis, at), convert, _id)
                loader.add(self._known(rows))
        loader.close()
        self._save_postcodes()

    def _select(self, piece: Piece, layout: Layout, nis: Layout, points: Iterable[Point]) -> list[Placed]:
        """Records that may be wanted, each with its position."""
        rows: Iterable[Placed] = zip(layout(piece), points, strict=True)
        if piece.live is not None:
            rows = compress(rows, piece.live)
        if self._job.wanted is not None:
            codes = nis.column(piece)
            wanted = {code: code.strip(PADDING) in self._nis for code in set(codes)}
            if not any(wanted.values()):
                self._tally.elsewhere += piece.kept
                return []
            chosen = [wanted[code] for code in (codes if piece.live is None else compress(codes, piece.live))]
            self._tally.elsewhere += piece.kept - sum(chosen)
            rows = compress(rows, chosen)
        return list(rows)

    def _known(self, rows: list[Row]) -> list[Row]:
        """Those of which the street is there."""
        if not self._streets.issuperset(map(_STREET, rows)):
            rows = list(self._of_streets(rows))
        if self._job.wanted is not None:
            self.kept.update(row[0] for row in rows)
        return rows

    def _of_streets(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if row[1] in self._streets:
                yield row
            elif row[1] in self._elsewhere:
                self._tally.elsewhere += 1
            else:
                self._tally.note(UNKNOWN_STREET, row[0])

    def _save_postcodes(self) -> None:
        """Which postcode is in which municipality, over the whole download."""
        insert = "INSERT OR IGNORE INTO postcode SELECT ?1, nis FROM municipality WHERE nis = ?2"
        for raw in self._seen:
            code, nis, status = (field.strip(PADDING).decode("ascii", "replace") for field in raw)
            if code.isdecimal() and nis.isdecimal() and status.lower().encode() in _VALID:
                self._job.db.execute(insert, (postcode(code), int(nis)))


class Points:
    """Positions in the order of the records: points of the shape file, which are all of one size.

    Without that file, or when it does not fit, all addresses are without.
    """

    HEADER, RECORD = 100, struct.Struct("<8xidd")
    POINT = 1

    def __init__(self, job: Job, stack: ExitStack, count: int, tally: Tally) -> None:
        self._source: IO[bytes] | None = None
        if POSITIONS not in job.download:
            return
        if job.download.size(POSITIONS) != self.HEADER + count * self.RECORD.size:
            tally.note(NO_POSITIONS)
            return
        self._source = stack.enter_context(job.download.open(POSITIONS))
        self._source.read(self.HEADER)
        job.note_file(POSITIONS)

    def take(self, count: int) -> Iterable[Point]:
        """The next ones, metres in Lambert 72; (None, None) where there is none."""
        if self._source is None:
            return repeat(_NOWHERE, count)
        data = self._source.read(count * self.RECORD.size)
        return ((x, y) if kind == self.POINT and x else _NOWHERE for kind, x, y in self.RECORD.iter_unpack(data))


def load_addresses(job: Job, streets: set[int], elsewhere: set[int]) -> set[int]:
    """Fill `address` and `postcode`; ids of what was kept, when only some municipalities are wanted."""
    with job.counted("address") as tally:
        loader = AddressLoader(job, tally, streets, elsewhere)
        loader.load()
    return loader.kept


def _id(placed: Placed) -> bytes:
    return placed[0][0]


def _converter(oddities: Oddities, text: dict[bytes, str | None]) -> Callable[[Placed], Row]:
    """Record to row of `address`.

    A box gets its own id as parent, until `deriving` finds the real one: that takes as many bytes, so that the pages
    need not be split.
    """
    streets = Values[bytes, int](oddities, number, BAD_NUMBER)
    status, code, official = statuses(oddities), postcodes(oddities), officials(oddities)
    method, specification = methods(oddities), specifications(oddities)

    def convert(placed: Placed) -> Row:
        (raw, versie, spec, meth, street, huisnr, busnr, post, state, toegekend), (x, y) = placed
        if (house := text[huisnr]) is None:
            raise OddValueError(NO_HOUSE_NUMBER)
        id, bus = number(raw), text[busnr]
        return (
            id, streets[street], house, bus, code[post], status[state], id if bus else None, version(versie),
            method[meth], specification[spec], official[toegekend], x, y,
        )  # fmt: skip

    return convert
