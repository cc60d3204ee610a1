"""Requests that were answered with `unknown`: another answer is owed as soon as somebody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loketbus_contracts import OrganisationRequested
from sqlalchemy import Connection, delete, insert, select

from loketbus.ledger.tx import Tx
from services.kbo.store.tables import open_question, second_opinion

KEPT = timedelta(days=30)
"""Nobody waits for an answer longer than that."""
_COLUMNS = (
    open_question.c.request,
    open_question.c.number,
    open_question.c.asked,
    open_question.c.followed,
    open_question.c.correlation_id,
    open_question.c.asked_at,
)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One of them."""

    request: str
    number: str
    """Ten digits."""
    asked: OrganisationRequested
    followed: bool
    correlation_id: str
    asked_at: datetime


def put(tx: Tx, one: OpenQuestion) -> None:
    """Remember it; handled again, it is the same."""
    remove(tx, one.request)
    values = {
        "request": one.request,
        "number": one.number,
        "asked": one.asked.model_dump_json(exclude_none=True),
        "followed": one.followed,
        "correlation_id": one.correlation_id,
        "asked_at": one.asked_at,
    }
    tx.execute(insert(open_question).values(**values))


def remove(tx: Tx, request: str) -> None:
    """It was answered."""
    tx.execute(delete(open_question).where(open_question.c.request == request))


def forget_old(connection: Connection, now: datetime) -> None:
    """Give up what nobody waits for any more."""
    connection.execute(delete(open_question).where(open_question.c.asked_at < now - KEPT))


def answered_by_second_source(connection: Connection, limit: int) -> Sequence[OpenQuestion]:
    """Questions about numbers of which the second source knows something by now, oldest first."""
    query = select(*_COLUMNS).join(second_opinion, second_opinion.c.number == open_question.c.number)
    query = query.where(second_opinion.c.outcome != "unknown").order_by(open_question.c.asked_at)
    return [_read(row) for row in connection.execute(query.limit(limit))]


def oldest(connection: Connection, limit: int) -> Sequence[OpenQuestion]:
    """Questions, oldest first."""
    query = select(*_COLUMNS).order_by(open_question.c.asked_at).limit(limit)
    return [_read(row) for row in connection.execute(query)]


def still_open(connection: Connection, request: str) -> bool:
    """Did nobody answer it meanwhile?"""
    return connection.execute(select(_COLUMNS[0]).where(_COLUMNS[0] == request)).first() is not None


def _read(row: Any) -> OpenQuestion:
    asked = OrganisationRequested.model_validate_json(row.asked)
    return OpenQuestion(row.request, row.number, asked, row.followed, row.correlation_id, row.asked_at)
