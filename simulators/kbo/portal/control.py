"""The control API: publish more, end sessions, arm faults, read the log."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators._common.faults import FaultBook, UnknownFaultError
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

    async def add_fault(request: Request) -> Response:
        """Arm one; 400 for a kind or parameter that does not exist."""
        try:
            return JSONResponse(book.add(**(await request.json())).as_json())
        except (UnknownFaultError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    async def clear_faults(request: Request) -> Response:
        """Disarm all."""
        book.clear()
        return JSONResponse({})

    async def requests(request: Request) -> Response:
        """The log; `operation` narrows it."""
        return JSONResponse([one.as_json() for one in log.of(request.query_params.get("operation"))])

    table = [
        ("GET", "archives", archives), ("POST", "publish", publish), ("POST", "expire", expire),
        ("POST", "faults", add_fault), ("DELETE", "faults", clear_faults), ("GET", "requests", requests),
    ]  # fmt: skip
    return [Route(f"/_sim/{path}", endpoint, methods=[method]) for method, path, endpoint in table]
