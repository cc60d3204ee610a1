"""The control API of the Graph door; its ids are the immutable ones, and either kind is understood."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators._common.exchange.control import Endpoint, MailboxControl
from simulators._common.exchange.ids import MalformedIdError
from simulators._common.exchange.mailbox import Folder, Item, ItemNotFoundError
from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators.graph import ids
from simulators.graph.calls import Tenant


class Control(MailboxControl):
    """What every door has, and what is Graph's own."""

    def __init__(self, tenant: Tenant, book: FaultBook, log: RequestLog) -> None:
        super().__init__(tenant.mailbox, book, log)
        self._tenant = tenant

    def table(self) -> list[tuple[str, str, Endpoint]]:
        """See `MailboxControl`."""
        own: list[tuple[str, str, Endpoint]] = [
            ("GET", "load", self.load),
            ("POST", "settings", self.settings),
            ("POST", "revoke", self.revoke),
            ("POST", "lifecycle", self.lifecycle),
            ("GET", "subscriptions", self.subscriptions),
        ]
        return [*super().table(), *own]

    def id_of(self, item: Item) -> str:
        """The immutable id."""
        return ids.immutable(self._mailbox, item.born)

    def item(self, given: str) -> Item:
        """See `MailboxControl`."""
        try:
            found = ids.find(self._mailbox, given)
        except MalformedIdError:
            found = None
        if found is None:
            raise ItemNotFoundError(given)
        return found

    def folder(self, given: str) -> Folder:
        """See `MailboxControl`."""
        by_id = {ids.folder(folder): folder for folder in self._mailbox.folders.values()}
        return by_id[given] if given in by_id else super().folder(given)

    def folder_id(self, folder: Folder) -> str:
        """A REST id."""
        return ids.folder(folder)

    async def load(self, request: Request) -> Response:
        """The most requests that were under way at once for the mailbox."""
        return JSONResponse({"most_at_once": self._tenant.most_at_once})

    async def settings(self, request: Request) -> Response:
        """`epoch`: another one voids all delta tokens; `token_seconds`: life of new access tokens."""
        asked = await request.json()
        self._tenant.epoch = asked.get("epoch", self._tenant.epoch)
        self._tenant.tokens.life_seconds = asked.get("token_seconds", self._tenant.tokens.life_seconds)
        return JSONResponse({})

    async def revoke(self, request: Request) -> Response:
        """Every access token given out so far is refused."""
        self._tenant.tokens.generation += 1
        return JSONResponse({})

    async def lifecycle(self, request: Request) -> Response:
        """`{"event"}`: told to every subscription that asked for lifecycle events; how many."""
        return JSONResponse({"told": self._tenant.subscriptions.lifecycle((await request.json())["event"])})

    async def subscriptions(self, request: Request) -> Response:
        """The active subscriptions."""
        return JSONResponse([one.as_json() for one in self._tenant.subscriptions.all()])
