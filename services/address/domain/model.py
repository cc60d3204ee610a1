"""What the register holds, and what a match is. Object ids are integers here; what leaves has them as text. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal, Protocol

Verdict = Literal["exact", "corrected", "ambiguous", "building_only", "street_only", "unknown"]


class Status(IntEnum):
    """Status of an address, street, municipality or unit, as the replica keeps it."""

    VOORGESTELD = 1
    IN_GEBRUIK = 2
    GEHISTOREERD = 3
    AFGEKEURD = 4
    GEPLAND = 5
    IN_AANBOUW = 6
    GEREALISEERD = 7
    NIET_GEREALISEERD = 8

    @property
    def code(self) -> str:
        """As the register writes it: `inGebruik`."""
        return CODES[self]

    @property
    def valid(self) -> bool:
        """An address may be used: it is, or soon will be."""
        return self in (Status.VOORGESTELD, Status.IN_GEBRUIK)


CODES: Mapping[Status, str] = {
    Status.VOORGESTELD: "voorgesteld",
    Status.IN_GEBRUIK: "inGebruik",
    Status.GEHISTOREERD: "gehistoreerd",
    Status.AFGEKEURD: "afgekeurd",
    Status.GEPLAND: "gepland",
    Status.IN_AANBOUW: "inAanbouw",
    Status.GEREALISEERD: "gerealiseerd",
    Status.NIET_GEREALISEERD: "nietGerealiseerd",
}
STATUSES: Mapping[str, Status] = {code.lower(): status for status, code in CODES.items()}
"""By the register's code in lower case (the DBF extract writes `InGebruik`)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from."""

    source: Literal["replica", "live"]
    extract: str | None = None
    as_of: datetime | None = None
    attribution: str | None = None
    """Dutch line that the licence of the replica's download asks for; None: the register's own."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality by its NIS code; NIS codes change at mergers."""

    nis: int
    name: str
    status: Status = Status.IN_GEBRUIK


@dataclass(frozen=True, slots=True)
class Place:
    """What a name of a place stands for."""

    nis: int
    postcode: int | None
    """Set when the name is that of one postcode (a deelgemeente)."""
    name: str
    kind: Literal["municipality", "postal", "former"]
    """`former`: a municipality that was merged away."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street of one municipality."""

    id: int
    nis: int
    name: str
    homonym: str | None = None
    """Told apart from its namesake in a merged municipality."""
    status: Status = Status.IN_GEBRUIK


@dataclass(frozen=True, slots=True)
class Address:
    """One address; `box` None is the building address."""

    id: int
    street: int
    house: str
    box: str | None
    postcode: int | None
    status: Status
    parent: int | None = None
    """Id of the building address of a box address, when the register has it."""
    version: str | None = None
    method: str | None = None
    """positieGeometrieMethode: `aangeduidDoorBeheerder`, `afgeleidVanObject`, `geinterpoleerd`."""
    specification: str | None = None
    official: bool = True
    x: float | None = None
    """Lambert 72, metres."""
    y: float | None = None

    @property
    def building(self) -> int | None:
        """Id of the building address: its own without box."""
        return self.id if self.box is None else self.parent


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: a free text, or parts (or both: the text then says what the parts leave open)."""

    text: str = ""
    street: str = ""
    house_number: str = ""
    box: str = ""
    postcode: str = ""
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One change in what was asked, or one reason for the verdict. `message` is a Dutch sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be meant; without `address` a street."""

    street: Street
    municipality: Municipality
    address: Address | None = None
    postcode: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The answer. `address` is only set with `exact` and `corrected`; `building` with `building_only` too."""

    input: str
    verdict: Verdict
    reasons: tuple[Note, ...]
    """Never empty."""
    changes: tuple[Note, ...] = ()
    street: Street | None = None
    municipality: Municipality | None = None
    postcode: int | None = None
    house_number: str | None = None
    """As registered; as read when it is not there."""
    box: str | None = None
    address: Address | None = None
    building: Address | None = None
    """The building address of `address`, or what `building_only` found; itself where there is no box."""
    candidates: tuple[Candidate, ...] = ()


class Lookup(Protocol):
    """What matching asks of a register; `questions.View` answers. All are quick: an index, or a cache."""

    def municipality(self, nis: int) -> Municipality | None:
        """By NIS code, current or retired."""

    def municipalities_of(self, postcode: int) -> tuple[int, ...]:
        """NIS codes; () when nobody knows the postcode, or it is a special one (PO boxes)."""

    def places(self, fold: str) -> tuple[Place, ...]:
        """What a name of a place (`folding.place_key`) stands for, in any language, old names too."""

    def streets(self, key: str, nis: int | None = None) -> tuple[Street, ...]:
        """Streets with this `folding.street_key` in any language; in one municipality, or anywhere."""

    def former_streets(self, key: str, nis: int | None = None) -> tuple[Street, ...]:
        """Streets that had a name with this key before they got the one that they have now."""

    def street_keys(self, nis: int) -> Mapping[str, tuple[int, ...]]:
        """All keys of a municipality with their streets, to look for a typing error; kept in memory."""

    def street(self, street: int) -> Street | None:
        """By id."""

    def postcodes_of(self, street: int) -> tuple[int, ...]:
        """A street may cross postcodes."""

    def at(self, street: int, houses: Sequence[str]) -> tuple[Address, ...]:
        """All addresses of the street with one of these house numbers (upper and lower case alike): boxes too, and of
        any status."""

    def numbers_near(self, street: int, number: int, limit: int = 6) -> tuple[Address, ...]:
        """Building addresses of the street around a house number that it lacks, by distance."""

    def successors(self, address: int) -> tuple[Address, ...]:
        """What the register put in place of a retired address, chains followed to the end, loops guarded."""

    def street_successors(self, street: int) -> tuple[Street, ...]:
        """The same of a street."""
