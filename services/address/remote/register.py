"""The register itself, as the service asks it, whatever the version of its API: see `v2`, `v3` and `client`.

A question about one object has three answers that are never confused: it is there (`Found`, with its status: retired
is one of them), it never existed (`Absent`, 404), it was removed (`Removed`, 410). No answer is an `Unavailable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeAlias, TypeVar

from services.address.domain.model import Address, Municipality, Status, Street

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T_co]):
    """It is in the register; `value` says whether it is still in use."""

    value: T_co
    as_of: datetime
    """When the register said so."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The register never had this id (404)."""

    as_of: datetime


@dataclass(frozen=True, slots=True)
class Removed:
    """The register had it and removed it (410): not the same as retired."""

    as_of: datetime


Detail: TypeAlias = Found[T] | Absent | Removed


@dataclass(frozen=True, slots=True)
class RemoteAddress:
    """One address with the names around it. `address.parent` is the register's own link to the building address."""

    address: Address
    street: str
    """In the first official language of the municipality."""
    homonym: str | None
    municipality: Municipality

    @property
    def id(self) -> int:
        """Object id, without version."""
        return self.address.id


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """An address as a list has it."""

    id: int
    house: str
    box: str | None
    status: Status
    version: str


@dataclass(frozen=True, slots=True)
class RemoteStreet:
    """One street; `names` by language (`nl`, `fr`, `de`, `en`), one or more."""

    street: Street
    municipality: str
    names: Mapping[str, str]
    version: str

    @property
    def id(self) -> int:
        """Object id, without version."""
        return self.street.id


@dataclass(frozen=True, slots=True)
class PostInfo:
    """One postcode; without `nis` it is a special one (PO boxes)."""

    id: int
    """The postcode."""
    nis: int | None
    municipality: str | None
    names: tuple[str, ...]
    """As bpost writes them: often in capitals."""
    status: Status


@dataclass(frozen=True, slots=True)
class Unit:
    """A gebouweenheid; several addresses may share it."""

    id: int
    status: Status
    function: str
    """`nietGekend`, `gemeenschappelijkDeel`, or a later code."""
    building: int
    addresses: tuple[int, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Building:
    """A gebouw with its units and the parcels it lies on."""

    id: int
    status: Status
    units: tuple[int, ...]
    parcels: tuple[str, ...]
    """caPaKeys, with a slash."""
    version: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A perceel."""

    id: str
    """caPaKey, with a slash."""
    status: Status
    addresses: tuple[int, ...]
    version: str


class AddressRegister(Protocol):
    """What the service asks.

    With `fresh` the register is asked even when its last answer still counts. All raise:
        Unavailable: no answer, or none that can be read.
        Denied: the register refuses our key, or wants one.
        Rejected: it refuses the question itself.
    """

    async def address(self, address: int, *, fresh: bool = False) -> Detail[RemoteAddress]:
        """An address by its object id."""

    async def street(self, street: int) -> Detail[RemoteStreet]:
        """A street by its object id."""

    async def postinfo(self, postcode: int) -> Detail[PostInfo]:
        """A postcode of four digits."""

    async def unit(self, unit: int) -> Detail[Unit]:
        """A gebouweenheid by its object id."""

    async def building(self, building: int) -> Detail[Building]:
        """A gebouw by its object id."""

    async def parcel(self, capakey: str) -> Detail[Parcel]:
        """A perceel by its caPaKey, with a slash."""

    async def addresses_at(self, street: int, house: str | None = None) -> tuple[ListedAddress, ...]:
        """All addresses of a street, or of exactly one house number there: with and without box, of any status."""

    async def units_of(self, address: int) -> tuple[int, ...]:
        """Object ids of the units to which an address is attached."""

    async def parcels_of(self, address: int) -> tuple[str, ...]:
        """caPaKeys of the parcels to which an address is attached."""

    async def ping(self) -> None:
        """The cheapest question there is; raises when it gets no answer."""

    async def close(self) -> None:
        """Close the connections."""
