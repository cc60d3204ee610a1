"""Where mails stand in the mailbox: what was taken in, what left again. An id means something within its room."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from loketbus.ledger.tx import Tx
from services.mail_ingest import domain
from services.mail_ingest.domain.remarks import RemarkCode
from services.mail_ingest.store.tables import item, place

INBOX, SENT, JUNK = "inbox", "sentitems", "junkemail"
"""Roots: a mail below one of the first two is taken in as what came, or as what was sent."""
NAMELESS = "unknown:"
"""Begin of the ids that we give to items whose answer did not say which they are."""
IMPORTED = "import"
"""Provider of mails that a person brought as a file."""
_NO_SERVER = ("folder", IMPORTED)
_KEY = ("mailbox", "provider", "root", "provider_id")
_TAKEN_IN = select(place.c.mail).where(place.c.mail == bindparam("mail_id")).limit(1)
_NAMED = ~place.c.provider_id.startswith(NAMELESS, autoescape=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail stands: whose id it is, in which folder, and as what it counts there."""

    provider: str
    provider_id: str
    folder: str
    root: str = INBOX


@dataclass(frozen=True, slots=True)
class Room:
    """Ids are unique within one: a mailbox as one adapter shows it, what came or what was sent."""

    mailbox: str
    provider: str
    root: str = INBOX

    def at(self, provider_id: str, folder: str) -> Place:
        """A place in it."""
        return Place(self.provider, provider_id, folder, self.root)


def public_id(mailbox: str, where: Place) -> str:
    """A place as an id that may stand in keys and be shown."""
    inside = where.provider_id if where.root == INBOX else f"{where.root}/{where.provider_id}"
    return domain.place_id(mailbox, inside)


def unseen(connection: Connection, room: Room, provider_ids: Collection[str]) -> set[str]:
    """Of these ids, those that were not taken in (nor put in quarantine) yet."""
    query = select(place.c.provider_id).where(_in_room(room), place.c.provider_id.in_(provider_ids))
    return set(provider_ids) - set(connection.execute(query).scalars())


def was_taken_in(connection: Connection, mail_id: str) -> bool:
    """Was this mail ever taken in, from whatever place, erased or not?"""
    return connection.execute(_TAKEN_IN, {"mail_id": mail_id}).first() is not None


def quarantined(connection: Connection) -> int:
    """How many items wait in quarantine for a person or a next try."""
    query = select(func.count()).select_from(place).where(place.c.quarantine.is_not(None), place.c.dropped.is_(None))
    return int(connection.execute(query).scalar_one())


def add_place(tx: Tx, mailbox: str, where: Place, mail_id: str) -> None:
    """Remember where a mail stands in the mailbox (an id changes when a mail is moved)."""
    known = {"provider": where.provider, "root": where.root, "provider_id": where.provider_id, "folder": where.folder}
    tx.execute(_add(tx.connection.dialect.name), {"mailbox": mailbox, **known, "mail": mail_id, "seen_at": tx.now})


def put(tx: Tx, mailbox: str, where: Place, **values: Any) -> None:
    """Write a place; one attempt more."""
    values |= {"folder": where.folder, "seen_at": tx.now}
    changed = update(place).where(is_at(mailbox, where)).values(attempts=place.c.attempts + 1, **values)
    if tx.execute(changed).rowcount == 0:
        known = {"provider": where.provider, "root": where.root, "provider_id": where.provider_id}
        tx.execute(insert(place).values(mailbox=mailbox, attempts=1, **known, **values))


def still_there(
    connection: Connection,
    room: Room,
    folder: str,
    provider_ids: Collection[str],
    now: datetime,
    before: datetime | None = None,
) -> set[str]:
    """These stand in `folder` now, which may be news; returns the mails that were thought to be gone.

    Ids that we do not know are passed over, and so is what we heard of since `before`.
    """
    where = (_stands_elsewhere(room, folder), place.c.provider_id.in_(provider_ids), _not_since(before))
    away = select(place.c.mail).where(*where, place.c.gone_at.is_not(None), place.c.mail.is_not(None))
    back = set(connection.execute(away).scalars())
    connection.execute(update(place).where(*where).values(folder=folder, gone_at=None, seen_at=now))
    return back


def astray(
    connection: Connection, room: Room, folder: str, provider_ids: Collection[str], before: datetime
) -> set[str]:
    """Of these ids, which stand in `folder` now, those that we thought were elsewhere or gone."""
    where = (_stands_elsewhere(room, folder), place.c.provider_id.in_(provider_ids), _not_since(before))
    return set(connection.execute(select(place.c.provider_id).where(*where)).scalars())


