"""Notifications: pull, stream, and how both get lost (hazards 14 and 15)."""

from __future__ import annotations

import threading

import pytest
import requests
from exchangelib.errors import ErrorSubscriptionNotFound
from exchangelib.properties import CreatedEvent, DeletedEvent, ModifiedEvent, MovedEvent, NewMailEvent, StatusEvent

from tests.support.ews import connect, eml, fill


def kinds(notifications) -> list[type]:
    return [type(event) for notification in notifications for event in notification.events]


def test_pull_tells_what_happened_since_a_watermark(ews, account):
    subscription, watermark = account.inbox.subscribe_to_pull()
    (item_id,) = fill(ews, 1)
    ews.control.mark_read(item_id)
    moved = ews.control.move(item_id, "junkemail")
    ews.control.delete(moved)

    (notification,) = account.inbox.get_events(subscription, watermark)

    assert kinds([notification]) == [NewMailEvent, CreatedEvent, ModifiedEvent, MovedEvent]
    move = notification.events[-1]
    assert (move.old_item_id.id, move.item_id.id) == (item_id, moved)
    (rest,) = account.inbox.get_events(subscription, move.watermark)
    assert kinds([rest]) == [StatusEvent]


def test_a_subscription_hears_of_its_folder_and_kinds_only(ews, account):
    subscription, watermark = account.inbox.subscribe_to_pull(event_types=["DeletedEvent"])
    ids = fill(ews, 1)
    ews.control.delete(fill(ews, 1, "junkemail")[0])
    ews.control.delete(ids[0])

    (notification,) = account.inbox.get_events(subscription, watermark)

    assert kinds([notification]) == [DeletedEvent]
    assert notification.events[0].item_id.id == ids[0]


def test_a_stream_tells_of_mail_as_it_comes(ews):
    account = connect(ews, max_connections=2)
    subscription = account.inbox.subscribe_to_streaming(event_types=["NewMailEvent"])
    stream = account.inbox.get_streaming_events(subscription, max_notifications_returned=2)
    ews.control.add_mail(eml(1))
    first = next(stream)
    item_id = ews.control.add_mail(eml(2))

    second = next(stream)

    assert kinds([first, second]) == [NewMailEvent, NewMailEvent]
    assert second.events[0].item_id.id == item_id
    assert list(stream) == []


def test_a_stream_that_waits_is_woken_by_a_mail(ews):
    account = connect(ews, max_connections=2)
    subscription = account.inbox.subscribe_to_streaming()
    heard: list[type] = []
    stream = account.inbox.get_streaming_events(subscription, max_notifications_returned=1)
    listener = threading.Thread(target=lambda: heard.extend(kinds(stream)))
    listener.start()
    ews.control.wait_for("GetStreamingEvents")

    ews.control.add_mail(eml(1))
    listener.join(20)

    assert heard[0] is NewMailEvent


def test_a_stream_ends_with_closed(ews, account):
    subscription = account.inbox.subscribe_to_streaming()
    ews.control.stream_for(0.05)

    assert list(account.inbox.get_streaming_events(subscription)) == []


def test_14_a_stream_can_end_without_closed_and_the_client_just_stops(ews, account):
    subscription = account.inbox.subscribe_to_streaming()
    ews.control.add_mail(eml(1))
    ews.control.fault("stream_end", after=2)

    assert kinds(account.inbox.get_streaming_events(subscription)) == [NewMailEvent, CreatedEvent]


def test_14_a_stream_that_breaks_off_is_an_error_of_requests(ews, account):
    subscription = account.inbox.subscribe_to_streaming()
    ews.control.fault("stream_end", after=1, hard=True)

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(account.inbox.get_streaming_events(subscription))


def test_14_an_unsubscribed_or_forgotten_subscription_is_not_found(ews, account):
    pull, watermark = account.inbox.subscribe_to_pull()
    streaming = account.inbox.subscribe_to_streaming()
    account.inbox.unsubscribe(pull)
    account.inbox.unsubscribe(streaming)

    with pytest.raises(ErrorSubscriptionNotFound):
        list(account.inbox.get_events(pull, watermark))
    with pytest.raises(ErrorSubscriptionNotFound):
        list(account.inbox.get_streaming_events(streaming))


def test_a_running_stream_does_not_hold_up_the_end_of_the_simulator(ews_process):
    account = connect(ews_process, max_connections=2)
    subscription = account.inbox.subscribe_to_streaming()
    stream = account.inbox.get_streaming_events(subscription)
    ews_process.control.add_mail(eml(1))
    next(stream)

    with ews_process.down():
        stream.close()

    assert len(ews_process.control.ids()) == 1
