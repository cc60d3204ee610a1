"""A thousand nasty mails through the whole intake: from files, through the parser's processes, to ledger and outbox."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from loketbus_contracts import MAIL_RECEIVED

from loketbus.ledger.tables import outbox
from loketbus.workers import WorkerPool
from services.mail_ingest.remote.folder import FolderMailbox
from services.mail_ingest.store import tables
from tests.support.mailroom import open_room
from tests.support.nasty import COUNT, nasty_mails

COPIES = 60


@pytest.mark.timeout(300)
async def test_none_is_lost_and_none_is_doubled(tmp_path: Path) -> None:
    mails, spool = tmp_path / "mails", tmp_path / "spool"
    mails.mkdir()
    spool.mkdir()
    below = mails / "Nieuw"
    below.mkdir()
    for number, (name, raw) in enumerate(nasty_mails()):
        (mails if number % 3 else below).joinpath(f"{name}.eml").write_bytes(raw)
        if number < COPIES:
            (below / f"kopie-{name}.eml").write_bytes(raw)
    async with (
        WorkerPool("parse", max_workers=2, memory_limit_bytes=1_500_000_000) as parsers,
        open_room(tmp_path, FolderMailbox(mails, spool, settle_seconds=0)) as room,
    ):
        room.parsers = parsers  # type: ignore[assignment]
        room.use(room.mailbox)
        await room.sync()
        assert await room.aside() == {}
        assert len(await room.rows(tables.mail)) == COUNT
        assert len(await room.rows(tables.item)) == COUNT
        per_mail = Counter(row.mail for row in await room.rows(tables.place))
        assert (len(per_mail), per_mail.total()) == (COUNT, COUNT + COPIES), "a copy is another place of the same mail"
        told = await room.rows(outbox, outbox.c.topic == MAIL_RECEIVED.name)
        assert Counter(json.loads(row.record_value)["mail"] for row in told) == Counter(per_mail.keys())
        report = await room.reconciler.reconcile()
        assert (report.total("known"), report.total("missing"), report.total("gone")) == (COUNT + COPIES, 0, 0)
    assert list(spool.glob("*.eml")) == []
