"""Rows of an extract into tables of the replica: in bulk while they come sorted and unique, else one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter, lt
from typing import Any, Protocol

from loketbus.bulk import Bulk
from services.kbo.register.dialect import Row
from services.kbo.register.schema import ROW_BITS
from services.kbo.register.tables import Table
from services.kbo.register.tally import BAD_NUMBER, DUPLICATE, REPLACED, TOO_MANY, Tally

ROWS = 1 << ROW_BITS
DIGITS = 10
_FIRST = itemgetter(0)

Batches = Iterable[list[Row]]


class Loader(Protocol):
    """Adds rows to one table. Also to a table that is not empty."""

    def add(self, rows: list[Row]) -> None:
        """In the order of the file."""
        ...


def number(text: str) -> int:
    """A number of the register with its dots, as an integer; 0 for what is none."""
    digits = text.replace(".", "")
    return int(digits) if len(digits) == DIGITS and digits.isdecimal() and digits.isascii() else 0


def numbers(texts: list[str]) -> list[int]:
    """`number` of each, at once: it is half of the work on a row."""
    joined = "\n".join(texts).replace(".", "")
    digits = joined.split("\n")
    plain = joined.isascii() and set(map(len, digits)) == {DIGITS} and "".join(digits).isdecimal()
    return list(map(int, digits)) if plain and len(digits) == len(texts) else list(map(number, texts))


def loader(db: sqlite3.Connection, table: Table, tally: Tally) -> Loader:
    """For this table."""
    return Singles(db, table, tally) if table.single else Groups(db, table, tally)


class Singles:
    """A table with one row per number: the last one counts."""

    def __init__(self, db: sqlite3.Connection, table: Table, tally: Tally) -> None:
        self._db, self._table, self._tally = db, table, tally
        self._bulk = Bulk(db, table.insert)
        self._highest: int = db.execute(f"SELECT coalesce(max(number), 0) FROM {table.name}").fetchone()[0]  # noqa: S608
        self._known = f"SELECT * FROM {table.name} WHERE number = ?"  # noqa: S608 - names of our own
        self._forget = f"DELETE FROM {table.name} WHERE number = ?"  # noqa: S608

    def add(self, rows: list[Row]) -> None:
        """In the order of the file."""
        read = self._numbered(rows)
        keys = list(map(_FIRST, read))
        if not keys:
            return
        if keys[0] > self._highest and all(map(lt, keys, islice(keys, 1, None))):
            self._bulk.add(read)
            self._tally.kept += len(read)
        else:
            for row in read:
                self._add_one(row)
        self._highest = max(self._highest, *keys)

    def _numbered(self, rows: list[Row]) -> list[list[Any]]:
        """With integers for numbers; without the rows that have none."""
        made: list[list[Any]] = [*rows]
        for at in self._table.numbers:
            for row, value in zip(made, numbers([row[at] for row in made]), strict=True):
                row[at] = value
        if all(all(map(itemgetter(at), made)) for at in self._table.numbers):
            return made
        return [row for row in made if self._numbers_there(row)]

    def _numbers_there(self, row: list[Any]) -> bool:
        found = [row[at] for at in self._table.numbers if row[at]]
        if len(found) < len(self._table.numbers):
            self._tally.note(BAD_NUMBER, found[0] if found else "")
            return False
        return True

    def _add_one(self, row: list[Any]) -> None:
        known = self._db.execute(self._known, row[:1]).fetchone()
        if known is None:
            self._tally.kept += 1
        else:
            same = known == tuple(value or None for value in row)
            self._tally.note(DUPLICATE if same else REPLACED, row[0])
            self._db.execute(self._forget, row[:1])
        self._db.execute(self._table.insert, row)


class Groups:
    """A table with several rows per entity, which get rowids side by side; exact duplicates are dropped.

    Of rows that agree in the columns of `Table.distinct` the last one counts.
    """

    def __init__(self, db: sqlite3.Connection, table: Table, tally: Tally) -> None:
        self._db, self._table, self._tally = db, table, tally
        self._bulk = Bulk(db, table.insert)
        last: int = db.execute(f"SELECT coalesce(max(id), 0) FROM {table.name}").fetchone()[0]  # noqa: S608
        self._highest = last >> ROW_BITS
        self._entity = 0
        """Whose rows are coming; the highest so far. 0 when it had rows before."""
        self._row: list[Any] = []
        """Its newest row that was kept."""
        self._tails: set[tuple[str, ...]] = set()
        """What tells its rows apart, without number; made when there is a second row."""
        self._replaces = table.distinct is not None
        self._apart = slice(1, table.distinct)
        self._known = f"SELECT * FROM {table.name} WHERE id BETWEEN ? AND ?"  # noqa: S608 - names of our own
        self._forget = f"DELETE FROM {table.name} WHERE id = ?"  # noqa: S608

    def add(self, rows: list[Row]) -> None:
        """In the order of the file."""
        made: list[list[Any]] = [*rows]
        late: list[tuple[int, list[Any]]] = []
        dropped = 0
        for row, entity in zip(made, numbers(list(map(_FIRST, rows))), strict=True):
            if entity > self._highest:
                self._entity = self._highest = entity
                row[0] = entity << ROW_BITS
                self._row = row
                self._tails.clear()
            elif not self._follows(row, entity, late):
                row[0] = None
                dropped += 1
        ready = [row for row in made if row[0] is not None] if dropped else made
        self._bulk.add(ready)
        self._tally.kept += len(ready)
        for entity, row in late:
            self._add_late(entity, row)

    def _follows(self, row: list[Any], entity: int, late: list[tuple[int, list[Any]]]) -> bool:
        """It is one more row of the entity at hand; one that may have to do with an earlier row is kept for later."""
        if not entity:
            self._tally.note(BAD_NUMBER, row[0])
        elif entity != self._entity:
            late.append((entity, row))
        else:
            return self._next(row, late)
        return False

    def _next(self, row: list[Any], late: list[tuple[int, list[Any]]]) -> bool:
        tail = tuple(row[self._apart])
        if not self._tails:
            self._tails.add(tuple(self._row[self._apart]))
        if tail in self._tails and self._replaces:
            late.append((self._entity, row))
            return False
        if tail in self._tails:
            self._tally.note(DUPLICATE, row[0])
            return False
        if len(self._tails) == ROWS:
            self._tally.note(TOO_MANY, row[0])
            return False
        self._tails.add(tail)
        row[0] = self._row[0] + 1
        self._row = row
        return True

    def _add_late(self, entity: int, row: list[Any]) -> None:
        """A row of an entity that may have rows already."""
        first = entity << ROW_BITS
        known = self._db.execute(self._known, (first, first + ROWS - 1)).fetchall()
        mine = _stored(row)[self._apart]
        alike = next((other for other in known if _stored(other)[self._apart] == mine), None)
        if alike is not None:
            self._add_again(row, alike)
        elif known and known[-1][0] == first + ROWS - 1:
            self._tally.note(TOO_MANY, entity)
        else:
            row[0] = known[-1][0] + 1 if known else first
            self._db.execute(self._table.insert, row)
            self._tally.kept += 1

    def _add_again(self, row: list[Any], alike: tuple[Any, ...]) -> None:
        """In the place of the row that it is like."""
        row[0] = alike[0]
        same = _stored(row) == _stored(alike)
        self._tally.note(DUPLICATE if same else REPLACED, row[0] >> ROW_BITS)
        if not same:
            self._db.execute(self._forget, row[:1])
            self._db.execute(self._table.insert, row)


def _stored(row: Sequence[Any]) -> tuple[Any, ...]:
    """With NULL for "", for what was read and what was stored to be compared."""
    return tuple(value or None for value in row)


def delete(db: sqlite3.Connection, table: Table, batches: Batches, tally: Tally) -> Iterator[int]:
    """Remove all rows of these numbers; the numbers, for who must do more."""
    where = "number = ?1" if table.single else f"id BETWEEN ?1 << {ROW_BITS} AND (?1 << {ROW_BITS}) + {ROWS - 1}"
    statement = f"DELETE FROM {table.name} WHERE {where}"  # noqa: S608 - names of our own
    for batch in batches:
        tally.keys += len(batch)
        for (text,) in batch:
            entity = number(text)
            if entity:
                tally.deleted += db.execute(statement, (entity,)).rowcount
                yield entity
            else:
                tally.note(BAD_NUMBER, text)
