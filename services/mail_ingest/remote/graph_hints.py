"""Graph's notifications as a hint: look at the mailbox now. Polling alone is enough; nothing here is trusted.

    subscriber = GraphHints(connection, HintSettings(url=..., secret=...))
    router = hints_router(secret, wake=wake_the_poll, lifecycle=subscriber.heard)
    await subscriber.keep()   # again and again, as a job: creates, renews at half-life, creates anew

Microsoft posts to the router without a token of ours: its address must be open, and the client state proves the sender.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.mail_ingest.remote._graph_http import ForeignLinkError, GraphClient, Json, Refused, unexpected
from services.mail_ingest.remote._graph_json import read_id, read_link, read_list, read_time
from services.mail_ingest.remote._graph_settings import GraphConnection

PATH = "/graph/notifications"
BODY_BYTES = 262_144
TOKEN_LENGTH = 4_096
SUBSCRIPTIONS = "/subscriptions"


class Lifecycle(StrEnum):
    """What Graph tells about a subscription itself."""

    REAUTHORIZE = "reauthorizationRequired"
    REMOVED = "subscriptionRemoved"
    MISSED = "missed"


class HintSettings(BaseModel):
    """Where Graph can reach us, and the secret that proves that it is Graph."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    url: str = Field(pattern=r"^https?://")
    """The public address of the router's endpoint."""
    secret: SecretStr = Field(min_length=16, max_length=128)
    """The client state of the subscription."""
    folder: str = Field(default="inbox", pattern=r"^[\w=-]+$")
    minutes: int = Field(default=4230, ge=45)
    """Life to ask for; what counts is what the server answers."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """An active subscription."""

    id: str
    begun: datetime
    expires: datetime

    @property
    def renew_at(self) -> datetime:
        """At half-life."""
        return self.begun + (self.expires - self.begun) / 2


@dataclass(frozen=True, slots=True)
class Heard:
    """What a post means to us."""

    wake: bool
    lifecycle: frozenset[Lifecycle]


def read_post(body: bytes, secret: str) -> Heard:
    """What the entries of a post say; an entry with another client state says nothing.

    Raises:
        ValueError: not a post of Graph.
        RecursionError: lists in lists, thousands deep.
    """
    answer = json.loads(body)
    entries = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        raise ValueError("no list of notifications")
    ours = [entry for entry in entries if isinstance(entry, dict) and _is_ours(entry, secret)]
    events = frozenset(Lifecycle(one["lifecycleEvent"]) for one in ours if one.get("lifecycleEvent") in set(Lifecycle))
    wake = any(entry.get("lifecycleEvent") != Lifecycle.REAUTHORIZE for entry in ours)
    return Heard(wake, events)


def _is_ours(entry: dict[str, Any], secret: str) -> bool:
    given = entry.get("clientState")
    return hmac.compare_digest(given.encode(errors="replace") if isinstance(given, str) else b"", secret.encode())


def hints_router(
    secret: str, wake: Callable[[], None], lifecycle: Callable[[Lifecycle], None] = lambda _: None
) -> APIRouter:
    """The endpoint that Graph posts to; `wake` and `lifecycle` must return at once (it must answer within 3 s).

    Args:
        secret: the client state.
        wake: there may be mail.
        lifecycle: something is the matter with the subscription (see `GraphHints.heard`).
    """
    router = APIRouter()

    @router.post(PATH, include_in_schema=False)
    async def notified(
        request: Request, token: Annotated[str | None, Query(alias="validationToken", max_length=TOKEN_LENGTH)] = None
    ) -> Response:
        if token is not None:
            return PlainTextResponse(token, headers={"X-Content-Type-Options": "nosniff"})
        body = await _read(request)
        if body is None:
            return Response(status_code=413)
        try:
            heard = read_post(body, secret)
        except (ValueError, RecursionError):  # the second of JSON that nests deeply
            return Response(status_code=400)
        for event in sorted(heard.lifecycle):
            lifecycle(event)
        if heard.wake:
            wake()
        return Response(status_code=202)

    return router


async def _read(request: Request) -> bytes | None:
    """The body; None when it is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            return None
    return body


class GraphHints:
    """Keeps one subscription alive. Every method raises `Unavailable` or `Denied`."""

    def __init__(self, connection: GraphConnection, settings: HintSettings) -> None:
        self._client = GraphClient(connection)
        self._settings = settings
        self._resource = f"/users/{connection.mailbox}/mailFolders('{settings.folder}')/messages"
        self._active: Subscription | None = None
        self._renew_now = False

    def heard(self, event: Lifecycle) -> None:
        """What the router heard; the next `keep` acts on it."""
        if event is Lifecycle.REMOVED:
            self._active = None
        elif event is Lifecycle.REAUTHORIZE:
            self._renew_now = True

    async def keep(self) -> Subscription:
        """Have a subscription with at least half of its life left."""
        try:
            return await self._keep(datetime.now(UTC))
        except Refused as refused:
            raise refused.outcome from None
        except ForeignLinkError:
            raise unexpected("a link to another server") from None

    async def stop(self) -> None:
        """Ask for no more of them."""
        if self._active is not None:
            await self._delete(self._active.id)
            self._active = None

    async def close(self) -> None:
        """Close the connections; the subscription ends by itself."""
        await self._client.close()

    async def _keep(self, now: datetime) -> Subscription:
        active = self._active
        if active is None:
            await self._delete_leftovers()
            active = await self._create(now)
        elif self._renew_now or now >= active.renew_at:
            active = await self._renew(active, now) or await self._create(now)
        self._active, self._renew_now = active, False
        return active

    async def _create(self, now: datetime) -> Subscription:
        body = {
            "changeType": "created",
            "notificationUrl": self._settings.url,
            "lifecycleNotificationUrl": self._settings.url,
            "resource": self._resource,
            "expirationDateTime": self._expiry(now),
            "clientState": self._settings.secret.get_secret_value(),
        }
        return _read_subscription(await self._client.send("POST", SUBSCRIPTIONS, {}, body=body), now)

    async def _renew(self, active: Subscription, now: datetime) -> Subscription | None:
        """None when the server does not know it any more."""
        body = {"expirationDateTime": self._expiry(now)}
        try:
            answer = await self._client.send("PATCH", SUBSCRIPTIONS + "/{id}", {"id": active.id}, body=body)
        except Refused as refused:
            if refused.status != 404:
                raise
            return None
        return _read_subscription(answer, now)

    async def _delete_leftovers(self) -> None:
        """Of an earlier life: at most 1,000 may be active for a mailbox."""
        answer = await self._client.get(SUBSCRIPTIONS, {})
        found = read_list(answer)
        while link := read_link(answer, "nextLink"):
            answer = await self._client.follow(link)
            found += read_list(answer)
        for one in found:
            name = read_id(one)
            if name and (one.get("notificationUrl"), one.get("resource")) == (self._settings.url, self._resource):
                await self._delete(name)

    async def _delete(self, name: str) -> None:
        try:
            await self._client.send("DELETE", SUBSCRIPTIONS + "/{id}", {"id": name})
        except Refused as refused:
            if refused.status != 404:
                raise

    def _expiry(self, now: datetime) -> str:
        # A little less than what is allowed: clocks differ.
        return (now + timedelta(minutes=self._settings.minutes, seconds=-30)).isoformat()


def _read_subscription(answer: Json, now: datetime) -> Subscription:
    name, expires = read_id(answer), read_time(answer.get("expirationDateTime"))
    if name is None or expires is None:
        raise unexpected("a subscription without id or expiry")
    return Subscription(name, now, expires)
