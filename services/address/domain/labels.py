"""An address as people read it: the register's own `volledigAdres`. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.address.domain.model import Address, Candidate, Municipality, Street


def label(street: str, house: str | None, box: str | None, postcode: int | str | None, municipality: str) -> str:
    """`Moensstraat 19 bus 2, 2800 Mechelen`; what is not known is left out."""
    first = " ".join(part for part in (street, house) if part)
    place = f"{postcode} {municipality}" if postcode else municipality
    return f"{first} bus {box}, {place}" if box else f"{first}, {place}"


def address_label(address: Address, street: Street, municipality: Municipality) -> str:
    """Of an address of the register."""
    return label(street.name, address.house, address.box, address.postcode, municipality.name)


def candidate_label(one: Candidate, *, apart: bool = False) -> str:
    """Of an address that may be meant, or of a street; `apart` from its namesake in the same municipality."""
    street, address = street_name(one.street) if apart else one.street.name, one.address
    if address is None:
        return label(street, None, None, one.postcode, one.municipality.name)
    return label(street, address.house, address.box, address.postcode, one.municipality.name)


def candidate_labels(some: Sequence[Candidate]) -> list[str]:
    """Of each; where two would look the same, with what tells their streets apart."""
    plain = [candidate_label(one) for one in some]
    times = Counter(plain)
    return [candidate_label(one, apart=times[text] > 1) for one, text in zip(some, plain, strict=True)]


def street_name(street: Street) -> str:
    """`Zandstraat (Walem)`."""
    return f"{street.name} ({street.homonym})" if street.homonym else street.name
