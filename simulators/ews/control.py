"""The control API of the EWS door."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators._common.exchange.control import Endpoint, MailboxControl
from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators.ews.exchange import Exchange


class Control(MailboxControl):
    """What every door has, and the settings of this one."""

    def __init__(self, exchange: Exchange, book: FaultBook, log: RequestLog) -> None:
        super().__init__(exchange.mailbox, book, log)
        self._exchange = exchange

    def table(self) -> list[tuple[str, str, Endpoint]]:
        """See `MailboxControl`."""
        return [*super().table(), ("POST", "settings", self.settings)]

    async def settings(self, request: Request) -> Response:
        """`stream_seconds` of a streaming connection, another `epoch` voids all sync states, `page_limit` of listings,
        `folder_classes` by folder id.
        """
        asked = await request.json()
        self._exchange.stream_seconds = asked.get("stream_seconds", self._exchange.stream_seconds)
        self._exchange.epoch = asked.get("epoch", self._exchange.epoch)
        self._exchange.page_limit = asked.get("page_limit", self._exchange.page_limit)
        self._exchange.folder_classes |= asked.get("folder_classes", {})
        return JSONResponse({})
