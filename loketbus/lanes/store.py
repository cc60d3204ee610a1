"""A lane's rows in SQL: who is due, claim, finish, put off.

Only the first unfinished row of a key, its head, may run. A due row behind it is put aside (`next_at` far away, code
`behind`) when a claim comes across it, and becomes due again when the key's head has ended: however many rows wait
behind one, finding work stays cheap. Order does not rest on that: only heads are ever claimed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, literal_column, select, update

from loketbus.lanes.execution import LaneRow
from loketbus.leases import Lease
from loketbus.ledger.tables import Instant, effect
from loketbus.outcomes import State
from loketbus.rows import with_entry

BEHIND = "behind"
BEHIND_MESSAGE = "Wacht op een eerder bericht met dezelfde sleutel."
LOOK_AGAIN_BEHIND = timedelta(minutes=5)
"""A row behind another is made due when that one ends; this is the net under it."""
PUT_ASIDE_AT_ONCE = 50

# Literally as the partial indexes say it: SQLite does not use them for a bound value or for `blocks = 1`.
_PENDING: ColumnElement[bool] = effect.c.state == literal_column("'pending'")
_EARLIER = effect.alias("earlier")
_BLOCKED_BY: Select[int] = select(_EARLIER.c.id).where(
    _EARLIER.c.lane == effect.c.lane,
    _EARLIER.c.key == effect.c.key,
    _EARLIER.c.id < effect.c.id,
    literal_column("earlier.blocks"),
)

# Statements are made once: making them costs more than running them.
_DUE = (
    select(effect.c.id, ~exists(_BLOCKED_BY))
    .where(effect.c.lane == bindparam("lane"), _PENDING, effect.c.next_at <= bindparam("now", type_=Instant))
    .limit(bindparam("at_most"))
)
_DUE_OLDEST_FIRST = _DUE.order_by(effect.c.next_at, effect.c.id)
_DUE_FRESH_FIRST = _DUE.order_by(effect.c.first_failed_at.is_not(None), effect.c.next_at, effect.c.id)
_NEXT_DUE = select(func.min(effect.c.next_at)).where(effect.c.lane == bindparam("lane"), _PENDING)
_CLAIMED = effect.c.id.in_(bindparam("ids", expanding=True))
_READ = select(*(effect.c[field.name] for field in fields(LaneRow))).where(_CLAIMED)
_MARK = (
    update(effect)
    .where(_CLAIMED)
    .values(
        state=State.RUNNING,
        fence=bindparam("lane_fence"),
        attempts=effect.c.attempts + 1,
        updated_at=bindparam("now", type_=Instant),
    )
)
_PUT_ASIDE = (
    update(effect)
    .where(_CLAIMED)
    .values(next_at=bindparam("later", type_=Instant), code=BEHIND, message=BEHIND_MESSAGE)
)
_RUNNING = (
    effect.c.id == bindparam("row_id"),
    effect.c.state == State.RUNNING,
    effect.c.fence == bindparam("lane_fence"),
)
_IS_RUNNING = select(effect.c.id).where(*_RUNNING)
_FINISH = (
    update(effect)
    .where(*_RUNNING)
    .values(
        state=State.DONE,
        blocks=False,
        result=bindparam("outcome"),
        waits_for=None,
        code=None,
        message=None,
        history=bindparam("story"),
        updated_at=bindparam("now", type_=Instant),
    )
)
_HEAD = select(func.min(effect.c.id)).where(
    effect.c.lane == bindparam("row_lane"), effect.c.key == bindparam("row_key"), literal_column("blocks")
)
_UNBLOCK = (
    update(effect)
    .where(effect.c.id == _HEAD.scalar_subquery(), _PENDING, effect.c.code == BEHIND)
    .values(next_at=effect.c.created_at)
)


def claim(
    connection: Connection, lease: Lease, lane: str, limit: int, now: datetime, *, fresh_first: bool = False
) -> list[LaneRow]:
    """Mark up to `limit` due heads as running (intent before the call) and return them, longest due first.

    With `fresh_first` rows that never failed go before those that did: one of them tells more about the lane.
    """
    lease.verify(connection)
    due = _DUE_FRESH_FIRST if fresh_first else _DUE_OLDEST_FIRST
    found = connection.execute(due, {"lane": lane, "now": now, "at_most": 2 * limit + PUT_ASIDE_AT_ONCE}).all()
    if behind := [row_id for row_id, is_head in found if not is_head]:
        connection.execute(_PUT_ASIDE, {"ids": behind, "later": now + LOOK_AGAIN_BEHIND})
    heads = [row_id for row_id, is_head in found if is_head][:limit]
    if not heads:
        return []
    rows = {row.id: LaneRow(*row) for row in connection.execute(_READ, {"ids": heads})}
    connection.execute(_MARK, {"ids": heads, "lane_fence": lease.fence, "now": now})
    return [rows[row_id] for row_id in heads]


def next_due(connection: Connection, lane: str) -> datetime | None:
    """When a row of the lane is due."""
    return connection.execute(_NEXT_DUE, {"lane": lane}).scalar_one_or_none()


def recover(
    connection: Connection, lease: Lease, lane: str, running: Collection[int], now: datetime, next_at: datetime
) -> int:
    """Rows that nobody runs any more: their call may have been made, so ask first. Returns how many.

    `running` are the rows that this owner of the lane knows to be running.
    """
    lease.verify(connection)
    left = and_(effect.c.lane == lane, effect.c.state == State.RUNNING, effect.c.id.not_in(running))
    rows = connection.execute(select(effect.c.id, effect.c.history).where(left)).all()
    for row_id, history in rows:
        entry = with_entry(history, now, "interrupted")
        values = {"state": State.PENDING, "ask_first": True, "next_at": next_at, "history": entry, "updated_at": now}
        put(connection, row_id, values)
    return len(rows)


def is_running(connection: Connection, row: LaneRow, lease: Lease) -> bool:
    """False when the end of this row was written already (by a commit of which we did not see the end)."""
    return connection.execute(_IS_RUNNING, {"row_id": row.id, "lane_fence": lease.fence}).first() is not None


def finish(connection: Connection, lease: Lease, row: LaneRow, result: str | None, now: datetime) -> bool:
    """The row is done and what waits behind it is due; False when that was written already."""
    values = {"outcome": result, "story": with_entry(row.history, now, "done"), "now": now}
    if not connection.execute(_FINISH, {"row_id": row.id, "lane_fence": lease.fence, **values}).rowcount:
        return False
    unblock(connection, row.lane, row.key)
    return True


def put(connection: Connection, row_id: int, values: dict[str, Any]) -> None:
    """Write a verdict on a row."""
    connection.execute(update(effect).where(effect.c.id == row_id).values(**values))


def unblock(connection: Connection, lane: str, key: str) -> None:
    """A row of this key stopped blocking: what waited behind it is due, as of when it came."""
    connection.execute(_UNBLOCK, {"row_lane": lane, "row_key": key})
