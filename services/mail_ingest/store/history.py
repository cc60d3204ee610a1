"""Who did what with an item: the audit trail. Codes and ids, no words of the mail."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from loketbus.ledger.tx import Tx
from services.mail_ingest.domain.story import Entry
from services.mail_ingest.store.tables import history

_TOLD = (
    "wachtrij",
    "open",
    "closed_reason",
    "behandelaar",
    "klantenreis",
    "dossier",
    "link_method",
    "remarks",
    "answered_at",
    "answered_via",
)


def add(tx: Tx, row: dict[str, Any], actor: str | None, act: str, changes: dict[str, tuple[Any, Any]]) -> None:
    """Keep one line; `changes` is field to (before, after), of which the telling ones are kept."""
    told = {name: [_plain(before), _plain(after)] for name, (before, after) in changes.items() if name in _TOLD}
    values = {"item": row["item"], "revision": row["revision"], "at": tx.at, "actor": actor, "act": act}
    tx.execute(insert(history).values(**values, changes=json.dumps(told)))


def of(connection: Connection, item: str, *, after: int = 0) -> list[Entry]:
    """The lines of an item after a revision, from old to new."""
    query = select(history).where(history.c.item == item, history.c.revision > after)
    rows = connection.execute(query.order_by(history.c.revision))
    return [Entry(row.revision, row.at, row.actor, row.act, json.loads(row.changes)) for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
