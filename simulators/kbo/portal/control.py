"""The control API: publish more, end sessions, arm faults, read the log."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators._common import routes
from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators.kbo.portal.sessions import Sessions
from simulators.kbo.portal.shelf import Shelf


def control_routes(shelf: Shelf, sessions: Sessions, book: FaultBook, log: RequestLog) -> list[Route]:
    """To be mounted at the root."""

    async def archives(request: Request) -> Response:
        """Names of what is published."""
        return JSONResponse([one.path.name for one in shelf.archives()])

    async def publish(request: Request) -> Response:
        """`{"count"}` more archives."""
        shelf.publish((await request.json())["count"])
        return JSONResponse({})

    async def expire(request: Request) -> Response:
        """Every session ends."""
        sessions.expire()
        return JSONResponse({})

    return routes.control_routes(
        book,
        log,
        [("GET", "archives", archives), ("POST", "publish", publish), ("POST", "expire", expire)],
    )
