"""An outside system on loopback that remembers what it was asked and what it did, with knobs for its faults."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from loketbus.http import Client, HttpOptions, check, make_client
from loketbus.http.transport import RetryOptions
from loketbus.lanes.adapter import Answer, Done, Effect
from loketbus.ledger.tx import Tx

SHORT_RETRY = RetryOptions(pause_seconds=0.01)


@dataclass
class Outside:
    """`POST /effects` does something each time it is called; `GET /effects/{ref}` tells; `GET /ping` is the probe."""

    applied: list[tuple[str, int]] = field(default_factory=list)
    """(key, number) in the order in which it was done."""
    times: Counter[str] = field(default_factory=Counter)
    """How often each effect was done, by ref."""
    requests: Counter[str] = field(default_factory=Counter)
    """run, ask and ping."""
    broken: set[str] = field(default_factory=set)
    """Keys for which it answers 500."""
    faults: dict[str, tuple[int, str]] = field(default_factory=dict)
    """run, ask or ping -> (status, headers) that it answers instead of doing its work."""
    secret: str = "right"
    held: asyncio.Event | None = None
    """Once set to an event, every call is done, and answered when the event is set."""
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def base_url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    async def come_back(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def go_away(self) -> None:
        """Refuse connections and break off those that are there."""
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    status, headers, body = await self._answer(*await _request(reader))
                    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *filter(None, [headers]), "", body]
                    writer.write("\r\n".join(lines).encode())
                    await writer.drain()
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, method: str, path: str, headers: str, body: str) -> tuple[int, str, str]:
        kind = "run" if method == "POST" else "ping" if path == "/ping" else "ask"
        self.requests[kind] += 1
        if kind in self.faults:
            return (*self.faults[kind], "")
        if f"authorization: bearer {self.secret}" not in headers.lower():
            return 401, "", ""
        if kind == "ask":
            return (200 if self.times[path.removeprefix("/effects/")] else 404), "", "{}"
        return await self._do(json.loads(body)) if kind == "run" else (200, "", "{}")

    async def _do(self, wanted: Mapping[str, Any]) -> tuple[int, str, str]:
        if wanted["key"] in self.broken:
            return 500, "", ""
        if self.times[wanted["ref"]] and wanted["once"]:
            return 200, "", "{}"
        self.applied.append((wanted["key"], wanted["number"]))
        self.times[wanted["ref"]] += 1
        if self.held is not None:
            await self.held.wait()
        return 200, "", json.dumps({"id": len(self.applied)})


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    method, path, _ = head.split(" ", 2)
    length = next((int(line[15:]) for line in head.lower().splitlines() if line.startswith("content-length:")), 0)
    return method, path, head, (await reader.readexactly(length)).decode()


@contextlib.asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    """One while the block runs."""
    made = Outside()
    await made.come_back()
    try:
        yield made
    finally:
        if made.held is not None:
            made.held.set()
        await made.go_away()


class BareAdapter:
    """Calls the outside system with the real client; cannot ask and has no probe."""

    idempotent = False

    def __init__(self, base_url: str, secret: str = "right") -> None:
        self.base_url = base_url
        self.secret = secret
        self.recorded: list[tuple[str, Mapping[str, Any]]] = []
        """(key, result) as `done` got them."""
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """Made in the loop that uses it."""
        if self._client is None:
            self._client = make_client("Buiten", base_url=self.base_url, options=HttpOptions(retry=SHORT_RETRY))
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def call(self, method: str, template: str, **request: Any) -> Any:
        """The answer, or our error."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        return check(await self.client.call(method, template, headers=headers, **request), remote="Buiten")

    async def run(self, effect: Effect) -> Mapping[str, Any]:
        """Do it."""
        body = {"ref": effect.ref, "key": effect.key, "number": effect.json()["number"], "once": self.idempotent}
        answer: dict[str, Any] = (await self.call("POST", "/effects", json=body)).json()
        return answer

    def done(self, tx: Tx, effect: Effect, result: Mapping[str, Any]) -> None:
        """Remember."""
        self.recorded.append((effect.key, result))


class IdempotentAdapter(BareAdapter):
    """Calling twice does what calling once does: the outside system knows the ref."""

    idempotent = True


class ProbingAdapter(BareAdapter):
    """Can also be probed."""

    async def probe(self) -> None:
        """Is it there, and does it take our secret?"""
        await self.call("GET", "/ping")


class AskingAdapter(ProbingAdapter):
    """Can also be asked what happened to a call."""

    async def ask(self, effect: Effect) -> Done | Answer:
        """Look it up."""
        answer = await self.call("GET", "/effects/{ref}", path={"ref": effect.ref})
        return Done({"found": True}) if answer.status_code == 200 else Answer.NOT_DONE


ADAPTERS = {kind.__name__: kind for kind in (BareAdapter, IdempotentAdapter, ProbingAdapter, AskingAdapter)}
