"""What must be in the replica, by an independent reader (DuckDB over the CSV files), and what is in it, by a plain one.

Rows are tuples of the register's own text, without its dots in numbers; "" and NULL are equal. Tables are multisets.
"""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any
from zipfile import ZipFile

import duckdb

TABLES = ("code", "enterprise", "establishment", "branch", "denomination", "address", "contact", "activity")
IN_FILE = {
    "entities": ("code", "enterprise", "establishment", "branch", "denomination"),
    "addresses": ("address", "contact", "place", "seat"),
    "activities": ("activity", "syndic"),
}
MANY = ("denomination", "address", "contact")
_FILE = {table: file for file, tables in IN_FILE.items() for table in tables}
_NUMBERS = {"enterprise": (0,), "establishment": (0, 2), "branch": (0, 2), "code": ()}
_READ = "read_csv('{file}', all_varchar=true, header=true, delim=',', quote='\"', escape='\"', parallel=false)"

Rows = Counter[tuple[str, ...]]


def expected(archive: Path, member: str) -> Rows:
    """The rows of a CSV file of an extract (a zip or a folder)."""
    return _plain(_query(archive, f"SELECT * FROM {{{member}}}"), member)


def expected_register(archive: Path) -> dict[str, Rows]:
    """All tables of a Full."""
    return {table: expected(archive, table) for table in TABLES}


def expected_seats(archive: Path) -> Rows:
    """Form, postcode of the seat ("" abroad) and number of who has TypeOfEnterprise 2."""
    return Counter(
        _query(
            archive,
            """
            SELECT coalesce(JuridicalForm, ''),
                   coalesce(CASE WHEN coalesce(CountryNL, CountryFR, '') = '' THEN Zipcode END, ''),
                   replace(EnterpriseNumber, '.', '')
            FROM {enterprise} LEFT JOIN {address} ON EntityNumber = EnterpriseNumber AND TypeOfAddress = 'REGO'
            WHERE TypeOfEnterprise = '2'
            """,
        )
    )


def expected_syndics(archive: Path) -> Rows:
    """Who has NACE-BEL 2025 68321, or a code of seven digits below it."""
    return Counter(
        _query(
            archive,
            "SELECT DISTINCT replace(EntityNumber, '.', '') FROM {activity} "
            "WHERE NaceVersion = '2025' AND NaceCode LIKE '68321%'",
        )
    )


def expected_places(archive: Path) -> set[tuple[str, ...]]:
    """Postcode and number of the legal persons, and of their units, that have a street in the country."""
    return set(
        _query(
            archive,
            """
            WITH unit AS (SELECT EstablishmentNumber AS number, EnterpriseNumber AS owner FROM {establishment}
                          UNION ALL SELECT Id, EnterpriseNumber FROM {branch}),
                 legal AS (SELECT EnterpriseNumber AS number FROM {enterprise} WHERE TypeOfEnterprise = '2')
            SELECT Zipcode, replace(EntityNumber, '.', '')
            FROM {address} LEFT JOIN unit ON unit.number = EntityNumber
            WHERE coalesce(unit.owner, EntityNumber) IN (SELECT number FROM legal)
              AND coalesce(CountryNL, CountryFR, '') = '' AND coalesce(Zipcode, '') <> ''
              AND (coalesce(StreetNL, '') <> '' OR coalesce(StreetFR, '') <> '')
            """,
        )
    )


def found(replica: Path, table: str) -> Rows:
    """The rows of a table of the replica."""
    with closing(_open(replica, _FILE[table])) as db:
        if table == "activity":
            return Counter(_activities(db))
        rows = db.execute(f"SELECT * FROM {table}").fetchall()
    if table in MANY:
        rows = [(row[0] >> 12, *row[1:]) for row in rows]
    return Counter(tuple("" if value is None else _text(value) for value in row) for row in rows)


def found_register(replica: Path) -> dict[str, Rows]:
    """All tables of the register."""
    return {table: found(replica, table) for table in TABLES}


def found_words(replica: Path) -> Rows:
    """Which words the names of which entities have, and how many names have a word."""
    with closing(_open(replica, "search")) as db:
        db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, name, instance)")
        rows = db.execute("SELECT term, doc >> 12 FROM temp.terms").fetchall()
        words = db.execute("SELECT word, names FROM word").fetchall()
        endings = db.execute("SELECT word, 0 FROM ending").fetchall()
    return Counter(
        (table, str(one), str(other))
        for table, part in zip("twe", (rows, words, endings), strict=True)
        for one, other in part
    )


def derived(replica: Path) -> dict[str, Rows]:
    """All that follows from the register's own tables."""
    return {**{table: found(replica, table) for table in ("place", "seat", "syndic")}, "words": found_words(replica)}


def _query(archive: Path, query: str) -> list[tuple[str, ...]]:
    """Answer of DuckDB; `{table}` stands for the CSV file of that name."""
    members = {member for _, member, _, _ in Formatter().parse(query) if member}
    with tempfile.TemporaryDirectory() as place:
        folder = archive
        if not archive.is_dir():
            folder = Path(place)
            with ZipFile(archive) as file:
                file.extractall(folder, [f"{member}.csv" for member in members])
        reads = {member: _READ.format(file=folder / f"{member}.csv") for member in members}
        return _duckdb().execute(query.format_map(reads)).fetchall()


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def _plain(rows: Iterable[tuple[Any, ...]], member: str) -> Rows:
    numbers = _NUMBERS.get(member.partition("_")[0], (0,))
    return Counter(
        tuple((value or "").replace(".", "") if at in numbers else value or "" for at, value in enumerate(row))
        for row in rows
    )


def _activities(db: sqlite3.Connection) -> Iterator[tuple[str, ...]]:
    kinds = {row[0]: tuple(value or "" for value in row[1:]) for row in db.execute("SELECT * FROM kind")}
    for entity, blob in db.execute("SELECT entity, kinds FROM activity"):
        for (kind,) in struct.iter_unpack("<I", blob):
            yield _text(entity), *kinds[kind]


def _text(value: str | int) -> str:
    return f"{value:010d}" if isinstance(value, int) else value


def _open(replica: Path, file: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{(replica / f'{file}.db').as_uri()}?mode=ro&immutable=1", uri=True)
