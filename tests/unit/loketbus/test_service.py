"""What `wire` may not declare: a mistake that would show only later, or never, is refused at start."""

from __future__ import annotations

from typing import Any

import pytest
from loketbus_contracts import MAIL_SENT

from loketbus import AfterDeath, BusSettings, Lane, Lease, Wiring


class Adapter:
    async def run(self, effect: Any) -> dict[str, Any]:
        return {}

    def done(self, tx: Any, effect: Any, result: Any) -> None:
        pass


class Plain:
    def apply(self, tx: Any, event: Any, prepared: Any) -> None:
        pass


class Blocking(Plain):
    def prepare(self, event: Any) -> str:
        return "not awaitable"


class Preparing(Plain):
    async def prepare(self, event: Any) -> str:
        return "ready"


@pytest.fixture
def bus() -> Wiring[BusSettings]:
    nothing: Any = None
    return Wiring(settings=nothing, ledger=nothing, blobs=nothing, write=nothing, now=nothing, submit=nothing)


async def work(lease: Lease) -> None:
    pass


@pytest.mark.parametrize("handler", [Plain(), Preparing()])
def test_a_topic_has_one_handler(bus: Wiring[BusSettings], handler: Any) -> None:
    bus.consume(MAIL_SENT, handler, after_death=AfterDeath.GO_ON)
    with pytest.raises(ValueError, match="consumed twice"):
        bus.consume(MAIL_SENT, handler, after_death=AfterDeath.GO_ON)
    assert [subscription.lane for subscription in bus.subscriptions] == ["events:mail.sent.v1"]


def test_prepare_that_would_block_is_refused(bus: Wiring[BusSettings]) -> None:
    with pytest.raises(TypeError, match=r"Blocking\.prepare must be `async def`"):
        bus.consume(MAIL_SENT, Blocking(), after_death=AfterDeath.GO_ON)
    assert bus.subscriptions == []


def test_two_lanes_have_two_names(bus: Wiring[BusSettings]) -> None:
    bus.lane(Lane("econobis:mechelen", Adapter()))
    bus.lane(Lane("econobis:lier", Adapter()))
    with pytest.raises(ValueError, match="econobis:lier is declared twice"):
        bus.lane(Lane("econobis:lier", Adapter()))
    assert [lane.name for lane in bus.lanes] == ["econobis:mechelen", "econobis:lier"]


def test_two_jobs_have_two_names(bus: Wiring[BusSettings]) -> None:
    bus.every(60, "ophalen", work, lane="mailbox:a")
    bus.every(60, "nakijken", work, lane="mailbox:a")
    with pytest.raises(ValueError, match="ophalen is declared twice"):
        bus.every(60, "ophalen", work)
    assert bus.extra_gates == ["mailbox:a"], "jobs may share the state of one outside system"
