"""The mail server or Kafka is away, refuses us, or hands out items that cannot be read."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from loketbus import topics
from loketbus.kafka_node import LocalKafka
from loketbus.settings import BusSettings
from simulators._common.exchange.client import MailboxControlClient
from simulators.ews import EwsSimulator
from tests.support.ews import eml, fill, message_id
from tests.support.mail_service import MailService, assert_whole
from tests.support.mailboxes import AtEws, AtGraph
from tests.support.polling import wait_until

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(300)]

LONG = os.environ.get("LOKETBUS_TEST_LONG_OUTAGES") == "1"
"""Outages that last 30 s (`make chaos`) instead of until they were noticed."""


async def test_mail_server_down_and_back(service: MailService) -> None:
    fill(service.ews, 3)
    await service.start()
    await service.settle(3)
    with service.ews.down():
        lane = await _lane(service, "outage")
        assert "mailserver" in lane["reason"]
        ready = await service.get("/ready")
        assert ready["ready"] is True, "events can still be handled"
        assert any("mailserver" in reason for reason in ready["reasons"].values())
    service.ews.control.add_mail(eml(4))
    await service.settle(4)
    await _lane(service, "up")
    await assert_whole(service)


async def test_a_refused_password_is_tried_once_per_back_off(service: MailService) -> None:
    service.ews.control.add_mail(eml(1))
    service.environment["LOKETBUS_EWS_PASSWORD"] = "verlopen"
    await service.start()
    for attempt in range(1, 5):
        # The ticks of the job are worth no attempt.
        lane = await _lane(service, "denied", failures=attempt)
        assert [request["status"] for request in service.ews.control.requests()] == [401] * attempt
        assert "wachtwoord" in lane["reason"]
        assert _seconds(lane["since"], lane["next_probe_at"]) >= 30, "an account that is tried often gets locked"
        await _retry(service, lane)
    assert service.count("mail") == 0


async def test_a_refused_secret_is_tried_once_per_back_off_over_graph(at_graph: MailService) -> None:
    outside = at_graph.outside
    assert isinstance(outside, AtGraph)
    outside.add_mails([eml(1)])
    at_graph.environment["LOKETBUS_GRAPH_CLIENT_SECRET"] = "verlopen"
    await at_graph.start()
    for attempt in range(1, 4):
        lane = await _lane(at_graph, "denied", failures=attempt)
        refused = [request for request in outside.simulator.control.requests("Token") if request["status"] != 200]
        assert len(refused) == attempt
        assert outside.simulator.control.requests("GetFolder") == []
        assert _seconds(lane["since"], lane["next_probe_at"]) >= 30
        await _retry(at_graph, lane)
    del at_graph.environment["LOKETBUS_GRAPH_CLIENT_SECRET"]
    await at_graph.stop()
    await at_graph.start()
    await _retry(at_graph, {"name": lane["name"]})
    await at_graph.settle(1)


async def test_a_busy_exchange_server_is_left_alone_as_long_as_it_asks(service: MailService) -> None:
    fill(service.ews, 1)
    await service.start()
    await service.settle(1)
    service.ews.control.fault("busy", "SyncFolderItems", count=1, back_off_ms=600_000)
    service.ews.control.add_mail(eml(2))
    await _left_alone(service, service.ews.control, 600)


async def test_a_throttling_graph_is_left_alone_as_long_as_it_asks(at_graph: MailService) -> None:
    outside = at_graph.outside
    assert isinstance(outside, AtGraph)
    outside.add_mails([eml(1)])
    await at_graph.start()
    await at_graph.settle(1)
    outside.simulator.control.fault("throttle", "Delta", count=1, retry_after=600)
    outside.add_mails([eml(2)])
    await _left_alone(at_graph, outside.simulator.control, 600)


async def _left_alone(service: MailService, control: MailboxControlClient, seconds: int) -> None:
    """The mailbox asked for patience: nothing is asked of it before a person says so, and then all is well."""
    lane = await _lane(service, "outage")
    assert _seconds(lane["since"], lane["next_probe_at"]) >= seconds - 1
    asked = len(control.requests())
    async with service.http() as client:
        answer = await client.post("/mailbox/reconcile")
    assert answer.status_code == 503, "nor for who asks for a comparison"
    assert len(control.requests()) == asked
    await _retry(service, lane)
    await service.settle(2)
    await _lane(service, "up")
    await assert_whole(service)


async def test_items_that_cannot_be_read_hold_up_no_other(service: MailService) -> None:
    fill(service.ews, 8)
    faults = service.ews.control.fault
    faults("unknown_tag", items=[message_id(2)], count=None, tag="SharingMessage")
    faults("item_error", "GetItem", items=[message_id(5)], count=None, code="ErrorItemCorrupt")
    faults("replace_text", "GetItem", items=[message_id(6)], count=None, element="MimeContent", text="")
    await service.start()
    await service.until(lambda: service.count("mailbox_place") == 8, "all eight have a place")
    await service.settle(6)
    ids = {mail["message_id"]: mail["id"] for mail in service.ews.control.mails()}
    aside = dict(service.rows("SELECT provider_id, quarantine FROM mailbox_place WHERE mail IS NULL"))
    assert aside == {ids[message_id(5)]: "ErrorItemCorrupt", ids[message_id(6)]: "mime_missing"}
    assert service.rows("SELECT 1 FROM mail WHERE message_id = ?", message_id(2)), "whatever its class, it is a mail"
    assert (await service.get("/queue/counts"))["quarantine"] == 2
    await service.until_ready()
    service.ews.control.add_mail(eml(9))
    await service.settle(7)


async def test_a_lost_sync_state_starts_a_full_round_that_doubles_nothing(service: MailService) -> None:
    fill(service.ews, 7)
    await service.start()
    await service.settle(7)
    service.ews.control.void_sync_states()
    service.ews.control.add_mail(eml(8))
    await service.settle(8)
    await assert_whole(service)
    fetched = [request for request in service.ews.control.requests("GetItem") if request["ids"]]
    assert sum(len(request["ids"]) for request in fetched) == 8, "what was known was not fetched again"


@pytest.fixture
async def on_own_kafka(
    own_kafka: LocalKafka, topic_prefix: str, tmp_path: Path, ews_process: EwsSimulator
) -> AsyncIterator[MailService]:
    """A service on a Kafka that the test may stop."""
    settings = BusSettings(kafka=own_kafka.bootstrap, topic_prefix=topic_prefix, var=tmp_path / "var")
    await topics.apply(settings)
    running = MailService(settings.var, own_kafka.bootstrap, topic_prefix, AtEws(ews_process))
    yield running
    running.discard()


async def test_kafka_stopped_while_mail_arrives(on_own_kafka: MailService, own_kafka: LocalKafka) -> None:
    service = on_own_kafka
    fill(service.ews, 3)
    await service.start()
    await service.settle(3)
    await service.until_ready()
    await asyncio.to_thread(own_kafka.stop)
    service.ews.control.add_mails([eml(n) for n in range(4, 12)])
    await service.until(lambda: service.count("mail") == 11, "mail goes on into the ledger")
    ready = await service.until_ready(False)
    assert any("Kafka" in reason for reason in ready["reasons"].values()), ready
    assert service.unpublished() == 16
    if LONG:
        await asyncio.sleep(30)  # the outage itself
    await asyncio.to_thread(own_kafka.start)
    await service.settle(11)
    await service.until_ready()
    await assert_whole(service)
    assert (await service.get("/_ops/status"))["for_a_person"] == {}


async def _retry(service: MailService, lane: dict[str, Any]) -> None:
    """A person's word is worth one attempt."""
    async with service.http() as client:
        answer = await client.post(f"/_ops/lanes/{lane['name']}/retry", json={"reason": "test"})
    assert answer.status_code == 200


def _seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


async def _lane(service: MailService, state: str, failures: int | None = None) -> dict[str, Any]:
    """The mailbox's lane, once it is in this state (after so many failures)."""
    query = "SELECT name FROM lane WHERE name LIKE 'mailbox:%' AND state = ? AND failures = coalesce(?, failures)"
    rows = await service.until(lambda: service.rows(query, state, failures), f"the mailbox is {state} ({failures})")
    name: str = rows[0][0]

    async def shown() -> dict[str, Any] | None:
        lane: dict[str, Any] = (await service.get("/_ops/status"))["lanes"][name]
        return lane if lane["state"] == state else None

    lane = await wait_until(shown, what=f"people see that it is {state}")
    return {"name": name, **lane}
