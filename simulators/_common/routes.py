"""Control routes that every simulator with faults and a log has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators._common.faults import FaultBook, UnknownFaultError
from simulators._common.requests import RequestLog

Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(book: FaultBook, log: RequestLog, own: Iterable[tuple[str, str, Endpoint]]) -> list[Route]:
    """To be mounted at the root: faults, requests, and the simulator's `own` (method, path, endpoint)."""

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

    shared: list[tuple[str, str, Endpoint]] = [
        ("POST", "faults", add_fault), ("DELETE", "faults", clear_faults), ("GET", "requests", requests),
    ]  # fmt: skip
    return [Route(f"/_sim/{path}", endpoint, methods=[method]) for method, path, endpoint in (*own, *shared)]
