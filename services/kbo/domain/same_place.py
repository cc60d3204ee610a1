"""Whether an address that somebody wrote can be a seat in the register: tolerant of ranges, boxes and spelling. No I/O.

Only what both sides have is compared: an address is not wrong because it is short.
"""

from __future__ import annotations

from typing import Literal

from services.kbo.domain.organisation import RegisterAddress
from services.kbo.domain.streets import ParsedAddress, fold_house_number, fold_street, house_fit

Part = Literal["postcode", "municipality", "street", "house_number"]


def differences(given: ParsedAddress, seat: RegisterAddress) -> tuple[Part, ...]:
    """The parts that contradict each other; nothing when it can be the same place."""
    parts: list[Part] = []
    if given.postcode and seat.postcode:
        if given.postcode != seat.postcode:
            parts.append("postcode")
    elif _apart(given.municipality, (seat.municipality_nl, seat.municipality_fr)):
        parts.append("municipality")
    # Without a house number it may as well be the name of a building or a town.
    if given.house_number and _apart(given.street, (seat.street_nl, seat.street_fr)):
        parts.append("street")
    if _other_house(given.house_number, seat.house_number):
        parts.append("house_number")
    return tuple(parts)


def _apart(given: str, known: tuple[str | None, ...]) -> bool:
    names = {fold_street(name) for name in known if name}
    return bool(given and names) and fold_street(given) not in names


def _other_house(given: str, known: str | None) -> bool:
    return bool(given and known) and not house_fit(fold_house_number(given), fold_house_number(known or ""))
