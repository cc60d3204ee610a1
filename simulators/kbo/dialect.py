"""The CSV dialect of the register: quoted text, bare dates, nothing at all for NULL, LF, a quoted header."""

from __future__ import annotations

from datetime import date

FILES = ("meta", "code", "contact", "enterprise", "establishment", "activity", "address", "denomination", "branch")
COLUMNS: dict[str, tuple[str, ...]] = {
    "meta": ("Variable", "Value"),
    "code": ("Category", "Code", "Language", "Description"),
    "enterprise": (
        "EnterpriseNumber", "Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC",
        "StartDate",
    ),
    "establishment": ("EstablishmentNumber", "StartDate", "EnterpriseNumber"),
    "denomination": ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
    "address": (
        "EntityNumber", "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR",
        "StreetNL", "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo", "DateStrikingOff",
    ),
    "contact": ("EntityNumber", "EntityContact", "ContactType", "Value"),
    "activity": ("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
    "branch": ("Id", "StartDate", "EnterpriseNumber"),
}  # fmt: skip
TABLES = ("activity", "address", "branch", "contact", "denomination", "enterprise", "establishment")


def quoted(text: str) -> str:
    """Text as the files write it; a quote inside is doubled."""
    return '"' + text.replace('"', '""') + '"'


def dated(day: date) -> str:
    """04-10-2025, bare."""
    return f"{day.day:02d}-{day.month:02d}-{day.year}"


def header(columns: tuple[str, ...]) -> str:
    """The first line."""
    return ",".join(map(quoted, columns)) + "\n"
