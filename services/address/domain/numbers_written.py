"""What stands behind a street, and what it may mean. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from loketbus.characters import plain

BRACKETS = str.maketrans("()", "  ")
"""Brackets as spaces, so that no character moves."""


class Rank(IntEnum):
    """How near a reading is to what stands there; lower first."""

    HOUSE = 0
    """It is the house number as it stands."""
    BOX = 1
    """House number and box."""
    LESS = 2
    """House number with letter where a separator stands, and what is less likely."""
    LAST = 3
    """`12/2` as the register's 12_2, and what leaves a word out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One house number and box that may be meant."""

    house: str
    box: str | None = None
    rank: Rank = Rank.HOUSE
    doubtful: bool = False
    """It is read otherwise than it stands there: a letter as box, a dash as `bus`."""
    weak: bool = False
    """It only counts when the register has this box: `3B` is house number 3B, or 3 bus B, but never 3."""
    left_out: str = ""
    """What was skipped."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """All that may be meant."""

    written: str
    house: str = ""
    """The digits that it begins with; "" when no house number was given."""
    readings: tuple[Reading, ...] = ()
    padded: bool = False
    """The house number had zeros in front."""
    span: tuple[str, ...] = ()
    """House numbers from first to last where it can be a range."""
    dashed: bool = False
    """The range is written with a dash or plus, so a box is no likelier."""
    others: tuple[str, ...] = ()
    """House numbers that stand behind the first where they can be a list: `60, 62 en 64`."""
    suffixed: bool = False
    """All that stands behind the digits belongs to the house number (`7A`), so that 7 is another one."""

    @property
    def houses(self) -> tuple[str, ...]:
        """Every house number that may be meant and both ends of the range, to ask the register for at once."""
        ends = (self.span[0], self.span[-1]) if self.span else ()
        first = (self.house,) if self.house else ()
        return tuple(dict.fromkeys((*(reading.house for reading in self.readings), *first, *ends, *self.others)))

    def as_written(self, part: str) -> str:
        """A part of it (of a reading: plain, in capitals) the way it was typed."""
        whole = self.written.translate(BRACKETS)
        at = plain(whole).upper().find(part)
        return whole[at : at + len(part)] if at >= 0 and len(plain(whole)) == len(whole) else part.lower()
