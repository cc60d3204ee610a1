"""Requests to Graph: a token, immutable ids, at most four at once for the mailbox, links of our own server only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx

from loketbus.errors import Denied, Outcome, Rejected, Unavailable
from loketbus.http import Client, HttpOptions, check, make_client
from services.mail_ingest.remote._graph_settings import GraphConnection
from services.mail_ingest.remote._graph_token import TokenSource

GRAPH = "Microsoft Graph"
AT_ONCE = 4
"""What one application may ask of one mailbox at the same time; a fifth request is answered with 429."""
RAW_BYTES = 65_536
PAGE_BYTES = 32 * 1024 * 1024
IMMUTABLE = 'IdType="ImmutableId"'
LINK = "(link of an earlier answer)"

Json = dict[str, Any]


class ForeignLinkError(Exception):
    """A link leads to another server than ours."""


class Refused(Exception):
    """Graph answered, but not with what was asked.

    Args:
        status: of HTTP.
        code: Graph's own, or `http_<status>`.
        outcome: what it means when the request was about the mailbox as a whole.
        body: what the server said, at most 64 kB.
    """

    def __init__(self, status: int, code: str, outcome: Outcome, body: bytes) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.outcome = outcome
        self.body = body


class GraphClient:
    """Reads from one mailbox. Every method raises `Refused`, `Unavailable` or `Denied`."""

    def __init__(self, connection: GraphConnection) -> None:
        self._base = httpx.URL(connection.base_url)
        self._root = connection.base_url
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._client = _client(GRAPH, connection)
        # Apart: a token is asked for while all slots are taken, and Graph's limits are not the sign-in's.
        self._login = _client("De aanmelddienst van Microsoft", connection)
        self._tokens = TokenSource(connection, self._login)

    async def get(self, template: str, path: Mapping[str, str], params: Mapping[str, str | int] | None = None) -> Json:
        """One JSON object; values in `path` are percent-encoded here."""
        return await self.send("GET", template, path, params=params)

    async def follow(self, link: str, *, page_size: int | None = None) -> Json:
        """The JSON behind a link that Graph gave, exactly as it gave it.

        Raises:
            ForeignLinkError: it is not Graph's; our token stays here.
        """
        self.check_link(link)
        async with self._open(self._build("GET", link, LINK, _prefer(page_size))) as response:
            return await _json(response)

    async def send(
        self,
        method: str,
        template: str,
        path: Mapping[str, str],
        *,
        params: Mapping[str, str | int] | None = None,
        body: Json | None = None,
        page_size: int | None = None,
    ) -> Json:
        """Any request with a JSON answer; an empty answer is an empty object."""
        url = self._url(template, path)
        request = self._build(method, url, template, _prefer(page_size), params=params, json=body)
        async with self._open(request) as response:
            return {} if response.status_code == 204 else await _json(response)

    @asynccontextmanager
    async def stream(
        self, template: str, path: Mapping[str, str], max_bytes: int
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a mail or an attachment, in pieces; a slot is taken until the end of the block.

        Raises:
            Rejected: more than `max_bytes`.
        """
        headers = {"Prefer": IMMUTABLE, "Accept-Encoding": "identity"}
        request = self._build("GET", self._url(template, path), template, headers, max_bytes=max_bytes)
        async with self._open(request) as response:
            _require_end(response)
            yield response.aiter_bytes()

    async def download(self, template: str, path: Mapping[str, str], file: BinaryIO, max_bytes: int) -> int:
        """The same into a file; its size."""
        size = 0
        async with self.stream(template, path, max_bytes) as pieces:
            async for piece in pieces:
                size += file.write(piece)
        return size

    def check_link(self, link: str) -> None:
        """Is this an address of our Graph?

        Raises:
            ForeignLinkError: it is not; or it is no address.
        """
        try:
            url = httpx.URL(link)
        except httpx.InvalidURL:
            raise ForeignLinkError from None
        if (url.scheme, url.host, url.port, url.userinfo) != (self._base.scheme, self._base.host, self._base.port, b""):
            raise ForeignLinkError

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
        await self._login.aclose()

    def _url(self, template: str, path: Mapping[str, str]) -> str:
        return self._root + template.format(**{name: quote(value, safe="") for name, value in path.items()})

    def _build(
        self,
        method: str,
        url: str,
        template: str,
        headers: Mapping[str, str],
        *,
        max_bytes: int = PAGE_BYTES,
        **request: Any,
    ) -> httpx.Request:
        extensions = {"path_template": template, "max_bytes": max_bytes}
        return self._client.build_request(method, url, headers=headers, extensions=extensions, **request)

    @asynccontextmanager
    async def _open(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        async with self._slots:
            response = await self._send_with_token(request)
            try:
                if response.status_code >= 300:
                    raise await _refused(response)
                yield response
            finally:
                await response.aclose()

    async def _send_with_token(self, request: httpx.Request) -> httpx.Response:
        """A refused token is replaced once: it may have been revoked before its time."""
        token = await self._tokens.get()
        response = await self._send(request, token)
        if response.status_code != 401:
            return response
        await response.aclose()
        return await self._send(request, await self._tokens.instead_of(token))

    async def _send(self, request: httpx.Request, token: str) -> httpx.Response:
        request.headers["Authorization"] = f"Bearer {token}"
        return await self._client.send(request, stream=True)


def _client(remote: str, connection: GraphConnection) -> Client:
    options = HttpOptions(
        read_seconds=connection.request_timeout_seconds,
        write_seconds=connection.request_timeout_seconds,
        pool_seconds=connection.call_timeout_seconds,
        total_seconds=connection.call_timeout_seconds,
        max_connections=AT_ONCE,
        max_keepalive=AT_ONCE,
        proxy=connection.proxy,
        ca_file=connection.ca_file,
    )
    return make_client(remote, options=options)


def _prefer(page_size: int | None) -> dict[str, str]:
    return {"Prefer": IMMUTABLE if page_size is None else f"{IMMUTABLE}, odata.maxpagesize={page_size}"}


async def _json(response: httpx.Response) -> Json:
    try:
        answer = json.loads(await response.aread())
    except Rejected:
        raise unexpected("a page without bounds") from None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise unexpected("not a JSON object")
    return answer


def unexpected(detail: str) -> Unavailable:
    """An answer that Graph should not give."""
    message = f"{GRAPH} gaf een antwoord dat niet te lezen is. Loketbus probeert het later opnieuw."
    return Unavailable("graph_unexpected_answer", message, detail=detail)


def _require_end(response: httpx.Response) -> None:
    """Without a length or chunks, a body that breaks off looks whole."""
    if not response.headers.keys() & {"content-length", "transfer-encoding"}:
        raise unexpected("a body without an end")


async def _refused(response: httpx.Response) -> Refused:
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) >= RAW_BYTES:
            break
    code = _code(body) or f"http_{response.status_code}"
    return Refused(response.status_code, code, _outcome(response, code), body[:RAW_BYTES])


def _code(body: bytes) -> str | None:
    """Graph's stable error code; the message beside it may name people."""
    try:
        code = json.loads(body)["error"]["code"]
    except (ValueError, TypeError, LookupError):
        return None
    return code if isinstance(code, str) and code.isascii() and code.isprintable() and 0 < len(code) <= 80 else None


def _outcome(response: httpx.Response, code: str) -> Outcome:
    if response.status_code in (401, 403):
        message = f"{GRAPH} weigert de app-registratie de toegang tot het postvak: kijk in Exchange haar rechten na."
        return Denied("graph_denied", message, detail=f"{response.status_code} {code}")
    if response.status_code == 404:
        message = f"{GRAPH} kent het postvak of de map niet, of de app-registratie mag ze niet zien."
        return Denied("graph_not_found", message, detail=code)
    try:
        check(response, remote=GRAPH)
    except Outcome as outcome:
        return outcome
    return unexpected(f"{response.status_code} {code}")


def asks_to_wait(outcome: Outcome) -> bool:
    """Is it about the server and not about the one thing that was asked: too many questions, or come back later?"""
    if not isinstance(outcome, Unavailable):
        return False
    return outcome.code == "remote_busy" or outcome.retry_after_seconds is not None
