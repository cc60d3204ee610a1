"""VKBO of Digitaal Vlaanderen, over OGC API Features: a row by its number. Free, without a key; be polite.

Raises `Unavailable` for everything that is no answer (timeout, 429, 5xx, a page of HTML, broken JSON, a filter that was
not applied) and `Denied` when something refuses us.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from loketbus.clock import Clock
from loketbus.errors import Denied, Rejected, Unavailable
from loketbus.http import HttpOptions, RateBudget, check, make_client
from services.kbo.domain.second_opinion import Feature, SecondOpinion, choose, is_enterprise, judge, read_feature

VKBO = "VKBO (Digitaal Vlaanderen)"
ITEMS = "/collections/Vkbo/items"
NUMBER, ENTERPRISE = "Ondernemingsnr", "Ondernemingsnr_maatsch_zetel"
ROWS_OF_ONE = 10
UNITS_SEEN = 100
"""One page: whether any establishment goes on shows long before that."""
REFUSED = frozenset({401, 403, 407})
_TEN_DIGITS = re.compile(r"[0-9]{10}")


@dataclass(frozen=True, slots=True)
class VkboConnection:
    """Where VKBO is, and how patient and how polite we are."""

    url: str
    """Up to and including the version: `https://geo.api.vlaanderen.be/VKBO/ogc/features/v1`."""
    connect_seconds: float = 3.0
    read_seconds: float = 8.0
    total_seconds: float = 10.0
    """A person may be waiting."""
    max_answer_bytes: int = 2_000_000
    per_second: float = 5.0
    burst: int = 10


class FeatureClient(Protocol):
    """What is asked of VKBO; see `VkboClient`."""

    async def feature(self, number: str) -> Feature | None:
        """The row of a number."""

    async def units(self, enterprise: str) -> tuple[Feature, ...]:
        """Rows of establishments of an enterprise."""

    async def close(self) -> None:
        """Close the connections."""


async def ask(client: FeatureClient, number: str, clock: Clock) -> SecondOpinion:
    """What VKBO makes of ten digits; an enterprise without a row of its own is judged by its establishments.

    Raises:
        Unavailable, Denied: there was no answer.
    """
    own = await client.feature(number)
    units = await client.units(number) if own is None and is_enterprise(number) else ()
    return judge(number, own, units, clock())


class VkboClient:
    """Asks for features. Close it with `close`."""

    def __init__(self, connection: VkboConnection) -> None:
        options = HttpOptions(
            connect_seconds=connection.connect_seconds,
            read_seconds=connection.read_seconds,
            pool_seconds=connection.total_seconds,
            total_seconds=connection.total_seconds,
            max_connections=4,
            max_keepalive=2,
            max_answer_bytes=connection.max_answer_bytes,
        )
        self._client = make_client(VKBO, base_url=connection.url.rstrip("/"), options=options)
        self._budget = RateBudget(connection.per_second, burst=connection.burst)

    async def feature(self, number: str) -> Feature | None:
        """The row of an enterprise or establishment (ten digits); None when VKBO has none."""
        return choose(await self._rows(NUMBER, number, ROWS_OF_ONE))

    async def units(self, enterprise: str) -> tuple[Feature, ...]:
        """Rows of establishments of an enterprise, at most a page of them."""
        return await self._rows(ENTERPRISE, enterprise, UNITS_SEEN)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _rows(self, field: str, number: str, limit: int) -> tuple[Feature, ...]:
        if not _TEN_DIGITS.fullmatch(number):
            raise ValueError("a number for VKBO is ten digits")
        features = [read_feature(one) for one in await self._ask(f"{field}='{number}'", limit)]
        rows = tuple(
            one for one in features if one is not None and number == (one.number if field == NUMBER else one.enterprise)
        )
        if len(rows) != len(features):
            # An answer about others would make of "the filter was not applied" a "there is no such number".
            raise _unexpected("rows that were not asked for")
        return rows

    async def _ask(self, cql: str, limit: int) -> list[Any]:
        await self._budget.take()
        params = {"f": "application/json", "filter-lang": "cql2-text", "filter": cql, "limit": str(limit)}
        try:
            response = await self._client.call("GET", ITEMS, params=params)
        except Rejected:  # larger than a page of rows can be: not the fault of the number that was asked
            raise _unexpected("an answer without bounds") from None
        return _features(_checked(response))


def _checked(response: httpx.Response) -> httpx.Response:
    status = response.status_code
    if status in REFUSED:
        message = (
            f"{VKBO} weigert onze vragen ({status}), hoewel er geen aanmelding nodig is. Kijk na of het netwerk van de "
            "stad dit adres toelaat, en het adres in LOKETBUS_KBO_VKBO_URL."
        )
        raise Denied("vkbo_denied", message, detail=f"status {status}")
    check(response, remote=VKBO)
    if status != 200:
        raise _unexpected(f"status {status}")
    return response


def _features(response: httpx.Response) -> list[Any]:
    try:
        # Not strict: control characters stand unescaped in some texts.
        answer = json.loads(response.content.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError):
        raise _unexpected("not JSON") from None
    features = answer.get("features") if isinstance(answer, dict) else None
    if not isinstance(features, list):
        raise _unexpected("JSON without features")
    return features


def _unexpected(detail: str) -> Unavailable:
    message = f"{VKBO} gaf een antwoord dat niet te lezen is. Loketbus vraagt het later opnieuw."
    return Unavailable("vkbo_unexpected_answer", message, detail=detail)
