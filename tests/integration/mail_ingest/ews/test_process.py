"""The adapter with its real child process: it survives what hangs or kills the child."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote.ews import EwsMailbox
from services.mail_ingest.remote.protocol import CursorLost, Poison
from simulators.ews import EwsSimulator
from tests.integration.mail_ingest.ews.support import connection, content, everything, wanted
from tests.support.ews import eml, fill


async def test_results_and_errors_come_through(ews: EwsSimulator, tmp_path: Path) -> None:
    ids = fill(ews, 3)
    adapter = EwsMailbox(connection(ews), tmp_path / "spool")
    assert [change.provider_id for change in await everything(adapter, 2)] == ids[::-1]
    answers = await adapter.fetch(wanted(ids))
    assert [content(answers[one]) for one in ids] == [eml(1), eml(2), eml(3)]
    ews.control.fault("busy", back_off_ms=42_000)
    with pytest.raises(Unavailable) as caught:
        await adapter.probe()
    assert caught.value.retry_after_seconds == 42.0
    ews.control.fault("status", status=401)
    with pytest.raises(Denied):
        await adapter.probe()
    with pytest.raises(CursorLost):
        await adapter.changes("inbox", "geen cursor", 10)
    await adapter.close()


async def test_a_killed_process_is_replaced(ews: EwsSimulator, tmp_path: Path) -> None:
    ids = fill(ews, 2)
    adapter = EwsMailbox(connection(ews), tmp_path / "spool")
    page = await adapter.changes("inbox", None, 1)
    (child,) = adapter.pids
    os.kill(child, signal.SIGKILL)
    later = await adapter.changes("inbox", page.cursor, 10)
    assert [change.provider_id for change in (*page.changes, *later.changes)] == ids[::-1]
    await adapter.close()


async def test_a_closed_port(ews_process: EwsSimulator, tmp_path: Path) -> None:
    adapter = EwsMailbox(connection(ews_process), tmp_path / "spool")
    with ews_process.down(), pytest.raises(Unavailable):
        await adapter.probe()
    await adapter.probe()
    await adapter.close()


async def test_a_slow_server_ends_the_call_not_the_adapter(ews: EwsSimulator, tmp_path: Path) -> None:
    adapter = EwsMailbox(connection(ews, call_timeout_seconds=2.0), tmp_path / "spool")
    await adapter.probe()
    ews.control.fault("delay", ms=60_000, count=1)
    with pytest.raises(Unavailable) as caught:
        await adapter.probe()
    assert caught.value.code == "ews_no_answer"
    await adapter.probe()
    await adapter.close()


async def test_a_mail_that_hangs_the_reader_is_singled_out(ews: EwsSimulator, tmp_path: Path) -> None:
    ids = fill(ews, 3)
    adapter = EwsMailbox(connection(ews, call_timeout_seconds=2.0), tmp_path / "spool")
    await adapter.probe()
    ews.control.fault("delay", "GetItem", items=[ids[1]], count=None, ms=60_000)
    answers = await adapter.fetch(wanted(ids))
    await adapter.close()
    assert answers[ids[1]] == Poison(provider_id=ids[1], reason="timeout", transient=True)
    assert len(list((tmp_path / "spool").iterdir())) == 2
    assert [content(answers[one]) for one in (ids[0], ids[2])] == [eml(1), eml(3)]
