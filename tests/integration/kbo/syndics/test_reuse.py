"""The reuse files of the simulator, as they are put in a folder day by day; and what can be wrong with them."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from structlog.testing import capture_logs

from loketbus.errors import ConfigurationError, Rejected, Unavailable
from loketbus.leases import Lease
from services.kbo.settings import KboSettings
from services.kbo.syndics import open_syndics
from services.kbo.syndics.reuse import ReuseXml, refresh
from simulators.kbo import Spec
from simulators.kbo import write as write_register
from simulators.kbo_reuse import Manifest
from simulators.kbo_reuse import write as write_reuse

SPEC = Spec(scale=0.0005, updates=4)
DAY = SPEC.snapshot + timedelta(days=SPEC.updates)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    """All files, and what is true."""
    root = tmp_path_factory.mktemp("reuse")
    write_register(root / "register", SPEC)
    return root / "files", write_reuse(root / "register", root / "files")


class Drop:
    """The folder that ICT fills, and the source that reads it."""

    def __init__(self, root: Path, made: Path, manifest: Manifest) -> None:
        self._made, self._manifest = made, manifest
        self.folder, self.state = root / "drop", root / "var" / "syndics"
        self.folder.mkdir()
        self.source = ReuseXml(self.folder, self.state, today=lambda: DAY)

    def put(self, *positions: int) -> list[Path]:
        return [
            Path(shutil.copy(self._made / self._manifest.archives[at].file, self.folder / f"{at}.KBO.ZIP"))
            for at in positions
        ]

    async def right(self, number: str) -> bool:
        """What it says of a VME is what is true after the last file."""
        answer, holders = await self.source.syndic(number), self._manifest.syndics[number]
        if not holders:
            return answer.status == "none_registered"
        mine = (answer.number, answer.person, answer.person_number, answer.provisional)
        keys = ("enterprise", "person", "business", "provisional")
        return answer.status == "registered" and mine in [tuple(one[key] for key in keys) for one in holders]


@pytest.fixture
def drop(made: tuple[Path, Manifest], tmp_path: Path) -> Drop:
    return Drop(tmp_path, *made)


async def test_a_full_and_its_deltas_say_what_is_true(drop: Drop, made: tuple[Path, Manifest]) -> None:
    drop.put(0, 1, 2, 3, 4)
    done = await drop.source.refresh()
    assert (done.applied, done.problems) == (("0.KBO.ZIP", "1.KBO.ZIP", "2.KBO.ZIP", "3.KBO.ZIP", "4.KBO.ZIP"), ())
    assert done.state is not None
    assert done.state.vmes == len(made[1].syndics)
    assert [number for number in made[1].syndics if not await drop.right(number)] == []
    for number in made[1].gone:
        assert (await drop.source.syndic(number)).status == "unknown"
    held = [number for number, holders in made[1].syndics.items() if holders]
    assert 0 < len(held) < len(made[1].syndics)


async def test_day_by_day_is_the_same_and_twice_is_nothing(drop: Drop, made: tuple[Path, Manifest]) -> None:
    for at in range(5):
        drop.put(at)
        assert refresh(drop.folder, drop.state).applied == (f"{at}.KBO.ZIP",)
        again = refresh(drop.folder, drop.state)
        assert (again.applied, again.problems) == ((), ())
    shutil.copy(drop.folder / "4.KBO.ZIP", drop.folder / "copy.KBO.ZIP")
    assert refresh(drop.folder, drop.state).applied == ()
    assert [number for number in made[1].syndics if not await drop.right(number)] == []


def test_a_gap_is_said_and_a_later_full_closes_it(drop: Drop) -> None:
    drop.put(0, 1, 3, 4)
    done = refresh(drop.folder, drop.state)
    assert done.applied == ("0.KBO.ZIP", "1.KBO.ZIP")
    assert [one.code for one in done.problems] == ["kbo_syndics_gap"]
    assert "3042" in done.problems[0].message
    drop.put(2)
    assert refresh(drop.folder, drop.state).applied == ("2.KBO.ZIP", "3.KBO.ZIP", "4.KBO.ZIP")


def test_without_a_full_nothing_begins(drop: Drop) -> None:
    drop.put(1, 2)
    assert [one.code for one in refresh(drop.folder, drop.state).problems] == ["kbo_syndics_no_full"]


async def test_before_the_first_file_it_is_not_available(drop: Drop) -> None:
    with pytest.raises(Unavailable, match="kbo_syndics_missing"):
        await drop.source.syndic("0812345603")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_zip_changes_nothing(drop: Drop, share: float) -> None:
    drop.put(0, 1)
    before = refresh(drop.folder, drop.state).state
    (path,) = drop.put(2)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    done = refresh(drop.folder, drop.state)
    assert (done.applied, [one.code for one in done.problems], done.state) == ((), ["kbo_syndics_broken"], before)
    path.write_bytes(whole)
    assert refresh(drop.folder, drop.state).applied == ("2.KBO.ZIP",)


def rewritten(path: Path, change: tuple[bytes, bytes], *, codes: bool = True) -> None:
    """The same archive with some bytes of its data file changed, or without its code file."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            if not name.endswith(".codes.XML"):
                archive.writestr(name, body.replace(*change))
            elif codes:
                archive.writestr(name, body)


