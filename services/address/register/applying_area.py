"""Which part of the register the replica keeps, as the change feed sees it: NIS codes, also after a merger."""

from __future__ import annotations

import sqlite3

from services.address.domain.feed_events import REGISTERS, Register
from services.address.register.state import nis_of

NIS = "nis"
LATE = "feed_late"
"""`meta`: NIS codes that are kept since a merger, of which older events are read again."""
_START, _AGAIN = "feed_start:", "feed_again:"


class Area:
    """The kept municipalities of one replica; read once per transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        codes = nis_of(meta(db, NIS) or "all")
        self.kept = None if codes is None else {int(code) for code in codes}
        self._late = _numbers(meta(db, LATE))

    def has(self, nis: int | None) -> bool:
        """Is this municipality kept?"""
        return self.kept is None or nis in self.kept

    def touches(self, nis: frozenset[int]) -> bool:
        """Is one of these kept?"""
        return self.kept is None or not self.kept.isdisjoint(nis)

    def counts(self, register: str, event: int, nis: frozenset[int]) -> bool:
        """False for an event that counted before a merger made that its register is read again."""
        return event > again_until(self._db, register) or not self._late.isdisjoint(nis)

    def merged(self, old: int, new: int) -> bool:
        """The municipality `old` went up in `new`, which is kept from now on if the old was. True: that is new.

        All registers but that of municipalities are then read again from where they began, for events about the new
        municipality: streets and addresses are proposed for it long before the day of the merger.
        """
        if self.kept is None or old not in self.kept or new in self.kept:
            return False
        self.kept.add(new)
        set_meta(self._db, NIS, ",".join(f"{nis:05d}" for nis in sorted(self.kept)))
        reading = self._db.execute(f"SELECT 1 FROM meta WHERE name GLOB '{_AGAIN}*'").fetchone()  # noqa: S608
        self._late = {*(self._late if reading else ()), new}
        set_meta(self._db, LATE, " ".join(map(str, sorted(self._late))))
        self._read_again()
        return True

    def _read_again(self) -> None:
        for register, event in self._db.execute(
            "SELECT register, event FROM feed WHERE register <> 'gemeenten'"
        ).fetchall():
            if (start := started(self._db, register)) is None:
                continue
            set_meta(self._db, _AGAIN + register, str(max(event, again_until(self._db, register))))
            self._db.execute("UPDATE feed SET page = ?, event = ? WHERE register = ?", (*start, register))


def begin(db: sqlite3.Connection, register: str, page: int, event: int) -> None:
    """Where a register is read from; kept, since a merger makes it begin there again."""
    begun = db.execute("UPDATE feed SET page = ?, event = ? WHERE register = ? AND page = 0", (page, event, register))
    if begun.rowcount == 1:
        set_meta(db, _START + register, f"{page} {event}")


def again_until(db: sqlite3.Connection, register: str) -> int:
    """Events up to this one counted before; 0 when nothing is read again."""
    return int(meta(db, _AGAIN + register) or 0)


def read_again(db: sqlite3.Connection) -> frozenset[Register]:
    """Registers that are not yet where they were."""
    return frozenset(register for register in REGISTERS if again_until(db, register))


def caught_up(db: sqlite3.Connection, register: str, event: int) -> None:
    """The register was read up to `event`."""
    if 0 < again_until(db, register) <= event:
        forget_meta(db, _AGAIN + register)


def started(db: sqlite3.Connection, register: str) -> tuple[int, int] | None:
    """Page and event at which a register was begun."""
    found = (meta(db, _START + register) or "").split()
    return (int(found[0]), int(found[1])) if len(found) == 2 else None


def meta(db: sqlite3.Connection, name: str) -> str | None:
    """A value of `meta`; None when it is not there."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(db: sqlite3.Connection, name: str, value: str) -> None:
    """Write it."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def forget_meta(db: sqlite3.Connection, name: str) -> None:
    """Remove it."""
    db.execute("DELETE FROM meta WHERE name = ?", (name,))


def _numbers(text: str | None) -> set[int]:
    return {int(part) for part in (text or "").split()}
