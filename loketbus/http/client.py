"""The client that adapters use."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from loketbus import __version__
from loketbus.http.transport import GuardedTransport, RetryOptions

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Limits of one client; a lease on a lane must last longer than `total_seconds`."""

    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    write_seconds: float = 20.0
    pool_seconds: float = 10.0
    total_seconds: float = 60.0
    max_connections: int = 20
    max_keepalive: int = 10
    max_answer_bytes: int = 20 * MEGABYTE
    proxy: str | None = None
    """Address of the city's proxy; the environment's proxy variables are not read."""
    ca_file: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry: RetryOptions = field(default_factory=RetryOptions)


class Client(httpx.AsyncClient):
    """An httpx client whose failures are our error kinds. Plain httpx calls work as well, without a path in errors."""

    async def call(
        self,
        method: str,
        template: str,
        *,
        path: Mapping[str, str] | None = None,
        idempotent: bool | None = None,
        total_seconds: float | None = None,
        max_bytes: int | None = None,
        **request: Any,
    ) -> httpx.Response:
        """Send one request and read the whole answer.

        Args:
            method: HTTP method.
            template: path with `{names}`; the only part of the address that errors and spans show.
            path: values of the names, percent-encoded here (a slash in a value stays one segment).
            idempotent: overrules what the method says.
            total_seconds: overrules the client's deadline for this call.
            max_bytes: overrules the client's cap for this answer.
            **request: as `httpx.AsyncClient.request` (params, json, content, headers, ...).

        Raises:
            Unavailable: no whole answer. `maybe_done` says that the other side may have acted.
            Rejected: the answer is larger than the cap.
        """
        values = {name: quote(value, safe="") for name, value in (path or {}).items()}
        given = {
            "path_template": template,
            "idempotent": idempotent,
            "total_seconds": total_seconds,
            "max_bytes": max_bytes,
        }
        extensions = {name: value for name, value in given.items() if value is not None}
        return await self.request(method, template.format(**values), extensions=extensions, **request)


def make_client(
    remote: str,
    *,
    base_url: str = "",
    options: HttpOptions | None = None,
    auth: httpx.Auth | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Client:
    """Make the client for one outside system; close it with `async with` or `aclose()`.

    Args:
        remote: its name, as people read it in messages.
        base_url: what templates are relative to.
        options: limits; the defaults suit a JSON API.
        auth: httpx authentication.
        transport: only for tests.
    """
    options = options or HttpOptions()
    limits = httpx.Limits(max_connections=options.max_connections, max_keepalive_connections=options.max_keepalive)
    inner = transport or httpx.AsyncHTTPTransport(verify=_tls(options.ca_file), limits=limits, proxy=options.proxy)
    timeout = httpx.Timeout(
        connect=options.connect_seconds,
        read=options.read_seconds,
        write=options.write_seconds,
        pool=options.pool_seconds,
    )
    guarded = GuardedTransport(
        inner,
        remote=remote,
        total_seconds=options.total_seconds,
        max_bytes=options.max_answer_bytes,
        retry=options.retry,
    )
    headers = {"User-Agent": f"loketbus/{__version__}", "Accept-Encoding": "gzip", **options.headers}
    return Client(base_url=base_url, timeout=timeout, transport=guarded, auth=auth, headers=headers, trust_env=False)


def _tls(ca_file: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file) if ca_file else httpx.create_ssl_context()
