"""Parcels by caPaKey, and those of addresses."""

from __future__ import annotations

from collections.abc import Iterable

from services.address.domain.model import Address, Status
from services.address.domain.parcels import read_capakey
from services.address.questions import rows
from services.address.questions.addresses import at
from services.address.questions.numbers import in_order
from services.address.questions.reader import Reader
from services.address.questions.shapes import FoundParcel, OnParcel, ParcelView, Via

_ON = f"""
SELECT {rows.ADDRESS} FROM parcel_address l CROSS JOIN address a ON a.id = l.address
WHERE l.parcel = ? AND a.status IN {rows.VALID} ORDER BY a.street, a.house, a.box, a.id
"""  # noqa: S608
_OF = f"""
SELECT p.capakey, p.status FROM parcel_address l CROSS JOIN parcel p ON p.id = l.parcel
WHERE l.address = ? AND p.status <> {Status.GEHISTOREERD:d}
"""  # noqa: S608


def parcel(reader: Reader, text: str) -> ParcelView:
    """Of a caPaKey in any notation, with the valid addresses on it.

    Raises:
        Rejected: `capakey_incomplete`, `capakey_wrong`.
    """
    key = read_capakey(text)
    row = reader.one("SELECT id, status FROM parcel WHERE capakey = ?", key.text)
    if row is None:
        return ParcelView(key.text, key.partition, None, ())
    return ParcelView(key.text, key.partition, Status(row[1]), _addresses_on(reader, row[0]))


def parcels_of(reader: Reader, ways: Iterable[tuple[Via, Iterable[int]]]) -> tuple[FoundParcel, ...]:
    """Those of addresses, each once: by the first of the `ways` that leads to it."""
    found: dict[str, FoundParcel] = {}
    for via, addresses in ways:
        for address in addresses:
            for capakey, status in reader.all(_OF, address):
                found.setdefault(capakey, FoundParcel(capakey, Status(status), via, address))
    return tuple(found.values())


def _addresses_on(reader: Reader, parcel_id: int) -> tuple[OnParcel, ...]:
    """Directly, and boxes of house numbers that are: the register seldom links those themselves."""
    direct = tuple(map(rows.address, reader.all(_ON, parcel_id)))
    known = {one.id for one in direct}
    boxes = (box for one in direct if one.box is None for box in _boxes(reader, one) if box.id not in known)
    return (*(OnParcel(one, "address") for one in direct), *(OnParcel(box, "building_address") for box in boxes))


def _boxes(reader: Reader, whole: Address) -> tuple[Address, ...]:
    return in_order(one for one in at(reader, whole.street, [whole.house]) if one.status.valid)
