"""What two registers say about one enterprise, in one shape: who is faster must also say the same.

The shape holds everything that `cbe` tells, but contacts of establishments, which we tell with the establishment. `cbe`
drops a code that has no Dutch label; such a code counts as the same when we have no Dutch label either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from services.kbo.domain.organisation import Activity, Contact, Label, Name, Organisation, RegisterAddress, Unit

Answer = dict[str, Any]
_ADDRESS = (
    *("StreetNL", "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo", "Zipcode", "MunicipalityNL", "MunicipalityFR"),
    *("CountryNL", "CountryFR"),
)


def differences(ours: Answer, theirs: Answer) -> list[str]:
    """Names of the fields in which they differ; establishments as far as we list them."""
    listed = theirs["establishments"][: len(ours["establishments"])]
    return [field for field in ours if ours[field] != (listed if field == "establishments" else theirs[field])]


def of_organisation(found: Organisation) -> Answer:
    """Our answer."""
    return {
        "number": found.number,
        "status": _label(found.status),
        "situation": _label(found.situation),
        "type": _label(found.type),
        "form": _label(found.form),
        "form_cac": found.form_cac.code if found.form_cac else None,
        "start": found.start,
        "names": _sorted(_name, found.names),
        "addresses": _sorted(_address, found.addresses),
        "contacts": _sorted(_contact, found.contacts),
        "activities": _sorted(_activity, found.activities),
        "establishments": [_unit(unit) for unit in found.establishments],
        "establishment_count": found.establishment_count,
        "branches": sorted((unit.number, unit.start) for unit in found.branches),
    }


def of_cbe(found: Mapping[str, Any]) -> Answer:
    """The peer's answer: labels are `{"Code", "Language", "Description"}` or None, empty text stands for nothing."""
    return {
        "number": _digits(found["EnterpriseNumber"]),
        "status": _code(found["Status"]),
        "situation": _code(found["JuridicalSituation"]),
        "type": _code(found["TypeOfEnterprise"]),
        "form": _code(found["JuridicalForm"]),
        "form_cac": found["JuridicalFormCAC"] or None,
        "start": _day(found["StartDate"]),
        "names": _sorted(_cbe_name, found["denominations"]),
        "addresses": _sorted(_cbe_address, found["addresses"]),
        "contacts": _sorted(_cbe_contact, found["contacts"]),
        "activities": _sorted(_cbe_activity, found["activities"]),
        "establishments": sorted(map(_cbe_unit, found["establishments"]), key=lambda unit: unit["number"]),
        "establishment_count": len(found["establishments"]),
        "branches": sorted((_digits(one["Id"]), _day(one["StartDate"])) for one in found["branches"]),
    }


def _sorted(shape: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return sorted(map(shape, items), key=repr)


def _label(label: Label | None) -> tuple[str, str] | None:
    return (label.code, label.nl) if label and label.nl else None


def _name(name: Name) -> tuple[Any, ...]:
    return _label(name.language), _label(name.kind), name.text


def _address(address: RegisterAddress) -> tuple[Any, ...]:
    where = (address.street_nl, address.street_fr, address.house_number, address.box, address.extra, address.postcode)
    town = (address.municipality_nl, address.municipality_fr, address.country_nl, address.country_fr)
    return (_label(address.kind), *where, *town, address.struck_off_on)


def _contact(contact: Contact) -> tuple[Any, ...]:
    return _label(contact.level), _label(contact.kind), contact.value


def _activity(activity: Activity) -> tuple[Any, ...]:
    return _label(activity.group), activity.nace_version, _label(activity.nace), _label(activity.classification)


def _unit(unit: Unit) -> Answer:
    addresses = [unit.address] if unit.address else []
    return {
        "number": unit.number,
        "start": unit.start,
        "names": _sorted(_name, unit.names),
        "addresses": _sorted(_address, addresses),
    }


def _code(found: dict[str, str] | str | None) -> tuple[str, str] | None:
    return (found["Code"], found["Description"]) if isinstance(found, dict) else None


def _cbe_name(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return _code(row["Language"]), _code(row["TypeOfDenomination"]), row["Denomination"]


def _cbe_address(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (_code(row["TypeOfAddress"]), *(row[name] or None for name in _ADDRESS), _day(row["DateStrikingOff"]))


def _cbe_contact(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return _code(row["EntityContact"]), _code(row["ContactType"]), row["Value"]


def _cbe_activity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    nace = (row["NaceVersion"], _code(row["NaceCode"]))
    return (_code(row["ActivityGroup"]), *nace, _code(row["Classification"]))


def _cbe_unit(row: Mapping[str, Any]) -> Answer:
    return {
        "number": _digits(row["EstablishmentNumber"]),
        "start": _day(row["StartDate"]),
        "names": _sorted(_cbe_name, row["denominations"]),
        "addresses": _sorted(_cbe_address, row["addresses"]),
    }


def _digits(number: str) -> str:
    return number.replace(".", "")


def _day(text: str) -> date | None:
    return datetime.strptime(text, "%d-%m-%Y").date() if text else None
