"""Which archives of a set are loaded, and in which order: from what they say about themselves. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from loketbus.errors import Rejected

Kind = Literal["full", "update"]
_KINDS: dict[str, Kind] = {"full": "full", "update": "update"}
VERSION = "1."
"""Of the file format (reference 1.3: 1.0.0)."""
EXTRACTS = range(1, 10**9)
"""Numbers that an extract can have, as in the names of archives."""
FIRST_YEAR = 2003
"""Of the Kruispuntbank: no snapshot is older."""


class KboGap(Rejected):
    """An update does not follow on what there is. `needed` is the first extract that is missing.

    Args:
        message: Dutch.
        state: extract on which the update should have followed; None without a register.
        needed: this update, or a Full of this extract or later, closes the gap.
    """

    def __init__(self, message: str, state: int | None, needed: int) -> None:
        super().__init__("kbo_gap", message, audience="ict")
        self.state = state
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Meta:
    """What meta.csv says."""

    kind: Kind
    extract: int
    snapshot: date
    values: tuple[tuple[str, str], ...] = ()
    """Every variable as it stands there."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Positions in the given set: a Full to begin with (None: the present register), updates in order, the rest."""

    full: int | None
    updates: tuple[int, ...]
    skipped: tuple[int, ...]
    """At or below what is there already, or twice in the set."""

    @property
    def chosen(self) -> tuple[int, ...]:
        """All that is loaded, in order."""
        return (() if self.full is None else (self.full,)) + self.updates


def read_meta(values: Mapping[str, str], name: str) -> Meta:
    """From the variables of meta.csv; `name` is the archive's, for people.

    Raises:
        Rejected: `kbo_wrong_type` or `kbo_archive_broken`.
    """
    kind = _KINDS.get(values.get("ExtractType", "").strip().lower())
    if kind is None:
        raise wrong_type(f"{name}: meta.csv zegt niet dat dit een Full of een Update is.")
    if not values.get("Version", VERSION).startswith(VERSION):
        raise wrong_type(f"{name}: dit bestand heeft een nieuwere versie dan Loketbus kent; werk Loketbus bij.")
    try:
        extract, snapshot = int(values["ExtractNumber"]), day(values["SnapshotDate"])
    except (KeyError, ValueError):
        raise _unusable(f"{name}: meta.csv is niet leesbaar") from None
    if extract not in EXTRACTS or snapshot.year < FIRST_YEAR:
        raise _unusable(f"{name}: meta.csv noemt een uittreksel of een dag die niet kan bestaan")
    return Meta(kind, extract, snapshot, tuple(values.items()))


def _unusable(what: str) -> Rejected:
    return Rejected("kbo_archive_broken", f"{what}; haal het bestand opnieuw op.", audience="ict")


def wrong_type(message: str) -> Rejected:
    """Not an extract that can be loaded."""
    return Rejected("kbo_wrong_type", message, audience="ict")


def day(text: str) -> date:
    """The register's own spelling, dd-mm-yyyy; ValueError for another."""
    return datetime.strptime(text, "%d-%m-%Y").date()


def plan(state: int | None, metas: Sequence[Meta]) -> Plan:
    """The newest Full above the state, if there is one, and the unbroken chain of updates on top.

    Args:
        state: extract of the present register; None when there is none.
        metas: in any order.

    Raises:
        KboGap: an update that is left does not follow on what is before it.
    """
    fulls = {meta.extract: at for at, meta in _newest_last(metas, "full") if state is None or meta.extract > state}
    full = fulls[max(fulls)] if fulls else None
    reached = state if full is None else metas[full].extract
    chain: list[int] = []
    for at, meta in _newest_last(metas, "update"):
        if reached is not None and meta.extract <= reached:
            continue
        if reached is None or meta.extract != reached + 1:
            raise _gap(reached, meta.extract)
        chain.append(at)
        reached = meta.extract
    used = {full, *chain}
    return Plan(full, tuple(chain), tuple(at for at in range(len(metas)) if at not in used))


def _newest_last(metas: Sequence[Meta], kind: Kind) -> list[tuple[int, Meta]]:
    return sorted(((at, meta) for at, meta in enumerate(metas) if meta.kind == kind), key=lambda item: item[1].extract)


def _gap(reached: int | None, found: int) -> KboGap:
    if reached is None:
        text = f"Er is nog geen register waar Update {found:04d} op kan volgen; begin met een Full."
        return KboGap(text, None, found)
    missing = f"{reached + 1:04d}" if found == reached + 2 else f"{reached + 1:04d} tot {found - 1:04d}"
    text = (
        f"Update {found:04d} volgt niet op extract {reached:04d}: Update {missing} ontbreekt. "
        f"Geef de ontbrekende Updates mee, of een Full van extract {found - 1:04d} of later."
    )
    return KboGap(text, reached, reached + 1)
