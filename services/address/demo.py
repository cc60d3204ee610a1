"""The demo around address: a made-up register, its download, its API with a change feed that moves, and a CRM."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from loketbus.service import Demo, DemoProcess
from services.address.register.schema import FORMAT
from services.address.register.state import readable_state
from services.address.settings import MECHELEN

SEED = 1
SCALE = 0.2
"""Some 31,000 addresses of Mechelen and its neighbours, among them all that the demo's mails name."""
PULSE_SECONDS = 45.0
KEY = "demo"
LOOK_SECONDS = 5
DOWNLOAD = "adressenregister.zip"


def demo(folder: Path) -> Demo:
    """Commands and settings of the demo; `folder` is its own, in the folder `demo` of `LOKETBUS_VAR`.

    The register is made up once, and what happened in it is kept: the next start goes on from there. For another,
    remove the folder.
    """
    files, port = folder / "register", folder / "api.port"
    manifest = files / "manifest.json"
    folder.mkdir(parents=True, exist_ok=True)
    preparations = [[sys.executable, "-m", "services.address.demo_crm", str(manifest)]]
    new = not manifest.is_file()  # it is written last
    if new or not _is_loaded(folder.parent.parent / "address" / "register"):
        preparations.insert(0, [sys.executable, "-m", "loketbus", "address", "import", str(files / DOWNLOAD)])
    if new:
        shutil.rmtree(files, ignore_errors=True)
        _happened(folder).unlink(missing_ok=True)
        preparations.insert(0, [sys.executable, "-m", "simulators.address", "--out", str(files), *_world()])
    return Demo(
        preparations=preparations,
        processes=[DemoProcess("adressenregister-nagebootst", _api(folder, port), port)],
        environment=lambda: _environment(port.read_text(encoding="utf-8").strip()),
    )


def _is_loaded(register: Path) -> bool:
    state = readable_state(register)
    return state is not None and state.format == FORMAT


def _world() -> list[str]:
    return ["--nis", *MECHELEN, "--seed", str(SEED), "--scale", str(SCALE)]


def _api(folder: Path, port_file: Path) -> list[str]:
    happens = ["--pulse", str(PULSE_SECONDS), "--state", str(_happened(folder))]
    command = [sys.executable, "-m", "simulators.address.api", *_world(), *happens, "--key", KEY]
    return [*command, "--port-file", str(port_file), "--until-stdin-closes"]


def _happened(folder: Path) -> Path:
    return folder / "happened.jsonl"


def _environment(port: str) -> dict[str, str]:
    return {
        "LOKETBUS_ADDRESS_API_URL": f"http://127.0.0.1:{port}",
        "LOKETBUS_ADDRESS_API_KEY": KEY,
        "LOKETBUS_ADDRESS_FEED_SECONDS": str(LOOK_SECONDS),
        "LOKETBUS_ADDRESS_FOLLOW_SECONDS": str(LOOK_SECONDS),
    }
