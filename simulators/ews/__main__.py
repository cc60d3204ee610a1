"""`python -m simulators.ews`: an Exchange server on loopback with the mails of a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulators._common.command import EXIT_CONFIGURATION, earlier_port, folder
from simulators._common.exchange.feed import MailFiles
from simulators._common.exchange.journal import StateFileError
from simulators._common.server import run_process
from simulators.ews.app import EwsOptions, make_app
from simulators.ews.tokens import App


def _parser() -> argparse.ArgumentParser:
    defaults = EwsOptions()
    parser = argparse.ArgumentParser(prog="python -m simulators.ews", description=__doc__)
    add = parser.add_argument
    add("--mail", type=folder, help="folder of .eml files for the inbox")
    add("--sent", type=folder, help="folder of .eml files for the sent items")
    add("--mailbox", default=defaults.mailbox, help="address of the shared mailbox")
    add("--user", default=defaults.user, help="service account (Basic authentication)")
    add("--password", default=defaults.password)
    add("--tenant", help="as Exchange Online: only tokens, for the app of --client-id and --client-secret")
    add("--client-id", default="loketbus")
    add("--client-secret", default="geheim")
    add("--port", type=int, default=0, help="0 is the port in --port-file, or any free one; it is printed on stdout")
    add("--port-file", type=Path, help="write the port here as soon as the server answers")
    add("--initial", type=int, help="that many mails at the start, the others one by one; default all")
    add("--interval", type=float, default=MailFiles().interval_seconds, help="seconds between the others")
    add("--received", choices=("header", "date", "now"), default="header", help="where the time of receipt comes from")
    add("--state", type=Path, help="file that keeps the mailbox and its sync states over a restart")
    add("--until-stdin-closes", action="store_true", help="end together with the process that started this one")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run; the exit code (2: a wrong setting, 3: the port is taken)."""
    given = _parser().parse_args(arguments)
    files = MailFiles(given.mail, given.sent, given.initial, given.interval, given.received)
    app = App(given.tenant, given.client_id, given.client_secret) if given.tenant else None
    options = EwsOptions(given.mailbox, given.user, given.password, files, given.state, app)
    try:
        return run_process(
            lambda: make_app(options),
            port=given.port or earlier_port(given.port_file),
            port_file=given.port_file,
            until_stdin_closes=given.until_stdin_closes,
        )
    except (StateFileError, OSError) as error:
        print(error, file=sys.stderr)
        return EXIT_CONFIGURATION


if __name__ == "__main__":
    sys.exit(main())
