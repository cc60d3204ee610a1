"""The demo around mail_ingest: a made-up mailbox behind the Exchange simulator, a CRM (`demo_crm`)."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from loketbus.service import Demo, DemoProcess

MAILS = 200
AT_START = 120
INTERVAL_SECONDS = 2.0
ADDRESS = "woonenergieloket@mechelen.example"
USER, PASSWORD = "loketbus", "demo"


def demo(folder: Path) -> Demo:
    """Commands and settings of the demo; `folder` is its own.

    The mailbox is made up once and goes on at the next start: for another, remove the folder.
    """
    mails, port_file = folder / "mails", folder / "ews.port"
    manifest, state = mails / "manifest.json", folder / "ews.state"
    folder.mkdir(parents=True, exist_ok=True)
    preparations = [[sys.executable, "-m", "services.mail_ingest.demo_crm", str(manifest)]]
    if not manifest.is_file():  # it is written last
        shutil.rmtree(mails, ignore_errors=True)
        state.unlink(missing_ok=True)
        preparations.insert(0, _make_mails(mails))
    return Demo(
        preparations=preparations,
        processes=[DemoProcess("exchange-nagebootst", _simulator(mails, state, port_file), port_file)],
        environment=lambda: _environment(port_file),
        page="/",
    )


def _make_mails(mails: Path) -> list[str]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")
    return [sys.executable, "-m", "simulators.demo", "--out", str(mails), "--count", str(MAILS), "--now", now]


def _simulator(mails: Path, state: Path, port_file: Path) -> list[str]:
    command = [sys.executable, "-m", "simulators.ews", "--mail", str(mails / "inbox"), "--sent", str(mails / "sent")]
    command += ["--initial", str(AT_START), "--interval", str(INTERVAL_SECONDS), "--state", str(state)]
    command += ["--mailbox", ADDRESS, "--user", USER, "--password", PASSWORD]
    return [*command, "--port-file", str(port_file), "--until-stdin-closes"]


def _environment(port_file: Path) -> dict[str, str]:
    port = port_file.read_text(encoding="utf-8").strip()
    return {
        "LOKETBUS_MAILBOX": ADDRESS,
        "LOKETBUS_EWS_URL": f"http://127.0.0.1:{port}/EWS/Exchange.asmx",
        "LOKETBUS_EWS_USER": USER,
        "LOKETBUS_EWS_PASSWORD": PASSWORD,
        "LOKETBUS_MAIL_POLL_SECONDS": "2",
    }
