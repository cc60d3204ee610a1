"""`dossier.state.v1`: what an active dossier names is followed for it; what leaves it no longer."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Generic

from loketbus_contracts import DossierState, Event
from sqlalchemy import BigInteger, Column, MetaData, String, Table, delete, insert, select, update

from loketbus.following.followers import Followers, K, asked_for, of_dossier
from loketbus.ledger.tx import Tx


def dossier_table(metadata: MetaData) -> Table:
    """Which revision of each dossier was taken over."""
    return Table(
        "dossier",
        metadata,
        Column("dossier", String, primary_key=True, comment="id in the CRM"),
        Column("revision", BigInteger, nullable=False, comment="of the last state that was taken over"),
    )


class Revisions:
    """The rows of `dossier`, so that an older state that comes late changes nothing."""

    def __init__(self, dossier: Table) -> None:
        self.table = dossier

    def take(self, tx: Tx, dossier: str, revision: int) -> bool:
        """This one is taken over; False: it was already, or a later one."""
        own = self.table.c.dossier == dossier
        had = tx.execute(select(self.table.c.revision).where(own)).scalar_one_or_none()
        if had is None:
            tx.execute(insert(self.table).values(dossier=dossier, revision=revision))
        elif had < revision:
            tx.execute(update(self.table).where(own).values(revision=revision))
        return had is None or had < revision

    def forget(self, tx: Tx, dossier: str) -> None:
        """Should it come back, its revisions begin anew."""
        tx.execute(delete(self.table).where(self.table.c.dossier == dossier))


class DossierFollowing(Generic[K]):
    """Handler of `dossier.state.v1`; `wanted` is what a dossier names."""

    def __init__(self, followers: Followers[K], revisions: Revisions, wanted: Callable[[DossierState], Set[K]]) -> None:
        self._followers: Followers[K] = followers
        self._revisions = revisions
        self._wanted: Callable[[DossierState], Set[K]] = wanted

    def apply(self, tx: Tx, event: Event[DossierState], prepared: None) -> None:
        """Follow what it names, unless we had this revision or a later one."""
        data = event.data
        if not self._revisions.take(tx, data.dossier, data.revision):
            return
        if data.actief:
            self._followers.follow_only(tx, of_dossier(data.dossier), self._wanted(data), data.klantenreis)
        else:
            self._let_go(tx, data.dossier)

    def forget(self, tx: Tx, key: str) -> None:
        """The CRM deleted a dossier: nothing of it stays."""
        self._revisions.forget(tx, key)
        self._let_go(tx, key)

    def _let_go(self, tx: Tx, dossier: str) -> None:
        for who in (of_dossier(dossier), asked_for(dossier)):
            self._followers.let_go(tx, who)
