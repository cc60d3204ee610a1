"""One HTTP server on loopback, on a port that was asked for or a free one."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from simulators._common.tls import HOST, Tls
from simulators._common.wire import WireProtocol

EXIT_OUTSIDE = 3
STOP_POLL_SECONDS = 0.02
KEEP_ALIVE_SECONDS = 120  # as IIS does: a client's pooled connection survives a quiet minute


class PortTakenError(OSError):
    """Somebody else listens there."""


def bind(port: int) -> socket.socket:
    """Listen on loopback; port 0 means any free one.

    Raises:
        PortTakenError: the port is in use.
    """
    try:
        sock = socket.create_server((HOST, port), backlog=256)
    except OSError as error:
        raise PortTakenError(f"Poort {port} op {HOST} is bezet; kies een andere poort.") from error
    # asyncio does this only for sockets made with IPPROTO_TCP; without it every answer waits 40 ms for a delayed ACK.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


class SimulatorServer(uvicorn.Server):
    """uvicorn that says when it listens and can be stopped from another thread."""

    def __init__(
        self, app: ASGIApp, sock: socket.socket, on_ready: Callable[[int], None], tls: Tls | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=WireProtocol,
                loop="asyncio",
                ws="none",
                log_level="error",
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=1,
                ssl_certfile=None if tls is None else tls.certificate,
                ssl_keyfile=None if tls is None else tls.key,
            )
        )
        self.port: int = sock.getsockname()[1]
        self._sock = sock
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self._on_ready(self.port)

    async def main_loop(self) -> None:
        """As uvicorn's, but it looks more often whether to stop: hundreds of tests wait for that."""
        ticks = 0
        while not await self.on_tick(ticks):
            await asyncio.sleep(STOP_POLL_SECONDS)
            ticks += 1

    def serve_until_stopped(self) -> None:
        """Run in this thread until `stop` or a signal."""
        self.run(sockets=[self._sock])

    def stop(self) -> None:
        """Finish running requests for at most a second and return; callable from any thread."""
        self.should_exit = True


def run_process(
    make_app: Callable[[], ASGIApp],
    *,
    port: int,
    port_file: Path | None,
    until_stdin_closes: bool,
    tls: Tls | None = None,
) -> int:
    """Serve in the foreground; the exit code. The port goes to stdout as soon as it answers, and to `port_file`."""
    try:
        sock = bind(port)
    except PortTakenError as error:
        print(error, file=sys.stderr)
        return EXIT_OUTSIDE

    def announce(bound: int) -> None:
        if port_file is not None:
            _write_whole(port_file, f"{bound}\n")
        print(bound, flush=True)

    server = SimulatorServer(make_app(), sock, announce, tls)
    if until_stdin_closes:
        threading.Thread(target=_stop_at_eof, args=(server,), daemon=True).start()
    server.serve_until_stopped()
    return 0


def _write_whole(path: Path, text: str) -> None:
    """Readers see the old file or the new one, never a half."""
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    os.replace(part, path)


def _stop_at_eof(server: SimulatorServer) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.stop()