def gone(
    connection: Connection, room: Room, folder: str | None, provider_ids: Collection[str] | None, now: datetime
) -> set[str]:
    """These stand in `folder` no more; returns their mails. What moved to another folder meanwhile is passed over.

    Args:
        connection: a transaction.
        room: whose ids.
        folder: None for any.
        provider_ids: None for all that stand in it.
        now: since when, as far as we know.
    """
    where = [_in_room(room), place.c.gone_at.is_(None), _NAMED]
    if folder is not None:
        where.append(place.c.folder == folder)
    if provider_ids is not None:
        where.append(place.c.provider_id.in_(provider_ids))
    mails = set(connection.execute(select(place.c.mail).where(*where, place.c.mail.is_not(None))).scalars())
    connection.execute(update(place).where(*where).values(gone_at=now))
    return mails


def live(connection: Connection, room: Room, before: datetime, after: str, limit: int) -> list[tuple[str, str]]:
    """Ids that should stand in the mailbox, with their folders, of which we heard nothing since `before`.

    In the order of the ids; `after` is the last one of the part before.
    """
    query = select(place.c.provider_id, place.c.folder).where(_in_room(room), place.c.gone_at.is_(None))
    query = query.where(_not_since(before), place.c.provider_id > after, _NAMED)
    return [(row[0], row[1]) for row in connection.execute(query.order_by(place.c.provider_id).limit(limit))]


def states(connection: Connection, room: Room, provider_ids: Collection[str]) -> dict[str, bool]:
    """Of these ids, those that we know: was it taken in (or does it stand in quarantine)?"""
    query = select(place.c.provider_id, place.c.mail).where(_in_room(room), place.c.provider_id.in_(provider_ids))
    return {row.provider_id: row.mail is not None for row in connection.execute(query)}


def is_wrong_about_leaving(provider: str, remarked: bool) -> ColumnElement[bool]:
    """Condition on `queue_item`: its remark that the mail left the mailbox is wrong now, or (False) misses now."""
    stands = exists().where(_holds(provider), place.c.gone_at.is_(None))
    remark = item.c.remarks.contains(f'"{RemarkCode.LEFT_INBOX}"', autoescape=True)
    if remarked:
        return and_(remark, stands)
    left = exists().where(_holds(provider), place.c.gone_at.is_not(None))
    return and_(~remark, left, ~stands)


def stood_at_a_server(provider: str) -> ColumnElement[bool]:
    """Condition on `queue_item`: its mail was once seen in the mailbox itself, by whatever adapter."""
    served = or_(place.c.provider.not_in(_NO_SERVER), place.c.provider == provider)
    return exists().where(place.c.mail == item.c.mail, place.c.root == INBOX, served)


def stands_nowhere(provider: str) -> ColumnElement[bool]:
    """Condition on `queue_item`: this adapter, which has seen everything, shows its mail in no folder.

    Of none while an item stands there that could not be read, dropped by a person or not: it may be any of these mails.
    """
    remark = item.c.remarks.contains(f'"{RemarkCode.LEFT_INBOX}"', autoescape=True)
    unread = and_(place.c.provider == provider, place.c.root == INBOX, place.c.mail.is_(None))
    # Of a dropped one without an id nobody can ever say that it left.
    may_stand = and_(unread, or_(place.c.dropped.is_(None), _NAMED))
    shown = exists().where(or_(_holds(provider), may_stand), place.c.gone_at.is_(None))
    return and_(~remark, stood_at_a_server(provider), ~shown)


def is_at(mailbox: str, where: Place) -> ColumnElement[bool]:
    """Condition: this very place."""
    return and_(_in_room(Room(mailbox, where.provider, where.root)), place.c.provider_id == where.provider_id)


@cache
def _add(dialect: str) -> Insert:
    """Made once: it runs for every mail."""
    insert_into = postgresql.insert if dialect == "postgresql" else sqlite.insert
    free = {"quarantine": None, "quarantined_at": None, "dropped": None, "transient": False, "gone_at": None}
    named = ("mailbox", "provider", "root", "provider_id", "folder", "mail", "seen_at")
    new = insert_into(place).values(attempts=1, **free, **{name: bindparam(name) for name in named})
    again = {name: new.excluded[name] for name in ("folder", "mail", "seen_at", *free)}
    return new.on_conflict_do_update(index_elements=_KEY, set_={**again, "attempts": place.c.attempts + 1})


def _in_room(room: Room) -> ColumnElement[bool]:
    return and_(place.c.mailbox == room.mailbox, place.c.provider == room.provider, place.c.root == room.root)


def _stands_elsewhere(room: Room, folder: str) -> ColumnElement[bool]:
    return and_(_in_room(room), or_(place.c.folder != folder, place.c.gone_at.is_not(None)))


def _not_since(moment: datetime | None) -> ColumnElement[bool]:
    return true() if moment is None else place.c.seen_at < moment


def _holds(provider: str) -> ColumnElement[bool]:
    return and_(place.c.mail == item.c.mail, place.c.provider == provider, place.c.root == INBOX)
