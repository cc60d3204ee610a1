"""The versions of the API: how each writes what we ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.address.remote import v2, v3
from services.address.remote.register import (
    Building,
    ListedAddress,
    Parcel,
    PostInfo,
    RemoteAddress,
    RemoteStreet,
    Unit,
)
from services.address.remote.shapes import Json

Version: TypeAlias = Literal["v2", "v3"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Readers of one version; each raises `UnexpectedAnswer`. `..._field` says where the items of a list stand."""

    version: Version
    address: Callable[[Json], RemoteAddress]
    street: Callable[[Json], RemoteStreet]
    postinfo: Callable[[Json], PostInfo]
    unit: Callable[[Json], Unit]
    building: Callable[[Json], Building]
    parcel: Callable[[Json], Parcel]
    listed_address: Callable[[Json], ListedAddress]
    addresses_field: str
    unit_id: Callable[[Json], int]
    units_field: str
    parcel_id: Callable[[Json], str]
    parcels_field: str


DIALECTS: Mapping[Version, Dialect] = {
    "v2": Dialect(
        "v2",
        v2.address,
        v2.street,
        v2.postinfo,
        v2.unit,
        v2.building,
        v2.parcel,
        v2.listed_address,
        "adressen",
        v2.unit_id,
        "gebouweenheden",
        v2.parcel_id,
        "percelen",
    ),
    "v3": Dialect(
        "v3",
        v3.address,
        v3.street,
        v3.postinfo,
        v3.unit,
        v3.building,
        v3.parcel,
        v3.listed_address,
        "data",
        v3.unit_id,
        "data",
        v3.parcel_id,
        "data",
    ),
}
