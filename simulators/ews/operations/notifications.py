"""Subscribe, Unsubscribe, GetEvents, and the stream of GetStreamingEvents."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from collections.abc import AsyncIterator, Iterator

from simulators._common.exchange.mailbox import Event
from simulators.ews.exchange import Exchange, Subscription
from simulators.ews.operations.answers import needed, one
from simulators.ews.soap import (
    Child,
    EwsError,
    Node,
    attribute,
    children,
    failure,
    find_all,
    flag,
    m,
    name_of,
    stamp,
    success,
    t,
    text_of,
)

STREAMING = "GetStreamingEvents"
HEARTBEAT_SECONDS = 30.0


def subscribe(exchange: Exchange, request: Node) -> list[Node]:
    """Pull or streaming; events count from now."""

    def answer() -> list[Child]:
        asked = needed(request, "*")
        if name_of(asked) == "PushSubscriptionRequest":
            raise EwsError("ErrorInvalidPushSubscriptionUrl", "Push notification is not simulated.")
        subscription = _new_subscription(exchange, asked)
        exchange.subscriptions[subscription.id] = subscription
        streaming = name_of(asked) == "StreamingSubscriptionRequest"
        mark = None if streaming else m("Watermark", _watermark(subscription.position))
        return [m("SubscriptionId", subscription.id), mark]

    return [one("Subscribe", answer)]


def unsubscribe(exchange: Exchange, request: Node) -> list[Node]:
    """Forget a subscription."""

    def answer() -> list[Child]:
        del exchange.subscriptions[_subscription(exchange, text_of(request, "m:SubscriptionId")).id]
        return []

    return [one("Unsubscribe", answer)]


def get_events(exchange: Exchange, request: Node) -> list[Node]:
    """All events after a watermark. Never "more": exchangelib would ask again with the same watermark, for ever."""

    def answer() -> list[Child]:
        subscription = _subscription(exchange, text_of(request, "m:SubscriptionId"))
        since = _position(text_of(request, "m:Watermark"))
        return [_notification(exchange, subscription, since)]

    return [one("GetEvents", answer)]


async def stream(exchange: Exchange, request: Node) -> AsyncIterator[Node]:
    """Response messages of a streaming connection: OK, then notifications as things happen, at last Closed."""
    wanted = [node.text or "" for node in find_all(request, "m:SubscriptionIds/t:SubscriptionId")]
    if lost := [name for name in wanted if name not in exchange.subscriptions]:
        yield _lost(lost)
        return
    seconds = exchange.stream_seconds or 60.0 * int(text_of(request, "m:ConnectionTimeout", "30"))
    end = time.monotonic() + seconds
    yield success(STREAMING, m("ConnectionStatus", "OK"))
    while (left := end - time.monotonic()) > 0:
        found = [found for name in wanted if (found := _fresh(exchange, name)) is not None]
        if found:
            yield success(STREAMING, m("Notifications", *found))
        elif not await exchange.changed.wait(min(left, HEARTBEAT_SECONDS)):
            yield success(STREAMING, m("ConnectionStatus", "OK"))
    yield success(STREAMING, m("ConnectionStatus", "Closed"))


def _new_subscription(exchange: Exchange, asked: Node) -> Subscription:
    everywhere = attribute(asked, "SubscribeToAllFolders") == "true"
    folders = None if everywhere else frozenset(exchange.folder(n).id for n in children(asked, "t:FolderIds"))
    kinds = frozenset(node.text or "" for node in children(asked, "t:EventTypes"))
    given = text_of(asked, "m:Watermark")
    position = _position(given) if given else len(exchange.mailbox.events)
    return Subscription(base64.b64encode(secrets.token_bytes(36)).decode(), folders, kinds, position)


def _subscription(exchange: Exchange, name: str) -> Subscription:
    if name not in exchange.subscriptions:
        raise EwsError("ErrorSubscriptionNotFound", "The subscription could not be found.")
    return exchange.subscriptions[name]


def _lost(names: list[str]) -> Node:
    missing = m("ErrorSubscriptionIds", *(m("SubscriptionId", name) for name in names))
    return failure(STREAMING, EwsError("ErrorSubscriptionNotFound", "The subscription could not be found.", missing))


def _fresh(exchange: Exchange, name: str) -> Node | None:
    """A notification with what a stream did not send yet; None when nothing fits or the subscription ended."""
    subscription = exchange.subscriptions.get(name)
    if subscription is None:
        return None
    since, subscription.position = subscription.position, len(exchange.mailbox.events)
    if not list(_events(exchange, subscription, since)):
        return None
    return _notification(exchange, subscription, since)


def _notification(exchange: Exchange, subscription: Subscription, since: int) -> Node:
    events = [_event(event, position) for position, event in _events(exchange, subscription, since)]
    mark = t("StatusEvent", t("Watermark", _watermark(len(exchange.mailbox.events))))
    return m(
        "Notification",
        t("SubscriptionId", subscription.id),
        t("PreviousWatermark", _watermark(since)),
        t("MoreEvents", flag(False)),
        *(events or [mark]),
    )


def _events(exchange: Exchange, subscription: Subscription, since: int) -> Iterator[tuple[int, Event]]:
    for position in range(since, len(exchange.mailbox.events)):
        event = exchange.mailbox.events[position]
        places = {event.folder_id, event.old_folder_id}
        here = subscription.folders is None or not subscription.folders.isdisjoint(places - {None})
        if event.kind in subscription.kinds and here:
            yield position, event


def _event(event: Event, position: int) -> Node:
    return t(
        event.kind,
        t("Watermark", _watermark(position + 1)),
        t("TimeStamp", stamp(event.at)),
        t("ItemId", Id=event.item_id),
        t("ParentFolderId", Id=event.folder_id),
        t("OldItemId", Id=event.old_item_id) if event.old_item_id else None,
        t("OldParentFolderId", Id=event.old_folder_id) if event.old_folder_id else None,
    )


def _watermark(position: int) -> str:
    return base64.b64encode(position.to_bytes(24, "big")).decode()


def _position(watermark: str) -> int:
    try:
        return int.from_bytes(base64.b64decode(watermark, validate=True), "big")
    except (binascii.Error, ValueError) as error:
        raise EwsError("ErrorInvalidWatermark", "The watermark is invalid.") from error
