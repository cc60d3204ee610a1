"""What the register has in one street for the numbers that were written: the order of readings of section 10.6."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from services.address.domain import verdicts
from services.address.domain.boxes import alike
from services.address.domain.leftovers import Left, weigh
from services.address.domain.matching.desk import (
    CANDIDATES_MAX,
    Desk,
    Kind,
    Outcome,
    address_there,
    best,
    best_of_each,
    boxes_at,
    several,
)
from services.address.domain.matching.lacking import building_only, not_understood, street_only
from services.address.domain.model import Address, Lookup, Note, Street
from services.address.domain.numbers_written import Numbers, Rank, Reading


@dataclass(frozen=True, slots=True)
class _Hit:
    reading: Reading
    address: Address
    alike: bool = False
    """The box is only equivalent."""


Finder = Callable[[Reading, Sequence[Address]], Iterable[_Hit]]


def at_street(lookup: Lookup, street: Street, numbers: Numbers, left_out: Sequence[str] = ()) -> Outcome:
    """The best that the street has for these numbers, when the rest of the text is `left_out`."""
    if not numbers.house:
        return Outcome(Kind.STREET, street, reasons=(verdicts.no_house_number(street.name),))
    desk = Desk(lookup, street, numbers)
    found = _likeliest(desk)
    parted = found.box is None and bool(found.candidates)
    unread = _unread(left_out, parted=parted) or _unread([found.left_out], parted=parted or found.box is not None)
    return _only_building(desk, found, unread) if found.address and unread else found


def _unread(texts: Iterable[str], *, parted: bool) -> str:
    """The first text that may tell which part of the building, or which other address, is meant."""
    worst = Left.PART if parted else Left.NUMBER
    return next((text for text in texts if text and weigh(text) >= worst), "")


def _only_building(desk: Desk, found: Outcome, unread: str) -> Outcome:
    """The building is sure, and no more."""
    house = found.house or ""
    boxes, reason = boxes_at(desk, house)[:CANDIDATES_MAX], verdicts.unread(found.street.name, house, unread)
    return Outcome(
        Kind.BUILDING, found.street, house, None, None, found.building, boxes or found.candidates, (), (reason,),
        unread=unread,
    )  # fmt: skip


def _likeliest(desk: Desk) -> Outcome:
    """By the order of readings; what leaves a word out comes after all that does not."""
    readings = desk.numbers.readings
    likely = [reading for reading in readings if reading.rank < Rank.LAST]
    rest = [reading for reading in readings if reading.rank is Rank.LAST]
    return (
        _found(desk, likely, _written)
        or _followed(desk, likely)
        or _found(desk, likely, _equivalent)
        or _range(desk)
        or _found(desk, rest, _written)
        or _followed(desk, rest)
        or _listed(desk)
        or building_only(desk, likely)
        or not_understood(desk)
        or street_only(desk)
    )


def _written(reading: Reading, rows: Sequence[Address]) -> Iterator[_Hit]:
    """Addresses that are written as the reading says."""
    if reading.box is None:
        yield from (_Hit(reading, row) for row in best(row for row in rows if row.box is None))
        return
    likeness, boxes = alike(reading.box, [row.box for row in rows if row.box])
    if likeness == "written":
        yield from (_Hit(reading, row) for row in best_of_each(rows, boxes))


def _equivalent(reading: Reading, rows: Sequence[Address]) -> Iterator[_Hit]:
    """Addresses whose box may be the same one in another notation."""
    if reading.box is not None:
        _, boxes = alike(reading.box, [row.box for row in rows if row.box])
        yield from (_Hit(reading, row, alike=True) for row in best_of_each(rows, boxes))


def _found(desk: Desk, readings: Sequence[Reading], finder: Finder) -> Outcome | None:
    """By the first rank of readings that the register has."""
    for _, group in groupby(readings, lambda reading: reading.rank):
        hits = [hit for reading in group for hit in finder(reading, desk.valid.get(reading.house, ()))]
        distinct = {hit.address.id: hit for hit in reversed(hits)}
        if len(distinct) > 1:
            return several(desk, [hit.address for hit in hits], verdicts.several_addresses)
        if hits:
            return _one(desk, hits[0])
    return None


def _one(desk: Desk, hit: _Hit) -> Outcome:
    numbers, address, reading = desk.numbers, hit.address, hit.reading
    last = desk.valid.get(numbers.span[-1].upper(), ()) if numbers.span and numbers.dashed else ()
    if address.box and last and reading.box:  # a dash says nothing about which of both it is
        houses = [row for row in (*desk.valid.get(address.house.upper(), ()), *last) if row.box is None]
        return several(desk, [address, *houses], lambda text, _: verdicts.range_or_box(text))
    changes: list[Note] = []
    if reading.doubtful or numbers.padded:
        changes.append(verdicts.number_read(numbers.written, address.house, address.box))
    elif hit.alike:
        changes.append(verdicts.box_notation(reading.box or "", address.box or ""))
    left_out = numbers.as_written(reading.left_out) if reading.left_out else ""
    if left_out:
        changes.append(verdicts.left_out(left_out))
    return replace(address_there(desk, address, changes), left_out=left_out)


def _followed(desk: Desk, readings: Sequence[Reading]) -> Outcome | None:
    """A retired address, and what the register put in its place."""
    for reading in readings:
        for hit in _written(reading, desk.retired.get(reading.house, ())):
            new = [one for one in desk.lookup.successors(hit.address.id) if one.status.valid]
            if len(new) == 1:
                note = verdicts.followed(desk.label(hit.address), desk.label(new[0]))
                return _elsewhere(desk, new[0], note)
            if new:
                old = desk.label(hit.address)
                return several(desk, new, lambda _, count, old=old: verdicts.split_up(old, count))  # type: ignore[misc]
    return None


def _elsewhere(desk: Desk, address: Address, note: Note) -> Outcome:
    """The successor, with the street and the boxes that it has now."""
    street = desk.lookup.street(address.street) or desk.street
    there = Desk(desk.lookup, street, Numbers(desk.numbers.written, address.house, (Reading(address.house),)))
    return address_there(there, address, [note])


def _range(desk: Desk) -> Outcome | None:
    """Two house numbers or more; `2/14` of a house with boxes is no range."""
    span = desk.numbers.span
    first, last = (desk.valid.get(house.upper(), ()) for house in (span[0], span[-1])) if span else ((), ())
    if not first or not last or (not desk.numbers.dashed and any(row.box for row in first)):
        return None
    rows = desk.lookup.at(desk.street.id, span) if len(span) > 2 else (*first, *last)
    houses = [row for row in rows if row.status.valid and row.box is None]
    return several(desk, houses, lambda text, _: verdicts.range_of_houses(text)) if len(houses) > 1 else None


def _listed(desk: Desk) -> Outcome | None:
    """`60, 62 en 64`: several house numbers, of which the first may have boxes."""
    first = [row for row in desk.valid.get(desk.numbers.house, ()) if row.box is None]
    others = [row for house in desk.numbers.others for row in desk.valid.get(house, ()) if row.box is None]
    houses = {row.id: row for row in (*first, *others)}
    why = verdicts.range_of_houses
    return several(desk, houses.values(), lambda text, _: why(text)) if others and len(houses) > 1 else None
