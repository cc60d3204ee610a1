"""Which addresses are followed, for whom, and how each of them was when it was last told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loketbus_contracts import AddressState
from pydantic import BaseModel
from sqlalchemy import Connection, bindparam, select, update

from loketbus.following import Followers, Revisions
from loketbus.ledger.tx import Tx
from services.address.store.tables import dossier, followed, followed_by

followers = Followers[int](followed, followed_by)
revisions = Revisions(dossier)
unfollow, concerned, anybody = followers.unfollow, followers.concerned, followers.anybody
addresses_of = followers.of


class Snapshot(BaseModel):
    """What whoever follows an address knows of it."""

    state: AddressState | None = None
    """None: not in the register then."""
    successors: tuple[str, ...] = ()
    """Ids of what stands in its place, as far as they were told."""
    removed: bool = False
    """It was told that the register removed it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot, and of which moment of the register; `as_of` None: it did not say."""

    snapshot: Snapshot
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Followed:
    """One address; `taken` None means that it was never looked at."""

    address: int
    since: datetime
    taken: Taken | None
    revision: int
    """Of the last event; 0: none yet."""


def follow(tx: Tx, address: int, who: str, klantenreis: str | None, answered: Taken | None = None) -> None:
    """Follow it for `who` from now on.

    Of an address that was looked at already, `answered` changes nothing: others wait for what differs from that.
    """
    followers.follow(tx, address, who, klantenreis)
    if answered is not None:
        first = update(followed).where(followed.c.address == address, followed.c.taken_at.is_(None))
        tx.execute(first.values(snapshot=_json(answered.snapshot), as_of=answered.as_of, taken_at=tx.now))


def never_looked_at(connection: Connection, address: int, limit: int) -> list[int]:
    """Addresses after this one of which nothing was taken yet, by id: at most `limit`."""
    query = select(followed.c.address).where(followed.c.taken_at.is_(None), followed.c.address > address)
    return list(connection.execute(query.order_by(followed.c.address).limit(limit)).scalars())


def beyond(connection: Connection, address: int, limit: int) -> list[int]:
    """The addresses after this one, by id: at most `limit`."""
    query = select(followed.c.address).where(followed.c.address > address)
    return list(connection.execute(query.order_by(followed.c.address).limit(limit)).scalars())


def among(connection: Connection, addresses: Collection[int]) -> list[int]:
    """Those of them that are followed, by id."""
    query = select(followed.c.address).where(followed.c.address.in_(addresses))
    return list(connection.execute(query.order_by(followed.c.address)).scalars())


def held(connection: Connection, addresses: Collection[int], *, locked: bool = False) -> list[Followed]:
    """These addresses as far as they are still followed, by id; `locked`: nobody else changes them meanwhile."""
    columns = followed.c
    query = select(columns.address, columns.snapshot, columns.as_of, columns.taken_at)
    query = query.add_columns(columns.since, columns.revision)
    query = query.where(columns.address.in_(addresses)).order_by(columns.address)
    rows = connection.execute(query.with_for_update() if locked else query)
    return [Followed(row.address, row.since, _taken(row), row.revision) for row in rows]


def keep(tx: Tx, rows: Iterable[Followed]) -> None:
    """This is what was told about them."""
    values = [
        {
            "of": row.address,
            "snapshot": None if row.taken is None else _json(row.taken.snapshot),
            "as_of": None if row.taken is None else row.taken.as_of,
            "revision": row.revision,
        }
        for row in rows
    ]
    if values:
        query = update(followed).where(followed.c.address == bindparam("of")).values(taken_at=tx.now)
        columns: Mapping[str, Any] = {name: bindparam(name) for name in ("snapshot", "as_of", "revision")}
        tx.execute(query.values(**columns), values)


def _taken(row: Any) -> Taken | None:
    return None if row.taken_at is None else Taken(Snapshot.model_validate_json(row.snapshot), row.as_of)


def _json(snapshot: Snapshot) -> str:
    return snapshot.model_dump_json(exclude_none=True)
