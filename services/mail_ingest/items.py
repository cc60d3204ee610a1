"""Queue items: each change is one revision, kept in the history and told to the bus. Who decides, decides elsewhere."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from loketbus_contracts import (
    QUEUE_ITEM,
    ItemState,
    Link,
    LinkCandidate,
    LinkState,
    Note,
    QueueItem,
    Remark,
    Suggestion,
)

from loketbus.ledger.tx import Tx
from loketbus.revisions import next_revision
from services.mail_ingest import documents
from services.mail_ingest.domain.linking import PERSON_METHODS, RULES
from services.mail_ingest.domain.remarks import sentence
from services.mail_ingest.store import history, items, notes

Row = dict[str, Any]
"""A row of `queue_item`."""


def add(tx: Tx, values: Row, *, act: str, actor: str | None = None) -> Row:
    """A new item; `values` as in `domain.items.new_item`. Its files go to the klantenreis when it is linked."""
    row = values | {"revision": next_revision(0, tx.at)}
    items.add_item(tx, row)
    history.add(tx, row, actor, act, {})
    _emit(tx, row, actor, None, ())
    documents.request(tx, row, actor)
    return row


def save(
    tx: Tx,
    row: Row,
    changes: Mapping[str, Any],
    *,
    act: str,
    actor: str | None = None,
    tijdlijn: str | None = None,
    note: str | None = None,
    always: bool = False,
) -> Row:
    """Change an item, and return it as it is now; nothing happens when nothing differs and nothing was written on it.

    Args:
        row: as it is.
        changes: columns of `queue_item`; JSON columns as text.
        act: the command, or what the software did, for the history.
        actor: whose decision it was; None for software.
        tijdlijn: one Dutch line for the tijdlijn of the klantenreis.
        note: what a person (`actor`) wrote on it.
        always: a revision also when no column differs (its text did).
    """
    changed = {name: value for name, value in changes.items() if row[name] != value}
    if note is not None:
        assert actor is not None
        notes.add(tx, row["item"], actor, note)
    if not changed and note is None and not always:
        return row
    return _next(tx, row, changed, act=act, actor=actor, tijdlijn=tijdlijn)


def _next(tx: Tx, row: Row, changed: Row, *, act: str, actor: str | None, tijdlijn: str | None) -> Row:
    after = row | changed | {"revision": next_revision(row["revision"], tx.at)}
    items.update_item(tx, row["item"], changed | {"revision": after["revision"]})
    history.add(tx, after, actor, act, {name: (row[name], value) for name, value in changed.items()})
    _emit(tx, after, actor, tijdlijn, notes.newest(tx.connection, row["item"]))
    if {"klantenreis", "dossier", "attachments"} & changed.keys():
        documents.request(tx, after, actor)
    return after


def _emit(tx: Tx, row: Row, actor: str | None, tijdlijn: str | None, written: tuple[Note, ...]) -> None:
    data = QueueItem(
        item=row["item"],
        revision=row["revision"],
        mail=row["mail"],
        contact=row["contact"],
        conversation=row["conversation"],
        bron=row["bron"],
        wachtrij=row["wachtrij"],
        behandelaar=row["behandelaar"],
        state=ItemState.OPEN if row["open"] else ItemState.CLOSED,
        closed_reason=row["closed_reason"],
        link=link_of(row),
        suggestion=Suggestion.model_validate_json(row["suggestion"]) if row["suggestion"] else None,
        first_contact_at=row["first_contact_at"],
        answered_at=row["answered_at"],
        answered_via=row["answered_via"],
        automatic=row["automatic"],
        subject=row["subject"],
        afzender=row["afzender"],
        attachment_count=sum(not entry["inline"] for entry in json.loads(row["attachments"])),
        remarks=tuple(Remark(code=code, text=sentence(code)) for code in json.loads(row["remarks"])),
        notes=written,
        occurred_at=tx.at,
        actor=actor,
        tijdlijn_tekst=tijdlijn,
    )
    tx.emit(QUEUE_ITEM, row["item"], data)


def link_of(row: Mapping[str, Any]) -> Link:
    """Whether an item belongs to a klantenreis, and on what grounds."""
    candidates = tuple(LinkCandidate.model_validate(one) for one in json.loads(row["candidates"]))
    method = row["link_method"]
    rules = None if method in PERSON_METHODS else RULES
    if row["klantenreis"] is None:
        state = link_state(None, [one.klantenreis for one in candidates])
        return Link(state=state, candidates=candidates, method=method, rule_version=rules)
    return Link(
        state=LinkState.LINKED,
        klantenreis=row["klantenreis"],
        dossier=row["dossier"],
        method=method,
        evidence=tuple(json.loads(row["link_evidence"] or "[]")),
        candidates=candidates,
        rule_version=rules,
    )


def link_state(klantenreis: str | None, candidates: Collection[str]) -> LinkState:
    """Of an item that belongs to `klantenreis`, or else maybe to one of the `candidates`."""
    if klantenreis is not None:
        return LinkState.LINKED
    return LinkState.AMBIGUOUS if len(set(candidates)) > 1 else LinkState.UNLINKED
