"""What waits: addresses for a street that was not read yet, and what is told of an address for its successor.

Both are reasons to read other registers at once (`awaited`), and neither goes on for ever: after a day people are told,
and of an address without its successor is told what there is.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from services.address.domain.feed_events import Change, Register, Transform
from services.address.register import applying_rows as rows
from services.address.register import applying_trouble as trouble
from services.address.register.applying_area import Area, again_until, forget_meta, meta, read_again, set_meta

LONG = timedelta(days=1)
"""The register itself puts a street before its addresses, and a merger within hours before or after it."""
ADDRESSES = "adressen"
_OLDEST = "feed_waiting_since"
"""`meta`: the event that waits longest, and since when it does."""
_HERE = "SELECT 1 FROM address WHERE id = ? UNION ALL SELECT 1 FROM removed WHERE kind = 'address' AND id = ?"
_ARRIVED = "DELETE FROM pending_transform WHERE new IN (SELECT id FROM address) RETURNING old"
_TOLD = "INSERT INTO change(at, address) VALUES (?, ?)"


def must_wait(db: sqlite3.Connection, area: Area, change: Change) -> bool:
    """An address that is here or in a kept municipality, in a street that did not arrive yet; and all that happens to
    it after that. A removal waits for nothing."""
    if change.action == "delete":
        db.execute("DELETE FROM feed_waiting WHERE address = ?", (change.object,))
        return False
    if db.execute("SELECT 1 FROM feed_waiting WHERE address = ?", (change.object,)).fetchone() is not None:
        return True
    street, here = change.new.get("street"), rows.exists(db, "address", int(change.object))
    ours = here or (change.action == "create" and area.touches(change.nis))
    return ours and isinstance(street, int) and not _street_was_read(db, street)


def park(db: sqlite3.Connection, change: Change, event: object) -> None:
    """Keep it until `release`."""
    first = "SELECT street FROM feed_waiting WHERE address = ? ORDER BY event LIMIT 1"
    row = db.execute(first, (change.object,)).fetchone()
    street = change.new["street"] if row is None else row[0]
    values = (change.event, change.object, street, json.dumps(event, ensure_ascii=True))
    db.execute("INSERT OR IGNORE INTO feed_waiting VALUES (?, ?, ?, ?)", values)


def release(db: sqlite3.Connection, street: int) -> list[object]:
    """Events that waited for this street, in their own order."""
    query = "DELETE FROM feed_waiting WHERE street = ? RETURNING event, body"
    return [json.loads(body) for _, body in sorted(db.execute(query, (street,)).fetchall())]


def hold(db: sqlite3.Connection, found: Transform, pairs: list[tuple[int, int]], now: datetime | None) -> int:
    """Nothing is told of an address of ours before what came in its place is here. Gives how many that are.

    After a merger that is in a municipality that is not kept yet.
    """
    since = found.at if now is None else now.isoformat()
    missing = [
        (old, new, since)
        for old, new in pairs
        if rows.exists(db, "address", old) and db.execute(_HERE, (new, new)).fetchone() is None
    ]
    db.executemany("INSERT OR IGNORE INTO pending_transform VALUES (?, ?, ?)", missing)
    return len(missing)


def awaited(db: sqlite3.Connection) -> frozenset[Register]:
    """Registers on which something waits, so that they are not left for later; also those that a merger sent back."""
    back = read_again(db)
    if db.execute("SELECT 1 FROM pending_transform LIMIT 1").fetchone() is not None:
        return back | {"gemeenten", "postinfo", "straatnamen"}
    known = db.execute("SELECT 1 FROM feed_trouble WHERE code = ?", (trouble.WAITING_LONG,)).fetchone()
    waits = db.execute("SELECT 1 FROM feed_waiting LIMIT 1").fetchone()
    return back | {"straatnamen"} if waits is not None and known is None else back


def settle(db: sqlite3.Connection, now: datetime | None) -> set[int]:
    """After a page: what waits no longer, and what has waited too long at `now`. Gives the addresses that may be told
    again."""
    if again_until(db, ADDRESSES):  # a merger: half of what it brings may be here
        return set()
    freed = {old for (old,) in db.execute(_ARRIVED).fetchall()}
    if now is not None:
        freed |= _given_up(db, now)
        _say_what_waits(db, now)
    at = "" if now is None else now.isoformat(timespec="seconds")
    db.executemany(_TOLD, [(at, old) for old in sorted(freed)])
    return freed


def _given_up(db: sqlite3.Connection, now: datetime) -> set[int]:
    late: set[int] = set()
    for (since,) in db.execute("SELECT DISTINCT since FROM pending_transform").fetchall():
        if _long(since, now):
            query = "DELETE FROM pending_transform WHERE since = ? RETURNING old, new"
            gone = db.execute(query, (since,)).fetchall()
            late.update(old for old, _ in gone)
            at = now.isoformat(timespec="seconds")
            trouble.counted(db, ADDRESSES, trouble.SUCCESSOR_MISSING, "", at, len(gone))
    return late


def _say_what_waits(db: sqlite3.Connection, now: datetime) -> None:
    """By the oldest one: others come and go."""
    oldest, count = db.execute("SELECT min(event), count(*) FROM feed_waiting").fetchone()
    event, _, since = (meta(db, _OLDEST) or "").partition(" ")
    if oldest is not None and event == str(oldest) and _long(since, now):
        trouble.stands(db, ADDRESSES, trouble.WAITING_LONG, now.isoformat(timespec="seconds"), count)
    elif event != str(oldest):
        trouble.over(db, ADDRESSES, trouble.WAITING_LONG)
        forget_meta(db, _OLDEST)
        if oldest is not None:
            set_meta(db, _OLDEST, f"{oldest} {now.isoformat()}")


def _street_was_read(db: sqlite3.Connection, street: int) -> bool:
    removed = "SELECT 1 FROM removed WHERE kind = 'street' AND id = ?"
    return rows.exists(db, "street", street) or db.execute(removed, (street,)).fetchone() is not None


def _long(since: str, now: datetime) -> bool:
    """Also when it does not say when, so that nothing waits for ever."""
    try:
        return now - datetime.fromisoformat(since) > LONG
    except (ValueError, TypeError):
        return True
