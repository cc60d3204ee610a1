"""The demo around kbo: a made-up register behind a portal that publishes a day every minute, VKBO, and a CRM."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loketbus.service import Demo, DemoProcess
from services.kbo.register.swapping import readable_state

SCALE = 0.002
EXTRACT = 140
DAYS = 6
INTERVAL_SECONDS = 60.0
USER, PASSWORD = "loketbus", "demo"
HOME = '["2800", "2801", "2811", "2812"]'


def demo(folder: Path) -> Demo:
    """Commands and settings of the demo; `folder` is its own, in the folder `demo` of `LOKETBUS_VAR`.

    The register is made up once and goes on at the next start: for another, remove the folder and the replica.
    """
    files, portal, vkbo = folder / "register", folder / "portal.port", folder / "vkbo.port"
    manifest = files / "manifest.json"
    folder.mkdir(parents=True, exist_ok=True)
    preparations = [[sys.executable, "-m", "services.kbo.demo_crm", str(manifest)]]
    if not manifest.is_file():  # it is written last
        shutil.rmtree(files, ignore_errors=True)
        preparations.insert(0, _make_register(files))
    published = _published(folder.parent.parent / "kbo" / "register")
    return Demo(
        preparations=preparations,
        processes=[
            DemoProcess("kbo-portaal-nagebootst", _portal(files, published, portal), portal),
            DemoProcess("vkbo-nagebootst", _simulator("simulators.vkbo", files, vkbo), vkbo),
        ],
        environment=lambda: _environment(_port(portal), _port(vkbo)),
    )


def _make_register(files: Path) -> list[str]:
    snapshot = datetime.now(UTC).date() - timedelta(days=DAYS + 1)
    command = [sys.executable, "-m", "simulators.kbo", "--out", str(files), "--scale", str(SCALE)]
    return [*command, "--updates", str(DAYS), "--snapshot", snapshot.isoformat(), "--extract", str(EXTRACT)]


def _published(register: Path) -> int:
    """How many archives are out already: the Full and the updates that an earlier demo took."""
    state = readable_state(register)
    return 1 + (0 if state is None else min(max(state.extract - EXTRACT, 0), DAYS))


def _portal(files: Path, published: int, port_file: Path) -> list[str]:
    command = [*_simulator("simulators.kbo.portal", files, port_file), "--initial", str(published)]
    return [*command, "--interval", str(INTERVAL_SECONDS), "--user", USER, "--password", PASSWORD]


def _simulator(module: str, files: Path, port_file: Path) -> list[str]:
    command = [sys.executable, "-m", module, "--folder", str(files), "--port-file", str(port_file)]
    return [*command, "--until-stdin-closes"]


def _port(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()


def _environment(portal: str, vkbo: str) -> dict[str, str]:
    return {
        "LOKETBUS_KBO_DROP": "portal",
        "LOKETBUS_KBO_PORTAL_URL": f"http://127.0.0.1:{portal}/kbo-open-data",
        "LOKETBUS_KBO_PORTAL_USER": USER,
        "LOKETBUS_KBO_PORTAL_PASSWORD": PASSWORD,
        "LOKETBUS_KBO_FETCH_SECONDS": "10",
        "LOKETBUS_KBO_FOLLOW_SECONDS": "5",
        "LOKETBUS_KBO_HOME_POSTCODES": HOME,
        "LOKETBUS_KBO_VKBO_URL": f"http://127.0.0.1:{vkbo}/VKBO/ogc/features/v1",
    }
