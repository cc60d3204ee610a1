"""`python -m simulators.kbo.portal`: the portal of KBO Open Data on loopback, over a folder of archives."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulators._common.command import earlier_port, folder
from simulators._common.server import run_process
from simulators.kbo.portal.app import PortalOptions, make_app


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators.kbo.portal", description=__doc__)
    add = parser.add_argument
    usual = PortalOptions(Path())
    add("--folder", type=folder, required=True, help="zip files, as `python -m simulators.kbo` writes them")
    add("--user", default=usual.user)
    add("--password", default=usual.password)
    add("--session-seconds", type=float, default=usual.session_seconds, help="after which a session is stale")
    add("--initial", type=int, help="that many archives at the start, the others one by one; default all")
    add("--interval", type=float, default=usual.interval_seconds, help="seconds between the others")
    add("--port", type=int, default=0, help="0 is the port in --port-file, or any free one; it is printed on stdout")
    add("--port-file", type=Path, help="write the port here as soon as the server answers")
    add("--until-stdin-closes", action="store_true", help="end together with the process that started this one")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run; the exit code (3: the port is taken)."""
    given = _parser().parse_args(arguments)
    options = PortalOptions(
        given.folder, given.user, given.password, given.session_seconds, given.initial, given.interval
    )
    return run_process(
        lambda: make_app(options),
        port=given.port or earlier_port(given.port_file),
        port_file=given.port_file,
        until_stdin_closes=given.until_stdin_closes,
    )


if __name__ == "__main__":
    sys.exit(main())
