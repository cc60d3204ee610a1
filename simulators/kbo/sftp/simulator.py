"""`KboSftp`: a running SFTP server for tests, in a thread of this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import asyncssh

from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators._common.tls import HOST
from simulators.kbo.sftp.server import KINDS, Connections, SftpOptions, serve

__all__ = ["KboSftp", "SftpOptions"]

START_SECONDS = 30.0


class KboSftp:
    """A server that runs between `with` and its end; it keeps its port and its host key when it is down meanwhile."""

    host = HOST

    def __init__(self, options: SftpOptions) -> None:
        self.options = options
        self.port = 0
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._book, self._log = FaultBook(KINDS), RequestLog()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="kbo-sftp", daemon=True)
        self._server: asyncssh.SSHAcceptor | None = None
        self._open_now: Connections = set()

    @property
    def host_key(self) -> str:
        """Its public key, as a line of known_hosts holds it."""
        return self._key.export_public_key().decode().strip()

    def fault(self, kind: str, **how: Any) -> None:
        """Arm a fault; see `FaultBook.add` and `simulators.kbo.sftp.server`.

        Raises:
            UnknownFaultError: no such kind or parameter.
        """
        self._book.add(kind, **how)

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """What was asked: `connect`, `login` (detail `accepted`), `list` or `download` (detail `offsets`)."""
        return [one.as_json() for one in self._log.of(operation)]

    def start(self) -> None:
        """Serve."""
        self._server = self._in_thread(serve(self.options, self._key, self._book, self._log, self.port, self._open_now))
        self.port = self._server.get_port()

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._server is not None:
            self._in_thread(self._close(self._server))
            self._server = None

    @contextmanager
    def down(self) -> Iterator[None]:
        """The port is closed meanwhile: connections are refused."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _in_thread(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    async def _close(self, server: asyncssh.SSHAcceptor) -> None:
        server.close()
        still_open = list(self._open_now)
        for connection in still_open:
            connection.abort()
        for connection in still_open:
            await connection.wait_closed()
        await server.wait_closed()
