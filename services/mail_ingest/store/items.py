"""Queue items: what stands in a queue, for lists and for linking."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, literal, select, tuple_, update

from loketbus.ledger.tx import Tx
from services.mail_ingest.store.tables import item, mail, reference

PREVIEW_CHARS = 200
SHORT_ID = 8
"""Characters that are enough to name an item by hand."""

_ITEM_FIELDS = (
    "item",
    "mail",
    "conversation",
    "wachtrij",
    "open",
    "behandelaar",
    "klantenreis",
    "dossier",
    "link_method",
    "link_evidence",
    "first_contact_at",
    "revision",
)
_MAIL_FIELDS = ("message_id", "received_at", "sender", "subject", "automatic", "attachments")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items to list, the oldest question first or the newest; `after` is the last one of the page before."""

    wachtrij: str = "we"
    open: bool = True
    linked: bool | None = None
    automatic: bool | None = None
    newest: bool = False
    after: tuple[datetime, str] | None = None
    limit: int = 100


def add_item(tx: Tx, values: dict[str, Any]) -> None:
    """Add a queue item."""
    tx.execute(insert(item).values(**values))


def update_item(tx: Tx, item_id: str, values: dict[str, Any]) -> None:
    """Change a queue item."""
    tx.execute(update(item).where(item.c.item == item_id).values(**values))


def repliers(connection: Connection, message_id: str) -> list[dict[str, Any]]:
    """Items whose mail refers to this Message-ID, each with its mail's fields."""
    query = _items().join(reference, reference.c.mail == item.c.mail)
    query = query.where(reference.c.message_id == message_id).order_by(item.c.first_contact_at, item.c.item)
    return [dict(row) for row in connection.execute(query).mappings()]


def list_items(connection: Connection, chosen: Filter) -> list[dict[str, Any]]:
    """Items for a list, with the first words of their texts."""
    query = _items().where(item.c.wachtrij == chosen.wachtrij, item.c.open == chosen.open)
    if chosen.linked is not None:
        query = query.where(item.c.klantenreis.is_not(None) if chosen.linked else item.c.klantenreis.is_(None))
    if chosen.automatic is not None:
        query = query.where(mail.c.automatic.is_not(None) if chosen.automatic else mail.c.automatic.is_(None))
    place = (item.c.first_contact_at, item.c.item)
    if chosen.after is not None:
        last = tuple_(*(literal(value, column.type) for value, column in zip(chosen.after, place, strict=True)))
        query = query.where(tuple_(*place) < last if chosen.newest else tuple_(*place) > last)
    order = [column.desc() for column in place] if chosen.newest else place
    query = query.add_columns(func.substr(mail.c.new_text, 1, PREVIEW_CHARS).label("preview"))
    rows = connection.execute(query.order_by(*order).limit(chosen.limit)).mappings()
    return [_shown(row) | {"preview": " ".join(row["preview"].split())} for row in rows]


def show_item(connection: Connection, item_id: str) -> dict[str, Any] | None:
    """One item with its mail's own text; the first characters of its id will do when no other begins with them."""
    begins = item.c.item.startswith(item_id, autoescape=True)
    wanted = begins if len(item_id) >= SHORT_ID else item.c.item == item_id
    query = _items().add_columns(mail.c.new_text, mail.c.raw_ref).where(wanted).limit(2)
    rows = connection.execute(query).mappings().all()
    return _shown(rows[0]) | {name: rows[0][name] for name in ("new_text", "raw_ref")} if len(rows) == 1 else None


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """Open items per queue: people's unlinked and linked, and automatic mail."""
    linked, automatic = item.c.klantenreis.is_not(None), mail.c.automatic.is_not(None)
    rows = select(item.c.wachtrij, linked.label("linked"), automatic.label("automatic"))
    kinds = rows.join(mail, mail.c.mail == item.c.mail).where(item.c.open).subquery()
    columns = (kinds.c.wachtrij, kinds.c.linked, kinds.c.automatic)
    found: dict[str, dict[str, int]] = {}
    for wachtrij, is_linked, is_automatic, number in connection.execute(
        select(*columns, func.count()).group_by(*columns)
    ):
        queue = found.setdefault(wachtrij, {"unlinked": 0, "linked": 0, "automatic": 0})
        queue["automatic" if is_automatic else "linked" if is_linked else "unlinked"] += number
    return found


def _items() -> Select[Any]:
    columns = [*(item.c[name] for name in _ITEM_FIELDS), *(mail.c[name] for name in _MAIL_FIELDS)]
    return select(*columns).join_from(item, mail, mail.c.mail == item.c.mail)


def _shown(row: RowMapping) -> dict[str, Any]:
    attachments = [entry for entry in json.loads(row["attachments"]) if not entry["inline"]]
    shown = {name: row[name] for name in (*_ITEM_FIELDS, "subject", "automatic", "received_at")}
    return shown | {"afzender": row["sender"], "attachments": attachments}
