"""The rules of the house that no linter knows. Each failure names the file and what to do about it."""

from __future__ import annotations

import ast
import importlib
import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("contracts", "loketbus", "services", "simulators", "benchmarks", "tests")
NOT_OURS = frozenset({"var", "node_modules", "target", "dist", "build", "__pycache__"})
TEXT = frozenset({".py", ".md", ".toml", ".lock", ".in", ".json", ".xml", ".yaml", ".yml", ".js", ".css", ".html", ""})
LINES_MAX = 500
WIRING_LINES_MAX = 80
ROOMS = ("__init__.py", "app.py", "settings.py", "README.md")
IO_LIBRARIES = frozenset({"sqlalchemy", "aiokafka", "httpx", "fastapi", "asyncio", "exchangelib", "requests"})
BUS_WORLD = frozenset({"aiokafka", "loketbus.consume", "loketbus.ledger", "loketbus.relay", "loketbus.runtime"})

SLEEPERS = {
    "tests/chaos/mail_ingest/test_outages.py": "Kafka is away for thirty seconds: that is the case itself",
    "tests/support/example_process.py": "plays a handler that blocks its process until the test lets it go",
    "tests/support/polling.py": "the one place where tests wait for a condition",
    "tests/support/shared.py": "waits for another process, outside any event loop",
    "tests/support/nodes.py": "waits for a container, outside any event loop",
    "tests/support/postgres.py": "waits for a server, outside any event loop",
    "tests/integration/loketbus/http/faulty.py": "plays a server that drips its answer",
    "tests/integration/loketbus/http/test_client.py": "polls a server in its own event loop",
    "tests/integration/loketbus/workers/tasks.py": "plays a call that hangs until it is killed",
}


@cache
def files() -> tuple[Path, ...]:
    """Every text file of ours, wherever it is in the tree."""

    def walk(folder: Path) -> Iterator[Path]:
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in NOT_OURS and not entry.name.startswith("."):
                    yield from walk(Path(entry.path))
            elif Path(entry.path).suffix in TEXT and not entry.name.startswith("."):
                yield Path(entry.path)

    return tuple(sorted(walk(ROOT)))


def ours(suffix: str, *folders: str) -> list[Path]:
    """Files with this suffix, in these top folders (anywhere when none is named)."""
    return [file for file in files() if file.suffix == suffix and (not folders or short(file).split("/")[0] in folders)]


def short(file: Path) -> str:
    """A path as people write it."""
    return file.relative_to(ROOT).as_posix()


def services() -> list[Path]:
    """The folder of each service."""
    return sorted(folder for folder in (ROOT / "services").iterdir() if (folder / "app.py").is_file())


