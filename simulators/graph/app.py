"""Wiring: one tenant with one mailbox, its sign-in, its Graph, its control API and the feed of mail files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from simulators._common.exchange.feed import Feed, MailFiles
from simulators._common.exchange.journal import open_mailbox
from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators.graph.calls import Tenant
from simulators.graph.control import Control
from simulators.graph.endpoint import Endpoint
from simulators.graph.faults import KINDS
from simulators.graph.operations import OPERATIONS
from simulators.graph.subscriptions import Subscriptions
from simulators.graph.tokens import Tokens


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """What one simulator serves."""

    mailbox: str = "energieloket@stad.example"
    tenant: str = "8f1c2f3e-0d55-4c5b-9a0e-7b1f6d2c4a10"
    client_id: str = "2d6a7c41-93b5-4a3f-8e0b-5c1d9e7f6a32"
    client_secret: str = "geheim"
    mail: MailFiles = field(default_factory=MailFiles)
    state: Path | None = None
    """Keeps the mailbox, its ids and its delta tokens over a restart; the EWS simulator can go on with it."""
    token_seconds: int = 3599
    max_value_bytes: int = 25 * 1024 * 1024
    max_at_once: int = 4
    subscription_minutes: int = 4230
    tls: Path | None = None
    """Serve https, with a certificate that is made in this folder; None serves plain http."""


def make_app(options: GraphOptions) -> Starlette:
    """The whole simulator as an ASGI application.

    Raises:
        StateFileError: the state file cannot be used.
    """
    mailbox, epoch = open_mailbox(options.mailbox, options.state)
    book, log = FaultBook(KINDS), RequestLog()
    life = timedelta(minutes=options.subscription_minutes)
    tenant = Tenant(
        mailbox=mailbox,
        epoch=epoch,
        tokens=Tokens(options.tenant, options.client_id, options.client_secret, options.token_seconds),
        subscriptions=Subscriptions(mailbox, options.tenant, book, log, life),
        max_value_bytes=options.max_value_bytes,
        max_at_once=options.max_at_once,
    )
    feed = Feed(mailbox, options.mail)
    feed.load()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(feed.run()), asyncio.create_task(tenant.subscriptions.run())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    routes = [
        Route(path, Endpoint(operation, tenant, book, log), methods=[operation.method])
        for operation in OPERATIONS
        for path in operation.paths
    ]
    return Starlette(routes=[*Control(tenant, book, log).routes(), *routes], lifespan=lifespan)
