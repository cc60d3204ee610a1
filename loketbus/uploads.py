"""How much a caller may send: bodies are small, but for the routes that take files and count for themselves.

A body is read before anybody looks at the token, so an endless one must not fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MAX_BYTES = 1_000_000

C = TypeVar("C", bound=Callable[..., Any])


class BodyTooLarge(HTTPException):
    """Answered with 413."""

    def __init__(self) -> None:
        super().__init__(413)


def streams(endpoint: C) -> C:
    """Mark a route that reads its body as a stream, after the token, and has a limit of its own."""
    endpoint.__dict__["streams_body"] = True
    return endpoint


class BodyLimit:
    """ASGI middleware: no body above `BODY_MAX_BYTES`, whatever the caller says of its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            # Which route it is, is known by now: it is the route that reads.
            if message["type"] == "http.request" and not hasattr(scope.get("endpoint"), "streams_body"):
                seen += len(message.get("body", b""))
                if seen > BODY_MAX_BYTES:
                    raise BodyTooLarge
            return message

        await self._app(scope, counted, send)
