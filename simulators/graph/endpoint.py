"""One operation over HTTP: count, strike faults, authenticate, answer, and keep the log."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from simulators._common import wire
from simulators._common.faults import Fault, FaultBook
from simulators._common.requests import RequestLog
from simulators.graph import faults
from simulators.graph.answers import Answer
from simulators.graph.calls import Call, Tenant
from simulators.graph.odata import ODataError, Prefer, throttled, token_refused
from simulators.graph.operations import Operation

RETRY_AFTER_SECONDS = 10
"""What an application that asks too much at once is told; longer than clients wait by themselves."""


class Endpoint:
    """The ASGI application of one operation."""

    def __init__(self, operation: Operation, tenant: Tenant, book: FaultBook, log: RequestLog) -> None:
        self._operation = operation
        self._tenant = tenant
        self._book = book
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = HttpRequest(scope, receive)
        call = self._open(request, await request.body())
        async with self._counted() as within_limit:
            try:
                if not within_limit:
                    raise throttled(RETRY_AFTER_SECONDS)
                app = await self._answer(call)
            except ODataError as refused:
                app = _noted(call, refused.response())
            await app(scope, receive, send)

    def _open(self, request: HttpRequest, body: bytes) -> Call:
        named = [value for key, value in request.path_params.items() if key in ("message", "attachment")]
        prefer = Prefer.read(request.headers)
        detail = {"query": request.url.query, "immutable_ids": prefer.keep_ids}
        entry = self._log.open(self._operation.name, None, named, detail)
        return Call(self._tenant, self._operation.name, request, body, entry, prefer)

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[bool]:
        """How many are under way for the mailbox; signing in is not among them."""
        if not self._operation.needs_token:
            yield True
            return
        tenant = self._tenant
        tenant.at_once += 1
        tenant.most_at_once = max(tenant.most_at_once, tenant.at_once)
        try:
            yield tenant.at_once <= tenant.max_at_once
        finally:
            tenant.at_once -= 1

    async def _answer(self, call: Call) -> ASGIApp:
        struck = self._take("request", call, call.entry.ids)
        for delay in (one for one in struck if one.kind == "delay"):
            await asyncio.sleep(delay.params["ms"] / 1000)
        hard = next((one for one in struck if one.kind != "delay"), None)
        if hard is not None and hard.kind == "refuse":
            return _refuse
        if hard is not None:
            return _noted(call, _refused(hard))
        self._admit(call)
        call.links = bool(self._take("content", call, call.entry.ids))
        answer = self._operation.handler(call)
        answer = await answer if inspect.isawaitable(answer) else answer
        return self._finish(call, answer)

    def _admit(self, call: Call) -> None:
        if not self._operation.needs_token:
            return
        call.entry.user = self._tenant.tokens.app_of(call.request.headers.get("authorization"))
        if call.entry.user is None:
            raise token_refused()

    def _finish(self, call: Call, answer: Answer) -> ASGIApp:
        present = [*call.entry.ids, *faults.ids_in(answer.body)]
        if isinstance(answer.body, dict):
            for struck in self._take("reply", call, present):
                faults.spoil(answer.body, struck, partial(self._means, struck), _address(call))
        body = json.dumps(answer.body).encode() if isinstance(answer.body, dict) else answer.body or b""
        broken = next(iter(self._take("wire", call, present)), None)
        if broken is not None and broken.kind == "replace_body":
            keep = broken.params["keep"]
            body = body[:keep] if keep is not None else broken.params["text"].encode()
        elif broken is not None:
            params = broken.params
            return _hang_up(body, params["at"], params["framing"], params["hard"], answer.content_type)
        elif answer.break_at is not None:
            return _hang_up(body, answer.break_at, "chunked", True, answer.content_type)
        headers = {**call.prefer.applied, **answer.headers, "content-type": answer.content_type}
        return _noted(call, Response(body, answer.status, headers=headers))

    def _take(self, stage: str, call: Call, present: list[str]) -> list[Fault]:
        struck = self._book.take(stage, call.operation, self._tenant.names(present))
        call.entry.faults += [one.kind for one in struck]
        return struck

    def _means(self, fault: Fault, name: str) -> bool:
        return not fault.items or not self._tenant.names([name]).isdisjoint(fault.items)


def _address(call: Call) -> str:
    return str(call.request.url)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await wire.reset(scope, receive)


def _hang_up(body: bytes, keep: int, framing: wire.Framing, hard: bool, content_type: str) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await wire.send_cut(scope, receive, body, keep, framing, hard, content_type)

    return app


def _refused(struck: Fault) -> Response:
    refusal = faults.refusal(struck)
    if struck.params.get("body") is None:
        return refusal.response()
    headers = {**refusal.headers, "content-type": "text/html; charset=utf-8"}
    return Response(struck.params["body"], refusal.status, headers=headers)


def _noted(call: Call, response: Response) -> Response:
    call.entry.status = response.status_code
    return response
