from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulators._common.exchange.feed import received_at

BOTH = b"Received: from a by b; Mon, 2 Nov 2026 10:00:00 +0100\nDate: Sun, 1 Nov 2026 10:00:00 +0100\n\n"
DATE = b"Date: Sun, 1 Nov 2026 10:00:00 +0100\n\n"
RECEIVED_AT, SENT_AT = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "source", "moment"),
    [
        (BOTH, "header", RECEIVED_AT),
        (BOTH, "date", SENT_AT),
        (DATE, "header", SENT_AT),
    ],
)
def test_the_time_of_receipt(raw, source, moment):
    assert received_at(raw, source) == moment


@pytest.mark.parametrize(("raw", "source"), [(BOTH, "now"), (b"Subject: x\n\n", "header"), (b"", "date")])
def test_now_when_nothing_says_otherwise(raw, source):
    before = datetime.now(UTC)

    assert before <= received_at(raw, source) <= datetime.now(UTC)