@pytest.mark.parametrize(
    "change",
    [
        (b"</Enterprises>", b""),
        (b"<Footer><NbrOfEnterprises>", b"<Footer><NbrOfEnterprises>9"),
        (b"<CommercialisationFile", b'<!DOCTYPE x [<!ENTITY a "b">]><CommercialisationFile'),
    ],
    ids=["broken XML", "footer", "entities"],
)
async def test_a_broken_delta_stops_there(drop: Drop, made: tuple[Path, Manifest], change: tuple[bytes, bytes]) -> None:
    drop.put(0, 1)
    refresh(drop.folder, drop.state)
    before = [await drop.source.syndic(number) for number in made[1].syndics]
    shutil.rmtree(drop.state)
    drop.put(3)
    rewritten(drop.put(2)[0], change)
    done = await drop.source.refresh()
    assert done.applied == ("0.KBO.ZIP", "1.KBO.ZIP")
    assert [await drop.source.syndic(number) for number in made[1].syndics] == before
    assert "kbo_syndics_broken" in [one.code for one in done.problems]
    assert done.state is not None
    assert done.state.sequence == 3041


def test_a_full_without_its_codes_is_refused_and_a_delta_is_not(drop: Drop) -> None:
    drop.put(0)
    rewritten(drop.folder / "0.KBO.ZIP", (b"", b""), codes=False)
    assert [one.code for one in refresh(drop.folder, drop.state).problems] == ["kbo_syndics_no_codes"]
    drop.put(0, 1)
    rewritten(drop.folder / "1.KBO.ZIP", (b"", b""), codes=False)
    assert refresh(drop.folder, drop.state).applied == ("0.KBO.ZIP", "1.KBO.ZIP")


def test_unpacked_files_do_too_and_hidden_ones_wait(drop: Drop) -> None:
    (path,) = drop.put(0)
    with ZipFile(path) as archive:
        archive.extractall(drop.folder / "full")
    path.rename(path.with_name(".0.KBO.ZIP"))
    done = refresh(drop.folder, drop.state)
    assert (done.applied, done.problems) == (("D20251005.xml",), ())


async def test_what_is_damaged_is_said_and_built_again(drop: Drop, made: tuple[Path, Manifest]) -> None:
    drop.put(0, 1, 2, 3, 4)
    refresh(drop.folder, drop.state)
    (drop.state / "syndics.db").write_bytes(b"no database" * 1000)
    number = next(iter(made[1].syndics))
    with pytest.raises(Unavailable, match="kbo_syndics_damaged"):
        await drop.source.syndic(number)
    assert len(refresh(drop.folder, drop.state).applied) == 5
    assert await drop.right(number)


async def told(drop: Drop) -> list[tuple[str, str | int]]:
    """One round of the job; what it logs: problems by their code, files taken in by their count."""
    with capture_logs() as logs:
        await drop.source.take_in(Lease("job", 1, 600.0))
    said = [one for one in logs if one["event"].startswith("kbo_syndics")]
    return [(one["event"], one.get("code") or one["files"]) for one in said]


async def test_the_job_takes_in_what_it_can_and_says_what_is_wrong(drop: Drop, made: tuple[Path, Manifest]) -> None:
    drop.put(0, 2)
    (drop.folder / "9.KBO.ZIP").write_bytes(b"no zip")
    wrong = [("kbo_syndics_problem", "kbo_syndics_broken"), ("kbo_syndics_problem", "kbo_syndics_gap")]
    assert await told(drop) == [*wrong, ("kbo_syndics_taken_in", 1)]
    assert await told(drop) == wrong, "as long as nobody mends it"
    (drop.folder / "9.KBO.ZIP").unlink()
    drop.put(1, 3, 4)
    assert await told(drop) == [("kbo_syndics_taken_in", 4)]
    assert [number for number in made[1].syndics if not await drop.right(number)] == []
    assert await told(drop) == []


async def test_the_job_waits_for_a_folder_that_is_away(drop: Drop) -> None:
    drop.folder.rmdir()
    with pytest.raises(Unavailable, match="kbo_syndics_folder"):
        await drop.source.take_in(Lease("job", 1, 600.0))
    drop.folder.mkdir()
    assert await told(drop) == [("kbo_syndics_problem", "kbo_syndics_no_full")]


def test_nobody_else_reads_the_names_of_persons(drop: Drop) -> None:
    drop.put(0)
    refresh(drop.folder, drop.state)
    assert [path.stat().st_mode & 0o077 for path in (drop.state, drop.state / "syndics.db")] == [0, 0]
    assert sorted(path.name for path in drop.state.iterdir()) == ["lock", "syndics.db"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="kbo_syndics_folder"):
        refresh(tmp_path / "none", tmp_path / "state")


def test_off_unless_it_is_asked_for(tmp_path: Path) -> None:
    assert open_syndics(KboSettings(var=tmp_path)) is None
    with pytest.raises(ConfigurationError, match="LOKETBUS_KBO_REUSE_XML_FOLDER"):
        open_syndics(KboSettings(var=tmp_path, kbo_syndics="reuse_xml"))
    source = open_syndics(KboSettings(var=tmp_path, kbo_syndics="reuse_xml", kbo_reuse_xml_folder=tmp_path))
    assert source is not None
    assert source.state_folder == tmp_path / "kbo" / "syndics"
