"""Dead letters ("mislukte berichten") and what else waits for a person: list, group, show, edit, replay, drop, resolve.

They are rows of `effect` in the state dead, stuck or uncertain. Replaying happens inside the owning service, never
through the source topic, which would reach every consumer group. Every act is audited in its own transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from loketbus import audit, requests
from loketbus.errors import Rejected
from loketbus.lanes.store import unblock
from loketbus.ledger.tables import effect
from loketbus.ledger.tx import Cause, Tx, flush
from loketbus.outcomes import State
from loketbus.rows import with_entry

FOR_A_PERSON = (State.DEAD, State.STUCK, State.UNCERTAIN)

_SUMMARY = (
    effect.c.id,
    effect.c.ref,
    effect.c.state,
    effect.c.lane,
    effect.c.kind,
    effect.c.key,
    effect.c.event_type,
    effect.c.code,
    effect.c.message,
    effect.c.audience,
    effect.c.fingerprint,
    effect.c.attempts,
    effect.c.replays,
    effect.c.first_failed_at,
    effect.c.updated_at,
    effect.c.correlation_id,
)


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something by hand, when and why."""

    actor: str
    now: datetime
    reason: str | None = None


def listing(
    connection: Connection,
    *,
    states: Sequence[str] = FOR_A_PERSON,
    fingerprint: str | None = None,
    lane: str | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> list[dict[str, Any]]:
    """Rows without their content, oldest first."""
    query = select(*_SUMMARY).where(effect.c.state.in_(states), effect.c.id > after_id)
    if fingerprint is not None:
        query = query.where(effect.c.fingerprint == fingerprint)
    if lane is not None:
        query = query.where(effect.c.lane == lane)
    return [dict(row) for row in connection.execute(query.order_by(effect.c.id).limit(limit)).mappings()]


def groups(connection: Connection) -> list[dict[str, Any]]:
    """The same cause together: how many, since when, one example."""
    query = (
        select(
            effect.c.fingerprint,
            effect.c.state,
            effect.c.lane,
            effect.c.code,
            func.min(effect.c.message).label("message"),
            func.min(effect.c.audience).label("audience"),
            func.count().label("count"),
            func.min(effect.c.first_failed_at).label("first_failed_at"),
            func.max(effect.c.updated_at).label("last_failed_at"),
            func.min(effect.c.id).label("example"),
        )
        .where(effect.c.state.in_(FOR_A_PERSON))
        .group_by(effect.c.fingerprint, effect.c.state, effect.c.lane, effect.c.code)
        .order_by(func.count().desc())
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def show(connection: Connection, row_id: int) -> dict[str, Any]:
    """One row with everything: content as received, headers, stack, history.

    Raises:
        Rejected: `not_found`.
    """
    row = connection.execute(select(effect).where(effect.c.id == row_id)).mappings().first()
    if row is None:
        raise Rejected("not_found", f"Er is geen mislukt bericht met nummer {row_id}.")
    return dict(row)


def behind(connection: Connection, row_id: int) -> int:
    """How many later rows of the same key wait for this one."""
    row = show(connection, row_id)
    waiting = select(func.count()).where(
        effect.c.lane == row["lane"], effect.c.key == row["key"], effect.c.id > row_id, effect.c.state == State.PENDING
    )
    return int(connection.execute(waiting).scalar_one())


def replay(connection: Connection, row_id: int, act: Act, *, edited: bytes | None = None) -> None:
    """Try a row again, with other content if `edited` is given (the original is kept).

    Raises:
        Rejected: `not_found`, or `not_replayable` when it is not waiting for a person (any more).
    """
    row = _waiting_for_a_person(connection, row_id)
    values: dict[str, Any] = {
        "state": State.PENDING,
        "blocks": True,
        "attempts": 0,
        "replays": row["replays"] + 1,
        "next_at": act.now,
        "deadline": None,
        "history": with_entry(row["history"], act.now, "edited" if edited is not None else "replayed", actor=act.actor),
        "updated_at": act.now,
    }
    if edited is not None:
        values |= {"payload": edited, "original": row["original"] or row["payload"]}
    connection.execute(update(effect).where(effect.c.id == row_id).values(**values))
    _audit(connection, act, "edit_and_replay" if edited is not None else "replay", row_id)


def drop(connection: Connection, row_id: int, act: Act) -> None:
    """Give a row up, with a reason; later rows of its key go on.

    Raises:
        Rejected: `not_found`, `not_replayable`, or `reason_missing`.
    """
    if not act.reason:
        raise Rejected("reason_missing", "Geef een reden op waarom dit bericht mag vervallen.")
    row = _waiting_for_a_person(connection, row_id)
    history = with_entry(row["history"], act.now, "dropped", actor=act.actor)
    values = {"state": State.DROPPED, "blocks": False, "history": history, "updated_at": act.now}
    connection.execute(update(effect).where(effect.c.id == row_id).values(**values))
    unblock(connection, row["lane"], row["key"])
    _audit(connection, act, "drop", row_id)


def give_up(connection: Connection, service: str, topic_prefix: str, row_id: int, act: Act) -> None:
    """`drop`, and tell whoever asked, when the row is a request."""
    row = show(connection, row_id)
    drop(connection, row_id, act)
    cause = Cause(
        consumer=f"{service}/dropped",
        source=service,
        id=f"{row['ref']}@{act.now.isoformat()}",
        at=act.now,
        correlation_id=row["correlation_id"],
    )
    tx = Tx(connection, cause, act.now, source=service, topic_prefix=topic_prefix)
    requests.dropped(tx, row)
    flush(connection, [tx])


def resolve(connection: Connection, row_id: int, act: Act, *, happened: bool) -> None:
    """A person looked in the outside system: the uncertain effect happened, or it did not. Either way its lane goes on.

    What happened is not sent again, but recorded (and answered) by its adapter as any other result, an empty one.

    Raises:
        Rejected: `not_found` or `not_uncertain`.
    """
    row = show(connection, row_id)
    if row["state"] != State.UNCERTAIN:
        raise Rejected("not_uncertain", f"Bericht {row_id} is niet (meer) na te kijken.")
    what = "found_done" if happened else "found_not_done"
    values: dict[str, Any] = {
        "state": State.PENDING,
        "attempts": 0,
        "next_at": act.now,
        "history": with_entry(row["history"], act.now, what, actor=act.actor),
        "updated_at": act.now,
    }
    values |= {"result": row["result"] or "{}"} if happened else {"ask_first": False}
    connection.execute(update(effect).where(effect.c.id == row_id).values(**values))
    _audit(connection, act, what, row_id)


def ids_of(connection: Connection, fingerprint: str) -> list[int]:
    """Every row of a group that waits for a person, oldest first."""
    query = (
        select(effect.c.id)
        .where(effect.c.fingerprint == fingerprint, effect.c.state.in_(FOR_A_PERSON))
        .order_by(effect.c.id)
    )
    return list(connection.execute(query).scalars())


def history_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The row's history, oldest first."""
    return list(json.loads(row["history"]))


def _waiting_for_a_person(connection: Connection, row_id: int) -> dict[str, Any]:
    row = show(connection, row_id)
    if row["state"] not in FOR_A_PERSON:
        raise Rejected("not_replayable", f"Bericht {row_id} wacht niet (meer) op een beslissing.")
    return row


def _audit(connection: Connection, act: Act, action: str, row_id: int) -> None:
    audit.record(connection, actor=act.actor, action=action, target=f"effect/{row_id}", reason=act.reason, now=act.now)
