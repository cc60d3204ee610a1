"""The folders of a mailbox, as an adapter shows them, and how far each was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from services.mail_ingest.remote.protocol import Folder
from services.mail_ingest.store.places import Room, gone
from services.mail_ingest.store.tables import folder, reconciliation


@dataclass(frozen=True, slots=True)
class Known:
    """A folder as the ledger knows it."""

    folder: str
    root: str
    path: str
    total: int
    state: str | None
    """The cursor; None for a first or a full round."""
    problem: str | None
    seen_at: datetime

    @property
    def is_root(self) -> bool:
        """Always there, unlike the folders that people make below it."""
        return self.folder == self.root or "/" not in self.path


def known(connection: Connection, mailbox: str, provider: str) -> list[Known]:
    """All of them: inbox, then what is sent, then junk; each root before the folders below it."""
    columns = (getattr(folder.c, name) for name in Known.__slots__)
    rows = [Known(*row) for row in connection.execute(select(*columns).where(_of(mailbox, provider)))]
    roots = ("inbox", "sentitems", "junkemail")
    return sorted(rows, key=lambda row: (roots.index(row.root), not row.is_root, row.path, row.folder))


def keep(
    connection: Connection, mailbox: str, provider: str, found: Mapping[str, Sequence[Folder]], now: datetime
) -> set[str]:
    """What stands below these roots now, instead of what stood there; returns the mails of folders that left theirs.

    A folder keeps its id when people move it below another root: there it starts over. One that shows twice, because
    it moved while we looked, counts where it showed first; the next look knows better.
    """
    before = _roots(connection, mailbox, provider)
    shown: dict[str, tuple[str, Folder]] = {}
    for root, below in found.items():
        for one in below:
            shown.setdefault(one.folder_id, (root, one))
    mails: set[str] = set()
    for name, root in sorted(before.items()):
        here = shown[name][0] if name in shown else None
        if here != root and (here is not None or root in found):
            room = Room(mailbox, provider, root)
            mails |= gone(connection, room, name, None, now)
            connection.execute(delete(folder).where(_this(room, name)))
    for name, (root, one) in shown.items():
        _put(connection, Room(mailbox, provider, root), one, now, known_there=before.get(name) == root)
    return mails


def save_cursor(connection: Connection, room: Room, name: str, state: str | None, now: datetime) -> None:
    """Save the sync state, once everything before it is in the ledger."""
    values = {"state": state, "seen_at": now, "problem": None}
    connection.execute(update(folder).where(_this(room, name)).values(**values))


def note_problem(connection: Connection, room: Room, name: str, problem: str) -> None:
    """This folder cannot be read; the others can."""
    connection.execute(update(folder).where(_this(room, name)).values(problem=problem))


def add_report(connection: Connection, mailbox: str, at: datetime, report: str, keep_newest: int) -> None:
    """Keep a report of the reconciler, JSON; the oldest go."""
    connection.execute(insert(reconciliation).values(mailbox=mailbox, at=at, report=report))
    mine = select(reconciliation.c.id).where(reconciliation.c.mailbox == mailbox)
    newest = mine.order_by(reconciliation.c.id.desc()).limit(keep_newest)
    old = (reconciliation.c.mailbox == mailbox, reconciliation.c.id.not_in(newest.scalar_subquery()))
    connection.execute(delete(reconciliation).where(*old))


def reports(connection: Connection, mailbox: str, limit: int) -> Iterable[str]:
    """Reports of the reconciler, the newest first."""
    query = select(reconciliation.c.report).where(reconciliation.c.mailbox == mailbox)
    return list(connection.execute(query.order_by(reconciliation.c.id.desc()).limit(limit)).scalars())


def _roots(connection: Connection, mailbox: str, provider: str) -> dict[str, str]:
    """By folder."""
    rows = connection.execute(select(folder.c.folder, folder.c.root).where(_of(mailbox, provider)))
    return {row.folder: row.root for row in rows}


def _put(connection: Connection, room: Room, one: Folder, now: datetime, *, known_there: bool) -> None:
    shown = {"path": one.path, "total": one.total}
    if known_there:
        connection.execute(update(folder).where(_this(room, one.folder_id)).values(**shown))
    else:
        mine = {"mailbox": room.mailbox, "provider": room.provider, "root": room.root, "folder": one.folder_id}
        connection.execute(insert(folder).values(**mine, **shown, seen_at=now))


def _of(mailbox: str, provider: str) -> ColumnElement[bool]:
    return and_(folder.c.mailbox == mailbox, folder.c.provider == provider)


def _this(room: Room, name: str) -> ColumnElement[bool]:
    """Below this root: what was read of it below another one says nothing about it here."""
    return and_(_of(room.mailbox, room.provider), folder.c.root == room.root, folder.c.folder == name)
