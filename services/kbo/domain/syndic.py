"""What is known about the syndic of a VME. No I/O.

Open data has no functions, so that without another source the answer is always `not_in_source`. About two of three VMEs
had no syndic registered in 2021, though the law asks for it: `none_registered` is an ordinary answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["registered", "none_registered", "unknown", "not_in_source"]


@dataclass(frozen=True, slots=True)
class SyndicAnswer:
    """What a source says; `person` and `person_number` are personal data and never travel in an event."""

    status: Status
    number: str | None = None
    """The enterprise that is syndic: ten digits."""
    name: str | None = None
    """Name of that enterprise."""
    person: str | None = None
    """Name of the natural person who is syndic."""
    person_number: str | None = None
    """Enterprise number of that person, when it is her profession."""
    since: date | None = None
    provisional: bool = False
    """Appointed for the time being, by the court or the assembly."""
    others: int = 0
    """How many more mandates run now."""
    as_of: date | None = None
    """The day that the source describes."""
    attribution: str | None = None
    """The line to show with the data, in Dutch."""

    @property
    def professional(self) -> bool:
        """It is the syndic's business."""
        return self.number is not None or self.person_number is not None


@dataclass(frozen=True, slots=True)
class Mandate:
    """One function of a syndic on the record of a VME; exactly one of enterprise and person holds it."""

    begin: date | None
    end: date | None
    enterprise: str | None = None
    person: str | None = None
    person_number: str | None = None
    provisional: bool = False

    def runs(self, day: date) -> bool:
        """True on the day of its end too."""
        return (self.begin is None or self.begin <= day) and (self.end is None or day <= self.end)


NOT_IN_SOURCE = SyndicAnswer("not_in_source")


def chosen(mandates: Iterable[Mandate], day: date, as_of: date | None, attribution: str) -> SyndicAnswer:
    """The mandate that runs on that day and began last; a provisional one only when there is no other."""
    running = [one for one in mandates if one.runs(day)]
    if not running:
        return SyndicAnswer("none_registered", as_of=as_of, attribution=attribution)
    holder = max(running, key=lambda one: (not one.provisional, one.begin or date.min))
    return SyndicAnswer(
        "registered",
        number=holder.enterprise,
        person=holder.person,
        person_number=holder.person_number,
        since=holder.begin,
        provisional=holder.provisional,
        others=len(running) - 1,
        as_of=as_of,
        attribution=attribution,
    )
