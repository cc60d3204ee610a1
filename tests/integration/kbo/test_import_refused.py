"""What cannot be loaded is refused in one Dutch line, and nothing has changed."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import psutil
import pytest

from loketbus.errors import Rejected
from loketbus.replicas import current
from services.kbo.domain.imports import KboGap
from services.kbo.register import importing, tables
from services.kbo.register.crew import Crew, StepFailedError
from services.kbo.register.importing import import_archives
from services.kbo.register.job import Job
from services.kbo.register.swapping import replica_state
from simulators.kbo import faults
from tests.support import kbo_oracle
from tests.support.children import child
from tests.support.kbo_extracts import Chain, chain, full, meta, repack, update

FIRM = "0403.170.701"
ROWS = {"enterprise": [(FIRM, "AC", "000", "2", "070", None, "01-01-2000")]}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Two days."""
    return chain(tmp_path_factory.mktemp("kbo"), updates=2)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of extract 140, to copy."""
    folder = tmp_path_factory.mktemp("small")
    import_archives(folder / "replica", [full(folder / "small.zip", 140, ROWS)])
    return folder / "replica"


@pytest.fixture
def replica(small: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with a small register, that must be as it was when the test ends."""
    folder = tmp_path / "replica"
    shutil.copytree(small, folder, symlinks=True)
    path = current(folder)
    assert path is not None
    before = {file: (path / file).read_bytes() for file in os.listdir(path)}
    yield folder
    assert {file: (path / file).read_bytes() for file in os.listdir(path)} == before
    assert sorted(os.listdir(folder)) == sorted([path.name, "current", "lock"])


def refused(folder: Path, *archives: Path) -> Rejected:
    """The refusal, of one line."""
    with pytest.raises(Rejected) as refusal:
        import_archives(folder, archives)
    assert "\n" not in refusal.value.message
    return refusal.value


