"""What each kind of event does to the replica: kept or left aside, waiting, and which addresses it touches."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from services.address.domain.feed_attributes import Kind
from services.address.domain.feed_events import Change, Transform, Unreadable, read
from services.address.register import applying_rows as rows
from services.address.register import applying_trouble as trouble
from services.address.register import applying_waiting as waiting
from services.address.register.applying_area import Area
from services.address.register.deriving import derive_addresses, derive_places, derive_street
from services.address.register.deriving_names import VALID
from services.address.register.parcels import parcel_id

Place = tuple[int, str, str | None]
"""Street, house number and box of an address."""
_POSTCODE_OF = f"""
INSERT OR IGNORE INTO postcode SELECT a.postcode, s.nis FROM address a JOIN street s ON s.id = a.street
WHERE a.id = ? AND a.postcode IS NOT NULL AND a.status IN {VALID}
"""  # noqa: S608 - numbers of our own
_DECIDES_PARENT = frozenset({"street", "house", "box", "status"})
_ATTRIBUTES: Mapping[str, str] = {"method": "positie.methode", "specification": "positie.specificatie"}


class Work:
    """The events of one page on their way into the replica, in the caller's transaction."""

    def __init__(self, db: sqlite3.Connection, register: str, now: datetime | None = None) -> None:
        self._db, self._register, self._now = db, register, now
        self.area = Area(db)
        self.tally: Counter[str] = Counter()
        """`applied`, `skipped` (outside what is kept), `troubled`, `parked`, `held`, `waiting`, `drift`."""
        self.touched: set[int] = set()
        self._streets: set[int] = set()
        self._renamed: set[int] = set()
        self._places = False
        self._by_kind: Mapping[Kind, Callable[[Change], str]] = {
            "municipality": self._municipality,
            "postal": self._postal,
            "street": self._street,
            "address": self._address,
            "unit": self._unit,
            "building": self._unit,
            "parcel": self._unit,
        }

    def take(self, event: object, number: int | None, kind: Kind) -> None:
        """One event. What cannot be read is kept as trouble; nothing is raised for it."""
        try:
            found = read(event, kind)
        except Unreadable as why:
            trouble.left_out(self._db, self._register, why.code, why.what, number, event)
            self.tally["troubled"] += 1
            return
        if not self.area.counts(self._register, found.event, found.nis):
            return
        outcome = self._transform(found) if isinstance(found, Transform) else self._change(found, event)
        self.tally[outcome] += 1
        for odd in found.odd if outcome != "skipped" else ():
            trouble.counted(self._db, self._register, odd.code, odd.what, found.at)

    def finish(self) -> None:
        """What follows from the rows: keys, parents, postcodes, places."""
        for street in sorted(self._streets - self._renamed):
            derive_addresses(self._db, street)
        for street in sorted(self._renamed):
            derive_street(self._db, street)
        gone = f"DELETE FROM postcode WHERE nis IN (SELECT nis FROM municipality WHERE status NOT IN {VALID})"  # noqa: S608
        if self._db.execute(gone).rowcount > 0 or self._places:
            derive_places(self._db)
        self.tally["waiting"] = self._db.execute("SELECT count(*) FROM feed_waiting").fetchone()[0]

    # --- by kind: what became of it -------------------------------------------------------------------------------

    def _change(self, change: Change, event: object) -> str:
        if change.kind == "address" and waiting.must_wait(self._db, self.area, change):
            waiting.park(self._db, change, event)
            return "parked"
        outcome = self._by_kind[change.kind](change)
        if outcome == "unknown_object":
            what = f"{change.kind} {change.object}"
            trouble.left_out(self._db, self._register, outcome, what, change.event, event)
            return "troubled"
        if outcome == "applied":
            for column in rows.unknown_codes(change):
                trouble.counted(self._db, self._register, "unknown_value", _ATTRIBUTES[column], change.at)
        return outcome

    def _municipality(self, change: Change) -> str:
        nis = int(change.object)
        outcome = self._write(change, nis, inside=True)
        if outcome == "applied":
            self._places = True
            if change.new.keys() - {"status"}:
                for (street,) in self._db.execute("SELECT id FROM street WHERE nis = ? ORDER BY id", (nis,)).fetchall():
                    self._tell_street(street, change.at)
        return outcome

    def _postal(self, change: Change) -> str:
        """Of all of Flanders, as in an import: so that an address elsewhere is known to be elsewhere."""
        postcode, nis = int(change.object), change.new.get("nis")
        if change.names is not None or change.action != "update":
            self._db.execute("DELETE FROM postal_name WHERE postcode = ?", (postcode,))
            named = ((postcode, name, language) for name, language in change.names or ())
            self._db.executemany("INSERT OR IGNORE INTO postal_name VALUES (?, ?, ?)", named)
        if change.action == "delete":
            self._db.execute("DELETE FROM postcode WHERE postcode = ?", (postcode,))
        elif nis is not None:
            self._db.execute("INSERT OR IGNORE INTO postcode VALUES (?, ?)", (postcode, nis))
        self._places = True
        return "applied"

    def _street(self, change: Change) -> str:
        street, nis = int(change.object), change.new.get("nis")
        inside = self.area.has(nis) if isinstance(nis, int) else self.area.touches(change.nis)
        outcome = self._write(change, street, inside)
        if outcome == "applied" and (change.new or change.action == "delete"):
            rows.remember_names(self._db, change, street)
            self._renamed.add(street)
            self._tell_street(street, change.at)
            self._release(street)
        return outcome

    def _address(self, change: Change) -> str:
        address = int(change.object)
        before = self._place(address)
        self._note_postcode(address)
        street = change.new.get("street")
        inside = self.area.touches(change.nis) or (isinstance(street, int) and rows.exists(self._db, "street", street))
        outcome = self._write(change, address, inside)
        if outcome == "applied":
            self._tell(address, change.at)
            for place in {before, self._place(address)}:
                if place is not None:
                    self._tell_place(place, change)
        return outcome

    def _note_postcode(self, address: int) -> None:
        """A postcode belongs to a municipality once a valid address said so, also when the address changes before the
        end of a page, where postcodes are derived: or it would matter where pages end."""
        self._places |= self._db.execute(_POSTCODE_OF, (address,)).rowcount > 0

    def _unit(self, change: Change) -> str:
        """Units, buildings and parcels. A download of some municipalities has only those with an address there, so one
        that is not here and gets none is nobody's loss."""
        key = parcel_id(str(change.object)) if change.kind == "parcel" else int(change.object)
        linked = any(rows.exists(self._db, "address", link) for link in change.links or ())
        inside = linked or (self.area.touches(change.nis) and (change.action != "update" or self.area.kept is None))
        more = {"capakey": change.object} if change.kind == "parcel" else {}
        return self._write(change, key, inside, **more)

    def _write(self, change: Change, key: int, inside: bool, **more: int | str) -> str:
        known = rows.exists(self._db, change.kind, key)
        if not known and not inside:
            return "skipped"
        if change.action == "create":
            rows.put(self._db, change, key, **more)
        elif change.action == "delete":
            rows.remove(self._db, change, key)
        elif not known:
            return "unknown_object"
        else:
            for column in rows.update(self._db, change, key):
                self.tally["drift"] += 1
                trouble.counted(self._db, self._register, trouble.DRIFT, column, change.at)
        return "applied"

    def _transform(self, found: Transform) -> str:
        if found.kind in ("postal", "parcel"):
            return "skipped"
        inside = self.area.touches(found.nis)
        pairs = [pair for pair in found.pairs if inside or rows.exists(self._db, found.kind, pair[0])]
        rows.replace(self._db, found.kind, pairs, found.at)
        if found.kind == "address":
            self.tally["held"] += waiting.hold(self._db, found, pairs, self._now)
        for old, new in pairs:
            if found.kind == "address":
                self._tell(old, found.at)
            elif found.kind == "municipality":
                self._merge(old, new, found)
        return "applied" if pairs else "skipped"

    def _merge(self, old: int, new: int, found: Transform) -> None:
        self._places = True
        if self.area.merged(old, new):
            trouble.counted(self._db, self._register, "municipality_merged", f"{old:05d} {new:05d}", found.at)

    def _release(self, street: int) -> None:
        """Events that waited for this street count now."""
        for event in waiting.release(self._db, street):
            change = read(event, "address")
            if isinstance(change, Change):
                self.tally[self._change(change, event)] += 1

    # --- for who follows addresses --------------------------------------------------------------------------------

    def _place(self, address: int) -> Place | None:
        query = "SELECT street, house, box FROM address WHERE id = ?"
        found: Place | None = self._db.execute(query, (address,)).fetchone()
        return found

    def _tell(self, address: int, at: str) -> None:
        self.touched.add(address)
        self._db.execute("INSERT INTO change(at, address) VALUES (?, ?)", (at, address))

    def _tell_street(self, street: int, at: str) -> None:
        self._db.execute("INSERT INTO change(at, address, street) VALUES (?, 0, ?)", (at, street))

    def _tell_place(self, place: Place, change: Change) -> None:
        """Something happened to an address here; boxes may have another building address now, or none."""
        street, house, box = place
        self._streets.add(street)
        if box is not None or (change.action == "update" and _DECIDES_PARENT.isdisjoint(change.new)):
            return
        query = "SELECT id FROM address WHERE street = ? AND house = ? AND box IS NOT NULL ORDER BY id"
        for (box,) in self._db.execute(query, (street, house)).fetchall():
            self._tell(box, change.at)