def imported(file: Path) -> set[str]:
    """Modules that a file names in its imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def reaches(file: Path, forbidden: frozenset[str]) -> set[str]:
    """Which of `forbidden` a file imports, or something below them."""
    return {name for name in imported(file) for bad in forbidden if name == bad or name.startswith(f"{bad}.")}


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_tree_was_found() -> None:
    assert {short(file).split("/")[0] for file in ours(".py")} >= set(PACKAGES)


def test_no_python_file_is_long() -> None:
    long = {short(file): lines for file in ours(".py") if (lines := file.read_text().count("\n")) > LINES_MAX}
    assert long == {}, "split it: one file, one subject"


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    home = re.compile(r"(?<![\w.~\-/:}])/(?:work|root|Users)/\w")
    found = {short(file) for file in files() if home.search(file.read_text(errors="replace"))}
    assert found == set()


def test_no_file_names_a_package_registry() -> None:
    hosts = ("pypi" + ".org", "python" + "hosted.org", "maven" + ".org", "registry." + "npmjs")
    found = {short(file) for file in files() if any(host in file.read_text(errors="replace") for host in hosts)}
    assert found == set(), "who installs decides from where"


@pytest.mark.parametrize("name", ["bootstrap", "dev", "runtime"])
def test_locks_have_hashes_and_no_addresses(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.lock").read_text()
    assert "://" not in lock
    assert "-index" not in lock
    pins = [line for line in lock.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert pins
    assert [pin for pin in pins if "==" not in pin] == []
    assert lock.count("--hash=sha256:") >= len(pins)


def test_the_licence_is_the_one_that_the_metadata_names() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    articles = [int(number) for number in re.findall(r"^(\d+)\. [A-Z]", text, re.MULTILINE)]
    assert articles == list(range(1, 16))
    assert "'Compatible Licences' according to Article 5 EUPL are:" in text
    for project in ("pyproject.toml", "contracts/pyproject.toml"):
        assert tomllib.loads((ROOT / project).read_text())["project"]["license"] == "EUPL-1.2"


def test_every_dependency_is_accounted_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    names = {re.split(r"[\[<>=; ]", line, maxsplit=1)[0] for line in (*project["dependencies"], *extras)}
    names -= {"loketbus-contracts", "opentelemetry-exporter-otlp-proto-http"}  # our own; a sibling, told with the SDK
    account = (ROOT / "docs" / "dependencies.md").read_text()
    assert {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", account)} == set()


# --- services ---------------------------------------------------------------------------------------------------------


def test_there_is_a_service() -> None:
    assert [folder.name for folder in services()]


@pytest.mark.parametrize("folder", services(), ids=lambda folder: folder.name)
def test_a_service_has_its_rooms(folder: Path) -> None:
    assert [room for room in ROOMS if not (folder / room).is_file()] == []
    app = (folder / "app.py").read_text()
    assert app.count("\n") <= WIRING_LINES_MAX, "app.py is wiring only"
    if ".consume(" in app:
        assert (folder / "handlers.py").is_file() or (folder / "handlers").is_dir()


@pytest.mark.parametrize("folder", services(), ids=lambda folder: folder.name)
def test_the_rules_of_a_service_do_no_io(folder: Path) -> None:
    for file in [folder / "domain.py", *(folder / "domain").rglob("*.py")]:
        if file.is_file():
            assert reaches(file, IO_LIBRARIES) == set(), short(file)


@pytest.mark.parametrize("folder", services(), ids=lambda folder: folder.name)
def test_an_adapter_knows_no_bus(folder: Path) -> None:
    for file in (folder / "remote").rglob("*.py"):
        assert reaches(file, BUS_WORLD) == set(), short(file)


def test_entry_points_load_and_are_the_folders() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    installed = {entry.name: entry for entry in entry_points(group="loketbus.services")}
    assert set(installed) == set(declared["loketbus.services"]) == {folder.name for folder in services()}
    assert {name: entry.load().name for name, entry in installed.items()} == {name: name for name in installed}
    commands = {entry.name: entry.load() for entry in entry_points(group="loketbus.commands")}
    assert set(commands) == set(declared["loketbus.commands"])


def test_the_command_loads() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    for target in scripts.values():
        module, _, name = target.partition(":")
        assert callable(getattr(importlib.import_module(module), name))


# --- tests ------------------------------------------------------------------------------------------------------------


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {file.parent for file in ours(".py", "tests")}
    assert {short(folder) for folder in folders if not (folder / "__init__.py").is_file()} == set()


def test_tests_wait_for_conditions_and_not_for_time() -> None:
    found = {}
    for file in ours(".py", "tests"):
        calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
        lines = sorted(call.lineno for call in calls if sleeps(call))
        if lines and short(file) not in SLEEPERS:
            found[short(file)] = lines
    assert found == {}, "use tests.support.polling.wait_until, or an Event"


def sleeps(call: ast.Call) -> bool:
    """Is this a call of time.sleep or asyncio.sleep? (`sleep(0)` only lets others run.)"""
    if ast.unparse(call.func) not in ("time.sleep", "asyncio.sleep"):
        return False
    return [ast.unparse(argument) for argument in call.args] != ["0"]


# --- documents --------------------------------------------------------------------------------------------------------

LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)\)")
NAMED = re.compile(r"`((?:contracts|loketbus|services|simulators|benchmarks|tests|docs|deploy|requirements)/[\w./-]*)`")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(document: Path) -> set[str]:
    """The fragments that a link to this document may end with."""
    headings = HEADING.findall(FENCED.sub("", document.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", ours(".md"), ids=short)
def test_links_resolve(document: Path) -> None:
    broken = []
    for link in LINK.findall(FENCED.sub("", document.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (fragment and target.suffix == ".md" and fragment not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", ours(".md"), ids=short)
def test_files_that_a_document_names_exist(document: Path) -> None:
    """Named from the root; a folder may stand with or without its last slash."""
    named = NAMED.findall(FENCED.sub("", document.read_text()))
    assert [name for name in named if not (ROOT / name).exists()] == []
