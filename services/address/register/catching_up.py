"""What an import leaped over: replacements and removals between where the feed stood and where the new download begins.

No download says them, and following goes on behind the download. So the former position comes along in `feed`, under a
name of its own, and from there only these events count: as often as they are read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.address.domain.feed_events import REGISTERS, Change, Register, Transform, Unreadable, event_id, read
from services.address.register import applying_rows as rows
from services.address.register.applying import Moved, Position, opened, writing
from services.address.register.applying_area import Area, started

NAMES: Mapping[Register, str] = {"adressen": "catch_up:adressen", "straatnamen": "catch_up:straatnamen"}
"""`feed.register` of a former position."""
FORMER = """
SELECT 'catch_up:' || replace(register, 'catch_up:', ''), page, min(event) FROM feed
WHERE page > 0 AND replace(register, 'catch_up:', '') IN ('adressen', 'straatnamen') GROUP BY 1
"""
"""In a replica that is about to be replaced: the rows that come along. One that was not done yet lies further back."""
_PLACE = "SELECT page, event FROM feed WHERE register = ?"


def behind(file: Path, register: Register) -> Position | None:
    """From where on something is left; None: nothing, or where the download begins is still to be asked."""
    with opened(file, "ro") as db:
        row = db.execute(_PLACE, (NAMES.get(register),)).fetchone()
        return None if row is None or started(db, register) is None else Position(*row)


def catch_up(file: Path, register: Register, page: int, events: Sequence[object], complete: bool) -> int:
    """Take over what counts of a page, up to the download. Gives how many events that were.

    Raises:
        Moved: the former position is not at this page.
        sqlite3.Error: see `apply_page`.
    """
    with writing(file) as db:
        row, begun = db.execute(_PLACE, (NAMES[register],)).fetchone(), started(db, register)
        if row is None or begun is None or row[0] != page:
            raise Moved(register)
        numbered = {number: event for event in events if (number := event_id(event)) is not None}
        found = [numbered[number] for number in sorted(numbered) if row[1] < number <= begun[1]]
        counted = sum(_count(db, event, register) for event in found)
        last = max(numbered, default=row[1])
        if complete and numbered and last < begun[1]:
            place = (page + 1, max(last, row[1]), NAMES[register])
            db.execute("UPDATE feed SET page = ?, event = ? WHERE register = ?", place)
        else:
            db.execute("DELETE FROM feed WHERE register = ?", (NAMES[register],))
    return counted


def _count(db: sqlite3.Connection, event: object, register: Register) -> bool:
    kind = REGISTERS[register]
    try:
        said = read(event, kind)
    except Unreadable:  # following keeps such events; of these the download knows what they did
        return False
    touched: list[int] = []
    if isinstance(said, Transform):
        ours = Area(db).touches(said.nis)
        pairs = [pair for pair in said.pairs if ours or rows.exists(db, kind, pair[0])]
        rows.replace(db, kind, pairs, said.at)
        touched = [old for old, _ in pairs]
    elif _removed(db, said):
        rows.remove(db, said, int(said.object))
        touched = [int(said.object)]
    if kind == "address":
        db.executemany("INSERT INTO change(at, address) VALUES (?, ?)", [(said.at, one) for one in touched])
    return bool(touched)


def _removed(db: sqlite3.Connection, said: Change) -> bool:
    """And it did not come back: the download is of later."""
    gone = said.action == "delete" and Area(db).touches(said.nis)
    return gone and not rows.exists(db, said.kind, int(said.object))
