"""What of the change feed could not be used: kept for people, counted, and never in the way of what comes after."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

KEPT_MAX = 1_000
"""Events per register that are kept as they came; more of them are only counted."""
BODY_MAX = 16_000
"""Characters of an event that are kept."""
TOGETHER = 0
"""`feed_trouble.event` of what is counted together."""
BEYOND = "meer"
"""`feed_trouble.what` of those beyond `KEPT_MAX`."""
DRIFT = "drift"
GAP, PAGE_OPEN, NOT_SERVED = "gap", "page_open", "not_served"
STANDSTILL = (GAP, PAGE_OPEN, NOT_SERVED)
"""Of a register that cannot be followed now; over as soon as a page of it counts."""
WAITING_LONG, SUCCESSOR_MISSING = "waiting_long", "successor_missing"

_KNOWN = "SELECT 1 FROM feed_trouble WHERE (register, code, what, event) = (?, ?, ?, ?)"
_KEPT = "SELECT count(body) FROM feed_trouble WHERE register = ?"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One row of `feed_trouble`, as status and doctor show it."""

    register: str
    code: str
    """`no_event`, `no_id`, `id_twice`, `unknown_type`, `wrong_register`, `no_object`, `no_successor`, `incomplete`,
    `unknown_object`, `unknown_attribute`, `unknown_value`, `newer_schema`, `drift`, `municipality_merged`, `gap`,
    `page_open`, `not_served`, `waiting_long`, `successor_missing`."""
    what: str
    event: int | None
    """Of an event that was left out as a whole."""
    times: int
    at: str


def left_out(db: sqlite3.Connection, register: str, code: str, what: str, number: int | None, event: object) -> None:
    """An event counts for nothing; it is kept as it came. The same event twice is one row."""
    body = json.dumps(event, ensure_ascii=True, default=str)
    key = number if number is not None else TOGETHER
    shown = what if number is not None else hashlib.sha256(body.encode()).hexdigest()[:16]
    if db.execute(_KNOWN, (register, code, shown, key)).fetchone() is not None:
        return
    if db.execute(_KEPT, (register,)).fetchone()[0] >= KEPT_MAX:
        counted(db, register, code, BEYOND, _time(event))
        return
    row = (register, code, shown, key, _time(event), body[:BODY_MAX])
    db.execute("INSERT INTO feed_trouble VALUES (?, ?, ?, ?, 1, ?, ?)", row)


def counted(db: sqlite3.Connection, register: str, code: str, what: str, at: str, times: int = 1) -> None:
    """One more of these."""
    db.execute(
        "INSERT INTO feed_trouble VALUES (?, ?, ?, 0, ?, ?, NULL) "
        "ON CONFLICT DO UPDATE SET times = times + excluded.times, at = excluded.at",
        (register, code, what, times, at),
    )


def stands(db: sqlite3.Connection, register: str, code: str, at: str, times: int = 1) -> None:
    """It is so at this moment; `over` ends it."""
    db.execute("INSERT OR REPLACE INTO feed_trouble VALUES (?, ?, '', 0, ?, ?, NULL)", (register, code, times, at))


def over(db: sqlite3.Connection, register: str, *codes: str) -> None:
    """It is not so any more."""
    db.executemany("DELETE FROM feed_trouble WHERE register = ? AND code = ?", [(register, code) for code in codes])


def troubles(db: sqlite3.Connection, limit: int = 100) -> Iterable[Trouble]:
    """What status and doctor show, the last first."""
    rows = db.execute(
        "SELECT register, code, what, nullif(event, 0), times, at FROM feed_trouble ORDER BY at DESC, register, code "
        "LIMIT ?",
        (limit,),
    )
    return [Trouble(*row) for row in rows]


def _time(event: object) -> str:
    at = event.get("time") if isinstance(event, dict) else None
    return at[:40] if isinstance(at, str) and at.isascii() else ""
