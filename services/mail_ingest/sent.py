"""Mails that went out: written down, with what follows for the mails that they answer and for the replies to them.

Two may tell of the same mail: the CRM, and we ourselves when it stands in Sent items. Whoever comes first, the outcome
is the same: what the CRM said of a field stands, what it left out is filled in. When it names several klantenreizen
for one mail (a mailing), answers to it belong to none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from loketbus.ledger.tx import Tx
from services.mail_ingest import items, links
from services.mail_ingest.domain import Parent
from services.mail_ingest.domain.linking import unique
from services.mail_ingest.store import mails as came
from services.mail_ingest.store import sent as went

CRM, OUTLOOK = "crm", "outlook"
_OF_THE_CRM = ("conversation", "sent_at")


def record_sent(tx: Tx, values: dict[str, Any], parents: Sequence[Parent], via: str) -> None:
    """Remember a mail that went out; hearing the same again changes nothing.

    Args:
        tx: the transaction.
        values: `message_id`, `conversation`, `klantenreis`, `dossier`, `sent_at`, `thread` (see
            `domain.clues.thread_key`). What was found in Sent items belongs where its thread belongs: a klantenreis
            that comes with it is not kept, as it would outlive a change of the thread's.
        parents: what it answers, the nearest first; none for an automatic mail.
        via: `crm` or `outlook`.
    """
    name = values["message_id"]
    told = values | {"via": via, "several": None} | ({"klantenreis": None, "dossier": None} if via == OUTLOOK else {})
    before = went.get(tx.connection, name)
    refers_to = [parent.message_id for parent in parents]
    known = went.references(tx.connection, name)
    if before is not None:
        told, refers_to = _merged(before, told), _first(told, before, refers_to, known)
        if told == before and refers_to == known:
            return
    went.put(tx, told, refers_to)
    for parent in dict.fromkeys([*known[:1], *refers_to[:1]]):
        _mark_answered(tx, parent)
    keys = {row["thread"] for row in (told, before) if row is not None and row["thread"] is not None}
    links.relink(tx, messages=(name,), threads=keys)


def answer_to(tx: Tx, message_id: str | None, received_at: datetime) -> dict[str, Any]:
    """Columns of `queue_item` that say whether a mail was answered, and how.

    Of several mails with one Message-ID only the first can be known to be meant: by an answer from before the second.
    """
    times = [] if message_id is None else went.received(tx.connection, message_id)
    if message_id is None or times[:1] != [received_at]:
        return {"answered_at": None, "answered_via": None}
    newest = went.newest_answer(tx.connection, message_id, received_at, next(iter(times[1:]), None))
    return {
        "answered_at": None if newest is None else newest["sent_at"],
        "answered_via": None if newest is None else newest["via"],
    }


def _mark_answered(tx: Tx, message_id: str) -> None:
    for row in came.with_message_id(tx.connection, message_id):
        items.save(tx, row, answer_to(tx, message_id, row["first_contact_at"]), act="answered")


def _merged(before: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The row after another word about the same mail."""
    newer, older = (before, told) if before["via"] == CRM and told["via"] == OUTLOOK else (told, before)
    thread = newer["thread"] or older["thread"]
    merged = {"message_id": before["message_id"], "via": newer["via"], "thread": thread}
    return merged | {name: newer[name] for name in _OF_THE_CRM} | _place(_places(before) | _places(told))


def _places(row: dict[str, Any]) -> set[tuple[str, str | None]]:
    """All that the CRM said of where it belongs: (klantenreis, dossier)."""
    if row["several"] is not None:
        return {(klantenreis, dossier) for klantenreis, dossier in json.loads(row["several"])}
    return set() if row["klantenreis"] is None else {(row["klantenreis"], row["dossier"])}


def _place(said: set[tuple[str, str | None]]) -> dict[str, Any]:
    """Columns of `mail_sent`: the one klantenreis, with its dossier when one is named."""
    trains = {klantenreis for klantenreis, _ in said}
    one = len(trains) == 1
    ordered = sorted(said, key=lambda place: (place[0], place[1] or ""))
    return {
        "klantenreis": ordered[0][0] if one else None,
        "dossier": unique([dossier for _, dossier in ordered]) if one else None,
        "several": json.dumps(ordered, ensure_ascii=False) if len(ordered) > 1 else None,
    }


def _first(told: dict[str, Any], before: dict[str, Any], new: list[str], known: list[str]) -> list[str]:
    """What it refers to: the CRM's list, when it gave one."""
    from_crm = told["via"] == CRM or before["via"] == OUTLOOK
    return (new or known) if from_crm else (known or new)
