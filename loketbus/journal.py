"""What happened to one story (correlation id) or one thing (business key) in this service, in order of time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from loketbus.deadletters import history_of
from loketbus.ledger.tables import effect, inbox, outbox

LIMIT = 500


def story(connection: Connection, who: str) -> list[dict[str, Any]]:
    """Entries `{at, what, type, key, id, detail}` whose correlation id or key is `who`, oldest first."""
    entries = [*_received(connection, who), *_emitted(connection, who), *_worked(connection, who)]
    return sorted(entries, key=lambda entry: entry["at"])[:LIMIT]


def _matches(table: Table, who: str) -> ColumnElement[bool]:
    return (table.c.correlation_id == who) | (table.c.key == who)


def _received(connection: Connection, who: str) -> list[dict[str, Any]]:
    rows = connection.execute(select(inbox).where(_matches(inbox, who)).limit(LIMIT)).mappings()
    return [
        _entry(
            row["received_at"], f"received:{row['outcome']}", row["type"], row["key"], row["event_id"], row["source"]
        )
        for row in rows
    ]


def _emitted(connection: Connection, who: str) -> list[dict[str, Any]]:
    columns = select(outbox.c.created_at, outbox.c.published_at, outbox.c.topic, outbox.c.key, outbox.c.event_id)
    entries = []
    for created, published, topic, key, event_id in connection.execute(
        columns.where(_matches(outbox, who)).limit(LIMIT)
    ):
        entries.append(_entry(created, "decided", topic, key, event_id, None))
        if published is not None:
            entries.append(_entry(published, "published", topic, key, event_id, None))
    return entries


def _worked(connection: Connection, who: str) -> list[dict[str, Any]]:
    rows = connection.execute(select(effect).where(_matches(effect, who)).limit(LIMIT)).mappings()
    entries = []
    for row in rows:
        name = row["event_type"] or row["kind"]
        entries.append(
            _entry(
                row["created_at"],
                "waiting" if row["kind"] == "event" else "wanted",
                name,
                row["key"],
                row["ref"],
                row["lane"],
            )
        )
        entries += [
            _entry(step["at"], step["what"], name, row["key"], row["ref"], step.get("code"))
            for step in history_of(dict(row))
        ]
    return entries


def _entry(at: Any, what: str, kind: str, key: str, identity: str, detail: str | None) -> dict[str, Any]:
    moment = at if isinstance(at, str) else at.isoformat()
    return {"at": moment, "what": what, "type": kind, "key": key, "id": identity, "detail": detail}