def test_a_truncated_zip(made: Chain, replica: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(made.last.read_bytes())
    faults.truncate(path)
    error = refused(replica, path)
    assert error.code == "kbo_archive_broken"
    assert "cut.zip" in error.message


@pytest.mark.parametrize("member", ["activity", "address", "enterprise"])
@pytest.mark.parametrize("worth", [0, 1 << 30])
def test_a_member_that_is_damaged_inside(
    member: str, worth: int, made: Chain, replica: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever process finds it, side by side or not."""
    monkeypatch.setattr(importing, "WORTH_A_CREW", worth)
    path = tmp_path / "bad.zip"
    body = bytearray(made.last.read_bytes())
    with ZipFile(made.last) as file:
        info = file.getinfo(f"{member}.csv")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    body[at] ^= 0xFF
    path.write_bytes(body)
    error = refused(replica, path)
    assert error.code == "kbo_archive_broken"
    assert f"bad.zip ({member}.csv)" in error.message


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"contact": None}, "kbo_archive_broken", "contact.csv"),
        ({"meta": None}, "kbo_archive_broken", "meta.csv"),
        ({"code": None}, "kbo_archive_broken", "code.csv"),
        ({"meta": "<html>"}, "kbo_archive_broken", "Variable"),
        ({"meta": meta("delta", 145)}, "kbo_wrong_type", "Full"),
        ({"meta": meta("update", 145)}, "kbo_wrong_type", "update"),
        ({"enterprise": '"EnterpriseNumber","Status"\n'}, "kbo_archive_broken", "JuridicalSituation"),
        ({"enterprise": ""}, "kbo_archive_broken", "enterprise.csv"),
    ],
)
def test_a_full_that_is_not_whole(
    changes: dict[str, str | None], code: str, words: str, made: Chain, replica: Path, tmp_path: Path
) -> None:
    error = refused(replica, repack(made.last, tmp_path / "odd.zip", changes))
    assert error.code == code
    assert words in error.message


def test_an_empty_full_is_an_outage_and_no_news(replica: Path, tmp_path: Path) -> None:
    error = refused(replica, full(tmp_path / "empty.zip", 141, {}))
    assert error.code == "kbo_archive_broken"
    assert "enterprise.csv" in error.message


def test_no_zip_at_all(replica: Path, tmp_path: Path) -> None:
    page = tmp_path / "login.zip"
    page.write_text("<html>")
    assert refused(replica, page).code == "kbo_archive_broken"
    assert refused(replica, tmp_path / "none.zip").code == "kbo_archive_broken"


def test_a_zip_bomb(replica: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tables.SIZES, "contact", 10)
    error = refused(replica, full(tmp_path / "bomb.zip", 141, ROWS))
    assert error.code == "kbo_archive_broken"
    assert "contact.csv" in error.message


def test_the_name_of_a_file_says_nothing(made: Chain, tmp_path: Path) -> None:
    path = tmp_path / made.first.name
    path.write_bytes(made.first.read_bytes())
    assert import_archives(tmp_path / "replica", [faults.wrong_type(path)]).kind == "full"


def test_a_gap(replica: Path, tmp_path: Path) -> None:
    late = update(tmp_path / "late.zip", 142, {}, {})
    error = refused(replica, late)
    assert isinstance(error, KboGap)
    assert (error.code, error.state, error.needed) == ("kbo_gap", 140, 141)
    error = refused(tmp_path / "none", late)
    assert isinstance(error, KboGap)
    assert (error.state, error.needed) == (None, 142)


def test_one_import_at_a_time(replica: Path, tmp_path: Path) -> None:
    with (replica / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused(replica, full(tmp_path / "x.zip", 141, ROWS)).code == "kbo_busy"


def test_nothing_given_and_nothing_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "replica").code == "kbo_no_register"


def test_who_watches_may_stop_it(made: Chain, replica: Path) -> None:
    class StopError(Exception):
        pass

    def stop(table: str, done: int, in_all: int) -> None:
        raise StopError

    before = set(psutil.Process().children())
    with pytest.raises(StopError):
        import_archives(replica, [made.last], progress=stop)
    assert set(psutil.Process().children()) <= before


@pytest.mark.parametrize("side_by_side", [False, True])
async def test_a_limit_on_what_can_be_written(side_by_side: bool, made: Chain, replica: Path) -> None:
    given = {"folder": str(replica), "archives": [str(made.last)], "file_bytes": 150_000, "side_by_side": side_by_side}
    async with child("tests.support.kbo_import", given) as importer:
        await importer.says("refused kbo_disk_full", "oude register")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_disk_that_is_full(made: Chain, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", str(disk).encode(), b"tmpfs", 0, b"size=900k"):
        pytest.skip("no right to mount")
    try:
        import_archives(disk, [full(tmp_path / "small.zip", 140, ROWS)])
        before = current(disk)
        assert refused(disk, made.last).code == "kbo_disk_full"
        assert current(disk) == before
        assert before is not None
        assert kbo_oracle.found(before, "enterprise").total() == 1
        assert sorted(os.listdir(disk)) == sorted([before.name, "current", "lock"])
    finally:
        libc.umount2(str(disk).encode(), 2)


async def test_a_process_of_it_that_is_killed(made: Chain, replica: Path) -> None:
    """As the kernel does when memory runs out."""
    given = {"folder": str(replica), "archives": [str(made.last)], "side_by_side": True}
    async with child("tests.support.kbo_import", given, LOKETBUS_TEST_KILL_AT="kbo.loaded") as importer:
        await importer.says("refused kbo_import_died", f"exit code {-signal.SIGKILL}")


def test_an_error_that_nobody_foresaw_is_a_defect(tmp_path: Path) -> None:
    job = Job(tmp_path, tmp_path / "none", None, ())
    with pytest.raises(StepFailedError, match="entities: exit code 1"):
        Crew(job, 1, Unheard()).work()


class Unheard:
    def __call__(self, table: str, read: int) -> None:
        """Nothing."""

    def finish(self, step: str) -> None:
        """Nothing."""


def test_progress_goes_up_to_the_end(made: Chain, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    import_archives(tmp_path, [made.first, *made.updates], progress=lambda *what: told.append(what))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == told[-1][2]
    assert len({in_all for *_, in_all in told}) == 1
    state = replica_state(tmp_path)
    assert state is not None
    assert state.extract == 142
