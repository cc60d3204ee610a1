"""One service as a process: settings, logs, ledger, HTTP, signals, exit code. What `loketbus run SERVICE` does."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import structlog
import uvicorn
import uvloop

from loketbus import discovery
from loketbus.errors import OutsideUnavailable
from loketbus.logs import LogConfig, configure
from loketbus.runtime import Runtime, run_until
from loketbus.security import open_verifier
from loketbus.server import build_app
from loketbus.service import Service
from loketbus.settings import BusSettings, load
from loketbus.telemetry import setup_tracing

log = structlog.get_logger(__name__)

EXIT_UNHEALTHY = 1
LISTEN_BACKLOG = 128


def run_service(name: str, *, port: int | None = None, with_parent: bool = False) -> int:
    """Run until a signal (exit code 0) or until only a restart helps (1).

    Args:
        name: of an installed service.
        port: 0 is a free one; None takes the setting, or the service's own.
        with_parent: end also when standard input closes, and leave it to the parent to show a new token.

    Raises:
        ConfigurationError, OutsideUnavailable: one line that says what to do.
    """
    service = discovery.load_service(name)
    settings = discovery.with_kafka(load(service.settings))
    configure(LogConfig(settings.log_level, settings.log_format, service.name))
    chosen = port if port is not None else _port(settings, service)
    with _listening(settings.host, chosen) as listener:
        return uvloop.run(_run(service, settings, listener, with_parent))


def _port(settings: BusSettings, service: Service[Any]) -> int:
    return settings.port if "port" in settings.model_fields_set else service.default_port


async def _run(service: Service[Any], settings: Any, listener: socket.socket, with_parent: bool) -> int:
    stop = _stop_event(with_parent)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(setup_tracing(service.name, endpoint=settings.otlp_endpoint).close)
        verifier = await open_verifier(settings, announce=_say_nothing if with_parent else _announce)
        stack.push_async_callback(verifier.aclose)
        runtime = await asyncio.to_thread(Runtime, service, settings)
        stack.callback(log.info, "service_stopped", service=service.name)
        await stack.enter_async_context(runtime)
        await stack.enter_async_context(_served(_Server(_http(build_app(runtime, verifier))), listener, stop))
        host, port = listener.getsockname()[:2]
        file = discovery.write_address(settings, service.name, f"http://{_in_url(host)}:{port}")
        stack.callback(file.unlink, missing_ok=True)
        log.info("service_started", service=service.name, port=port)
        await run_until(runtime, stop)
        if runtime.health.alive:
            return 0
        log.error("service_must_restart", service=service.name, reasons=runtime.health.ready()[1])
        return EXIT_UNHEALTHY


def _stop_event(with_parent: bool) -> asyncio.Event:
    """Set by SIGTERM, SIGINT, or the end of the parent."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if with_parent:
        loop.add_reader(sys.stdin.fileno(), _on_stdin, loop, stop)
    return stop


def _on_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """The parent holds the other end of our standard input; when it is gone, so should we be."""
    if not sys.stdin.buffer.read1(1024):  # type: ignore[union-attr]
        loop.remove_reader(sys.stdin.fileno())
        stop.set()


def _announce(token: str) -> None:
    print(f"Toegangstoken (eenmalig getoond; ook bewaard voor de CLI): {token}", flush=True)


def _say_nothing(_token: str) -> None:
    """Our output is the parent's log file, and a token does not belong in one."""


@contextlib.asynccontextmanager
async def _served(server: uvicorn.Server, listener: socket.socket, stop: asyncio.Event) -> AsyncIterator[None]:
    """Answer over HTTP meanwhile; a web server that ends by itself stops the service."""
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    serving.add_done_callback(lambda _: stop.set())
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _in_url(host: str) -> str:
    """A host for people on this machine: a wildcard is no address."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that already takes connections, so that nobody is refused while the service starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # uvicorn sets this on sockets of its own making only; without it every answer waits 40 ms for an ACK.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind((host, port))
            listener.listen(LISTEN_BACKLOG)
        except OSError as error:
            raise OutsideUnavailable(
                f"Luisteren op {host}:{port} lukt niet ({error.strerror}): "
                "stop wat daar draait, of kies LOKETBUS_PORT of LOKETBUS_HOST."
            ) from error
        yield listener


def _http(app: Callable[..., Any]) -> uvicorn.Config:
    return uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: see `_stop_event`."""
        yield
