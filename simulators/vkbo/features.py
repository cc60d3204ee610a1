"""Rows of the collection, with the fields and the oddities of the real ones (reference section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

EMPTY, NEVER, OPEN = " ", "1900-01-01T00:00:00Z", "9999-12-31T00:00:00Z"
_DATES = frozenset(
    {"Datum_inschrijving", "Startdatum", "Datum_stopzetting", "Wijzdat_ambtsh_doorhaling", "Begindat_ambtsh_doorhaling",
     "Einddat_ambtsh_doorhaling", "Wijzdat_adresdoorhaling", "Datum_adresdoorhaling"}
)  # fmt: skip
_NUMBERS = frozenset({"UIDN", "OIDN", "Aantal_hoofdact_BTW", "Aantal_Hoofdact_RSZ"})
FIELDS = (
    "UIDN", "OIDN", "Ondernemingsnr", "Maatschappelijke_naam", "Commerciele_naam", "Afgekorte_naam", "Zoeknaam",
    "Datum_inschrijving", "Startdatum", "Datum_stopzetting", "Reden_stopzetting", "Datum_afsluiting",
    "Type_onderneming", "Ondernemingsnr_maatsch_zetel", "Rechtsvorm", "Rechtstoestand", "Wijzdat_ambtsh_doorhaling",
    "Reden_ambtsh_doorhaling", "Begindat_ambtsh_doorhaling", "Einddat_ambtsh_doorhaling", "VKBO_Straat", "KBO_Straat",
    "VKBO_Huisnr", "KBO_Huisnr", "VKBO_Busnr", "KBO_Busnr", "VKBO_NISCODE", "KBO_NISCODE", "VKBO_Postcode",
    "KBO_Postcode", "VKBO_Gemeente", "KBO_Gemeente", "Wijzdat_adresdoorhaling", "Reden_adresdoorhaling",
    "Datum_adresdoorhaling", "Telefoonnummer", "Email", "CRAB_straat", "AR_straat", "CRAB_huisnr", "AR_huisnr",
    "CRAB_busnr", "AR_busnr", "CRAB_postcode", "AR_postcode", "NACE_hoofdact_BTW", "NACE_versie_BTW",
    "Omschrijving_hoofdact_BTW", "Aantal_hoofdact_BTW", "NACE_hoofdact_RSZ", "NACE_Versie_RSZ",
    "Omschrijving_hoofdact_RSZ", "Aantal_Hoofdact_RSZ", "Personeelsklasse", "JAARREK_URL_NBB",
)  # fmt: skip
"""In the order of the real answer (December 2025)."""
LEGAL_PERSON = "Rechtspersoon"
VME_LABEL, VME_ALSO = "Vereniging van mede-eigenaars", "Vereniging van medeëigenaars"

_BLANK: dict[str, Any] = {
    name: 0 if name in _NUMBERS else NEVER if name in _DATES else OPEN if name == "Datum_afsluiting" else EMPTY
    for name in FIELDS
}
_NBB = "https://consult.cbso.nbb.be/consult-enterprise/"


@dataclass(frozen=True, slots=True)
class Place:
    """An address as the register has it."""

    street: str
    house_number: str
    box: str
    postcode: str
    municipality: str


def properties(given: Mapping[str, Any]) -> dict[str, Any]:
    """A row with these fields; the others are empty as VKBO writes that.

    Raises:
        ValueError: a field that VKBO has not.
    """
    if unknown := set(given) - set(FIELDS):
        raise ValueError(f"no fields {sorted(unknown)}")
    row = {**_BLANK, **given}
    serial = int(row["Ondernemingsnr"]) // 100 % 10_000_000
    owner = row["Ondernemingsnr_maatsch_zetel"]
    return {
        **row,
        "UIDN": row["UIDN"] or 10_000_000 + serial,
        "OIDN": row["OIDN"] or serial,
        "JAARREK_URL_NBB": _NBB + (row["Ondernemingsnr"] if owner == EMPTY else owner),
    }


def address(place: Place, number: str) -> dict[str, str]:
    """The fields of an address; of one in twenty the Adressenregister knows nothing."""
    kbo = (place.street, place.house_number, place.box, place.postcode)
    street = kbo[0][:3] + "\x0b" + kbo[0][3:] if oddly(number, 50) == 7 else kbo[0]
    found = dict(zip(("Straat", "Huisnr", "Busnr", "Postcode"), (street, *kbo[1:]), strict=True))
    fields = {f"{prefix}_{name}": value for name, value in found.items() for prefix in ("VKBO", "KBO")}
    fields |= {"VKBO_Gemeente": place.municipality, "KBO_Gemeente": place.municipality}
    if matched(number):
        names = zip(("straat", "huisnr", "busnr", "postcode"), kbo, strict=True)
        fields |= {f"{prefix}_{name}": value for name, value in names for prefix in ("CRAB", "AR")}
    return {name: value or EMPTY for name, value in fields.items()}


def matched(number: str) -> bool:
    """Was the address found in the Adressenregister?"""
    return oddly(number, 20) != 3


def oddly(number: str, of: int) -> int:
    """Which oddity a number has; the same in every run."""
    return int(number) // 100 % of


def dated(day: date | None) -> str:
    """`1989-12-28T00:00:00Z`."""
    return NEVER if day is None else f"{day.isoformat()}T00:00:00Z"


def feature(row: Mapping[str, Any]) -> dict[str, Any]:
    """As GeoJSON; (0,0) where the address was not matched."""
    number = row["Ondernemingsnr"]
    serial = oddly(number, 100_000)
    point = [round(2.6 + serial % 300 / 100, 8), round(50.8 + serial % 55 / 100, 8)] if matched(number) else [0, 0]
    return {
        "type": "Feature",
        "id": f"Vkbo.{row['OIDN']}",
        "geometry": {"type": "Point", "coordinates": point},
        "geometry_name": "SHAPE",
        "properties": dict(row),
        "bbox": [*point, *point],
    }
