"""The control API: put and remove rows, arm faults, read the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators._common import routes
from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog


class Rows(Protocol):
    """What can be changed; see `Collection`."""

    def put(self, given: Mapping[str, Any]) -> None:
        """Add or replace."""

    def remove(self, number: str) -> None:
        """Take away."""


def control_routes(rows: Rows, book: FaultBook, log: RequestLog) -> list[Route]:
    """To be mounted at the root."""

    async def put(request: Request) -> Response:
        """Fields of one row; 400 for one that does not exist."""
        try:
            rows.put(await request.json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({})

    async def remove(request: Request) -> Response:
        """Every row of `number`."""
        rows.remove(request.query_params["number"])
        return JSONResponse({})

    return routes.control_routes(
        book,
        log,
        [("POST", "features", put), ("POST", "remove", remove)],
    )
