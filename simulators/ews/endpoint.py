"""POST /EWS/Exchange.asmx: authenticate, read, strike faults, answer, and keep the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from simulators._common import wire
from simulators._common.faults import Fault, FaultBook
from simulators._common.requests import Request, RequestLog
from simulators.ews import faults
from simulators.ews.exchange import Exchange, user_of
from simulators.ews.operations import HANDLERS, notifications
from simulators.ews.soap import (
    Node,
    SoapFaultError,
    fault,
    find_all,
    impersonated,
    name_of,
    parse,
    reply,
    serialise,
    text_of,
)

XML = "text/xml; charset=utf-8"
REALM = 'Basic realm="exchange.simulator"'


@dataclass(slots=True)
class Call:
    """One request on its way through."""

    operation: str
    element: Node
    ids: list[str]
    entry: Request


class EwsEndpoint:
    """The ASGI application of the EWS address."""

    def __init__(self, exchange: Exchange, book: FaultBook, log: RequestLog) -> None:
        self._exchange = exchange
        self._book = book
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = HttpRequest(scope, receive)
        body = await request.body()
        authorization = request.headers.get("authorization")
        try:
            call = self._open(body, user_of(authorization))
        except SoapFaultError as refused:
            await _xml(fault(refused), 500)(scope, receive, send)
            return
        app = await self._answer(call, self._exchange.admits(authorization))
        await app(scope, receive, send)

    def _open(self, body: bytes, user: str | None) -> Call:
        element = parse(body)
        operation = name_of(element)
        asked = [str(node.get("Id")) for tag in ("ItemId", "AttachmentId") for node in find_all(element, f".//t:{tag}")]
        detail = {"initial": not text_of(element, "m:SyncState")} if operation == "SyncFolderItems" else {}
        return Call(operation, element, asked, self._log.open(operation, user, asked, detail))

    async def _answer(self, call: Call, admitted: bool) -> ASGIApp:
        struck = self._take("request", call, call.ids)
        for delay in (one for one in struck if one.kind == "delay"):
            await asyncio.sleep(delay.params["ms"] / 1000)
        hard = next((one for one in struck if one.kind != "delay"), None)
        if hard is not None and hard.kind == "refuse":
            return _refuse
        if hard is not None and hard.kind == "status":
            return _noted(call, _status(hard))
        if not admitted:
            return _noted(call, _denied(self._exchange.tokens is not None))
        return await self._run(call, hard)

    async def _run(self, call: Call, refused: Fault | None) -> ASGIApp:
        try:
            self._check_impersonation(call)
            if refused is not None:
                return _noted(call, _xml(reply(call.operation, [faults.refusal(call.operation, refused)])))
            if call.operation == notifications.STREAMING:
                return self._stream(call)
            return self._finish(call, self._messages(call))
        except SoapFaultError as error:
            return _noted(call, _xml(fault(error), 500))

    def _messages(self, call: Call) -> list[Node]:
        handler = HANDLERS.get(call.operation)
        if handler is None:
            raise SoapFaultError("ErrorInvalidOperation", f"{call.operation} is not simulated.")
        before = self._exchange.names(call.ids)
        messages = handler(self._exchange, call.element)
        for struck in self._take("reply", call, faults.ids_in(messages), before):
            aimed = self._aimed(struck, [*call.ids, *faults.ids_in(messages)])
            messages = faults.spoil(call.operation, messages, struck, aimed)
        return messages

    def _finish(self, call: Call, messages: list[Node]) -> ASGIApp:
        body = serialise(reply(call.operation, messages))
        cut = next(iter(self._take("wire", call, [*call.ids, *faults.ids_in(messages)])), None)
        if cut is None:
            return _noted(call, Response(body, media_type=None, headers={"content-type": XML}))

        async def hang_up(scope: Scope, receive: Receive, send: Send) -> None:
            keep = faults.cut_at(body, cut)
            await wire.send_cut(scope, receive, body, keep, cut.params["framing"], cut.params["hard"])

        return hang_up

    def _stream(self, call: Call) -> ASGIApp:
        end = next(iter(self._take("stream", call, [])), None)
        call.entry.status = 200

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            chunks = self._chunks(call, end, scope)
            await StreamingResponse(chunks, headers={"content-type": XML})(scope, receive, send)

        return app

    async def _chunks(self, call: Call, end: Fault | None, scope: Scope) -> AsyncIterator[bytes]:
        left = end.params["after"] if end is not None else -1
        async for message in notifications.stream(self._exchange, call.element):
            yield serialise(reply(call.operation, [message]))
            left -= 1
            if end is not None and left <= 0:
                if end.params["hard"]:
                    wire.hang_up(scope)
                return

    def _check_impersonation(self, call: Call) -> None:
        address = impersonated(call.element)
        if address is not None and address.lower() != self._exchange.mailbox.address.lower():
            raise SoapFaultError("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")

    def _take(self, stage: str, call: Call, given: list[str], more: set[str] | None = None) -> list[Fault]:
        struck = self._book.take(stage, call.operation, self._exchange.names(given) | (more or set()))
        call.entry.faults += [one.kind for one in struck]
        return struck

    def _aimed(self, struck: Fault, present: list[str]) -> set[str]:
        """The ids among `present` that a fault names, by id or by Message-ID."""
        wanted = set(struck.items)
        return {one for one in present if not wanted.isdisjoint(self._exchange.names([one]))}


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await wire.reset(scope, receive)


def _noted(call: Call, response: Response) -> Response:
    call.entry.status = response.status_code
    return response


def _xml(envelope: Node, status: int = 200) -> Response:
    return Response(serialise(envelope), status, headers={"content-type": XML})


def _denied(online: bool) -> Response:
    return Response(status_code=401, headers={"www-authenticate": "Bearer" if online else REALM})


def _status(struck: Fault) -> Response:
    headers = {"content-type": "text/html; charset=utf-8"}
    if struck.params["retry_after"] is not None:
        headers["retry-after"] = str(struck.params["retry_after"])
    if struck.params["status"] == 401:
        headers["www-authenticate"] = REALM
    return Response(struck.params["body"], struck.params["status"], headers=headers)
