"""What the demo starts around address, that a second start goes on where the first one was, and what its CRM gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from loketbus.service import Demo
from services.address import demo
from services.address.demo_crm import ASKED, FOLLOWED
from services.address.domain.matching import match
from services.address.domain.model import Asked
from services.address.questions import Register
from services.address.register.importing import import_download
from simulators.address import MECHELEN, make_world
from simulators.address.api.__main__ import options_of
from simulators.address.dbf import write_dbf_extract
from simulators.address.manifest import NAME
from simulators.address.model import EVENT_BASE
from simulators.address.write import EXTRACT
from tests.support.address_service import town

NIS = [str(MECHELEN)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo" / "address"


def modules(made: Demo) -> list[str]:
    return [command[2] for command in made.preparations]


def made_before(folder: Path) -> None:
    """As an earlier start left it."""
    (folder / "register").mkdir(parents=True)
    (folder / "register" / NAME).touch()
    (folder / "happened.jsonl").write_text('["2026-11-20T09:00:00+01:00", "retire", {"address": 1}]\n')


def test_the_register_is_made_up_and_loaded_once(tmp_path: Path, folder: Path) -> None:
    assert modules(demo.demo(folder)) == ["simulators.address", "loketbus", "services.address.demo_crm"]
    made_before(folder)
    assert modules(demo.demo(folder)) == ["loketbus", "services.address.demo_crm"], "there is no replica of it yet"
    town().save(tmp_path / "address" / "register")
    assert modules(demo.demo(folder)) == ["services.address.demo_crm"]
    assert (folder / "happened.jsonl").exists()


def test_another_register_begins_anew_whatever_the_replica_is(tmp_path: Path, folder: Path) -> None:
    made_before(folder)
    town().save(tmp_path / "address" / "register")
    (folder / "register" / NAME).unlink()
    assert modules(demo.demo(folder)) == ["simulators.address", "loketbus", "services.address.demo_crm"]
    assert not (folder / "happened.jsonl").exists()


def test_api_and_download_are_of_one_register(folder: Path) -> None:
    made = demo.demo(folder)
    written = made.preparations[0]
    served = options_of(made.processes[0].command[3:])
    assert written[written.index("--nis") + 1 : written.index("--seed")] == [str(one) for one in served.nis]
    assert (written[-3], written[-1]) == (str(served.seed), str(served.scale))
    assert made.preparations[1][3:] == ["address", "import", str(folder / "register" / EXTRACT)]
    assert served.pulse_seconds == demo.PULSE_SECONDS
    assert served.state == folder / "happened.jsonl"


def test_the_service_is_led_to_the_simulator_alone(folder: Path) -> None:
    made = demo.demo(folder)
    [process] = made.processes
    assert process.ready_file is not None
    process.ready_file.write_text("9000\n")
    settings = made.environment()
    assert settings["LOKETBUS_ADDRESS_API_URL"] == "http://127.0.0.1:9000"
    assert settings["LOKETBUS_ADDRESS_API_KEY"] in options_of(process.command[3:]).keys


def test_what_the_crm_asks_gets_the_verdict_that_it_shows(tmp_path: Path) -> None:
    world = make_world(demo.SEED, (MECHELEN,), 0.01)
    write_dbf_extract(world, tmp_path / EXTRACT)
    report = import_download(tmp_path / "register", tmp_path / EXTRACT, nis=NIS)
    assert report.events["adressen"] == EVENT_BASE
    register = Register(tmp_path / "register")
    with register.open() as view:
        verdicts = {text: match(view, Asked(text=text)).verdict for text, _ in ASKED}
        followed = {text: match(view, Asked(text=text)).verdict for text in FOLLOWED}
    register.close()
    assert verdicts == dict(ASKED)
    assert followed == dict.fromkeys(FOLLOWED, "exact")
    assert set(verdicts.values()) == {"exact", "corrected", "ambiguous", "building_only", "street_only", "unknown"}
