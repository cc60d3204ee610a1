"""`loketbus kbo`: the register on this machine, without a service."""

from __future__ import annotations

from services.kbo.cli import commands
from services.kbo.cli.group import kbo

__all__ = ["commands", "kbo"]
