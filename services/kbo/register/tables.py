"""The tables of an extract: their columns (cookbook R018, reference 1.3) and how their rows are stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    `numbers` are the positions of the columns that hold an entity's number. A table with `single` has one row per
    number; of the others an entity can have many, which lie together (`schema.ROW_BITS`).
    """

    name: str
    columns: tuple[str, ...]
    numbers: tuple[int, ...] = (0,)
    single: bool = False
    required: tuple[int, ...] = ()
    """Columns whose "" is kept; elsewhere "" and NULL are both stored as NULL."""
    distinct: int | None = None
    """So many columns tell the rows of an entity apart: of those that agree in them the last one counts. None: all."""

    @property
    def key(self) -> str:
        """Name of the only column of `<table>_delete.csv`."""
        return self.columns[0]

    @property
    def insert(self) -> str:
        """Takes one row in the order of the columns."""
        kept = {*self.numbers, *self.required}
        values = ",".join("?" if at in kept else "NULLIF(?,'')" for at in range(len(self.columns)))
        return f"INSERT INTO {self.name} VALUES({values})"


META = Table("meta", ("Variable", "Value"), ())
CODE = Table("code", ("Category", "Code", "Language", "Description"), (), required=(0, 1, 2, 3))
ENTERPRISE = Table(
    "enterprise",
    (
        "EnterpriseNumber",
        "Status",
        "JuridicalSituation",
        "TypeOfEnterprise",
        "JuridicalForm",
        "JuridicalFormCAC",
        "StartDate",
    ),
    single=True,
)
ESTABLISHMENT = Table("establishment", ("EstablishmentNumber", "StartDate", "EnterpriseNumber"), (0, 2), single=True)
BRANCH = Table("branch", ("Id", "StartDate", "EnterpriseNumber"), (0, 2), single=True)
DENOMINATION = Table("denomination", ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"), required=(3,))
ADDRESS = Table(
    "address",
    (
        "EntityNumber",
        "TypeOfAddress",
        "CountryNL",
        "CountryFR",
        "Zipcode",
        "MunicipalityNL",
        "MunicipalityFR",
        "StreetNL",
        "StreetFR",
        "HouseNumber",
        "Box",
        "ExtraAddressInfo",
        "DateStrikingOff",
    ),
    distinct=2,
)
CONTACT = Table("contact", ("EntityNumber", "EntityContact", "ContactType", "Value"))
ACTIVITY = Table("activity", ("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"))

IN_ENTITIES = (ENTERPRISE, ESTABLISHMENT, BRANCH, DENOMINATION)
IN_ADDRESSES = (ADDRESS, CONTACT)
ALL = (*IN_ENTITIES, *IN_ADDRESSES, ACTIVITY)

SIZES = {"meta": 1 << 16, "code": 1 << 26, "activity": 8 << 30}
OTHER_SIZE = 2 << 30
"""Caps on unpacked bytes: some four times the real sizes (reference 1.5), against a zip bomb."""


def members(kind: str) -> tuple[str, ...]:
    """Files (without .csv) that an archive of that kind must have."""
    if kind == "full":
        return ("meta", "code", *(table.name for table in ALL))
    return ("meta", "code", *(f"{table.name}_{what}" for table in ALL for what in ("delete", "insert")))


def cap(member: str) -> int:
    """Most bytes that this member may unpack to."""
    return SIZES.get(member.partition("_")[0], OTHER_SIZE)
