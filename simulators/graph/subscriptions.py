"""Who wants to hear of what, and the posts that tell them. Nothing of it survives a restart."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from simulators._common.exchange.mailbox import Event, Mailbox
from simulators._common.faults import FaultBook
from simulators._common.requests import RequestLog
from simulators.graph import ids
from simulators.graph.odata import Json, as_time

VALIDATION_SECONDS = 10.0
ANSWER_SECONDS = 3.0
TRIES = 3
NOTIFY = "Notify"
_KINDS = {"CreatedEvent": "created", "MovedEvent": "created", "ModifiedEvent": "updated", "DeletedEvent": "deleted"}


@dataclass(slots=True)
class Subscription:
    """One subscription; `folder` None hears of the whole mailbox."""

    resource: str
    folder: str | None
    changes: frozenset[str]
    url: str
    lifecycle_url: str | None
    client_state: str | None
    expires: datetime
    keep_ids: bool
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def as_json(self) -> Json:
        """As the API shows it: the client state stays secret."""
        return {
            "id": self.id,
            "resource": self.resource,
            "changeType": ",".join(sorted(self.changes)),
            "notificationUrl": self.url,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "clientState": None,
            "expirationDateTime": as_time(self.expires),
        }


class Subscriptions:
    """The active subscriptions, and a queue of posts under way.

    Args:
        mailbox: whose changes are told.
        tenant: its id, as posts name it.
        book: a `drop_notification` fault loses a post.
        log: posts are noted as `Notify`.
        max_life: longest life that may be asked for.
    """

    def __init__(self, mailbox: Mailbox, tenant: str, book: FaultBook, log: RequestLog, max_life: timedelta) -> None:
        self.max_life = max_life
        self._mailbox = mailbox
        self._tenant = tenant
        self._book = book
        self._log = log
        self._active: dict[str, Subscription] = {}
        self._told = 0
        self._posts: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        mailbox.on_change.append(self._collect)

    def all(self) -> list[Subscription]:
        """Those that have not expired."""
        now = datetime.now(UTC)
        self._active = {name: one for name, one in self._active.items() if one.expires > now}
        return list(self._active.values())

    def find(self, name: str) -> Subscription | None:
        """By id."""
        return next((one for one in self.all() if one.id == name), None)

    def add(self, subscription: Subscription) -> None:
        """Tell it of changes from now on."""
        self._active[subscription.id] = subscription

    def remove(self, name: str) -> None:
        """Stop telling it."""
        self._active.pop(name, None)

    def lifecycle(self, event: str) -> int:
        """Post a lifecycle event to every subscription that asked for them; how many."""
        told = [one for one in self.all() if one.lifecycle_url]
        for one in told:
            self._post(one.lifecycle_url or "", {**self._head(one), "lifecycleEvent": event})
            if event == "subscriptionRemoved":
                self.remove(one.id)
        return len(told)

    async def run(self) -> None:
        """Send posts until cancelled."""
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS) as client:
            while True:
                url, body = await self._posts.get()
                await self._send(client, url, body)

    async def _send(self, client: httpx.AsyncClient, url: str, body: Json) -> None:
        for _ in range(TRIES):
            entry = self._log.open(NOTIFY, None, [], body["value"][0])
            try:
                entry.status = (await client.post(url, json=body)).status_code
            except httpx.HTTPError:
                continue
            if 200 <= entry.status < 300:
                return

    def _collect(self) -> None:
        events, self._told = self._mailbox.events[self._told :], len(self._mailbox.events)
        for subscription in self.all():
            for event in events:
                if self._concerns(subscription, event):
                    self._tell(subscription, event)

    def _concerns(self, subscription: Subscription, event: Event) -> bool:
        kind = _KINDS.get(event.kind)
        return kind in subscription.changes and subscription.folder in (None, event.folder_id)

    def _tell(self, subscription: Subscription, event: Event) -> None:
        item = self._mailbox.items.get(event.item_id)
        keep = subscription.keep_ids and item is not None
        name = ids.immutable(self._mailbox, item.born) if keep and item else ids.rest(event.item_id)
        path = f"Users/{ids.user(self._mailbox)}/Messages/{name}"
        data = {"@odata.type": "#Microsoft.Graph.Message", "@odata.id": path, "id": name}
        change = {"changeType": _KINDS[event.kind], "resource": path, "resourceData": data}
        if self._book.take("notify", NOTIFY, {name}):
            if subscription.lifecycle_url:
                self._post(subscription.lifecycle_url, {**self._head(subscription), "lifecycleEvent": "missed"})
            return
        self._post(subscription.url, {**self._head(subscription), **change})

    def _head(self, subscription: Subscription) -> Json:
        return {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": as_time(subscription.expires),
            "clientState": subscription.client_state,
            "tenantId": self._tenant,
        }

    def _post(self, url: str, entry: dict[str, Any]) -> None:
        self._posts.put_nowait((url, {"value": [entry]}))


async def echoes(url: str, make_token: Callable[[], str]) -> bool:
    """Does the endpoint at `url` prove that it expects us, by echoing a token as plain text?"""
    token = make_token()
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=VALIDATION_SECONDS) as client:
            answer = await client.post(url, params={"validationToken": token})
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    plain = answer.headers.get("content-type", "").startswith("text/plain")
    return answer.status_code == 200 and plain and answer.text == token
