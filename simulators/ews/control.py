"""The control API under /_sim/: fill and change the mailbox, arm faults, read the log."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators._common.faults import FaultBook, UnknownFaultError
from simulators._common.requests import RequestLog
from simulators.ews.exchange import Exchange
from simulators.ews.mailbox import FolderNotFoundError, Item, ItemNotFoundError

Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """The endpoints, over the same objects that EWS itself uses."""

    def __init__(self, exchange: Exchange, book: FaultBook, log: RequestLog) -> None:
        self._exchange = exchange
        self._mailbox = exchange.mailbox
        self._book = book
        self._log = log

    def routes(self) -> list[Route]:
        """To be mounted at the root."""
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "state", self.state),
            ("GET", "mails", self.list_mails),
            ("POST", "mails", self.add_mail),
            ("POST", "batch", self.add_mails),
            ("POST", "move", self.move),
            ("POST", "copy", self.copy),
            ("POST", "delete", self.delete),
            ("POST", "mark_read", self.mark_read),
            ("POST", "folders", self.create_folder),
            ("GET", "faults", self.list_faults),
            ("POST", "faults", self.add_fault),
            ("DELETE", "faults", self.clear_faults),
            ("GET", "requests", self.requests),
            ("DELETE", "requests", self.clear_requests),
            ("POST", "settings", self.settings),
        ]
        return [Route(f"/_sim/{path}", _guarded(endpoint), methods=[method]) for method, path, endpoint in table]

    async def state(self, request: Request) -> Response:
        """Mailbox address and the number of mails per folder."""
        folders = {folder.distinguished or folder.name: len(folder.items) for folder in self._mailbox.folders.values()}
        return JSONResponse({"mailbox": self._mailbox.address, "folders": folders})

    async def list_mails(self, request: Request) -> Response:
        """The mails of a folder, oldest first."""
        folder = self._mailbox.folder(request.query_params.get("folder", "inbox"))
        return JSONResponse([_as_json(folder.items[item_id]) for _, item_id in folder.order])

    async def add_mail(self, request: Request) -> Response:
        """The body is the raw mail; `folder` and `received` (ISO 8601, default now) in the query."""
        received = request.query_params.get("received")
        moment = datetime.fromisoformat(received) if received else datetime.now(UTC)
        folder = request.query_params.get("folder", "inbox")
        return JSONResponse(_as_json(self._mailbox.deliver(await request.body(), folder, moment)))

    async def add_mails(self, request: Request) -> Response:
        """`{"mails": [base64], "folder"}`: many at once; the answer is the list of ids."""
        asked = await request.json()
        raws = [base64.b64decode(text) for text in asked["mails"]]
        return JSONResponse([self._mailbox.deliver(raw, asked["folder"], datetime.now(UTC)).id for raw in raws])

    async def move(self, request: Request) -> Response:
        """`{"id", "to"}`; the answer has the new id."""
        asked = await request.json()
        return JSONResponse(_as_json(self._mailbox.move(asked["id"], asked["to"])))

    async def copy(self, request: Request) -> Response:
        """`{"id", "to"}`; the answer has the copy's id."""
        asked = await request.json()
        return JSONResponse(_as_json(self._mailbox.copy(asked["id"], asked["to"])))

    async def delete(self, request: Request) -> Response:
        """`{"id"}`: gone for good."""
        self._mailbox.delete((await request.json())["id"])
        return JSONResponse({})

    async def mark_read(self, request: Request) -> Response:
        """`{"id", "is_read"}`."""
        asked = await request.json()
        return JSONResponse(_as_json(self._mailbox.mark_read(asked["id"], asked["is_read"])))

    async def create_folder(self, request: Request) -> Response:
        """`{"name", "parent"}`."""
        asked = await request.json()
        return JSONResponse({"id": self._mailbox.create_folder(asked["name"], asked["parent"]).id})

    async def list_faults(self, request: Request) -> Response:
        """All armed faults with the number of times they struck."""
        return JSONResponse([fault.as_json() for fault in self._book.all()])

    async def add_fault(self, request: Request) -> Response:
        """Arm a fault: `{"kind", "operation", "count", "skip", "items", ...}`."""
        return JSONResponse(self._book.add(**await request.json()).as_json())

    async def clear_faults(self, request: Request) -> Response:
        """Disarm all."""
        self._book.clear()
        return JSONResponse({})

    async def requests(self, request: Request) -> Response:
        """The log; with `wait` it answers as soon as that many requests were seen, or 504 after `timeout` seconds."""
        operation = request.query_params.get("operation")
        count = int(request.query_params.get("wait", 0))
        if not await self._log.wait(operation, count, float(request.query_params.get("timeout", 30))):
            return JSONResponse({"error": f"fewer than {count} requests"}, 504)
        return JSONResponse([entry.as_json() for entry in self._log.of(operation)])

    async def clear_requests(self, request: Request) -> Response:
        """Forget the log."""
        self._log.clear()
        return JSONResponse({})

    async def settings(self, request: Request) -> Response:
        """`stream_seconds`: length of a streaming connection; `epoch`: another one voids all sync states."""
        asked = await request.json()
        self._exchange.stream_seconds = asked.get("stream_seconds", self._exchange.stream_seconds)
        self._exchange.epoch = asked.get("epoch", self._exchange.epoch)
        return JSONResponse({})


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Mistakes of the caller become 400 and 404 with the reason."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (ItemNotFoundError, FolderNotFoundError) as error:
            return JSONResponse({"error": f"not found: {error}"}, 404)
        except (UnknownFaultError, KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return guarded


def _as_json(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "message_id": item.content.message_id,
        "subject": item.content.subject,
        "received": item.received.isoformat(),
        "is_read": item.is_read,
        "folder": item.folder.distinguished or item.folder.name,
        "size": len(item.content.raw),
    }
