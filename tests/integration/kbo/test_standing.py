"""How the register stands, and what doctor makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.kbo.doctor import examine
from services.kbo.fetch_job import register_folder, status_path
from services.kbo.fetch_status import FetchProblem, StatusFile
from services.kbo.settings import KboSettings
from services.kbo.standing import OLD_DAYS, standing
from services.kbo.syndics.reuse import refresh
from simulators.kbo import write
from simulators.kbo_reuse import write as write_reuse
from tests.support.kbo_service import FIRST, SPEC

THAT_DAY = datetime.combine(SPEC.snapshot, datetime.min.time(), UTC)
DROP = {"kbo_drop": "portal", "kbo_portal_user": "u", "kbo_portal_password": "p"}


@pytest.fixture
def settings(tmp_path: Path) -> KboSettings:
    return KboSettings(var=tmp_path)


@pytest.fixture
def loaded(settings: KboSettings, made_registers: dict[int, Path]) -> KboSettings:
    folder = register_folder(settings)
    folder.mkdir(parents=True)
    (folder / "one").symlink_to(made_registers[FIRST])
    (folder / "current").symlink_to("one")
    return settings


def looked(settings: KboSettings, problem: str | None = None) -> None:
    """What fetching writes down."""
    trouble = None if problem is None else FetchProblem(code="portal_denied", message=problem, at=THAT_DAY)
    StatusFile(status_path(settings)).put(listed_at=THAT_DAY, newest=FIRST, problem=trouble)


def with_drop(settings: KboSettings) -> KboSettings:
    return KboSettings(**(settings.model_dump() | DROP))


def test_a_fresh_one_needs_nothing(loaded: KboSettings) -> None:
    found = standing(loaded, THAT_DAY + timedelta(days=OLD_DAYS, hours=23))
    assert (found.age_days, found.advice) == (OLD_DAYS, ())
    assert found.source is not None
    assert found.source.extract == FIRST


@pytest.mark.parametrize(
    ("is_set", "is_looked", "says"),
    [(False, False, "Laad nieuwere bestanden"), (True, False, "dienst kbo draait"), (False, True, "dienst kbo draait")],
)
def test_an_old_one_says_what_to_do(loaded: KboSettings, is_set: bool, is_looked: bool, says: str) -> None:
    if is_looked:
        looked(loaded)
    found = standing(with_drop(loaded) if is_set else loaded, THAT_DAY + timedelta(days=OLD_DAYS + 1))
    (advice,) = found.advice
    assert advice.startswith(f"Het register is {OLD_DAYS + 1} dagen oud.")
    assert says in advice


def test_without_one_it_is_loaded_by_hand_or_fetched(settings: KboSettings) -> None:
    assert "loketbus kbo import" in standing(settings, THAT_DAY).advice[0]
    assert "wordt opgehaald" in standing(with_drop(settings), THAT_DAY).advice[0]


def test_what_stands_in_the_way_of_fetching_comes_first(loaded: KboSettings) -> None:
    looked(loaded, "Het portaal weigert ons wachtwoord.")
    found = standing(loaded, THAT_DAY + timedelta(days=OLD_DAYS + 1))
    assert found.advice == ("Het portaal weigert ons wachtwoord.",)


def test_doctor_tells_register_and_drop_apart(loaded: KboSettings) -> None:
    register, drop = examine(loaded)
    assert (register.ok, f"uittreksel {FIRST:04d}" in register.what) == (False, True)
    assert (drop.ok, "LOKETBUS_KBO_DROP" in drop.advice) == (False, True)
    assert [finding.ok for finding in examine(with_drop(loaded))] == [False, True]


def test_doctor_does_not_blame_a_shell_that_lacks_the_settings_of_the_service(loaded: KboSettings) -> None:
    looked(loaded)
    (register,) = examine(loaded)
    assert register.what.startswith("KBO-register")


def test_doctor_says_that_there_is_no_register(settings: KboSettings) -> None:
    assert (examine(settings)[0].ok, "kbo import" in examine(settings)[0].advice) == (False, True)


class TestSyndics:
    def lines(self, settings: KboSettings, folder: Path | None) -> list[tuple[bool, str]]:
        """What doctor says of them."""
        given = settings.model_dump() | {"kbo_syndics": "reuse_xml", "kbo_reuse_xml_folder": folder}
        found = [one for one in examine(KboSettings(**given)) if one.what.startswith("Syndici")]
        return [(one.ok, one.advice) for one in found]

    def test_nothing_without_a_source(self, settings: KboSettings) -> None:
        assert [one for one in examine(settings) if one.what.startswith("Syndici")] == []

    def test_a_setting_that_lacks_or_names_nothing(self, settings: KboSettings, tmp_path: Path) -> None:
        ((unset, named),) = self.lines(settings, None)
        assert (unset, "LOKETBUS_KBO_REUSE_XML_FOLDER" in named) == (False, True)
        ((there, advice),) = self.lines(settings, tmp_path / "none")
        assert (there, "is er niet" in advice) == (False, True)

    def test_what_is_wrong_with_the_files(self, settings: KboSettings, tmp_path: Path) -> None:
        drop = tmp_path / "drop"
        drop.mkdir()
        (drop / "D20251004.KBO.ZIP").write_bytes(b"no zip")
        ((fine, advice),) = self.lines(settings, drop)
        assert (fine, "D20251004.KBO.ZIP" in advice, "nog geen volledig" in advice) == (False, True, True)

    def test_fine_once_a_full_waits_or_is_taken_in(self, settings: KboSettings, tmp_path: Path) -> None:
        write(tmp_path / "made", SPEC, next_full=False)
        write_reuse(tmp_path / "made", tmp_path / "drop")
        assert self.lines(settings, tmp_path / "drop") == [(True, "")]
        refresh(tmp_path / "drop", settings.var / "kbo" / "syndics")
        assert self.lines(settings, tmp_path / "drop") == [(True, "")]
