"""The state file: one JSON line per change, so that a killed simulator comes back with the same ids and sync states."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from simulators._common.exchange.mailbox import Mailbox


class StateFileError(ValueError):
    """The file belongs to another mailbox, or is not a state file at all."""


def open_mailbox(address: str, state: Path | None) -> tuple[Mailbox, str]:
    """The mailbox as the state file left it, and the epoch that its sync states carry.

    Without a state file every start has a new epoch: sync states of an earlier life are refused.

    Raises:
        StateFileError: see there.
    """
    mailbox = Mailbox(address)
    if state is None:
        return mailbox, secrets.token_hex(8)
    epoch = _replay(state, mailbox) if state.exists() and state.stat().st_size else _begin(state, address)

    def record(operation: str, arguments: dict[str, Any]) -> None:
        with state.open("ab") as file:
            file.write(_line([operation, arguments]))

    mailbox.recorded_by(record)
    return mailbox, epoch


def _begin(state: Path, address: str) -> str:
    epoch = secrets.token_hex(8)
    state.parent.mkdir(parents=True, exist_ok=True)
    state.write_bytes(_line({"mailbox": address, "epoch": epoch}))
    return epoch


def _replay(state: Path, mailbox: Mailbox) -> str:
    whole, mark, torn = state.read_bytes().rpartition(b"\n")
    if torn:  # killed in the middle of a line: that change was never answered for
        state.write_bytes(whole + mark)
    head, *changes = whole.splitlines()
    try:
        first = json.loads(head)
        known, epoch = str(first["mailbox"]), str(first["epoch"])
    except (ValueError, KeyError, TypeError) as error:
        raise StateFileError(f"{state.name} is geen toestandsbestand van een Exchange-simulator.") from error
    if known.lower() != mailbox.address.lower():
        raise StateFileError(f"{state.name} hoort bij postvak {known}.")
    for change in changes:
        mailbox.replay(*json.loads(change))
    return epoch


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
