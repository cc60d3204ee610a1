"""HTTP: the mailbox itself - its folders, comparing it with the ledger, and what stands in quarantine."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from loketbus.errors import Rejected
from loketbus.security import Actor, require
from loketbus.service import Wiring
from loketbus.uploads import streams
from services.mail_ingest import adapters
from services.mail_ingest.mailroom import Mailroom
from services.mail_ingest.quarantine import incoming
from services.mail_ingest.reconcile import Reconciler
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import folders, places

Operator = Annotated[Actor, Depends(require("operator", "beheerder"))]
Reader = Annotated[
    Actor, Depends(require("operator", "dispatcher", "behandelaar", "wachtrijverantwoordelijke", "beheerder"))
]


class Reason(BaseModel):
    """Why somebody does something by hand."""

    reason: str | None = Field(default=None, max_length=1000)


def mailbox_router(bus: Wiring[MailSettings], room: Mailroom) -> APIRouter:
    """`/mailbox`."""
    router = APIRouter(prefix="/mailbox", tags=["postvak"])
    _state(router, bus, room)
    _comparing(router, bus, room)
    _quarantine(router, bus, room)
    _acts(router, bus, room)
    return router


def _state(router: APIRouter, bus: Wiring[MailSettings], room: Mailroom) -> None:
    @router.get("")
    async def state(_: Reader) -> dict[str, Any]:
        """Folders with their numbers, also of the junk folder (which is not read); what waits in quarantine."""
        known = await room.intake.known() if room.intake is not None else []
        shown = [
            {
                "path": folder.path,
                "root": folder.root,
                "total": folder.total,
                "read": folder.root != places.JUNK,
                "problem": folder.problem,
                "changed_at": folder.seen_at,
            }
            for folder in known
        ]
        return {
            "adapter": bus.settings.mail_adapter if room.intake is not None else None,
            "warning": adapters.warning(bus.settings, bus.now().date()),
            "folders": shown,
            "junk": sum(folder.total for folder in known if folder.root == places.JUNK),
            "quarantine": await bus.ledger.read(places.quarantined),
        }


def _comparing(router: APIRouter, bus: Wiring[MailSettings], room: Mailroom) -> None:
    @router.post("/reconcile")
    async def reconcile(_: Operator) -> dict[str, Any]:
        """Compare the whole mailbox with the ledger, repair, and tell; answers when it is done."""
        return (await _reconciler(room).reconcile()).as_dict()

    @router.get("/reconciliations")
    async def reports(_: Operator, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[dict[str, Any]]:
        """The last reports, the newest first."""
        if room.box is None:
            return []
        box = room.box
        found = await bus.ledger.read(lambda connection: folders.reports(connection, box, limit))
        return [json.loads(report) for report in found]


def _quarantine(router: APIRouter, bus: Wiring[MailSettings], room: Mailroom) -> None:
    @router.get("/quarantine")
    async def listing(_: Operator, dropped: bool = False) -> list[dict[str, Any]]:
        """What waits, or what was dropped; without content."""
        return await room.quarantine.listing(dropped=dropped)

    @router.get("/quarantine/{item}")
    async def show(actor: Operator, item: str) -> dict[str, Any]:
        """One item, with its headers as far as they were received; reading it is audited."""
        return await room.quarantine.show(item, actor.name)

    @router.get("/quarantine/{item}/raw")
    async def export(actor: Operator, item: str) -> StreamingResponse:
        """What was received of it, as it came; reading it is audited."""
        found, kept, chunks = await room.quarantine.export(item, actor.name)
        suffix = "eml" if kept.media_type == "message/rfc822" else "txt"
        headers = {
            "Content-Disposition": f'attachment; filename="{found.id[:8]}.{suffix}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Length": str(kept.size),
        }
        return StreamingResponse(chunks, media_type="application/octet-stream", headers=headers)


def _acts(router: APIRouter, bus: Wiring[MailSettings], room: Mailroom) -> None:
    @router.post("/quarantine/{item}/retry")
    async def retry(actor: Operator, item: str) -> dict[str, Any]:
        """Fetch and parse it again, now."""
        return await room.quarantine.retry(item, actor.name)

    @router.post("/quarantine/{item}/drop")
    async def drop(actor: Operator, item: str, body: Reason) -> dict[str, str]:
        """Let it go, with a reason."""
        await room.quarantine.drop(item, body.reason, actor.name)
        return {"state": "dropped"}

    @router.post("/quarantine/{item}/import")
    @streams
    async def replace(actor: Operator, item: str, request: Request) -> dict[str, Any]:
        """The body is a mended mail (message/rfc822), taken in as the mail of this item."""
        async with _received(bus.settings, request) as path:
            return await room.quarantine.bring(item, path, actor.name)

    @router.post("/import")
    @streams
    async def bring(actor: Operator, request: Request) -> dict[str, Any]:
        """The body is a mail (message/rfc822) that never stood in the mailbox."""
        async with _received(bus.settings, request) as path:
            return await room.quarantine.bring(None, path, actor.name)


@asynccontextmanager
async def _received(settings: MailSettings, request: Request) -> AsyncIterator[Path]:
    """The body as a file; raises Rejected when it is larger than a mail may be."""
    path, size = incoming(settings) / f"{secrets.token_hex(8)}.eml", 0
    try:
        with path.open("xb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > settings.mail_max_bytes:
                    raise Rejected("too_large", "Het bestand is groter dan LOKETBUS_MAIL_MAX_BYTES toelaat.")
                file.write(chunk)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _reconciler(room: Mailroom) -> Reconciler:
    if room.reconciler is None:
        raise Rejected("no_mailbox", "Er is geen postvak ingesteld (LOKETBUS_MAILBOX).")
    return room.reconciler
