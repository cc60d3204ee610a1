"""Rows of the `effect` table as the consumer and the lanes write them, and the announcement of a dead letter."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from loketbus_contracts.deadletter import DEADLETTER, Audience, DeadLetter
from loketbus_contracts.envelope import is_opaque
from sqlalchemy import Connection

from loketbus import requests
from loketbus.ledger.texts import fit_id, fit_prose
from loketbus.ledger.tx import Cause, Tx
from loketbus.outcomes import State, Verdict, fingerprint

CODE_CHARACTERS = 100
STACK_CHARACTERS = 20_000
HISTORY_MAX = 50
"""Entries kept per row: the first and the newest ones."""


def with_entry(history: str, at: datetime, what: str, code: str | None = None, actor: str | None = None) -> str:
    """`history` (JSON) with one more entry, cut in the middle when it grows long."""
    entry = (
        {"at": at.isoformat(), "what": what} | ({"code": code} if code else {}) | ({"actor": actor} if actor else {})
    )
    entries = [*json.loads(history), entry]
    if len(entries) > HISTORY_MAX:
        entries = [entries[0], *entries[-(HISTORY_MAX - 1) :]]
    return json.dumps(entries)


def verdict_values(verdict: Verdict, *, kind: str, hold_key: bool, history: str, now: datetime) -> dict[str, Any]:
    """Columns of a row that got this verdict. Its texts may quote a stranger: they are made fit to be stored."""
    code = fit_prose(verdict.code, CODE_CHARACTERS) or "unknown"
    return {
        "state": verdict.state,
        "blocks": verdict.state is not State.DEAD or hold_key,
        "next_at": verdict.next_at,
        "ask_first": verdict.ask_first,
        "waits_for": None if verdict.waits_for is None else fit_id(verdict.waits_for),
        "deadline": verdict.deadline,
        "code": code,
        "message": fit_prose(verdict.message),
        "detail": None if verdict.detail is None else fit_prose(verdict.detail),
        "stack": None if verdict.stack is None else fit_prose(verdict.stack, STACK_CHARACTERS),
        "audience": Audience.LOKET if verdict.audience == Audience.LOKET else Audience.ICT,
        "fingerprint": fingerprint(kind, code, verdict.stack),
        "history": with_entry(history, now, str(verdict.state), code),
        "updated_at": now,
    }


def announce(connection: Connection, service: str, topic_prefix: str, row: dict[str, Any], now: datetime) -> Tx:
    """A transaction unit that says on `deadletter.v1` that this row died, and to whoever asked that it waits."""
    cause = Cause(
        consumer=f"{service}/deadletter",
        source=service,
        # A row can die again: after a person tried it again, or after a restore. That is another event.
        id=f"{row['ref']}@{now.isoformat()}",
        at=now,
        correlation_id=row["correlation_id"],
    )
    tx = Tx(connection, cause, now, source=service, topic_prefix=topic_prefix)
    letter = DeadLetter(
        reference=row["ref"],
        service=service,
        consumer=row["lane"],
        topic=row["topic"] if row["kind"] == "event" else None,
        partition=row["partition"] if row["kind"] == "event" else None,
        offset=row["record_offset"] if row["kind"] == "event" else None,
        code=row["code"],
        reason=row["message"],
        audience=Audience(row["audience"]),
        fingerprint=row["fingerprint"],
        attempts=max(1, row["attempts"]),
        first_failed_at=row["first_failed_at"],
        occurred_at=now,
    )
    tx.emit(DEADLETTER, row["key"] if is_opaque(row["key"]) else row["ref"], letter)
    requests.died(tx, row)
    return tx
