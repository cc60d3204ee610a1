"""What the made-up register holds: the objects of reference section 1.4 and 1.5, with the register's own words.

Ids are integers (text on the wire), NIS codes and postcodes too; a parcel's id is its caPaKey with `-`. `version` is
the versieId: ISO 8601 with the offset of Brussels. Positions are Lambert 72 (EPSG:31370), metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

AddressStatus = Literal["voorgesteld", "inGebruik", "gehistoreerd", "afgekeurd"]
UnitStatus = Literal["gepland", "gerealiseerd", "gehistoreerd", "nietGerealiseerd"]
BuildingStatus = Literal["gepland", "inAanbouw", "gerealiseerd", "gehistoreerd", "nietGerealiseerd"]
ParcelStatus = Literal["gerealiseerd", "gehistoreerd"]
Kind = Literal["municipality", "postinfo", "street", "address", "unit", "building", "parcel"]

EVENT_BASE = 6_000_000
"""Event id of the last thing before the first `Change`; the k-th Change (from 1) is event EVENT_BASE + k."""
VALID = ("voorgesteld", "inGebruik")
"""Statuses of an address or street that is, or soon will be."""


@dataclass(slots=True)
class Municipality:
    """A municipality; `names` by language."""

    nis: int
    names: dict[str, str]
    version: str
    status: AddressStatus = "inGebruik"
    facilities: tuple[str, ...] = ()
    """Languages besides Dutch in which it serves people: `fr` in a facility municipality."""

    @property
    def name(self) -> str:
        """The Dutch name."""
        return self.names["nl"]


@dataclass(slots=True)
class PostInfo:
    """A postcode; `nis` is None for a special one (PO boxes, institutions)."""

    postcode: int
    names: tuple[tuple[str, str], ...]
    """(name, language)."""
    nis: int | None
    version: str
    status: ParcelStatus = "gerealiseerd"


@dataclass(slots=True)
class StreetName:
    """A street of one municipality; `names` by language."""

    id: int
    nis: int
    names: dict[str, str]
    version: str
    status: AddressStatus = "inGebruik"
    homonym: str | None = None
    """Tells it apart from its namesake in a merged municipality."""

    @property
    def name(self) -> str:
        """The Dutch name."""
        return self.names["nl"]


@dataclass(slots=True)
class Address:
    """An address; `box` None is a house-number address, `parent` the house-number address of a box address."""

    id: int
    street: int
    house: str
    box: str | None
    postcode: int | None
    version: str
    x: float
    y: float
    status: AddressStatus = "inGebruik"
    parent: int | None = None
    method: str = "aangeduidDoorBeheerder"
    specification: str = "gebouweenheid"
    official: bool = True


@dataclass(slots=True)
class BuildingUnit:
    """A gebouweenheid; one address may belong to several units and one unit may have several addresses."""

    id: int
    building: int
    addresses: tuple[int, ...]
    version: str
    x: float
    y: float
    status: UnitStatus = "gerealiseerd"
    function: str = "nietGekend"
    """Or `gemeenschappelijkDeel`: the common part of a building with more than one unit."""
    method: str = "aangeduidDoorBeheerder"
    deviation: bool = False


@dataclass(slots=True)
class Building:
    """A gebouw: a rectangle around (x, y), and the parcels that it stands on."""

    id: int
    parcels: tuple[str, ...]
    version: str
    x: float
    y: float
    width: float = 8.0
    depth: float = 10.0
    status: BuildingStatus = "gerealiseerd"
    method: str = "ingemetenGRB"

    def ring(self) -> tuple[tuple[float, float], ...]:
        """The closed outline, counter-clockwise."""
        west, east = self.x - self.width / 2, self.x + self.width / 2
        south, north = self.y - self.depth / 2, self.y + self.depth / 2
        return ((west, south), (east, south), (east, north), (west, north), (west, south))


@dataclass(slots=True)
class Parcel:
    """A perceel; `id` is the caPaKey with `-`."""

    id: str
    addresses: tuple[int, ...]
    version: str
    nis: int
    status: ParcelStatus = "gerealiseerd"

    @property
    def capakey(self) -> str:
        """With `/`, as the land register writes it."""
        return self.id.replace("-", "/")


@dataclass(frozen=True, slots=True)
class Transformation:
    """What came in place of what; ids as on the wire."""

    old: int | str
    new: int | str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened, as much as a change feed tells (reference 3.2).

    `attributes` are (naam, old, new) under the feed's attribute names but with the values of this model: a status is
    `inGebruik`, a street or postcode its number, a position `(x, y)`, names `{language: name}`. A delete has none; an
    update without is a new version only. A transform has `transformations` (and `nis` of both sides) and no `id`.
    """

    kind: Kind
    action: Literal["create", "update", "delete", "transform"]
    event: str
    """basisregisterseventtype: `AddressWasApproved`."""
    version: str
    nis: tuple[int, ...]
    id: int | str | None = None
    attributes: tuple[tuple[str, object, object], ...] = ()
    transformations: tuple[Transformation, ...] = field(default=())
