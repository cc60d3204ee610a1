"""Queue items: opened by a mail, linked when it is known what the mail replies to, told to the bus at every change."""

from __future__ import annotations

import json
from typing import Any

from loketbus_contracts import QUEUE_ITEM, ItemState, Link, LinkState, QueueItem, Wachtrij

from loketbus.ledger.tx import Tx
from loketbus.revisions import next_revision
from services.mail_ingest.domain import Linked, item_id, link
from services.mail_ingest.store import items, mails

BRON = "mail"
RULES = "1"
"""Version of the linking rules, kept with each decision."""
RULED = (None, "in_reply_to", "references")
"""Methods of decisions that our rules may change; what a person decided stays."""


def open_item(tx: Tx, mail: dict[str, Any], decision: Linked | None) -> None:
    """A new mail becomes an item in the W&E queue; replies that came before it get its link.

    `mail` is the row that was stored.
    """
    values: dict[str, Any] = {
        "item": item_id(mail["mail"]),
        "mail": mail["mail"],
        "conversation": mail["conversation"],
        "wachtrij": str(Wachtrij.WE),
        "open": True,
        "behandelaar": None,
        "first_contact_at": mail["received_at"],
        "revision": next_revision(0, tx.at),
    } | _link_values(decision)
    items.add_item(tx, values)
    _emit(tx, mail | values)
    if decision is not None and mail["message_id"] is not None:
        relink_replies(tx, mail["message_id"])


def relink_replies(tx: Tx, message_id: str) -> None:
    """Something became known about this mail: decide again about what replies to it, and about the replies to those.

    So the links do not depend on the order in which mails arrive (a first round reads the newest first).
    """
    waiting, seen = [message_id], {message_id}
    while waiting:
        for row in items.repliers(tx.connection, waiting.pop(0)):
            if _relink(tx, row) and row["message_id"] is not None and row["message_id"] not in seen:
                seen.add(row["message_id"])
                waiting.append(row["message_id"])


def _relink(tx: Tx, row: dict[str, Any]) -> bool:
    """Decide again about one item; True when the decision changed."""
    if row["link_method"] not in RULED:
        return False
    candidates = mails.parents_of(tx.connection, row["mail"])
    known = mails.known_mails(tx.connection, [candidate.message_id for candidate in candidates])
    changed = _link_values(link(candidates, known))
    if all(row[name] == value for name, value in changed.items()):
        return False
    changed["revision"] = next_revision(row["revision"], tx.at)
    items.update_item(tx, row["item"], changed)
    _emit(tx, row | changed)
    return True


def _link_values(decision: Linked | None) -> dict[str, Any]:
    return {
        "klantenreis": decision.klantenreis if decision else None,
        "dossier": decision.dossier if decision else None,
        "link_method": decision.method if decision else None,
        "link_evidence": decision.evidence if decision else None,
    }


def _emit(tx: Tx, row: dict[str, Any]) -> None:
    """The state of an item, from its own row and its mail's together."""
    data = QueueItem(
        item=row["item"],
        revision=row["revision"],
        mail=row["mail"],
        conversation=row["conversation"],
        bron=BRON,
        wachtrij=row["wachtrij"],
        behandelaar=row["behandelaar"],
        state=ItemState.OPEN if row["open"] else ItemState.CLOSED,
        link=_link(row),
        first_contact_at=row["first_contact_at"],
        automatic=row["automatic"],
        subject=row["subject"],
        afzender=row["sender"],
        attachment_count=sum(not entry["inline"] for entry in json.loads(row["attachments"])),
        occurred_at=tx.at,
    )
    tx.emit(QUEUE_ITEM, row["item"], data)


def _link(row: dict[str, Any]) -> Link:
    if row["klantenreis"] is None:
        return Link(state=LinkState.UNLINKED, rule_version=RULES)
    return Link(
        state=LinkState.LINKED,
        klantenreis=row["klantenreis"],
        dossier=row["dossier"],
        method=row["link_method"],
        evidence=(row["link_evidence"],),
        rule_version=RULES,
    )
