"""A register of which a file is damaged or gone: all else stays up and says so, and a Full of its extract mends it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from loketbus.clock import utc_now
from loketbus.errors import Unavailable
from loketbus.replicas import CURRENT, current
from services.kbo.doctor import examine
from services.kbo.fetch_job import extract_of, register_folder
from services.kbo.questions import Register
from services.kbo.register.importing import import_archives
from services.kbo.register.schema import FILES
from services.kbo.register.swapping import replica_state
from services.kbo.settings import KboSettings
from services.kbo.standing import standing
from tests.integration.kbo.desk import Desk
from tests.support.kbo_service import FIRST, KboHouse

CURE = "loketbus kbo import BESTAND.zip --again"
Damage = Callable[[Path], None]


def no_database(file: Path) -> None:
    with file.open("r+b") as written:
        written.write(b"\xa5" * 5000)


def half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    os.truncate(file, 0)


def inside(file: Path) -> None:
    """All but the first pages."""
    size = file.stat().st_size
    with file.open("r+b") as written:
        written.seek(16384)
        written.write(b"\xa5" * (size - 16384))


@pytest.fixture
def settings(tmp_path: Path) -> KboSettings:
    return KboSettings(var=tmp_path)


@pytest.fixture
def register(settings: KboSettings, made_registers: dict[int, Path]) -> Path:
    """One that may be damaged."""
    folder = register_folder(settings)
    shutil.copytree(made_registers[FIRST], folder / "0140-00000000")
    (folder / CURRENT).symlink_to("0140-00000000")
    return folder


@pytest.fixture
def archive(made_registers: dict[int, Path]) -> Path:
    """The Full that it was made of."""
    (found,) = (made_registers[FIRST].parent / "archives").glob(f"*_{FIRST:04d}_*_Full.zip")
    return found


def says_so(settings: KboSettings) -> None:
    """People who look get a line instead of a traceback."""
    found = standing(settings, utc_now())
    assert (found.problem, found.source, found.rows) == ("register_unreadable", None, {})
    assert CURE in found.advice[-1]
    line = examine(settings)[0]
    assert (line.ok, CURE in line.advice) == (False, True)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [no_database, half, empty, Path.unlink])
def test_a_damaged_file_is_told_and_counts_as_no_register(
    settings: KboSettings, register: Path, name: str, damage: Damage
) -> None:
    damage(register / CURRENT / f"{name}.db")
    with pytest.raises(Unavailable, match="register_unreadable"):
        replica_state(register)
    assert extract_of(register) is None, "so that fetching takes a Full"
    says_so(settings)


def test_a_folder_that_is_gone(settings: KboSettings, register: Path) -> None:
    shutil.rmtree(register / "0140-00000000")
    says_so(settings)
    with pytest.raises(Unavailable, match=f"register_unreadable.*{CURE}"), Register(register).open():
        pass


def test_damage_further_in_shows_where_it_is_read(settings: KboSettings, register: Path) -> None:
    inside(register / CURRENT / "addresses.db")
    says_so(settings)


def test_a_full_of_the_same_extract_takes_its_place(settings: KboSettings, register: Path, archive: Path) -> None:
    no_database(register / CURRENT / "addresses.db")
    report = import_archives(register, [archive])
    assert (report.kind, report.extract, report.previous_extract) == ("full", FIRST, None)
    assert standing(settings, utc_now()).problem is None
    assert import_archives(register, [archive]).kind == "nothing", "a whole one is left alone"


def test_a_copy_that_followed_the_link(settings: KboSettings, register: Path, archive: Path) -> None:
    (register / CURRENT).unlink()
    (register / "0140-00000000").rename(register / CURRENT)
    assert standing(settings, utc_now()).problem == "register_missing"
    import_archives(register, [archive])
    assert standing(settings, utc_now()).problem is None


def test_only_the_owner_reads_it(tmp_path: Path, archive: Path) -> None:
    folder = tmp_path / "register"
    import_archives(folder, [archive])
    made = current(folder)
    assert made is not None
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, made)] == [0o700, 0o700]


async def test_over_http_all_else_stays_up(kbo: KboHouse, made_registers: dict[int, Path], tmp_path: Path) -> None:
    shutil.copytree(made_registers[FIRST], tmp_path / "copy")
    kbo.registers = {FIRST: tmp_path / "copy"}
    kbo.load(FIRST)
    no_database(tmp_path / "copy" / "addresses.db")
    desk = Desk(kbo)
    said = (await desk.get("/register", "operator")).json()
    assert (said["problem"], said["source"]) == ("register_unreadable", None)
    assert CURE in said["advice"][0]
    metrics = await desk.get("/metrics")
    assert metrics.status_code == 200
    assert "# TYPE loketbus_kbo_register_age_seconds gauge" in metrics.text
    assert "\nloketbus_kbo_register_age_seconds " not in metrics.text
    answer = await desk.get("/syndics")
    assert (answer.status_code, answer.json()["code"]) == (503, "register_unreadable")
    assert (await desk.get("/check", number="0403170701")).json()["valid"] is True
