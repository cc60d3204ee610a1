"""`python -m simulators.vkbo`: VKBO on loopback, over a folder of archives."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulators._common.command import earlier_port, folder
from simulators._common.server import run_process
from simulators.vkbo.app import VkboOptions, make_app


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators.vkbo", description=__doc__)
    add = parser.add_argument
    add("--folder", type=folder, help="zip files, as `python -m simulators.kbo` writes them")
    add("--port", type=int, default=0, help="0 is the port in --port-file, or any free one; it is printed on stdout")
    add("--port-file", type=Path, help="write the port here as soon as the server answers")
    add("--until-stdin-closes", action="store_true", help="end together with the process that started this one")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run; the exit code (3: the port is taken)."""
    given = _parser().parse_args(arguments)
    return run_process(
        lambda: make_app(VkboOptions(given.folder)),
        port=given.port or earlier_port(given.port_file),
        port_file=given.port_file,
        until_stdin_closes=given.until_stdin_closes,
    )


if __name__ == "__main__":
    sys.exit(main())
