"""Names of attributes in the change feed, and where the replica keeps what they hold. No I/O.

Names of units, buildings and parcels differ between the events that are sent and the published schemas of 2026-01-21;
both stand here, the one that is sent first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from services.address.domain import feed_values as values
from services.address.domain.feed_values import Reader, one
from services.address.domain.model import Status

Kind = Literal["municipality", "postal", "street", "address", "unit", "building", "parcel"]

_ASSIGNED = frozenset({Status.VOORGESTELD, Status.IN_GEBRUIK, Status.GEHISTOREERD, Status.AFGEKEURD})
_STATUS = one("status", values.status(_ASSIGNED))
"""Of municipalities, streets and addresses."""
_BUILT = one("status", values.status(frozenset(Status) - _ASSIGNED | {Status.GEHISTOREERD}))
"""Of units, buildings and parcels."""
ATTRIBUTES: Mapping[Kind, Mapping[str, Reader]] = {
    "municipality": {"status": _STATUS, "gemeentenaam": values.named},
    "postal": {"isToegekendAan": one("nis", values.nis, empty=True)},
    "street": {
        "isToegekendDoor": one("nis", values.nis),
        "status": _STATUS,
        "straatnaam": values.named,
        "homoniemToevoeging": values.homonym,
    },
    "address": {
        "heeftStraatnaam": one("street", values.number),
        "status": _STATUS,
        "huisnummer": one("house", values.text),
        "busnummer": one("box", values.text, empty=True),
        "heeftPostinfo": one("postcode", values.postcode, empty=True),
        "officieelToegekend": one("official", values.flag),
        "positie.methode": one("method", values.code),
        "positie.specificatie": one("specification", values.code),
        "positie.geometrie": values.point,
    },
    "unit": {
        "gebouweenheidStatus": _BUILT,
        "status": _BUILT,
        "gebouweenheidFunctie": one("function", values.code),
        "functie": one("function", values.code),
        "gebouw.id": one("building", values.number),
        "isDeelVan": one("building", values.number),
    },
    "building": {
        "gebouwStatus": _BUILT,
        "status": _BUILT,
        "geometrieMethode": one("method", values.code),
        "geometrie.methode": one("method", values.code),
    },
    "parcel": {"perceelStatus": _BUILT, "status": _BUILT},
}
LINKS = frozenset({"adresIds", "toegekendAdres"})
"""Of units and parcels: the whole list of their addresses."""
POSTAL_NAMES = "postnaam"
IDS: Mapping[Kind, Callable[[object], int]] = {"municipality": values.nis, "postal": values.postcode}
"""How an object is named, where it is not by an object id."""
NOT_KEPT: Mapping[Kind, frozenset[str]] = {
    "municipality": frozenset({"officieleTaal", "faciliteitenTaal"}),
    "postal": frozenset({"status"}),
    "street": frozenset(),
    "address": frozenset(),
    "unit": frozenset(
        {"positieGeometrieMethode", "gebouweenheidPositie", "positie.methode", "positie.geometrie",
         "afwijkingVastgesteld"}
    ),
    "building": frozenset({"gebouwGeometrie", "geometrie.geometrie"}),
    "parcel": frozenset(),
}  # fmt: skip
"""Known, but the replica has no column for it."""
REQUIRED: Mapping[Kind, frozenset[str]] = {
    "municipality": frozenset({"status"}),
    "postal": frozenset(),
    "street": frozenset({"nis", "name", "status"}),
    "address": frozenset({"street", "house", "status"}),
    "unit": frozenset({"status"}),
    "building": frozenset({"status"}),
    "parcel": frozenset({"status"}),
}
"""Columns without which a `create` makes no row."""
