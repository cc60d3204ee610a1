from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.mail_ingest.remote.graph_hints import (
    BODY_BYTES,
    PATH,
    Heard,
    Lifecycle,
    Subscription,
    hints_router,
    read_post,
)

SECRET = "een lange geheime staat"


def post(*entries: object) -> bytes:
    return json.dumps({"value": entries}).encode()


def entry(state: object = SECRET, **more: Any) -> dict[str, Any]:
    return {"subscriptionId": "x", "clientState": state, "changeType": "created", **more}


class Ears:
    def __init__(self) -> None:
        self.woken = 0
        self.events: list[Lifecycle] = []

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def client(ears: Ears) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(hints_router(SECRET, ears.wake, ears.events.append))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://loket.example") as found:
        yield found


def test_a_notification_with_our_client_state_wakes():
    assert read_post(post(entry()), SECRET) == Heard(True, frozenset())


@pytest.mark.parametrize("state", ["verkeerd", "", None, 7, SECRET + "x", "\ud800", ["x"]])
def test_any_other_client_state_says_nothing(state):
    assert read_post(post(entry(state), entry(state, lifecycleEvent="missed")), SECRET) == Heard(False, frozenset())


@pytest.mark.parametrize(
    ("event", "wake"), [("missed", True), ("subscriptionRemoved", True), ("reauthorizationRequired", False)]
)
def test_lifecycle_events(event, wake):
    assert read_post(post(entry(lifecycleEvent=event)), SECRET) == Heard(wake, frozenset({Lifecycle(event)}))


def test_an_event_we_do_not_know_is_a_reason_to_look():
    assert read_post(post(entry(lifecycleEvent="iets nieuws")), SECRET) == Heard(True, frozenset())


def test_a_change_beside_a_lifecycle_event_still_wakes():
    found = read_post(post(entry(), entry(lifecycleEvent="reauthorizationRequired")), SECRET)

    assert found == Heard(True, frozenset({Lifecycle.REAUTHORIZE}))


@pytest.mark.parametrize("body", [b"", b"onzin", b"[]", b"{}", b'{"value": 3}', b"\xff", b"null"])
async def test_what_is_no_post_is_refused(body, client, ears):
    with pytest.raises(ValueError):  # noqa: PT011 (JSON, Unicode and our own)
        read_post(body, SECRET)
    assert (await client.post(PATH, content=body)).status_code == 400
    assert ears.woken == 0


async def test_a_post_that_nests_deeper_than_python_reads_is_refused(client, ears):
    assert (await client.post(PATH, content=b"[" * 200_000)).status_code == 400
    assert ears.woken == 0


async def test_the_validation_token_is_echoed_as_plain_text(client, ears):
    token = "Validation: <b>Testing</b> client é & co"
    answer = await client.post(PATH, params={"validationToken": token})

    assert (answer.status_code, answer.text) == (200, token)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ears.woken == 0


async def test_a_post_is_answered_and_told(client, ears):
    assert (await client.post(PATH, content=post(entry(), entry(lifecycleEvent="missed")))).status_code == 202
    assert (ears.woken, ears.events) == (1, [Lifecycle.MISSED])


async def test_a_forged_post_gets_the_same_answer_and_does_nothing(client, ears):
    assert (await client.post(PATH, content=post(entry("geraden")))).status_code == 202
    assert (ears.woken, ears.events) == (0, [])


async def test_a_body_without_end_is_refused(client, ears):
    assert (await client.post(PATH, content=post(entry(extra="x" * BODY_BYTES)))).status_code == 413
    assert (await client.post(PATH, params={"validationToken": "x" * 5_000})).status_code == 422
    assert ears.woken == 0


def test_half_life():
    begun = datetime(2026, 11, 2, tzinfo=UTC)

    assert Subscription("x", begun, begun + timedelta(hours=70)).renew_at == begun + timedelta(hours=35)
