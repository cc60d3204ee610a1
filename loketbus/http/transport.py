"""The httpx transport under every client of ours: deadline, retry, headers, error kinds and capped bodies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx
import tenacity
from opentelemetry.trace import SpanKind

from loketbus import logs, telemetry
from loketbus.http.bodies import CappedBody, decoded
from loketbus.http.outcomes import is_idempotent, parse_retry_after, transport_failure

NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout)
NOT_SENT = (*NO_CONNECTION, httpx.PoolTimeout, httpx.ProxyError)
"""Raised before a byte of the request went out."""
OUR_FAULT = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
"""A request that cannot be sent at all: a defect, not the outside world."""
WORTH_A_RETRY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class RetryOptions:
    """The short retry inside one call."""

    attempts: int = 3
    pause_seconds: float = 0.2
    max_pause_seconds: float = 3.0
    """A longer Retry-After is the bus's business."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class _AnswerSaysLater(Exception):
    def __init__(self, response: httpx.Response, pause_seconds: float) -> None:
        super().__init__()
        self.response = response
        self.pause_seconds = pause_seconds


class GuardedTransport(httpx.AsyncBaseTransport):
    """Wraps a transport. Raises `Unavailable` for every failure without a whole answer.

    Args:
        inner: what really sends.
        remote: name of the outside system, for messages.
        total_seconds: for one call with its retries, up to the last byte of the answer.
        max_bytes: of an answer, after decompression.
        retry: the short retry.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, remote: str, total_seconds: float, max_bytes: int, retry: RetryOptions
    ) -> None:
        self._inner = inner
        self._remote = remote
        self._total_seconds = total_seconds
        self._max_bytes = max_bytes
        self._retry = retry

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        template = str(request.extensions.get("path_template", ""))
        attributes = {"remote": self._remote, "http.request.method": request.method, "url.template": template}
        with telemetry.span(f"{request.method} {self._remote}", attributes, kind=SpanKind.CLIENT) as span:
            response = await self._handle(request)
            span.set_attribute("http.response.status_code", response.status_code)
            return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        _add_context(request)
        total = float(request.extensions.get("total_seconds", self._total_seconds))
        deadline = asyncio.get_running_loop().time() + total
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._send_with_retry(request)
        except OUR_FAULT:
            raise
        except (httpx.TransportError, TimeoutError) as error:
            sent = not isinstance(error, NOT_SENT)
            raise transport_failure(error, request, remote=self._remote, sent=sent) from None
        max_bytes = int(request.extensions.get("max_bytes", self._max_bytes))
        return self._guarded(response, request, max_bytes, deadline)

    async def _send_with_retry(self, request: httpx.Request) -> httpx.Response:
        attempts = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(self._retry.attempts),
            retry=tenacity.retry_if_exception_type((*NO_CONNECTION, _AnswerSaysLater)),
            wait=self._pause,
            sleep=self._retry.sleep,
            reraise=True,
        )
        try:
            async for attempt in attempts:
                with attempt:
                    return await self._send_once(request, attempt.retry_state.attempt_number)
        except _AnswerSaysLater as later:
            return later.response
        raise AssertionError("tenacity ended without an answer")

    async def _send_once(self, request: httpx.Request, number: int) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        pause = self._worth_a_retry(request, response)
        if pause is None or number == self._retry.attempts:
            return response
        await response.aclose()
        raise _AnswerSaysLater(response, pause)

    def _worth_a_retry(self, request: httpx.Request, response: httpx.Response) -> float | None:
        """Seconds to pause, or None: only a stated short wait, on a request that can be sent again unharmed."""
        replayable = isinstance(request.stream, httpx.ByteStream) and is_idempotent(request)
        if response.status_code not in WORTH_A_RETRY or not replayable:
            return None
        asked = parse_retry_after(response)
        return asked if asked is not None and asked <= self._retry.max_pause_seconds else None

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        return error.pause_seconds if isinstance(error, _AnswerSaysLater) else self._retry.pause_seconds

    def _guarded(
        self, response: httpx.Response, request: httpx.Request, max_bytes: int, deadline: float
    ) -> httpx.Response:
        assert isinstance(response.stream, httpx.AsyncByteStream)
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        body = CappedBody(
            _BoundedBody(response.stream, request, self._remote, deadline),
            request=request,
            remote=self._remote,
            max_bytes=max_bytes,
            decode=decoded(encoding, request, self._remote) if request.method != "HEAD" else None,
        )
        dropped = {b"content-encoding", b"content-length"} if encoding != "identity" else set()
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in dropped]
        return httpx.Response(response.status_code, headers=headers, stream=body, extensions=response.extensions)


class _BoundedBody(httpx.AsyncByteStream):
    """The answer's body within the call's deadline; a break in it is `Unavailable`."""

    def __init__(self, inner: httpx.AsyncByteStream, request: httpx.Request, remote: str, deadline: float) -> None:
        self._inner = inner
        self._request = request
        self._remote = remote
        self._deadline = deadline

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._inner)
        while True:
            try:
                async with asyncio.timeout_at(self._deadline):
                    chunk = await anext(chunks, None)
            except (httpx.TransportError, TimeoutError) as error:
                raise transport_failure(error, self._request, remote=self._remote, sent=True) from None
            if chunk is None:
                return
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def _add_context(request: httpx.Request) -> None:
    headers: dict[str, str] = {}
    telemetry.inject(headers)
    correlation_id = logs.correlation_id()
    if correlation_id is not None:
        headers["X-Correlation-ID"] = correlation_id
    for name, value in headers.items():
        request.headers.setdefault(name, value)
