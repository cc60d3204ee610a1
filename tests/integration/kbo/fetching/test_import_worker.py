"""The importer in its process: what becomes of refusals, deaths, defects and a wait that is cancelled."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from loketbus.errors import Rejected
from services.kbo import import_worker
from services.kbo.domain.imports import KboGap
from services.kbo.import_worker import WorkerImporter
from tests.support.polling import wait_until


def die(*_: object) -> None:
    os._exit(3)


def stumble(*_: object) -> None:
    raise ZeroDivisionError


def refuse(*_: object) -> None:
    raise KboGap("Er ontbreekt een Update.", 140, 141)


def linger(folder: Path, archives: Sequence[Path]) -> None:
    (folder / "pid").write_text(str(os.getpid()))
    signal.pause()


@pytest.fixture
async def importer(tmp_path: Path) -> AsyncIterator[WorkerImporter]:
    made = WorkerImporter(tmp_path)
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("act", "code"), [(die, "kbo_import_died"), (stumble, "kbo_import_defect"), (refuse, "kbo_gap")]
)
async def test_it_is_always_a_refusal_with_a_code(
    importer: WorkerImporter, monkeypatch: pytest.MonkeyPatch, act: Any, code: str
) -> None:
    monkeypatch.setattr(import_worker, "load", act)
    with pytest.raises(Rejected) as refusal:
        await importer([])
    assert refusal.value.code == code


async def test_who_stops_waiting_ends_the_import(
    importer: WorkerImporter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(import_worker, "load", linger)
    task = asyncio.create_task(importer([]))
    pid = int(await wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait_until(lambda: not psutil.pid_exists(pid), what="its process is gone")
