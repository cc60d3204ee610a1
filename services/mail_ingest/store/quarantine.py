"""Items that could not be taken in: rows of `mailbox_place` without a mail, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from loketbus.blob_refs import release
from loketbus.ledger.tables import blob_ref
from loketbus.ledger.tx import Tx
from services.mail_ingest.store.places import Place, is_at, public_id, put
from services.mail_ingest.store.tables import folder, place

ATTEMPTS_MAX = 5
"""After so many tries only a person tries again."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was received of an item: a blob, and whether it is the whole mail."""

    ref: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One item; `id` may be shown."""

    id: str
    mailbox: str
    place: Place
    reason: str
    since: datetime
    tried_at: datetime
    attempts: int
    transient: bool
    size: int | None
    path: str
    """Of its folder, as people see it."""
    gone_at: datetime | None
    dropped: str | None


def put_aside(tx: Tx, mailbox: str, where: Place, reason: str, *, transient: bool, size: int | None = None) -> bool:
    """Remember an item that could not be taken in; False when it is a mail that was, which stays so."""
    before = tx.execute(select(place).where(is_at(mailbox, where))).first()
    if before is not None and before.mail is not None:
        return False
    since = before.quarantined_at if before is not None else tx.now
    known_size = size if size is not None or before is None else before.size
    changes = {"mail": None, "quarantine": reason, "quarantined_at": since, "transient": transient, "size": known_size}
    put(tx, mailbox, where, **changes)
    return True


def stop_trying(connection: Connection, mailbox: str, where: Place, now: datetime) -> None:
    """Leave an item to a person: it is gone from the mailbox."""
    values = {"transient": False, "gone_at": now}
    connection.execute(update(place).where(is_at(mailbox, where), place.c.gone_at.is_(None)).values(**values))


def to_try_again(connection: Connection, mailbox: str, provider: str, before: datetime, limit: int) -> list[Place]:
    """Items that stand in the mailbox and may be readable by now, last tried before `before`."""
    query = select(place).where(
        place.c.mailbox == mailbox,
        place.c.provider == provider,
        place.c.transient,
        place.c.dropped.is_(None),
        place.c.gone_at.is_(None),
        place.c.attempts < ATTEMPTS_MAX,
        place.c.seen_at < before,
    )
    rows = connection.execute(query.order_by(place.c.seen_at).limit(limit))
    return [Place(row.provider, row.provider_id, row.folder, row.root) for row in rows]


def listing(connection: Connection, *, dropped: bool = False) -> list[Quarantined]:
    """All of it, the oldest first; or what was dropped."""
    where = (place.c.mailbox == folder.c.mailbox, place.c.provider == folder.c.provider)
    joined = place.outerjoin(folder, (place.c.folder == folder.c.folder) & where[0] & where[1])
    chosen = place.c.dropped.is_not(None) if dropped else place.c.dropped.is_(None)
    query = select(place, folder.c.path).select_from(joined).where(place.c.quarantine.is_not(None), chosen)
    order = (place.c.quarantined_at, place.c.provider, place.c.root, place.c.provider_id)
    return [_read(row) for row in connection.execute(query.order_by(*order))]


def find(connection: Connection, beginning: str) -> list[Quarantined]:
    """Items, dropped or not, whose id begins so."""
    everything = (*listing(connection), *listing(connection, dropped=True))
    return [one for one in everything if one.id.startswith(beginning)]


def kept(connection: Connection, item: Quarantined) -> Kept | None:
    """What was received of it."""
    query = select(blob_ref).where(blob_ref.c.owner == item.id).order_by(blob_ref.c.created_at.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else Kept(row.ref, row.sha256, row.size, row.media_type)


def keep(tx: Tx, mailbox: str, where: Place, sha256: str, size: int, *, whole: bool) -> None:
    """What was received of an item, instead of what an earlier try left.

    Args:
        tx: also of the place.
        mailbox: its id.
        where: its place.
        sha256: of the blob.
        size: in bytes.
        whole: the mail as it was received, and not only what the server said about it.
    """
    owner = public_id(mailbox, where)
    name, media_type = ("mail.eml", "message/rfc822") if whole else ("answer.txt", "text/plain")
    others = select(blob_ref.c.sha256).where(blob_ref.c.owner == owner, blob_ref.c.sha256 != sha256)
    if tx.execute(others).first() is not None:
        release(tx, [owner])
    tx.keep_blob(owner, sha256, size, name, media_type)


def drop(tx: Tx, item: Quarantined, reason: str) -> None:
    """Nobody needs it: what was received of it goes, its place stays known, so that it does not come back."""
    tx.execute(update(place).where(is_at(item.mailbox, item.place)).values(dropped=reason, transient=False))
    release(tx, [item.id])


def _read(row: Row[Any]) -> Quarantined:
    where = Place(row.provider, row.provider_id, row.folder, row.root)
    return Quarantined(
        id=public_id(row.mailbox, where),
        mailbox=row.mailbox,
        place=where,
        reason=row.quarantine,
        since=row.quarantined_at or row.seen_at,
        tried_at=row.seen_at,
        attempts=row.attempts,
        transient=row.transient,
        size=row.size,
        path=row.path or row.folder,
        gone_at=row.gone_at,
        dropped=row.dropped,
    )
