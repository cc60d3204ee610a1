"""Short ways to say what every test of the EWS adapter needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from services.mail_ingest.remote.ews import EwsConnection, EwsMailbox
from services.mail_ingest.remote.protocol import Change, FetchedMail, Wanted
from simulators.ews import EwsSimulator


class InlinePool:
    """Stands for a `WorkerPool` of one process; nothing can be killed in it."""

    def __init__(self, name: str, *, max_workers: int, initializer: Callable[..., object], initargs: tuple[Any, ...]):
        assert max_workers == 1
        self._start: tuple[Callable[..., object], tuple[Any, ...]] | None = (initializer, initargs)

    async def run(self, func: Callable[..., Any], *args: Any, timeout_seconds: float) -> Any:
        """Run in a thread, the initializer first."""
        if self._start is not None:
            (initializer, initargs), self._start = self._start, None
            await asyncio.to_thread(initializer, *initargs)
        return await asyncio.to_thread(func, *args)

    async def close(self) -> None:
        """Nothing to end."""


def connection(simulator: EwsSimulator, **changes: Any) -> EwsConnection:
    """Settings that fit the simulator."""
    options = simulator.options
    known = {"mailbox": options.mailbox, "user": options.user, "password": SecretStr(options.password)}
    return EwsConnection(url=simulator.url, **{**known, **changes})


def online(simulator: EwsSimulator, **changes: Any) -> EwsConnection:
    """Settings that fit a simulator with an app."""
    app = simulator.options.app
    assert app is not None
    known = {
        "auth": "oauth",
        "mailbox": simulator.options.mailbox,
        "tenant": app.tenant,
        "client_id": app.client_id,
        "client_secret": SecretStr(app.client_secret),
        "token_url": simulator.token_url,
    }
    return EwsConnection(url=simulator.url, **{**known, **changes})


def wanted(ids: list[str]) -> list[Wanted]:
    """Ids without a size."""
    return [Wanted(provider_id=one) for one in ids]


async def everything(mailbox: EwsMailbox, limit: int = 3, folder: str = "inbox") -> list[Change]:
    """The changes of all pages."""
    changes: list[Change] = []
    cursor, last = None, False
    while not last:
        page = await mailbox.changes(folder, cursor, limit)
        assert page.poison == ()
        changes += page.changes
        cursor, last = page.cursor, page.last
    return changes


def content(answer: object) -> bytes:
    """The raw mail of an answer that must be one."""
    assert isinstance(answer, FetchedMail), answer
    assert answer.path.stat().st_size == answer.size
    return answer.path.read_bytes()
