"""Jars are resolved by Maven once per pom; a stand-in `mvn` counts its runs and can fail."""

import os
import stat
from pathlib import Path

import pytest

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.kafka_node._java import find_java, jars

MAVEN = """#!/bin/sh
echo run >> "$MVN_RUNS"
for argument in "$@"; do case "$argument" in -DoutputDirectory=*) out="${argument#*=}";; esac; done
mkdir -p "$out" && : > "$out/kafka.jar"
[ -z "$MVN_FAILS" ] || { echo "[ERROR] Could not resolve some:thing"; echo "[ERROR] more"; exit 1; }
"""


def _program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in Maven, first on PATH, writes one line per run."""
    _program(tmp_path / "bin", "mvn", MAVEN)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("MVN_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("MVN_FAILS", raising=False)
    return tmp_path / "runs"


@pytest.fixture
def pom(tmp_path: Path) -> Path:
    path = tmp_path / "pom.xml"
    path.write_text("<project>1</project>")
    return path


def _count(runs: Path) -> int:
    return len(runs.read_text().splitlines()) if runs.exists() else 0


def test_maven_runs_once_and_says_so(tmp_path: Path, runs: Path, pom: Path) -> None:
    said: list[str] = []
    first, resolved = jars(tmp_path / "lib", pom, said.append)
    again, resolved_again = jars(tmp_path / "lib", pom, said.append)
    assert [path.name for path in first] == ["kafka.jar"]
    assert (again, resolved, resolved_again, _count(runs)) == (first, True, False, 1)
    assert len(said) == 1


def test_another_pom_is_resolved_beside_the_first(tmp_path: Path, runs: Path, pom: Path) -> None:
    [first], _ = jars(tmp_path / "lib", pom, print)
    pom.write_text("<project>2</project>")
    [second], resolved = jars(tmp_path / "lib", pom, print)
    assert (resolved, _count(runs)) == (True, 2)
    assert first != second
    assert first.exists(), "a node may still run with it"


def test_a_failure_leaves_nothing_half_and_the_next_start_tries_again(
    tmp_path: Path, runs: Path, pom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MVN_FAILS", "1")
    with pytest.raises(OutsideUnavailable, match=r"^Maven kan Kafka niet ophalen: Could not resolve some:thing$"):
        jars(tmp_path / "lib", pom, print)
    monkeypatch.delenv("MVN_FAILS")
    found, resolved = jars(tmp_path / "lib", pom, print)
    assert (len(found), resolved, _count(runs)) == (1, True, 2)


def test_no_maven_is_one_line_that_says_what_to_install(
    tmp_path: Path, pom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"'mvn' is niet gevonden .*apt install maven"):
        jars(tmp_path / "lib", pom, print)


def test_an_old_java_is_refused_with_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jdk").mkdir()
    _program(tmp_path / "jdk" / "bin", "java", "#!/bin/sh\necho 'openjdk version \"11.0.22\"' >&2\n")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    with pytest.raises(ConfigurationError, match=r"heeft Java 17 of nieuwer nodig, maar '.*' is Java 11\.$"):
        find_java()
