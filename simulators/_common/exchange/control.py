"""The control API under /_sim/ that every door to the mailbox has: fill and change it, arm faults, read the log."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators._common.exchange.mailbox import Folder, FolderNotFoundError, Item, ItemNotFoundError, Mailbox
from simulators._common.faults import FaultBook, UnknownFaultError
from simulators._common.requests import RequestLog

Endpoint = Callable[[Request], Awaitable[Response]]


class MailboxControl:
    """The endpoints, over the same objects that the protocol itself uses. A door adds its own in `table`."""

    def __init__(self, mailbox: Mailbox, book: FaultBook, log: RequestLog) -> None:
        self._mailbox = mailbox
        self._book = book
        self._log = log

    def routes(self) -> list[Route]:
        """To be mounted at the root."""
        return [Route(f"/_sim/{path}", _guarded(call), methods=[method]) for method, path, call in self.table()]

    def table(self) -> list[tuple[str, str, Endpoint]]:
        """Method, path below /_sim/ and endpoint."""
        return [
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
        ]

    def id_of(self, item: Item) -> str:
        """The id that clients of this door see."""
        return item.id

    def item(self, given: str) -> Item:
        """The item with such an id.

        Raises:
            ItemNotFoundError: there is none.
        """
        return self._mailbox.item(given)

    def folder(self, given: str) -> Folder:
        """By id, distinguished name or shown name.

        Raises:
            FolderNotFoundError: there is none.
        """
        return self._mailbox.folder(given)

    def folder_id(self, folder: Folder) -> str:
        """The id that clients of this door see."""
        return folder.id

    async def state(self, request: Request) -> Response:
        """Mailbox address and the number of mails per folder."""
        folders = {folder.distinguished or folder.name: len(folder.items) for folder in self._mailbox.folders.values()}
        return JSONResponse({"mailbox": self._mailbox.address, "folders": folders})

    async def list_mails(self, request: Request) -> Response:
        """The mails of a folder, oldest first."""
        folder = self.folder(request.query_params.get("folder", "inbox"))
        return JSONResponse([self._as_json(folder.items[item_id]) for _, item_id in folder.order])

    async def add_mail(self, request: Request) -> Response:
        """The body is the raw mail; `folder` and `received` (ISO 8601, default now) in the query."""
        received = request.query_params.get("received")
        moment = datetime.fromisoformat(received) if received else datetime.now(UTC)
        folder = self.folder(request.query_params.get("folder", "inbox"))
        return JSONResponse(self._as_json(self._mailbox.deliver(await request.body(), folder.id, moment)))

    async def add_mails(self, request: Request) -> Response:
        """`{"mails": [base64], "folder"}`: many at once; the answer is the list of ids."""
        asked = await request.json()
        folder = self.folder(asked["folder"]).id
        items = [self._mailbox.deliver(base64.b64decode(text), folder, datetime.now(UTC)) for text in asked["mails"]]
        return JSONResponse([self.id_of(item) for item in items])

    async def move(self, request: Request) -> Response:
        """`{"id", "to"}`; the answer has the new id."""
        asked = await request.json()
        return JSONResponse(self._as_json(self._mailbox.move(self.item(asked["id"]).id, self.folder(asked["to"]).id)))

    async def copy(self, request: Request) -> Response:
        """`{"id", "to"}`; the answer has the copy's id."""
        asked = await request.json()
        return JSONResponse(self._as_json(self._mailbox.copy(self.item(asked["id"]).id, self.folder(asked["to"]).id)))

    async def delete(self, request: Request) -> Response:
        """`{"id"}`: gone for good."""
        self._mailbox.delete(self.item((await request.json())["id"]).id)
        return JSONResponse({})

    async def mark_read(self, request: Request) -> Response:
        """`{"id", "is_read"}`."""
        asked = await request.json()
        return JSONResponse(self._as_json(self._mailbox.mark_read(self.item(asked["id"]).id, asked["is_read"])))

    async def create_folder(self, request: Request) -> Response:
        """`{"name", "parent"}`."""
        asked = await request.json()
        created = self._mailbox.create_folder(asked["name"], self.folder(asked["parent"]).id)
        return JSONResponse({"id": self.folder_id(created)})

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

    def _as_json(self, item: Item) -> dict[str, Any]:
        return {
            "id": self.id_of(item),
            "message_id": item.content.message_id,
            "subject": item.content.subject,
            "received": item.received.isoformat(),
            "is_read": item.is_read,
            "folder": item.folder.distinguished or item.folder.name,
            "size": len(item.content.raw),
        }


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
