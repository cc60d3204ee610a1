"""Subscriptions: validation, expiry, notifications and lifecycle events, on a real endpoint."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from simulators._common.runner import ThreadRunner
from simulators._common.server import HOST
from tests.support.graph import eml, fill

RESOURCE = "/users/energieloket@stad.example/mailFolders('inbox')/messages"


class Endpoint:
    """What a subscriber runs; `echo` off makes it fail the validation, `status` answers posts."""

    def __init__(self) -> None:
        self.echo = True
        self.status = 202
        self.posts: list[dict[str, Any]] = []
        self.url = ""
        self._arrived = threading.Condition()

    async def __call__(self, request: Request) -> Response:
        token = request.query_params.get("validationToken")
        if token is not None:
            return PlainTextResponse(token if self.echo else "neen")
        body = await request.body()
        with self._arrived:
            self.posts += json.loads(body)["value"]
            self._arrived.notify_all()
        return Response(status_code=self.status)

    def wait(self, count: int) -> None:
        """Until that many posts came in."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.posts) >= count, 30), self.posts


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    found = Endpoint()
    runner = ThreadRunner(lambda: Starlette(routes=[Route("/hook", found.__call__, methods=["POST"])]))
    found.url = f"http://{HOST}:{runner.start(0)}/hook"
    yield found
    runner.stop()


def asked(endpoint: Endpoint, minutes: float = 60, **changes: Any) -> dict[str, Any]:
    return {
        "changeType": "created",
        "notificationUrl": endpoint.url,
        "lifecycleNotificationUrl": endpoint.url,
        "resource": RESOURCE,
        "expirationDateTime": (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(),
        "clientState": "geheime staat",
        **changes,
    }


def test_a_new_mail_is_told_with_the_client_state(graph, api, endpoint):
    made = api.send("POST", "/subscriptions", asked(endpoint))
    (name,) = fill(graph, 1)
    graph.control.add_mail(eml(2), "junkemail")
    endpoint.wait(1)

    assert made.status_code == 201
    assert made.json()["clientState"] is None
    (post,) = endpoint.posts
    assert (post["clientState"], post["changeType"]) == ("geheime staat", "created")
    assert post["subscriptionId"] == made.json()["id"]
    assert post["resourceData"]["id"] == name


def test_an_endpoint_that_does_not_echo_gets_no_subscription(graph, api, endpoint):
    endpoint.echo = False
    answer = api.send("POST", "/subscriptions", asked(endpoint))

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ValidationError")
    assert graph.control.subscriptions() == []


@pytest.mark.parametrize(
    "change",
    [
        {"resource": "/users/elders@stad.example/messages"},
        {"changeType": "gewijzigd"},
        {"expirationDateTime": "morgen"},
        {"expirationDateTime": (datetime.now(UTC) + timedelta(minutes=4300)).isoformat()},
        {"expirationDateTime": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()},
    ],
)
def test_what_cannot_be_asked(api, endpoint, change):
    assert api.send("POST", "/subscriptions", asked(endpoint, **change)).status_code == 400


def test_renewed_listed_and_deleted(api, endpoint):
    made = api.send("POST", "/subscriptions", asked(endpoint)).json()
    path = f"/subscriptions/{made['id']}"
    later = (datetime.now(UTC) + timedelta(minutes=120)).isoformat()

    renewed = api.send("PATCH", path, {"expirationDateTime": later}).json()
    assert renewed["expirationDateTime"] > made["expirationDateTime"]
    assert [one["id"] for one in api.send("GET", "/subscriptions").json()["value"]] == [made["id"]]
    assert api.send("DELETE", path).status_code == 204
    assert api.send("PATCH", path, {"expirationDateTime": later}).status_code == 404


def test_a_lost_notification_is_told_as_missed(graph, api, endpoint):
    api.send("POST", "/subscriptions", asked(endpoint))
    graph.control.fault("drop_notification")
    fill(graph, 1)
    endpoint.wait(1)

    assert [post.get("lifecycleEvent") for post in endpoint.posts] == ["missed"]


def test_a_post_that_is_refused_is_tried_again_and_then_dropped(graph, api, endpoint):
    api.send("POST", "/subscriptions", asked(endpoint))
    endpoint.status = 500
    fill(graph, 1)
    endpoint.wait(3)
    endpoint.status = 202
    graph.control.add_mail(eml(2))
    endpoint.wait(4)

    assert len({post["resourceData"]["id"] for post in endpoint.posts}) == 2
    assert len(endpoint.posts) == 4


def test_a_removed_subscription_hears_no_more(graph, api, endpoint):
    api.send("POST", "/subscriptions", asked(endpoint))

    assert graph.control.lifecycle("subscriptionRemoved") == 1
    endpoint.wait(1)
    assert endpoint.posts[0]["lifecycleEvent"] == "subscriptionRemoved"
    assert graph.control.subscriptions() == []
