"""A mailbox that changes its adapter in mid-life: from Exchange to Graph and back, and once more after a backfill."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.ews import EwsOptions, EwsSimulator
from simulators.graph import GraphOptions, GraphSimulator
from tests.support.ews import eml, message_id
from tests.support.mail_service import MailService, assert_whole
from tests.support.mailboxes import AtEws, AtGraph, InFolder

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(300)]


async def test_nothing_is_doubled_and_nothing_lost(service: MailService, tmp_path: Path) -> None:
    state = service.ews.options.state
    assert state is not None
    service.outside.add_mails([eml(n, References=message_id(n - 1)) for n in range(1, 6)])
    service.outside.add_mails([eml(50, In_Reply_To=message_id(1))], "sentitems")
    await service.start()
    await service.settle(5)
    await service.stop()
    service.ews.stop()

    with GraphSimulator(GraphOptions(state=state), run_as="process") as graph:
        service.outside = AtGraph(graph)
        graph.control.move(graph.control.ids()[0], graph.control.create_folder("Behandeld"))
        service.outside.add_mails([eml(6)])
        await service.start()
        await service.settle(6)
        await service.until(lambda: _live(service, "graph") == 7, "Graph shows all seven")
        await service.kill()

    with EwsSimulator(EwsOptions(state=state), run_as="process") as ews:
        service.outside = AtEws(ews)
        service.outside.add_mails([eml(7)])
        await service.start()
        await service.settle(7)
        await service.until(lambda: _live(service, "ews") == 8, "EWS shows all eight")
        async with service.http() as client:
            report = (await client.post("/mailbox/reconcile", timeout=60)).json()
        assert (report["missing"], report["gone"], report["listed"]) == (0, 0, 8)
        ews.control.move(_moved(ews), "inbox")
        await service.until(lambda: _live(service, "ews") == 8, "all of it in the inbox")
        await service.until(
            lambda: not service.rows("SELECT 1 FROM queue_item WHERE remarks LIKE '%postvak%'"), "there"
        )
    assert service.count("mail") == 7
    assert service.rows("SELECT count(*) FROM outbox WHERE topic LIKE '%mail.sent.v1'") == [(1,)]


async def test_a_backfill_from_files_before_the_real_mailbox(service: MailService, tmp_path: Path) -> None:
    mails = [eml(n, References=message_id(n - 1)) for n in range(1, 5)]
    real = service.outside
    folder = tmp_path / "archief"
    folder.mkdir()
    service.outside = InFolder(folder)
    service.outside.add_mails(mails)
    await service.start()
    await service.settle(4)
    await assert_whole(service)
    await service.stop()
    service.outside = real
    real.add_mails([*mails[2:], eml(5)])
    await service.start()
    await service.settle(5)
    await service.until(lambda: _live(service, "ews") == 3, "the three of them")
    assert service.count("mail") == 5
    assert service.count("queue_item") == 5


def _moved(ews: EwsSimulator) -> str:
    [mail] = ews.control.mails("Behandeld")
    return str(mail["id"])


def _live(service: MailService, provider: str) -> int:
    query = "SELECT count(*) FROM mailbox_place WHERE provider = ? AND gone_at IS NULL AND mail IS NOT NULL"
    return int(service.rows(query, provider)[0][0])
