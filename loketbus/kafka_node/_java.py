"""Java and the jars: found or resolved once, with one clear line when something is missing."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.kafka_node._layout import locked, make_folder

JAVA_MINIMUM = 17
"""Kafka 4 servers need Java 17 (KIP-1013)."""
MAVEN_DEADLINE_SECONDS = 600.0
TOOL_DEADLINE_SECONDS = 60.0

Say = Callable[[str], None]


def find_java() -> Path:
    """The `java` of JAVA_HOME or PATH.

    Raises:
        ConfigurationError: there is none, or it is older than Java 17.
    """
    home = os.environ.get("JAVA_HOME")
    name = str(Path(home, "bin", "java")) if home else "java"
    found = shutil.which(name)
    if found is None:
        raise ConfigurationError(
            f"Java {JAVA_MINIMUM} of nieuwer is nodig voor Kafka, maar '{name}' is niet gevonden"
            " (Debian/Ubuntu: apt install openjdk-17-jre-headless)."
        )
    version = java_version(_banner(found))
    if version < JAVA_MINIMUM:
        raise ConfigurationError(f"Kafka heeft Java {JAVA_MINIMUM} of nieuwer nodig, maar '{found}' is Java {version}.")
    return Path(found)


def _banner(java: str) -> str:
    # In a session of its own: Ctrl-C would end java, and its silence be taken for a version too old.
    answer = subprocess.run(  # noqa: S603
        [java, "-version"],
        capture_output=True,
        text=True,
        timeout=TOOL_DEADLINE_SECONDS,
        check=False,
        start_new_session=True,
    )
    return answer.stderr + answer.stdout


def java_version(banner: str) -> int:
    """The major version in the output of `java -version` ("17.0.15" -> 17, "1.8.0_402" -> 8, unreadable -> 0)."""
    found = re.search(r'version "(?:1\.)?(\d+)', banner)
    return int(found.group(1)) if found else 0


def find_pom() -> Path:
    """`pom.xml` beside this module (an installed wheel) or `deploy/kafka/pom.xml` above it (a checkout).

    Raises:
        ConfigurationError: neither is there.
    """
    here = Path(__file__).resolve().parent
    candidates = [here / "pom.xml", *(parent / "deploy" / "kafka" / "pom.xml" for parent in here.parents)]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise ConfigurationError(
        "deploy/kafka/pom.xml is niet gevonden, dus is niet bekend welke Kafka gestart moet worden."
    )


def jars(library: Path, pom: Path, say: Say) -> tuple[list[Path], bool]:
    """The node's jars, and whether Maven had to run for them.

    Each pom has a folder of its own under `library`, moved in place when complete: that it exists is the stamp.

    Raises:
        ConfigurationError: Maven is needed and not installed, or `library` cannot be written.
        OutsideUnavailable: Maven could not resolve the jars.
    """
    make_folder(library)
    folder = library / hashlib.sha256(pom.read_bytes()).hexdigest()[:16]
    with locked(library / "lock"):
        missing = not folder.is_dir()
        if missing:
            say("Kafka wordt opgehaald met Maven (eenmalig, ongeveer 45 MB)...")
            _resolve(pom, folder)
    return sorted(folder.glob("*.jar")), missing


def _resolve(pom: Path, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ConfigurationError(
            "Maven is nodig om Kafka op te halen, maar 'mvn' is niet gevonden (Debian/Ubuntu: apt install maven)."
        )
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={partial}", "-DincludeScope=runtime"]
    try:
        done = subprocess.run(  # noqa: S603
            [maven, "--quiet", "--batch-mode", "--file", str(pom), *goal],
            capture_output=True, text=True, timeout=MAVEN_DEADLINE_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise OutsideUnavailable(
            f"Maven was na {MAVEN_DEADLINE_SECONDS:.0f} s nog niet klaar met Kafka ophalen."
        ) from error
    if done.returncode != 0 or not any(partial.glob("*.jar")):
        raise OutsideUnavailable(f"Maven kan Kafka niet ophalen: {_first_error(done.stdout + done.stderr)}")
    partial.rename(folder)


def _first_error(output: str) -> str:
    lines = [line for line in output.splitlines() if "[ERROR]" in line] or output.splitlines() or ["geen uitvoer"]
    return lines[0].partition("[ERROR]")[2].strip()[:300] or lines[0][:300]
