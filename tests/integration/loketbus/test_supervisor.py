"""`loketbus up`'s supervisor, over small real processes."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from loketbus import supervisor as module
from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.supervisor import Child, Supervisor
from tests.support.polling import wait_until

WAITS_FOR_US = "import sys; open(sys.argv[1], 'a').write('x'); sys.stdin.read()"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS_FOR_US}"


class Said(list[str]):
    def heard(self, words: str) -> bool:
        return any(words in line for line in self)


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
async def supervisor(said: Said) -> AsyncIterator[Supervisor]:
    running = Supervisor(said.append)
    yield running
    await running.stop()


def child(tmp_path: Path, program: str, name: str = "kind") -> Child:
    mark = tmp_path / f"{name}.mark"
    return Child(name, [sys.executable, "-c", program, str(mark)], log=tmp_path / f"{name}.log", ready=mark.is_file)


async def test_a_child_that_dies_is_restarted(supervisor: Supervisor, said: Said, tmp_path: Path) -> None:
    one = child(tmp_path, WAITS_FOR_US)
    await supervisor.start(one)
    first = one.process
    assert first is not None
    first.kill()
    # The new process may have written its mark before we hear that it was started.
    again = "it runs again, as another process"
    await wait_until(lambda: (tmp_path / "kind.mark").read_text() == "xx" and one.process is not first, what=again)
    assert said == ["kind stopte onverwacht (code -9) en wordt herstart."]


@pytest.mark.parametrize("code", [2, 3])
async def test_one_that_says_why_it_cannot_is_left(
    supervisor: Supervisor, said: Said, tmp_path: Path, code: int
) -> None:
    wrong = (
        f"import sys; open(sys.argv[1], 'w'); sys.stdin.readline(); print('Fout: poort is bezet.'); sys.exit({code})"
    )
    one = child(tmp_path, wrong)
    await supervisor.start(one)
    assert one.process is not None
    assert one.process.stdin is not None
    one.process.stdin.write(b"\n")
    await wait_until(lambda: said.heard("Fout: poort is bezet."), what="it was told")


async def test_one_that_ends_before_it_is_ready(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(OutsideUnavailable, match=r"meteen gestopt.*Fout: geen schijf"):
        await supervisor.start(child(tmp_path, "print('Fout: geen schijf.'); raise SystemExit(3)"))


async def test_one_that_is_never_ready(supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READY_SECONDS", 0.2)
    with pytest.raises(OutsideUnavailable, match="niet klaar"):
        await supervisor.start(child(tmp_path, "import sys; sys.stdin.read()"))


async def test_stop_ends_all_the_last_first_and_kills_the_stubborn(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    children = [child(tmp_path, WAITS_FOR_US, "kind"), child(tmp_path, STUBBORN, "koppig")]
    for one in children:
        await supervisor.start(one)
    await supervisor.stop()
    codes = [one.process.returncode for one in children if one.process is not None]
    assert codes == [-15, -9]


async def test_logs_are_for_the_owner_alone(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(child(tmp_path, WAITS_FOR_US))
    assert (tmp_path / "kind.log").stat().st_mode & 0o077 == 0


async def test_a_log_that_cannot_be_written(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file")
    with pytest.raises(ConfigurationError, match="LOKETBUS_VAR"):
        await supervisor.start(Child("kind", [sys.executable, "-c", ""], log=tmp_path / "log" / "kind.log"))
