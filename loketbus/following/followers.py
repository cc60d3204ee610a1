"""Who follows what: dossiers, for as long as they name it or are active, and the CRM, for good."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Index, String, Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from loketbus.ledger.tx import Tx

DOSSIERS_MAX = 5_000
"""Named in one event: an event of a megabyte is refused."""
LISTED_MAX = 500
_DOSSIER, _ASKED, _CRM = "dossier:", "asked:", "crm"

K = TypeVar("K", str, int)
"""The primary key of what is followed."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """For whom something is followed."""

    dossiers: tuple[str, ...]
    klantenreizen: tuple[str, ...]


def of_dossier(dossier: str) -> str:
    """`who` of a dossier that names it."""
    return _DOSSIER + dossier


def asked_for(dossier: str | None, klantenreis: str | None = None) -> str:
    """`who` of a request to follow: for a dossier, as long as that is active; else for good."""
    if dossier is not None:
        return _ASKED + dossier
    return _CRM if klantenreis is None else f"{_CRM}:{klantenreis}"


def followed_by_table(followed: Table) -> Table:
    """For whom what stands in `followed` is followed; the first column is named as the primary key there."""
    [key] = followed.primary_key.columns
    return Table(
        "followed_by",
        followed.metadata,
        Column(key.name, key.type, primary_key=True, autoincrement=False),
        Column("who", String, primary_key=True, comment="dossier:<id>, asked:<dossier>, crm or crm:<klantenreis>"),
        Column("klantenreis", String),
        Index("followed_by_who", "who"),
        Index("followed_by_klantenreis", "klantenreis"),
    )


class Followers(Generic[K]):
    """The rows of `followed_by`; those of `followed` come with the first follower and go with the last."""

    def __init__(self, followed: Table, followed_by: Table) -> None:
        [self._key] = followed.primary_key.columns
        self._followed = followed
        self.table = followed_by
        self._of = followed_by.c[self._key.name]

    def follow(self, tx: Tx, key: K, who: str, klantenreis: str | None) -> None:
        """Follow it for `who` from now on."""
        self._hold(tx, key)
        tx.execute(delete(self.table).where(self._of == key, self.table.c.who == who))
        tx.execute(insert(self.table).values({self._of: key, "who": who, "klantenreis": klantenreis}))

    def unfollow(self, tx: Tx, who: str, keys: Iterable[K]) -> None:
        """No longer for `who`; what is followed for nobody is forgotten."""
        for key in sorted(keys):
            # Before it is looked whether others follow it: another replica may be adding one at this moment.
            tx.execute(select(self._key).where(self._key == key).with_for_update())
            tx.execute(delete(self.table).where(self._of == key, self.table.c.who == who))
            others = select(self._of).where(self._of == key)
            tx.execute(delete(self._followed).where(self._key == key, ~others.exists()))

    def follow_only(self, tx: Tx, who: str, keys: Set[K], klantenreis: str | None) -> None:
        """These and nothing else for `who`."""
        known = self.of(tx.connection, who)
        self.unfollow(tx, who, known.keys() - keys)
        for key in sorted(keys):
            if key not in known or known[key] != klantenreis:
                self.follow(tx, key, who, klantenreis)

    def let_go(self, tx: Tx, who: str) -> None:
        """Nothing any more for `who`."""
        self.unfollow(tx, who, self.of(tx.connection, who))

    def let_go_where(self, tx: Tx, condition: ColumnElement[bool]) -> None:
        """Remove the rows of `followed_by` for which this holds."""
        for row in tx.execute(select(self._of.label("key"), self.table.c.who).where(condition)).all():
            self.unfollow(tx, row.who, [row.key])

    def of(self, connection: Connection, who: str) -> dict[K, str | None]:
        """What is followed for `who`, each with its klantenreis."""
        query = select(self._of.label("key"), self.table.c.klantenreis).where(self.table.c.who == who)
        return {row.key: row.klantenreis for row in connection.execute(query)}

    def is_follower(self, connection: Connection, key: K, who: str) -> bool:
        """Is it followed for `who`?"""
        query = select(self._of).where(self._of == key, self.table.c.who == who)
        return connection.execute(query).first() is not None

    def anybody(self, connection: Connection) -> bool:
        """Does anybody follow anything?"""
        return connection.execute(select(self._key).limit(1)).first() is not None

    def concerned(self, connection: Connection, key: K) -> Concerned:
        """For whom it is followed, in a fixed order."""
        query = select(self.table.c.who, self.table.c.klantenreis).where(self._of == key)
        rows = connection.execute(query).all()
        dossiers = sorted({row.who.partition(":")[2] for row in rows if row.who.startswith((_DOSSIER, _ASKED))})
        trains = sorted({row.klantenreis for row in rows if row.klantenreis is not None})
        return Concerned(tuple(dossiers[:DOSSIERS_MAX]), tuple(trains[:DOSSIERS_MAX]))

    def listed(self, connection: Connection, key: K) -> list[dict[str, Any]]:
        """`who, klantenreis` of at most 500 that follow it, for who asks."""
        query = select(self.table.c.who, self.table.c.klantenreis).where(self._of == key)
        rows = connection.execute(query.order_by(self.table.c.who).limit(LISTED_MAX)).mappings()
        return [dict(row) for row in rows]

    def _hold(self, tx: Tx, key: K) -> None:
        """Its row, made when there is none; nobody removes it in this transaction."""
        make = postgresql.insert if tx.connection.dialect.name == "postgresql" else sqlite.insert
        new = make(self._followed).values({self._key: key, "since": tx.at})
        same = {self._key: new.excluded[self._key.name]}
        tx.execute(new.on_conflict_do_update(index_elements=[self._key], set_=same))
