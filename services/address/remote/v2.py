"""The JSON of v2 (reference, section 1.5) as our objects. No I/O; every reader raises `UnexpectedAnswer`."""

from __future__ import annotations

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

SPELLING = ("geografischeNaam", "spelling")


def address(answer: Json) -> RemoteAddress:
    """`/adressen/{id}`."""
    position = dig(answer, "adresPositie")
    x, y = point(dig(position, "geometrie"))
    known = Address(
        id=_id(answer),
        street=number(answer, "straatnaam", "objectId"),
        house=text(answer, "huisnummer"),
        box=optional_text(answer, "busnummer"),
        postcode=_optional_id(answer, "postinfo"),
        status=status(answer, "adresStatus"),
        parent=_optional_id(answer, "huisnummerObject"),
        version=_version(answer),
        method=optional_text(position, "positieGeometrieMethode"),
        specification=optional_text(position, "positieSpecificatie"),
        official=flag(answer, "officieelToegekend"),
        x=x,
        y=y,
    )
    return RemoteAddress(
        address=known,
        street=text(answer, "straatnaam", "straatnaam", *SPELLING),
        homonym=optional_text(answer, "homoniemToevoeging", *SPELLING),
        municipality=Municipality(
            number(answer, "gemeente", "objectId"), text(answer, "gemeente", "gemeentenaam", *SPELLING)
        ),
    )


def listed_address(item: Json) -> ListedAddress:
    """One of `/adressen`."""
    return ListedAddress(
        id=_id(item),
        house=text(item, "huisnummer"),
        box=optional_text(item, "busnummer"),
        status=status(item, "adresStatus"),
        version=_version(item),
    )


def street(answer: Json) -> RemoteStreet:
    """`/straatnamen/{id}`."""
    names, homonyms = _names(answer, "straatnamen"), _names(answer, "homoniemToevoegingen")
    known = Street(
        id=_id(answer),
        nis=number(answer, "gemeente", "objectId"),
        name=dutch(names, "straatnamen"),
        homonym=dutch(homonyms, "homoniemToevoegingen") if homonyms else None,
        status=status(answer, "straatnaamStatus"),
    )
    return RemoteStreet(known, text(answer, "gemeente", "gemeentenaam", *SPELLING), names, _version(answer))


def postinfo(answer: Json) -> PostInfo:
    """`/postinfo/{postcode}`."""
    return PostInfo(
        id=_id(answer),
        nis=_optional_id(answer, "gemeente"),
        municipality=optional_text(answer, "gemeente", "gemeentenaam", *SPELLING),
        names=each(objects(answer, "postnamen"), lambda one: text(one, *SPELLING)),
        status=status(answer, "postInfoStatus"),
    )


def unit(answer: Json) -> Unit:
    """`/gebouweenheden/{id}`."""
    return Unit(
        id=_id(answer),
        status=status(answer, "gebouweenheidStatus"),
        function=code(answer, "functie"),
        building=number(answer, "gebouw", "objectId"),
        addresses=each(objects(answer, "adressen"), lambda one: number(one, "objectId")),
        version=_version(answer),
    )


def building(answer: Json) -> Building:
    """`/gebouwen/{id}`; its polygon is left where it is."""
    return Building(
        id=_id(answer),
        status=status(answer, "gebouwStatus"),
        units=each(objects(answer, "gebouweenheden"), lambda one: number(one, "objectId")),
        parcels=each(objects(answer, "percelen"), lambda one: capakey(one, "objectId")),
        version=_version(answer),
    )


def parcel(answer: Json) -> Parcel:
    """`/percelen/{caPaKey}`."""
    return Parcel(
        id=parcel_id(answer),
        status=status(answer, "perceelStatus"),
        addresses=each(objects(answer, "adressen"), lambda one: number(one, "objectId")),
        version=_version(answer),
    )


def unit_id(item: Json) -> int:
    """Of one of `/gebouweenheden`."""
    return _id(item)


def parcel_id(item: Json) -> str:
    """Of one of `/percelen`, or of a whole one."""
    return capakey(item, "identificator", "objectId")


def _id(answer: Json) -> int:
    return number(answer, "identificator", "objectId")


def _version(answer: Json) -> str:
    return text(answer, "identificator", "versieId")


def _optional_id(answer: Json, name: str) -> int | None:
    return None if dig(answer, name) is None else number(answer, name, "objectId")


def _names(answer: Json, name: str) -> dict[str, str]:
    return {text(one, "taal"): text(one, "spelling") for one in objects(answer, name)}
