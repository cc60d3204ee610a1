"""Finding and erasing a person in one service: the bus's own tables, then the stores that the service named.

What cannot be erased yet (an event that is not published, an effect that still has to run) is reported, not removed: it
would be lost. Topics empty by their retention; the report says by which date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from loketbus_contracts.topics import PERSONAL_DATA_RETENTION_MAX
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from loketbus import erasures
from loketbus.lanes.store import unblock
from loketbus.ledger.tables import effect, outbox
from loketbus.ledger.tx import Tx
from loketbus.outcomes import State
from loketbus.service import SubjectStore

_FINISHED = (State.DONE, State.DROPPED, State.DEAD)


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What was found, what was erased, what a second search still finds, and when the topics are empty."""

    found: dict[str, int]
    erased: dict[str, int]
    left: dict[str, int]
    topics_empty_at: datetime
    blobs_left: int = 0
    """Files put so lately that somebody may still be writing about them; housekeeping deletes them within the hour."""


def find(connection: Connection, stores: Sequence[SubjectStore], subject: str) -> dict[str, int]:
    """Rows that hold data about `subject`, by table; tables without any are left out."""
    found = Counter(
        {
            "outbox": _count(connection, outbox.c.record_value, subject),
            "effect": _count(connection, effect.c.payload, subject),
        }
    )
    for store in stores:
        found.update(store.find(connection, subject))
    return {table: rows for table, rows in found.items() if rows}


def erase(tx: Tx, stores: Sequence[SubjectStore], subject: str) -> ErasureReport:
    """Erase `subject` and prove it by a second search."""
    connection = tx.connection
    found = find(connection, stores, subject)
    erased = Counter({"outbox": _blank_published(connection, subject), "effect": _blank_finished(connection, subject)})
    for store in stores:
        erased.update(store.erase(tx, subject))
    empty_at = tx.now + PERSONAL_DATA_RETENTION_MAX
    erasures.remember(connection, subject, tx.now, empty_at)
    kept = {table: rows for table, rows in erased.items() if rows}
    return ErasureReport(found, kept, find(connection, stores, subject), empty_at)


def erase_again(tx: Tx, stores: Sequence[SubjectStore], forgotten: Collection[str]) -> int:
    """Erase everybody whose hash is in `forgotten`; how many there were."""
    everybody = {subject for store in stores for subject in store.everybody(tx.connection)}
    again = [who for who, digest in erasures.digests(tx.connection, sorted(everybody)).items() if digest in forgotten]
    for subject in again:
        for store in stores:
            store.erase(tx, subject)
    return len(again)


def _holds(column: Column[bytes], subject: str, dialect: str) -> ColumnElement[bool]:
    """Does a column of bytes hold the subject, as written or in small letters?"""
    needles = {subject.encode(), subject.lower().encode()}
    if dialect == "postgresql":
        return or_(*(func.position(literal(needle, LargeBinary).op("IN")(column)) > 0 for needle in sorted(needles)))
    return or_(*(func.instr(column, literal(needle, LargeBinary)) > 0 for needle in sorted(needles)))


def _count(connection: Connection, column: Column[bytes], subject: str) -> int:
    where = _holds(column, subject, connection.dialect.name)
    return int(connection.execute(select(func.count()).select_from(column.table).where(where)).scalar_one())


def _blank_published(connection: Connection, subject: str) -> int:
    where = _holds(outbox.c.record_value, subject, connection.dialect.name)
    return connection.execute(delete(outbox).where(where, outbox.c.published_at.is_not(None))).rowcount


def _blank_finished(connection: Connection, subject: str) -> int:
    where = or_(
        _holds(effect.c.payload, subject, connection.dialect.name),
        _holds(effect.c.original, subject, connection.dialect.name),
    )
    values = {"payload": None, "original": None, "result": None, "detail": None}
    finished = effect.c.state.in_(_FINISHED)
    dead = connection.execute(
        select(effect.c.id, effect.c.lane, effect.c.key).where(where, effect.c.state == State.DEAD)
    ).all()
    rows = connection.execute(update(effect).where(where, finished).values(**values)).rowcount
    for row_id, lane, key in dead:
        dropped = update(effect).where(effect.c.id == row_id).values(state=State.DROPPED, blocks=False)
        connection.execute(dropped)
        unblock(connection, lane, key)
    return rows
