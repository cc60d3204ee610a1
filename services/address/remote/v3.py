"""The JSON of v3 (reference, section 3.1) as our objects. No I/O; every reader raises `UnexpectedAnswer`.

An object stands in an envelope, under `data`. What v2 calls `objectId` is the end of a URI here, and so are codes:
the `code` beside a concept's `@id` was called otherwise in earlier builds, the `@id` was not. Field names beyond the
reference are those of the response classes (address-, building-, parcel-, streetname-, postal-registry, 2026-08).
"""

from __future__ import annotations

from collections.abc import Mapping

from services.address.domain.model import Address, Municipality, Street
from services.address.remote.register import (
    Building,
    ListedAddress,
    Parcel,
    PostInfo,
    RemoteAddress,
    RemoteStreet,
    Unit,
)
from services.address.remote.shapes import (
    Json,
    UnexpectedAnswer,
    capakey,
    code,
    dig,
    dutch,
    each,
    flag,
    number,
    objects,
    optional_text,
    point,
    status,
    text,
)

_IDENTIFICATION = ("identificator", "gestructureerdeIdentificator")


def address(answer: Json) -> RemoteAddress:
    """`/adressen/{id}`."""
    data = _data(answer)
    x, y = point(dig(data, "positie", "geometrie"))
    known = Address(
        id=_id(data),
        street=number(data, "heeftStraatnaam", "@id"),
        house=text(data, "huisnummer"),
        box=optional_text(data, "busnummer"),
        postcode=_optional_id(data, "heeftPostinfo"),
        status=status(data, "status", "@id"),
        parent=_optional_id(data, "isDeelVan"),
        version=_version(data),
        method=_optional_code(data, "positie", "methode"),
        specification=_optional_code(data, "positie", "specificatie"),
        official=flag(data, "officieelToegekend"),
        x=x,
        y=y,
    )
    return RemoteAddress(
        address=known,
        street=dutch(_names(data, "heeftStraatnaam", "straatnaam"), "heeftStraatnaam"),
        homonym=_homonym(data, "heeftStraatnaam", "homoniemToevoeging"),
        municipality=Municipality(
            number(data, "heeftGemeentenaam", "isAfgeleidVan", "@id"), _municipality(data, "heeftGemeentenaam")
        ),
    )


def listed_address(item: Json) -> ListedAddress:
    """One of `/adressen`."""
    return ListedAddress(
        id=_id(item),
        house=text(item, "huisnummer"),
        box=optional_text(item, "busnummer"),
        status=status(item, "status", "@id"),
        version=_version(item),
    )


def street(answer: Json) -> RemoteStreet:
    """`/straatnamen/{id}`."""
    data = _data(answer)
    names = _names(data, "straatnaam")
    known = Street(
        id=_id(data),
        nis=number(data, "isToegekendDoor", "@id"),
        name=dutch(names, "straatnaam"),
        homonym=_homonym(data, "homoniemToevoeging"),
        status=status(data, "status", "@id"),
    )
    return RemoteStreet(known, _municipality(data, "isToegekendDoor"), names, _version(data))


def postinfo(answer: Json) -> PostInfo:
    """`/postinfo/{postcode}`."""
    data = _data(answer)
    nis = _optional_id(data, "isToegekendAan")
    return PostInfo(
        id=_id(data),
        nis=nis,
        municipality=None if nis is None else _municipality(data, "isToegekendAan"),
        names=each(objects(data, "postnaam"), lambda one: text(one, "@value")),
        status=status(data, "status", "@id"),
    )


def unit(answer: Json) -> Unit:
    """`/gebouweenheden/{id}`."""
    data = _data(answer)
    return Unit(
        id=_id(data),
        status=status(data, "status", "@id"),
        function=code(data, "functie", "@id"),
        building=number(data, "isDeelVan", "@id"),
        addresses=each(objects(data, "toegekendAdres"), lambda one: number(one, "@id")),
        version=_version(data),
    )


def building(answer: Json) -> Building:
    """`/gebouwen/{id}`; its polygon is left where it is."""
    data = _data(answer)
    return Building(
        id=_id(data),
        status=status(data, "status", "@id"),
        units=each(objects(data, "bestaatUit"), lambda one: number(one, "@id")),
        parcels=each(objects(data, "ligtOp"), lambda one: capakey(one, "@id")),
        version=_version(data),
    )


def parcel(answer: Json) -> Parcel:
    """`/percelen/{caPaKey}`. Its addresses are meant to be `toegekendAdres`; the response class says `adressen`."""
    data = _data(answer)
    addresses = objects(data, "toegekendAdres") or objects(data, "adressen")
    return Parcel(
        id=parcel_id(data),
        status=status(data, "status", "@id"),
        addresses=each(addresses, lambda one: number(one, "@id")),
        version=_parcel_version(data),
    )


def unit_id(item: Json) -> int:
    """Of one of `/gebouweenheden`."""
    return _id(item)


def parcel_id(item: Json) -> str:
    """Of one of `/percelen`, or of a whole one."""
    return capakey(item, "@id")


def _data(answer: Json) -> Json:
    data = dig(answer, "data")
    if not isinstance(data, Mapping):
        raise UnexpectedAnswer("data")
    return data


def _id(data: Json) -> int:
    return number(data, "@id")


def _version(data: Json) -> str:
    return text(data, *_IDENTIFICATION, "versieIdentificator")


def _parcel_version(data: Json) -> str:
    """A parcel has one identification of the register and one, without version, of the cadastre."""
    for one in objects(data, "identificator"):
        if dig(one, "gestructureerdeIdentificator") is not None:
            return text(one, "gestructureerdeIdentificator", "versieIdentificator")
    raise UnexpectedAnswer("identificator")


def _optional_id(data: Json, name: str) -> int | None:
    return None if dig(data, name) is None else number(data, name, "@id")


def _optional_code(data: Json, *names: str) -> str | None:
    return None if dig(data, *names) is None else code(data, *names, "@id")


def _names(data: Json, *names: str) -> dict[str, str]:
    return {text(one, "@language"): text(one, "@value") for one in objects(data, *names)}


def _homonym(data: Json, *names: str) -> str | None:
    found = _names(data, *names)
    return dutch(found, names[-1]) if found else None


def _municipality(data: Json, *names: str) -> str:
    """A municipality's names stand in an object of the same name as their list."""
    return dutch(_names(data, *names, "gemeentenaam", "gemeentenaam"), names[-1])
