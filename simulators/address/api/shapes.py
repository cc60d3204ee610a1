"""Objects as v2 answers them (reference 1.5): list items and details.

Where the reference has no real answer (lists of gebouwen and gebouweenheden), an item has what all items have: type,
identificator, detail, status; a gebouweenheid its functie too. NUTS 3 codes are those of Eurostat (2021).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulators.address.api.geometry import point_gml, polygon_gml
from simulators.address.api.registers import (
    ADRES,
    DOCS,
    GEBOUW,
    GEBOUWEENHEID,
    GEMEENTE,
    PERCEEL,
    POSTINFO,
    STRAATNAAM,
    Register,
)
from simulators.address.model import Address, Building, BuildingUnit, Municipality, Parcel, PostInfo, StreetName
from simulators.address.world import World

Json = dict[str, Any]
OFFICIAL = "nl"
"""Of every Flemish municipality; French is a facility."""
BUS: Mapping[str, str] = {"nl": "bus", "fr": "bte", "de": "pf"}
NUTS3: Mapping[int, str] = {
    11: "BE211", 12: "BE212", 13: "BE213", 71: "BE224", 72: "BE225", 73: "BE223", 41: "BE231", 42: "BE232",
    43: "BE233", 44: "BE234", 45: "BE235", 46: "BE236", 23: "BE241", 24: "BE242", 31: "BE251", 32: "BE252",
    33: "BE253", 34: "BE254", 35: "BE255", 36: "BE256", 37: "BE257", 38: "BE258",
}  # fmt: skip
"""Of the arrondissement: the first two digits of a NIS code."""


@dataclass(frozen=True, slots=True)
class View:
    """The register as one caller sees it: `base` is the root of this version (`http://127.0.0.1:1/v2`)."""

    world: World
    base: str

    def detail(self, register: Register, number: object) -> str:
        """The address of the object with this id."""
        return f"{self.base}/{register.path}/{register.text(number)}"

    def link(self, register: Register, number: object) -> Json:
        """`{objectId, detail}`."""
        return {"objectId": register.text(number), "detail": self.detail(register, number)}

    def item(self, register: Register, thing: Any) -> Json:
        """In a list."""
        head = {"@type": register.type, "identificator": identificator(register, thing)}
        return head | {"detail": self.detail(register, register.id_of(thing))} | ITEMS[register.path](self, thing)

    def whole(self, register: Register, thing: Any) -> Json:
        """By itself."""
        head = {"@context": context(register, "detail"), "@type": register.type}
        return head | {"identificator": identificator(register, thing)} | DETAILS[register.path](self, thing)


def context(register: Register, what: str) -> str:
    """Linked-data context of a `detail` or a `lijst`."""
    return f"{DOCS}/context/{register.name}/2023-02-28/{register.name}_{what}.jsonld"


def identificator(register: Register, thing: Any) -> Json:
    """`{id, naamruimte, objectId, versieId}`; the objectId is text."""
    number = register.text(register.id_of(thing))
    return {
        "id": register.uri(number),
        "naamruimte": register.namespace,
        "objectId": number,
        "versieId": thing.version,
    }


def written(world: World, address: Address, language: str = "nl") -> str:
    """volledigAdres: `{street} {house}[ bus {box}], {postcode} {municipality}`."""
    street = world.streets[address.street]
    municipality = world.municipalities[street.nis]
    box = f" {BUS.get(language, 'bus')} {address.box}" if address.box else ""
    place = municipality.names.get(language, municipality.name)
    return f"{street.names[language]} {address.house}{box}, {_postcode(address)}{place}"


def nuts3(post: PostInfo) -> str | None:
    """Of its municipality."""
    return None if post.nis is None else NUTS3.get(post.nis // 1000)


def _postcode(address: Address) -> str:
    return f"{POSTINFO.text(address.postcode)} " if address.postcode is not None else ""


def _name(text: str, language: str = "nl") -> Json:
    return {"geografischeNaam": {"spelling": text, "taal": language}}


def _names(names: Mapping[str, str]) -> list[Json]:
    return [{"spelling": text, "taal": language} for language, text in names.items()]


def municipality_link(view: View, nis: int) -> Json:
    """`{objectId, detail, gemeentenaam}`."""
    return view.link(GEMEENTE, nis) | {"gemeentenaam": _name(view.world.municipalities[nis].name)}


def _municipality_item(view: View, one: Municipality) -> Json:
    return {"gemeentenaam": _name(one.name), "gemeenteStatus": one.status}


def _municipality_detail(view: View, one: Municipality) -> Json:
    return {
        "officieleTalen": [OFFICIAL],
        "faciliteitenTalen": list(one.facilities),
        "gemeentenamen": _names(one.names),
        "gemeenteStatus": one.status,
    }


def _post_item(view: View, one: PostInfo) -> Json:
    return {"postInfoStatus": one.status, "postnamen": [_name(*pair) for pair in one.names]}


def _post_detail(view: View, one: PostInfo) -> Json:
    place = {} if one.nis is None else {"gemeente": municipality_link(view, one.nis)}
    code = nuts3(one)
    names = {"postnamen": [_name(*pair) for pair in one.names], "postInfoStatus": one.status}
    return place | names | ({} if code is None else {"nuts3": code})


def _street_item(view: View, one: StreetName) -> Json:
    return {"straatnaam": _name(one.name), **_homonym(one), "straatnaamStatus": one.status}


def _homonym(one: StreetName) -> Json:
    return {"homoniemToevoeging": _name(one.homonym)} if one.homonym else {}


def _street_detail(view: View, one: StreetName) -> Json:
    return {
        "gemeente": municipality_link(view, one.nis),
        "straatnamen": _names(one.names),
        "homoniemToevoegingen": _names({"nl": one.homonym}) if one.homonym else [],
        "straatnaamStatus": one.status,
    }


def _address_item(view: View, one: Address) -> Json:
    return {
        "huisnummer": one.house,
        **_box(one),
        "volledigAdres": _name(written(view.world, one)),
        "adresStatus": one.status,
    }


def _box(one: Address) -> Json:
    return {"busnummer": one.box} if one.box else {}


def address_fields(view: View, one: Address) -> Json:
    """What a detail and a match both have."""
    street = view.world.streets[one.street]
    return {
        "gemeente": municipality_link(view, street.nis),
        **({} if one.postcode is None else {"postinfo": view.link(POSTINFO, one.postcode)}),
        "straatnaam": street_link(view, street),
        **_homonym(street),
        "huisnummer": one.house,
        **({} if one.parent is None else {"huisnummerObject": view.link(ADRES, one.parent)}),
        **_box(one),
        "volledigAdres": _name(written(view.world, one)),
        "adresPositie": {
            "geometrie": {"type": "Point", "gml": point_gml((one.x, one.y))},
            "positieGeometrieMethode": one.method,
            "positieSpecificatie": one.specification,
        },
        "adresStatus": one.status,
        "officieelToegekend": one.official,
    }


def street_link(view: View, street: StreetName) -> Json:
    """`{objectId, detail, straatnaam}`."""
    return view.link(STRAATNAAM, street.id) | {"straatnaam": _name(street.name)}


def _address_detail(view: View, one: Address) -> Json:
    links = {
        register.path: {"href": f"{view.base}/{register.path}?adresObjectId={one.id}"}
        for register in (GEBOUWEENHEID, PERCEEL)
    }
    return address_fields(view, one) | {"_links": {"self": {"href": view.detail(ADRES, one.id)}, **links}}


def _building_item(view: View, one: Building) -> Json:
    return {"gebouwStatus": one.status}


def _building_detail(view: View, one: Building) -> Json:
    units = [
        {"objectId": str(unit.id), "status": unit.status, "detail": view.detail(GEBOUWEENHEID, unit.id)}
        for unit in view.world.units_of_building(one.id)
    ]
    return {
        "gebouwPolygoon": {
            "geometrie": {"type": "Polygon", "gml": polygon_gml(one.ring())},
            "geometrieMethode": one.method,
        },
        "gebouwStatus": one.status,
        "gebouweenheden": units,
        "percelen": [view.link(PERCEEL, parcel) for parcel in one.parcels],
    }


def _unit_item(view: View, one: BuildingUnit) -> Json:
    return {"gebouweenheidStatus": one.status, "functie": one.function}


def _unit_detail(view: View, one: BuildingUnit) -> Json:
    return {
        "gebouweenheidPositie": {
            "geometrie": {"type": "Point", "gml": point_gml((one.x, one.y))},
            "positieGeometrieMethode": one.method,
        },
        "gebouweenheidStatus": one.status,
        "functie": one.function,
        "gebouw": view.link(GEBOUW, one.building),
        "adressen": [view.link(ADRES, address) for address in one.addresses],
        "afwijkingVastgesteld": one.deviation,
    }


def _parcel_item(view: View, one: Parcel) -> Json:
    return {"perceelStatus": one.status}


def _parcel_detail(view: View, one: Parcel) -> Json:
    buildings = {"href": f"{view.base}/{GEBOUW.path}?caPaKey={one.id}"}
    return {
        "caPaKey": one.capakey,
        "perceelStatus": one.status,
        "adressen": [view.link(ADRES, address) for address in one.addresses],
        "_links": {"self": {"href": view.detail(PERCEEL, one.id)}, "gebouwen": buildings},
    }


_Shape = Callable[[View, Any], Json]
ITEMS: Mapping[str, _Shape] = {
    "gemeenten": _municipality_item, "postinfo": _post_item, "straatnamen": _street_item, "adressen": _address_item,
    "gebouwen": _building_item, "gebouweenheden": _unit_item, "percelen": _parcel_item,
}  # fmt: skip
DETAILS: Mapping[str, _Shape] = {
    "gemeenten": _municipality_detail, "postinfo": _post_detail, "straatnamen": _street_detail,
    "adressen": _address_detail, "gebouwen": _building_detail, "gebouweenheden": _unit_detail,
    "percelen": _parcel_detail,
}  # fmt: skip
