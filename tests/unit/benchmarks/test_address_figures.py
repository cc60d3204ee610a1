from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import address_build
from benchmarks.address_asking import ADDOK, OURS, RAPIDFUZZ, Answers
from benchmarks.address_build import build
from benchmarks.address_data import Downloads
from benchmarks.address_import import KINDS
from benchmarks.address_match import rate, score
from benchmarks.address_queries import Question, Typed
from benchmarks.address_redis import find_program
from benchmarks.address_suggest import _figures, found
from benchmarks.figure import QUICK
from benchmarks.process import Outcome
from benchmarks.run import Run
from benchmarks.stopwatch import Times
from services.address.settings import MECHELEN

SOURCE = Downloads(Path("extract.zip"), Path("best.zip"), 100, 98, ())


def answers(seconds: list[float], said: list[Any]) -> Answers:
    return Answers(Times(seconds, seconds), said, 50.0)


@pytest.fixture
def specs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What contenders were told; each claims to hold 100 addresses."""
    told = []

    async def contender(name: str, spec: dict[str, Any], *, whole_tree: bool, deadline_seconds: float) -> Outcome:
        assert whole_tree  # the memory of all its processes counts
        told.append(spec)
        return Outcome(10.0, 2.0, {"seconds": 1.5, "addresses": 100})

    monkeypatch.setattr(address_build.process, "run", contender)
    monkeypatch.setattr(address_build, "level", lambda paths: None)
    return told


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run("", QUICK, tmp_path / "run", lambda line: None, tmp_path / "data")


async def test_what_each_import_is_given(run: Run, specs: list[dict[str, Any]]) -> None:
    for kind in KINDS[:2]:
        await build(run, OURS, kind, SOURCE)
    assert [(spec["archive"], spec["nis"]) for spec in specs] == [("extract.zip", None), ("extract.zip", MECHELEN)]


async def test_who_lacks_addresses_has_not_done_the_work(run: Run, specs: list[dict[str, Any]]) -> None:
    with pytest.raises(AssertionError, match="ours holds 100 addresses instead of 98"):
        await build(run, OURS, "best", SOURCE)


def test_a_figure_beside_each_peer_and_only_its_own_questions_count() -> None:
    asked = [Typed("bru", "2800", "Bruul"), Typed("bru", None, "Bruul")]
    by_who = {
        OURS: answers([0.001, 0.002], [["Bruul"], ["Brusselsesteenweg", "Bruul"]]),
        RAPIDFUZZ: answers([0.003, 0.004], [["Bruul"], []]),
        ADDOK: answers([0.005, 0.006], [[], []]),
    }
    figures = {figure.name: (figure.value, figure.floor) for figure in _figures(asked, by_who)}
    assert figures == {
        "address_suggest_vs_rapidfuzz": (1, 3),
        "address_suggest_vs_addok": (1, 5),
        "address_suggest_anywhere_vs_rapidfuzz": (2, 4),
        "address_suggest_anywhere_vs_addok": (2, 6),
        "address_suggest_found": (100, 50),
    }
    assert found(asked, by_who[ADDOK]) == 0


def test_rate_and_score_of_matches() -> None:
    asked = [Question("typed", "bruul 1", "Bruul", "1", "Mechelen", 1)] * 2
    said = answers([0.001, 0.003], [{"street": "Bruul", "house": "1"}, None])
    assert rate(said) == pytest.approx(500)
    assert str(score(asked, said)) == "1 right, 0 wrong, 1 refused"


def test_redis_of_the_machine_is_used_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "redis-server"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_program(tmp_path / "cache").path == str(program)


def test_without_redis_and_without_apt_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="no redis-server: install Debian's"):
        find_program(tmp_path / "cache")
