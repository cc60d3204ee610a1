"""Wiring: one mailbox, its EWS endpoint, its control API and the feed of mail files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from simulators._common.exchange.feed import Feed, MailFiles
from simulators._common.exchange.journal import open_mailbox
from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators.ews.control import Control
from simulators.ews.endpoint import EwsEndpoint
from simulators.ews.exchange import Exchange
from simulators.ews.faults import KINDS
from simulators.ews.tokens import App, TokenEndpoint, Tokens

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
    app: App | None = None
    """Set: as Exchange Online, with a token endpoint and without Basic authentication."""


def make_app(options: EwsOptions) -> Starlette:
    """The whole simulator as an ASGI application.

    Raises:
        StateFileError: the state file cannot be used.
    """
    mailbox, epoch = open_mailbox(options.mailbox, options.state)
    tokens = Tokens(options.app) if options.app else None
    exchange = Exchange(mailbox, epoch, options.user, options.password, tokens=tokens)
    book, log = FaultBook(KINDS), RequestLog()
    feed = Feed(mailbox, options.mail)
    feed.load()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        delivering = asyncio.create_task(feed.run())
        yield
        delivering.cancel()

    routes = [Route(EWS_PATH, EwsEndpoint(exchange, book, log), methods=["POST"])]
    if options.app and tokens:
        routes.append(Route(options.app.token_path, TokenEndpoint(tokens, book, log).answer, methods=["POST"]))
    return Starlette(routes=[*routes, *Control(exchange, book, log).routes()], lifespan=lifespan)
