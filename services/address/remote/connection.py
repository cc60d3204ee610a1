"""One question to the register over HTTP: key in a header, budget, caps; what goes wrong is one of our errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog

from loketbus.errors import Rejected
from loketbus.http import HttpOptions, RateBudget, make_client
from loketbus.http.transport import RetryOptions
from services.address.remote.problems import REMOTE, Said, TooLargeError, outcome, unexpected
from services.address.settings import AddressSettings

log = structlog.get_logger(__name__)

LINKED_DATA = "application/ld+json"
DETAIL_MAX_BYTES = 2_000_000
"""A building with all its units and its polygon is far smaller."""
LIST_MAX_BYTES = 12_000_000
"""The register itself stops at 10 MB."""
CORRELATION_MAX = 100


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the register is, and how patient and how polite we are."""

    url: str
    """Without version: `https://api.basisregisters.vlaanderen.be`."""
    key: str | None = field(default=None, repr=False)
    per_second: float = 5.0
    burst: int = 5
    connect_seconds: float = 3.0
    read_seconds: float = 8.0
    total_seconds: float = 8.0
    """A person may be waiting."""
    retry: RetryOptions = field(default_factory=RetryOptions)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register said; `body` only with `found`."""

    outcome: Said
    body: bytes
    headers: httpx.Headers
    where: str
    """Path template that was asked."""

    def json(self) -> Any:
        """The body read.

        Raises:
            Unavailable: it is not JSON.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise unexpected(self.where, "not JSON") from None


def connection_of(settings: AddressSettings) -> RegisterConnection | None:
    """The register as the settings say; None when it is not asked at all. Close it."""
    if settings.address_api_url is None:
        return None
    key, per_second = settings.address_api_key, settings.address_api_per_second
    secret = None if key is None else key.get_secret_value()
    connection = Connection(settings.address_api_url, secret, per_second=per_second, burst=max(1, round(per_second)))
    return RegisterConnection(connection)


class RegisterConnection:
    """Everything that is asked goes through here, so that the budget is one. Close it with `close`."""

    def __init__(self, connection: Connection, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """`transport` is for tests alone."""
        headers = {} if connection.key is None else {"x-api-key": connection.key}
        options = HttpOptions(
            connect_seconds=connection.connect_seconds,
            read_seconds=connection.read_seconds,
            pool_seconds=connection.total_seconds,
            total_seconds=connection.total_seconds,
            max_connections=4,
            max_keepalive=2,
            max_answer_bytes=DETAIL_MAX_BYTES,
            headers=headers,
            retry=connection.retry,
        )
        self.has_key = connection.key is not None
        self.base = httpx.URL(connection.url.rstrip("/"))
        self._client = make_client(REMOTE, base_url=str(self.base), options=options, transport=transport)
        self._budget = RateBudget(connection.per_second, burst=connection.burst)

    async def ask(
        self,
        template: str,
        *,
        path: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        accept: str = LINKED_DATA,
        etag: str | None = None,
        max_bytes: int = DETAIL_MAX_BYTES,
        total_seconds: float | None = None,
    ) -> Answer:
        """Ask one thing.

        Args:
            template: path with its version, `/v2/adressen/{id}`.
            path: values of the names in it.
            params: the query; never the key.
            accept: media type that is wanted.
            etag: of the answer that we have.
            max_bytes: cap for this answer.
            total_seconds: deadline for this answer; None: that of the connection.

        Raises:
            Unavailable, Denied, Rejected: see `problems.outcome`.
            TooLargeError: the answer is larger than the register or `max_bytes` allows.
        """
        await self._budget.take()
        headers = {"Accept": accept} if etag is None else {"Accept": accept, "If-None-Match": etag}
        try:
            response = await self._client.call(
                "GET",
                template,
                path=path,
                params=params,
                headers=headers,
                max_bytes=max_bytes,
                total_seconds=total_seconds,
            )
        except Rejected:  # larger than our cap: not the fault of what was asked
            raise TooLargeError(template) from None
        _log(template, response)
        said = outcome(response, template, has_key=self.has_key)
        if said == "unchanged" and etag is None:
            raise unexpected(template, "unchanged, but nothing was held against it")
        body = response.content if said == "found" else b""
        return Answer(said, body, response.headers, template)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _log(template: str, response: httpx.Response) -> None:
    """With the register's own id of this answer: its help desk asks for it."""
    said = response.headers.get("x-correlation-id", "")[:CORRELATION_MAX]
    log.info("address_register_answered", path=template, status=response.status_code, register_correlation_id=said)
