"""SIGKILL at every named point between "page fetched" and "sync state saved", and around the publishing of it.

Each adapter gets a short life story in `make test`; `make chaos` kills each of them at every point.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from loketbus_contracts import MAIL_RECEIVED

from loketbus import topics
from loketbus.settings import BusSettings
from tests.support.ews import eml, message_id
from tests.support.mail_service import PAGE_SIZE, MailService, assert_whole
from tests.support.mailboxes import AtEws, AtGraph, InFolder, Outside
from tests.support.matrix import WHOLE_MATRIX
from tests.support.shared import REPOSITORY

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(600)]

# Every adapter is killed at every point with WHOLE_MATRIX (`make chaos`), else at its share of them.

# Each life of the service ends at one of these; `:n` is the n-th time, in the middle of a page or of the mailbox.
POINTS = (
    "mail.page_fetched",
    "mail.fetched",
    "mail.parsed:3",
    "mail.writing:7",
    "mail.written",
    "mail.page_written:2",
    "mail.state_saving:2",
    "mail.state_saved",
    "relay.sent",
    "relay.acked:2",
    "relay.marked",
)
SHARE = {
    "ews": ("mail.page_fetched", "mail.writing:7", "mail.page_written:2", "relay.acked:2"),
    "graph": ("mail.fetched", "mail.written", "mail.state_saving:2", "relay.sent"),
    "folder": ("mail.parsed:3", "mail.state_saved", "relay.marked"),
}


@pytest.fixture(params=SHARE)
def adapter(request: pytest.FixtureRequest) -> str:
    """Each in turn."""
    name: str = request.param
    return name


@pytest.fixture
def outside(adapter: str, request: pytest.FixtureRequest, tmp_path: Path) -> Outside:
    """An empty mailbox behind that adapter."""
    if adapter == "ews":
        return AtEws(request.getfixturevalue("ews_process"))
    if adapter == "graph":
        return AtGraph(request.getfixturevalue("graph_process"))
    folder = tmp_path / "mails"
    folder.mkdir()
    return InFolder(folder)


@pytest.fixture
async def reader(kafka: str, topic_prefix: str, tmp_path: Path, outside: Outside) -> AsyncIterator[MailService]:
    """Not started yet."""
    var = tmp_path / "var"
    await topics.apply(BusSettings(kafka=kafka, topic_prefix=topic_prefix, var=var))
    running = MailService(var, kafka, topic_prefix, outside)
    yield running
    running.discard()


async def test_killed_there_nothing_is_lost_and_nothing_doubled(reader: MailService, adapter: str) -> None:
    points = POINTS if WHOLE_MATRIX else SHARE[adapter]
    delivered = 0
    for point in points:
        delivered = _deliver(reader, delivered, 2 * PAGE_SIZE)
        await reader.die_at(point)
    delivered = _deliver(reader, delivered, 1)
    await reader.start()
    await reader.settle(delivered)
    await assert_whole(reader)
    if "relay.acked:2" in points:
        # Killed between Kafka's word and ours it says it again: a kill in the wrong place would be noticed here.
        ids = Counter(record.header("ce_id") for record in await reader.read(MAIL_RECEIVED))
        assert max(ids.values()) > 1


def test_no_named_point_is_left_out() -> None:
    folders = (REPOSITORY / "services" / "mail_ingest", REPOSITORY / "loketbus")
    source = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    named = set(re.findall(r'reach\("((?:mail|relay)\.\w+)"\)', source))
    assert {point.partition(":")[0] for point in POINTS} == named
    assert {point for points in SHARE.values() for point in points} == set(POINTS), "each has its adapter"
    assert len(named) >= 8


def _deliver(service: MailService, before: int, number: int) -> int:
    """So many mails more, each a reply to the one before it; the total."""
    numbers = range(before + 1, before + number + 1)
    service.outside.add_mails([eml(n, References=message_id(n - 1)) for n in numbers])
    return before + number
