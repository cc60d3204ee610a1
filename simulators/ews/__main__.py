"""`python -m simulators.ews`: an Exchange server on loopback with the mails of a folder."""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

from simulators._common.server import run_process
from simulators.ews.app import EwsOptions, make_app
from simulators.ews.feed import MailFiles
from simulators.ews.journal import StateFileError

EXIT_CONFIGURATION = 2


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"map {text} bestaat niet")
    return path


def _parser() -> argparse.ArgumentParser:
    defaults = EwsOptions()
    parser = argparse.ArgumentParser(prog="python -m simulators.ews", description=__doc__)
    add = parser.add_argument
    add("--mail", type=_folder, help="folder of .eml files for the inbox")
    add("--sent", type=_folder, help="folder of .eml files for the sent items")
    add("--mailbox", default=defaults.mailbox, help="address of the shared mailbox")
    add("--user", default=defaults.user, help="service account (Basic authentication)")
    add("--password", default=defaults.password)
    add("--port", type=int, default=0, help="0 is the port in --port-file, or any free one; it is printed on stdout")
    add("--port-file", type=Path, help="write the port here as soon as the server answers")
    add("--initial", type=int, help="that many mails at the start, the others one by one; default all")
    add("--interval", type=float, default=MailFiles().interval_seconds, help="seconds between the others")
    add("--received", choices=("header", "date", "now"), default="header", help="where the time of receipt comes from")
    add("--state", type=Path, help="file that keeps the mailbox and its sync states over a restart")
    add("--until-stdin-closes", action="store_true", help="end together with the process that started this one")
    return parser


def _earlier_port(file: Path | None) -> int:
    """The port of an earlier life that ended badly: clients still know it. 0 if there was none or it is taken."""
    try:
        port = int(file.read_text()) if file else 0
        with socket.create_server(("127.0.0.1", port)):
            return port
    except (OSError, ValueError):
        return 0


def main(arguments: list[str] | None = None) -> int:
    """Run; the exit code (2: a wrong setting, 3: the port is taken)."""
    given = _parser().parse_args(arguments)
    files = MailFiles(given.mail, given.sent, given.initial, given.interval, given.received)
    options = EwsOptions(given.mailbox, given.user, given.password, files, given.state)
    try:
        return run_process(
            lambda: make_app(options),
            port=given.port or _earlier_port(given.port_file),
            port_file=given.port_file,
            until_stdin_closes=given.until_stdin_closes,
        )
    except (StateFileError, OSError) as error:
        print(error, file=sys.stderr)
        return EXIT_CONFIGURATION


if __name__ == "__main__":
    sys.exit(main())
