"""Finding and erasing a person by the id of a dossier or klantenreis for which something is followed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from loketbus.following.dossiers import Revisions
from loketbus.following.followers import Followers, asked_for, of_dossier
from loketbus.ledger.tx import Tx


class FollowingSubjects:
    """See `loketbus.service.SubjectStore`."""

    def __init__(self, followers: Followers[Any], revisions: Revisions) -> None:
        self._followers = followers
        self._revisions = revisions

    def find(self, connection: Connection, subject: str) -> dict[str, int]:
        """Rows about this person, by table."""
        own = self._revisions.table
        counts = {
            self._followers.table.name: _count(connection, self._followers.table, self._followed(subject)),
            own.name: _count(connection, own, own.c.dossier == subject),
        }
        return {table: rows for table, rows in counts.items() if rows}

    def everybody(self, connection: Connection) -> Iterable[str]:
        """All dossiers and klantenreizen."""
        yield from connection.execute(select(self._revisions.table.c.dossier)).scalars()
        columns = self._followers.table.c
        for row in connection.execute(select(columns.who, columns.klantenreis).distinct()):
            yield from (one for one in (row.who.partition(":")[2], row.klantenreis) if one)

    def erase(self, tx: Tx, subject: str) -> dict[str, int]:
        """Remove them; what is then followed for nobody is forgotten too."""
        erased = self.find(tx.connection, subject)
        self._revisions.forget(tx, subject)
        self._followers.let_go_where(tx, self._followed(subject))
        return erased

    def _followed(self, subject: str) -> ColumnElement[bool]:
        columns = self._followers.table.c
        return or_(columns.who.in_((of_dossier(subject), asked_for(subject))), columns.klantenreis == subject)


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(where)).scalar_one())
