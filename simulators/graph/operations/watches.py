"""Subscriptions to changes."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any

from simulators._common.exchange.mailbox import FolderNotFoundError
from simulators.graph import ids
from simulators.graph.answers import Answer
from simulators.graph.calls import Call
from simulators.graph.odata import ODataError
from simulators.graph.subscriptions import Subscription, echoes

_RESOURCE = re.compile(r"/?users/([^/]+)(?:/mailFolders\('?([^/')]+)'?\))?/messages", re.IGNORECASE)


async def create(call: Call) -> Answer:
    """The notification address must echo a token first."""
    asked = call.json()
    subscription = _read(call, asked)
    for url in filter(None, (subscription.url, subscription.lifecycle_url)):
        if not await echoes(url, lambda: f"Validation: Testing client {secrets.token_hex(8)}"):
            message = "Subscription validation request failed. Notification endpoint must respond with 200 OK."
            raise ODataError(400, "ValidationError", message)
    call.tenant.subscriptions.add(subscription)
    return Answer(subscription.as_json(), 201)


def list_(call: Call) -> Answer:
    """Those of this application."""
    return Answer({"value": [one.as_json() for one in call.tenant.subscriptions.all()]})


def renew(call: Call) -> Answer:
    """Another expiry; an expired one is gone."""
    subscription = _known(call)
    subscription.expires = _expiry(call, call.json())
    return Answer(subscription.as_json())


def delete(call: Call) -> Answer:
    """No more of them."""
    call.tenant.subscriptions.remove(_known(call).id)
    return Answer(None, 204)


def _known(call: Call) -> Subscription:
    found = call.tenant.subscriptions.find(call.path("subscription"))
    if found is None:
        raise ODataError(404, "ResourceNotFound", "The object was not found.")
    return found


def _read(call: Call, asked: dict[str, Any]) -> Subscription:
    match = _RESOURCE.fullmatch(str(asked.get("resource")))
    mailbox = call.tenant.mailbox
    if match is None or match[1].lower() not in (mailbox.address.lower(), ids.user(mailbox)):
        raise ODataError(400, "InvalidRequest", "Invalid or missing 'resource'.")
    changes = frozenset(str(asked.get("changeType")).split(","))
    if not changes <= {"created", "updated", "deleted"}:
        raise ODataError(400, "InvalidRequest", "Invalid or missing 'changeType'.")
    return Subscription(
        resource=str(asked["resource"]),
        folder=_folder_id(call, match[2]),
        changes=changes,
        url=str(asked.get("notificationUrl")),
        lifecycle_url=asked.get("lifecycleNotificationUrl"),
        client_state=asked.get("clientState"),
        expires=_expiry(call, asked),
        keep_ids=call.prefer.keep_ids,
    )


def _folder_id(call: Call, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return call.tenant.mailbox.folder(name if name.isalpha() else ids.from_rest(name)).id
    except FolderNotFoundError:
        raise ODataError(404, "ResourceNotFound", "The folder was not found.") from None


def _expiry(call: Call, asked: dict[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(str(asked.get("expirationDateTime")))
    except ValueError:
        raise ODataError(400, "InvalidRequest", "Invalid or missing 'expirationDateTime'.") from None
    limit = call.tenant.subscriptions.max_life
    if moment.tzinfo is None or not datetime.now(UTC) < moment <= datetime.now(UTC) + limit:
        minutes = int(limit.total_seconds() // 60)
        message = f"Subscription expiration can only be {minutes} minutes in the future."
        raise ODataError(400, "InvalidRequest", message)
    return moment
