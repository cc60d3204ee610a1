"""`/queue/queues` and `/queue/reasons`: what a beheerder sets."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path
from loketbus_contracts import Wachtrij
from sqlalchemy import Connection, Table

from loketbus import audit
from loketbus.errors import Rejected
from loketbus.ledger.tx import Cause, Tx
from loketbus.security import Actor
from loketbus.service import Wiring
from services.mail_ingest.api.access import Beheerder, Reader
from services.mail_ingest.api.models import ALL_QUEUES, Queue, QueueBody, QueueCount, Reason, ReasonBody
from services.mail_ingest.domain.items import BEFORE_USE
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import items, queues
from services.mail_ingest.store.tables import close_reason, queue

Code = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{0,49}$", description="small letters, digits and underscores")]


def managing_router(bus: Wiring[MailSettings]) -> APIRouter:
    """Queues and close reasons."""
    router = APIRouter()
    _queues(router, bus)
    _reasons(router, bus)
    return router


def _queues(router: APIRouter, bus: Wiring[MailSettings]) -> None:
    @router.get("/queues")
    async def listing(_: Reader) -> list[Queue]:
        """Every queue, with how much waits in it."""
        return await bus.ledger.read(_shown)

    @router.put("/queues/{wachtrij}")
    async def put(actor: Beheerder, wachtrij: Code, body: QueueBody) -> list[Queue]:
        """Set one, or add it. What the CRM says of it later (`codelist.changed.v1`) goes before."""
        if wachtrij == Wachtrij.WE and not body.active:
            raise Rejected("we_stays", "De wachtrij W&E kan niet weg: daar komt alle post binnen.")
        if wachtrij == ALL_QUEUES:
            raise Rejected("reserved_code", "Kies een andere code: met deze vraagt men alle wachtrijen tegelijk op.")

        def write(tx: Tx) -> None:
            known = queues.get(tx.connection, queue, wachtrij)
            values = body.model_dump() | ({} if known else {"revision": 0})
            queues.put(tx, queue, wachtrij, values)

        await _set(bus, actor, queue, wachtrij, write)
        return await bus.ledger.read(_shown)


def _reasons(router: APIRouter, bus: Wiring[MailSettings]) -> None:
    @router.get("/reasons")
    async def listing(_: Reader) -> list[Reason]:
        """Why an item may be closed."""
        return [Reason(**row) for row in await bus.ledger.read(lambda c: queues.listing(c, close_reason))]

    @router.put("/reasons/{reason}")
    async def put(actor: Beheerder, reason: Code, body: ReasonBody) -> list[Reason]:
        """Set one, or add it; one that is not active any more stays on what was closed with it."""
        if reason == BEFORE_USE:
            raise Rejected("reserved_reason", "Deze reden geeft Loketbus zelf, aan post van voor de ingebruikname.")
        await _set(bus, actor, close_reason, reason, lambda tx: queues.put(tx, close_reason, reason, body.model_dump()))
        return await listing(actor)


async def _set(bus: Wiring[MailSettings], actor: Actor, table: Table, code: str, write: Callable[[Tx], None]) -> None:
    """Write, and put it in the audit trail."""
    identity, now = str(uuid.uuid4()), bus.now()
    cause = Cause(consumer="mail_ingest", source="mail_ingest/http", id=identity, at=now, correlation_id=identity)

    def both(tx: Tx) -> None:
        write(tx)
        target = f"{table.name}/{code}"
        audit.record(tx.connection, actor=actor.name, action=f"set_{table.name}", target=target, reason=None, now=now)

    await bus.write(cause, both)


def _shown(connection: Connection) -> list[Queue]:
    counts = items.counts(connection)
    return [
        Queue(
            wachtrij=row["wachtrij"],
            label=row["label"],
            responsible=row["responsible"],
            active=row["active"],
            position=row["position"],
            count=QueueCount(**counts.get(row["wachtrij"], {})),
        )
        for row in queues.listing(connection, queue)
    ]
