"""What the command lines of simulators share."""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

from simulators._common.tls import HOST

EXIT_CONFIGURATION = 2


def folder(text: str) -> Path:
    """A folder that exists, as the type of an argument."""
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"map {text} bestaat niet")
    return path


def earlier_port(file: Path | None) -> int:
    """The port of an earlier life that ended badly: clients still know it. 0 if there was none or it is taken."""
    try:
        port = int(file.read_text()) if file else 0
        with socket.create_server((HOST, port)):
            return port
    except (OSError, ValueError):
        return 0
