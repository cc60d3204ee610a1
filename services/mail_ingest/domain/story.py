"""What happened to an item, in Dutch, from what the history keeps. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from loketbus_contracts import Wachtrij

from services.mail_ingest.domain.dispatch import Desk
from services.mail_ingest.domain.moments import shown

SOFTWARE = "Loketbus"
_ACTS = {"received": "binnengekomen", "note": "notitie toegevoegd"}
_VIA = {"crm": "het CRM", "outlook": "Outlook"}
_TOLD = 3
"""Changes that one sentence can hold."""

Changes = Mapping[str, Sequence[Any]]
"""Field to (before, after)."""


class Entry(NamedTuple):
    """One line of the history."""

    revision: int
    at: datetime
    actor: str | None
    """None when it was software."""
    act: str
    changes: Changes


def describe(entry: Entry, desk: Desk) -> str:
    """What it did: `doorgestuurd naar Energie (W&E)`; several things with commas."""
    changes = entry.changes
    parts = [_ACTS[entry.act]] if entry.act in _ACTS else []
    for name, tell in _TELLERS.items():
        if name in changes:
            parts.append(tell(changes[name], changes, desk))
    return ", ".join(parts) or "bijgewerkt"


def conflict(since: Sequence[Entry], actor: str, desk: Desk) -> str:
    """To the second of two people: what the first did since. `since` is from old to new."""
    again = "Laad het opnieuw en kijk of uw opdracht nog nodig is."
    if not since:
        return f"Dit item is intussen gewijzigd. {again}"
    told = "; ".join(_told(entry, actor, desk) for entry in _worth_telling(since))
    return f"Dit item is intussen gewijzigd: {told}. {again}"


def _worth_telling(since: Sequence[Entry]) -> Sequence[Entry]:
    """People before software, the newest."""
    people = [entry for entry in since if entry.actor is not None]
    return (people or since)[-_TOLD:]


def _told(entry: Entry, actor: str, desk: Desk) -> str:
    who = "door uzelf" if entry.actor == actor else f"door {entry.actor or SOFTWARE}"
    return f"{describe(entry, desk)} ({who}, {shown(entry.at)})"


def _queue(change: Sequence[Any], _: Changes, desk: Desk) -> str:
    way = "terug naar" if change[1] == Wachtrij.WE else "doorgestuurd naar"
    return f"{way} {desk.queue(change[1])}"


def _behandelaar(change: Sequence[Any], changes: Changes, _: Desk) -> str:
    before, after = change
    if after is None:
        return "geen behandelaar meer"
    return f"toegewezen aan {after}" if before is None else f"overgegaan van {before} naar {after}"


def _open(change: Sequence[Any], changes: Changes, desk: Desk) -> str:
    if change[1]:
        return "heropend"
    return f"afgesloten ({desk.reason(changes.get('closed_reason', (None, None))[1])})"


def _link(change: Sequence[Any], _: Changes, __: Desk) -> str:
    return "losgekoppeld" if change[1] is None else f"gekoppeld aan klantenreis {change[1]}"


def _answered(change: Sequence[Any], changes: Changes, _: Desk) -> str:
    via = changes.get("answered_via", (None, None))[1]
    return f"beantwoord via {_VIA.get(via, via)}" if via else "beantwoord"


_TELLERS = {
    "wachtrij": _queue,
    "behandelaar": _behandelaar,
    "open": _open,
    "klantenreis": _link,
    "answered_at": _answered,
}
