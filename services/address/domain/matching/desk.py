"""What the register has at the house numbers that were asked in one street, and how that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from services.address.domain import verdicts
from services.address.domain.labels import label
from services.address.domain.model import Address, Lookup, Note, Status, Street
from services.address.domain.natural import box_key
from services.address.domain.numbers_written import Numbers

CANDIDATES_MAX = 100


class Kind(IntEnum):
    """What was found, best last."""

    STREET = 0
    BUILDING = 1
    SEVERAL = 2
    ADDRESS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the street has."""

    kind: Kind
    street: Street
    house: str | None = None
    """As read; of the address itself where there is one."""
    box: str | None = None
    address: Address | None = None
    building: Address | None = None
    candidates: tuple[Address, ...] = ()
    changes: tuple[Note, ...] = ()
    reasons: tuple[Note, ...] = ()
    left_out: str = ""
    """What stood behind the number and was not read."""
    unread: str = ""
    """What may tell that it is another one; a reason says so."""


@dataclass(slots=True)
class Desk:
    """One street, and what it has at the house numbers that may be meant."""

    lookup: Lookup
    street: Street
    numbers: Numbers
    valid: dict[str, list[Address]] = field(default_factory=dict)
    """By house number in upper case."""
    retired: dict[str, list[Address]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Ask for all house numbers at once."""
        for row in self.lookup.at(self.street.id, self.numbers.houses):
            kept = self.valid if row.status.valid else self.retired if row.status is Status.GEHISTOREERD else None
            if kept is not None:
                kept.setdefault(row.house.upper(), []).append(row)

    def label(self, address: Address) -> str:
        """As people read it."""
        street = self.street if address.street == self.street.id else self.lookup.street(address.street) or self.street
        place = self.lookup.municipality(street.nis)
        return label(street.name, address.house, address.box, address.postcode, place.name if place else "")

    def building(self, address: Address) -> Address | None:
        """The address without box of the same house; itself where it has none."""
        rows = self.valid.get(address.house.upper(), ())
        whole = [row for row in rows if row.box is None and row.street == address.street]
        parent = [row for row in whole if row.id == address.parent]
        return address if address.box is None else next(iter(parent or best(whole)), None)


def address_there(desk: Desk, address: Address, changes: Sequence[Note]) -> Outcome:
    """It is this one; of a building with boxes they are the candidates."""
    boxes = () if address.box else boxes_at(desk, address.house)
    reasons = (verdicts.has_boxes(desk.street.name, address.house, len(boxes)),) if boxes else ()
    return Outcome(
        Kind.ADDRESS, desk.street, address.house, address.box, address, desk.building(address),
        boxes[:CANDIDATES_MAX], tuple(changes), reasons,
    )  # fmt: skip


def several(desk: Desk, addresses: Iterable[Address], why: Callable[[str, int], Note]) -> Outcome:
    """One of these; `why` makes the reason of what was written and how many there are."""
    distinct = tuple({address.id: address for address in addresses}.values())
    if len(distinct) == 1:
        return address_there(desk, distinct[0], [])
    reasons = (why(desk.numbers.written, len(distinct)),)
    return Outcome(
        Kind.SEVERAL,
        desk.street,
        desk.numbers.house,
        box_written(desk),
        candidates=distinct[:CANDIDATES_MAX],
        reasons=reasons,
    )


def box_written(desk: Desk) -> str | None:
    """The box that was written, where nothing else can be meant."""
    likely = desk.numbers.readings[0] if desk.numbers.readings else None
    return likely.box if likely and not likely.doubtful else None


def boxes_at(desk: Desk, house: str) -> tuple[Address, ...]:
    """Of one house number, each once, in natural order."""
    rows = desk.valid.get(house.upper(), ())
    keyed = {row.box: box_key(row.box) for row in rows if row.box is not None}
    in_order = sorted(keyed, key=lambda box: keyed[box])
    return tuple(best_of_each(rows, in_order))


def best(rows: Iterable[Address]) -> Sequence[Address]:
    """In use goes before proposed."""
    every = list(rows)
    return [row for row in every if row.status is Status.IN_GEBRUIK] or every


def best_of_each(rows: Sequence[Address], boxes: Iterable[str]) -> Iterator[Address]:
    """Of every box those in use, or else those proposed."""
    for box in dict.fromkeys(boxes):
        yield from best(row for row in rows if row.box == box)
