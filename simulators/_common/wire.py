"""Below HTTP: broken framing, cut connections and resets, which an ASGI application cannot ask of its server."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any, Literal, cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

Framing = Literal["close", "length", "chunked"]

WIRE = "simulator.wire"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # l_onoff, l_linger seconds: the kernel answers RST in place of FIN


class WireProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with the connection itself in the scope under `WIRE`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Hand the transport to the application of this connection."""
        super().connection_made(transport)
        inner = self.app

        async def with_wire(scope: Any, receive: Any, send: Any) -> None:
            scope[WIRE] = transport
            await inner(scope, receive, send)

        self.app = with_wire


async def reset(scope: Scope, receive: Receive) -> None:
    """Answer with a TCP reset and not one byte."""
    _abort(scope)
    await _gone(receive)


async def send_cut(
    scope: Scope,
    receive: Receive,
    body: bytes,
    keep: int,
    framing: Framing,
    hard: bool,
    content_type: str = "text/xml; charset=utf-8",
) -> None:
    """Announce the whole body, send its first `keep` bytes, then hang up (`hard`: with a reset)."""
    transport = _transport(scope)
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n".encode()
    transport.write(head + _framing_head(body, framing) + body[:keep])
    if hard:
        _abort(scope)
    else:
        transport.close()
    await _gone(receive)


def hang_up(scope: Scope) -> None:
    """End the connection in the middle of a reply that is being streamed."""
    _transport(scope).close()


def _framing_head(body: bytes, framing: Framing) -> bytes:
    if framing == "length":
        return b"content-length: %d\r\n\r\n" % len(body)
    if framing == "chunked":
        return b"transfer-encoding: chunked\r\n\r\n%x\r\n" % len(body)
    return b"connection: close\r\n\r\n"


def _transport(scope: Scope) -> asyncio.Transport:
    return cast(asyncio.Transport, scope[WIRE])


def _abort(scope: Scope) -> None:
    transport = _transport(scope)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


async def _gone(receive: Receive) -> None:
    """Wait until the server noticed; returning earlier would make it answer 500."""
    while (await receive())["type"] != "http.disconnect":
        pass
