"""Erasures outlive a ledger that is put back from a backup."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from loketbus import subjects
from loketbus.erasures import ErasureFile, erased_since
from loketbus.ledger.tables import meta
from loketbus.ledger.tx import Cause, Tx
from loketbus.runtime import Runtime
from loketbus.service import Service, Wiring
from loketbus.settings import BusSettings

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WHO, OTHER = "jan@voorbeeld.example", "mia@voorbeeld.example"


class Names:
    """People in the bus's own `meta` table, which every ledger has."""

    def find(self, connection: Connection, subject: str) -> dict[str, int]:
        return {"names": len([name for name in self.everybody(connection) if name == subject])}

    def everybody(self, connection: Connection) -> Iterable[str]:
        query = select(meta.c.value).where(meta.c.name.startswith("who-"))
        return list(connection.execute(query).scalars())

    def erase(self, tx: Tx, subject: str) -> dict[str, int]:
        return {"names": tx.execute(meta.delete().where(meta.c.value == subject)).rowcount}


def wire(bus: Wiring[BusSettings]) -> None:
    bus.subjects.append(Names())


def start(var: Path) -> Runtime[Any]:
    return Runtime(Service("namen", "Namen", wire, BusSettings), BusSettings(var=var), clock=lambda: NOON)


def cause(name: str) -> Cause:
    return Cause(consumer="namen", source="test", id=name, at=NOON, correlation_id=name)


async def put(runtime: Runtime[Any]) -> None:
    for number, who in enumerate((WHO, OTHER)):
        values = {"name": f"who-{number}", "value": who}
        await runtime.ledger.write(lambda c, values=values: c.execute(meta.insert().values(**values)))


async def people(runtime: Runtime[Any]) -> list[str]:
    return sorted(await runtime.ledger.read(lambda c: Names().everybody(c)))


async def erase(runtime: Runtime[Any], who: str) -> None:
    await runtime.write(cause(f"erase {who}"), lambda tx: subjects.erase(tx, runtime.wiring.subjects, who))
    await runtime.level_erasures()


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.mark.parametrize("erased_before", [True, False], ids=["key-in-the-backup", "first-erasure-ever"])
async def test_a_restored_ledger_erases_again(var: Path, tmp_path: Path, erased_before: bool) -> None:
    first = start(var)
    await put(first)
    if erased_before:
        await erase(first, "somebody-else@voorbeeld.example")
    first.ledger.close()
    shutil.copytree(var / "namen", tmp_path / "backup")
    second = start(var)
    await erase(second, WHO.upper())
    await erase(second, WHO)
    assert await people(second) == [OTHER]
    second.ledger.close()
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        (var / "namen" / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup" / "ledger.db", var / "namen" / "ledger.db")
    third = start(var)
    assert await people(third) == [WHO, OTHER], "the backup is from before"
    await third.level_erasures()
    assert await people(third) == [OTHER]
    assert await third.ledger.read(lambda c: erased_since(c, [OTHER, WHO], NOON - timedelta(days=1)))
    assert not await third.ledger.read(lambda c: erased_since(c, [WHO], NOON + timedelta(days=1))), "who writes again"
    assert not await third.ledger.read(lambda c: erased_since(c, [OTHER], NOON - timedelta(days=1)))
    third.ledger.close()


async def test_the_file_names_nobody_and_survives_a_cut_line(var: Path) -> None:
    runtime = start(var)
    await put(runtime)
    await erase(runtime, WHO)
    file = runtime.erasures
    assert "jan" not in file.path.read_text()
    assert file.path.stat().st_mode & 0o077 == 0
    before = file.read()
    with file.path.open("a") as handle:
        handle.write('{"subject_hash": "abc", "erased')
    assert file.read() == before
    await erase(runtime, OTHER)
    key, known = file.read()
    assert (key, len(known)) == (before[0], 2)
    runtime.ledger.close()


async def test_a_lost_file_is_written_again_from_the_ledger(var: Path) -> None:
    runtime = start(var)
    await put(runtime)
    await erase(runtime, WHO)
    told = runtime.erasures.read()
    runtime.erasures.path.unlink()
    await runtime.level_erasures()
    assert ErasureFile(runtime.erasures.path).read() == told
    runtime.ledger.close()
