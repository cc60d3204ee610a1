"""What people and programs are shown over HTTP and on the command line, as plain values. Pure.

Ids, NIS codes and postcodes are texts, as in the contract. Every field is always there, null where there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from services.address import told
from services.address.domain.model import Match, Municipality, Note, Source, Street
from services.address.questions.shapes import HouseNumber, Number, ParcelView, StreetHit, Unit, Whole

Shown = dict[str, Any]
postcode, text = told.postcode_text, told.id_text


def match(found: Match, written: str | None = None) -> Shown:
    """The answer about one address; `written` is what was asked where that is to be given back letter by letter."""
    address = found.address
    return {
        "input": found.input if written is None else written,
        "verdict": found.verdict,
        "changes": notes(found.changes),
        "reasons": notes(found.reasons),
        "street": found.street and found.street.name,
        "house_number": found.house_number,
        "box": found.box,
        "postcode": postcode(found.postcode),
        "municipality": found.municipality and found.municipality.name,
        "address_id": None if address is None else str(address.id),
        "building_address_id": text(told.building_of(found)),
        "candidates": [one.model_dump(mode="json") for one in told.candidates(found.candidates)],
    }


def match_address(found: Match) -> Shown | None:
    """The whole of the address that was found, or else of its building address."""
    whole = told.found(found)
    return None if whole is None else whole.model_dump(mode="json")


def source(one: Source) -> Shown:
    """Where it comes from, with the line that the licence asks for."""
    return told.source_model(one).model_dump(mode="json")


def notes(some: Iterable[Note]) -> list[Shown]:
    """Codes with their Dutch sentences."""
    return [{"code": one.code, "message": one.message} for one in some]


def address(whole: Whole) -> Shown:
    """What the register says about an address."""
    return told.state(whole.address, whole.street, whole.municipality).model_dump(mode="json")


def municipality(one: Municipality) -> Shown:
    """To pick."""
    return {"nis": f"{one.nis:05d}", "name": one.name}


def street(one: Street, where: Municipality, postcodes: Sequence[int]) -> Shown:
    """Of which the house numbers are listed."""
    return {**hit(StreetHit(one, where, tuple(postcodes))), "status": one.status.code}


def hit(one: StreetHit) -> Shown:
    """A street to pick."""
    return {
        "street_id": str(one.street.id),
        "street": one.street.name,
        "homonym": one.street.homonym,
        "municipality": one.municipality.name,
        "nis": f"{one.municipality.nis:05d}",
        "postcodes": [f"{each:04d}" for each in one.postcodes],
        "proposed": one.proposed,
        "elsewhere": one.elsewhere,
        "label": one.label,
    }


def number(one: Number) -> Shown:
    """A house number to pick; `address_id` is that of the whole building."""
    return {
        "house_number": one.house,
        "address_id": text(one.building),
        "boxes": one.boxes,
        "postcode": postcode(one.postcode),
        "proposed": one.proposed,
    }


def choices(one: HouseNumber) -> list[Shown]:
    """The whole building first, then its boxes."""
    return [
        {
            "label": choice.label,
            "address_id": str(choice.address.id),
            "box": choice.address.box,
            "building_address_id": text(choice.address.building),
            "postcode": postcode(choice.address.postcode),
            "status": choice.address.status.code,
        }
        for choice in one.choices
    ]


def unit(one: Unit) -> Shown:
    """A gebouweenheid."""
    return {
        "unit_id": str(one.id),
        "building_id": str(one.building),
        "function": one.function,
        "status": one.status.code,
        "address_ids": [str(each) for each in one.addresses],
    }


def building(id: int, status: str | None, via: str | None = None) -> Shown:
    """A gebouw; `via` says how it was found."""
    return {"building_id": str(id), "status": status, "via": via}


def parcel(capakey: str, status: str | None = None, via: str | None = None, address: int | None = None) -> Shown:
    """A perceel of a building; `via` and `address_id` say how it was found."""
    return {"capakey": capakey, "status": status, "via": via, "address_id": text(address)}


def on_parcel(view: ParcelView, wholes: Iterable[tuple[Whole, str]]) -> Shown:
    """A parcel with its addresses and the way to each."""
    return {
        "capakey": view.capakey,
        "partition": view.partition,
        "status": view.status and view.status.code,
        "addresses": [{**address(whole), "via": via} for whole, via in wholes],
    }
