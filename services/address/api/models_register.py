"""What the HTTP API says about the replica itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from loketbus_contracts import AddressSource
from pydantic import Field

from services.address.api.models import Model


class FeedPosition(Model):
    """How one register of the change feed stands."""

    register_: str = Field(alias="register")
    """`adressen`, `straatnamen`, ..."""
    page: int
    """0: not begun yet."""
    event: int
    at: datetime | None
    """The moment up to which the replica follows it; null before the first page."""


class Trouble(Model):
    """Messages of the change feed that do not count, or not wholly."""

    code: str
    times: int
    message: str
    """What it means and what is done with them, in Dutch."""


class Feed(Model):
    """How the change feed stands."""

    wanted: bool
    """The settings of this service say to follow it."""
    registers: list[FeedPosition]
    """Empty when the download does not say where its changes begin (BeSt)."""
    waiting: int
    """Messages about addresses whose street did not come yet."""
    troubles: list[Trouble]


class RegisterStanding(Model):
    """How the replica on this machine stands."""

    problem: Literal["register_missing", "register_unreadable", "register_outdated", "register_no_access"] | None
    """Why nothing can be asked."""
    source: AddressSource | None
    """Null: there is none that can be read."""
    imported_at: datetime | None
    age_seconds: int | None
    """Since the moment up to which it follows the register."""
    nis: list[str] | None
    """Municipalities of which the addresses are kept; null: all, or no register."""
    rows: dict[str, int]
    """By table."""
    feed: Feed
    advice: list[str]
    """What to do, in Dutch; nothing when all is well."""
