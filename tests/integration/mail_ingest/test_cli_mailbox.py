"""`loketbus mail quarantine` and `loketbus mail reconcile` against a running service and its Exchange simulator."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.mail_ingest.remote.ews import EwsConnection, EwsMailbox
from tests.support.command import Said, loketbus
from tests.support.ews import eml, ews_process, fill, message_id
from tests.support.mail_service import MailService, assert_whole, service

__all__ = ["ews_process", "service"]

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


async def run(service: MailService, *arguments: object) -> Said:
    settings = {"var": service.var, "kafka": service.kafka, "topic_prefix": service.topic_prefix}
    return await loketbus("mail", *map(str, arguments), **settings)


async def test_what_an_operator_does_with_quarantine(service: MailService, tmp_path: Path) -> None:
    fill(service.ews, 4)
    fault = service.ews.control.fault
    fault("item_error", "GetItem", items=[message_id(2)], count=None, code="ErrorItemCorrupt")
    fault("replace_text", "GetItem", items=[message_id(3)], count=None, element="MimeContent", text="")
    await service.start()
    await service.settle(2)
    await service.until(lambda: service.count("mailbox_place") == 4, "all four have a place")

    listed = await run(service, "quarantine", "list")
    assert "beschadigd" in listed.out, listed
    rows = {row["reason"]: row for row in (await run(service, "quarantine", "list", "--json")).json}
    assert rows["ErrorItemCorrupt"]["explanation"] == "De mail is beschadigd op de mailserver."
    corrupt, empty = rows["ErrorItemCorrupt"]["id"], rows["mime_missing"]["id"]

    shown = await run(service, "quarantine", "show", corrupt[:8])
    assert "ErrorItemCorrupt" in shown.out
    missing = await run(service, "quarantine", "show", "0123456789")
    assert (missing.code, missing.err) == (1, "Fout: Er staat niets in quarantaine onder 0123456789.\n")

    answer = tmp_path / "antwoord.txt"
    exported = await run(service, "quarantine", "export", empty, "--to", answer)
    assert exported.code == 0, exported.err
    assert b"Message" in await asyncio.to_thread(answer.read_bytes)
    again = await run(service, "quarantine", "export", empty, "--to", answer)
    assert again.code == 2, "a file that is there is not written over"

    failed = await run(service, "quarantine", "retry", corrupt)
    assert (failed.code, failed.out.strip()) == (1, "Niet gelukt: De mail is beschadigd op de mailserver.")
    mended = tmp_path / "hersteld.eml"
    await asyncio.to_thread(mended.write_bytes, eml(2))
    brought = await run(service, "quarantine", "import", mended, "--item", corrupt)
    assert brought.out.strip() == "Opgenomen in de wachtrij.", brought.err
    await service.settle(3)

    without = await run(service, "quarantine", "drop", empty)
    assert without.code == 2, "a reason is needed"
    dropped = await run(service, "quarantine", "drop", empty, "--reason", "leeg bericht")
    assert dropped.out.strip() == "Vervallen.", dropped.err
    assert (await run(service, "quarantine", "list", "--json")).json == []
    [gone] = (await run(service, "quarantine", "list", "--dropped", "--json")).json
    assert gone["dropped"] == "leeg bericht"

    report = (await run(service, "reconcile", "--json")).json
    assert (report["listed"], report["known"], report["missing"]) == (4, 4, 0), "neither comes back"
    acts = service.rows("SELECT action FROM audit WHERE action LIKE 'quarantine_%' ORDER BY id")
    assert [row[0].removeprefix("quarantine_") for row in acts] == ["read", "export", "retry", "import", "drop"]


async def test_a_page_that_was_lost_is_found(service: MailService, tmp_path: Path) -> None:
    fill(service.ews, 2)
    await service.start()
    await service.settle(2)
    await service.stop()
    service.ews.control.add_mails([eml(n) for n in range(3, 6)])
    await _go_past_it(service, tmp_path / "spool")
    service.ews.control.add_mail(eml(6))
    await service.start()
    await service.settle(3)
    assert service.count("mail") == 3, "the sync state is past the three"
    told = await run(service, "reconcile")
    assert told.code == 0, told.err
    assert "samen" in told.out
    await service.settle(6)
    await assert_whole(service)
    report = (await run(service, "reconcile", "--json")).json
    assert (report["listed"], report["known"], report["missing"], report["complete"]) == (6, 6, 0, True)


async def _go_past_it(service: MailService, spool: Path) -> None:
    """As after an answer that was cut off in the right place: the sync state knows mails that nobody saw."""
    options = service.ews.options
    connection = EwsConnection(
        url=service.ews.url, mailbox=options.mailbox, user=options.user, password=SecretStr(options.password)
    )
    mailbox = EwsMailbox(connection, spool)
    [(state,)] = service.rows("SELECT state FROM mailbox_folder WHERE folder = 'inbox'")
    page = await mailbox.changes("inbox", state, 50)
    await mailbox.close()
    assert len(page.changes) == 3
    with closing(sqlite3.connect(service.ledger)) as connection_, connection_:
        connection_.execute("UPDATE mailbox_folder SET state = ? WHERE folder = 'inbox'", [page.cursor])
