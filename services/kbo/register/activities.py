"""The largest table by far (36 million rows): an entity's activities are one row, a list of numbers of kinds.

There are some ten thousand kinds of activity, so what follows the entity's number in a line is looked up whole, as
bytes. A kind is parsed only when it is met for the first time.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter, lt
from typing import IO, TypeAlias

from loketbus.bulk import Bulk
from services.kbo.domain.organisation import is_syndic
from services.kbo.register.dialect import Reader, Row, Tick, pieces
from services.kbo.register.loading import DIGITS, number
from services.kbo.register.tables import ACTIVITY
from services.kbo.register.tally import BAD_NUMBER, DUPLICATE, Tally

HEAD = 15
"""Bytes up to and with the comma after an enterprise's quoted number; up to that comma for an establishment's."""
_HEAD = itemgetter(slice(0, HEAD))
_TAIL = itemgetter(slice(HEAD, None))
_FIELD = rb'(?:"([^"\r\n]*)"|([^",\r\n]*))'
_COLUMNS = re.compile(rb",".join([_FIELD] * 4) + rb"\r?")
_PUNCTUATION = b'".,'

Kind = tuple[str, str, str, str]
"""Group, version of NACE, code, classification."""
Ids: TypeAlias = "array[int]"
"""Kinds in the order of the file."""


class OddLine(Exception):
    """This piece is not as published; it takes a real CSV reader."""


class Kinds:
    """Numbers of kinds, and which of them make a professional syndic."""

    def __init__(self, known: Iterable[tuple[int, str | None, str | None, str | None, str | None]] = ()) -> None:
        self._ids: dict[Kind, int] = {}
        self.syndic: set[int] = set()
        for _, *kind in sorted(known):
            group, version, nace, classification = (text or "" for text in kind)
            self.id((group, version, nace, classification))

    def id(self, kind: Kind) -> int:
        """Its number; a new one for a new kind."""
        found = self._ids.get(kind)
        if found is None:
            found = self._ids[kind] = len(self._ids)
            if is_syndic(kind[1], kind[2]):
                self.syndic.add(found)
        return found

    def save(self, db: sqlite3.Connection) -> None:
        """Those that are new."""
        rows = ((at, *kind) for kind, at in self._ids.items())
        insert = "INSERT OR IGNORE INTO kind VALUES(?,NULLIF(?,''),NULLIF(?,''),NULLIF(?,''),NULLIF(?,''))"
        db.executemany(insert, rows)


class Tails(dict[bytes, int]):
    """Number of a kind by the bytes of a line that follow the entity; `OddLine` for what is not as published."""

    def __init__(self, kinds: Kinds, lead: bytes) -> None:
        self._kinds, self._lead = kinds, lead

    def __missing__(self, tail: bytes) -> int:
        match = _COLUMNS.fullmatch(tail, len(self._lead)) if tail.startswith(self._lead) else None
        if match is None:
            raise OddLine
        parts = match.groups(default=b"")
        group, version, nace, classification = ((parts[at] or parts[at + 1]).decode() for at in range(0, 8, 2))
        self[tail] = found = self._kinds.id((group, version, nace, classification))
        return found


class ActivityLoader:
    """Adds activities of entities; also to a table that is not empty. `close` writes the last entity and the kinds."""

    def __init__(self, db: sqlite3.Connection, tally: Tally) -> None:
        self._db, self._tally = db, tally
        self._bulk = Bulk(db, "INSERT INTO activity VALUES(?,?)")
        self._kinds = Kinds(db.execute("SELECT * FROM kind"))
        self._enterprises, self._units = Tails(self._kinds, b""), Tails(self._kinds, b",")
        self._highest: int = db.execute("SELECT coalesce(max(entity), 0) FROM activity").fetchone()[0]
        self._entity, self._ids = 0, _ids()
        """Whose rows are coming."""

    def load(self, source: IO[bytes], tick: Tick) -> None:
        """A whole CSV file."""
        reader = Reader(ACTIVITY.columns, self._tally)
        for piece in self._headed(source, reader, tick):
            lines = [] if reader.amid or not reader.plain else piece.split(b"\n")
            try:
                found = self._groups(lines) if lines else None
            except (OddLine, UnicodeDecodeError):
                found = None
            if found is None:
                self.add(reader.read(piece))
            else:
                self._tally.read += len(lines)
                self._take(found)
        self.add(reader.read(b"", final=True))

    def add(self, rows: list[Row]) -> None:
        """Rows that a CSV reader read."""
        found: list[tuple[int, Ids]] = []
        for text, group, version, nace, classification in rows:
            entity = number(text)
            if not entity:
                self._tally.note(BAD_NUMBER, text)
                continue
            kind = self._kinds.id((group, version, nace, classification))
            if not found or found[-1][0] != entity:
                found.append((entity, _ids()))
            found[-1][1].append(kind)
        self._take(found)

    def close(self) -> None:
        """Nothing follows."""
        self._write([(self._entity, self._ids)] if self._entity else [])
        self._entity = 0
        self._kinds.save(self._db)

    def _headed(self, source: IO[bytes], reader: Reader, tick: Tick) -> Iterator[bytes]:
        """Pieces without the header, which the reader gets."""
        for nth, piece in enumerate(pieces(source, tick)):
            if nth:
                yield piece
            else:
                header, _, rest = piece.partition(b"\n")
                reader.header(header.decode(errors="replace"))
                yield rest

    def _groups(self, lines: list[bytes]) -> list[tuple[int, Ids]]:
        """Entities with their kinds, out of lines as published."""
        if not lines[-1]:
            lines.pop()
        enterprises, units = self._enterprises.__getitem__, self._units.__getitem__
        found: list[tuple[int, Ids]] = []
        for head, group in groupby(lines, _HEAD):
            digits = head.translate(None, _PUNCTUATION)
            if len(digits) != DIGITS or not digits.isdigit():
                raise OddLine
            look = enterprises if head.endswith(b",") else units
            found.append((int(digits), array("I", map(look, map(_TAIL, group)))))
        return found

    def _take(self, found: list[tuple[int, Ids]]) -> None:
        """Keep the last entity back: its rows may go on in the next piece."""
        if not found:
            return
        if found[0][0] == self._entity:
            found[0] = (self._entity, self._ids + found[0][1])
        elif self._entity:
            found.insert(0, (self._entity, self._ids))
        self._entity, self._ids = found.pop()
        self._write(found)

    def _write(self, found: list[tuple[int, Ids]]) -> None:
        if not found:
            return
        entities = [entity for entity, _ in found]
        if entities[0] > self._highest and all(map(lt, entities, islice(entities, 1, None))):
            self._bulk.add([(entity, self._once(entity, ids)) for entity, ids in found])
        else:
            for entity, ids in found:
                self._write_late(entity, ids)
        self._highest = max(self._highest, *entities)

    def _once(self, entity: int, ids: Ids) -> bytes:
        """What is kept of them: each kind once."""
        kinds = set(ids)
        if len(kinds) < len(ids):
            self._tally.note(DUPLICATE, entity, len(ids) - len(kinds))
            ids = array("I", dict.fromkeys(ids))
        if not self._kinds.syndic.isdisjoint(kinds):
            self._db.execute("INSERT OR IGNORE INTO syndic VALUES(?)", (entity,))
        self._tally.kept += len(ids)
        return ids.tobytes()

    def _write_late(self, entity: int, ids: Ids) -> None:
        """For an entity that may be there already."""
        known = self._db.execute("SELECT kinds FROM activity WHERE entity = ?", (entity,)).fetchone()
        before = array("I", known[0] if known else b"")
        kept = self._once(entity, before + ids)
        self._tally.kept -= len(before)
        self._db.execute("INSERT OR REPLACE INTO activity VALUES(?,?)", (entity, kept))


def _ids() -> Ids:
    return array("I")


def delete_activities(db: sqlite3.Connection, entity: int) -> int:
    """Remove an entity's activities; how many rows of the CSV that were."""
    known = db.execute("SELECT kinds FROM activity WHERE entity = ?", (entity,)).fetchone()
    db.execute("DELETE FROM activity WHERE entity = ?", (entity,))
    db.execute("DELETE FROM syndic WHERE entity = ?", (entity,))
    return len(known[0]) // array("I").itemsize if known else 0
