"""The files of a linked item are asked into the folder of its klantenreis (`document.requested.v1`)."""

from __future__ import annotations

import json
from typing import Any

from loketbus_contracts import DOCUMENT_REQUESTED, Attachment, DocumentRequested

from loketbus.ledger.tx import Tx
from services.mail_ingest.domain import document_id

SERVICE = "mail_ingest"
"""Who holds the files of mails; those of a contact stay with the service that took it down."""


def request(tx: Tx, row: dict[str, Any], actor: str | None) -> None:
    """Ask for every attachment of a linked item; pictures inside the text stay with the mail.

    `row` is a row of `queue_item`.
    """
    if row["klantenreis"] is None:
        return
    owner = row["mail"] or row["contact"]
    for entry in json.loads(row["attachments"]):
        if entry["inline"]:
            continue
        data = DocumentRequested(
            klantenreis=row["klantenreis"],
            dossier=row["dossier"],
            document=document_id(owner, entry["ref"]),
            revision=row["revision"],
            file=Attachment.model_validate(entry),
            service=entry.get("service", SERVICE),
            mail=row["mail"],
            contact=row["contact"],
            received_at=row["first_contact_at"],
            actor=actor,
        )
        tx.emit(DOCUMENT_REQUESTED, row["klantenreis"], data)
