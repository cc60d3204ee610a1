"""Java and the pom: found, or one clear line."""

from pathlib import Path

import pytest

from loketbus.errors import ConfigurationError
from loketbus.kafka_node import _java as java


@pytest.mark.parametrize(
    ("banner", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_402"', 8),
        ('Picked up JAVA_TOOL_OPTIONS: -Dx=y\nopenjdk version "25-ea" 2025-09-16', 25),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", 0),
    ],
)
def test_java_version(banner: str, major: int) -> None:
    assert java.java_version(banner) == major


def test_no_java_is_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"^Java 17 of nieuwer is nodig .*apt install openjdk-17.*\)\.$"):
        java.find_java()


def test_java_home_without_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=str(tmp_path / "bin" / "java")):
        java.find_java()


def test_the_checkouts_pom_is_found_and_pins_one_kafka_version() -> None:
    pom = java.find_pom()
    assert pom.parts[-3:] == ("deploy", "kafka", "pom.xml")
    assert pom.read_text().count("<kafka.version>4.") == 1
