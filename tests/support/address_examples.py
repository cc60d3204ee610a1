"""The made-up street that the examples of the contract are about."""

from __future__ import annotations

from services.address.domain.model import Status
from services.address.register.extract import ATTRIBUTION
from tests.support.address_register import Town

DAY = "2026-11-02"
STREET, LANE, TWIN, NAMESAKE = range(9_100_000, 9_100_004)
BUILDING, FIRST, SECOND, THIRD, HOUSE, OLD, NEW, AT_TWIN, AT_NAMESAKE = range(9_000_000, 9_000_009)


def town() -> Town:
    """Voorbeeldstraat 12 with three buses and 14; Sint-Fictieflaan 3, which became 5; two streets of one name."""
    made = Town()
    made.meta |= {"extract": DAY, "attribution": ATTRIBUTION.format(extract=DAY)}
    made.street("Voorbeeldstraat", id=STREET)
    made.street("Sint-Fictieflaan", id=LANE)
    made.address(STREET, "12", id=BUILDING)
    for at, box in enumerate((FIRST, SECOND, THIRD), 1):
        made.address(STREET, "12", str(at), id=box)
    made.address(STREET, "14", id=HOUSE)
    made.address(LANE, "3", None, 2800, Status.GEHISTOREERD, id=OLD)
    made.address(LANE, "5", id=NEW)
    made.replaced(OLD, NEW)
    made.street("Dubbelstraat", id=TWIN)
    made.street("Dubbelstraat", id=NAMESAKE, homonym="WA")
    made.address(TWIN, "7", id=AT_TWIN)
    made.address(NAMESAKE, "7", id=AT_NAMESAKE)
    return made
