"""Wiring: one mailbox, its EWS endpoint, its control API and the feed of mail files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators.ews.control import Control
from simulators.ews.endpoint import EwsEndpoint
from simulators.ews.exchange import Exchange
from simulators.ews.faults import KINDS
from simulators.ews.feed import Feed, MailFiles
from simulators.ews.journal import open_mailbox

EWS_PATH = "/EWS/Exchange.asmx"


@dataclass(frozen=True, slots=True)
class EwsOptions:
    """What one simulator serves."""

    mailbox: str = "energieloket@stad.example"
    user: str = "svc-loket"
    password: str = "geheim"
    mail: MailFiles = field(default_factory=MailFiles)
    state: Path | None = None
    """Keeps the mailbox, its ids and its sync states over a restart; None keeps them in memory."""


def make_app(options: EwsOptions) -> Starlette:
    """The whole simulator as an ASGI application.

    Raises:
        StateFileError: the state file cannot be used.
    """
    mailbox, epoch = open_mailbox(options.mailbox, options.state)
    exchange = Exchange(mailbox, epoch, options.user, options.password)
    book, log = FaultBook(KINDS), RequestLog()
    feed = Feed(mailbox, options.mail)
    feed.load()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        delivering = asyncio.create_task(feed.run())
        yield
        delivering.cancel()

    endpoint = Route(EWS_PATH, EwsEndpoint(exchange, book, log), methods=["POST"])
    return Starlette(routes=[endpoint, *Control(exchange, book, log).routes()], lifespan=lifespan)
