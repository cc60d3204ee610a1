"""What one mail does to the server must not stop the others, nor an outage look like bad mails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote.ews import EwsMailbox
from services.mail_ingest.remote.protocol import Poison
from simulators.ews import EwsSimulator
from tests.integration.mail_ingest.ews.support import content, wanted
from tests.integration.mail_ingest.ews.test_hazards import GET, files
from tests.support.ews import eml, fill


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("cut", {"at": 200_000, "framing": "length", "hard": True}),
        ("cut", {"at": 200_000, "framing": "close"}),
        ("refuse", {}),
        ("status", {"status": 500, "body": "<html>Server Error in '/EWS' Application</html>"}),
        ("status", {"status": 502}),
        ("status", {"status": 503}),
        ("item_error", {"code": "ErrorInsufficientResources"}),
        ("item_error", {"code": "ErrorNotEnoughMemory"}),
        ("item_error", {"code": "ErrorTimeoutExpired"}),
        ("error", {"code": "ErrorInsufficientResources"}),
    ],
)
async def test_it_stands_alone(
    ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path, kind: str, params: dict[str, Any]
) -> None:
    ids = fill(ews, 3)
    large = ews.control.add_mail(eml(9, attachments={"a.pdf": b"x" * 300_000}))
    ews.control.fault(kind, GET, items=[large], count=None, **params)
    answers = await mailbox.fetch(wanted([ids[0], large, *ids[1:]]))
    bad = answers.pop(large)
    assert isinstance(bad, Poison)
    assert bad.transient
    assert [content(answers[one]) for one in ids] == [eml(1), eml(2), eml(3)]
    assert len(files(tmp_path)) == 3
    alone = (await mailbox.fetch(wanted([large])))[large]
    assert alone == bad


@pytest.mark.parametrize("number", [1, 4])
async def test_an_outage_that_begins_at_a_mail(
    ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path, number: int
) -> None:
    ids = fill(ews, number)
    ews.control.fault("cut", GET, items=[ids[0]], after_items=0, framing="close")
    ews.control.fault("status", "GetFolder", status=503)
    with pytest.raises(Unavailable):
        await mailbox.fetch(wanted(ids))
    assert files(tmp_path) == []
    assert len(ews.control.requests(GET)) == 1


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("status", {"status": 401}, Denied),
        ("status", {"status": 403}, Denied),
        ("status", {"status": 429}, Unavailable),
        ("status", {"status": 503, "retry_after": 17}, Unavailable),
        ("busy", {"back_off_ms": 17_000}, Unavailable),
    ],
)
async def test_whoever_says_no_or_wait_is_not_asked_on(
    ews: EwsSimulator, mailbox: EwsMailbox, kind: str, params: dict[str, Any], expected: type[Exception]
) -> None:
    ids = fill(ews, 4)
    ews.control.fault(kind, GET, count=None, **params)
    with pytest.raises(expected):
        await mailbox.fetch(wanted(ids))
    assert len(ews.control.requests()) == 1
