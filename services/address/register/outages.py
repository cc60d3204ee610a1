"""What to say when SQLite refuses a page of the change feed; an import says the same of its own (`importing`)."""

from __future__ import annotations

import sqlite3

from loketbus.errors import Unavailable
from loketbus.replicas import busy_database, full_disk
from services.address.register.state import unreadable


def outage(error: sqlite3.Error) -> Unavailable:
    """Busy, a disk that is full or refuses, or damage; nothing of the page counted."""
    if busy_database(error):
        text = "Het adressenregister wordt door iets anders beschreven; de wijzigingen worden straks opnieuw gelezen."
        return Unavailable("register_busy", text, detail=_detail(error))
    if full_disk(error):
        text = (
            "De schijf is vol of kan niet beschreven worden: wijzigingen van het adressenregister worden niet bewaard. "
            "Maak plaats; daarna gaat het vanzelf verder."
        )
        return Unavailable("address_disk_full", text, detail=_detail(error))
    return unreadable(error)


def _detail(error: sqlite3.Error) -> str:
    return f"{getattr(error, 'sqlite_errorname', '')} {error}".strip()
