"""Who is followed, for whom, and how each of them was when it was last told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loketbus_contracts import OrganisationState
from sqlalchemy import Connection, bindparam, delete, select, update

from loketbus.following import Followers, Revisions
from loketbus.ledger.tx import Tx
from services.kbo.domain.meetings import next_recheck
from services.kbo.store.tables import dossier, followed, followed_by

followers = Followers[str](followed, followed_by)
revisions = Revisions(dossier)
unfollow, concerned, anybody = followers.unfollow, followers.concerned, followers.anybody
numbers_of = followers.of


@dataclass(frozen=True, slots=True)
class Followed:
    """One number; `extract` 0 means that it was never looked at, `state` None that it was not there then."""

    number: str
    extract: int
    state: OrganisationState | None
    general_meeting_month: int | None
    recheck_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered about a number that is to be followed: changes are told from there on."""

    extract: int
    """0: of a register without a number, so that it counts as never looked at."""
    state: OrganisationState | None


def follow(
    tx: Tx,
    number: str,
    who: str,
    klantenreis: str | None,
    month: int | None = None,
    answered: Answered | None = None,
) -> None:
    """Follow it for `who` from now on; a month that is given replaces the former, none leaves it as it is.

    Of who was told about already, `answered` changes nothing: others wait for what differs from that.
    """
    followers.follow(tx, number, who, klantenreis)
    if answered is not None:
        first = update(followed).where(followed.c.number == number, followed.c.extract == 0)
        tx.execute(first.values(extract=answered.extract, snapshot=_json(answered.state)))
    if month is not None:
        values = {"general_meeting_month": month, "recheck_at": next_recheck(month, tx.now)}
        tx.execute(update(followed).where(followed.c.number == number).values(**values))


def forget(tx: Tx, numbers: Sequence[str]) -> None:
    """Follow these for nobody: they turned out to be natural persons."""
    for table in (followed_by, followed):
        tx.execute(delete(table).where(table.c.number.in_(numbers)))


def behind(connection: Connection, extract: int, limit: int) -> list[str]:
    """Numbers that were not compared with this extract or a later one: at most `limit`, those furthest behind first."""
    query = select(followed.c.number).where(followed.c.extract < extract)
    return list(connection.execute(query.order_by(followed.c.extract, followed.c.number).limit(limit)).scalars())


def due(connection: Connection, now: datetime, limit: int) -> list[str]:
    """Numbers whose look is due: at most `limit`, the longest overdue first."""
    query = select(followed.c.number).where(followed.c.recheck_at <= now)
    return list(connection.execute(query.order_by(followed.c.recheck_at, followed.c.number).limit(limit)).scalars())


def locked(connection: Connection, numbers: Sequence[str]) -> list[Followed]:
    """These numbers as far as they are still followed, by number; nobody else changes them in this transaction."""
    columns = followed.c
    query = select(
        columns.number, columns.extract, columns.snapshot, columns.general_meeting_month, columns.recheck_at
    ).where(columns.number.in_(numbers))
    return [_followed(row) for row in connection.execute(query.order_by(columns.number).with_for_update())]


def compared(tx: Tx, extract: int, numbers: Sequence[str]) -> None:
    """These are as they were."""
    tx.execute(update(followed).where(followed.c.number.in_(numbers)).values(extract=extract))


def keep(tx: Tx, extract: int, states: Mapping[str, OrganisationState | None]) -> None:
    """This is how they are now, by number."""
    if not states:
        return
    query = update(followed).where(followed.c.number == bindparam("of")).values(extract=extract)
    rows = [{"of": number, "snapshot": _json(state)} for number, state in states.items()]
    tx.execute(query.values(snapshot=bindparam("snapshot")), rows)


def looked_at(tx: Tx, number: str, again_at: datetime) -> None:
    """The look was asked for; the next is due then."""
    tx.execute(update(followed).where(followed.c.number == number).values(recheck_at=again_at))


def _followed(row: Any) -> Followed:
    state = None if row.snapshot is None else OrganisationState.model_validate_json(row.snapshot)
    return Followed(row.number, row.extract, state, row.general_meeting_month, row.recheck_at)


def _json(state: OrganisationState | None) -> str | None:
    return None if state is None else state.model_dump_json(exclude_none=True)
