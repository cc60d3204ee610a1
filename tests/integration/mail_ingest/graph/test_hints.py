"""The webhook on real sockets: simulator, subscription, router, and a poll that is woken."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote import graph_hints
from services.mail_ingest.remote.graph_hints import PATH, GraphHints, HintSettings, Lifecycle, hints_router
from simulators._common.runner import ThreadRunner
from simulators._common.server import HOST
from simulators.graph import GraphOptions, GraphSimulator
from tests.integration.mail_ingest.graph.support import connection
from tests.support.graph import fill
from tests.support.polling import wait_until

SECRET = "een lange geheime staat"


class Listener:
    """Runs the router as the service would."""

    def __init__(self) -> None:
        self.woken = 0
        self.events: list[Lifecycle] = []
        self._lock = threading.Lock()
        self._runner = ThreadRunner(self._app)
        self.url = f"http://{HOST}:{self._runner.start(0)}{PATH}"

    def stop(self) -> None:
        self._runner.stop()

    def _wake(self) -> None:
        with self._lock:
            self.woken += 1

    def _app(self) -> FastAPI:
        app = FastAPI()
        app.include_router(hints_router(SECRET, self._wake, self.events.append))
        return app


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.stop()


@pytest.fixture
async def hints(graph: GraphSimulator, listener: Listener) -> AsyncIterator[GraphHints]:
    settings = HintSettings(url=listener.url, secret=SecretStr(SECRET), minutes=60)
    found = GraphHints(connection(graph), settings)
    yield found
    await found.close()


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is that time for the subscriber."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return moment

    monkeypatch.setattr(graph_hints, "datetime", Clock)


async def test_a_new_mail_wakes_the_poll(graph: GraphSimulator, listener: Listener, hints: GraphHints) -> None:
    made = await hints.keep()
    fill(graph, 1)
    await wait_until(lambda: listener.woken == 1)
    (active,) = graph.control.subscriptions()
    assert active["id"] == made.id
    assert active["resource"].endswith("/mailFolders('inbox')/messages")


async def test_one_subscription_however_often_it_is_kept(graph: GraphSimulator, hints: GraphHints) -> None:
    assert (await hints.keep()).id == (await hints.keep()).id
    assert len(graph.control.requests("CreateSubscription")) == 1
    assert graph.control.requests("RenewSubscription") == []


async def test_renewed_at_half_life_of_what_the_server_gave(
    graph: GraphSimulator, hints: GraphHints, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await hints.keep()
    at(made.renew_at - timedelta(seconds=1), monkeypatch)
    assert await hints.keep() == made
    at(made.renew_at, monkeypatch)
    renewed = await hints.keep()
    assert renewed.id == made.id
    assert renewed.expires > made.expires
    assert len(graph.control.requests("RenewSubscription")) == 1


async def test_one_that_expired_is_made_again(
    graph: GraphSimulator, hints: GraphHints, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await hints.keep()
    graph.control.lifecycle("subscriptionRemoved")  # the server forgot it, whether or not we heard of it
    at(made.renew_at, monkeypatch)
    again = await hints.keep()
    assert again.id != made.id
    assert [one["id"] for one in graph.control.subscriptions()] == [again.id]


@pytest.mark.parametrize(
    ("event", "woken", "operation"),
    [
        ("missed", 1, None),
        ("reauthorizationRequired", 0, "RenewSubscription"),
        ("subscriptionRemoved", 1, "CreateSubscription"),
    ],
)
async def test_lifecycle_events(
    graph: GraphSimulator, listener: Listener, hints: GraphHints, event: str, woken: int, operation: str | None
) -> None:
    await hints.keep()
    graph.control.clear_requests()
    graph.control.lifecycle(event)
    await wait_until(lambda: listener.events == [Lifecycle(event)])
    hints.heard(listener.events[0])
    await hints.keep()
    asked = {request["operation"] for request in graph.control.requests()} - {"Notify", "ListSubscriptions"}
    assert asked == ({operation} if operation else set())
    assert listener.woken == woken


async def test_a_lost_notification_wakes_too(graph: GraphSimulator, listener: Listener, hints: GraphHints) -> None:
    await hints.keep()
    graph.control.fault("drop_notification")
    fill(graph, 1)
    await wait_until(lambda: listener.woken == 1)
    assert listener.events == [Lifecycle.MISSED]


async def test_what_an_earlier_life_left_is_cleared_away(
    graph: GraphSimulator, listener: Listener, hints: GraphHints
) -> None:
    await hints.keep()
    settings = HintSettings(url=listener.url, secret=SecretStr(SECRET), minutes=60)
    later = GraphHints(connection(graph), settings)
    made = await later.keep()
    assert [one["id"] for one in graph.control.subscriptions()] == [made.id]
    await later.stop()
    assert graph.control.subscriptions() == []
    await later.close()


async def test_the_server_decides_how_long_it_lives(listener: Listener) -> None:
    with GraphSimulator(GraphOptions(subscription_minutes=50), run_as="thread") as graph:
        settings = HintSettings(url=listener.url, secret=SecretStr(SECRET), minutes=50)
        hints = GraphHints(connection(graph), settings)
        made = await hints.keep()
        assert made.expires <= datetime.now(UTC) + timedelta(minutes=50)
        await hints.close()


@pytest.mark.parametrize(
    ("kind", "params", "error"),
    [("denied", {}, Denied), ("throttle", {"retry_after": 30}, Unavailable), ("status", {"status": 500}, Unavailable)],
)
async def test_trouble_is_told_in_our_own_words(
    graph: GraphSimulator, hints: GraphHints, kind: str, params: dict[str, int], error: type[Exception]
) -> None:
    graph.control.fault(kind, "CreateSubscription", **params)
    with pytest.raises(error):
        await hints.keep()
    await hints.keep()


async def test_an_endpoint_that_cannot_be_reached(graph: GraphSimulator, tmp_path: Path) -> None:
    settings = HintSettings(url="http://127.0.0.1:9/x", secret=SecretStr(SECRET), minutes=60)
    hints = GraphHints(connection(graph), settings)
    with pytest.raises(Unavailable) as caught:
        await hints.keep()
    assert caught.value.detail == "400 ValidationError"
    await hints.close()
