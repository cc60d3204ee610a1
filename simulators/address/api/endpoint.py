"""One operation on the wire: log it, strike the faults, let in or refuse, answer.

Keys: the texts and the 401 of the feeds are read; that a read endpoint answers a wrong key with 403 is chosen.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from simulators._common import wire
from simulators._common.faults import Fault, FaultBook
from simulators._common.requests import Request as Entry
from simulators._common.requests import RequestLog
from simulators.address.api.answers import Call, Handler, Reply
from simulators.address.api.problems import MEDIA_TYPE, NO_KEY, TOO_LARGE, WRONG_KEY, Problem
from simulators.address.api.queries import Query, read
from simulators.address.api.shapes import View
from simulators.address.api.throttle import Throttle
from simulators.address.world import World

ANONYMOUS, MATCH = "anonymous", "adresmatch"
MOST_BYTES = 10_000_000
_PAGE = "<!DOCTYPE html><html><head><title>Basisregisters</title></head><body><h1>Onderhoud</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Operation:
    """What one path does."""

    name: str
    """In the log and for faults: `v2.adressen`, `v2.adressen.detail`, `feed.adressen`."""
    version: str
    path: str
    handler: Handler
    needs_key: bool = False
    lane: str | None = None
    """A throttle of its own, for all callers together."""


@dataclass(frozen=True, slots=True)
class House:
    """What all operations share."""

    world: World
    keys: frozenset[str]
    throttle: Throttle
    book: FaultBook
    log: RequestLog


class Endpoint:
    """An ASGI application for one operation."""

    def __init__(self, house: House, operation: Operation) -> None:
        self._house, self._operation = house, operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request, operation = Request(scope, receive), self._operation
        thing = str(request.path_params.get("thing", ""))
        entry = self._house.log.open(operation.name, None, _ids(request, thing), _told(request))

        def take(stage: str) -> Sequence[Fault]:
            struck = self._house.book.take(stage, operation.name, set(entry.ids))
            entry.faults += [one.kind for one in struck]
            return struck

        try:
            app = await _struck(take("request")) or self._answer(request, entry, thing, take)
        except Problem as problem:
            body = json.dumps(problem.body(operation.version), ensure_ascii=False).encode()
            app = Response(body, problem.status, problem.headers, MEDIA_TYPE)
        if isinstance(app, Response):
            app.headers["x-correlation-id"] = str(uuid.uuid4())
            entry.status = app.status_code
        await app(scope, receive, send)

    def _answer(self, request: Request, entry: Entry, thing: str, take: Callable[[str], Sequence[Fault]]) -> ASGIApp:
        query = read(request.query_params.multi_items())
        entry.user = self._admit(request, query)
        base = f"{request.url.scheme}://{request.url.netloc}/{self._operation.version}"
        call = Call(self._operation.version, View(self._house.world, base), query, thing, take)
        reply = self._operation.handler(call)
        media = _negotiated(request.headers.get("accept", "*/*"), reply.media)
        if len(reply.body) > MOST_BYTES:
            raise Problem(500, TOO_LARGE)
        return _spoilt(reply, media, take) or _response(request, reply, media)

    def _admit(self, request: Request, query: Query) -> str | None:
        """The key of the caller, None for nobody in particular."""
        key = request.headers.get("x-api-key") or query.text("apikey") or None
        if key is None and self._operation.needs_key:
            raise Problem(401, NO_KEY)
        if key is not None and key not in self._house.keys:
            raise Problem(401 if self._operation.needs_key else 403, WRONG_KEY)
        lanes = [key or ANONYMOUS] + ([self._operation.lane] if self._operation.lane else [])
        if not all(self._house.throttle.take(lane) for lane in lanes):
            raise Problem(429)
        return key


def _ids(request: Request, thing: str) -> list[str]:
    """What a fault for certain items goes by: the id in the path, the page, the id in a filter."""
    named = {name.lower(): value for name, value in request.query_params.items()}
    filters = ("pagina", "straatnaamobjectid", "adresobjectid", "gebouwobjectid", "capakey")
    return [thing] if thing else [named[name] for name in filters if name in named]


def _told(request: Request) -> dict[str, Any]:
    """For the log; of a key only where it stood."""
    query = {name: value for name, value in request.query_params.items() if name.lower() != "apikey"}
    key = "header" if "x-api-key" in request.headers else "query" if len(query) < len(request.query_params) else None
    return {"query": query, "key": key, "if_none_match": request.headers.get("if-none-match")}


async def _struck(faults: Sequence[Fault]) -> ASGIApp | None:
    for fault in faults:
        if fault.kind == "delay":
            await asyncio.sleep(fault.params["ms"] / 1000)
        elif fault.kind == "refuse":
            return _refused
        else:
            after = fault.params["retry_after"]
            raise Problem(fault.params["status"], headers={} if after is None else {"retry-after": str(after)})
    return None


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    await wire.reset(scope, receive)


def _negotiated(accept: str, offered: Sequence[str]) -> str:
    """The first that both have.

    Raises:
        Problem: 406.
    """
    for one in accept.split(","):
        wanted = one.split(";")[0].strip().lower()
        for media in offered:
            if wanted in (media, "*/*", f"{media.split('/')[0]}/*"):
                return media
    raise Problem(406)


def _spoilt(reply: Reply, media: str, take: Callable[[str], Sequence[Fault]]) -> ASGIApp | None:
    for fault in take("answer"):
        if fault.kind == "html":
            return HTMLResponse(_PAGE)
        return Response(reply.body[: len(reply.body) // 2], headers=dict(reply.headers), media_type=media)
    for fault in take("wire"):
        return _cut(reply.body, media, fault)
    return None


def _cut(body: bytes, media: str, fault: Fault) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await wire.send_cut(scope, receive, body, fault.params["at"], "length", fault.params["hard"], media)

    return app


def _response(request: Request, reply: Reply, media: str) -> Response:
    headers = dict(reply.headers)
    if reply.etag:
        headers["etag"] = f'"{hashlib.blake2b(reply.body, digest_size=12).hexdigest()}"'
        known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
        if headers["etag"] in known or known == ["*"]:
            return Response(None, 304, headers)
    return Response(reply.body, 200, headers, media)
