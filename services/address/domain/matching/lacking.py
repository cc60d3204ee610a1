"""What is told of a street that lacks the house number, or of a house that lacks the box."""

from __future__ import annotations

from collections.abc import Sequence

from services.address.domain import verdicts
from services.address.domain.boxes import alike
from services.address.domain.house_numbers import holds
from services.address.domain.matching.desk import (
    CANDIDATES_MAX,
    Desk,
    Kind,
    Outcome,
    best,
    box_written,
    boxes_at,
    several,
)
from services.address.domain.model import Address
from services.address.domain.natural import house_key
from services.address.domain.numbers_written import Reading

_NEAR = 12
"""House numbers that are looked at around one that is not there."""
_NEAR_SHOWN = 6


def building_only(desk: Desk, readings: Sequence[Reading]) -> Outcome | None:
    """The first house that is there, without the box that was read."""
    for reading in readings:
        rows = desk.valid.get(reading.house, ())
        if not rows or (reading.weak and reading.box) or (reading.box is None and not any(row.box for row in rows)):
            continue
        building = next(iter(best(row for row in rows if row.box is None)), None)
        boxes = boxes_at(desk, reading.house)
        if building is None and reading.box is None and len(boxes) > 1:
            return several(desk, boxes, verdicts.several_addresses)
        name, box = desk.street.name, desk.numbers.as_written(reading.box or "")
        gone = any(row.box and alike(box, [row.box])[1] for row in desk.retired.get(reading.house, ()))
        note = verdicts.box_retired(name, rows[0].house, box) if gone else None
        reason = note or verdicts.box_unknown(name, rows[0].house, box, [row.box or "" for row in boxes])
        return Outcome(
            Kind.BUILDING, desk.street, rows[0].house, reading.box, None, building, boxes[:CANDIDATES_MAX],
            reasons=(reason,),
        )  # fmt: skip
    return None


def not_understood(desk: Desk) -> Outcome | None:
    """The house number is there, and nobody knows what stands behind it; `7A` is not 7."""
    numbers = desk.numbers
    building = next(iter(best(row for row in desk.valid.get(numbers.house, ()) if row.box is None)), None)
    if building is None or numbers.suffixed:
        return None
    boxes = boxes_at(desk, building.house)[:CANDIDATES_MAX]
    reason = verdicts.unread(desk.street.name, building.house, numbers.written[len(numbers.house) :].strip(" ,.:-/"))
    return Outcome(Kind.BUILDING, desk.street, building.house, None, None, building, boxes, reasons=(reason,))


def street_only(desk: Desk) -> Outcome:
    """No such house number: what was there before, what holds it, what is near."""
    read = next((one.house for one in desk.numbers.readings if one.house not in desk.valid), None)
    house = read or desk.numbers.written
    retired = any(row.box is None for row in desk.retired.get(house, ()))
    reasons = [(verdicts.house_retired if retired else verdicts.house_unknown)(desk.street.name, house)]
    holding, near = _around(desk)
    if holding:
        reasons.append(verdicts.contains(holding[0].house, desk.numbers.house))
    if near:
        reasons.append(verdicts.near_numbers(", ".join(row.house for row in near)))
    return Outcome(
        Kind.STREET, desk.street, house, box_written(desk), candidates=(*holding, *near), reasons=tuple(reasons)
    )  # fmt: skip


def _around(desk: Desk) -> tuple[Sequence[Address], Sequence[Address]]:
    """Registered ranges that hold the number (`12-14` holds 14), and the nearest others in natural order."""
    digits = desk.numbers.house
    if not digits.isdecimal():
        return (), ()
    rows = desk.lookup.numbers_near(desk.street.id, int(digits), _NEAR)
    valid = {row.house: row for row in rows if row.status.valid}
    holding = [row for row in valid.values() if holds(row.house, int(digits))]
    near = [row for row in valid.values() if row not in holding][:_NEAR_SHOWN]
    return holding, sorted(near, key=lambda row: house_key(row.house))
