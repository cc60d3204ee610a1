"""`loketbus address`: the register on this machine, without a service."""

from __future__ import annotations

from services.address.cli import commands
from services.address.cli.group import address

__all__ = ["address", "commands"]
