"""Finding and erasing a person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from loketbus.errors import Rejected
from loketbus.ledger.tx import Tx
from services.mail_ingest import items, links
from services.mail_ingest.store import clues, people, reach


class People:
    """See `loketbus.service.SubjectStore`."""

    def find(self, connection: Connection, subject: str) -> dict[str, int]:
        """Rows with or about this person, by table."""
        return {table: rows for table, rows in people.Person(connection, subject).counts().items() if rows}

    def everybody(self, connection: Connection) -> Iterable[str]:
        """All addresses and contactpersonen."""
        return people.everybody(connection)

    def erase(self, tx: Tx, subject: str) -> dict[str, int]:
        """Remove the mails and contacts with their items and blobs; places stay, so that no mail is read in again.

        What others wrote stays where it was linked, also when it was linked through a mail that goes.

        Raises:
            Rejected: `own_mailbox`, for the address of a mailbox of the desk itself: everything would go.
        """
        if people.is_mailbox(tx.connection, subject):
            raise Rejected("own_mailbox", "Dit is het adres van het postvak zelf; daarmee zou alle post gewist worden.")
        who = people.Person(tx.connection, subject)
        own = who.items()
        others = reach.affected(tx.connection, who.message_ids, clues.threads(tx.connection, own)) - set(own)
        erased = people.remove(tx, who, own)
        for row in who.quoting():
            items.save(tx, row, {name: _without(row[name], who.address) for name in people.QUOTES}, act="erased")
        links.survive(tx, others)
        return {table: rows for table, rows in erased.items() if rows}


def _without(text: str | None, address: str) -> str | None:
    """JSON of evidence, or of candidates with their evidence, without the address."""

    def clean(value: Any) -> Any:
        if isinstance(value, list):
            return [clean(one) for one in value if one != address]
        return {name: clean(one) for name, one in value.items()} if isinstance(value, dict) else value

    return None if text is None else json.dumps(clean(json.loads(text)), ensure_ascii=False)
