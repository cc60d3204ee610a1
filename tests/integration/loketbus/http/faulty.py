"""A loopback server that answers byte for byte what a test scripts, and then does what it says."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Turn = Callable[[asyncio.StreamWriter], Awaitable[None]]


def says(text: str | bytes) -> Turn:
    """Write `text` (a whole HTTP answer, or not), then close the connection."""

    async def turn(writer: asyncio.StreamWriter) -> None:
        writer.write(text.replace("\n", "\r\n").encode() if isinstance(text, str) else text)
        await writer.drain()

    return turn


def status(code: int, *headers: str, body: str = "") -> Turn:
    lines = [f"HTTP/1.1 {code} X", f"Content-Length: {len(body)}", "Connection: close", *headers, "", body]
    return says("\n".join(lines))


async def hangs(writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


def drips(count: int) -> Turn:
    """A body that comes one byte at a time, for ever (each soon enough for a read timeout)."""

    async def turn(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        for _ in range(count):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    return turn


async def resets(writer: asyncio.StreamWriter) -> None:
    """Reset the connection."""
    writer.transport.abort()


@dataclass
class Faulty:
    """Takes its turns one request after another; the last one is repeated."""

    turns: list[Turn]
    requests: list[bytes] = field(default_factory=list)
    base: str = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            self.requests.append(head + await reader.readexactly(length))
            await self.turns[min(len(self.requests), len(self.turns)) - 1](writer)
        writer.close()


@contextlib.asynccontextmanager
async def faulty(*turns: Turn, tls: ssl.SSLContext | None = None) -> AsyncIterator[Faulty]:
    """A server on a free port while the block runs."""
    made = Faulty(list(turns))
    running: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(made.handle(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    scheme = "https" if tls else "http"
    made.base = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
