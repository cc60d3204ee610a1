"""`python -m simulators.graph`: Microsoft Graph on loopback with the mails of a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulators._common.command import EXIT_CONFIGURATION, earlier_port, folder
from simulators._common.exchange.feed import MailFiles
from simulators._common.exchange.journal import StateFileError
from simulators._common.server import run_process
from simulators._common.tls import make_certificate
from simulators.graph.app import GraphOptions, make_app


def _parser() -> argparse.ArgumentParser:
    defaults = GraphOptions()
    parser = argparse.ArgumentParser(prog="python -m simulators.graph", description=__doc__)
    add = parser.add_argument
    add("--mail", type=folder, help="folder of .eml files for the inbox")
    add("--sent", type=folder, help="folder of .eml files for the sent items")
    add("--mailbox", default=defaults.mailbox, help="address of the shared mailbox")
    add("--tenant", default=defaults.tenant, help="id of the tenant")
    add("--client-id", default=defaults.client_id, help="the registered application")
    add("--client-secret", default=defaults.client_secret)
    add("--port", type=int, default=0, help="0 is the port in --port-file, or any free one; it is printed on stdout")
    add("--port-file", type=Path, help="write the port here as soon as the server answers")
    add("--initial", type=int, help="that many mails at the start, the others one by one; default all")
    add("--interval", type=float, default=MailFiles().interval_seconds, help="seconds between the others")
    add("--received", choices=("header", "date", "now"), default="header", help="where the time of receipt comes from")
    add("--state", type=Path, help="file that keeps the mailbox and its delta tokens over a restart")
    add("--token-seconds", type=int, default=defaults.token_seconds, help="life of an access token")
    add("--max-value-bytes", type=int, default=defaults.max_value_bytes, help="MIME of a larger mail breaks off")
    add("--max-at-once", type=int, default=defaults.max_at_once, help="requests at once to the mailbox")
    add("--subscription-minutes", type=int, default=defaults.subscription_minutes, help="longest life of one")
    add("--tls", type=Path, help="serve https with a certificate that is made in this folder")
    add("--until-stdin-closes", action="store_true", help="end together with the process that started this one")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run; the exit code (2: a wrong setting, 3: the port is taken)."""
    given = _parser().parse_args(arguments)
    try:
        return run_process(
            lambda: make_app(_options(given)),
            port=given.port or earlier_port(given.port_file),
            port_file=given.port_file,
            until_stdin_closes=given.until_stdin_closes,
            tls=None if given.tls is None else make_certificate(given.tls),
        )
    except (StateFileError, OSError) as error:
        print(error, file=sys.stderr)
        return EXIT_CONFIGURATION


def _options(given: argparse.Namespace) -> GraphOptions:
    return GraphOptions(
        mailbox=given.mailbox,
        tenant=given.tenant,
        client_id=given.client_id,
        client_secret=given.client_secret,
        mail=MailFiles(given.mail, given.sent, given.initial, given.interval, given.received),
        state=given.state,
        token_seconds=given.token_seconds,
        max_value_bytes=given.max_value_bytes,
        max_at_once=given.max_at_once,
        subscription_minutes=given.subscription_minutes,
        tls=given.tls,
    )


if __name__ == "__main__":
    sys.exit(main())
