"""The portal as an ASGI application, with a control API under /_sim/.

What is known of it comes from the clients of others (reference 1.1): the form of Spring Security, two cookies, a page
with a table of links, and a stale session that gets that page without rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulators._common import wire
from simulators._common.faults import Fault, FaultBook
from simulators._common.requests import Request as Entry
from simulators._common.requests import RequestLog
from simulators.kbo.portal import pages
from simulators.kbo.portal.control import control_routes
from simulators.kbo.portal.faults import KINDS
from simulators.kbo.portal.sessions import COOKIES, Sessions
from simulators.kbo.portal.shelf import Shelf


@dataclass(frozen=True, slots=True)
class PortalOptions:
    """What one portal serves; see `Shelf` for `initial` and `interval_seconds`."""

    folder: Path
    user: str = "loketbus"
    password: str = "geheim"
    session_seconds: float = 1800.0
    initial: int | None = None
    interval_seconds: float = 60.0


def make_app(options: PortalOptions) -> Starlette:
    """The whole portal."""
    shelf = Shelf(options.folder, options.initial, options.interval_seconds)
    sessions = Sessions(options.user, options.password, options.session_seconds)
    book, log = FaultBook(KINDS), RequestLog()
    portal = _Portal(options.user, shelf, sessions, book)
    operations: list[tuple[str, str, str, _Handler]] = [
        ("login_page", "GET", pages.LOGIN, portal.login_page),
        ("login", "POST", pages.CHECK, portal.login),
        ("list", "GET", pages.LISTING, portal.list),
        ("download", "GET", f"{pages.FILES}/{{name}}", portal.download),
    ]
    routes = [
        Route(path, _Endpoint(name, call, book, log), methods=[method]) for name, method, path, call in operations
    ]
    return Starlette(routes=[*control_routes(shelf, sessions, book, log), *routes])


_Handler = Callable[[Request, Entry], Awaitable[ASGIApp]]


class _Portal:
    """The operations."""

    def __init__(self, user: str, shelf: Shelf, sessions: Sessions, book: FaultBook) -> None:
        self._user, self._shelf, self._sessions, self._book = user, shelf, sessions, book

    async def login_page(self, request: Request, entry: Entry) -> ASGIApp:
        return HTMLResponse(pages.login("login_error" in request.query_params))

    async def login(self, request: Request, entry: Entry) -> ASGIApp:
        """Both outcomes redirect; only one of them brings cookies."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        session = self._sessions.log_in(form.get("j_username", ""), form.get("j_password", ""))
        if session is None:
            return RedirectResponse(f"{pages.LOGIN}?login_error=t", 302)
        entry.user = self._user
        response = RedirectResponse(f"{pages.LISTING}?files", 302)
        for name in COOKIES:
            response.set_cookie(name, session, path=pages.ROOT, httponly=True)
        return response

    async def list(self, request: Request, entry: Entry) -> ASGIApp:
        """Without cookies back to the form; with stale ones a page like any other, but without rows."""
        if not set(COOKIES) <= set(request.cookies):
            return RedirectResponse(pages.LOGIN, 302)
        live = self._sessions.live(request.cookies)
        entry.user = self._user if live else None
        if struck := self._book.take("listing", "list", set()):
            entry.faults += [one.kind for one in struck]
            live = False
        return HTMLResponse(pages.listing(self._shelf.archives() if live else (), self._user))

    async def download(self, request: Request, entry: Entry) -> ASGIApp:
        name = request.path_params["name"]
        if not self._sessions.live(request.cookies):
            return RedirectResponse(pages.LOGIN, 302)
        entry.user = self._user
        path = self._shelf.find(name)
        if path is None:
            return PlainTextResponse("not found", 404)
        if struck := self._book.take("wire", "download", {name}):
            entry.faults += [one.kind for one in struck]
            return _cut(path, struck[0])
        return FileResponse(path, media_type="application/zip", filename=name)


class _Endpoint:
    """One operation: log it, strike the faults, answer."""

    def __init__(self, operation: str, handler: _Handler, book: FaultBook, log: RequestLog) -> None:
        self._operation, self._handler, self._book, self._log = operation, handler, book, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        named = list(request.path_params.values())
        entry = self._log.open(self._operation, None, named, {"query": request.url.query})
        struck = self._book.take("request", self._operation, set(named))
        entry.faults += [one.kind for one in struck]
        app = await self._answer(request, entry, struck)
        entry.status = app.status_code if isinstance(app, Response) else None
        await app(scope, receive, send)

    async def _answer(self, request: Request, entry: Entry, struck: list[Fault]) -> ASGIApp:
        for fault in struck:
            if fault.kind == "delay":
                await asyncio.sleep(fault.params["ms"] / 1000)
            else:
                return _refuse if fault.kind == "refuse" else _failed(fault)
        # What stands in front of the portal refuses requests that do not look like a browser's (2026-08).
        if not {"user-agent", "accept"} <= set(request.headers):
            return PlainTextResponse("Bad Request", 400)
        return await self._handler(request, entry)


def _failed(fault: Fault) -> Response:
    after = fault.params["retry_after"]
    return PlainTextResponse("", fault.params["status"], {} if after is None else {"retry-after": str(after)})


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await wire.reset(scope, receive)


def _cut(path: Path, fault: Fault) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = await asyncio.to_thread(path.read_bytes)
        at, hard = fault.params["at"], fault.params["hard"]
        await wire.send_cut(scope, receive, body, at, "length", hard, "application/zip")

    return app
