"""What the CRM says of its dossiers, as far as linking needs it. No I/O."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.mail_ingest.domain.linking import Candidate, Target

_SEPARATORS = re.compile(r"[^0-9A-Z]")


def fold(number: str) -> str:
    """A number as people type it in many forms: capitals, and only letters and digits."""
    return _SEPARATORS.sub("", number.upper())


@dataclass(frozen=True, slots=True)
class Dossier:
    """One klimaatdossier."""

    dossier: str
    klantenreis: str
    nummer: str
    actief: bool = True
    inactive_since: datetime | None = None
    vervangen_door: str | None = None

    @property
    def is_start(self) -> bool:
        """The locomotive, which stands for the klantenreis itself: its number is the klantenreis number."""
        return fold(self.nummer) == fold(self.klantenreis)

    @property
    def target(self) -> Target:
        """What a mail about it belongs to; a mail about the locomotive is about no wagon in particular."""
        return Target(self.klantenreis, None if self.is_start else self.dossier)


class Register:
    """The dossiers that some items have to do with, all those of their klantenreizen included."""

    def __init__(self, dossiers: Iterable[Dossier] = (), people: Iterable[tuple[str, str]] = ()) -> None:
        """`people`: (klantenreis, mail address in small letters) of betrokkenen."""
        self._dossiers = {one.dossier: one for one in dossiers}
        self._people = frozenset(people)
        self._trains: dict[str, list[Dossier]] = defaultdict(list)
        for one in self._dossiers.values():
            self._trains[one.klantenreis].append(one)

    def knows(self, sender: str | None, klantenreis: str) -> bool:
        """Is the sender a betrokkene of a dossier of this klantenreis?"""
        return sender is not None and (klantenreis, sender) in self._people

    def settle(self, target: Target) -> Target:
        """Where that is now: the dossier's own klantenreis, and what replaced it (a circle replaces nothing)."""
        here, seen = target, set[str]()
        while (one := self._of(here)) is not None:
            here = replace(here, klantenreis=one.klantenreis)
            following = self._dossiers.get(one.vervangen_door or "")
            if following is None:
                return here
            if one.dossier in seen or following.dossier in seen | {one.dossier}:
                return target
            seen.add(one.dossier)
            here = replace(following.target, moved=True)
        return here

    def settled(self, candidate: Candidate) -> Candidate:
        """The candidate with its place settled."""
        return candidate.at(self.settle(candidate.target))

    def inactive_since(self, target: Target) -> datetime | None:
        """Since when the dossier (without one: the whole klantenreis) is deactivated; None when it is not."""
        one = self._dossiers.get(target.dossier or "")
        train = [one] if one is not None else self._trains.get(target.klantenreis, [])
        if not train or any(dossier.actief for dossier in train):
            return None
        return max((one.inactive_since for one in train if one.inactive_since is not None), default=None)

    def named(self, klantenreis: str, dossier: str | None) -> Target:
        """What a token names, written as the register writes it (a plus-address may have lost its capitals)."""
        written = {fold(one): one for one in self._trains}.get(fold(klantenreis), klantenreis)
        wagons = [one for one in self._trains.get(written, []) if dossier and fold(one.dossier) == fold(dossier)]
        return wagons[0].target if wagons else Target(written)

    def _of(self, target: Target) -> Dossier | None:
        if target.dossier is not None:
            return self._dossiers.get(target.dossier)
        return next((one for one in self._trains.get(target.klantenreis, []) if one.is_start), None)
