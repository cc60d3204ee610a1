"""The ledger of a while ago is put back: what came since is read again, under the same ids, and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from loketbus_contracts import MAIL_RECEIVED, QUEUE_ITEM

from tests.support.ews import eml, message_id
from tests.support.kafka_tools import Read
from tests.support.mail_service import MailService, assert_whole

pytestmark = [pytest.mark.chaos, pytest.mark.kafka]

BEFORE, AFTER = 7, 12


async def test_an_old_ledger_says_the_same_again(service: MailService, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    service.ews.control.add_mails([eml(n, References=message_id(n - 1)) for n in range(1, BEFORE + 1)])
    await service.start()
    await service.settle(BEFORE)
    _copy(service.ledger, backup)
    service.ews.control.add_mails([eml(n, References=message_id(1)) for n in range(BEFORE + 1, BEFORE + AFTER + 1)])
    await service.settle(BEFORE + AFTER)
    await service.kill()
    first = {topic: _ids(await service.read(topic)) for topic in (MAIL_RECEIVED, QUEUE_ITEM)}

    _put_back(backup, service.ledger)
    assert service.count("mail") == BEFORE
    await service.start()
    await service.settle(BEFORE + AFTER)

    await assert_whole(service)
    for topic, before in first.items():
        now = _ids(await service.read(topic))
        assert now.keys() == before.keys()
        assert sum(now.values()) == sum(before.values()) + AFTER


def _ids(records: list[Read]) -> Counter[bytes | None]:
    return Counter(record.header("ce_id") for record in records)


def _copy(ledger: Path, backup: Path) -> None:
    """As an operator's backup job does, beside the running service."""
    with closing(sqlite3.connect(ledger)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)


def _put_back(backup: Path, ledger: Path) -> None:
    for name in (ledger.name, f"{ledger.name}-wal", f"{ledger.name}-shm"):
        (ledger.parent / name).unlink(missing_ok=True)
    ledger.write_bytes(backup.read_bytes())
