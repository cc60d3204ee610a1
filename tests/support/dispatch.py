"""Queue items and commands for tests of dispatch: as the migration seeds the desk, without a mailbox."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from importlib import import_module
from typing import Any

from loketbus_contracts import QUEUE_COMMAND, Event, QueueCommand
from loketbus_contracts.queue import Action
from sqlalchemy import Connection, insert

from loketbus.ledger.tx import Tx
from services.mail_ingest import items
from services.mail_ingest.domain import new_item
from services.mail_ingest.domain.linking import Decision
from services.mail_ingest.store import tables

_SEEDS = import_module("services.mail_ingest.migrations.versions.0002_queues")


def seed(connection: Connection) -> None:
    """The queues and close reasons that an installation starts with, and one queue that is not in use any more."""
    queues = [
        {"wachtrij": code, "label": label, "active": code != "oud", "position": place, "revision": 0}
        for place, (code, label) in enumerate((_SEEDS.QUEUES | {"oud": "Oud (W&E)"}).items())
    ]
    reasons = [
        {"reason": code, "label": label, "bulk": bulk, "active": True, "position": place}
        for place, (code, (label, bulk)) in enumerate(_SEEDS.CLOSE_REASONS.items())
    ]
    connection.execute(insert(tables.queue), queues)
    connection.execute(insert(tables.close_reason), reasons)


def add_item(tx: Tx, name: str, **columns: Any) -> items.Row:
    """The item of the mail `<name>`, with one attachment; `columns` of `queue_item` change it."""
    mail = {
        "mail": f"mail-{name}",
        "mailbox": "box",
        "message_id": f"<{name}>",
        "content_hash": name,
        "conversation": "conversation",
        "received_at": tx.at,
        "recipients": "[]",
        "new_text": f"Dit is vraag {name}.",
        "attachments": "[]",
        "raw_ref": f"raw-{name}",
        "warnings": "[]",
    }
    tx.execute(insert(tables.mail).values(**mail))
    files = [
        {"ref": f"file-{name}", "size": 3, "sha256": "0" * 64, "media_type": "application/pdf", "name": "scan.pdf"}
        | {"inline": False}
    ]
    row = new_item(
        item=name,
        bron="mail",
        first_contact_at=columns.pop("first_contact_at", tx.at),
        decision=columns.pop("decision", Decision()),
        queue_from=None,
        mail=mail["mail"],
        subject=f"Vraag {name}",
        afzender="Jan Peeters <jan.peeters@burger.example>",
        sender_address="jan.peeters@burger.example",
        attachments=json.dumps(files),
    )
    return items.add(tx, row | columns, act="received")


def command(
    item: str,
    action: Action,
    *,
    at: datetime,
    actor: str = "an",
    revision: int | None = None,
    request: str | None = None,
) -> Event[QueueCommand]:
    """What the CRM sends; `request` is its `ce_id`."""
    name = request or str(uuid.uuid4())
    data = QueueCommand(item=item, actor=actor, expected_revision=revision, action=action)
    return Event(id=name, type=QUEUE_COMMAND.name, source="crm", key=item, time=at, data=data, correlation_id=name)
