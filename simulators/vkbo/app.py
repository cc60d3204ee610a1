"""VKBO as an ASGI application, with a control API under /_sim/."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulators._common import wire
from simulators._common.faults import Fault, FaultBook
from simulators._common.requests import RequestLog
from simulators.vkbo import register
from simulators.vkbo.control import control_routes
from simulators.vkbo.cql import CqlError, parse
from simulators.vkbo.faults import KINDS
from simulators.vkbo.features import FIELDS, feature, properties

ROOT = "/VKBO/ogc/features/v1"
ITEMS = f"{ROOT}/collections/Vkbo/items"
MEDIA_TYPE = "application/json"
LIMIT, LIMIT_MAX = 10, 1000
LANGUAGES = frozenset({"cql2-text", "cql-text"})
OPERATION = "items"
_PAGE = "<!DOCTYPE html><html><head><title>Vkbo</title></head><body><h1>Digitaal Vlaanderen</h1></body></html>"
_NUMBER = re.compile(r"'(\d{10})'")


@dataclass(frozen=True, slots=True)
class VkboOptions:
    """What it serves: the rows of a folder of archives of `simulators.kbo` (None: nothing until something is put)."""

    folder: Path | None = None


class BadQueryError(ValueError):
    """The query cannot be answered; the text says why."""


@dataclass(slots=True)
class Collection:
    """The rows, in their order."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def put(self, given: Mapping[str, Any]) -> None:
        """Add a row, or replace those of its number."""
        row = properties(given)
        self.remove(row["Ondernemingsnr"])
        self.rows.append(row)

    def remove(self, number: str) -> None:
        """As if it had never been there."""
        self.rows = [row for row in self.rows if row["Ondernemingsnr"] != number]

    def page(self, query: Mapping[str, str], *, everything: bool = False) -> tuple[list[dict[str, Any]], int | None]:
        """The rows that a query asks for, and the index of the next page.

        Raises:
            BadQueryError: a parameter that is not understood.
        """
        test = _test(query)
        start, limit = _count(query, "startIndex", 0), min(_count(query, "limit", LIMIT), LIMIT_MAX)
        found = [row for row in self.rows if everything or test(row)]
        return found[start : start + limit], start + limit if len(found) > start + limit else None


def make_app(options: VkboOptions) -> Starlette:
    """The whole service."""
    collection = Collection(register.read(options.folder) if options.folder is not None else [])
    book, log = FaultBook(KINDS), RequestLog()
    return Starlette(routes=[*control_routes(collection, book, log), Route(ITEMS, _Items(collection, book, log))])


class _Items:
    """The one operation: log it, strike the faults, answer."""

    def __init__(self, collection: Collection, book: FaultBook, log: RequestLog) -> None:
        self._collection, self._book, self._log = collection, book, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        query = dict(request.query_params)
        numbers = _NUMBER.findall(query.get("filter", ""))
        entry = self._log.open(OPERATION, None, numbers, {"query": query})

        def take(stage: str) -> list[Fault]:
            struck = self._book.take(stage, OPERATION, set(numbers))
            entry.faults += [one.kind for one in struck]
            return struck

        app = await _refused(take("request")) or self._answer(request, query, take)
        entry.status = app.status_code if isinstance(app, Response) else None
        await app(scope, receive, send)

    def _answer(self, request: Request, query: Mapping[str, str], take: Callable[[str], list[Fault]]) -> ASGIApp:
        try:
            rows, following = self._collection.page(query, everything=bool(take("query")))
        except BadQueryError as error:
            return JSONResponse({"code": "InvalidParameterValue", "description": str(error)}, 400)
        if query.get("f") != MEDIA_TYPE and MEDIA_TYPE not in request.headers.get("accept", ""):
            return HTMLResponse(_PAGE)
        link = _next(request, query, following)
        body = json.dumps(_collection(rows, link), ensure_ascii=False).encode()
        for fault in take("answer"):
            if fault.kind == "html":
                return HTMLResponse(_PAGE)
            body = _SPOIL[fault.kind](body, fault)
        if struck := take("wire"):
            return _cut(body, struck[0])
        return Response(body, media_type=MEDIA_TYPE)


def _test(query: Mapping[str, str]) -> Callable[[Mapping[str, Any]], bool]:
    text = query.get("filter")
    if text is None:
        return lambda row: True
    if query.get("filter-lang", "cql2-text") not in LANGUAGES:
        raise BadQueryError("unknown filter-lang")
    try:
        return parse(text, FIELDS)
    except CqlError as error:
        raise BadQueryError(str(error)) from None


def _count(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not text.isdecimal():
        raise BadQueryError(f"{name} is no number")
    return int(text)


def _next(request: Request, query: Mapping[str, str], following: int | None) -> str | None:
    if following is None:
        return None
    return f"{request.url.replace(query='')}?{urlencode({**query, 'startIndex': following})}"


def _collection(rows: Sequence[Mapping[str, Any]], link: str | None) -> dict[str, Any]:
    features = [feature(row) for row in rows]
    corners = [one["geometry"]["coordinates"] for one in features]
    edges = [edge(corner[at] for corner in corners) for edge in (min, max) for at in (0, 1)] if corners else []
    return {
        "type": "FeatureCollection",
        "features": features,
        "totalFeatures": "unknown",
        "numberReturned": len(features),
        "timeStamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "links": [{"title": "next page", "type": MEDIA_TYPE, "rel": "next", "href": link}] if link else [],
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}},
        "bbox": edges,
    }


async def _refused(struck: Sequence[Fault]) -> ASGIApp | None:
    for fault in struck:
        if fault.kind == "delay":
            await asyncio.sleep(fault.params["ms"] / 1000)
        elif fault.kind == "refuse":
            return wire_reset
        else:
            after = fault.params["retry_after"]
            return PlainTextResponse("", fault.params["status"], {} if after is None else {"retry-after": str(after)})
    return None


async def wire_reset(scope: Scope, receive: Receive, send: Send) -> None:
    """No answer at all."""
    await wire.reset(scope, receive)


_SPOIL: dict[str, Callable[[bytes, Fault], bytes]] = {
    "broken": lambda body, fault: body[: len(body) // 2],
    "raw_control": lambda body, fault: body.replace(b'"Zoeknaam": "', b'"Zoeknaam": "\x0b\x01'),
    "huge": lambda body, fault: b" " * fault.params["bytes"] + body,
}


def _cut(body: bytes, fault: Fault) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await wire.send_cut(scope, receive, body, fault.params["at"], "length", fault.params["hard"], MEDIA_TYPE)

    return app
