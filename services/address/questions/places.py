"""Municipalities, postcodes and names of places."""

from __future__ import annotations

from services.address.domain.model import Municipality, Place
from services.address.questions.reader import Reader


def municipalities_of(reader: Reader, postcode: int) -> tuple[int, ...]:
    """NIS codes; () for a special postcode, or one that nobody knows."""
    return reader.column("SELECT nis FROM postcode WHERE postcode = ?", postcode)


def municipalities(reader: Reader, postcode: int) -> tuple[Municipality, ...]:
    """Those that are there today, by name."""
    found = (reader.municipality(nis) for nis in municipalities_of(reader, postcode))
    return tuple(sorted((one for one in found if one and one.status.valid), key=lambda one: (one.name, one.nis)))


def places(reader: Reader, fold: str) -> tuple[Place, ...]:
    """Of a `folding.place_key`; a name that stands for a whole municipality has no postcode."""
    found = reader.all("SELECT nis, postcode, name, kind FROM place WHERE fold = ?", fold)
    return tuple(Place(nis, postcode or None, name, kind) for nis, postcode, name, kind in found)
