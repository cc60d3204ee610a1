"""SIGKILL at every named point between "page fetched" and "sync state saved", and around the publishing of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from loketbus_contracts import MAIL_RECEIVED

from tests.support.ews import eml, message_id
from tests.support.mail_service import PAGE_SIZE, MailService, assert_whole
from tests.support.shared import REPOSITORY

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(300)]

# Each life of the service ends at one of these; `:n` is the n-th time, in the middle of a page or of the mailbox.
LIVES = {
    "reading and writing": [
        "mail.page_fetched",
        "mail.fetched",
        "mail.parsed:3",
        "mail.writing:7",
        "mail.written",
        "mail.page_written:2",
    ],
    "sync state and publishing": [
        "mail.state_saving:2",
        "mail.state_saved",
        "relay.sent",
        "relay.acked:2",
        "relay.marked",
    ],
}


@pytest.mark.parametrize("points", LIVES.values(), ids=LIVES)
async def test_killed_there_nothing_is_lost_and_nothing_doubled(service: MailService, points: list[str]) -> None:
    delivered = 0
    for point in points:
        delivered = _deliver(service, delivered, 2 * PAGE_SIZE)
        await service.die_at(point)
    delivered = _deliver(service, delivered, 1)
    await service.start()
    await service.settle(delivered)
    await assert_whole(service)
    if "relay.acked:2" in points:
        # Killed between Kafka's word and ours it says it again: a kill in the wrong place would be noticed here.
        ids = Counter(record.header("ce_id") for record in await service.read(MAIL_RECEIVED))
        assert max(ids.values()) > 1


def test_no_named_point_is_left_out() -> None:
    folders = (REPOSITORY / "services" / "mail_ingest", REPOSITORY / "loketbus")
    source = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    named = set(re.findall(r'reach\("((?:mail|relay)\.\w+)"\)', source))
    killed = {point.partition(":")[0] for points in LIVES.values() for point in points}
    assert killed == named
    assert len(killed) >= 8


def _deliver(service: MailService, before: int, number: int) -> int:
    """So many mails more, each a reply to the one before it; the total."""
    numbers = range(before + 1, before + number + 1)
    service.ews.control.add_mails([eml(n, References=message_id(n - 1)) for n in numbers])
    return before + number
