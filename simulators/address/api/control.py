"""The control API: act upon the world, put events, change limits, arm faults, read the log."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators._common import routes
from simulators.address.api.acts import Acts
from simulators.address.api.endpoint import House
from simulators.address.api.feeds import Feeds
from simulators.address.api.registers import BY_PATH


def control_routes(house: House, feeds: Feeds, acts: Acts) -> list[Route]:
    """To be mounted at the root."""

    async def act(request: Request) -> Response:
        """`{"act", "with": {...}}`: the events that it appended to the feeds; 400 when it cannot be done."""
        asked = await request.json()
        try:
            return JSONResponse(acts.do(asked["act"], asked["with"]))
        except (TypeError, ValueError, LookupError) as error:
            return _wrong(str(error))

    async def put_events(request: Request) -> Response:
        """`{"register", "events", "keep_ids"}`: append as they are; their ids."""
        asked = await request.json()
        return JSONResponse(feeds.put(BY_PATH[asked["register"]], asked["events"], keep_ids=asked["keep_ids"]))

    async def limit(request: Request) -> Response:
        """`{"lane", "per_second"}`."""
        asked = await request.json()
        house.throttle.limit(asked["lane"], asked["per_second"])
        return JSONResponse({})

    async def counters(request: Request) -> Response:
        """What each caller asked; see `Throttle.counters`."""
        return JSONResponse(house.throttle.counters())

    own: list[tuple[str, str, routes.Endpoint]] = [
        ("POST", "acts", act),
        ("POST", "events", put_events),
        ("POST", "limits", limit),
        ("GET", "limits", counters),
    ]
    return routes.control_routes(house.book, house.log, own)


def _wrong(text: str) -> Response:
    told: dict[str, Any] = {"error": text}
    return JSONResponse(told, 400)
