"""Who is followed, for whom, and how each of them was when it was last told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loketbus_contracts import OrganisationState
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from loketbus.ledger.tx import Tx
from services.kbo.domain.meetings import next_recheck
from services.kbo.store.tables import followed, followed_by

DOSSIERS_MAX = 5_000
"""Named in one event: an event of a megabyte is refused."""
_DOSSIER, _ASKED, _CRM = "dossier:", "asked:", "crm"


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


@dataclass(frozen=True, slots=True)
class Concerned:
    """For whom a number is followed."""

    dossiers: tuple[str, ...]
    klantenreizen: tuple[str, ...]


def of_dossier(dossier: str) -> str:
    """`who` of a dossier on which the organisation stands."""
    return _DOSSIER + dossier


def asked_for(dossier: str | None, klantenreis: str | None = None) -> str:
    """`who` of a request to follow: for a dossier, as long as that is active; else for good."""
    if dossier is not None:
        return _ASKED + dossier
    return _CRM if klantenreis is None else f"{_CRM}:{klantenreis}"


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
    _hold(tx, number)
    if answered is not None:
        first = update(followed).where(followed.c.number == number, followed.c.extract == 0)
        tx.execute(first.values(extract=answered.extract, snapshot=_json(answered.state)))
    tx.execute(delete(followed_by).where(followed_by.c.number == number, followed_by.c.who == who))
    tx.execute(insert(followed_by).values(number=number, who=who, klantenreis=klantenreis))
    if month is not None:
        values = {"general_meeting_month": month, "recheck_at": next_recheck(month, tx.now)}
        tx.execute(update(followed).where(followed.c.number == number).values(**values))


def unfollow(tx: Tx, who: str, numbers: Iterable[str]) -> None:
    """No longer for `who`; who is followed for nobody is forgotten."""
    for number in sorted(numbers):
        # Before it is looked whether others follow it: another replica may be adding one at this moment.
        tx.execute(select(followed.c.number).where(followed.c.number == number).with_for_update())
        tx.execute(delete(followed_by).where(followed_by.c.number == number, followed_by.c.who == who))
        others = select(followed_by.c.number).where(followed_by.c.number == number)
        tx.execute(delete(followed).where(followed.c.number == number, ~others.exists()))


def _hold(tx: Tx, number: str) -> None:
    """Its row, made when there is none; nobody removes it in this transaction."""
    make = postgresql.insert if tx.connection.dialect.name == "postgresql" else sqlite.insert
    new = make(followed).values(number=number, since=tx.at, extract=0)
    tx.execute(new.on_conflict_do_update(index_elements=[followed.c.number], set_={"number": new.excluded.number}))


def forget(tx: Tx, numbers: Sequence[str]) -> None:
    """Follow these for nobody: they turned out to be natural persons."""
    for table in (followed_by, followed):
        tx.execute(delete(table).where(table.c.number.in_(numbers)))


def numbers_of(connection: Connection, who: str) -> dict[str, str | None]:
    """Numbers that are followed for `who`, each with its klantenreis."""
    query = select(followed_by.c.number, followed_by.c.klantenreis).where(followed_by.c.who == who)
    return {row.number: row.klantenreis for row in connection.execute(query)}


def anybody(connection: Connection) -> bool:
    """Is anybody followed at all?"""
    return connection.execute(select(followed.c.number).limit(1)).first() is not None


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


def concerned(connection: Connection, number: str) -> Concerned:
    """For whom it is followed, in a fixed order."""
    query = select(followed_by.c.who, followed_by.c.klantenreis).where(followed_by.c.number == number)
    rows = connection.execute(query).all()
    dossiers = sorted({row.who.partition(":")[2] for row in rows if row.who.startswith((_DOSSIER, _ASKED))})
    trains = sorted({row.klantenreis for row in rows if row.klantenreis is not None})
    return Concerned(tuple(dossiers[:DOSSIERS_MAX]), tuple(trains[:DOSSIERS_MAX]))


def _followed(row: Any) -> Followed:
    state = None if row.snapshot is None else OrganisationState.model_validate_json(row.snapshot)
    return Followed(row.number, row.extract, state, row.general_meeting_month, row.recheck_at)


def _json(state: OrganisationState | None) -> str | None:
    return None if state is None else state.model_dump_json(exclude_none=True)
