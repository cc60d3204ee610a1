"""What the HTTP API says about the register itself, and about who is followed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from loketbus_contracts import OpaqueId
from pydantic import Field

from services.kbo.api.models import Model, Source
from services.kbo.fetch_status import FetchStatus


class Register(Model):
    """How the register on this machine stands."""

    problem: Literal["register_missing", "register_unreadable"] | None
    """Why nothing can be asked."""
    source: Source | None
    """Null: there is none that can be read."""
    age_days: int | None
    """Since the day of the snapshot."""
    rows: dict[str, int]
    """By table; activities are not counted."""
    drop: str
    """Where new extracts come from."""
    fetching: FetchStatus
    advice: list[str]
    """What to do, in Dutch; nothing when all is well."""


class Follower(Model):
    """For whom an organisation is followed."""

    who: str
    """`crm`, `crm:<klantenreis>`, `asked:<dossier>` or `dossier:<dossier>`."""
    klantenreis: str | None


class Followed(Model):
    """Whether an organisation is followed."""

    number: str
    followed: bool
    since: datetime | None
    extract: int | None
    """With which extract it was last compared."""
    general_meeting_month: int | None
    recheck_at: datetime | None
    """When a person is asked to look again."""
    followers: list[Follower]


class FollowBody(Model):
    """For whom."""

    dossier: OpaqueId | None = None
    klantenreis: OpaqueId | None = None
    general_meeting_month: int | None = Field(default=None, ge=1, le=12)
    """Month of a VME's algemene vergadering: after it a person is asked to look again."""
