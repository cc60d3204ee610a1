"""The register's API as an ASGI application: v2, v3, the change feeds, and a control API under /_sim/."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators.address.api import answers
from simulators.address.api.acts import Acts
from simulators.address.api.control import control_routes
from simulators.address.api.endpoint import ANONYMOUS, MATCH, Endpoint, House, Operation
from simulators.address.api.faults import KINDS
from simulators.address.api.feeds import Feeds
from simulators.address.api.happenings import Happenings
from simulators.address.api.problems import MEDIA_TYPE
from simulators.address.api.registers import ADRES, PERCEEL, REGISTERS
from simulators.address.api.throttle import Throttle
from simulators.address.world import World

KEY = "sleutel-van-de-simulator"
NOWHERE = {"type": "https://tools.ietf.org/html/rfc9110#section-15.5.5", "title": "Not Found", "status": 404}
"""For a path that does not exist, as the gateway answers where v3 is toggled off."""


@dataclass(frozen=True, slots=True)
class AddressRegisterOptions:
    """What it serves and how much of it: a world of `nis`, `seed` and `scale` (1.0: as many addresses as the real one).

    Rates are requests per second, None for no limit; the real ones are not published. A bucket holds `burst_seconds`.
    """

    nis: tuple[int, ...] = (12025,)
    seed: int = 1
    scale: float = 0.02
    keys: tuple[str, ...] = (KEY,)
    key_per_second: float | None = 25.0
    anonymous_per_second: float | None = 3.0
    match_per_second: float | None = 2.0
    burst_seconds: float = 4.0
    history: bool = True
    """The feeds begin with a create of all that exists; else with what happens from now on."""
    v3: bool = True
    """False: v3 is toggled off, the change feeds too."""
    pulse_seconds: float | None = None
    """Something happens in the register by itself so often; None: never."""
    state: Path | None = None
    """Keeps what was done to the register over a restart; for a world that is made from these options."""


def make_app(options: AddressRegisterOptions, world: World, feeds: Feeds | None = None) -> Starlette:
    """The whole service over a world, which the control API changes, with its feeds (None: new ones)."""
    rates = {ANONYMOUS: options.anonymous_per_second, MATCH: options.match_per_second}
    throttle = Throttle(rates | dict.fromkeys(options.keys, options.key_per_second), options.burst_seconds)
    house = House(world, frozenset(options.keys), throttle, FaultBook(KINDS), RequestLog())
    feeds = feeds or Feeds(world, history=options.history)
    acts = Acts(world, feeds, options.state)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        pulse = None
        if options.pulse_seconds is not None:
            pulse = asyncio.create_task(Happenings(world, acts).every(options.pulse_seconds))
        yield
        if pulse is not None:
            pulse.cancel()

    routes = [Route(one.path, Endpoint(house, one)) for one in _operations(feeds) if options.v3 or one.version == "v2"]
    whole = [*control_routes(house, feeds, acts), *routes, Route("/{rest:path}", _nowhere)]
    return Starlette(routes=whole, lifespan=lifespan)


def _operations(feeds: Feeds) -> Iterator[Operation]:
    """Fixed paths before those with an id."""
    yield Operation("v2.adressen.zoeken", "v2", f"/v2/{ADRES.path}/zoeken", answers.search)
    yield Operation("v2.adresmatch", "v2", "/v2/adresmatch", answers.match, lane=MATCH)
    yield Operation("feed.posities", "v3", "/v3/feeds/posities", answers.positions(feeds), needs_key=True)
    for one in REGISTERS:
        path = f"/v2/{one.path}/totaal-aantal"
        yield Operation(f"v2.{one.path}.totaal-aantal", "v2", path, answers.total(one))
        path = f"/v3/feeds/wijzigingen/{one.path}"
        yield Operation(f"feed.{one.path}", "v3", path, answers.feed(feeds, one), needs_key=True)
        for version in ("v2", "v3"):
            name, root = f"{version}.{one.path}", f"/{version}/{one.path}"
            # A caPaKey may be written with a slash, as it is or as %2F.
            thing = "{thing:path}" if one is PERCEEL else "{thing}"
            yield Operation(name, version, root, answers.listing(one))
            yield Operation(f"{name}.detail", version, f"{root}/{thing}", answers.detail(one))


async def _nowhere(request: Request) -> Response:
    return JSONResponse(NOWHERE, 404, media_type=MEDIA_TYPE)
