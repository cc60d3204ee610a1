"""Answers of bounded size: counted after decompression, which is done here in small steps against gzip bombs."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

from loketbus.errors import Outcome, Rejected, Unavailable
from loketbus.http.outcomes import describe, is_idempotent

STEP_BYTES = 64 * 1024
GZIP = 16 + zlib.MAX_WBITS


class Gunzip:
    """Streaming gzip that never holds more than a step of output."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(GZIP)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The bytes that `chunk` stands for; zlib.error when it is not gzip."""
        while chunk:
            if self._inner.eof:  # another member follows
                self._inner = zlib.decompressobj(GZIP)
            yield self._inner.decompress(chunk, STEP_BYTES)
            chunk = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail

    @property
    def complete(self) -> bool:
        """Whether the input ended where gzip says that it ends."""
        return self._inner.eof


class CappedBody(httpx.AsyncByteStream):
    """A body of at most `max_bytes`; more is refused while it streams."""

    def __init__(
        self,
        inner: httpx.AsyncByteStream,
        *,
        request: httpx.Request,
        remote: str,
        max_bytes: int,
        decode: Gunzip | None,
    ) -> None:
        self._inner = inner
        self._request = request
        self._remote = remote
        self._max_bytes = max_bytes
        self._decode = decode

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._plain():
            size += len(chunk)
            if size > self._max_bytes:
                raise self._too_large()
            yield chunk

    async def aclose(self) -> None:
        """Close the connection or give it back."""
        await self._inner.aclose()

    async def _plain(self) -> AsyncIterator[bytes]:
        received = False
        async for chunk in self._inner:
            received = True
            if self._decode is None:
                yield chunk
                continue
            try:
                for part in self._decode.feed(chunk):
                    yield part
            except zlib.error:
                raise unreadable(self._request, self._remote, "not gzip") from None
        if received and self._decode is not None and not self._decode.complete:
            raise unreadable(self._request, self._remote, "gzip breaks off")

    def _too_large(self) -> Outcome:
        detail = describe(self._request, f"more than {self._max_bytes} bytes")
        message = f"Het antwoord van {self._remote} is te groot om te verwerken."
        if is_idempotent(self._request):
            return Rejected("remote_answer_too_large", message, detail=detail, audience="ict")
        return Unavailable("remote_answer_too_large", message, detail=detail, maybe_done=True)


def decoded(encoding: str, request: httpx.Request, remote: str) -> Gunzip | None:
    """The decoder for a Content-Encoding; we only ever ask for gzip."""
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return Gunzip()
    raise unreadable(request, remote, "an encoding that was not asked for")


def unreadable(request: httpx.Request, remote: str, why: str) -> Unavailable:
    """An answer that breaks HTTP."""
    message = f"Het antwoord van {remote} is onleesbaar. Loketbus probeert het later opnieuw."
    maybe_done = not is_idempotent(request)
    return Unavailable("remote_unreadable", message, detail=describe(request, why), maybe_done=maybe_done)
