"""What the codes of JuridicalSituation mean for who wants to use a number. No I/O.

"Active" is not "healthy": an entity with status AC can be in liquidation or bankrupt. The codes are those of the
register's own list (40 of them); a code that is not in the list may mean anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["normal", "insolvent", "ended", "replaced", "in_liquidation", "reorganisation", "other", "unknown"]

_KINDS: dict[Kind, str] = {
    "normal": "000 001 002 090 100",  # founding, prolongation, new statutes, publication: nothing is the matter
    "insolvent": "048 049 050 051 052 053",
    "ended": "011 015 016 017 018 019 111 999",
    "replaced": "003 006",
    "in_liquidation": "010 012 013 014 112",
    "reorganisation": "030 031 040 041 091",
    "other": "020 021 022 023 024 025 026 042 043",  # mergers and divisions; a protection that is revoked or over
}
_KIND_OF: dict[str, Kind] = {code: kind for kind, codes in _KINDS.items() for code in codes.split()}
_CLOSED = frozenset({"014", "051", "052", "053"})


@dataclass(frozen=True, slots=True)
class Situation:
    """The meaning of one code."""

    kind: Kind
    closed: bool = False
    """The liquidation or bankruptcy is over: nobody is left to act for the entity."""


def situation(code: str) -> Situation:
    """`unknown` for a code that is not in the list: it is not to be taken for healthy."""
    return Situation(_KIND_OF.get(code, "unknown"), code in _CLOSED)
