"""House numbers of a street and boxes of a house number, to pick one."""

from __future__ import annotations

from collections.abc import Iterable

from services.address.domain.model import Address, Status
from services.address.domain.natural import box_key, house_key
from services.address.questions import rows
from services.address.questions.addresses import at
from services.address.questions.reader import Reader
from services.address.questions.shapes import HouseNumber, Number

_NUMBERS = f"""
SELECT house, id, box IS NULL, postcode, status FROM address WHERE street = ? AND status IN {rows.VALID}
ORDER BY house, box IS NOT NULL, status <> {Status.IN_GEBRUIK:d}, id
"""  # noqa: S608


def numbers(reader: Reader, street_id: int) -> tuple[Number, ...]:
    """All valid ones, in natural order; the address without box speaks for its house number."""
    found: dict[str, Number] = {}
    for house, address_id, whole, postcode, status in reader.all(_NUMBERS, street_id):
        was = found.get(house.lower())
        proposed = status == Status.VOORGESTELD and (was is None or was.proposed)
        if was is None:
            found[house.lower()] = Number(house, address_id if whole else None, int(not whole), postcode, proposed)
        else:
            boxes = was.boxes + int(not whole)
            found[house.lower()] = Number(was.house, was.building, boxes, was.postcode, proposed)
    return tuple(sorted(found.values(), key=lambda number: house_key(number.house)))


def boxes(reader: Reader, street_id: int, house: str) -> HouseNumber | None:
    """What is valid at one house number; None: nothing is."""
    found = [one for one in at(reader, street_id, [house.strip()]) if one.status.valid]
    if not found:
        return None
    whole = building_address(found)
    return HouseNumber((whole or found[0]).house, whole, in_order(found))


def building_address(found: Iterable[Address]) -> Address | None:
    """The one without box; one that is in use before one that is proposed."""
    whole = (one for one in found if one.box is None)
    return min(whole, key=lambda one: (one.status != Status.IN_GEBRUIK, one.id), default=None)


def in_order(found: Iterable[Address]) -> tuple[Address, ...]:
    """Those with a box, as people look for them."""
    keyed = [(box_key(one.box), one.status != Status.IN_GEBRUIK, one.id, one) for one in found if one.box is not None]
    return tuple(one for *_, one in sorted(keyed, key=lambda each: each[:3]))
