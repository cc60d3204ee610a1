"""What the demo starts around kbo, and that a second start goes on where the first one was."""

from __future__ import annotations

from pathlib import Path

from services.kbo import demo
from simulators.kbo.portal.shelf import Shelf
from tests.support.kbo_service import FIRST


def initial(made: demo.Demo) -> int:
    command = list(made.processes[0].command)
    return int(command[command.index("--initial") + 1])


def test_the_register_is_made_up_once(tmp_path: Path) -> None:
    folder = tmp_path / "demo" / "kbo"
    first = demo.demo(folder)
    assert [command[2] for command in first.preparations] == ["simulators.kbo", "services.kbo.demo_crm"]
    assert initial(first) == 1
    (folder / "register").mkdir()
    (folder / "register" / "manifest.json").touch()
    assert [command[2] for command in demo.demo(folder).preparations] == ["services.kbo.demo_crm"]


def test_the_portal_goes_on_where_the_replica_is(tmp_path: Path, made_registers: dict[int, Path]) -> None:
    assert demo.EXTRACT == FIRST
    replica = tmp_path / "kbo" / "register"
    replica.mkdir(parents=True)
    (replica / "current").symlink_to(made_registers[FIRST + 3])
    published = initial(demo.demo(tmp_path / "demo" / "kbo"))
    shelf = Shelf(made_registers[FIRST].parent / "archives", published, demo.INTERVAL_SECONDS)
    assert max(archive.extract for archive in shelf.archives()) == FIRST + 3


def test_the_service_is_led_to_the_simulators_alone(tmp_path: Path) -> None:
    made = demo.demo(tmp_path / "demo" / "kbo")
    for position, process in enumerate(made.processes):
        assert process.ready_file is not None
        process.ready_file.write_text(f"{9000 + position}\n")
    settings = made.environment()
    assert settings["LOKETBUS_KBO_PORTAL_URL"] == "http://127.0.0.1:9000/kbo-open-data"
    assert settings["LOKETBUS_KBO_VKBO_URL"] == "http://127.0.0.1:9001/VKBO/ogc/features/v1"
