"""Suggesting a thematic queue for an item: by the dossier it is linked to, else by the words of the question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from weakref import WeakKeyDictionary

from loketbus_contracts import Suggestion
from sqlalchemy import Connection, Engine

from loketbus.ledger.tx import Tx
from services.mail_ingest import items
from services.mail_ingest.domain.suggestion import DISPATCHER, RULES, WordList, queue_of_dossier
from services.mail_ingest.store import suggesting, words

_compiled: WeakKeyDictionary[Engine, WordList] = WeakKeyDictionary()
"""Per ledger the newest lists; every use asks whether they are still the newest."""


def word_list(connection: Connection) -> WordList:
    """The words of all queues in use."""
    version = words.version(connection)
    known = _compiled.get(connection.engine)
    if known is None or known.version != version:
        known = _compiled[connection.engine] = WordList(words.all_words(connection), version)
    return known


def for_item(tx: Tx, row: Mapping[str, Any], text: str | None = None) -> str | None:
    """What `queue_item.suggestion` of an item should hold: JSON of `Suggestion`, or None when we are unsure.

    Args:
        row: as it is or will be in `queue_item`; its link as just decided.
        text: the own words of whoever asked; None looks them up.
    """
    if row["automatic"] is not None:
        return None
    queue, behandelaar = _of_dossier(tx.connection, row)
    if queue is not None:
        return _json(
            Suggestion(wachtrij=queue, behandelaar=behandelaar, basis="dossier", words=(), score=1, rule_version=RULES)
        )
    own = suggesting.text_of(tx.connection, row) if text is None else text
    known = word_list(tx.connection)
    verdict = known.judge(row["subject"], own)
    if verdict.wachtrij is None:
        return None
    return _json(
        Suggestion(
            wachtrij=verdict.wachtrij,
            behandelaar=behandelaar,
            basis="words",
            words=verdict.words(),
            score=round(verdict.score, 3),
            rule_version=known.rule_version,
        )
    )


def refresh(
    tx: Tx, after: tuple[datetime, str] | None, limit: int, actor: str | None = None
) -> tuple[list[items.Row], int]:
    """Suggest again for at most `limit` questions that wait in the W&E queue; those, and how many changed."""
    rows = suggesting.waiting(tx.connection, after, limit)
    changed = [
        items.save(tx, row, {"suggestion": for_item(tx, row, text)}, act="suggest", actor=actor) is not row
        for row, text in rows
    ]
    return [row for row, _ in rows], sum(changed)


def _of_dossier(connection: Connection, row: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The queue and the behandelaar of the dossier that an item is linked to, as far as these are known."""
    if row["klantenreis"] is None:
        return None, None
    dossiers = suggesting.dossiers_of(connection, row["klantenreis"])
    own = [one for one in dossiers if one["dossier"] == row["dossier"]] or dossiers
    queue = suggesting.newest_queue(connection, row) or _only({_queue_by_codes(one) for one in own if one["type"]})
    in_use = queue in words.labels(connection) and queue != DISPATCHER
    return queue if in_use else None, _only({one["toewijzing"] for one in own if one["toewijzing"]})


def _only(values: set[str | None]) -> str | None:
    """The one value that stands there; several contradict each other."""
    return values.pop() if len(values) == 1 else None


def _queue_by_codes(dossier: Mapping[str, Any]) -> str | None:
    return queue_of_dossier(_dossier_rules(), {name: dossier[name] for name in ("type", "subtype", "hoofdproject")})


@cache
def _dossier_rules() -> list[dict[str, str]]:
    text = (files("services.mail_ingest") / "data" / "dossier_queues.json").read_text(encoding="utf-8")
    rules: list[dict[str, str]] = json.loads(text)
    return rules


def _json(suggestion: Suggestion) -> str:
    return suggestion.model_dump_json(exclude_none=True)
