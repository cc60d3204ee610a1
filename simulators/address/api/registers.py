"""The seven registers: what each is called, in addresses of the API, in URIs, in problems and in feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from simulators.address.model import Kind
from simulators.address.world import World

ROOT = "https://data.vlaanderen.be/id"
DOCS = "https://docs.basisregisters.vlaanderen.be"
URN = "urn:be.vlaanderen.basisregisters.api"


@dataclass(frozen=True, slots=True)
class Register:
    """One register; `path` is its collection in the API (`adressen`), `name` one of it (`adres`)."""

    kind: Kind
    path: str
    name: str
    type: str
    """`@type` of one object in v2 (`Adres`)."""
    problem: str
    """In the urn of a problem (`address`); that of a gemeente is chosen, the others were read."""
    unknown: str
    gone: str
    list_key: str
    """Of a list in v2 (`adressen`)."""
    event: str
    """In the type of a CloudEvent."""
    store: str
    key: str = "id"
    digits: int = 0
    """Ids have at least so many digits (`0612` is a postcode)."""
    subject: bool = True
    """Events name their object in `subject`; those of the others have `@id` in their data instead."""

    @property
    def namespace(self) -> str:
        """`https://data.vlaanderen.be/id/adres`."""
        return f"{ROOT}/{self.name}"

    def text(self, number: object) -> str:
        """An id as it is written."""
        return str(number).zfill(self.digits)

    def uri(self, number: object) -> str:
        """Of the object with this id."""
        return f"{self.namespace}/{self.text(number)}"

    def things(self, world: World) -> Mapping[Any, Any]:
        """All objects by id."""
        found: Mapping[Any, Any] = getattr(world, self.store)
        return found

    def id_of(self, thing: Any) -> Any:
        """Its id: a number, or a parcel's caPaKey with `-`."""
        return attrgetter(self.key)(thing)

    def read_id(self, text: str) -> int | str | None:
        """The id in a URL, or None where no object can have it; a parcel's may have `/` for `-`."""
        if self.kind == "parcel":
            return text.replace("/", "-")
        return int(text) if text.isascii() and text.isdecimal() else None


GEMEENTE = Register(
    "municipality", "gemeenten", "gemeente", "Gemeente", "municipality",
    "Onbestaande gemeente.", "Verwijderde gemeente.", "gemeenten", "municipality", "municipalities", "nis", 5,
)  # fmt: skip
POSTINFO = Register(
    "postinfo", "postinfo", "postinfo", "PostInfo", "postalcode",
    "Onbestaande postcode.", "Verwijderde postcode.", "postInfoObjecten", "postalinformation", "postinfos",
    "postcode", 4,
)  # fmt: skip
STRAATNAAM = Register(
    "street", "straatnamen", "straatnaam", "Straatnaam", "streetname",
    "Onbestaande straatnaam.", "Verwijderde straatnaam.", "straatnamen", "streetname", "streets",
)  # fmt: skip
ADRES = Register(
    "address", "adressen", "adres", "Adres", "address",
    "Onbestaand adres.", "Verwijderd adres.", "adressen", "address", "addresses",
)  # fmt: skip
GEBOUW = Register(
    "building", "gebouwen", "gebouw", "Gebouw", "building",
    "Onbestaand gebouw.", "Verwijderd gebouw.", "gebouwen", "building", "buildings", subject=False,
)  # fmt: skip
GEBOUWEENHEID = Register(
    "unit", "gebouweenheden", "gebouweenheid", "Gebouweenheid", "buildingunit",
    "Onbestaande gebouweenheid.", "Verwijderde gebouweenheid.", "gebouweenheden", "buildingunit", "units",
    subject=False,
)  # fmt: skip
PERCEEL = Register(
    "parcel", "percelen", "perceel", "Perceel", "parcel",
    "Onbestaand perceel.", "Verwijderd perceel.", "percelen", "parcel", "parcels", subject=False,
)  # fmt: skip

REGISTERS = (GEMEENTE, POSTINFO, STRAATNAAM, ADRES, GEBOUW, GEBOUWEENHEID, PERCEEL)
BY_PATH: Mapping[str, Register] = {one.path: one for one in REGISTERS}
BY_KIND: Mapping[Kind, Register] = {one.kind: one for one in REGISTERS}
