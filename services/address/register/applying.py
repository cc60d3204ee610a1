"""Pages of the change feed into the replica.

A page and the feed's position are one transaction, so that every event counts once: whatever dies in between, the page
is read again from where it stood. Events count by their id, ascending, as the register's own consumer does it; an id
that is not above the last one counted before. A page that was not complete is read again when more may stand on it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loketbus.failpoints import reach
from services.address.domain.feed_events import REGISTERS, Register, event_id
from services.address.register import applying_trouble as trouble
from services.address.register.applying_area import begin, caught_up, started
from services.address.register.applying_objects import Work
from services.address.register.applying_waiting import awaited, settle

BUSY_SECONDS = 30.0
"""How long is waited for another writer (another process that follows the same replica)."""


@dataclass(frozen=True, slots=True)
class Position:
    """Which page of a register is being read, and the last event that counted.

    Page 0, as an import leaves it: `event` is that of the download (`latest_event_id`), and where that stands in the
    feed is still to be asked.
    """

    page: int
    event: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a page; numbers of events."""

    position: Position
    applied: int = 0
    skipped: int = 0
    """Outside the municipalities that are kept."""
    troubled: int = 0
    """Could not be used; see `applying_trouble`."""
    parked: int = 0
    """Of this page: addresses whose street is not there yet."""
    held: int = 0
    """Of this page: addresses whose successor is not there yet."""
    waiting: int = 0
    """Events that wait so, of all pages."""
    drift: int = 0
    """Attributes whose former value was not what the register says it was."""
    touched: frozenset[int] = frozenset()
    """Addresses that may look different now, beside those of streets that were renamed."""


class Moved(Exception):
    """The feed stands elsewhere than where this page is: another process was there first, or a merger sent it back."""


def position(file: Path, register: Register) -> Position | None:
    """Where a register stands; None when it cannot be followed: the download did not tell up to which event it goes."""
    with opened(file, "ro") as db:
        row = db.execute("SELECT page, event FROM feed WHERE register = ?", (register,)).fetchone()
    return None if row is None else Position(*row)


def begun_at(file: Path, register: Register) -> Position | None:
    """Where following a register began; None when it did not yet."""
    with opened(file, "ro") as db:
        place = started(db, register)
    return None if place is None else Position(*place)


def urgent(file: Path) -> frozenset[Register]:
    """Registers that something waits for: to be read before it is their time."""
    with opened(file, "ro") as db:
        return awaited(db)


def stand_still(file: Path, register: Register, code: str, now: datetime) -> None:
    """A register that cannot be followed now: people are told (`feed_standing.SENTENCES`) until a page of it counts."""
    with writing(file) as db:
        trouble.over(db, register, *trouble.STANDSTILL)
        trouble.stands(db, register, code, now.isoformat(timespec="seconds"))


def start(file: Path, register: Register, at: Position) -> None:
    """Begin a register behind its download, unless it was begun already."""
    with writing(file) as db:
        begin(db, register, at.page, at.event)


def apply_page(
    file: Path, register: Register, page: int, events: Sequence[object], complete: bool, now: datetime | None = None
) -> Applied:
    """Take over what is new on a page.

    Args:
        file: the replica.
        register: `adressen`, `straatnamen`, ...: see `feed_events.REGISTERS`.
        page: its number.
        events: JSON of its CloudEvents.
        complete: nothing will be added to it: the next page is to be read.
        now: when it was asked for. Where nothing comes after it, the replica is as the register was at that moment.
            None: there may be more, though it was not given; nothing is then said to be in order.

    Raises:
        Moved: the feed of this replica is not at this page.
        sqlite3.Error: the file is gone, damaged, busy, or the disk is full; nothing of the page counted.
    """
    with writing(file) as db:
        row = db.execute("SELECT page, event, at FROM feed WHERE register = ?", (register,)).fetchone()
        if row is None or row[0] != page:
            raise Moved(register)
        work = Work(db, register, now)
        last, at = row[1], ""
        for number, event in _new(db, register, events, row[1]):
            work.take(event, number, REGISTERS[register])
            last, at = (number, _time(event)) if number is not None else (last, at)
            reach("address.feed.event")
        work.finish()
        ended = complete and bool(events)
        as_of = _later(row[2], at) if now is None or ended else now.isoformat(timespec="seconds")
        place = _advance(db, register, Position(page, row[1]), Position(page + ended, last), as_of)
        freed = settle(db, now)
        if now is not None:
            trouble.over(db, register, *trouble.STANDSTILL)
        reach("address.feed.before_commit")
    reach("address.feed.committed")
    named = ("applied", "skipped", "troubled", "parked", "held", "waiting", "drift")
    return Applied(place, **{name: work.tally[name] for name in named}, touched=frozenset(work.touched | freed))


def _new(
    db: sqlite3.Connection, register: Register, events: Sequence[object], last: int
) -> Iterator[tuple[int | None, object]]:
    """Those that did not count yet, by id; first those without an id, which count nowhere."""
    by_id: dict[int, object] = {}
    for event in events:
        number = event_id(event)
        if number is None:
            yield None, event
        elif number in by_id and by_id[number] != event:
            trouble.left_out(db, register, "id_twice", "", number, event)
        else:
            by_id[number] = event
    yield from ((number, by_id[number]) for number in sorted(by_id) if number > last)


def _advance(db: sqlite3.Connection, register: Register, before: Position, after: Position, at: str) -> Position:
    """Write down how far it is; a merger on this page may have sent the register back, and that stays."""
    changed = "UPDATE feed SET page = ?, event = ?, at = coalesce(nullif(?, ''), at)"
    db.execute(
        f"{changed} WHERE (register, page, event) = (?, ?, ?)",
        (after.page, after.event, at, register, before.page, before.event),
    )
    caught_up(db, register, after.event)
    return Position(*db.execute("SELECT page, event FROM feed WHERE register = ?", (register,)).fetchone())


def _later(known: str | None, at: str) -> str:
    """Up to the last event is followed, or further: it may have been the last one when it was read before."""
    try:
        return at if known is None or datetime.fromisoformat(at) > datetime.fromisoformat(known) else known
    except (ValueError, TypeError):
        return known or at


def _time(event: object) -> str:
    at = event.get("time") if isinstance(event, Mapping) else None
    return at if isinstance(at, str) and len(at) <= 40 and at.isascii() else ""


@contextmanager
def opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Never makes a file: `rw` of one that an import removed fails."""
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)) as db:
        yield db


@contextmanager
def writing(file: Path) -> Iterator[sqlite3.Connection]:
    """One transaction, all or nothing. NORMAL is enough: position and rows stand or fall together."""
    with opened(file, "rw") as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")
