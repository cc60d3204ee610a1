"""Objects as v3 answers them: in an envelope, with linked-data names (reference 3.1).

The address is in the reference whole. Of the other registers the names of the fields come from the public response
classes of August 2026; their geometry, links and list items are by analogy with the address and kept small. The
`@context` addresses are chosen. No live answer of v3 was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulators.address.api.geometry import Point, both_points, both_polygons
from simulators.address.api.registers import (
    ADRES,
    DOCS,
    GEBOUW,
    GEBOUWEENHEID,
    GEMEENTE,
    PERCEEL,
    POSTINFO,
    ROOT,
    STRAATNAAM,
    Register,
)
from simulators.address.api.shapes import OFFICIAL, Json, View, nuts3, written
from simulators.address.model import Address, Building, BuildingUnit, Municipality, Parcel, PostInfo, StreetName

ENVELOPES: Mapping[str, tuple[str, str]] = {
    "gemeenten": ("GemeenteEnvelop", "GemeentenEnvelop"), "postinfo": ("PostinfoEnvelop", "PostinfosEnvelop"),
    "straatnamen": ("StraatnaamEnvelop", "StraatnamenEnvelop"), "adressen": ("AdresEnvelop", "AdressenEnvelop"),
    "gebouwen": ("GebouwEnvelop", "GebouwenEnvelop"),
    "gebouweenheden": ("GebouweenheidEnvelop", "GebouweenhedenEnvelop"),
    "percelen": ("PerceelEnvelop", "PercelenEnvelop"),
}  # fmt: skip
"""`@type` of a detail and of a list; read for addresses and for the details, the other lists by analogy."""
REGISTER_OWNER, CADASTRE = f"{ROOT}/organisatie/OVO054890", f"{ROOT}/organisatie/OVO027170"


def whole(view: View, register: Register, thing: Any) -> Json:
    """By itself, in its envelope."""
    number = register.id_of(thing)
    return {
        "@context": _context(register, "detail"),
        "@type": ENVELOPES[register.path][0],
        "data": _head(register, thing) | _DETAILS[register.path](view, thing),
        "_links": {"self": {"href": view.detail(register, number)}} | _links(view, register, number),
    }


def page(view: View, register: Register, things: Iterable[Any], following: str | None) -> Json:
    """A list in its envelope."""
    items = [
        _head(register, one) | {"detail": view.detail(register, register.id_of(one))} | _ITEMS[register.path](view, one)
        for one in things
    ]
    told = {"@context": _context(register, "lijst"), "@type": ENVELOPES[register.path][1], "data": items}
    return told | ({} if following is None else {"volgende": following})


def _context(register: Register, what: str) -> str:
    return f"{DOCS}/context/{register.name}/v3/{register.name}_{what}.jsonld"


def _head(register: Register, thing: Any) -> Json:
    number = register.text(register.id_of(thing))
    return {"@type": register.type, "@id": register.uri(number), "identificator": _identificator(register, thing)}


def _identificator(register: Register, thing: Any) -> Json | list[Json]:
    """A parcel has two: the register's and the cadastre's."""
    one = {
        "@type": "Identificator",
        "gestructureerdeIdentificator": {
            "@type": "GestructureerdeIdentificator",
            "naamruimte": register.namespace,
            "lokaleIdentificator": register.text(register.id_of(thing)),
            "versieIdentificator": thing.version,
        },
    }
    if register is not PERCEEL:
        return one
    legger = {"@type": "Identificator", "toegekendDoor": {"@id": CADASTRE}, "identificator": old_notation(thing.id)}
    return [one | {"toegekendDoor": {"@id": REGISTER_OWNER}}, legger]


def old_notation(parcel: str) -> str:
    """`21683D0265-02R020` -> `21683_D_0265_R_020_02`: the bis number moves to the end."""
    division, section, ground, bis = parcel[:5], parcel[5], parcel[6:10], parcel[11:13]
    return f"{division}_{section}_{ground}_{parcel[13]}_{parcel[14:]}_{bis}"


def _links(view: View, register: Register, number: object) -> Json:
    found = {
        "straatnamen": {"adressen": f"{ADRES.path}?straatnaamObjectId={number}"},
        "postinfo": {"adressen": f"{ADRES.path}?postcode={register.text(number)}"},
        "adressen": {one.path: f"{one.path}?adresObjectId={number}" for one in (GEBOUWEENHEID, PERCEEL)},
        "percelen": {"gebouwen": f"{GEBOUW.path}?caPaKey={number}"},
    }.get(register.path, {})
    return {name: {"href": f"{view.base}/{rest}"} for name, rest in found.items()}


def _texts(names: Iterable[tuple[str, str]]) -> list[Json]:
    """From (text, language)."""
    return [{"@value": text, "@language": language} for text, language in names]


def _by_language(names: Mapping[str, str]) -> list[Json]:
    return _texts((text, language) for language, text in names.items())


def _concept(scheme: str, code: str) -> Json:
    return {"@id": f"{ROOT}/concept/{scheme}/{code}", "@type": "Concept", "code": code}


def _reference(view: View, register: Register, number: object) -> Json:
    return {"@id": register.uri(number), "detail": view.detail(register, number)}


def _position(point: Point, method: str, specification: str | None = None) -> Json:
    told = {
        "@type": "GeografischePositie",
        "geometrie": [{"@type": "Punt", "gml": gml} for _, gml in both_points(point)],
        "methode": _concept("geometriemethode", method),
    }
    return told if specification is None else told | {"specificatie": _concept("geometriespecificatie", specification)}


def _owner(view: View, nis: int) -> Json:
    names = {"gemeentenaam": _by_language(view.world.municipalities[nis].names)}
    return _reference(view, GEMEENTE, nis) | {"gemeentenaam": names}


def _municipality(view: View, one: Municipality) -> Json:
    return {"gemeentenaam": _by_language(one.names), "status": _concept("gemeentestatus", one.status)}


def _municipality_detail(view: View, one: Municipality) -> Json:
    languages = {"officieleTaal": [OFFICIAL], "faciliteitenTaal": list(one.facilities)}
    return languages | _municipality(view, one)


def _post(view: View, one: PostInfo) -> Json:
    return {"postnaam": _texts(one.names), "status": _concept("postinfostatus", one.status)}


def _post_detail(view: View, one: PostInfo) -> Json:
    place = {} if one.nis is None else {"isToegekendAan": _owner(view, one.nis)}
    code = nuts3(one)
    return place | _post(view, one) | ({} if code is None else {"nuts3": code})


def _street(view: View, one: StreetName) -> Json:
    homonyms = {"nl": one.homonym} if one.homonym else {}
    return {
        "straatnaam": _by_language(one.names),
        "homoniemToevoeging": _by_language(homonyms),
        "status": _concept("straatnaamstatus", one.status),
    }


def _street_detail(view: View, one: StreetName) -> Json:
    return {"isToegekendDoor": _owner(view, one.nis)} | _street(view, one)


def _address(view: View, one: Address) -> Json:
    return {
        "huisnummer": one.house,
        **({"busnummer": one.box} if one.box else {}),
        "isVerrijktMet": _enriched(view, one),
        "status": _concept("adresstatus", one.status),
    }


def _enriched(view: View, one: Address) -> Json:
    languages = view.world.streets[one.street].names
    return {
        "@type": "Adresuitbreiding",
        "volledigAdres": _texts((written(view.world, one, language), language) for language in languages),
    }


def _address_detail(view: View, one: Address) -> Json:
    street = view.world.streets[one.street]
    names = _by_language(view.world.municipalities[street.nis].names)
    homonym = {"homoniemToevoeging": _by_language({"nl": street.homonym})} if street.homonym else {}
    return {
        "heeftGemeentenaam": {
            "@type": "Gemeentenaam",
            "gemeentenaam": {"gemeentenaam": names},
            "isAfgeleidVan": _reference(view, GEMEENTE, street.nis),
        },
        **({} if one.postcode is None else {"heeftPostinfo": _reference(view, POSTINFO, one.postcode)}),
        "heeftStraatnaam": {
            **_reference(view, STRAATNAAM, street.id),
            "straatnaam": _by_language(street.names),
            **homonym,
        },
        **({} if one.parent is None else {"isDeelVan": _reference(view, ADRES, one.parent)}),
        **_address(view, one),
        "positie": _position((one.x, one.y), one.method, one.specification),
        "officieelToegekend": one.official,
    }


def _building(view: View, one: Building) -> Json:
    return {"status": _concept("gebouwstatus", one.status)}


def _building_detail(view: View, one: Building) -> Json:
    units = view.world.units_of_building(one.id)
    return {
        "geometrie": {
            "geometrie": [{"@type": "Polygoon", "gml": gml} for _, gml in both_polygons(one.ring())],
            "methode": _concept("2Dgeometriemethode", one.method),
        },
        **_building(view, one),
        "bestaatUit": [_reference(view, GEBOUWEENHEID, unit.id) | _unit_status(unit) for unit in units],
        "ligtOp": [_reference(view, PERCEEL, parcel) for parcel in one.parcels],
    }


def _unit_status(unit: BuildingUnit) -> Json:
    return {"status": _concept("gebouweenheidstatus", unit.status)}


def _unit(view: View, one: BuildingUnit) -> Json:
    return _unit_status(one) | {"functie": _concept("gebouweenheidfunctie", one.function)}


def _unit_detail(view: View, one: BuildingUnit) -> Json:
    return {
        "positie": _position((one.x, one.y), one.method),
        **_unit(view, one),
        "isDeelVan": _reference(view, GEBOUW, one.building),
        "toegekendAdres": [_reference(view, ADRES, address) for address in one.addresses],
        "afwijkingVastgesteld": one.deviation,
    }


def _parcel(view: View, one: Parcel) -> Json:
    return {"status": _concept("perceelstatus", one.status)}


def _parcel_detail(view: View, one: Parcel) -> Json:
    return _parcel(view, one) | {"toegekendAdres": [_reference(view, ADRES, address) for address in one.addresses]}


_Shape = Callable[[View, Any], Json]
_ITEMS: Mapping[str, _Shape] = {
    "gemeenten": _municipality, "postinfo": _post, "straatnamen": _street, "adressen": _address,
    "gebouwen": _building, "gebouweenheden": _unit, "percelen": _parcel,
}  # fmt: skip
_DETAILS: Mapping[str, _Shape] = {
    "gemeenten": _municipality_detail, "postinfo": _post_detail, "straatnamen": _street_detail,
    "adressen": _address_detail, "gebouwen": _building_detail, "gebouweenheden": _unit_detail,
    "percelen": _parcel_detail,
}  # fmt: skip
