"""`python -m simulators.address.api`: the API of the address register on loopback, over a made-up world."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulators._common.command import earlier_port
from simulators._common.server import run_process
from simulators.address import make_world
from simulators.address.api.app import AddressRegisterOptions, make_app


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators.address.api", description=__doc__)
    add, usual = parser.add_argument, AddressRegisterOptions()
    add("--nis", type=int, nargs="+", default=list(usual.nis), help="NIS codes; 12025 is Mechelen")
    add("--seed", type=int, default=usual.seed, help="the same seed, codes and scale give the same world")
    add("--scale", type=float, default=usual.scale, help="1.0 is as many addresses as the real register has")
    add("--key", nargs="+", default=list(usual.keys), help="API keys that are good")
    add("--key-rate", type=_rate, default=usual.key_per_second, help="requests per second with a key, or `none`")
    add("--anonymous-rate", type=_rate, default=usual.anonymous_per_second, help="the same without")
    add("--match-rate", type=_rate, default=usual.match_per_second, help="the same of /adresmatch, all together")
    add("--burst-seconds", type=float, default=usual.burst_seconds, help="how much of its rate a caller may save up")
    add("--no-history", action="store_true", help="feeds begin with what happens from now on")
    add("--no-v3", action="store_true", help="v3 is toggled off")
    add("--pulse", type=float, metavar="SECONDS", help="something happens in the register by itself so often")
    add("--state", type=Path, help="keeps what was done to the register over a restart")
    add("--port", type=int, default=0, help="0 is the port in --port-file, or any free one; it is printed on stdout")
    add("--port-file", type=Path, help="write the port here as soon as the server answers")
    add("--until-stdin-closes", action="store_true", help="end together with the process that started this one")
    return parser


def _rate(text: str) -> float | None:
    return None if text == "none" else float(text)


def options_of(arguments: Sequence[str]) -> AddressRegisterOptions:
    """What a command line asks for."""
    return _options(_parser().parse_args(arguments))


def _options(given: argparse.Namespace) -> AddressRegisterOptions:
    return AddressRegisterOptions(
        nis=tuple(given.nis),
        seed=given.seed,
        scale=given.scale,
        keys=tuple(given.key),
        key_per_second=given.key_rate,
        anonymous_per_second=given.anonymous_rate,
        match_per_second=given.match_rate,
        burst_seconds=given.burst_seconds,
        history=not given.no_history,
        v3=not given.no_v3,
        pulse_seconds=given.pulse,
        state=given.state,
    )


def main(arguments: list[str] | None = None) -> int:
    """Run; the exit code (3: the port is taken)."""
    given = _parser().parse_args(arguments)
    options = _options(given)
    return run_process(
        lambda: make_app(options, make_world(options.seed, options.nis, options.scale)),
        port=given.port or earlier_port(given.port_file),
        port_file=given.port_file,
        until_stdin_closes=given.until_stdin_closes,
    )


if __name__ == "__main__":
    sys.exit(main())
