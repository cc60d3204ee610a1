"""House numbers along a street: what stands there, what is planned, what is gone (reference, sections 5 and 8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from simulators.address import boxes
from simulators.address.model import AddressStatus

BOXED = 0.17
"""Share of addresses with a box (BeSt, June 2019)."""
RETIRED, PROPOSED, REJECTED = 0.0695, 0.0115, 0.001
"""Per lot; renumbered and renamed addresses come on top of the retired."""
_BOXED_LOTS = 1.06 * BOXED / (1 - BOXED) / boxes.MEAN_SIZE  # a little more: some notations run out
_GAP = 0.12
_RENUMBERED, _RENAMED, _REISSUED = 0.006, 0.05, 0.3
_SUFFIX = 0.0385
_MORE = {"A": 0.38, "B": 0.38, "C": 0.51, "D": 0.53, "E": 0.6, "F": 0.6, "G": 0.6}
"""How often the next letter follows, by the frequencies of `data/houses.csv`; I and J are no legal suffixes."""
_RARE = (("{}_1", 0.0030), ("{}a", 0.0005), ("{}BIS", 0.0001), ("{0}-{1}", 0.0006), ("{}TER", 0.00001))


@dataclass(slots=True)
class Old:
    """A retired house number or box and what came in its place at the same lot (the box, or the house number)."""

    house: str
    box: str | None = None
    successor: str | None = None
    known: bool = True
    """Whether the register remembers what came in its place."""


@dataclass(slots=True)
class Lot:
    """A house number with its boxes (number, status)."""

    number: int
    house: str
    status: AddressStatus
    boxes: tuple[tuple[str, AddressStatus], ...] = ()
    old: tuple[Old, ...] = ()

    @property
    def size(self) -> int:
        """How many addresses it makes."""
        return 1 + len(self.boxes) + len(self.old)


def along(rng: Random, target: int, dense: int = 0, reserved: frozenset[int] = frozenset()) -> Iterator[Lot]:
    """Lots from number 1 up until there are `target` addresses and, up to `dense`, a valid one for every number."""
    number, made, boxed = 0, 0, _BOXED_LOTS * rng.choice((0.3, 0.7, 1.0, 1.0, 1.2, 1.8))
    while made < target or number < dense:
        number += 1
        if number in reserved or (number > dense and rng.random() < _GAP):
            continue
        for lot in _at(rng, number, boxed, firm=number <= dense):
            if "-" not in lot.house or number + 2 not in reserved:
                made += lot.size
                yield lot
    if rng.random() < 0.002 and 0 not in reserved:
        yield Lot(0, rng.choice(("zn", "ZN")), "inGebruik")


def _at(rng: Random, number: int, boxed: float, *, firm: bool) -> Iterator[Lot]:
    yield _lot(rng, number, str(number), boxed, firm=firm)
    letter = "A" if rng.random() < _SUFFIX else ""
    while letter:
        yield _lot(rng, number, f"{number}{letter}", boxed)
        letter = chr(ord(letter) + 1) if rng.random() < _MORE.get(letter, 0) else ""
    throw = rng.random()
    for pattern, share in _RARE:
        if throw < share:
            yield _lot(rng, number, pattern.format(number, number + 2), boxed)
            if pattern == "{}_1" and rng.random() < 0.44:
                yield _lot(rng, number, f"{number}_2", boxed)
            return
        throw -= share


def _lot(rng: Random, number: int, house: str, boxed: float, *, firm: bool = False) -> Lot:
    throw = rng.random()
    if throw > RETIRED + PROPOSED + REJECTED or (firm and throw > RETIRED):
        lot = Lot(number, house, "inGebruik")
    elif throw > RETIRED + REJECTED:
        lot = Lot(number, house, "voorgesteld")
    elif throw > RETIRED:
        return Lot(number, house, "afgekeurd")
    elif throw > RETIRED * _REISSUED and not firm:
        return _with_boxes(rng, Lot(number, house, "gehistoreerd"), boxed)
    else:
        lot = Lot(number, house, "inGebruik", old=(Old(house, known=rng.random() < 0.5),))
    if rng.random() < _RENUMBERED:
        lot.old = (*lot.old, Old(f"{number}{rng.choice('DEFG')}"))
    return _with_boxes(rng, lot, boxed)


def _with_boxes(rng: Random, lot: Lot, boxed: float) -> Lot:
    if rng.random() >= boxed:
        return lot
    numbers = boxes.drawn(rng)
    lot.boxes = tuple((box, lot.status) for box in numbers)
    if lot.status == "inGebruik" and rng.random() < _RENAMED:
        plain = [str(sequence) for sequence in range(1, len(numbers) + 1)]
        lot.old += tuple(Old(lot.house, old, new) for old, new in zip(plain, numbers, strict=True) if old != new)
    return lot
