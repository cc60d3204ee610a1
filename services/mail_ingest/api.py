"""HTTP: the W&E queue for people who look at it, and the page on localhost."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from loketbus.errors import Rejected
from loketbus.ledger import Ledger
from loketbus.security import Actor, require
from services.mail_ingest.store import items as stored
from services.mail_ingest.store import places

Reader = Annotated[
    Actor, Depends(require("dispatcher", "behandelaar", "wachtrijverantwoordelijke", "beheerder", "crm"))
]

_PAGE = {
    "": ("index.html", "text/html"),
    "page.js": ("page.js", "text/javascript"),
    "page.css": ("page.css", "text/css"),
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def queue_router(ledger: Ledger) -> APIRouter:
    """`/queue`: items and counts."""
    router = APIRouter(prefix="/queue", tags=["wachtrij"])

    @router.get("/counts")
    async def counts(_: Reader) -> dict[str, Any]:
        """Open items per queue, and what stands in quarantine."""
        queues = await ledger.read(stored.counts)
        return {"queues": queues, "quarantine": await ledger.read(places.quarantined)}

    @router.get("/items")
    async def items(
        _: Reader,
        wachtrij: str = "we",
        open: bool = True,
        linked: bool | None = None,
        automatic: bool | None = None,
        newest: bool = False,
        after_at: AwareDatetime | None = None,
        after_item: str = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[dict[str, Any]]:
        """Items, the longest waiting question first (or the newest); go on with the `after_*` of the last one."""
        after = None if after_at is None else (after_at, after_item)
        chosen = stored.Filter(wachtrij, open, linked, automatic, newest, after, limit)
        return await ledger.read(lambda connection: stored.list_items(connection, chosen))

    @router.get("/items/{item}")
    async def item(_: Reader, item: str) -> dict[str, Any]:
        """One item with the sender's own words."""
        found = await ledger.read(lambda connection: stored.show_item(connection, item))
        if found is None:
            raise Rejected("not_found", "Dit wachtrij-item bestaat niet (meer).")
        return found

    return router


def page_router() -> APIRouter:
    """The page itself: no data in it, so no token for it; it asks `/queue` with the token it was given."""
    router = APIRouter(include_in_schema=False)
    for path, (name, media_type) in _PAGE.items():
        router.add_api_route(f"/{path}", _file(name, media_type), methods=["GET"])
    return router


def _file(name: str, media_type: str) -> Callable[[], Response]:
    content = (files("services.mail_ingest") / "page" / name).read_bytes()

    def serve() -> Response:
        return Response(content, media_type=f"{media_type}; charset=utf-8", headers=_HEADERS)

    return serve
