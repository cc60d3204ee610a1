"""What `loketbus doctor` says: is there a replica, is it fresh, are its changes followed, does the register answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from loketbus.clock import utc_now
from loketbus.doctoring import Finding
from services.address.remote.probing import probe_now
from services.address.settings import AddressSettings
from services.address.standing import Standing, shown_moment, standing

REGISTER, CHANGES = "Adressenregister op deze machine", "Wijzigingen in het adressenregister op deze machine"


def examine(settings: AddressSettings) -> Sequence[Finding]:
    """A line for the replica, one for its changes where they are followed, and those about the live register."""
    now = standing(settings, utc_now())
    return [_replica(now), *_changes(now), *probe_now(settings)]


def _replica(now: Standing) -> Finding:
    what = REGISTER if now.source is None else f"{REGISTER}: download van {_day(now.source.extract)}"
    return Finding(what, not now.advice, " ".join(now.advice))


def _changes(now: Standing) -> list[Finding]:
    until = now.followed_until
    if now.source is None or (until is None and not now.feed_wanted):
        return []
    moment = shown_moment(until) if until is None else f"gevolgd tot {shown_moment(until)}"
    return [Finding(f"{CHANGES}: {moment}", not now.feed_advice, " ".join(now.feed_advice))]


def _day(extract: str | None) -> str:
    try:
        return f"{datetime.fromisoformat(extract or ''):%d/%m/%Y}"
    except ValueError:
        return extract or "onbekende dag"
